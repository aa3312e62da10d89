# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The farm view and the audit view as JSON: parts of what ``as_json`` writes."""

from __future__ import annotations

from typing import Any

from ..audit import AuditLine, AuditView, ChangeLog
from ..farm import FarmView, Host, HostFinding
from ..model import StockKey
from .as_csv import timestamp

Json = dict[str, Any]


def farm(view: FarmView) -> Json:
    """The hosts."""
    return {
        "verdicts": {str(each): number for each, number in view.verdicts.items()},
        "severities": dict(view.severities),
        "hosts": [_host(each) for each in view.hosts],
        "findings": [{"host": name, **_finding(each)} for name, each in view.findings],
    }


def _host(host: Host) -> Json:
    return {
        "name": host.name,
        "verdict": host.verdict.value,
        "why": host.why,
        "diagnosis": host.state.value,
        "stops_on": timestamp(host.stops_on) or None,
        "roles": list(host.roles),
        "mode": host.mode or None,
        "mode_source": host.mode_source or None,
        "servers": None if host.servers is None else list(host.servers),
        "version": host.version or None,
        "grace_days": host.grace_days,
        "collected_at": timestamp(host.collected_at) or None,
        "findings": [_finding(each) for each in host.findings],
        "unknown": [{"signal": each.signal, "why": each.why} for each in host.unknown],
    }


def _finding(finding: HostFinding) -> Json:
    return {
        "id": finding.id,
        "severity": finding.severity,
        "title": finding.title,
        "cause": finding.cause,
        "remedy": finding.remedy,
        "about": finding.about or None,
        "fix": finding.fix or None,
        "evidence": dict(finding.evidence),
    }


def audit(view: AuditView) -> Json:
    """The account, the changes, and what is not known."""
    return {
        "account": [_line(each) for each in view.lines],
        "findings": [
            {
                "id": each.id,
                "severity": each.severity,
                "about": _key(each.key) if each.key else None,
                "text": each.text,
            }
            for each in view.findings
        ],
        "finds_cal": [
            {"finds_cal": each.finds_cal, "why": each.why, "hosts": list(each.hosts)}
            for each in view.finds_cal
        ],
        "idle_packs": [
            {
                "server": each.server,
                "key_pack_id": each.key_pack_id,
                **_key(each.key),
                "total": each.total,
                "why": each.why,
            }
            for each in view.idle
        ],
        "changes": _changes(view.log) if view.log else None,
        "unknown": [
            {"signal": each.signal, "why": each.why, "hosts": list(each.hosts)}
            for each in view.unknown
        ],
    }


def _key(key: StockKey) -> Json:
    return {"version": key.version, "type": key.type.value, "suite": key.suite.value}


def _line(line: AuditLine) -> Json:
    return {
        **_key(line.key),
        "state": line.state,
        "rule": line.rule,
        "why": line.why,
        "owned": line.owned,
        "installed": line.installed,
        "installed_at_least": line.installed_least,
        "issued": line.issued,
        "issued_at_least": line.issued_least,
        "authorized": line.authorized,
        "used": line.used,
        "used_at_least": line.used_least,
        "missing": line.short,
        "unused": line.unused,
        "covered_by": [{"version": each, "quantity": number} for each, number in line.borrowed],
    }


def _changes(log: ChangeLog) -> Json:
    return {
        "since": log.pack,
        "made_at": timestamp(log.made_at) or None,
        "changes": [
            {
                "kind": each.kind,
                "host": each.host or None,
                "what": each.what,
                "before": each.before or None,
                "after": each.after or None,
            }
            for each in log.changes
        ],
    }
