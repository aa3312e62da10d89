# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is bad enough to fail a job: one line per host, or per kind of CAL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .farm import OF_INVENTORY, SEVERITIES, reaches
from .renderers.judgment import plain
from .report import Report


@dataclass(frozen=True, slots=True)
class Failing:
    """One host, or one kind of CAL, with the worst that was found of it."""

    name: str
    severity: str
    title: str

    def as_dict(self) -> dict[str, Any]:
        """As results show it."""
        return {"name": self.name, "severity": self.severity, "title": self.title}


def failing(report: Report) -> list[Failing]:
    """Everything at or above ``report.fail_at``, the worst first."""
    worst: dict[str, Failing] = {}
    for each in _found(report):
        old = worst.get(each.name)
        if reaches(each.severity, report.fail_at) and (
            old is None or _rank(each.severity) < _rank(old.severity)
        ):
            worst[each.name] = each
    return sorted(worst.values(), key=lambda each: (_rank(each.severity), each.name))


def worst_severity(report: Report) -> str | None:
    """The worst of all findings, ``None`` without one."""
    return min((each.severity for each in _found(report)), key=_rank, default=None)


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity)


def _found(report: Report) -> Iterator[Failing]:
    language = report.language
    if report.farm is not None:
        for name, finding in report.farm.everything():
            yield Failing(name, finding.severity, plain(finding.title))
    for each in report.inventory.findings:
        severity = OF_INVENTORY[each.severity]
        yield Failing(each.subject, severity, plain(language.text(f"title.{each.code}")))
    if report.audit is not None:
        for line in report.audit.findings:
            name = language.stock(line.key) if line.key else language.text("audit.purchases_about")
            yield Failing(plain(name), line.severity, plain(line.text))
