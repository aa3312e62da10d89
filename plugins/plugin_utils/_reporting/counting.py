# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts packs into stocks, and holds the collector's own summary against them.

The rules of counting: one stock per version, type and suite; only valid, limited, permanent packs
enter a sum; nothing is clamped; what cannot be read makes a stock unknown, not smaller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from .model import CalType, Pack, Place, Stock, StockKey, Suite
from .reading import Facts

SUMS = ("total", "issued", "over_issued", "expired_total", "temporary_issued")
"""What the collector's summary and our own count are compared by."""


def counted_once(packs: Sequence[Pack]) -> tuple[list[Pack], list[int]]:
    """The packs without repeated key pack ids, and the ids that were there more than once."""
    seen: dict[int, Pack] = {}
    kept: list[Pack] = []
    twice: list[int] = []
    for pack in packs:
        if pack.key_pack_id is None:
            kept.append(pack)
        elif pack.key_pack_id in seen:
            twice.append(pack.key_pack_id)
        else:
            seen[pack.key_pack_id] = pack
            kept.append(pack)
    return kept, sorted(set(twice))


def stocks_of(packs: Iterable[Pack]) -> tuple[Stock, ...]:
    """The stocks of one license server; built-in packs are in none."""
    stocks: dict[StockKey, Stock] = {}
    for pack in packs:
        if pack.place is Place.BUILTIN:
            continue
        stock = stocks.get(pack.stock, Stock(pack.stock))
        stocks[pack.stock] = _with(stock, pack)
    return tuple(_closed(stocks[key]) for key in sorted(stocks))


def _with(stock: Stock, pack: Pack) -> Stock:
    issued = pack.issued or 0
    match pack.place:
        case Place.EXPIRED:
            return replace(stock, expired_total=stock.expired_total + (pack.total or 0))
        case Place.TEMPORARY:
            return replace(stock, temporary_issued=stock.temporary_issued + issued)
        case Place.UNLIMITED:
            return replace(
                stock,
                unlimited_packs=stock.unlimited_packs + 1,
                unlimited_issued=stock.unlimited_issued + issued,
            )
        case Place.UNREADABLE:
            return replace(stock, unreadable_packs=stock.unreadable_packs + 1)
    return replace(
        stock,
        total=stock.total + (pack.total or 0),
        issued=stock.issued + issued,
        available=_sum(stock.available, pack.available),
        packs=stock.packs + 1,
    )


def _closed(stock: Stock) -> Stock:
    """The over-issue is that of the sums: one pack of a stock stands in for another."""
    over = max(0, stock.issued - stock.total)
    return replace(stock, over_issued=over, over_servers=int(over > 0))


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def fleet_stocks(servers: Iterable[Sequence[Stock]]) -> tuple[Stock, ...]:
    """The stocks of all license servers together."""
    fleet: dict[StockKey, Stock] = {}
    for stocks in servers:
        for stock in stocks:
            old = fleet.get(stock.key)
            fleet[stock.key] = stock if old is None else _together(old, stock)
    return tuple(fleet[key] for key in sorted(fleet))


def _together(one: Stock, other: Stock) -> Stock:
    return Stock(
        key=one.key,
        total=one.total + other.total,
        issued=one.issued + other.issued,
        available=_sum(one.available, other.available),
        over_issued=one.over_issued + other.over_issued,
        packs=one.packs + other.packs,
        expired_total=one.expired_total + other.expired_total,
        temporary_issued=one.temporary_issued + other.temporary_issued,
        unlimited_packs=one.unlimited_packs + other.unlimited_packs,
        unlimited_issued=one.unlimited_issued + other.unlimited_issued,
        unreadable_packs=one.unreadable_packs + other.unreadable_packs,
        servers=one.servers + other.servers,
        over_servers=one.over_servers + other.over_servers,
    )


def disagreements(raw: object, stocks: Sequence[Stock]) -> list[tuple[StockKey, str]]:
    """Where the collector's summary says something else than its packs: stock and name.

    A summary that is missing is none. A stock of which one side knows nothing but zeros is no
    disagreement.
    """
    if not isinstance(raw, Sequence) or isinstance(raw, (str, bytes)):
        return []
    ours = {stock.key: stock for stock in stocks}
    said: dict[StockKey, Facts] = {}
    for row in raw:
        if isinstance(row, Mapping):
            facts = Facts(row)
            said[_key(facts)] = facts
    found = []
    for key in sorted(set(ours) | set(said)):
        stock = ours.get(key, Stock(key))
        row_facts = said.get(key, Facts({}))
        if stock.unreadable_packs:
            continue  # It is known already that this one cannot be counted.
        for name in SUMS:
            number = row_facts.integer(name) or 0
            if number != getattr(stock, name):
                found.append((key, name))
                break
    return found


def _key(facts: Facts) -> StockKey:
    return StockKey.of(
        facts.text("version") or "unknown",
        facts.integer("version_id"),
        facts.one_of("type", CalType),
        facts.one_of("suite", Suite),
    )


def comparable(packs: Iterable[Pack], raw: object) -> list[Pack]:
    """The packs as the collector saw them: expired by its own word, not by today's date."""
    if not isinstance(raw, Sequence) or isinstance(raw, (str, bytes)):
        return list(packs)
    said = {
        row.get("key_pack_id"): row.get("expired")
        for row in raw
        if isinstance(row, Mapping) and isinstance(row.get("key_pack_id"), (int, str))
    }
    return [
        replace(pack, expired=flag)
        if isinstance(flag := said.get(pack.key_pack_id), bool)
        else pack
        for pack in packs
    ]
