# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builders of farms for the matrix and the reconciliation."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance.entitlements import (
    Entitlement,
    read_entitlements,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance.farm import (
    FarmHost,
    FarmPack,
    FarmServer,
    Listed,
    StockKey,
)


def pack(
    version: str = "2022",
    kind: str = "per_user",
    total: int | None = 100,
    issued: int | None = 40,
    *,
    suite: str = "rds",
    program: str = "volume",
    place: str = "counted",
    number: int = 3,
) -> FarmPack:
    """One key pack."""
    free = None if total is None or issued is None else max(0, total - issued)
    return FarmPack(StockKey(version, kind, suite), number, program, place, total, issued, free)


def server(
    *packs: FarmPack,
    name: str = "ls1",
    activated: bool | None = True,
    per_user: Mapping[str, int] | None = None,
    known: bool = True,
) -> FarmServer:
    """One license server."""
    return FarmServer(name, packs if known else None, activated, "2025", per_user)


def host(
    name: str = "sh1",
    version: str | None = "2022",
    mode: str = "per_user",
    *listed: str,
) -> FarmHost:
    """A session host with license servers in its list; a name that ends in ? is a stranger's."""
    names = tuple(Listed(each.rstrip("?"), None if each.endswith("?") else each) for each in listed)
    return FarmHost(name, version, mode, names)


def bought(*lines: tuple[str, str, str, int]) -> tuple[Entitlement, ...]:
    """Purchases of program, version, type and quantity."""
    rows = [
        {"program": program, "version": version, "type": kind, "quantity": quantity, "note": number}
        for number, (program, version, kind, quantity) in enumerate(lines)
    ]
    return read_entitlements(rows)
