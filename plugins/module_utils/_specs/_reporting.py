# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of modules that work on facts and write files; doc_fragments/reporting.py tells them."""

from __future__ import annotations

import typing as t

KEPT: dict[str, dict[str, t.Any]] = {"allow_ephemeral": {"type": "bool", "default": False}}
"""Of modules that write files which are to stay."""

FORMATS = ["html", "csv", "json", "prometheus", "checkmk", "nagios", "zabbix", "prtg", "junit"]
"""What every report can be written as."""

REPORT: dict[str, dict[str, t.Any]] = {
    "path": {"type": "str", "required": True},
    "language": {"type": "str", "choices": ["en", "fr"], "default": "en"},
    "threshold": {"type": "float", "default": 10},
    "max_fact_age": {"type": "float", "default": 48},
    "expiry_notice": {"type": "int", "default": 90},
    "history": {"type": "int", "default": 36},
    "refresh_times": {"type": "bool", "default": False},
    "mode": {"type": "str", "default": "0640"},
    "directory_mode": {"type": "str", "default": "0750"},
}
"""Of modules that write a report in several formats."""

FARM: dict[str, dict[str, t.Any]] = {
    "license_servers": {"type": "list", "elements": "str"},
    "session_hosts": {"type": "list", "elements": "str"},
    "facts": {"type": "dict"},
    "diagnoses": {"type": "dict"},
    "entitlements": {"type": "list", "elements": "raw"},
    "entitlements_file": {"type": "path"},
    "documents_folder": {"type": "path"},
    "require_documents": {"type": "bool", "default": False},
    "authorized_users": {"type": "raw"},
    "authorized_users_file": {"type": "path"},
}
"""Of modules that look at all hosts, and hold what they have against what was bought."""

FARM_RULES: dict[str, t.Any] = {
    "mutually_exclusive": [
        ("entitlements", "entitlements_file"),
        ("authorized_users", "authorized_users_file"),
    ]
}
"""What of ``FARM`` excludes each other."""
