# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of purchases that the operator declares, without their numbers.

The rows are those of ``rds_cal_pack``. A plan needs to know that a number is there and of the
right form, never what it is: nothing here keeps one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..cals.key_packs import Program
from ..cals.pack_numbers import check_number
from ..change import Refused

NUMBERS = {
    "retail": ("license_code",),
    "open": ("license_number", "authorization_number"),
    "agreement": ("agreement_number",),
    "key_pack_id": ("key_pack_code",),
}
"""The options that hold the numbers of a channel."""
_PROGRAMS = {"retail": Program.RETAIL, "open": Program.OPEN, "agreement": Program.VOLUME}


@dataclass(frozen=True, slots=True)
class Row:
    """One purchase."""

    row: int
    channel: str
    method: str
    version: str
    type: str
    quantity: int
    program: str | None
    """None: packs of every program count for it."""
    missing: tuple[str, ...] = ()
    """Options that the operator still has to give."""
    wrong: tuple[str, ...] = ()
    """What is wrong with those that are there, without them."""

    @property
    def kind(self) -> tuple[str, str, str | None]:
        """Rows of one kind are added up."""
        return self.version, self.type, self.program

    @property
    def carries_quantity(self) -> bool:
        """Whether its number stands for a fixed quantity."""
        return self.channel in ("retail", "key_pack_id")


def read_rows(rows: Sequence[Mapping[str, Any]], *, name: str = "packs") -> list[Row]:
    """Read the rows of an option that was validated."""
    return [_row(index, options, f"{name}[{index}]") for index, options in enumerate(rows)]


def _row(index: int, options: Mapping[str, Any], where: str) -> Row:
    channel = options["channel"]
    needed = [*NUMBERS[channel]]
    if options["method"] == "import":
        needed.append("source_product_id")
    missing = [each for each in needed if not options.get(each)]
    if channel == "agreement" and not options.get("agreement_type"):
        missing.append("agreement_type")
    if options["method"] == "import" and not options.get("source_server"):
        missing.append("source_server")
    wrong = []
    for each in needed:
        if each in missing:
            continue
        try:
            check_number(each, options[each], f"{where}.{each}")
        except Refused as error:
            wrong.append(str(error))
    program = options.get("program") or _PROGRAMS.get(channel)
    return Row(
        row=index,
        channel=channel,
        method=options["method"],
        version=options["version"],
        type=options["type"],
        quantity=options["quantity"],
        program=str(program) if program else None,
        missing=tuple(missing),
        wrong=tuple(wrong),
    )
