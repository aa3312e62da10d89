# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Issued per device CALs, row by row, and their counts.

Win32_TSIssuedLicense holds per device CALs only. A large license server has a hundred
thousand: nothing here keeps a row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ..._cim.session import CimSession, Instance
from ..._windows.schema.license_server import ISSUED_LICENSE
from .key_packs import KeyPack

Row = dict[str, Any]

_STATUS = {
    0: "unknown",
    1: "temporary",
    2: "active",
    3: "upgrade",
    4: "revoked",
    5: "pending",
    6: "concurrent",
}
_SOON = (7, 30)
"""Days within which a CAL that expires is counted."""


def issued_rows(session: CimSession, where: str | None = None) -> Iterator[Instance]:
    """Yield the issued CALs as Windows has them.

    :param where: a WQL condition.
    """
    names = [each.name for each in ISSUED_LICENSE.properties]
    return session.enumerate(ISSUED_LICENSE, names, where)


def row_of(issued: Instance) -> Row:
    """An issued CAL as the modules return it: our names, times in ISO 8601 UTC."""
    return {
        "license_id": issued["LicenseId"],
        "key_pack_id": issued["KeyPackId"],
        "computer": issued["sIssuedToComputer"],
        "user": issued["sIssuedToUser"],
        "status": status_of(issued["LicenseStatus"]),
        "issued": iso(issued["IssueDate"]),
        "expires": iso(issued["ExpirationDate"]),
        "hardware_id": issued["sHardwareId"],
    }


def status_of(number: object) -> str:
    """The name of a LicenseStatus; an undocumented number is unknown."""
    return _STATUS.get(number, "unknown") if isinstance(number, int) else "unknown"


def iso(moment: object) -> str | None:
    """A time as ISO 8601 in UTC."""
    return moment.isoformat().replace("+00:00", "Z") if isinstance(moment, datetime) else None


@dataclass(slots=True)
class IssuedSummary:
    """Counts of issued CALs.

    :param packs: the key packs by id, for the types.
    :param now: the time of collection, aware.
    """

    packs: Mapping[int, KeyPack]
    now: datetime
    total: int = 0
    by_pack: Counter[int] = field(default_factory=Counter)
    by_status: Counter[str] = field(default_factory=Counter)
    by_type: Counter[str] = field(default_factory=Counter)
    expiring: Counter[int] = field(default_factory=Counter)
    _devices: Counter[int] = field(default_factory=Counter)

    def add(self, issued: Instance) -> None:
        """Count one."""
        self.total += 1
        pack_id, status = issued["KeyPackId"], status_of(issued["LicenseStatus"])
        pack = self.packs.get(pack_id) if isinstance(pack_id, int) else None
        self.by_pack[pack_id if isinstance(pack_id, int) else -1] += 1
        self.by_status[status] += 1
        self.by_type[str(pack.type) if pack else "unknown"] += 1
        if status == "revoked":
            return
        expires = issued["ExpirationDate"]
        if isinstance(expires, datetime) and expires >= self.now:
            for days in _SOON:
                self.expiring[days] += expires < self.now + timedelta(days=days)
        device = issued["sHardwareId"] or issued["sIssuedToComputer"]
        if isinstance(device, str):
            # A number per device, not its name: a hundred thousand of them are kept.
            self._devices[hash(device.casefold())] += 1

    def as_dict(self) -> dict[str, Any]:
        """As the module returns it."""
        return {
            "total": self.total,
            "by_pack": {str(pack_id): count for pack_id, count in sorted(self.by_pack.items())},
            "by_status": dict(sorted(self.by_status.items())),
            "by_type": dict(sorted(self.by_type.items())),
            **{f"expiring_{days}_days": self.expiring[days] for days in _SOON},
            "devices_with_several": sum(count > 1 for count in self._devices.values()),
        }
