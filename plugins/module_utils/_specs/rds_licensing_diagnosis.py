# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of rds_licensing_diagnosis."""

from __future__ import annotations

from . import ModuleSpec

GROUPS = [
    "settings",
    "servers",
    "grace",
    "events",
    "connectivity",
    "network",
    "license_server",
    "hardening",
    "policy",
]

SPEC = ModuleSpec(
    options={
        "checks": {"type": "list", "elements": "str", "choices": GROUPS, "default": GROUPS},
        "events": {"type": "str", "choices": ["auto", "system", "none"], "default": "auto"},
        "network": {"type": "bool", "default": False},
        "license_servers": {"type": "dict"},
        "wanted_mode": {"type": "str", "choices": ["per_user", "per_device"]},
        "wanted_servers": {"type": "list", "elements": "str"},
        "since_boot_hours": {"type": "int", "default": 720},
    }
)
