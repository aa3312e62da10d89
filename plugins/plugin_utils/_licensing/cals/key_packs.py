# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Key packs (CAL packs) of a license server, and how they are counted.

Everything is decided by number: ProductVersionID, ProductType, KeyPackType, AccessRights. The
texts are localized. Packs are never added across versions, types or suites; unlimited packs
have no total; expired, temporary and built-in packs stand apart; nothing is clamped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ..._cim.session import CimSession, Instance
from ..._windows.schema.license_server import LICENSE_KEY_PACK

UNKNOWN = "unknown"
_UNLIMITED = (4294967295, -1)
"""How Windows shows no limit: all bits set, read unsigned or signed."""
_RD_SESSION_RIGHT, _VDI_SUITE_RIGHT = 1, 8
"""Bits 0 and 3 of AccessRights. RDS CALs show 7: RD sessions, and VDI sessions besides."""

_VERSIONS = {
    2: "2008",
    3: "2008",  # 2008 R2 uses the CALs of 2008
    4: "2012",
    5: "2016",
    6: "2019",
    7: "2022",
    8: "2025",  # seen on real servers; not on Microsoft's page yet
}


class CalType(StrEnum):
    """Whom a CAL is for (ProductType)."""

    PER_DEVICE = "per_device"
    PER_USER = "per_user"
    BUILTIN = "builtin"
    UNKNOWN = UNKNOWN


class Program(StrEnum):
    """How CALs were bought (KeyPackType)."""

    RETAIL = "retail"
    VOLUME = "volume"
    OPEN = "open"
    TEMPORARY = "temporary"
    BUILTIN = "builtin"
    CONCURRENT = "concurrent"
    UNKNOWN = UNKNOWN


class Suite(StrEnum):
    """What the CALs give access to (AccessRights)."""

    RDS = "rds"
    VDI = "vdi"


_TYPES = {0: CalType.PER_DEVICE, 1: CalType.PER_USER, 3: CalType.BUILTIN}
_PROGRAMS = {
    1: Program.RETAIL,
    2: Program.VOLUME,
    3: Program.CONCURRENT,
    4: Program.TEMPORARY,
    5: Program.OPEN,
    6: Program.BUILTIN,  # "not supported" by the page; the built-in pack on real servers
}


@dataclass(frozen=True, slots=True)
class KeyPack:
    """One key pack as the facts return it; ``expires`` is ISO 8601 in UTC."""

    key_pack_id: int
    type: CalType
    program: Program
    version: str
    version_id: int | None
    suite: Suite
    total: int | None
    issued: int | None
    available: int | None
    unlimited: bool
    expires: str | None
    expired: bool
    description: str | None
    type_and_model: str | None

    @property
    def builtin(self) -> bool:
        """The pack that every license server has: no CAL that anybody bought."""
        return self.type is CalType.BUILTIN or self.program is Program.BUILTIN

    @property
    def counts(self) -> bool:
        """Whether it is part of what is installed: bought, permanent, valid, limited."""
        return not (
            self.builtin
            or self.program is Program.TEMPORARY
            or self.expired
            or self.unlimited
            or self.total is None
        )

    def as_dict(self) -> dict[str, Any]:
        """As the module returns it."""
        return {
            name: str(value) if isinstance(value, StrEnum) else value
            for name, value in asdict(self).items()
        }


@dataclass(frozen=True, slots=True)
class CalSummary:
    """What is installed of one version, type and suite."""

    version: str
    version_id: int | None
    """Of an unknown version, to tell two of them apart; else None."""
    type: CalType
    suite: Suite
    total: int
    issued: int
    available: int
    over_issued: int
    packs: int
    expired_total: int
    temporary_issued: int

    def as_dict(self) -> dict[str, Any]:
        """As the module returns it."""
        return {
            name: str(value) if isinstance(value, StrEnum) else value
            for name, value in asdict(self).items()
        }


def read_key_packs(session: CimSession, now: datetime) -> list[KeyPack]:
    """Read all packs: two requests for up to a hundred.

    :param now: the time by which a pack is expired, aware.
    :raises Fault: ``no_such_class`` where RD Licensing is not installed.
    """
    names = [each.name for each in LICENSE_KEY_PACK.properties]
    packs = [_decode(each, now) for each in session.enumerate(LICENSE_KEY_PACK, names)]
    return sorted(packs, key=lambda pack: pack.key_pack_id)


def version_of(version_id: int | None) -> str:
    """The year for a ProductVersionID; a number that nobody documents is unknown."""
    return _VERSIONS.get(version_id or 0, UNKNOWN)


def _decode(row: Instance, now: datetime) -> KeyPack:
    total = _integer(row["TotalLicenses"])
    unlimited = total in _UNLIMITED
    expires = row["ExpirationDate"]
    moment = expires if isinstance(expires, datetime) else None
    rights = _integer(row["AccessRights"]) or 0
    version_id = _integer(row["ProductVersionID"])
    product_type, program = _integer(row["ProductType"]), _integer(row["KeyPackType"])
    return KeyPack(
        key_pack_id=_integer(row["KeyPackId"]) or 0,
        type=CalType.UNKNOWN if product_type is None else _TYPES.get(product_type, CalType.UNKNOWN),
        program=Program.UNKNOWN if program is None else _PROGRAMS.get(program, Program.UNKNOWN),
        version=version_of(version_id),
        version_id=version_id,
        suite=_suite(rights),
        total=None if unlimited else total,
        issued=_integer(row["IssuedLicenses"]),
        available=None if unlimited else _available(row),
        unlimited=unlimited,
        expires=moment.isoformat().replace("+00:00", "Z") if moment else None,
        expired=moment is not None and moment < now,
        description=_text(row["Description"]),
        type_and_model=_text(row["TypeAndModel"]),
    )


def _suite(rights: int) -> Suite:
    # Without any right shown it is taken for the usual kind: CALs for RD sessions.
    if rights & _VDI_SUITE_RIGHT or (rights and not rights & _RD_SESSION_RIGHT):
        return Suite.VDI
    return Suite.RDS


def _available(row: Instance) -> int | None:
    # Windows' own number. All bits set here is no limit as well.
    available = _integer(row["AvailableLicenses"])
    return None if available in _UNLIMITED else available


def summarize(packs: Iterable[KeyPack]) -> list[CalSummary]:
    """Add up per version, type and suite; unlimited and built-in packs enter no sum."""
    groups: dict[tuple[str, int | None, CalType, Suite], list[KeyPack]] = defaultdict(list)
    for pack in packs:
        if not pack.builtin:
            unknown_id = pack.version_id if pack.version == UNKNOWN else None
            groups[pack.version, unknown_id, pack.type, pack.suite].append(pack)
    return [
        _summary(*key, group)
        for key, group in sorted(
            groups.items(), key=lambda item: (item[0][0], item[0][1] or 0, *item[0][2:])
        )
    ]


def _summary(
    version: str, version_id: int | None, kind: CalType, suite: Suite, packs: list[KeyPack]
) -> CalSummary:
    counted = [pack for pack in packs if pack.counts]
    total = sum(pack.total or 0 for pack in counted)
    issued = sum(pack.issued or 0 for pack in counted)
    return CalSummary(
        version=version,
        version_id=version_id,
        type=kind,
        suite=suite,
        total=total,
        issued=issued,
        available=sum(pack.available or 0 for pack in counted),
        over_issued=max(0, issued - total),
        packs=len(counted),
        expired_total=sum(
            pack.total or 0
            for pack in packs
            if pack.expired and pack.program is not Program.TEMPORARY
        ),
        temporary_issued=sum(
            pack.issued or 0 for pack in packs if pack.program is Program.TEMPORARY
        ),
    )


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
