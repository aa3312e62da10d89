# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packs that were installed by another channel than they were bought by.

A number works in its own channel only, and what was installed under the wrong program has to be
converted with Microsoft before it stands up to an audit (Microsoft Learn: Win32_TSLicenseKeyPack,
KeyPackType).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..version_matrix import VERSIONS
from .entitlements import FILED_UNDER, Entitlement
from .farm import UNKNOWN, FarmPack, StockKey


@dataclass(frozen=True, slots=True)
class WrongChannel:
    """CALs that are installed under a program that they were not bought under."""

    key: StockKey
    quantity: int
    installed_program: str
    owned_program: str


def wrong_channels(
    packs: Iterable[FarmPack], entitlements: Iterable[Entitlement]
) -> Iterator[WrongChannel]:
    """Hold the programs of installed packs against those of the purchases.

    Told is only what has a purchase of another channel to explain it: without one it is
    over-installed, which is another finding. A purchase whose channel Windows does not tell
    explains any program.
    """
    installed: Counter[tuple[StockKey, str]] = Counter()
    for pack in packs:
        if pack.place == "counted" and pack.key.known and pack.program != UNKNOWN:
            installed[pack.key, pack.program] += pack.total or 0
    owned: Counter[tuple[StockKey, str]] = Counter()
    for each in entitlements:
        owned[each.key, each.program] += each.quantity
    for (key, program), quantity in sorted(installed.items(), key=_order):
        by_this = sum(
            number
            for (other, bought), number in owned.items()
            if _serves(other, key) and program in (FILED_UNDER[bought] or {program})
        )
        excess = quantity - by_this
        if excess <= 0:
            continue
        for bought, spare in _spare(key, program, installed, owned):
            yield WrongChannel(key, min(excess, spare), program, bought)
            break


def _spare(
    key: StockKey,
    program: str,
    installed: Counter[tuple[StockKey, str]],
    owned: Counter[tuple[StockKey, str]],
) -> Iterator[tuple[str, int]]:
    """Purchases of other channels that nothing installed stands against, by program."""
    for bought, programs in FILED_UNDER.items():
        if not programs or program in programs:
            continue
        channel = {name for name, filed in FILED_UNDER.items() if filed == programs}
        number = sum(
            count
            for (other, name), count in owned.items()
            if _serves(other, key) and name in channel
        )
        used = sum(
            count
            for (other, name), count in installed.items()
            if _serves(other, key) and name in programs
        )
        has_any = any(name == bought and _serves(other, key) for other, name in owned)
        if has_any and number > used:
            yield bought, number - used


def _serves(owned: StockKey, wanted: StockKey) -> bool:
    """Whether CALs of one kind may stand for another: newer ones, of the same type and suite."""
    same = (owned.type, owned.suite) == (wanted.type, wanted.suite)
    return same and VERSIONS.index(owned.version) >= VERSIONS.index(wanted.version)


def _order(item: tuple[tuple[StockKey, str], int]) -> tuple[str, str, str, str]:
    (key, program), dummy = item
    return key.version, key.type, key.suite, program
