# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots and the lines through them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.history import (
    Changes,
    Count,
    Snapshot,
    counts_of,
    read_snapshot,
    rows_of,
    with_inventory,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.model import (
    CalType,
    Inventory,
    StockKey,
    Suite,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.trend import (
    Outlook,
    Trend,
    trends_of,
)
from unit.reporting.inventories import facts, inventory, pack

KEY = StockKey("2022", CalType.PER_USER, Suite.RDS)
TODAY = date(2026, 11, 21)


def snapshot(first: str, issued: int, *, last: str = "", total: int = 100) -> Snapshot:
    """A snapshot of one stock on ls1."""
    day = date.fromisoformat(first)
    end = date.fromisoformat(last) if last else day
    return Snapshot(day, end, {"ls1": {KEY: Count(total, issued, total - issued)}})


def now(issued: int, *, total: int = 100, day: date = TODAY, **servers: Any) -> Inventory:
    """An inventory of one stock on ls1, collected on a day."""
    row = facts(
        pack(3, total=total, issued=issued, available=max(0, total - issued)),
        name="LS1",
        collected_at=f"{day.isoformat()}T09:00:00Z",
    )
    return inventory({"ls1": row, **servers})


def days(changes: Changes) -> list[tuple[str, str]]:
    """First and last days of the snapshots that there are now."""
    return [(each.first.isoformat(), each.last.isoformat()) for each in changes.snapshots]


def test_a_snapshot_survives_its_file() -> None:
    unknown = StockKey("unknown", CalType.UNKNOWN, Suite.VDI, 99)
    before = Snapshot(
        date(2026, 1, 2),
        date(2026, 2, 3),
        {"ls1": {KEY: Count(5, 7, None), unknown: Count(1, 0, 1)}, "ls2": {}},
    )
    text = before.to_json()
    assert text.count("\n") == 1
    assert read_snapshot(text) == before
    assert before.name == "2026-01-02.json"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"schema":2,"first":"2026-01-01","last":"2026-01-01","servers":{}}',
        '{"schema":1,"first":"2026-01-02","last":"2026-01-01","servers":{}}',
        '{"schema":1,"first":"soon","last":"2026-01-01","servers":{}}',
        '{"schema":1,"first":"2026-01-01","last":"2026-01-01","servers":[]}',
        '{"schema":1,"first":"2026-01-01","last":"2026-01-01","servers":{"a":[[1]]}}',
        '{"schema":1,"first":"2026-01-01","last":"2026-01-01","servers":{"a":5}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_snapshot_is_none(text: str) -> None:
    assert read_snapshot(text) is None


def test_the_first_inventory_makes_a_snapshot() -> None:
    changes = with_inventory([], now(60), 36)
    assert days(changes) == [("2026-11-21", "2026-11-21")]
    assert changes.new
    assert [each.name for each in changes.written] == ["2026-11-21.json"]


def test_the_same_counts_on_the_same_day_change_nothing() -> None:
    before = with_inventory([], now(60), 36).snapshots
    assert with_inventory(before, now(60), 36) == Changes(before)


def test_the_same_counts_on_a_later_day_move_the_last_day_on() -> None:
    changes = with_inventory([snapshot("2026-11-01", 60)], now(60), 36)
    assert days(changes) == [("2026-11-01", "2026-11-21")]
    assert not changes.new
    assert [each.name for each in changes.written] == ["2026-11-01.json"]


def test_other_counts_on_the_same_day_replace_the_days_snapshot() -> None:
    changes = with_inventory([snapshot("2026-11-21", 60)], now(61), 36)
    assert days(changes) == [("2026-11-21", "2026-11-21")]
    assert changes.new
    assert rows_of(changes.snapshots[0].counts) == rows_of(counts_of(now(61)))


def test_other_counts_later_on_a_day_end_the_older_snapshot_the_day_before() -> None:
    old = snapshot("2026-11-01", 60, last="2026-11-21")
    changes = with_inventory([old], now(61), 36)
    assert days(changes) == [("2026-11-01", "2026-11-20"), ("2026-11-21", "2026-11-21")]
    assert len(changes.written) == 2


def test_facts_from_before_the_last_look_tell_nothing_new() -> None:
    old = snapshot("2026-11-01", 60, last="2026-11-21")
    changes = with_inventory([old], now(99, day=date(2026, 11, 20)), 36)
    assert changes == Changes((old,))


def test_an_inventory_without_facts_or_dates_leaves_the_history_alone() -> None:
    assert with_inventory([], inventory({"ls1": None}), 36) == Changes(())
    undated = inventory({"ls1": facts(pack(), collected_at=None)})
    assert with_inventory([], undated, 36) == Changes(())


def test_a_server_with_an_uncountable_pack_adds_no_half_numbers() -> None:
    row = facts(name="LS2") | {"packs": [pack(3), pack(4) | {"total": None}]}
    built = now(60, ls2=row)
    assert set(counts_of(built)) == {"ls1"}


def test_old_snapshots_are_thinned_out_to_the_last_of_each_month() -> None:
    past = [TODAY - timedelta(days=400 - number) for number in range(400)]
    history = [
        Snapshot(day, day, {"ls1": {KEY: Count(100, number % 90, None)}})
        for number, day in enumerate(past)
    ]
    changes = with_inventory(history, now(95), 6)
    kept = [each.first for each in changes.snapshots]
    recent = [day for day in kept if (TODAY - day).days <= 31]
    assert len(recent) == 32
    assert [day.isoformat() for day in kept if day not in recent] == [
        "2026-06-30",
        "2026-07-31",
        "2026-08-31",
        "2026-09-30",
    ]
    assert set(changes.dropped) == {each.name for each in history} - {f"{day}.json" for day in kept}


def trend(history: Sequence[Snapshot], built: Inventory) -> Trend:
    """The trend of the one stock."""
    return trends_of(built, with_inventory(history, built, 1200).snapshots)[0]


def test_a_line_leads_to_the_day_of_the_last_free_cal() -> None:
    history = [
        snapshot("2026-08-23", 40),
        snapshot("2026-09-22", 50),
        snapshot("2026-10-22", 60),
    ]
    found = trend(history, now(70))
    assert found.outlook is Outlook.EXHAUSTED_ON
    # A CAL in three days; 30 are free.
    assert found.exhausted_on == TODAY + timedelta(days=90)
    assert found.growth == pytest.approx(365.25 / 12 / 3)
    assert [each.issued for each in found.points] == [40, 50, 60, 70]


@pytest.mark.parametrize(
    "history",
    [
        [],
        [snapshot("2026-09-22", 50)],
        [snapshot("2026-11-01", 50), snapshot("2026-11-10", 51), snapshot("2026-11-15", 52)],
    ],
)
def test_too_few_days_or_too_short_a_time_give_no_projection(history: list[Snapshot]) -> None:
    found = trend(history, now(70))
    assert found.outlook is Outlook.NOT_ENOUGH_DATA
    assert found.growth is None
    assert found.exhausted_on is None


def test_both_ends_of_a_snapshot_are_days_of_the_line() -> None:
    found = trend([snapshot("2026-09-01", 50, last="2026-10-01")], now(70))
    assert [each.day.isoformat() for each in found.points] == [
        "2026-09-01",
        "2026-10-01",
        "2026-11-21",
    ]
    assert found.outlook is Outlook.EXHAUSTED_ON


@pytest.mark.parametrize(
    ("issued", "outlook"),
    [
        ((60, 60, 60), Outlook.NO_GROWTH),
        ((80, 70, 60), Outlook.NO_GROWTH),
        ((100, 100, 100), Outlook.NONE_LEFT),
        ((80, 90, 120), Outlook.NONE_LEFT),
        ((9_950, 9_951, 9_952), Outlook.FAR),
    ],
)
def test_outlooks(issued: tuple[int, int, int], outlook: Outlook) -> None:
    total = 100 if issued[0] < 1000 else 20_000
    history = [
        snapshot("2026-07-01", issued[0], total=total),
        snapshot("2026-09-01", issued[1], total=total),
    ]
    assert trend(history, now(issued[2], total=total)).outlook is outlook


def test_a_pack_without_a_limit_does_not_run_out() -> None:
    row = facts(pack(3), pack(4, unlimited=True))
    found = trends_of(inventory({"ls1": row}), ())
    assert found[0].outlook is Outlook.UNLIMITED


def test_a_stock_of_nothing_has_no_trend() -> None:
    assert trends_of(inventory({"ls1": facts(pack(3, expired=True))}), ()) == ()


def test_a_server_that_could_not_be_reached_keeps_its_last_numbers() -> None:
    def both(first: str, one: int, other: int | None) -> Snapshot:
        counts = {"ls1": {KEY: Count(100, one, None)}}
        if other is not None:
            counts["ls2"] = {KEY: Count(50, other, None)}
        day = date.fromisoformat(first)
        return Snapshot(day, day, counts)

    history = [both("2026-08-01", 10, 20), both("2026-09-01", 11, None), both("2026-10-01", 12, 22)]
    built = now(13, ls2=None)
    found = trend(history, built)
    assert [(each.total, each.issued) for each in found.points] == [
        (150, 30),
        (150, 31),
        (150, 34),
        (150, 35),
    ]


def test_a_server_that_is_no_longer_expected_is_left_out() -> None:
    day = date(2026, 8, 1)
    gone = Snapshot(day, day, {"ls9": {KEY: Count(900, 800, None)}})
    found = trend([gone, snapshot("2026-09-01", 20)], now(30))
    assert [each.issued for each in found.points] == [20, 30]
