# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines through snapshots, and the day on which they lead to the last free CAL.

A projection is a straight line through the issued CALs of the stored days, and is said to be one,
with its basis. With too few days there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from .history import Count, Snapshot
from .model import Inventory, Stock, StockKey

FEWEST = 3
"""Snapshots that a projection needs."""
SHORTEST = timedelta(days=30)
"""Time that they have to span."""
FARTHEST = timedelta(days=3653)
"""A straight line over more than ten years says nothing."""
MONTH = 365.25 / 12


class Outlook(StrEnum):
    """What a trend says."""

    NOT_ENOUGH_DATA = "not_enough_data"
    UNLIMITED = "unlimited"
    NONE_LEFT = "none_left"
    NO_GROWTH = "no_growth"
    FAR = "far"
    EXHAUSTED_ON = "exhausted_on"


@dataclass(frozen=True, slots=True)
class Point:
    """The fleet's numbers of one stock on one day."""

    day: date
    total: int
    issued: int


@dataclass(frozen=True, slots=True)
class Trend:
    """One stock over time.

    :param growth: issued CALs per month, ``None`` without a projection.
    :param exhausted_on: the projected day of the last free CAL, with ``Outlook.EXHAUSTED_ON``.
    """

    key: StockKey
    points: tuple[Point, ...]
    outlook: Outlook
    growth: float | None = None
    exhausted_on: date | None = None

    def without_times(self) -> Trend:
        """What it says, whatever the day."""
        return replace(self, points=(), growth=None, exhausted_on=None)


def trends_of(inventory: Inventory, history: Sequence[Snapshot]) -> tuple[Trend, ...]:
    """The trend of each stock that the fleet has now.

    :param history: snapshots, the one of this inventory among them (``history.with_inventory``).
    """
    expected = {server.name for server in inventory.servers if not server.same_as}
    days = list(_days(history, expected))
    return tuple(
        _trend(stock, _points(stock, days))
        for stock in inventory.stocks
        if stock.packs or stock.unlimited_packs
    )


def _days(
    history: Iterable[Snapshot], expected: set[str]
) -> Iterable[tuple[date, dict[StockKey, Count]]]:
    """Every stored day with the fleet's sums.

    A license server that a snapshot has no facts of keeps its last known numbers: that it could
    not be reached on a day did not take CALs away.
    """
    last_known: dict[str, dict[StockKey, Count]] = {}
    for snapshot in sorted(history, key=lambda each: each.first):
        for server, stocks in snapshot.counts.items():
            if server in expected:
                last_known[server] = dict(stocks)
        sums: dict[StockKey, Count] = {}
        for stocks in last_known.values():
            for key, count in stocks.items():
                old = sums.get(key, Count(0, 0, None))
                sums[key] = Count(old.total + count.total, old.issued + count.issued, None)
        for day in dict.fromkeys((snapshot.first, snapshot.last)):
            yield day, sums


def _points(stock: Stock, days: list[tuple[date, dict[StockKey, Count]]]) -> tuple[Point, ...]:
    found = {
        day: Point(day, sums[stock.key].total, sums[stock.key].issued)
        for day, sums in days
        if stock.key in sums
    }
    return tuple(found[day] for day in sorted(found))


def _trend(stock: Stock, points: tuple[Point, ...]) -> Trend:
    if stock.unlimited_packs:
        return Trend(stock.key, points, Outlook.UNLIMITED)
    if len(points) < FEWEST or points[-1].day - points[0].day < SHORTEST:
        return Trend(stock.key, points, Outlook.NOT_ENOUGH_DATA)
    per_day = slope(points)
    growth = per_day * MONTH
    now = points[-1]
    free = now.total - now.issued
    if free <= 0:
        return Trend(stock.key, points, Outlook.NONE_LEFT, growth)
    # Less than one CAL in ten years is no growth.
    if per_day * FARTHEST.days < 1:
        return Trend(stock.key, points, Outlook.NO_GROWTH, growth)
    days = free / per_day
    if days > FARTHEST.days or now.day.year + days / 365 > date.max.year - 1:
        return Trend(stock.key, points, Outlook.FAR, growth)
    ends = now.day + timedelta(days=round(days))
    return Trend(stock.key, points, Outlook.EXHAUSTED_ON, growth, ends)


def slope(points: Sequence[Point]) -> float:
    """Issued CALs per day, by least squares over the points."""
    days = [(each.day - points[0].day).days for each in points]
    middle_day = sum(days) / len(days)
    middle = sum(each.issued for each in points) / len(points)
    spread = sum((day - middle_day) ** 2 for day in days)
    if not spread:
        return 0.0
    together = (
        (day - middle_day) * (each.issued - middle) for day, each in zip(days, points, strict=True)
    )
    return sum(together) / spread
