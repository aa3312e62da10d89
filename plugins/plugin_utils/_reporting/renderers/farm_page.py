# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the farm view of the HTML page says; ``templates/farm.html.j2`` says how it looks.

Hosts with the same story stand together, so that a page over two thousand hosts stays one that
can be read, and opens at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ..farm import SEVERITIES, DiagnosisState, FarmView, Host, HostFinding, Verdict
from ..language import Language

COLORS = {
    Verdict.EXPIRED: "error",
    Verdict.MISCONFIGURED: "error",
    Verdict.GRACE: "warning",
    Verdict.UNKNOWN: "unknown",
    Verdict.LICENSED: "ok",
    Verdict.NOT_APPLICABLE: "info",
    "critical": "error",
    "error": "error",
    "warning": "warning",
    "note": "info",
}
"""The color of each verdict and severity."""
NAMED = 3
"""Hosts of one story that stand in the open."""
OPEN_ROWS, OPEN_SENTENCES = 60, 4
_SHORTEST_FOLD = 10


@dataclass(frozen=True, slots=True)
class Tile:
    """One verdict and its number of hosts."""

    verdict: Verdict
    color: str
    number: int


@dataclass(frozen=True, slots=True)
class Stop:
    """Hosts that stop working on one day; now without one."""

    when: str
    color: str
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Hosts with one story.

    :param color: that of the worst of verdict and findings.
    :param first: what is to be done first; the others are ``also``.
    """

    host: Host
    color: str
    stops: str
    shown: tuple[str, ...]
    names: tuple[str, ...]
    first: HostFinding | None
    also: tuple[HostFinding, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """One sentence, and the hosts that it is true of."""

    text: str
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """Findings of one rule: what to do, and where."""

    finding: HostFinding
    color: str
    remedies: tuple[str, ...]
    fix: str
    causes: tuple[Cause, ...]
    hosts: int

    @property
    def shown(self) -> tuple[Cause, ...]:
        """The causes that stand in the open."""
        few = len(self.causes) <= OPEN_SENTENCES + 1
        return self.causes if few else self.causes[:OPEN_SENTENCES]

    @property
    def folded(self) -> tuple[Cause, ...]:
        """The others."""
        return self.causes[len(self.shown) :]


@dataclass(frozen=True, slots=True)
class FarmPage:
    """All of it."""

    color: str
    said: str
    tiles: tuple[Tile, ...]
    stops: tuple[Stop, ...]
    rows: tuple[Row, ...]
    folded_rows: tuple[Row, ...]
    tasks: tuple[Task, ...]
    notes: tuple[Task, ...]


def farm_page(view: FarmView, language: Language) -> FarmPage:
    """Prepare it."""
    worst = view.worst
    number = view.verdicts[worst] if worst else 0
    rows = _rows(view.hosts, language)
    opened = rows if len(rows) <= OPEN_ROWS + _SHORTEST_FOLD else rows[:OPEN_ROWS]
    tasks = _tasks(view)
    return FarmPage(
        color=COLORS[worst] if worst else "unknown",
        said=language.text(f"farm.verdict.{worst or 'none'}", n=number)
        if worst in _COUNTED
        else language.text(f"farm.verdict.{worst or 'none'}"),
        tiles=tuple(Tile(each, COLORS[each], n) for each, n in view.verdicts.items() if n),
        stops=tuple(_stops(view.hosts, language)),
        rows=opened,
        folded_rows=rows[len(opened) :],
        tasks=tuple(each for each in tasks if each.finding.severity != "note"),
        notes=tuple(each for each in tasks if each.finding.severity == "note"),
    )


_COUNTED = (Verdict.EXPIRED, Verdict.MISCONFIGURED, Verdict.GRACE, Verdict.UNKNOWN)


def _stops(hosts: Iterable[Host], language: Language) -> Iterable[Stop]:
    """What stops working, the first day first; what stopped already stands before it."""
    gone = tuple(host.name for host in hosts if host.verdict is Verdict.EXPIRED)
    if gone:
        yield Stop("", COLORS[Verdict.EXPIRED], gone)
    days: dict[date, list[str]] = {}
    for host in hosts:
        if host.stops_on is not None and host.verdict is not Verdict.EXPIRED:
            days.setdefault(host.stops_on.date(), []).append(host.name)
    for day, names in sorted(days.items()):
        yield Stop(language.day(day), COLORS[Verdict.GRACE], tuple(names))


def _rows(hosts: Iterable[Host], language: Language) -> tuple[Row, ...]:
    stories: dict[object, list[Host]] = {}
    for host in hosts:
        stories.setdefault(_story(host), []).append(host)
    return tuple(_row(group, language) for group in stories.values())


def _story(host: Host) -> object:
    findings = tuple((each.id, each.severity, each.about, each.cause) for each in host.findings)
    day = host.stops_on.date() if host.stops_on else None
    setup = (host.mode, host.mode_source, host.servers, host.version, host.grace_days)
    return (host.verdict, host.state, host.why, day, findings, setup, host.unknown, host.roles)


def _row(group: list[Host], language: Language) -> Row:
    host = group[0]
    names = tuple(each.name for each in group)
    stops = ""
    if host.verdict is Verdict.EXPIRED:
        stops = language.text("farm.stopped")
    elif host.stops_on is not None:
        stops = language.text("farm.stops_on", when=host.stops_on.date())
    few = len(names) <= NAMED + 1
    urgent = host.findings[:1] if host.severity not in ("", "note") else ()
    return Row(
        host=host,
        color=_color(host),
        stops=stops,
        shown=names if few else names[:NAMED],
        names=names,
        first=urgent[0] if urgent else None,
        also=host.findings[len(urgent) :],
    )


_BY_WEIGHT = ("error", "warning", "unknown", "ok", "info")


def _color(host: Host) -> str:
    """The worse of verdict and findings; that a host was not diagnosed is not known to be bad."""
    verdict = COLORS[host.verdict]
    if not host.state.known or host.severity in ("", "note"):
        return verdict
    return min(verdict, COLORS[host.severity], key=_BY_WEIGHT.index)


def _tasks(view: FarmView) -> list[Task]:
    by_rule: dict[tuple[int, str], list[tuple[str, HostFinding]]] = {}
    for name, finding in view.everything():
        by_rule.setdefault((finding.rank, finding.id), []).append((name, finding))
    found = []
    for (rank, dummy), group in sorted(by_rule.items()):
        causes: dict[str, dict[str, None]] = {}
        for name, finding in group:
            causes.setdefault(finding.cause, {})[name] = None
        found.append(
            Task(
                finding=group[0][1],
                color=COLORS[SEVERITIES[rank]],
                remedies=tuple(dict.fromkeys(finding.remedy for dummy, finding in group))[:5],
                fix=next((finding.fix for dummy, finding in group if finding.fix), ""),
                causes=tuple(Cause(text, tuple(names)) for text, names in causes.items()),
                hosts=len({name for name, dummy in group}),
            )
        )
    return found


def state_of(host: Host, language: Language) -> str:
    """What is to be said of the diagnosis itself, empty where it is current."""
    if host.state is DiagnosisState.CURRENT:
        return ""
    return language.word("diagnosed", host.state)
