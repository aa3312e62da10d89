# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From facts to the inventory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from .backups import backup_findings, read_backup
from .counting import comparable, counted_once, disagreements, fleet_stocks, stocks_of
from .host_rules import KnownServers, host_findings
from .model import (
    Detail,
    FactsState,
    Finding,
    Inventory,
    LicenseServer,
    Options,
    Pack,
    Rule,
    Severity,
    StockKey,
)
from .reading import Facts, clean, read_packs, read_session_hosts, whole
from .rules import identity_findings, same_servers, server_findings

CLOCK_TOLERANCE = timedelta(minutes=10)
"""Facts from further in the future have no time that one can rely on."""
MOST_NAMED = 5
"""Values that could not be read, named in one sentence."""


def build_inventory(
    facts: Mapping[str, Any],
    *,
    hosts: Iterable[str] | None = None,
    session_hosts: Mapping[str, Any] | None = None,
    backups: Mapping[str, Any] | None = None,
    now: datetime,
    options: Options | None = None,
) -> Inventory:
    """Make the inventory that all reports show.

    :param facts: the facts ``rds_cal`` by the inventory name of the license server.
    :param hosts: the license servers that should be there; by default those with facts.
    :param session_hosts: ``{mode, servers, source}`` by session host.
    :param backups: the fact of the role lserver_backup by the inventory name.
    :param now: an aware time; what is old or expired is so against it.
    """
    options = options or Options()
    expected = dict.fromkeys([*(hosts if hosts is not None else ()), *facts])
    found: list[Finding] = []
    servers = []
    for name in expected:
        server, problems = _read_server(clean(name), facts.get(name), options, now)
        servers.append(replace(server, backup=read_backup((backups or {}).get(name))))
        found += problems
    twice = same_servers(servers)
    listed = tuple(
        replace(server, same_as=twice.get(server.name, ""))
        for server in sorted(servers, key=lambda server: server.name)
    )
    machines = tuple(read_session_hosts(session_hosts or {}))
    found = [each for each in found if each.subject not in twice]
    found += identity_findings(listed)
    for server in listed:
        found += server_findings(server, options, now)
        if not server.same_as:
            found += backup_findings(server, now)
    known = KnownServers(listed)
    for machine in machines:
        found += host_findings(machine, known)
    dated = [server.collected_at for server in listed if server.counted and server.collected_at]
    return Inventory(
        options=options,
        servers=listed,
        stocks=fleet_stocks(server.stocks for server in listed if server.counted),
        session_hosts=machines,
        findings=tuple(sorted(found, key=_order)),
        as_of=max(dated, default=None),
    )


def _order(finding: Finding) -> tuple[object, ...]:
    stock = finding.stock
    number = stock.version_id if stock else None
    key = (stock.version, number or 0, stock.type, stock.suite) if stock else ("", 0, "", "")
    pack = finding.details.get("pack")
    return (
        finding.severity.rank,
        list(Rule).index(finding.rule),
        finding.code,
        finding.subject,
        key,
        pack if isinstance(pack, int) else -1,
    )


def _read_server(
    name: str, raw: object, options: Options, now: datetime
) -> tuple[LicenseServer, list[Finding]]:
    """One license server from its facts, and what is wrong with the facts."""
    if not raw:
        return LicenseServer(name, FactsState.MISSING), []
    if not isinstance(raw, Mapping):
        return LicenseServer(name, FactsState.UNREADABLE, why=type(raw).__name__), []
    facts = Facts(raw)
    collected_at = facts.time("collected_at")
    if collected_at is not None and collected_at > now + CLOCK_TOLERANCE:
        collected_at = None
        facts.unread.append("collected_at")
    read = read_packs(name, raw.get("packs"), collected_at, now)
    if read is None:
        return LicenseServer(name, FactsState.UNREADABLE, collected_at, why="packs"), []
    all_packs, unread = read
    packs, twice = counted_once(all_packs)
    section = raw.get("server")
    about = Facts(section if isinstance(section, Mapping) else {})
    server = LicenseServer(
        name=name,
        state=_state(collected_at, options, now),
        collected_at=collected_at,
        computer_name=about.text("name"),
        activated=about.flag("activated"),
        version=about.text("version"),
        os_build=about.text("os_build"),
        role=about.text("role"),
        product_id=about.text("product_id"),
        license_server_id=about.text("license_server_id"),
        packs=tuple(sorted(packs, key=_in_order)),
        stocks=stocks_of(packs),
        devices_with_several=_several(raw.get("issued")),
        per_user_why=_per_user_why(raw.get("per_user")),
    )
    unread += facts.unread
    problems = [*_unread(name, unread), *_twice(name, twice)]
    then = stocks_of(comparable(packs, raw.get("packs")))
    for key, what in disagreements(raw.get("summary"), then):
        about_sum: dict[str, Detail] = {"what": what}
        problems.append(
            Finding(Rule.COUNTS_AGREE, "summary_differs", Severity.UNKNOWN, name, key, about_sum)
        )
    return server, problems


def _in_order(pack: Pack) -> tuple[StockKey, int]:
    return pack.stock, -1 if pack.key_pack_id is None else pack.key_pack_id


def _several(raw: object) -> int:
    count = whole(raw.get("devices_with_several")) if isinstance(raw, Mapping) else None
    return count if count and count > 0 else 0


def _state(collected_at: datetime | None, options: Options, now: datetime) -> FactsState:
    if collected_at is None:
        return FactsState.UNDATED
    old = now - collected_at > options.max_fact_age
    return FactsState.OLD if old else FactsState.CURRENT


def _per_user_why(raw: object) -> str:
    if isinstance(raw, Mapping) and raw.get("available") is False:
        return clean(raw.get("why")) or "?"
    return ""


def _unread(name: str, unread: list[str]) -> Iterator[Finding]:
    if not unread:
        return
    more = len(unread) - MOST_NAMED
    named = ", ".join(unread[:MOST_NAMED]) + (f" (+{more})" if more > 0 else "")
    details: dict[str, Detail] = {"what": named, "count": len(unread)}
    yield Finding(
        Rule.FACTS_READABLE, "facts_partly_unreadable", Severity.UNKNOWN, name, details=details
    )


def _twice(name: str, twice: list[int]) -> Iterator[Finding]:
    for key_pack_id in twice:
        details: dict[str, Detail] = {"pack": key_pack_id}
        yield Finding(
            Rule.COUNTED_ONCE, "pack_listed_twice", Severity.UNKNOWN, name, details=details
        )
