# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of rds_lserver_backup."""

from __future__ import annotations

from . import ModuleSpec

SPEC = ModuleSpec(
    options={
        "path": {"type": "str", "required": True},
        "method": {
            "type": "str",
            "choices": ["auto", "snapshot", "stop_service"],
            "default": "auto",
        },
        "fetch_to": {"type": "path"},
        "allow_ephemeral": {"type": "bool", "default": False},
        "keep": {"type": "int", "default": 12},
        "max_age": {"type": "float", "default": 0},
        "label": {"type": "str"},
        "verify": {"type": "bool", "default": True},
        "restart_after": {"type": "int", "default": 15},
    },
)
