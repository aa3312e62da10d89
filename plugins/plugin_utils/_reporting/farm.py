# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The farm view: each host with its verdict, when it stops working, and what to do.

Sentences are in the language of the report already; ids, verdicts and severities are the words of
the diagnosis. A host without a diagnosis is in it like any other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from .model import LONG_AGO, Severity

SEVERITIES = ("critical", "error", "warning", "note")
"""The severities of a diagnosis, the worst first."""
NEVER = "never"
"""Stands for a severity that no finding reaches."""
NOT_DIAGNOSED, DIAGNOSIS_OLD = "not_diagnosed", "diagnosis_old"
"""Findings of the report itself, by the names of the rules of a diagnosis."""
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z", re.ASCII)
"""How a diagnosis writes times."""
OF_INVENTORY = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.UNKNOWN: "warning",
    Severity.INFO: "note",
}
"""What a finding of the CAL inventory weighs among those of a diagnosis."""


class Verdict(StrEnum):
    """The verdicts of a diagnosis, those that need somebody first."""

    EXPIRED = "expired"
    MISCONFIGURED = "misconfigured"
    GRACE = "grace"
    UNKNOWN = "unknown"
    LICENSED = "licensed"
    NOT_APPLICABLE = "not_applicable"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Verdict).index(self)


class DiagnosisState(StrEnum):
    """What is known of a host."""

    CURRENT = "current"
    OLD = "old"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    UNREACHABLE = "unreachable"
    FAILED = "failed"

    @property
    def known(self) -> bool:
        """Whether its verdict is that of a diagnosis."""
        return self in (DiagnosisState.CURRENT, DiagnosisState.OLD)


@dataclass(frozen=True, slots=True)
class HostFinding:
    """One finding of a diagnosis.

    :param about: the other host that it is about; empty when it is about this one.
    :param fix: what the collection can do about it by itself; empty when nothing.
    """

    id: str
    severity: str
    title: str
    cause: str
    remedy: str
    about: str = ""
    fix: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return SEVERITIES.index(self.severity)

    def without_times(self) -> HostFinding:
        """The same, whenever it was seen: the end of a grace period moves with the clock."""
        if not any(_is_time(value) for value in self.evidence.values()):
            return self
        kept = {name: value for name, value in self.evidence.items() if not _is_time(value)}
        numbers = ", ".join(f"{name}={value}" for name, value in sorted(kept.items()))
        return replace(self, cause=numbers, evidence=kept)


@dataclass(frozen=True, slots=True)
class UnknownSignal:
    """Something that could not be read, and why."""

    signal: str
    why: str


@dataclass(frozen=True, slots=True)
class Host:
    """One host.

    :param stops_on: when sessions will be refused; ``None`` where that is not so, or not known.
    :param servers: the license servers in its list, ``None`` where they are not known.
    """

    name: str
    verdict: Verdict
    why: str
    state: DiagnosisState = DiagnosisState.CURRENT
    stops_on: datetime | None = None
    roles: tuple[str, ...] = ()
    mode: str = ""
    mode_source: str = ""
    servers: tuple[str, ...] | None = None
    version: str = ""
    grace_days: int | None = None
    findings: tuple[HostFinding, ...] = ()
    unknown: tuple[UnknownSignal, ...] = ()
    collected_at: datetime | None = None
    timed: bool = False
    """Whether ``why`` tells a time."""

    @property
    def severity(self) -> str:
        """That of its worst finding, empty without one."""
        return self.findings[0].severity if self.findings else ""

    @property
    def order(self) -> tuple[object, ...]:
        """Where it stands: who needs somebody comes first.

        Of the time only the day counts: the order has to be the same in the next run.
        """
        worst = self.findings[0].rank if self.findings else len(SEVERITIES)
        stops = (self.stops_on is None, (self.stops_on or LONG_AGO).date())
        return (self.verdict.rank, *stops, worst, self.name)

    def without_times(self) -> Host:
        """The same, whenever it was looked at; the days of grace stay."""
        return replace(
            self,
            why="" if self.timed else self.why,
            findings=tuple(each.without_times() for each in self.findings),
            stops_on=LONG_AGO if self.stops_on else None,
            collected_at=LONG_AGO if self.collected_at else None,
        )


@dataclass(frozen=True, slots=True)
class RuleAbout:
    """One rule that hosts were held against.

    :param scope: ``session_host``, ``license_server`` or ``farm``.
    """

    id: str
    scope: str
    title: str


@dataclass(frozen=True)
class FarmView:
    """All hosts.

    :param hosts: those that need somebody first.
    :param findings: what shows only over all hosts, with the host that it is about.
    :param rules: what a test case is made of.
    """

    hosts: tuple[Host, ...] = ()
    findings: tuple[tuple[str, HostFinding], ...] = ()
    rules: tuple[RuleAbout, ...] = ()

    @cached_property
    def verdicts(self) -> dict[Verdict, int]:
        """The number of hosts by verdict, the worst first."""
        counts = Counter(host.verdict for host in self.hosts)
        return {each: counts[each] for each in Verdict}

    @property
    def worst(self) -> Verdict | None:
        """The worst verdict, ``None`` without hosts."""
        return min((host.verdict for host in self.hosts), key=lambda each: each.rank, default=None)

    @cached_property
    def severities(self) -> dict[str, int]:
        """The number of findings by severity, the worst first."""
        counts = Counter(finding.severity for dummy, finding in self.everything())
        return {each: counts[each] for each in SEVERITIES}

    def everything(self) -> Iterator[tuple[str, HostFinding]]:
        """All findings with the hosts that they are of."""
        for host in self.hosts:
            for finding in host.findings:
                yield host.name, finding
        yield from self.findings

    def without_times(self) -> FarmView:
        """The same, whenever it was looked at."""
        return replace(
            self,
            hosts=tuple(host.without_times() for host in self.hosts),
            findings=tuple((name, each.without_times()) for name, each in self.findings),
        )

    def coded(self) -> list[object]:
        """What it says, in no language and at no time."""
        hosts: list[object] = [
            [host.name, host.verdict, host.state, _codes(host.findings)] for host in self.hosts
        ]
        return [hosts, [[name, *_codes((finding,))] for name, finding in self.findings]]


def _is_time(value: object) -> bool:
    return isinstance(value, str) and TIME.fullmatch(value) is not None


def _codes(findings: tuple[HostFinding, ...]) -> list[list[str]]:
    return [[each.id, each.severity, each.about] for each in findings]


def reaches(severity: str, fail_at: str) -> bool:
    """Whether a severity is at or above another one.

    :param fail_at: one of ``SEVERITIES``, or ``NEVER``.
    """
    if fail_at == NEVER:
        return False
    return SEVERITIES.index(severity) <= SEVERITIES.index(fail_at)
