# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Win32_NTLogEvent (Microsoft Learn: the class of that name, of the event log provider).

The class knows the classic logs only: what is written to a provider's own channel, such as
Admin, is not there. A query that names neither a log nor a time is answered, and counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from ...model.event_kinds import Level, NoiseKind
from ...model.event_log import EventLogs, Read, Record
from ..errors import CimError, Wbem
from ..instance import Instance, Value
from ..narrowing import may_match, time_bounds
from ..provider import Call, Provider
from ..wql import Condition, Query

_TIMES = ("timegenerated", "timewritten")
# A log and ids that no machine has: whoever leaves them out has named others.
_NO_LOG, _NO_ID = "\0", -1
_TYPES = {
    Level.ERROR: ("Error", "Fehler"),
    Level.WARNING: ("Warning", "Warnung"),
    Level.INFORMATION: ("Information", "Informationen"),
}


def _instance(call: Call, record: Record) -> Instance:
    host = call.host
    properties: dict[str, Value] = {
        "Category": 0,
        "CategoryString": None,
        "ComputerName": host.fqdn,
        "Data": None,
        "EventCode": record.code,
        "EventIdentifier": record.identifier,
        "EventType": int(record.level),
        "InsertionStrings": list(record.strings) or None,
        "Logfile": record.log,
        "Message": record.message,
        "RecordNumber": record.number,
        "SourceName": record.source,
        "TimeGenerated": record.time,
        "TimeWritten": record.time,
        "Type": _TYPES[record.level][host.german],
        "User": None,
    }
    return Instance("Win32_NTLogEvent", properties)


class NtLogEvent(Provider):
    """The classic logs. Without the right to the Security log its records are left out."""

    def instances(self, call: Call) -> Iterator[Instance]:
        """All records of all logs."""
        return self.narrowed(call, None)

    def narrowed(self, call: Call, query: Query | None) -> Iterator[Instance]:
        """The records that the query can select, newest first in each log."""
        logs = _readable(call)
        where = None if query is None else query.where
        low, high = time_bounds(where, _TIMES)
        ids: dict[str, Value] = {"eventcode": _NO_ID, "eventidentifier": _NO_ID}
        read = Read(
            log_named=not may_match(where, {"logfile": _NO_LOG}),
            since=low,
            codes_named=not may_match(where, ids),
        )
        logs.reads.append(read)
        return _selected(call, logs, where, (low, high), read)

    def find(self, call: Call, keys: Mapping[str, str]) -> Instance | None:
        """One record by log and number."""
        logs = _readable(call)
        log = next((each for each in logs.logs() if each.lower() == keys["Logfile"].lower()), None)
        if log is None or not keys["RecordNumber"].isdigit():
            return None
        record = logs.find(log, int(keys["RecordNumber"]))
        return None if record is None else _instance(call, record)


def _readable(call: Call) -> EventLogs:
    """The logs, where the caller may read them and their service runs. Both codes are guesses."""
    if call.host.services["EventLog"].state != "Running":
        raise CimError(Wbem.FAILED, "the service EventLog does not run")
    if not call.caller.administrator:
        raise CimError(Wbem.ACCESS_DENIED, "the caller may not read the event logs")
    return call.host.events


def _selected(
    call: Call,
    logs: EventLogs,
    where: Condition | None,
    bounds: tuple[datetime | None, datetime | None],
    read: Read,
) -> Iterator[Instance]:
    for log in logs.logs():
        if not may_match(where, {"logfile": log}):
            continue

        def wanted(kind: NoiseKind, log: str = log) -> bool:
            known: dict[str, Value] = {
                "logfile": log,
                "sourcename": kind.source,
                "eventcode": kind.id,
                "eventidentifier": kind.level.severity << 30 | kind.id,
                "eventtype": int(kind.level),
            }
            return may_match(where, known)

        for record in logs.records(log, *bounds, wanted):
            read.produced += 1
            yield _instance(call, record)
