# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of the declared rows is installed already, by the counting of ``rds_cal_pack``.

Windows never gives a number back, so what is installed is taken for the first rows of its kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..cals.key_packs import Suite
from .known_server import KnownPack
from .purchases import Row

Kind = tuple[str, str, str | None]


@dataclass(frozen=True, slots=True)
class Covered:
    """A row, and how many of its CALs are there."""

    row: Row
    there: int

    @property
    def missing(self) -> int:
        """How many are not."""
        return max(0, self.row.quantity - self.there)

    @property
    def partly(self) -> bool:
        """Whether only some are there: no run of ours leaves a row like that."""
        return 0 < self.there < self.row.quantity


def cover(rows: Sequence[Row], packs: Iterable[KnownPack]) -> list[Covered]:
    """Hold the rows, in their order, against what is installed."""
    packs = list(packs)
    left: dict[Kind, int] = {}
    for row in rows:
        if row.kind not in left:
            left[row.kind] = sum(each.total or 0 for each in packs if belongs(each, row))
    covered = []
    for row in rows:
        there = min(row.quantity, left[row.kind])
        left[row.kind] -= there
        covered.append(Covered(row, there))
    return covered


def belongs(pack: KnownPack, row: Row) -> bool:
    """Whether a pack counts for a row."""
    return (
        pack.counts
        and pack.suite == Suite.RDS
        and (pack.version, pack.type) == (row.version, row.type)
        and row.program in (None, pack.program)
    )


def surplus(rows: Sequence[Row], packs: Iterable[KnownPack]) -> dict[Kind, int]:
    """CALs of the kinds of the rows that are installed beyond them."""
    packs = list(packs)
    found = {}
    for row in rows:
        wanted = sum(each.quantity for each in rows if each.kind == row.kind)
        there = sum(each.total or 0 for each in packs if belongs(each, row))
        if there > wanted:
            found[row.kind] = there - wanted
    return found
