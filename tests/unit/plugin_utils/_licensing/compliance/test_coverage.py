# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Newer CALs in place of older ones."""

from __future__ import annotations

import itertools

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance.coverage import (
    cover,
)

VERSIONS = ("2016", "2019", "2022", "2025")


@pytest.mark.parametrize(
    ("owned", "demand", "short", "left"),
    [
        ({"2022": 50}, {"2019": 30}, {"2019": 0}, {"2022": 20}),
        ({"2019": 50}, {"2022": 30}, {"2022": 30}, {"2019": 50}),
        ({"2019": 10, "2022": 50}, {"2019": 30, "2022": 40}, {"2019": 10, "2022": 0},
         {"2019": 0, "2022": 0}),
        # The newer demand is met first, whatever the older one lacks.
        ({"2022": 40}, {"2019": 30, "2022": 40}, {"2019": 30, "2022": 0}, {"2022": 0}),
        ({}, {"2022": 3}, {"2022": 3}, {}),
        ({"2025": 5}, {"unknown": 3}, {"unknown": 3}, {"2025": 5}),
    ],
)  # fmt: skip
def test_what_covers_what(
    owned: dict[str, int], demand: dict[str, int], short: dict[str, int], left: dict[str, int]
) -> None:
    found = cover(owned, demand)
    assert (found.short, found.left) == (short, left)


def test_loans_are_told_with_what_is_documented() -> None:
    found = cover({"2016": 5, "2019": 5, "2022": 5}, {"2012": 12})
    assert [each.as_dict() for each in found.borrowed["2012"]] == [
        {"version": "2016", "quantity": 5, "documented": True},
        {"version": "2019", "quantity": 5, "documented": True},
        {"version": "2022", "quantity": 2, "documented": False},
    ]


def test_no_order_leaves_less_uncovered() -> None:
    """Against the theorem for such nested choices: the worst lack of any newest versions."""
    amounts = (0, 1, 3)
    for owned in itertools.product(amounts, repeat=4):
        for demand in itertools.product(amounts, repeat=4):
            found = cover(
                dict(zip(VERSIONS, owned, strict=True)), dict(zip(VERSIONS, demand, strict=True))
            )
            lacks = [sum(demand[index:]) - sum(owned[index:]) for index in range(4)]
            assert sum(found.short.values()) == max(0, *lacks)
