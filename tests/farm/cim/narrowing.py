# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a WHERE clause says before any row is there: which rows it can never select.

A provider of many rows asks this to leave out what the query cannot want.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import datetime

from .instance import Value
from .wql import Both, Compare, Condition, Not, compare_value, parse_datetime

Bounds = tuple[datetime | None, datetime | None]
_EITHER = frozenset({True, False})


def may_match(condition: Condition | None, known: Mapping[str, Value]) -> bool:
    """False when no row with these values can be selected.

    ``known`` has lower-case names; a property that it does not have may hold anything.
    """
    return condition is None or True in _outcomes(condition, known)


def _outcomes(condition: Condition, known: Mapping[str, Value]) -> frozenset[bool]:
    match condition:
        case Compare():
            name = condition.name.lower()
            if name not in known:
                return _EITHER
            return frozenset({compare_value(known[name], condition.operator, condition.literal)})
        case Not():
            return frozenset(not each for each in _outcomes(condition.inner, known))
        case Both():
            left, right = _outcomes(condition.left, known), _outcomes(condition.right, known)
            pairs = ((a, b) for a in left for b in right)
            both = condition.word == "and"
            return frozenset((a and b) if both else (a or b) for a, b in pairs)


def time_bounds(condition: Condition | None, names: Container[str]) -> Bounds:
    """The earliest and latest time that a selected row can have in the properties ``names``."""
    match condition:
        case Compare() if condition.name.lower() in names and isinstance(condition.literal, str):
            moment = parse_datetime(condition.literal)
            low = moment if condition.operator in (">", ">=", "=") else None
            high = moment if condition.operator in ("<", "<=", "=") else None
            return low, high
        case Both():
            left, right = time_bounds(condition.left, names), time_bounds(condition.right, names)
            if condition.word == "and":
                return _tighter(left, right)
            return _wider(left, right)
        case dummy:
            return None, None


def _tighter(left: Bounds, right: Bounds) -> Bounds:
    lows = [each for each in (left[0], right[0]) if each is not None]
    highs = [each for each in (left[1], right[1]) if each is not None]
    return max(lows, default=None), min(highs, default=None)


def _wider(left: Bounds, right: Bounds) -> Bounds:
    low = None if left[0] is None or right[0] is None else min(left[0], right[0])
    high = None if left[1] is None or right[1] is None else max(left[1], right[1])
    return low, high
