# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is missing, by what is declared and what is installed."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.cals import (
    wanted_packs as declared,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.cals.key_packs import (
    CalType,
    KeyPack,
    Program,
    Suite,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.cals.pack_plan import (
    Plan,
    plan_packs,
    totals_of,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    Refused,
)
from unit.plugin_utils.pack_rows import row


def installed(total: int | None = 50, number: int = 2, **more: Any) -> KeyPack:
    """An Open License of 2022 per user, unless told otherwise."""
    values: dict[str, Any] = {
        "key_pack_id": number,
        "type": CalType.PER_USER,
        "program": Program.OPEN,
        "version": "2022",
        "version_id": 7,
        "suite": Suite.RDS,
        "total": total,
        "issued": 0,
        "available": total,
        "unlimited": total is None,
        "expires": None,
        "expired": False,
        "description": None,
        "type_and_model": None,
        **more,
    }
    return KeyPack(**values)


def plan(rows: list[dict[str, Any]], *packs: KeyPack) -> Plan:
    return plan_packs(declared.wanted_packs(rows), packs)


def steps(rows: list[dict[str, Any]], *packs: KeyPack) -> list[tuple[int, int]]:
    """Row and quantity of each call."""
    return [(each.pack.row, each.quantity) for each in plan(rows, *packs).purchases]


@pytest.mark.parametrize("channel", ["open", "agreement"])
@pytest.mark.parametrize(
    ("there", "missing"), [(0, [(0, 50)]), (30, [(0, 20)]), (50, []), (80, [])]
)
def test_only_the_difference_is_installed(
    channel: str, there: int, missing: list[tuple[int, int]]
) -> None:
    program = Program.OPEN if channel == "open" else Program.VOLUME
    packs = [installed(there, program=program)] if there else []
    assert steps([row(channel)], *packs) == missing


def test_packs_of_one_kind_are_added_up() -> None:
    assert steps([row()], installed(20), installed(10, number=3)) == [(0, 20)]


@pytest.mark.parametrize(
    "other",
    [
        {"type": CalType.PER_DEVICE},
        {"type": CalType.UNKNOWN},
        {"program": Program.RETAIL},
        {"program": Program.TEMPORARY},
        {"program": Program.CONCURRENT},
        {"program": Program.BUILTIN},
        {"type": CalType.BUILTIN},
        {"version": "2019"},
        {"version": "unknown"},
        {"suite": Suite.VDI},
        {"expired": True},
    ],
    ids=str,
)
def test_packs_that_do_not_count(other: dict[str, Any]) -> None:
    assert steps([row()], installed(**other)) == [(0, 50)]


@pytest.mark.parametrize("channel", ["retail", "key_pack_id"])
def test_a_number_with_its_own_quantity_is_used_as_a_whole(channel: str) -> None:
    assert steps([row(channel, 20)]) == [(0, 20)]
    assert steps([row(channel, 20)], installed(20, program=Program.RETAIL)) == []


@pytest.mark.parametrize("there", [1, 19])
def test_such_a_number_is_refused_when_it_would_be_too_much(there: int) -> None:
    with pytest.raises(Refused, match=rf"{20 + there} would be there") as caught:
        plan([row("retail", 20)], installed(there, program=Program.RETAIL))
    assert caught.value.reason == "too_many"


def retail(quantity: int, last: str) -> dict[str, Any]:
    return row("retail", quantity, license_code="A" * 24 + last)


KEYS = [retail(5, "1"), retail(5, "2"), retail(5, "3")]


@pytest.mark.parametrize(
    ("there", "used"),
    [(0, [(0, 5), (1, 5), (2, 5)]), (5, [(1, 5), (2, 5)]), (10, [(2, 5)]), (15, []), (16, [])],
)
def test_what_is_installed_is_taken_for_the_first_rows(
    there: int, used: list[tuple[int, int]]
) -> None:
    packs = [installed(there, program=Program.RETAIL)] if there else []
    assert steps(KEYS, *packs) == used


def test_the_whole_list_is_refused_before_any_of_it_is_used() -> None:
    with pytest.raises(Refused, match=r"packs\[2\] brings 5"):
        plan(KEYS, installed(7, program=Program.RETAIL))


def test_rows_of_one_kind_are_added_up() -> None:
    rows = [row(), row(quantity=30, license_number="00000009")]
    assert steps(rows, installed(60)) == [(1, 20)]
    assert steps(rows, installed(20)) == [(0, 30), (1, 30)]


def test_a_row_without_program_counts_packs_of_every_program() -> None:
    packs = installed(10), installed(10, number=3, program=Program.VOLUME)
    assert steps([row("key_pack_id", 20)], *packs) == []


def test_types_and_versions_are_apart() -> None:
    rows = [row(), row(type="per_device", quantity=5), row(version="2019", quantity=7)]
    assert steps(rows, installed(50)) == [(1, 5), (2, 7)]


def test_an_unlimited_pack_is_enough_and_is_told() -> None:
    found = plan([row()], installed(None))
    assert found.purchases == []
    assert "has no limit" in found.warnings[0]


@pytest.mark.parametrize("more", [{"program": Program.TEMPORARY}, {"expired": True}])
def test_an_unlimited_pack_that_does_not_count(more: dict[str, Any]) -> None:
    assert steps([row()], installed(None, **more)) == [(0, 50)]


def test_more_than_declared_stays_and_is_told() -> None:
    found = plan([row()], installed(80))
    assert found.purchases == []
    assert "80 CALs of 2022 per_user open are installed and 50 declared" in found.warnings[0]


def test_a_pack_of_an_unknown_program_is_told() -> None:
    found = plan([row()], installed(50, number=9, program=Program.UNKNOWN))
    assert steps([row()], installed(50, number=9, program=Program.UNKNOWN)) == [(0, 50)]
    assert "key pack 9 is not documented" in found.warnings[0]


def test_an_empty_list_is_nothing_to_do() -> None:
    assert plan([], installed()) == Plan()


def test_the_totals_hold_both_sides() -> None:
    rows = declared.wanted_packs(
        [row(), row(quantity=10, license_number="00000009"), row("retail", 5)]
    )
    (opened, bought) = totals_of(rows, [installed(45), installed(9, 3, program=Program.RETAIL)])
    assert (opened.wanted, opened.installed, opened.missing, opened.excess) == (60, 45, 15, 0)
    assert (bought.wanted, bought.installed, bought.missing, bought.excess) == (5, 9, 0, 4)
    assert opened.as_dict()["program"] == "open"


def test_the_totals_of_check_mode_hold_what_is_expected() -> None:
    rows = declared.wanted_packs([row()])
    (total,) = totals_of(rows, [installed(45)], plan_packs(rows, [installed(45)]).purchases)
    assert (total.installed, total.missing) == (50, 0)
