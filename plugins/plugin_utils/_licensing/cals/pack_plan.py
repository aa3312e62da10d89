# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be installed so that the declared CALs are there. Nothing is read or written.

Counted are bought, permanent and valid packs for RD sessions of the declared version, type and
program; see ``KeyPack.counts``. Rows of one version, type and program are added up. What is
installed already is taken for the first rows, since Windows never gives a number back: a new
purchase belongs at the end of the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ..change import Refused
from .key_packs import UNKNOWN, KeyPack, Program, Suite
from .wanted_packs import WantedPack


@dataclass(frozen=True, slots=True)
class Purchase:
    """A call to make: a row, and how many CALs it has to bring."""

    pack: WantedPack
    quantity: int

    @property
    def says(self) -> str:
        """What it does, without secrets."""
        return f"{self.pack.way} {self.pack.describe(self.quantity)} of {self.pack.where}"


@dataclass(frozen=True, slots=True)
class Total:
    """Declared and installed CALs of one version, type and program."""

    version: str
    type: str
    program: str | None
    wanted: int
    installed: int
    missing: int
    excess: int
    unlimited: bool
    """Whether one of the packs has no limit: then nothing is missing."""

    def as_dict(self) -> dict[str, Any]:
        """As the module returns it."""
        return asdict(self)


@dataclass(slots=True)
class Plan:
    """What is to be done, in order, and what the operator should know."""

    purchases: list[Purchase] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def plan_packs(wanted: Sequence[WantedPack], packs: Sequence[KeyPack]) -> Plan:
    """Plan the whole list before anything is written.

    :raises Refused: a number that carries its own quantity would bring more than is declared.
    """
    plan = Plan()
    for rows in _groups(wanted):
        there = [pack for pack in packs if _belongs(pack, rows[0])]
        if any(pack.unlimited for pack in there):
            plan.warnings.append(
                f"A pack of {_kind(rows[0])} has no limit: nothing is installed for it."
            )
        else:
            plan.purchases += _purchases(rows, _total(there))
        plan.warnings += _notes(rows, there, packs)
    return plan


def totals_of(
    wanted: Sequence[WantedPack], packs: Sequence[KeyPack], expected: Sequence[Purchase] = ()
) -> list[Total]:
    """One line for each version, type and program that is declared.

    :param expected: purchases that are to be added to what is installed (check mode).
    """
    totals = []
    for rows in _groups(wanted):
        first, sought = rows[0], sum(row.quantity for row in rows)
        there = [pack for pack in packs if _belongs(pack, first)]
        unlimited = any(pack.unlimited for pack in there)
        installed = _total(there) + sum(each.quantity for each in expected if each.pack in rows)
        totals.append(
            Total(
                version=first.version,
                type=str(first.type),
                program=str(first.program) if first.program else None,
                wanted=sought,
                installed=installed,
                missing=0 if unlimited else max(0, sought - installed),
                excess=max(0, installed - sought),
                unlimited=unlimited,
            )
        )
    return totals


def _groups(wanted: Sequence[WantedPack]) -> list[list[WantedPack]]:
    groups: dict[tuple[object, ...], list[WantedPack]] = {}
    for each in wanted:
        groups.setdefault((each.version, each.type, each.program), []).append(each)
    return list(groups.values())


def _belongs(pack: KeyPack, wanted: WantedPack) -> bool:
    """Whether it is a pack of that version, type and program, valid and bought."""
    return (
        (pack.version, pack.type, pack.suite) == (wanted.version, wanted.type, Suite.RDS)
        and wanted.program in (None, pack.program)
        and (pack.counts or (pack.unlimited and not pack.expired))
        and not pack.builtin
        and pack.program is not Program.TEMPORARY
    )


def _total(packs: Sequence[KeyPack]) -> int:
    return sum(pack.total or 0 for pack in packs)


def _purchases(rows: Sequence[WantedPack], installed: int) -> list[Purchase]:
    sought = sum(row.quantity for row in rows)
    left, total = installed, installed
    purchases = []
    for row in rows:
        missing = max(0, row.quantity - left)
        left -= row.quantity - missing
        if not missing:
            continue
        brings = row.quantity if row.channel.carries_quantity else missing
        total += brings
        if total > sought:
            raise Refused(
                "too_many",
                f"the number of {row.where} brings {brings} CALs of {_kind(row)}, {installed} are "
                f"installed and {sought} declared: {total} would be there",
                "a number is used as a whole: declare every purchase of that version, type and "
                "program with its own quantity, those that are installed first",
            )
        purchases.append(Purchase(row, brings))
    return purchases


def _notes(
    rows: Sequence[WantedPack], there: Sequence[KeyPack], packs: Sequence[KeyPack]
) -> list[str]:
    first, sought, installed = rows[0], sum(row.quantity for row in rows), _total(there)
    notes = []
    if installed > sought:
        notes.append(
            f"{installed} CALs of {_kind(first)} are installed and {sought} declared: present "
            "never removes."
        )
    unknown = [
        str(pack.key_pack_id)
        for pack in packs
        if (pack.version, pack.type) == (first.version, first.type)
        and pack.program == UNKNOWN
        and first.program is not None
        and pack.total
    ]
    if unknown:
        notes.append(
            f"The program of key pack {', '.join(unknown)} is not documented, so it is not "
            f"counted as {_kind(first)}."
        )
    return notes


def _kind(pack: WantedPack) -> str:
    return f"{pack.version} {pack.type} {pack.program or 'of any program'}"
