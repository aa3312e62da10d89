# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about a license server itself."""

from __future__ import annotations

from collections.abc import Iterator

from ..version_matrix import VERSIONS, can_hold
from .findings import Check, Evidence, Fix, Hit, Rule, Scope, Severity, listed, stamp
from .observations import LICENSING_SERVICE, SESSION_SERVICE, EventCount, Observed, Pack

DATABASE_DAMAGED = (9, 12, 4100)
DATABASE_ERROR = (44,)
CERTIFICATE_DAMAGED = (17, 19)
CALS_RUN_OUT = (20, 21, 22)
USER_NOT_WRITTEN = (4105,)
DIRECTORY_NOT_REACHED = (4107, 4108)
SERVER_IDS = (
    *DATABASE_DAMAGED,
    *DATABASE_ERROR,
    *CERTIFICATE_DAMAGED,
    *CALS_RUN_OUT,
    *USER_NOT_WRITTEN,
    *DIRECTORY_NOT_REACHED,
)
_RUNNING, _AUTOMATIC = "Running", "Auto"
_USER, _DOMAIN, _ERROR = 0, 1, 2
"""Where the parameters of event 4105 stand; the user is passed over: it is a person."""


def _not_activated(observed: Observed) -> Iterator[Hit]:
    if observed.server is not None and observed.server.activated is False:
        yield Hit({"status": "not_activated"})


def _service_stopped(name: str) -> Check:
    def check(observed: Observed) -> Iterator[Hit]:
        if name == SESSION_SERVICE and not observed.session_host:
            return
        service = (observed.services or {}).get(name)
        if service is not None and service.state != _RUNNING:
            evidence = {
                "service": name,
                "state": service.state,
                "start_mode": service.start_mode,
            }
            yield Hit(evidence, fix=Fix.START_SERVICE)

    return check


def _service_not_automatic(observed: Observed) -> Iterator[Hit]:
    service = (observed.services or {}).get(LICENSING_SERVICE)
    if service is not None and service.start_mode != _AUTOMATIC:
        yield Hit({"service": LICENSING_SERVICE, "start_mode": service.start_mode})


def _own_packs(observed: Observed) -> tuple[Pack, ...] | None:
    stock = observed.own_stock
    return None if stock is None else stock.packs


def _holds_no_packs(observed: Observed) -> Iterator[Hit]:
    packs = _own_packs(observed)
    activated = observed.server is not None and observed.server.activated
    if activated and packs is not None and not any(pack.bought for pack in packs):
        yield Hit({"packs": 0})


def _pack_not_usable(observed: Observed) -> Iterator[Hit]:
    unusable = [
        pack
        for pack in _own_packs(observed) or ()
        if pack.bought
        and not pack.expired
        and (
            "unknown" in (pack.type, pack.program, pack.version)
            or (pack.total == 0 and not pack.unlimited)
        )
    ]
    if unusable:
        shown = listed(
            dict.fromkeys(f"{each.version} {each.type} {each.program}" for each in unusable)
        )
        yield Hit({"n": len(unusable), "packs": shown})


def _pack_newer_than_server(observed: Observed) -> Iterator[Hit]:
    version = observed.system.version
    if version not in VERSIONS:
        return
    newer = sorted(
        {
            pack.version
            for pack in _own_packs(observed) or ()
            if pack.bought and pack.version in VERSIONS and not can_hold(version, pack.version)
        }
    )
    if newer:
        yield Hit({"server_version": version, "packs": listed(newer)})


def _temporary_cals(observed: Observed) -> Iterator[Hit]:
    stock = observed.own_stock
    if stock is None:
        return
    in_packs = sum(pack.issued or 0 for pack in stock.packs or () if pack.program == "temporary")
    issued = max(stock.temporary_rows or 0, in_packs)
    if issued:
        yield Hit({"n": issued, "expiring": stock.expiring_30_days})


def _expired_packs(observed: Observed) -> Iterator[Hit]:
    expired = [pack for pack in _own_packs(observed) or () if pack.bought and pack.expired]
    if expired:
        shown = listed(dict.fromkeys(f"{each.version} {each.type}" for each in expired))
        yield Hit({"n": len(expired), "packs": shown})


def _logged(*ids: int) -> Check:
    """Fires on events of the license server."""

    def check(observed: Observed) -> Iterator[Hit]:
        events = observed.events.of_server(*ids) if observed.events else ()
        if events:
            yield Hit(_told(events))

    return check


def _told(events: tuple[EventCount, ...]) -> Evidence:
    return {
        "event": listed(dict.fromkeys(str(each.id) for each in events)),
        "n": sum(each.count for each in events),
        "last": stamp(events[0].last),
    }


def _users_not_written(observed: Observed) -> Iterator[Hit]:
    events = observed.events.of_server(*USER_NOT_WRITTEN) if observed.events else ()
    if events:
        strings = [each for event in events for each in event.strings]
        yield Hit(
            {
                **_told(events),
                "domains": listed(
                    sorted({each[_DOMAIN] for each in strings if len(each) > _DOMAIN})
                ),
                "errors": listed(sorted({each[_ERROR] for each in strings if len(each) > _ERROR})),
            }
        )


def _not_in_group(observed: Observed) -> Iterator[Hit]:
    if observed.server is not None and observed.server.in_group.value is False:
        yield Hit({"domain": observed.system.domain})


_PACKS = "Microsoft Learn: Win32_TSLicenseKeyPack class"
_EVENTS = "Microsoft Learn: event messages of TerminalServices-Licensing"
_SERVER = Scope.LICENSE_SERVER
_FACTS = ("facts of the license server",)

RULES = (
    Rule(
        "session_service_stopped",
        Severity.CRITICAL,
        Scope.SESSION_HOST,
        ("service TermService",),
        "Microsoft Learn: Win32_Service class",
        _service_stopped(SESSION_SERVICE),
        fixes=(Fix.START_SERVICE,),
    ),
    Rule(
        "licensing_service_stopped",
        Severity.ERROR,
        _SERVER,
        ("service TermServLicensing",),
        "Microsoft Learn: Win32_Service class",
        _service_stopped(LICENSING_SERVICE),
        rows=("R2",),
        fixes=(Fix.START_SERVICE,),
    ),
    Rule(
        "not_activated",
        Severity.ERROR,
        _SERVER,
        ("GetActivationStatus",),
        "Microsoft Learn: GetActivationStatus method",
        _not_activated,
        rows=("R3", "R5"),
    ),
    Rule(
        "holds_no_packs",
        Severity.ERROR,
        _SERVER,
        (*_FACTS, "GetActivationStatus"),
        _PACKS,
        _holds_no_packs,
        rows=("R10",),
    ),
    Rule(
        "pack_newer_than_server",
        Severity.ERROR,
        _SERVER,
        (*_FACTS, "BuildNumber"),
        "Microsoft Learn: License your RDS deployment with client access licenses (the tables)",
        _pack_newer_than_server,
        rows=("R8", "R13"),
    ),
    Rule(
        "database_damaged",
        Severity.ERROR,
        _SERVER,
        ("events 9, 12, 4100",),
        _EVENTS,
        _logged(*DATABASE_DAMAGED),
        rows=("R2",),
    ),
    Rule(
        "certificate_damaged",
        Severity.ERROR,
        _SERVER,
        ("events 17, 19",),
        _EVENTS,
        _logged(*CERTIFICATE_DAMAGED),
    ),
    Rule(
        "licensing_service_not_automatic",
        Severity.WARNING,
        _SERVER,
        ("service TermServLicensing",),
        "Microsoft Learn: Win32_Service class",
        _service_not_automatic,
        rows=("R2",),
    ),
    Rule(
        "pack_not_usable",
        Severity.WARNING,
        _SERVER,
        _FACTS,
        _PACKS,
        _pack_not_usable,
        rows=("R6",),
    ),
    Rule(
        "temporary_cals",
        Severity.WARNING,
        _SERVER,
        _FACTS,
        "Microsoft Learn: Win32_TSIssuedLicense class, LicenseStatus",
        _temporary_cals,
        rows=("R4",),
    ),
    Rule(
        "expired_packs",
        Severity.WARNING,
        _SERVER,
        _FACTS,
        f"{_PACKS}, ExpirationDate",
        _expired_packs,
    ),
    Rule(
        "cals_run_out_logged",
        Severity.WARNING,
        _SERVER,
        ("events 20, 21, 22",),
        _EVENTS,
        _logged(*CALS_RUN_OUT),
        rows=("R12",),
    ),
    Rule(
        "database_error_logged",
        Severity.WARNING,
        _SERVER,
        ("event 44",),
        f"{_EVENTS}; KB 4078299",
        _logged(*DATABASE_ERROR),
    ),
    Rule(
        "user_attributes_not_written",
        Severity.WARNING,
        _SERVER,
        ("event 4105",),
        "Microsoft Learn: Event ID 4105 (KB 2030310)",
        _users_not_written,
    ),
    Rule(
        "directory_not_reached",
        Severity.WARNING,
        _SERVER,
        ("events 4107, 4108",),
        _EVENTS,
        _logged(*DIRECTORY_NOT_REACHED),
    ),
    Rule(
        "not_in_license_servers_group",
        Severity.WARNING,
        _SERVER,
        ("IsLSinTSLSGroup",),
        "Microsoft Learn: IsLSinTSLSGroup method; Event ID 4105",
        _not_in_group,
    ),
)
