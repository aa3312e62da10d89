# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of rds_audit_report."""

from __future__ import annotations

from . import ModuleSpec
from ._reporting import FARM, FARM_RULES, FORMATS, KEPT, REPORT

SPEC = ModuleSpec(
    options={
        **REPORT,
        **KEPT,
        **FARM,
        "name": {"type": "str", "default": "licensing_audit"},
        "formats": {
            "type": "list",
            "elements": "str",
            "choices": [*FORMATS, "hosts_csv", "findings_csv", "account_csv", "zabbix_hosts"],
            "default": ["html", "json", "hosts_csv", "findings_csv"],
        },
        "title": {"type": "str"},
        "registered": {"type": "str"},
        "audit": {"type": "bool", "default": True},
        "evidence_path": {"type": "str"},
        "evidence_name": {"type": "str", "default": "licensing_evidence"},
        "fail_at": {
            "type": "str",
            "choices": ["critical", "error", "warning", "note", "never"],
            "default": "error",
        },
    },
    rules=FARM_RULES,
)
