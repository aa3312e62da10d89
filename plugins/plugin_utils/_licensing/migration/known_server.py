# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A license server as facts tell it.

The facts may come from the server itself (``rds_cal_pack_facts``), from the JSON report of an
older inventory, or from a bundle: the three hold the same under slightly different names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..cals.key_packs import UNKNOWN, CalType, Program, Suite
from ..version_matrix import VERSIONS, release_of


@dataclass(frozen=True, slots=True)
class KnownPack:
    """One key pack."""

    key_pack_id: int
    type: str
    program: str
    version: str
    suite: str = "rds"
    total: int | None = None
    issued: int = 0
    available: int | None = None
    unlimited: bool = False
    expired: bool = False

    @property
    def bought(self) -> bool:
        """Whether somebody bought it; else it is Windows' own."""
        return self.program != Program.TEMPORARY

    @property
    def counts(self) -> bool:
        """As ``KeyPack.counts``: bought, permanent, valid, limited."""
        return self.bought and not self.expired and not self.unlimited and self.total is not None

    @property
    def why_not_movable(self) -> str | None:
        """Why ``rds_cal_pack`` cannot bring it onto another server; None: it can."""
        for wrong, why in (
            (self.program == Program.TEMPORARY, "temporary"),
            (self.expired, "expired"),
            (self.suite != Suite.RDS, "VDI suite"),
            # A bundle tells an unlimited pack by a total that is null.
            (self.unlimited or self.total is None, "without limit"),
            (
                self.type not in (CalType.PER_USER, CalType.PER_DEVICE)
                or self.version not in VERSIONS
                or self.program not in (Program.RETAIL, Program.VOLUME, Program.OPEN),
                "unknown kind",
            ),
        ):
            if wrong:
                return why
        return None


@dataclass(frozen=True, slots=True)
class KnownServer:
    """One license server."""

    name: str = ""
    license_server_id: str | None = None
    product_id: str | None = None
    activated: bool | None = None
    release: str | None = None
    packs: tuple[KnownPack, ...] = field(default=())
    active_devices: int | None = None
    """Active per device CALs, when the issued CALs were counted."""

    @property
    def counted(self) -> list[KnownPack]:
        """Packs for RD sessions that count."""
        return [each for each in self.packs if each.counts and each.suite == Suite.RDS]


def known_server(facts: object) -> KnownServer | None:
    """Read facts of a license server; None when there are none."""
    if not isinstance(facts, Mapping) or not facts:
        return None
    server = facts.get("server")
    about: Mapping[str, Any] = server if isinstance(server, Mapping) else facts
    names = [about.get(each) for each in ("computer_name", "server", "name")]
    build = str(about.get("os_build") or "")
    activated = about.get("activated")
    packs = facts.get("packs")
    return KnownServer(
        name=next((each for each in names if isinstance(each, str) and each), ""),
        license_server_id=_text(about.get("license_server_id")),
        product_id=_text(about.get("product_id")),
        activated=activated if isinstance(activated, bool) else None,
        release=release_of(int(build)) if build.isascii() and build.isdecimal() else None,
        packs=tuple(
            _pack(each)
            for each in (packs if isinstance(packs, list) else [])
            if isinstance(each, Mapping) and not _builtin(each)
        ),
        active_devices=_active(facts.get("issued")),
    )


def _pack(row: Mapping[str, Any]) -> KnownPack:
    total = _number(row.get("total"))
    return KnownPack(
        key_pack_id=_number(row.get("key_pack_id")) or 0,
        type=_text(row.get("type")) or UNKNOWN,
        program=_text(row.get("program")) or UNKNOWN,
        version=str(row.get("version") or UNKNOWN),
        suite=_text(row.get("suite")) or str(Suite.RDS),
        total=total,
        issued=_number(row.get("issued")) or 0,
        available=_number(row.get("available")),
        unlimited=row.get("unlimited") is True,
        expired=row.get("expired") is True,
    )


def _builtin(row: Mapping[str, Any]) -> bool:
    """The pack that every license server has. Bundles list it, facts do not."""
    return row.get("type") == CalType.BUILTIN or row.get("program") == Program.BUILTIN


def _active(issued: object) -> int | None:
    by_status = issued.get("by_status") if isinstance(issued, Mapping) else None
    return (_number(by_status.get("active")) or 0) if isinstance(by_status, Mapping) else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
