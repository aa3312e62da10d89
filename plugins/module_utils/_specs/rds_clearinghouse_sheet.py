# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of rds_clearinghouse_sheet."""

from __future__ import annotations

from . import ModuleSpec
from ._purchase import PURCHASE

SPEC = ModuleSpec(
    options={
        "path": {"type": "str", "required": True},
        "name": {"type": "str", "default": "clearinghouse_sheet"},
        "request": {
            "type": "str",
            "choices": ["reinstall", "move", "correct_channel"],
            "required": True,
        },
        "language": {"type": "str", "choices": ["en", "fr"], "default": "en"},
        "formats": {
            "type": "list",
            "elements": "str",
            "choices": ["md", "html"],
            "default": ["md", "html"],
        },
        "packs": {"type": "list", "elements": "dict", "options": PURCHASE, "default": []},
        "rows": {"type": "list", "elements": "int"},
        "server": {"type": "dict"},
        "old_server": {"type": "dict"},
        "contact": {"type": "dict"},
        "refusal_code": {"type": "str"},
        "reason": {"type": "str"},
        "reference": {"type": "str"},
        "show_numbers": {"type": "bool", "default": False},
        "allow_ephemeral": {"type": "bool", "default": False},
        "mode": {"type": "str", "default": "0600"},
        "directory_mode": {"type": "str", "default": "0700"},
    },
)
