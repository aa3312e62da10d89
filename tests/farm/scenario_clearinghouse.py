# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of a scenario that is about the Clearinghouse: numbers, uses, codes."""

from __future__ import annotations

from .model.clearinghouse_plan import (
    ERRORS,
    PROGRAM_OF,
    Channel,
    ClearinghousePlan,
    NumberPlan,
    UsePlan,
)
from .scenario_license import PROGRAMS, TYPES, coded, version_of
from .scenario_section import Section


def read_clearinghouse(section: Section) -> ClearinghousePlan:
    """The scenario's section ``clearinghouse``."""
    section.known("numbers", "errors", "reactivations")
    errors = section.section("errors")
    errors.known(*ERRORS)
    codes = {name: coded(errors, name, {}, code) for name, code in ERRORS.items()}
    return ClearinghousePlan(
        tuple(_number(entry, codes) for entry in section.list_of_sections("numbers")),
        codes,
        section.number("reactivations", ClearinghousePlan().reactivations),
    )


def _number(entry: Section, codes: dict[str, int]) -> NumberPlan:
    entry.known(
        "channel",
        "number",
        "authorization",
        "agreement_type",
        "version",
        "type",
        "quantity",
        "program",
        "used_by",
        "reinstalls",
        "server",
        "gives",
        "outcome",
    )
    channel = Channel(entry.choice("channel", tuple(Channel), ""))
    quantity = entry.optional_number("quantity")
    if quantity is None and channel in (Channel.RETAIL, Channel.KEY_PACK_ID):
        raise entry.wrong("a number of this channel has a quantity", "quantity")
    authorization = entry.optional_text("authorization")
    if (channel is Channel.OPEN) != (authorization is not None):
        raise entry.wrong("open licenses, and only they, have one", "authorization")
    agreement = entry.optional_number("agreement_type")
    if (channel is Channel.AGREEMENT) != (agreement is not None):
        raise entry.wrong("agreements, and only they, have one", "agreement_type")
    return NumberPlan(
        channel=channel,
        number=entry.text("number"),
        version=version_of(entry, 7),
        type=coded(entry, "type", TYPES, None),
        quantity=quantity,
        program=coded(entry, "program", PROGRAMS, PROGRAM_OF[channel]),
        authorization=authorization,
        agreement_type=agreement,
        used_by=tuple(_use(use, quantity) for use in entry.list_of_sections("used_by")),
        reinstalls=entry.number("reinstalls", 3),
        server=entry.optional_text("server"),
        gives=_gives(entry, quantity),
        outcome=coded(entry, "outcome", codes, 0),
    )


def _use(entry: Section, quantity: int | None) -> UsePlan:
    entry.known("server", "id", "quantity")
    return UsePlan(
        entry.text("server"), entry.optional_text("id"), entry.number("quantity", quantity or 0)
    )


def _gives(entry: Section, quantity: int | None) -> tuple[int, int, int] | None:
    """What comes instead of what was asked for; its gaps are filled from the number."""
    if not entry.has("gives"):
        return None
    gives = entry.section("gives")
    gives.known("version", "type", "quantity")
    return (
        version_of(gives if gives.has("version") else entry, 7),
        coded(gives if gives.has("type") else entry, "type", TYPES, None),
        gives.number("quantity", quantity or 0),
    )
