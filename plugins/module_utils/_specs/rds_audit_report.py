# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of rds_audit_report."""

from __future__ import annotations

from . import ModuleSpec
from .rds_cal_report import SPEC as CAL_REPORT

_OF_ONE_VIEW = ("hosts", "session_hosts", "facts", "name", "formats")

SPEC = ModuleSpec(
    options={
        **{name: each for name, each in CAL_REPORT.options.items() if name not in _OF_ONE_VIEW},
        "name": {"type": "str", "default": "licensing_audit"},
        "formats": {
            "type": "list",
            "elements": "str",
            "choices": [
                *CAL_REPORT.options["formats"]["choices"],
                "hosts_csv",
                "findings_csv",
                "account_csv",
                "zabbix_hosts",
            ],
            "default": ["html", "json", "hosts_csv", "findings_csv"],
        },
        "license_servers": {"type": "list", "elements": "str"},
        "session_hosts": {"type": "list", "elements": "str"},
        "facts": {"type": "dict"},
        "diagnoses": {"type": "dict"},
        "registered": {"type": "str"},
        "audit": {"type": "bool", "default": True},
        "entitlements": {"type": "list", "elements": "raw"},
        "entitlements_file": {"type": "path"},
        "documents_folder": {"type": "path"},
        "require_documents": {"type": "bool", "default": False},
        "authorized_users": {"type": "raw"},
        "authorized_users_file": {"type": "path"},
        "evidence_path": {"type": "str"},
        "evidence_name": {"type": "str", "default": "licensing_evidence"},
        "fail_at": {
            "type": "str",
            "choices": ["critical", "error", "warning", "note", "never"],
            "default": "error",
        },
    },
    rules={
        "mutually_exclusive": [
            ("entitlements", "entitlements_file"),
            ("authorized_users", "authorized_users_file"),
        ]
    },
)
