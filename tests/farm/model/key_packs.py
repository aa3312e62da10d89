# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Key packs of a license server (Microsoft Learn: Win32_TSLicenseKeyPack; recorded rows).

The numbers decide what a pack is; the texts are display only and may be localized. Texts and
Description codes of the releases that no recorded row shows are made up in the same manner.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from .license_plan import (
    BUILT_IN,
    BUILT_IN_PACK,
    PER_DEVICE,
    PER_USER,
    PERMANENT_UNTIL,
    TEMPORARY,
    UNLIMITED,
    Expiry,
    PackPlan,
)

VERSION_NAMES: dict[int, str] = {
    2: "Windows Server 2008 or Windows Server 2008 R2",
    3: "Windows Server 2008 R2",
    4: "Windows Server 2012",
    5: "Windows Server 2016",
    6: "Windows Server 2019",
    7: "Windows Server 2022",
    8: "Windows Server 2025",
}
VERSIONS: dict[str, int] = {
    "2008": 2,
    "2008r2": 3,
    "2012": 4,
    "2016": 5,
    "2019": 6,
    "2022": 7,
    "2025": 8,
}
_CODES = {
    0: "5.00",
    2: "6.00",
    3: "6.00",
    4: "6.02",
    5: "10.00",
    6: "10.01",
    7: "10.02",
    8: "10.03",
}
_HIGHEST = {2008: 3, 2012: 4, 2016: 5, 2019: 6, 2022: 7, 2025: 8}
_BUILT_IN_UNTIL = datetime(2035, 12, 31, 23, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class KeyPack:
    """One pack as the license server keeps it. A changed pack is a new object in its place."""

    id: int
    program: int
    version: int
    type: int
    total: int
    issued: int = 0
    fixed_available: int | None = None
    suite: str = "rds"
    expires: Expiry = PERMANENT_UNTIL
    description: str | None = None
    version_text: str | None = None
    type_text: str | None = None
    access_rights: int | None = None

    @property
    def available(self) -> int:
        """AvailableLicenses: never below zero, unlimited where the total is."""
        if self.fixed_available is not None:
            return self.fixed_available
        return UNLIMITED if self.total == UNLIMITED else max(0, self.total - self.issued)

    @property
    def bought(self) -> bool:
        """True for a pack that somebody installed: neither temporary nor built in."""
        return self.program not in (TEMPORARY, BUILT_IN_PACK) and self.type != BUILT_IN

    def shown_version(self, german: bool) -> str:
        """ProductVersion."""
        if self.version_text is not None:
            return self.version_text
        text = VERSION_NAMES.get(self.version, "Windows 2000 Server")
        return text.replace(" or ", " oder ") if german else text

    def shown_type(self, german: bool) -> str:
        """TypeAndModel; the German words are made up."""
        if self.type_text is not None:
            return self.type_text
        if self.type == BUILT_IN:
            return "Integrierte TS-Gerätelizenz" if german else "Built-in TS Per Device CAL"
        if self.suite == "vdi":
            return "VDI Standard Suite Per Device subscription license"
        per = "User" if self.type == PER_USER else "Device"
        if german:
            return f"RDS-Clientzugriffslizenz pro {'Benutzer' if per == 'User' else 'Gerät'}"
        return f"{cal_family(self.version)} Per {per} CAL"

    def shown_description(self) -> str:
        """Description: a code such as C50-10.01-S."""
        if self.description is not None:
            return self.description
        tail = "EX" if self.program == BUILT_IN_PACK else "VDIS" if self.suite == "vdi" else "S"
        head = "C50" if self.type == PER_USER else "A02"
        return f"{head}-{_CODES.get(self.version, '10.99')}-{tail}"

    def shown_rights(self) -> int:
        """AccessRights; 7 was seen, the value of a VDI suite is a guess."""
        if self.access_rights is not None:
            return self.access_rights
        return 15 if self.suite == "vdi" else 7


def cal_family(version: int) -> str:
    """How CALType and TypeAndModel call licenses of a version."""
    return "RDS" if version >= 4 else "TS or RDS"


def highest_version(year: int | None) -> int:
    """The newest ProductVersionID that a license server of a release can hold."""
    return _HIGHEST.get(year or 0, 0)


def built_in_pack(total: int) -> PackPlan:
    """The pack that every license server has; it serves Windows 2000 hosts only."""
    return PackPlan(BUILT_IN_PACK, 0, BUILT_IN, total, expires=_BUILT_IN_UNTIL)


def packs_for(issued: int, newest: int) -> list[PackPlan]:
    """Per-device packs that hold so many issued licenses, one in ten of them temporary."""
    if not issued:
        return []
    temporary = issued // 10
    first = (issued - temporary) // 2
    rest = issued - temporary - first
    return [
        PackPlan(1, newest - 1, PER_DEVICE, first * 5 // 4 + 1, first),
        PackPlan(2, newest, PER_DEVICE, rest * 5 // 4 + 1, rest),
        PackPlan(TEMPORARY, newest, PER_DEVICE, UNLIMITED, temporary),
    ]


def _numbered(plans: Iterable[PackPlan]) -> Iterator[KeyPack]:
    last = 0
    for plan in plans:
        for index in range(plan.count):
            last = last + 1 if plan.id is None else plan.id + index
            yield KeyPack(
                last,
                plan.program,
                plan.version,
                plan.type,
                plan.total,
                plan.issued,
                plan.available,
                plan.suite,
                plan.expires,
                plan.description,
                plan.version_text,
                plan.type_text,
                plan.access_rights,
            )


class KeyPackStore:
    """The packs of one license server, in the order of their installation."""

    def __init__(self, plans: Iterable[PackPlan]) -> None:
        self._lock = threading.RLock()
        self._packs = list(_numbered(plans))

    def all(self) -> list[KeyPack]:
        """A copy of the list."""
        with self._lock:
            return list(self._packs)

    def get(self, number: int) -> KeyPack | None:
        """The first pack of that KeyPackId."""
        return next((pack for pack in self.all() if pack.id == number), None)

    def add(self, program: int, version: int, kind: int, total: int) -> KeyPack:
        """A new pack with the next free number."""
        with self._lock:
            number = max((pack.id for pack in self._packs), default=0) + 1
            made = KeyPack(number, program, version, kind, total)
            self._packs.append(made)
            return made

    def change(self, number: int, *, total: int = 0, issued: int = 0) -> None:
        """Add to total and issued of a pack; one whose total reaches zero is gone."""
        with self._lock:
            for index, pack in enumerate(self._packs):
                if pack.id != number:
                    continue
                new = replace(pack, total=pack.total + total, issued=pack.issued + issued)
                if new.total <= 0 and total:
                    del self._packs[index]
                else:
                    self._packs[index] = new
                return

    def replace(self, packs: Iterable[KeyPack]) -> None:
        """Hold other packs."""
        with self._lock:
            self._packs = list(packs)

    def remove(self, number: int) -> bool:
        """Take a pack out; False when there is none of that number."""
        with self._lock:
            for index, pack in enumerate(self._packs):
                if pack.id == number:
                    del self._packs[index]
                    return True
            return False
