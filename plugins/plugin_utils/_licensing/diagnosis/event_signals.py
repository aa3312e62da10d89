# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the events: the System log by CIM, the Admin channel by one PowerShell step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from ..._cim.errors import CimError
from ..._cim.session import CimSession
from ..._windows.event_log import Event, read_classic_log
from .collecting import Collector, why
from .grace_rules import HOST_IDS
from .observations import EventCount, Events
from .remote_steps import RemoteSteps
from .server_rules import SERVER_IDS

RCM = "Microsoft-Windows-TerminalServices-RemoteConnectionManager"
LICENSING = "Microsoft-Windows-TerminalServices-Licensing"
HOST_SOURCES = (RCM, "TermService")
"""The provider, and its name of before Server 2008."""
SERVER_SOURCES = (LICENSING, "TermServLicensing")
ADMIN, OPERATIONAL = f"{RCM}/Admin", f"{RCM}/Operational"
LIMIT = 100
"""Events that are read of one log: what they say is said by then."""
_STRINGS = 20
"""Different parameters that are kept of one event."""


def read_since(host_now: datetime, booted: datetime | None, hours: int) -> datetime:
    """From when on events count: the host's last start, but no longer ago than so many hours."""
    limit = host_now - timedelta(hours=hours)
    return limit if booted is None else max(booted, limit)


def read_system_log(
    session: CimSession,
    reads: Collector,
    since: datetime,
    *,
    session_host: bool,
    license_server: bool,
) -> Events | None:
    """The System log: two requests, whatever it holds."""
    wanted: dict[tuple[str, ...], Sequence[int]] = {}
    if session_host:
        wanted[HOST_SOURCES] = HOST_IDS
    if license_server:
        wanted[SERVER_SOURCES] = SERVER_IDS
    found = reads.read(
        "system events", lambda: read_classic_log(session, "System", wanted, since, LIMIT)
    )
    if found is None:
        return None
    if not found.complete:
        reads.miss("older system events", f"there are more than {LIMIT}: only so many were read")
    names = {each.casefold() for each in SERVER_SOURCES}
    server = [each for each in found.events if each.source.casefold() in names]
    host = [each for each in found.events if each.source.casefold() not in names]
    return Events(host=count(host), server=count(server), since=since)


def read_admin_channel(
    steps: RemoteSteps, reads: Collector, events: Events | None, since: datetime
) -> Events | None:
    """Add the events of the Admin channel, where most of them are.

    Only with both logs the session host's events are known: ``whole``.
    """
    try:
        found = steps.read_channels((ADMIN, OPERATIONAL), HOST_IDS, since, LIMIT)
    except CimError as error:
        reads.miss("admin events", why(error))
        return events
    closed = [
        each for each in (*found.missing, *found.denied) if each.casefold() == ADMIN.casefold()
    ]
    if closed:
        reason = "may not be read by this account" if found.denied else "does not exist"
        reads.miss("admin events", f"the channel {ADMIN} {reason}")
    if not found.complete:
        reads.miss("older admin events", f"there are more than {LIMIT}: only so many were read")
    known = events or Events(since=since)
    return Events(
        host=(*known.host, *count(found.events)),
        server=known.server,
        since=since,
        whole=events is not None and not closed,
    )


def count(events: Iterable[Event]) -> tuple[EventCount, ...]:
    """Events by log and id."""
    groups: dict[tuple[str, int], list[Event]] = {}
    for each in events:
        groups.setdefault((each.log, each.id), []).append(each)
    return tuple(
        EventCount(
            id=number,
            log=log,
            count=len(group),
            first=min(each.time for each in group),
            last=max(each.time for each in group),
            strings=tuple(dict.fromkeys(each.strings for each in group if each.strings))[:_STRINGS],
        )
        for (log, number), group in groups.items()
    )
