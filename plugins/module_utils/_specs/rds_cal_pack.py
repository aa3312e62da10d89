# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of rds_cal_pack."""

from __future__ import annotations

import typing as t

from . import ModuleSpec

_NUMBER = {"type": "str", "no_log": True}

_PACK: dict[str, dict[str, t.Any]] = {
    "channel": {
        "type": "str",
        "choices": ["retail", "open", "agreement", "key_pack_id"],
        "required": True,
    },
    "version": {
        "type": "str",
        "choices": ["2008", "2012", "2016", "2019", "2022", "2025"],
        "required": True,
    },
    "type": {"type": "str", "choices": ["per_user", "per_device"], "required": True},
    "quantity": {"type": "int", "required": True},
    "program": {"type": "str", "choices": ["retail", "volume", "open"]},
    "method": {
        "type": "str",
        "choices": ["install", "reinstall", "import"],
        "default": "install",
    },
    "license_code": _NUMBER,
    "license_number": _NUMBER,
    "authorization_number": _NUMBER,
    "agreement_type": {
        "type": "str",
        "choices": ["select", "enterprise", "campus", "school", "spla", "other"],
    },
    "agreement_number": _NUMBER,
    "key_pack_code": _NUMBER,
    "source_server": {"type": "str"},
    "source_product_id": {"type": "str"},
}

SPEC = ModuleSpec(
    options={
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "packs": {
            "type": "list",
            "elements": "dict",
            "options": _PACK,
            "required_if": [
                ("channel", "retail", ("license_code",)),
                ("channel", "open", ("license_number", "authorization_number")),
                ("channel", "agreement", ("agreement_type", "agreement_number")),
                ("channel", "key_pack_id", ("key_pack_code",)),
                ("method", "import", ("source_server", "source_product_id")),
            ],
        },
        "key_pack_id": {"type": "int"},
        "count": {"type": "int"},
        "keep": {"type": "int"},
        "timeout": {"type": "int", "default": 600},
    },
    rules={
        "required_if": [("state", "present", ("packs",)), ("state", "absent", ("key_pack_id",))],
        "mutually_exclusive": [("packs", "key_pack_id"), ("count", "keep")],
        "required_by": {"count": ("key_pack_id",), "keep": ("key_pack_id",)},
    },
)
