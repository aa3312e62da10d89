# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CALs of newer versions in place of older ones.

A CAL serves session hosts of its version and of older ones, so what was bought of a newer version
stands in for what is missing of an older one, never the other way round, and never across types
or suites.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..version_matrix import VERSIONS, is_documented_for_hosts


@dataclass(frozen=True, slots=True)
class Loan:
    """CALs of a newer version that stand in for an older one."""

    version: str
    quantity: int
    documented: bool

    def as_dict(self) -> dict[str, str | int | bool]:
        """As results show it."""
        return {
            "version": self.version,
            "quantity": self.quantity,
            "documented": self.documented,
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """How a demand by version is met.

    :param short: what nothing stands for, by version.
    :param borrowed: newer CALs that stand in, by the older version.
    :param left: what nobody needs, by version.
    """

    short: Mapping[str, int] = field(default_factory=dict)
    borrowed: Mapping[str, tuple[Loan, ...]] = field(default_factory=dict)
    left: Mapping[str, int] = field(default_factory=dict)


def cover(owned: Mapping[str, int], demand: Mapping[str, int]) -> Coverage:
    """Meet a demand from what is owned.

    The newest demand has the fewest CALs to choose from, so it is met first; each takes its own
    version, then the next newer one. No other order leaves less uncovered. A version that is not
    known is met by nothing but its own.
    """
    left = dict(owned)
    short: dict[str, int] = {}
    borrowed: dict[str, tuple[Loan, ...]] = {}
    for version in sorted(demand, key=_age, reverse=True):
        missing = demand[version]
        loans = []
        for source in _sources(version):
            taken = min(missing, left.get(source, 0))
            if not taken:
                continue
            left[source] -= taken
            missing -= taken
            if source != version:
                loans.append(Loan(source, taken, is_documented_for_hosts(version, source)))
        short[version] = missing
        borrowed[version] = tuple(loans)
    return Coverage(short, borrowed, left)


def _age(version: str) -> int:
    return VERSIONS.index(version) if version in VERSIONS else -1


def _sources(version: str) -> tuple[str, ...]:
    return VERSIONS[_age(version) :] if version in VERSIONS else (version,)
