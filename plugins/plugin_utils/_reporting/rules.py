# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is checked on license servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from .model import (
    CalType,
    Detail,
    FactsState,
    Finding,
    LicenseServer,
    Options,
    Pack,
    Place,
    Program,
    Rule,
    Severity,
    Stock,
    StockKey,
    StockState,
    Suite,
)


def server_findings(server: LicenseServer, options: Options, now: datetime) -> Iterator[Finding]:
    """Everything that can be said of one license server from its own facts."""
    yield from _facts(server)
    if not server.counted:
        return
    yield from _activation(server)
    for stock in server.stocks:
        yield from _stock(server, stock, options.threshold)
    for pack in server.packs:
        yield from _pack(server, pack, options, now)
    if server.devices_with_several:
        count: dict[str, Detail] = {"n": server.devices_with_several}
        yield Finding(
            Rule.ONE_CAL_PER_DEVICE,
            "devices_with_several",
            Severity.INFO,
            server.name,
            details=count,
        )
    if server.per_user_why:
        yield Finding(
            Rule.PER_USER_REPORTED,
            "per_user_not_reported",
            Severity.INFO,
            server.name,
            details={"why": server.per_user_why},
        )


def _facts(server: LicenseServer) -> Iterator[Finding]:
    about: dict[str, Detail] = {"collected_at": server.collected_at, "why": server.why}
    match server.state:
        case FactsState.MISSING:
            found = (Rule.FACTS_PRESENT, "facts_missing")
        case FactsState.UNREADABLE:
            found = (Rule.FACTS_READABLE, "facts_unreadable")
        case FactsState.OLD:
            found = (Rule.FACTS_CURRENT, "facts_old")
        case FactsState.UNDATED:
            found = (Rule.FACTS_CURRENT, "facts_undated")
        case _:
            return
    yield Finding(*found, Severity.UNKNOWN, server.name, details=about)


def _activation(server: LicenseServer) -> Iterator[Finding]:
    if server.activated is False:
        yield Finding(Rule.ACTIVATED, "not_activated", Severity.ERROR, server.name)
    elif server.activated is None:
        yield Finding(Rule.ACTIVATED, "activation_unknown", Severity.UNKNOWN, server.name)


def _stock(server: LicenseServer, stock: Stock, threshold: float) -> Iterator[Finding]:
    say = _about(server.name, stock.key)
    numbers: dict[str, Detail] = {
        "total": stock.total,
        "issued": stock.issued,
        "available": stock.available,
        "over": stock.over_issued,
        "percent": stock.free_percent,
    }
    match stock.state(threshold):
        case StockState.OVER:
            yield say(Rule.NOT_OVER_ISSUED, "over_issued", Severity.ERROR, numbers)
        case StockState.EXHAUSTED:
            yield say(Rule.CALS_LEFT, "none_left", Severity.ERROR, numbers)
        case StockState.LOW:
            yield say(Rule.ENOUGH_FREE, "few_left", Severity.WARNING, numbers)
        case StockState.UNKNOWN if not stock.unreadable_packs:
            yield say(Rule.FACTS_READABLE, "available_unknown", Severity.UNKNOWN, numbers)
        case _:
            pass
    if stock.temporary_issued:
        count: dict[str, Detail] = {"issued": stock.temporary_issued}
        yield say(Rule.PERMANENT_ONLY, "temporary_issued", Severity.WARNING, count)


Say = Callable[[Rule, str, Severity, dict[str, Detail]], Finding]


def _about(server: str, key: StockKey) -> Say:
    """Findings about one stock."""

    def say(rule: Rule, code: str, severity: Severity, details: dict[str, Detail]) -> Finding:
        return Finding(rule, code, severity, server, key, details)

    return say


def _pack(server: LicenseServer, pack: Pack, options: Options, now: datetime) -> Iterator[Finding]:
    say = _about(server.name, pack.stock)
    about: dict[str, Detail] = {
        "pack": pack.key_pack_id,
        "total": pack.total,
        "expires": pack.expires,
        "version_id": pack.version_id,
        "name": pack.type_and_model or pack.description,
    }
    if pack.place is Place.BUILTIN:
        return
    if pack.place is Place.UNREADABLE:
        yield say(Rule.FACTS_READABLE, "pack_unreadable", Severity.UNKNOWN, about)
    if pack.place is Place.EXPIRED:
        yield say(Rule.NOT_EXPIRED, "pack_expired", Severity.WARNING, about)
    elif (
        pack.place in (Place.COUNTED, Place.UNLIMITED)
        and pack.expires is not None
        and now < pack.expires <= now + options.expiry_notice
    ):
        yield say(Rule.NOT_EXPIRED, "pack_expires", Severity.WARNING, about)
    if pack.available is not None and pack.total is not None and pack.available > pack.total:
        yield say(
            Rule.COUNTS_AGREE,
            "more_available_than_total",
            Severity.UNKNOWN,
            {**about, "available": pack.available},
        )
    unknown = [
        name
        for name, value in (
            ("type", pack.type is CalType.UNKNOWN),
            ("program", pack.program is Program.UNKNOWN),
            ("version", not pack.stock.known_version),
            ("suite", pack.suite is Suite.UNKNOWN),
        )
        if value
    ]
    if unknown:
        about["what"] = ", ".join(unknown)
        yield say(Rule.PACKS_KNOWN, "pack_unknown", Severity.UNKNOWN, about)


def same_servers(servers: list[LicenseServer]) -> dict[str, str]:
    """Inventory names of license servers that are listed twice: name to the one that counts.

    The same 35-character license server id and the same computer name are the same server, and
    its CALs exist once. The fresher facts count.
    """
    chosen: dict[tuple[str, str], LicenseServer] = {}
    for server in servers:
        if not (server.state.known and server.license_server_id and server.computer_name):
            continue
        identity = (server.license_server_id.upper(), server.computer_name.casefold())
        other = chosen.get(identity)
        if other is None or _freshness(server) > _freshness(other):
            chosen[identity] = server
    counted = {identity: server.name for identity, server in chosen.items()}
    found = {}
    for server in servers:
        identity = (server.license_server_id.upper(), server.computer_name.casefold())
        if identity in counted and server.state.known and counted[identity] != server.name:
            found[server.name] = counted[identity]
    return found


def _freshness(server: LicenseServer) -> float:
    return server.collected_at.timestamp() if server.collected_at else 0.0


def identity_findings(servers: tuple[LicenseServer, ...]) -> Iterator[Finding]:
    """License servers that are listed twice, and ids that two machines claim."""
    by_id: dict[str, list[LicenseServer]] = {}
    for server in servers:
        if server.same_as:
            details: dict[str, Detail] = {"other": server.same_as}
            yield Finding(
                Rule.COUNTED_ONCE, "listed_twice", Severity.INFO, server.name, details=details
            )
        elif server.counted and server.license_server_id:
            by_id.setdefault(server.license_server_id.upper(), []).append(server)
    for group in by_id.values():
        for server in group[1:]:
            details = {"other": group[0].name}
            yield Finding(
                Rule.COUNTED_ONCE, "same_id", Severity.ERROR, server.name, details=details
            )
