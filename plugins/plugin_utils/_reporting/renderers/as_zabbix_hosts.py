# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts for Zabbix: low-level discovery with one row per host (Zabbix manual: low-level
discovery, dependent items). It is a file of its own, as its macros are others than those of CALs.
"""

from __future__ import annotations

import json

from ..report import Report
from . import farm_lines
from .as_csv import timestamp


def render(report: Report) -> str:
    """One row per host; none without a farm view."""
    hosts = report.farm.hosts if report.farm is not None else ()
    rows = [
        {
            "{#HOST}": host.name,
            "state": farm_lines.of_host(host),
            "verdict": host.verdict.value,
            "text": farm_lines.says(host, report.language),
            "grace_days": host.grace_days,
            "stops_on": timestamp(host.stops_on) or None,
            "findings": len(host.findings),
        }
        for host in hosts
    ]
    return json.dumps(rows, ensure_ascii=True, indent=1) + "\n"
