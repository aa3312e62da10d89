# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON for Zabbix: low-level discovery and, in the same rows, the values.

The macros make the items; dependent items take the values by JSONPath from the same text (Zabbix
manual: low-level discovery, dependent items).
"""

from __future__ import annotations

import json

from ..report import Report
from . import judgment


def render(report: Report) -> str:
    """One row per license server and stock."""
    threshold = report.inventory.options.threshold
    rows = [
        {
            "{#SERVER}": server.name,
            "{#VERSION}": stock.key.version,
            "{#VERSIONID}": str(stock.key.version_id or ""),
            "{#TYPE}": stock.key.type.value,
            "{#SUITE}": stock.key.suite.value,
            "{#STOCK}": f"{server.name}_{judgment.slug(stock.key)}",
            "state": judgment.of_stock(stock, threshold),
            # A total without a counted pack is none: the item then keeps its last value.
            "total": stock.total if stock.packs else None,
            "issued": stock.issued,
            "available": stock.available if stock.packs else None,
            "over_issued": stock.over_issued,
            "expired_total": stock.expired_total,
            "temporary_issued": stock.temporary_issued,
            "unlimited_packs": stock.unlimited_packs,
            "newest_backup": int(server.backup.created.timestamp())
            if server.backup and server.backup.created
            else None,
        }
        for server, stock in judgment.counted(report.inventory)
    ]
    return json.dumps(rows, ensure_ascii=True, indent=1) + "\n"
