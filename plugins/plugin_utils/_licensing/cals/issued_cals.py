# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``rds_issued_cal_info`` does: the issued per device CALs that a filter lets through.

Rows are read one by one and only those that match are kept, up to a limit. What stands in them
was written by clients: it is data, never decided by beyond equality.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..._cim.errors import CimError
from ..._cim.session import CimSession, Instance
from .issued_rows import Row, issued_rows, row_of, status_of
from .key_packs import UNKNOWN, KeyPack
from .pack_inventory import read_packs

STATUS_NUMBERS = {
    "unknown": 0,
    "temporary": 1,
    "active": 2,
    "upgrade": 3,
    "revoked": 4,
    "pending": 5,
    "concurrent": 6,
}


class TooManyCals(CimError):
    """More rows match than the task may return."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} issued CALs match")
        self.operation = "reading the issued CALs"
        self.advice = (
            "narrow them down by computers, status, key_pack_ids or expiring_within, raise limit, "
            "or have rds_cal_pack_facts write them to a file (issued_file)"
        )


class ComputerNames:
    """Names of computers; a short name stands for every full name that begins with it."""

    def __init__(self, names: Iterable[str]) -> None:
        folded = {name.strip().casefold() for name in names} - {""}
        self._names = folded
        self._short = {name for name in folded if "." not in name}
        self._heads = {name.partition(".")[0] for name in folded}

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str) or not name:
            return False
        folded = name.casefold()
        head, dot, dummy = folded.partition(".")
        return folded in self._names or (head in self._short if dot else head in self._heads)


@dataclass(frozen=True, slots=True)
class CalFilter:
    """Which issued CALs are wanted; everything that is left out lets all through."""

    computers: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    key_pack_ids: tuple[int, ...] = ()
    expiring_within: int | None = None

    @property
    def where(self) -> str | None:
        """What Windows can decide by number, as a WQL condition."""
        parts = [
            " OR ".join(f"{name} = {number}" for number in numbers)
            for name, numbers in (
                ("LicenseStatus", [STATUS_NUMBERS[each] for each in self.status]),
                ("KeyPackId", list(self.key_pack_ids)),
            )
            if numbers and len(numbers) <= 20  # longer queries may exceed what WMI takes
        ]
        return " AND ".join(f"({part})" for part in parts) or None


def expires_within(issued: Instance, now: datetime, days: int) -> bool:
    """Whether it is valid now and ends within so many days."""
    moment = issued["ExpirationDate"]
    return isinstance(moment, datetime) and now <= moment <= now + timedelta(days=days)


def list_issued(
    session: CimSession, wanted: CalFilter, now: datetime, limit: int
) -> dict[str, Any]:
    """Return the rows that match: three requests, and what reading the rows takes.

    :param limit: rows at most.
    :raises NotALicenseServer: RD Licensing is not installed.
    :raises NothingThere: the account is no administrator.
    :raises TooManyCals: more rows match.
    """
    packs = {pack.key_pack_id: pack for pack in read_packs(session)}
    names = ComputerNames(wanted.computers)
    rows: list[Row] = []
    for issued in issued_rows(session, wanted.where):
        if not _matches(issued, wanted, names, now):
            continue
        if len(rows) >= limit:
            raise TooManyCals(limit)
        rows.append(cal_row(issued, packs))
    return {"licenses": rows, "matched": len(rows)}


def _matches(issued: Instance, wanted: CalFilter, names: ComputerNames, now: datetime) -> bool:
    return (
        (not wanted.computers or issued["sIssuedToComputer"] in names)
        and (not wanted.status or status_of(issued["LicenseStatus"]) in wanted.status)
        and (not wanted.key_pack_ids or issued["KeyPackId"] in wanted.key_pack_ids)
        and (wanted.expiring_within is None or expires_within(issued, now, wanted.expiring_within))
    )


def cal_row(issued: Instance, packs: Mapping[int, KeyPack]) -> Row:
    """A row with the version and type of its key pack."""
    number = issued["KeyPackId"]
    pack = packs.get(number) if isinstance(number, int) else None
    return {
        **row_of(issued),
        "version": pack.version if pack else UNKNOWN,
        "type": str(pack.type) if pack else UNKNOWN,
    }
