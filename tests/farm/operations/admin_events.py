# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation that reads the channels which Win32_NTLogEvent does not show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import cast

from ..json_schema import Schema
from ..model.event_log import Record
from ..model.host import Host
from .protocol import SCRIPTS, Operation, OperationError, signed
from .schemas import BOOLEAN, COUNT, INTEGER, NAME, STRING, TIME, array, record

_AT_ONCE = 20
_TEXT = 300
_NO_SERVICE = 0x800706BA
_POSITIVE: Schema = {"type": "integer", "minimum": 1}

_EVENT = record(channel=NAME, id=INTEGER, time=TIME, level=COUNT, provider=NAME, message=STRING)


def _found(host: Host, channel: str, ids: list[int], since: datetime) -> Iterator[Record]:
    """The channel's records of some ids, newest first. The ids are those that the host shows."""
    for each in host.events.records(channel, low=since):
        if each.code in ids:
            yield each


def _shown(channel: str, event: Record) -> dict[str, object]:
    return {
        "channel": channel,
        "id": event.code,
        "time": event.time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "level": event.level.winevt,
        "provider": event.source,
        "message": event.message[:_TEXT],
    }


def _read(host: Host, given: Mapping[str, object]) -> Mapping[str, object]:
    if host.services["EventLog"].state != "Running":
        raise OperationError("There is no event log service.", signed(_NO_SERVICE))
    ids, most = cast("list[int]", given["ids"]), cast(int, given["max"])
    since = datetime.fromisoformat(str(given["since"]))
    events: list[dict[str, object]] = []
    missing: list[str] = []
    denied: list[str] = []
    for channel in cast("list[str]", given["channels"]) if ids else ():
        known = host.events.channel(channel)
        if known is None:
            missing.append(channel)
        elif host.events.channel_denied(known):
            denied.append(channel)
        else:
            for first in range(0, len(ids), _AT_ONCE):
                found = _found(host, known, ids[first : first + _AT_ONCE], since)
                events += [_shown(channel, each) for each in islice(found, most + 1)]
    return {
        "events": events[:most],
        "missing": missing,
        "denied": denied,
        "truncated": len(events) > most,
    }


OPERATIONS = (
    Operation(
        "read_admin_events",
        SCRIPTS / "read_admin_events.ps1",
        record(channels=array(NAME), ids=array(COUNT), since=TIME, max=_POSITIVE),
        record(events=array(_EVENT), missing=array(NAME), denied=array(NAME), truncated=BOOLEAN),
        _read,
    ),
)
