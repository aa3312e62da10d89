# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counting: what is added, what never is, and what the collector's own sums are compared with."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.model import (
    CalType,
    Inventory,
    Stock,
    StockKey,
    StockState,
    Suite,
)
from unit.reporting.inventories import built_in, facts, inventory, pack

KEY = StockKey("2022", CalType.PER_USER, Suite.RDS)


def stocks(built: Inventory) -> dict[tuple[str, ...], Stock]:
    """The fleet's stocks by what they are of."""
    return {(each.key.version, each.key.type, each.key.suite): each for each in built.stocks}


def test_what_is_apart_is_never_added() -> None:
    built = inventory(
        {
            "ls1": facts(
                built_in(),
                pack(3, total=100, issued=60),
                pack(4, total=50, issued=10, program="open"),
                pack(5, total=7, issued=7, type="per_device"),
                pack(6, total=9, issued=1, suite="vdi"),
                pack(7, total=11, issued=2, version="2019"),
                pack(8, total=1000, issued=40, program="temporary"),
                pack(9, total=500, issued=30, expired=True),
                pack(10, issued=77, unlimited=True),
            )
        }
    )
    found = stocks(built)
    assert set(found) == {
        ("2022", "per_user", "rds"),
        ("2022", "per_device", "rds"),
        ("2022", "per_user", "vdi"),
        ("2019", "per_user", "rds"),
    }
    stock = found["2022", "per_user", "rds"]
    assert (stock.total, stock.issued, stock.available, stock.packs) == (150, 70, 80, 2)
    assert (stock.temporary_issued, stock.expired_total) == (40, 500)
    assert (stock.unlimited_packs, stock.unlimited_issued) == (1, 77)
    assert found["2022", "per_device", "rds"].total == 7
    assert found["2022", "per_user", "vdi"].total == 9
    assert found["2019", "per_user", "rds"].total == 11


def test_over_issue_is_not_clamped_and_not_hidden_elsewhere() -> None:
    built = inventory(
        {
            "ls1": facts(pack(3, total=100, issued=130, available=0)),
            "ls2": facts(pack(3, total=100, issued=10), name="LS2"),
        }
    )
    one = built.servers[0].stocks[0]
    assert (one.issued, one.over_issued, one.available) == (130, 30, 0)
    fleet = built.stocks[0]
    assert (fleet.total, fleet.issued, fleet.available) == (200, 140, 90)
    assert (fleet.over_issued, fleet.over_servers, fleet.servers) == (30, 1, 2)
    assert fleet.state(10) is StockState.OVER


def test_one_pack_of_a_stock_stands_in_for_another() -> None:
    built = inventory({"ls1": facts(pack(3, total=10, issued=15), pack(4, total=10, issued=2))})
    assert built.stocks[0].over_issued == 0


def test_available_is_windows_own_number() -> None:
    built = inventory({"ls1": facts(pack(3, total=100, issued=60, available=37), summary=None)})
    assert built.stocks[0].available == 37


def test_an_unknown_number_makes_a_sum_unknown() -> None:
    built = inventory(
        {
            "ls1": facts(pack(3), pack(4, available=None), summary=None),
            "ls2": facts(pack(), name="B"),
        }
    )
    assert built.stocks[0].available is None
    assert built.stocks[0].free_percent is None
    assert built.stocks[0].state(10) is StockState.UNKNOWN


def test_two_unknown_versions_stay_two() -> None:
    built = inventory(
        {
            "ls1": facts(
                pack(3, version="unknown", version_id=9),
                pack(4, version="unknown", version_id=10),
                summary=None,
            )
        }
    )
    assert [(each.key.version_id, each.total) for each in built.stocks] == [(9, 100), (10, 100)]


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"total": 100, "issued": 101, "available": 0, "over_issued": 1}, StockState.OVER),
        ({"total": 100, "issued": 100, "available": 0}, StockState.EXHAUSTED),
        ({"total": 100, "issued": 91, "available": 9}, StockState.LOW),
        ({"total": 100, "issued": 90, "available": 10}, StockState.OK),
        ({"total": 100, "issued": 90, "available": None}, StockState.UNKNOWN),
        ({"total": 100, "issued": 90, "available": 10, "unreadable_packs": 1}, StockState.UNKNOWN),
        ({"total": 100, "issued": 99, "available": 1, "unlimited_packs": 1}, StockState.UNLIMITED),
        ({}, StockState.EMPTY),
    ],
)
def test_states(values: dict[str, Any], state: StockState) -> None:
    assert Stock(KEY, **values).state(10) is state


def test_an_empty_server_divides_nothing_by_zero() -> None:
    built = inventory({"ls1": facts(built_in())})
    assert built.stocks == ()
    assert Stock(KEY).free_percent is None


@pytest.mark.parametrize("twin", [pack(3), pack(3, total=999)])
def test_a_pack_that_is_listed_twice_counts_once(twin: dict[str, Any]) -> None:
    built = inventory({"ls1": facts(summary=None) | {"packs": [pack(3), twin]}})
    assert built.stocks[0].total == 100
    assert [each.code for each in built.findings] == ["pack_listed_twice"]


def summaries(built: Inventory) -> list[tuple[str | None, Any]]:
    """Where the collector's sums were found to differ."""
    return [
        (each.stock.version if each.stock else None, each.details["what"])
        for each in built.findings
        if each.code == "summary_differs"
    ]


@pytest.mark.parametrize(
    ("name", "value"), [("total", 101), ("issued", 5), ("over_issued", 1), ("expired_total", 1)]
)
def test_a_summary_that_differs_is_said_and_the_packs_are_shown(name: str, value: int) -> None:
    row = facts(pack(3))
    row["summary"][0][name] = value
    built = inventory({"ls1": row})
    assert built.stocks[0].total == 100
    assert summaries(built) == [("2022", name)]


def test_a_summary_with_a_stock_too_many_or_too_few() -> None:
    row = facts(pack(3))
    row["summary"] = [dict(row["summary"][0], version="2019")]
    assert summaries(inventory({"ls1": row})) == [("2019", "total"), ("2022", "total")]


def test_no_summary_is_no_disagreement() -> None:
    assert summaries(inventory({"ls1": facts(pack(3), summary=None)})) == []


def test_a_pack_that_expired_since_is_no_disagreement() -> None:
    row = facts(pack(3, expires="2026-11-21T09:20:00Z"))
    built = inventory({"ls1": row})
    assert built.stocks[0].expired_total == 100
    assert summaries(built) == []


def test_our_summary_agrees_with_the_collectors_over_every_kind_of_pack() -> None:
    everything: tuple[dict[str, Any], ...] = (
        {},
        {"program": "temporary"},
        {"expired": True},
        {"unlimited": True},
        {"type": "per_device"},
        {"suite": "vdi"},
        {"program": "temporary", "expired": True},
        {"version": "2016", "program": "concurrent"},
    )
    kinds = [
        pack(number, total=10 * number, issued=12 * number - 20, **values)
        for number, values in enumerate(everything, start=3)
    ]
    built = inventory({"ls1": facts(built_in(), *kinds)})
    assert summaries(built) == []
