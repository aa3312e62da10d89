# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a scenario says about Microsoft's Clearinghouse, as plain data."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class Channel(enum.StrEnum):
    """How licenses were bought, and which method installs them."""

    RETAIL = "retail"
    OPEN = "open"
    AGREEMENT = "agreement"
    KEY_PACK_ID = "key_pack_id"


PROGRAM_OF = {Channel.RETAIL: 1, Channel.OPEN: 5, Channel.AGREEMENT: 2, Channel.KEY_PACK_ID: 2}

# No list of these codes is public: every number here is made up, in the range that HRESULTs leave
# to the components. A scenario may choose others.
ERRORS: dict[str, int] = {
    "unknown_number": 0x80040201,
    "wrong_channel": 0x80040202,
    "already_used": 0x80040203,
    "too_many_reactivations": 0x80040204,
    "too_new": 0x80040205,
    "not_activated": 0x80040206,
    "wrong_source": 0x80040207,
    "too_many_licenses": 0x80040208,
    "wrong_product": 0x80040209,
    "not_installed": 0x8004020A,
    "wrong_contact": 0x8004020B,
    "wrong_code": 0x8004020C,
}


@dataclass(frozen=True, slots=True)
class UsePlan:
    """A server that has drawn on a number; ``id`` None means that of the farm's host ``server``."""

    server: str
    id: str | None
    quantity: int


@dataclass(frozen=True, slots=True)
class NumberPlan:
    """One number and what it stands for.

    ``number`` is the license number, agreement number, key or key pack id; open licenses have an
    ``authorization`` too, agreements a type. One number may cover several products. ``quantity``
    None leaves open and agreement numbers without a limit. ``gives`` is what the Clearinghouse
    hands out instead of what was asked for: version, type, quantity. ``outcome`` is a code that
    every use ends with.
    """

    channel: Channel
    number: str
    version: int
    type: int
    quantity: int | None
    program: int
    authorization: str | None = None
    agreement_type: int | None = None
    used_by: tuple[UsePlan, ...] = ()
    reinstalls: int = 3
    server: str | None = None
    gives: tuple[int, int, int] | None = None
    outcome: int = 0


@dataclass(frozen=True, slots=True)
class ClearinghousePlan:
    """All numbers, the codes of refusals by name, and how often a server may be reactivated."""

    numbers: tuple[NumberPlan, ...] = ()
    errors: Mapping[str, int] = field(default_factory=lambda: dict(ERRORS))
    reactivations: int = 5
