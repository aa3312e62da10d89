# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of rds_role_service."""

from __future__ import annotations

from . import ModuleSpec

SPEC = ModuleSpec(
    options={
        "name": {"type": "str", "choices": ["licensing", "session_host"], "required": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "management_tools": {"type": "bool", "default": True},
        "reboot": {"type": "bool", "default": False},
        "reboot_timeout": {"type": "int", "default": 600},
        "wait": {"type": "int", "default": 60},
        "accept_license_loss": {"type": "bool", "default": False},
    }
)
