# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event logs of one host.

Records of other programs are computed and never kept, so that a log of 200,000 records costs
nothing until somebody reads it: record ``i`` of a log has its time and its kind by arithmetic.
Reading is counted (``reads``), so that a test can forbid what is slow on a real server.
"""

from __future__ import annotations

import bisect
import heapq
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from .clock import Clock
from .event_kinds import EVENTS, LEGACY_SOURCES, LICENSING, NOISE, RCM, Level, NoiseKind
from .signal_plan import EventLogPlan, EventPlan

CLASSIC_LOGS = ("Application", "Security", "System")
_SECURITY_RECORDS = 20
_OURS = frozenset({RCM, LICENSING, *LEGACY_SOURCES.values()})


@dataclass(frozen=True, slots=True)
class Record:
    """One record: ``code`` is the 16-bit id as this machine shows it."""

    log: str
    number: int
    code: int
    level: Level
    source: str
    time: datetime
    strings: tuple[str, ...]
    message: str

    @property
    def identifier(self) -> int:
        """EventIdentifier: the severity above the code."""
        return self.level.severity << 30 | self.code


@dataclass(slots=True)
class Read:
    """One reading of the classic logs over CIM, and how many records it produced so far."""

    log_named: bool
    since: datetime | None
    codes_named: bool
    produced: int = 0

    @property
    def whole(self) -> bool:
        """True when a real server would have gone through a log from end to end."""
        return not self.log_named or self.since is None


@dataclass(frozen=True, slots=True)
class _Noise:
    """The records of others in one log: evenly spread, oldest first."""

    log: str
    count: int
    first: datetime
    step: timedelta
    kinds: tuple[NoiseKind, ...]

    def time(self, index: int) -> datetime:
        return self.first + index * self.step

    def until(self, moment: datetime) -> int:
        """How many records are older than ``moment`` or of that very time."""
        if moment < self.first:
            return 0
        return min(self.count, (moment - self.first) // self.step + 1)

    def before(self, moment: datetime) -> int:
        """How many records are older than ``moment``."""
        there = self.until(moment)
        return there - 1 if there and self.time(there - 1) == moment else there


class EventLogs:
    """The logs and channels of a machine. ``write`` and ``reads`` are for tests."""

    def __init__(
        self, plan: EventLogPlan, clock: Clock, *, german: bool, licensing: Callable[[], bool]
    ) -> None:
        self.plan = plan
        self.reads: list[Read] = []
        self._clock, self._german, self._licensing = clock, german, licensing
        self._lock = threading.Lock()
        now, span = clock.now(), timedelta(days=plan.days)
        counts = {
            "System": plan.system,
            "Application": plan.application,
            "Security": _SECURITY_RECORDS,
        }
        self._noise = {
            log: _Noise(log, count, now - span, span / max(count, 1), NOISE[log])
            for log, count in counts.items()
        }
        self._own: dict[str, list[Record]] = {}
        for given in plan.records:
            self.write(given)

    # -- for tests ---------------------------------------------------------------------------

    @property
    def whole_reads(self) -> int:
        """How often a log was read from end to end."""
        return sum(read.whole for read in self.reads)

    @property
    def produced(self) -> int:
        """How many records all readings together produced."""
        return sum(read.produced for read in self.reads)

    def write(self, given: EventPlan) -> None:
        """Add events, the newest at the plan's time, the others before it."""
        newest = given.at or self._clock.now() - timedelta(hours=given.hours_ago)
        for index in range(given.count):
            record = self._record(given, newest - index * timedelta(hours=given.every_hours))
            with self._lock:
                kept = self._own.setdefault(record.log, [])
                bisect.insort(kept, record, key=lambda each: each.time)

    def _record(self, given: EventPlan, when: datetime) -> Record:
        known = EVENTS.get(given.id)
        provider = known.provider if known is not None else RCM
        log = given.log or ("system" if known is None else known.log)
        usual = Level.WARNING if known is None else known.level
        level = usual if given.level is None else Level[given.level.upper()]
        source = given.source or (LEGACY_SOURCES[provider] if self._legacy(log) else provider)
        text = given.message
        if text is None and known is not None:
            text = known.german if self._german else known.text
        for number, string in enumerate(given.strings, start=1):
            text = (text or "").replace(f"%{number}", string)
        code = given.id
        if self.plan.codes == "severity_bits" and source in _OURS:
            code |= level.severity << 14 if level is not Level.INFORMATION else 0
        return Record(
            self._log_name(log, provider), 0, code, level, source, when, given.strings, text or ""
        )

    def _legacy(self, log: str) -> bool:
        return self.plan.legacy_sources and log in ("system", "application")

    def _log_name(self, log: str, provider: str) -> str:
        if log in ("admin", "operational"):
            return f"{provider}/{log.capitalize()}"
        return log.capitalize()

    # -- classic logs ------------------------------------------------------------------------

    def logs(self) -> tuple[str, ...]:
        """The classic logs that the caller's token can read."""
        hidden = () if self.plan.security_readable else ("Security",)
        return tuple(log for log in CLASSIC_LOGS if log not in hidden)

    def records(
        self,
        log: str,
        low: datetime | None = None,
        high: datetime | None = None,
        wanted: Callable[[NoiseKind], bool] = lambda dummy: True,
    ) -> Iterator[Record]:
        """Records of a log between two times, newest first; ``wanted`` chooses among the noise."""
        with self._lock:
            own = list(self._own.get(log, ()))
        noise = self._noise.get(log)
        found = (
            self._numbered(record, index, noise)
            for index, record in reversed(list(enumerate(own)))
            if (low is None or record.time >= low) and (high is None or record.time <= high)
        )
        if noise is None:
            return found
        others = self._others(noise, low, high, wanted, [record.time for record in own])
        return heapq.merge(found, others, key=lambda record: record.time, reverse=True)

    def _numbered(self, record: Record, index: int, noise: _Noise | None) -> Record:
        older = 0 if noise is None else noise.until(record.time)
        return Record(
            record.log,
            index + older + 1,
            record.code,
            record.level,
            record.source,
            record.time,
            record.strings,
            record.message,
        )

    def _others(
        self,
        noise: _Noise,
        low: datetime | None,
        high: datetime | None,
        wanted: Callable[[NoiseKind], bool],
        own: list[datetime],
    ) -> Iterator[Record]:
        number = len(noise.kinds)
        chosen = {index for index, kind in enumerate(noise.kinds) if wanted(kind)}
        if not chosen:
            return
        last = noise.count if high is None else noise.until(high)
        first = 0 if low is None else noise.before(low)
        for index in range(last - 1, first - 1, -1):
            if index % number in chosen:
                yield self._other(noise, index, own)

    def _other(self, noise: _Noise, index: int, own: list[datetime]) -> Record:
        kind, when = noise.kinds[index % len(noise.kinds)], noise.time(index)
        number = index + bisect.bisect_left(own, when) + 1
        return Record(
            noise.log, number, kind.id, kind.level, kind.source, when, (str(index),), kind.text
        )

    def find(self, log: str, number: int) -> Record | None:
        """The record of that number."""
        noise = self._noise.get(log)
        with self._lock:
            own = list(self._own.get(log, ()))
        if noise is None:
            return None
        older = 0
        for index, record in enumerate(own):
            shown = self._numbered(record, index, noise)
            if shown.number == number:
                return shown
            older += shown.number < number
        index = number - 1 - older
        if not 0 <= index < noise.count:
            return None
        return self._other(noise, index, [record.time for record in own])

    # -- channels ----------------------------------------------------------------------------

    def channel(self, name: str) -> str | None:
        """The spelling of a classic log or channel that exists here; None when it does not."""
        if name.lower() in (missing.lower() for missing in self.plan.missing_channels):
            return None
        known = [*CLASSIC_LOGS, f"{RCM}/Admin", f"{RCM}/Operational"]
        if self._licensing():
            known += [f"{LICENSING}/Admin", f"{LICENSING}/Operational"]
        return next((each for each in known if each.lower() == name.lower()), None)

    def channel_denied(self, name: str) -> bool:
        """True when the caller may not read the channel."""
        return name.lower() in (denied.lower() for denied in self.plan.denied_channels)
