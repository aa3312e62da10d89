# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Issued per-device licenses, made up one by one so that a server may hold very many.

Microsoft Learn: Win32_TSIssuedLicense and its method Revoke; the article on RDS client access
licenses for the life of a license (52 to 89 days) and the limit of revocations (20 %).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .key_packs import KeyPack
from .license_plan import BUILT_IN, PER_DEVICE, TEMPORARY, Expiry, IssuedPlan

STATUS_TEMPORARY, STATUS_ACTIVE, STATUS_REVOKED = 1, 2, 4
_TEMPORARY_DAYS = 90


@dataclass(frozen=True, slots=True)
class IssuedLicense:
    """One row of Win32_TSIssuedLicense."""

    license_id: int
    pack_id: int
    user: str
    computer: str
    status: int
    issued: Expiry
    expires: Expiry
    hardware_id: str


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that are computed: ``count`` licenses of one pack from the number ``first`` on."""

    pack: int
    temporary: bool
    first: int
    count: int


class IssuedLicenses:
    """The licenses of one server: computed blocks, rows of the scenario, and later ones."""

    def __init__(
        self,
        packs: Iterable[KeyPack],
        rows: Iterable[IssuedPlan],
        now: datetime,
        domain: str,
    ) -> None:
        self._now, self._domain = now.replace(microsecond=0), domain
        self._lock = threading.Lock()
        self._revoked: dict[tuple[int, int], datetime] = {}
        self._blocks: list[Block] = []
        self._rows: list[IssuedLicense] = []
        self._last = 0
        for pack in packs:
            if pack.type in (PER_DEVICE, BUILT_IN) and pack.issued:
                temporary = pack.program == TEMPORARY
                self._blocks.append(Block(pack.id, temporary, self._last + 1, pack.issued))
                self._last += pack.issued
        for row in rows:
            self._append(row)

    def _append(self, row: IssuedPlan) -> IssuedLicense:
        self._last += 1
        made = IssuedLicense(
            self._last,
            row.pack,
            row.user,
            row.computer,
            row.status,
            row.issued or self._now - timedelta(days=10),
            row.expires or self._now + timedelta(days=60),
            row.hardware_id or f"{self._last:032x}",
        )
        self._rows.append(made)
        return made

    def issue(self, pack: int, computer: str, user: str, now: datetime) -> IssuedLicense:
        """A session host asked for a license of this pack and got it."""
        with self._lock:
            life = timedelta(days=52 + self._last % 38)
            return self._append(IssuedPlan(pack, computer, user, issued=now, expires=now + life))

    def _computed(self, block: Block, number: int) -> IssuedLicense:
        life = _TEMPORARY_DAYS if block.temporary else 52 + number % 38
        expires = self._now + timedelta(days=1 + number % life, minutes=number % 1440)
        return IssuedLicense(
            number,
            block.pack,
            f"user{number:06}",
            f"PC{number:06}.{self._domain}",
            STATUS_TEMPORARY if block.temporary else STATUS_ACTIVE,
            expires - timedelta(days=life),
            expires,
            f"{number:032x}",
        )

    def _shown(self, row: IssuedLicense) -> IssuedLicense:
        revoked = (row.license_id, row.pack_id) in self._revoked
        return replace(row, status=STATUS_REVOKED) if revoked else row

    def __iter__(self) -> Iterator[IssuedLicense]:
        return self.of_packs(None)

    def of_packs(self, packs: set[int] | None, start: int = 0) -> Iterator[IssuedLicense]:
        """The rows of some packs (None: all), without making up the first ``start`` of them."""
        with self._lock:
            blocks, rows = list(self._blocks), list(self._rows)
        for block in blocks:
            if packs is not None and block.pack not in packs:
                continue
            skipped = min(start, block.count)
            start -= skipped
            for number in range(block.first + skipped, block.first + block.count):
                yield self._shown(self._computed(block, number))
        chosen = [row for row in rows if packs is None or row.pack_id in packs]
        for row in chosen[start:]:
            yield self._shown(row)

    def find(self, license_id: int, pack_id: int) -> IssuedLicense | None:
        """One license by its keys, without making up the others."""
        for block in self._blocks:
            inside = block.first <= license_id < block.first + block.count
            if inside and block.pack == pack_id:
                return self._shown(self._computed(block, license_id))
        with self._lock:
            rows = list(self._rows)
        for row in rows:
            if (row.license_id, row.pack_id) == (license_id, pack_id):
                return self._shown(row)
        return None

    def content(
        self,
    ) -> tuple[list[Block], list[IssuedLicense], dict[tuple[int, int], datetime], int]:
        """Blocks, rows, when which license was revoked, and the last number given."""
        with self._lock:
            return list(self._blocks), list(self._rows), dict(self._revoked), self._last

    def replace(
        self,
        blocks: Iterable[Block],
        rows: Iterable[IssuedLicense],
        revoked: Mapping[tuple[int, int], datetime],
        last: int,
    ) -> None:
        """Hold other content, as ``content`` gave it."""
        with self._lock:
            self._blocks, self._rows = list(blocks), list(rows)
            self._revoked, self._last = dict(revoked), last

    def count(self) -> int:
        """How many rows there are, revoked ones included."""
        with self._lock:
            return sum(block.count for block in self._blocks) + len(self._rows)

    def revoke(self, row: IssuedLicense, now: datetime) -> None:
        """Mark a license as revoked."""
        with self._lock:
            self._revoked[row.license_id, row.pack_id] = now

    def revocations(self, packs: set[int], since: datetime) -> list[datetime]:
        """When licenses of these packs were revoked since then, the oldest first."""
        with self._lock:
            found = [
                at for (dummy, pack), at in self._revoked.items() if pack in packs and at > since
            ]
        return sorted(found)
