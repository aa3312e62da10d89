# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of rds_cal_report."""

from __future__ import annotations

from . import ModuleSpec

SPEC = ModuleSpec(
    options={
        "path": {"type": "str", "required": True},
        "name": {"type": "str", "default": "cal_inventory"},
        "formats": {
            "type": "list",
            "elements": "str",
            "choices": [
                "html",
                "csv",
                "json",
                "prometheus",
                "checkmk",
                "nagios",
                "zabbix",
                "prtg",
                "junit",
            ],
            "default": ["html", "csv", "json"],
        },
        "hosts": {"type": "list", "elements": "str"},
        "facts": {"type": "dict"},
        "session_hosts": {"type": "dict"},
        "language": {"type": "str", "choices": ["en", "fr"], "default": "en"},
        "title": {"type": "str"},
        "threshold": {"type": "float", "default": 10},
        "max_fact_age": {"type": "float", "default": 48},
        "expiry_notice": {"type": "int", "default": 90},
        "history": {"type": "int", "default": 36},
        "refresh_times": {"type": "bool", "default": False},
        "allow_ephemeral": {"type": "bool", "default": False},
        "mode": {"type": "str", "default": "0640"},
        "directory_mode": {"type": "str", "default": "0750"},
    },
)
