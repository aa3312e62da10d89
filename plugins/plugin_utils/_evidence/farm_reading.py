# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From facts to the farm that the matrix and the reconciliation are made from.

License servers come as the reports read them: what is unreadable there is unreadable here, and a
server that stands in the inventory twice counts once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .._licensing.compliance.farm import (
    UNKNOWN,
    Farm,
    FarmHost,
    FarmPack,
    FarmServer,
    Listed,
    StockKey,
)
from .._licensing.version_matrix import VERSIONS, release_of
from .._reporting.host_rules import KnownServers
from .._reporting.model import Inventory, LicenseServer, Pack, Place
from .._reporting.reading import clean, natural, whole


def farm_of(
    inventory: Inventory,
    facts: Mapping[str, Any],
    diagnoses: Mapping[str, Any],
    session_hosts: Iterable[str] = (),
) -> Farm:
    """The farm.

    :param inventory: what the reports show, made of ``facts``.
    :param facts: ``rds_cal`` by license server.
    :param diagnoses: ``rds_diagnosis`` by host; those of license servers are passed over.
    :param session_hosts: those that should be there; one without a diagnosis is unknown, one
        that its diagnosis calls no session host is passed over.
    """
    known = KnownServers(inventory.servers)
    expected = {
        clean(name): diagnoses.get(name)
        for name in session_hosts
        if not _is_none(diagnoses.get(name))
    }
    expected |= {
        clean(name): raw for name, raw in diagnoses.items() if session_host_of(raw) is not None
    }
    return Farm(
        servers=tuple(
            _server(server, facts.get(server.name))
            for server in inventory.servers
            if not server.same_as
        ),
        hosts=tuple(_host(name, raw, known) for name, raw in sorted(expected.items())),
    )


def _is_none(diagnosis: object) -> bool:
    """Whether a diagnosis says that the host is no session host."""
    return (
        isinstance(diagnosis, Mapping)
        and diagnosis.get("verdict") == "not_applicable"
        and session_host_of(diagnosis) is None
    )


def session_host_of(diagnosis: object) -> Mapping[str, Any] | None:
    """The part of a diagnosis that is about a session host, if it is one."""
    part = diagnosis.get("session_host") if isinstance(diagnosis, Mapping) else None
    return part if isinstance(part, Mapping) else None


def version_of(about: Mapping[str, Any]) -> str | None:
    """The Windows Server release of a host, by name or by build."""
    version = clean(about.get("version"))
    if version in VERSIONS:
        return version
    for name in ("build", "version", "os_build"):
        found = re.search(r"(?:^|\.)(\d{4,6})(?:$|\.)", clean(about.get(name)))
        if found:
            return release_of(int(found[1]))
    return None


def _server(server: LicenseServer, raw: object) -> FarmServer:
    if not server.state.known:
        return FarmServer(server.name)
    return FarmServer(
        name=server.name,
        packs=tuple(_pack(pack) for pack in server.packs if pack.place is not Place.BUILTIN),
        activated=server.activated,
        version=version_of({"build": server.os_build}),
        per_user_issued=_per_user(raw),
    )


def _pack(pack: Pack) -> FarmPack:
    return FarmPack(
        key=StockKey(pack.version, pack.type.value, pack.suite.value),
        key_pack_id=pack.key_pack_id,
        program=pack.program.value,
        place=pack.place.value,
        total=pack.total,
        issued=pack.issued,
        available=pack.available,
    )


def _per_user(raw: object) -> Mapping[str, int] | None:
    """Issued Per User CALs by version, from the report; ``None`` without one."""
    report = raw.get("per_user") if isinstance(raw, Mapping) else None
    if not isinstance(report, Mapping) or report.get("available") is not True:
        return None
    counts = report.get("by_version")
    if not isinstance(counts, Mapping):
        return None
    found = {clean(version): natural(whole(count)) for version, count in counts.items()}
    if any(count is None for count in found.values()):
        return None
    return {version: count for version, count in found.items() if count is not None}


def _host(name: str, raw: object, known: KnownServers) -> FarmHost:
    about = session_host_of(raw)
    if about is None:
        return FarmHost(name)
    listed = about.get("servers")
    servers = None
    if isinstance(listed, (list, tuple)):
        servers = tuple(_listed(each, known) for each in map(clean, listed) if each)
    return FarmHost(
        name=name,
        version=version_of(about),
        mode=clean(about.get("mode")) or UNKNOWN,
        servers=servers,
    )


def _listed(name: str, known: KnownServers) -> Listed:
    server = known.find(name)
    return Listed(name, (server.same_as or server.name) if server else None)
