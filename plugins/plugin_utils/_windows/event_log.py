# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Event logs: the classic ones by CIM, the newer channels by one PowerShell step.

Win32_NTLogEvent reads classic logs (System, Application); channels such as ``.../Admin`` are not
visible to it. A log may hold hundreds of thousands of records: every query is filtered on log,
source, event and time, and what comes is counted.

Some providers leave the severity inside the 16-bit id: 1128 shows as 50280 (0xC000 + 1128) on
some hosts. Both forms are asked for, and ids are compared by their low 14 bits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .._cim import wql
from .._cim.errors import BadAnswer
from .._cim.session import CimSession
from .powershell import run_operation
from .schema.diagnosis import NT_LOG_EVENT

_ID_BITS = 0x3FFF
_SEVERITIES = (0, 0x8000, 0xC000)
"""None, warning, error: what stands in the two highest bits of an id."""
_NAMES = ("EventCode", "SourceName", "TimeGenerated", "InsertionStrings")


@dataclass(frozen=True, slots=True)
class Event:
    """One event; the id is without its severity bits, the time in UTC."""

    id: int
    time: datetime
    log: str
    source: str
    strings: tuple[str, ...] = ()
    """Its parameters, where the log gives them: never compared with words."""


@dataclass(frozen=True, slots=True)
class EventList:
    """What was found; ``complete`` is False when there is more than was asked for."""

    events: tuple[Event, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class ChannelEvents:
    """What newer channels hold, and which of them could not be read."""

    events: tuple[Event, ...]
    complete: bool
    missing: tuple[str, ...]
    denied: tuple[str, ...]


def plain_id(number: int) -> int:
    """The id of an event without severity bits: 50280 and 1128 are the same."""
    return number & _ID_BITS


def all_forms(ids: Sequence[int]) -> list[int]:
    """Each id in the forms that hosts show it in."""
    return sorted(severity | number for number in ids for severity in _SEVERITIES)


def read_classic_log(
    session: CimSession,
    log: str,
    wanted: Mapping[tuple[str, ...], Sequence[int]],
    since: datetime,
    limit: int,
) -> EventList:
    """Read events of a classic log, newest first as far as Windows sorts them so.

    Two requests, one when there is at most one such event; one more when there are more than
    ``limit``.

    :param wanted: ids by the names of their sources. The ids alone say nothing: other programs
        use the same ones.
    :param since: by the host's own clock.
    """
    found: list[Event] = []
    rows = session.enumerate(
        NT_LOG_EVENT, _NAMES, _condition(log, wanted, since), max_elements=limit + 1
    )
    for row in rows:
        code, time = row["EventCode"], row["TimeGenerated"]
        if not isinstance(code, int) or not isinstance(time, datetime):
            raise BadAnswer(f"an event of the log {log} has no id or no time")
        if len(found) >= limit:
            return EventList(tuple(found), complete=False)
        texts = row["InsertionStrings"]
        strings = tuple(map(str, texts)) if isinstance(texts, list) else ()
        found.append(Event(plain_id(code), time, log, str(row["SourceName"] or ""), strings))
    return EventList(tuple(found))


def _condition(log: str, wanted: Mapping[tuple[str, ...], Sequence[int]], since: datetime) -> str:
    groups = []
    for sources, ids in wanted.items():
        named = " OR ".join(f"SourceName = {wql.literal(each)}" for each in sources)
        numbered = " OR ".join(f"EventCode = {each}" for each in all_forms(ids))
        groups.append(f"(({named}) AND ({numbered}))")
    stamp = since.astimezone(UTC).strftime("%Y%m%d%H%M%S.000000+000")
    return (
        f"Logfile = {wql.literal(log)} AND TimeGenerated >= {wql.literal(stamp)} "
        f"AND ({' OR '.join(groups)})"
    )


def read_channels(
    connection: Any, channels: Sequence[str], ids: Sequence[int], since: datetime, limit: int
) -> ChannelEvents:
    """Read events of channels that CIM does not show: one PowerShell step.

    :param connection: the task's connection plugin.
    :param since: by the host's own clock.
    :raises OperationFailed: the step failed.
    :raises BadAnswer: what came back is not its answer.
    """
    output = run_operation(
        connection,
        "read_admin_events",
        {
            "channels": list(channels),
            "ids": all_forms(ids),
            "since": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "max": limit,
        },
    )
    return ChannelEvents(
        tuple(_events_in(output.get("events"))),
        output.get("truncated") is not True,
        _texts(output.get("missing")),
        _texts(output.get("denied")),
    )


def _events_in(rows: object) -> Iterator[Event]:
    for row in rows if isinstance(rows, list) else ():
        try:
            yield Event(
                id=plain_id(int(row["id"])),
                # A time without a zone is an error: astimezone would take it for local time.
                time=datetime.strptime(str(row["time"]), "%Y-%m-%dT%H:%M:%S%z"),
                log=str(row["channel"]),
                source=str(row["provider"]),
            )
        except (KeyError, TypeError, ValueError) as exc:
            raise BadAnswer(f"read_admin_events answered an event that is none: {exc}") from exc


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()
