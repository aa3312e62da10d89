# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON: everything, with stable names (``docs/schema/cal_inventory.schema.json``)."""

from __future__ import annotations

import json
from typing import Any

from ..model import Backup, Finding, LicenseServer, Pack, SessionHost, Stock, StockKey
from ..report import Report
from ..trend import Trend
from . import as_farm_json
from .as_csv import timestamp
from .judgment import plain

SCHEMA_VERSION = 1

Json = dict[str, Any]


def render(report: Report) -> str:
    """The inventory as JSON."""
    return json.dumps(body(report), ensure_ascii=False, indent=1) + "\n"


def body(report: Report) -> Json:
    """The same, not yet written."""
    inventory = report.inventory
    options = inventory.options
    threshold = options.threshold
    return {
        "schema_version": SCHEMA_VERSION,
        "title": report.heading,
        "language": report.language.code,
        "digest": report.digest,
        "as_of": timestamp(inventory.as_of) or None,
        "complete": inventory.complete,
        "options": {
            "threshold_percent": threshold,
            "max_fact_age_hours": options.max_fact_age.total_seconds() / 3600,
            "expiry_notice_days": options.expiry_notice.days,
        },
        "stocks": [_stock(stock, threshold) for stock in inventory.stocks],
        "servers": [_server(server, threshold) for server in inventory.servers],
        "session_hosts": [_session_host(host) for host in inventory.session_hosts],
        "findings": [_finding(finding, report) for finding in inventory.findings],
        "trends": [_trend(trend) for trend in report.trends],
        "farm": as_farm_json.farm(report.farm) if report.farm else None,
        "audit": as_farm_json.audit(report.audit) if report.audit else None,
    }


def _key(key: StockKey) -> Json:
    return {
        "version": key.version,
        "version_id": key.version_id,
        "type": key.type.value,
        "suite": key.suite.value,
    }


def _stock(stock: Stock, threshold: float) -> Json:
    percent = stock.free_percent
    return {
        **_key(stock.key),
        "state": stock.state(threshold).value,
        "total": stock.total,
        "issued": stock.issued,
        "available": stock.available,
        "free_percent": None if percent is None else round(percent, 2),
        "over_issued": stock.over_issued,
        "packs": stock.packs,
        "expired_total": stock.expired_total,
        "temporary_issued": stock.temporary_issued,
        "unlimited_packs": stock.unlimited_packs,
        "unlimited_issued": stock.unlimited_issued,
        "unreadable_packs": stock.unreadable_packs,
        "servers": stock.servers,
        "over_issued_servers": stock.over_servers,
    }


def _server(server: LicenseServer, threshold: float) -> Json:
    return {
        "name": server.name,
        "facts": server.state.value,
        "collected_at": timestamp(server.collected_at) or None,
        "counted": server.counted,
        "same_as": server.same_as or None,
        "computer_name": server.computer_name or None,
        "activated": server.activated,
        "version": server.version or None,
        "os_build": server.os_build or None,
        "role": server.role or None,
        "product_id": server.product_id or None,
        "license_server_id": server.license_server_id or None,
        "backup": _backup(server.backup),
        "stocks": [_stock(stock, threshold) for stock in server.stocks],
        "packs": [_pack(pack) for pack in server.packs],
    }


def _backup(backup: Backup | None) -> Json | None:
    """The last good bundle; null where nobody looked."""
    if backup is None:
        return None
    limit = backup.limit
    return {
        "newest_good": timestamp(backup.created) or None,
        "limit_hours": None if limit is None else limit.total_seconds() / 3600,
    }


def _pack(pack: Pack) -> Json:
    return {
        "key_pack_id": pack.key_pack_id,
        "type": pack.type.value,
        "program": pack.program.value,
        "version": pack.version,
        "version_id": pack.version_id,
        "suite": pack.suite.value,
        "total": pack.total,
        "issued": pack.issued,
        "available": pack.available,
        "unlimited": pack.unlimited,
        "expires": timestamp(pack.expires) or None,
        "expired": pack.expired,
        "place": pack.place.value,
        "description": pack.description,
        "type_and_model": pack.type_and_model,
    }


def _session_host(host: SessionHost) -> Json:
    return {
        "name": host.name,
        "mode": host.mode,
        "servers": None if host.servers is None else list(host.servers),
        "source": host.source,
    }


def _finding(finding: Finding, report: Report) -> Json:
    return {
        "severity": finding.severity.value,
        "rule": finding.rule.value,
        "code": finding.code,
        "subject": finding.subject,
        "stock": _key(finding.stock) if finding.stock else None,
        "text": plain(report.language.finding(finding)),
    }


def _trend(trend: Trend) -> Json:
    return {
        **_key(trend.key),
        "outlook": trend.outlook.value,
        "growth_per_month": None if trend.growth is None else round(trend.growth, 2),
        "exhausted_on": trend.exhausted_on.isoformat() if trend.exhausted_on else None,
        "points": [
            {"day": point.day.isoformat(), "total": point.total, "issued": point.issued}
            for point in trend.points
        ],
    }
