# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts, their findings and the account as CSV, each with its own header."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence

from ..farm import Host, HostFinding
from ..report import Report
from ..spreadsheet import safe
from .as_csv import timestamp

HOSTS = (
    *("Host", "Verdict", "Why", "StopsOn", "Todo", "Mode", "ModeSource", "Servers"),
    *("WindowsVersion", "GraceDays", "Roles", "Critical", "Errors", "Warnings", "Notes"),
    *("Unknown", "CollectedAt", "DiagnosisState"),
)
FINDINGS = (
    *("Host", "Severity", "Id", "Title", "Cause", "Remedy", "About", "Fix", "Evidence"),
    *("Verdict", "CollectedAt"),
)
ACCOUNT = (
    *("Version", "Type", "Suite", "State", "Owned", "Installed", "InstalledAtLeast", "Issued"),
    *("IssuedAtLeast", "Authorized", "Used", "UsedAtLeast", "Missing", "Unused", "CoveredBy"),
    *("Rule", "Why"),
)
Cell = str | int | None


def hosts(report: Report) -> str:
    """One line per host."""
    view = report.farm
    return _table(HOSTS, (_host(each) for each in (view.hosts if view else ())))


def _host(host: Host) -> list[Cell]:
    counts = [sum(each.severity == name for each in host.findings) for name in _SEVERITIES]
    urgent = host.findings and host.severity != "note"
    return [
        host.name,
        host.verdict.value,
        host.why,
        timestamp(host.stops_on),
        host.findings[0].remedy if urgent else None,
        host.mode,
        host.mode_source,
        None if host.servers is None else ", ".join(host.servers),
        host.version,
        host.grace_days,
        ", ".join(host.roles),
        *counts,
        ", ".join(each.signal for each in host.unknown),
        timestamp(host.collected_at),
        host.state.value,
    ]


_SEVERITIES = ("critical", "error", "warning", "note")


def findings(report: Report) -> str:
    """One line per finding and host; what shows over all hosts stands at the end."""
    view = report.farm
    if view is None:
        return _table(FINDINGS, ())
    rows = [
        _finding(host.name, finding, host.verdict.value, timestamp(host.collected_at))
        for host in view.hosts
        for finding in host.findings
    ]
    rows += [_finding(name, finding, None, None) for name, finding in view.findings]
    return _table(FINDINGS, rows)


def _finding(
    host: str, finding: HostFinding, verdict: str | None, collected: str | None
) -> list[Cell]:
    evidence = json.dumps(dict(finding.evidence), ensure_ascii=False, sort_keys=True)
    return [
        *(host, finding.severity, finding.id, finding.title, finding.cause, finding.remedy),
        *(finding.about, finding.fix, evidence, verdict, collected),
    ]


def account(report: Report) -> str:
    """One line per version, type and suite; an empty cell is not known."""
    lines = report.audit.lines if report.audit is not None else ()
    rows: list[list[Cell]] = [
        [
            *(line.key.version, line.key.type.value, line.key.suite.value, line.state),
            *(line.owned, line.installed, line.installed_least, line.issued, line.issued_least),
            *(line.authorized, line.used, line.used_least, line.short, line.unused),
            ", ".join(f"{number} of {version}" for version, number in line.borrowed),
            *(line.rule, line.why),
        ]
        for line in lines
    ]
    return _table(ACCOUNT, rows)


def _table(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue()
