# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the grace period and about what the session host wrote into its event logs.

0 days of grace alone say nothing: they stay 0 on every host that was ever licensed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from ..session_hosts.connectivity import Reach
from .findings import Evidence, Hit, Rule, Scope, Severity, stamp
from .observations import EventCount, Observed

_RECENT = timedelta(hours=24)
_SOON_DAYS = 14

GRACE_OVER = (1128, 1069)
"""No license server, or no mode, when the grace period ended: sessions are refused."""
GRACE_ENDING, NO_SERVER = 1129, 1130
LICENSE_INVALID, LICENSE_NOT_ISSUED, LICENSE_EXPIRED, LICENSE_NOT_RENEWED = 1003, 1004, 1011, 1028
HOST_IDS = (
    LICENSE_INVALID,
    LICENSE_NOT_ISSUED,
    LICENSE_EXPIRED,
    LICENSE_NOT_RENEWED,
    *GRACE_OVER,
    GRACE_ENDING,
    NO_SERVER,
)


def host_clock(observed: Observed) -> datetime:
    """The time by the host's own clock, by which its events are dated."""
    return observed.now + timedelta(seconds=observed.system.clock_ahead or 0.0)


def good_server(observed: Observed) -> bool:
    """Whether a license server is reached and valid, by Windows' own word."""
    return any(each.reach == Reach.GOOD for each in observed.reached or ())


def settings_broken(observed: Observed) -> bool:
    """Whether the settings alone keep the host from getting CALs."""
    settings = observed.working
    if settings is None:
        return False
    return not settings.asks_for_cals or settings.servers == () or all_servers_bad(observed)


def all_servers_bad(observed: Observed) -> bool:
    """Whether every license server of the list was checked and none can be used."""
    settings = observed.working
    if settings is None or not settings.servers or not observed.reached:
        return False
    return len(observed.reached) >= len(settings.servers) and all(
        each.reach == Reach.BAD for each in observed.reached
    )


def _told(event: EventCount) -> Evidence:
    return {
        "event": event.id,
        "n": event.count,
        "last": stamp(event.last),
        "log": event.log,
    }


def _over(observed: Observed) -> tuple[EventCount | None, bool]:
    """The latest event of an ended grace period, and whether it still holds."""
    if observed.events is None or observed.working is None:
        return None, False
    latest = next(iter(observed.events.of_host(*GRACE_OVER)), None)
    if latest is None:
        return None, False
    recent = latest.last > host_clock(observed) - _RECENT
    return latest, settings_broken(observed) or (recent and not good_server(observed))


def _grace_over(observed: Observed) -> Iterator[Hit]:
    event, holds = _over(observed)
    if event is not None and holds:
        yield Hit(_told(event))


def _grace_over_earlier(observed: Observed) -> Iterator[Hit]:
    event, holds = _over(observed)
    if event is not None and not holds:
        yield Hit(_told(event))


def _days(observed: Observed) -> int | None:
    """The days left of a host that lives by its grace period; None for any other."""
    if observed.grace is None or not settings_broken(observed):
        return None
    return observed.grace.days


def _grace_used_up(observed: Observed) -> Iterator[Hit]:
    if _days(observed) == 0 and not _over(observed)[1]:
        yield Hit({"days": 0})


def _ending(observed: Observed, days: int) -> Hit:
    return Hit({"days": days, "ends": stamp(observed.now + timedelta(days=days))})


def _grace_ends_soon(observed: Observed) -> Iterator[Hit]:
    days = _days(observed)
    if days is not None and 0 < days <= _SOON_DAYS:
        yield _ending(observed, days)


def _lives_by_grace(observed: Observed) -> Iterator[Hit]:
    days = _days(observed)
    if days is not None and days > _SOON_DAYS:
        yield _ending(observed, days)


def _grace_ending_logged(observed: Observed) -> Iterator[Hit]:
    if observed.events is None or observed.working is None or good_server(observed):
        return
    for event in observed.events.of_host(GRACE_ENDING)[:1]:
        yield Hit(_told(event))


def _no_server_logged(observed: Observed) -> Iterator[Hit]:
    settings = observed.working
    if observed.events is None or settings is None or settings.servers == ():
        return
    if not good_server(observed):
        for event in observed.events.of_host(NO_SERVER)[:1]:
            yield Hit(_told(event))


def _grace_key_missing(observed: Observed) -> Iterator[Hit]:
    if observed.working is not None and observed.grace is not None and observed.grace.key is False:
        yield Hit({"days": observed.grace.days})


def _logged(number: int) -> Callable[[Observed], Iterator[Hit]]:
    """Fires on an event of the session host."""

    def check(observed: Observed) -> Iterator[Hit]:
        events = observed.events.of_host(number) if observed.events and observed.working else ()
        for event in events[:1]:
            total = sum(each.count for each in events)
            yield Hit({**_told(event), "n": total})

    return check


_EVENTS = "Microsoft Learn: event messages of TerminalServices-RemoteConnectionManager"
_GRACE = "Microsoft Learn: License your RDS deployment with client access licenses (grace period)"
_HOST = Scope.SESSION_HOST

RULES = (
    Rule(
        "grace_over",
        Severity.CRITICAL,
        _HOST,
        ("events 1128, 1069", "settings", "connectivity"),
        _EVENTS,
        _grace_over,
        rows=("R7", "R12"),
    ),
    Rule(
        "grace_used_up",
        Severity.CRITICAL,
        _HOST,
        ("GetGracePeriodDays", "settings", "connectivity"),
        _GRACE,
        _grace_used_up,
        rows=("R7",),
    ),
    Rule(
        "grace_ends_soon",
        Severity.ERROR,
        _HOST,
        ("GetGracePeriodDays", "settings", "connectivity"),
        _GRACE,
        _grace_ends_soon,
        rows=("R7",),
    ),
    Rule(
        "grace_ending_logged",
        Severity.ERROR,
        _HOST,
        ("event 1129",),
        _EVENTS,
        _grace_ending_logged,
        rows=("R7",),
    ),
    Rule(
        "temporary_license_expired",
        Severity.ERROR,
        _HOST,
        ("event 1011",),
        _EVENTS,
        _logged(LICENSE_EXPIRED),
        rows=("R4", "R12"),
    ),
    Rule(
        "lives_by_grace",
        Severity.WARNING,
        _HOST,
        ("GetGracePeriodDays", "settings", "connectivity"),
        _GRACE,
        _lives_by_grace,
        rows=("R7",),
    ),
    Rule(
        "grace_over_earlier",
        Severity.WARNING,
        _HOST,
        ("events 1128, 1069", "settings", "connectivity"),
        _EVENTS,
        _grace_over_earlier,
    ),
    Rule(
        "no_server_logged",
        Severity.WARNING,
        _HOST,
        ("event 1130", "connectivity"),
        _EVENTS,
        _no_server_logged,
        rows=("R1",),
    ),
    Rule(
        "license_invalid_logged",
        Severity.WARNING,
        _HOST,
        ("event 1003",),
        _EVENTS,
        _logged(LICENSE_INVALID),
    ),
    Rule(
        "license_not_issued_logged",
        Severity.WARNING,
        _HOST,
        ("event 1004",),
        _EVENTS,
        _logged(LICENSE_NOT_ISSUED),
    ),
    Rule(
        "license_not_renewed_logged",
        Severity.WARNING,
        _HOST,
        ("event 1028",),
        _EVENTS,
        _logged(LICENSE_NOT_RENEWED),
        rows=("R4",),
    ),
    Rule(
        "grace_key_missing",
        Severity.WARNING,
        _HOST,
        ("EnumKey of the key above GracePeriod",),
        "recorded answers: the key is there on every session host",
        _grace_key_missing,
    ),
)
