# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots: what was counted, from which day to which.

One small JSON text each, named after its first day. A snapshot is made when the counts differ from
those of the newest one; while they do not, only its last day moves on. So a folder of snapshots is
a lossless history of days, whatever the interval of the inventories.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from .model import CalType, Inventory, StockKey, Suite
from .reading import clean, natural, whole

SCHEMA = 1
DAYS_KEPT = 31
"""Days back for which every snapshot is kept; of the months before, the last one each."""


@dataclass(frozen=True, slots=True)
class Count:
    """The numbers of one stock of one license server."""

    total: int
    issued: int
    available: int | None


Counts = Mapping[str, Mapping[StockKey, Count]]
"""Numbers by license server and stock."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was counted from ``first`` to ``last``, both included."""

    first: date
    last: date
    counts: Counts

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.first.isoformat()}.json"

    def to_json(self) -> str:
        """One line of JSON."""
        body = {
            "schema": SCHEMA,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "servers": rows_of(self.counts),
        }
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n"


def rows_of(counts: Counts) -> dict[str, list[list[str | int | None]]]:
    """Counts as lists in a fixed order."""
    return {
        server: [
            [
                *(key.version, key.version_id, key.type, key.suite),
                *(each.total, each.issued, each.available),
            ]
            for key, each in sorted(stocks.items())
        ]
        for server, stocks in sorted(counts.items())
    }


def counts_of(inventory: Inventory) -> Counts:
    """The numbers that an inventory adds to the history.

    A license server with packs that cannot be counted adds none: half its numbers would look like
    a loss.
    """
    return {
        server.name: {
            stock.key: Count(stock.total, stock.issued, stock.available) for stock in server.stocks
        }
        for server in inventory.servers
        if server.counted and not any(stock.unreadable_packs for stock in server.stocks)
    }


def digest_of(value: object) -> str:
    """A digest of anything that JSON can hold."""
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read_snapshot(text: str) -> Snapshot | None:
    """A snapshot from its JSON, ``None`` if it is none or of another version."""
    try:
        body = json.loads(text)
        if not isinstance(body, dict) or body.get("schema") != SCHEMA:
            return None
        first, last = date.fromisoformat(body["first"]), date.fromisoformat(body["last"])
        counts = {
            clean(server): dict(filter(None, map(_count, stocks)))
            for server, stocks in body["servers"].items()
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return Snapshot(first, last, counts) if first <= last else None


def _count(row: Sequence[Any]) -> tuple[StockKey, Count] | None:
    version, version_id, cal_type, suite, total, issued, available = row
    key = StockKey.of(clean(version), whole(version_id), CalType(cal_type), Suite(suite))
    installed, given = natural(whole(total)), natural(whole(issued))
    if installed is None or given is None:
        return None
    return key, Count(installed, given, natural(whole(available)))


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of a history.

    :param snapshots: all that there are now, the oldest first.
    :param written: those that are to be written; ``new`` tells whether their counts are news.
    :param dropped: names of files that are to be removed.
    """

    snapshots: tuple[Snapshot, ...]
    written: tuple[Snapshot, ...] = ()
    dropped: tuple[str, ...] = ()
    new: bool = False


def with_inventory(history: Iterable[Snapshot], inventory: Inventory, months: int) -> Changes:
    """Add an inventory to a history, and thin that out to so many months."""
    old = sorted(history, key=lambda each: each.first)
    counts = counts_of(inventory)
    if inventory.as_of is None or not counts:
        return Changes(tuple(old))
    today = inventory.as_of.date()
    newest = old[-1] if old else None
    if newest is not None and today < newest.last:
        return Changes(tuple(old))  # Facts from before the last look tell nothing new.
    if newest is not None and rows_of(newest.counts) == rows_of(counts):
        if today == newest.last:
            return Changes(tuple(old))
        longer = replace(newest, last=today)
        return _thinned([*old[:-1], longer], (longer,), months, new=False)
    snapshot = Snapshot(today, today, counts)
    if newest is not None and newest.last == today:
        # The day's last inventory stands for the day.
        old.pop()
        if newest.first < today:
            shorter = replace(newest, last=_day_before(today))
            return _thinned([*old, shorter, snapshot], (shorter, snapshot), months, new=True)
    return _thinned([*old, snapshot], (snapshot,), months, new=True)


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def _thinned(
    snapshots: list[Snapshot], written: tuple[Snapshot, ...], months: int, *, new: bool
) -> Changes:
    today = snapshots[-1].last
    oldest_month = _month(today) - months
    last_of_month: dict[int, Snapshot] = {}
    for each in snapshots:
        last_of_month[_month(each.last)] = each
    kept = [
        each
        for each in snapshots
        if (today - each.last).days <= DAYS_KEPT
        or (_month(each.last) > oldest_month and last_of_month[_month(each.last)] is each)
    ]
    gone = tuple(each.name for each in snapshots if each not in kept)
    return Changes(tuple(kept), tuple(each for each in written if each in kept), gone, new)


def _month(day: date) -> int:
    return day.year * 12 + day.month
