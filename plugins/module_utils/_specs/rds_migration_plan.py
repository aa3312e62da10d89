# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of rds_migration_plan."""

from __future__ import annotations

from . import ModuleSpec
from ._purchase import PURCHASE

_ROWS = {"type": "list", "elements": "dict", "options": PURCHASE, "default": []}

SPEC = ModuleSpec(
    options={
        "story": {
            "type": "str",
            "choices": ["migrate", "correct_channel", "recover"],
            "default": "migrate",
        },
        "packs": _ROWS,
        "own_packs": _ROWS,
        "old_facts": {"type": "dict"},
        "new_facts": {"type": "dict"},
        "old_host": {"type": "dict"},
        "new_host": {"type": "dict"},
        "old_names": {"type": "list", "elements": "str", "default": []},
        "new_names": {"type": "list", "elements": "str", "default": []},
        "new_entry": {"type": "str"},
        "session_hosts": {"type": "dict", "default": {}},
        "key_pack_id": {"type": "int"},
        "remove_first": {"type": "bool", "default": False},
        "switch": {"type": "bool", "default": False},
        "deactivate_old": {"type": "bool", "default": False},
        "accept": {"type": "list", "elements": "str", "default": []},
    },
    rules={
        "required_if": [
            ("story", "migrate", ("new_entry",)),
            ("story", "correct_channel", ("key_pack_id",)),
        ],
    },
)
