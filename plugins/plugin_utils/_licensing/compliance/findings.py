# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the reconciliation finds, beyond the numbers of its lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from .account import Finding, Line
from .entitlements import RENTED, Entitlement
from .farm import PER_DEVICE, FarmPack, StockKey
from .words import Value


def about_line(line: Line) -> Iterator[Finding]:
    """What one version and type shows."""
    key = line.key
    values: dict[str, Value]
    if line.over_used:
        values = {"used": line.used.known, "short": line.over_used}
        yield Finding("cal_over_used", "error", key, values)
    if line.over_installed:
        values = {"installed": line.installed.known, "short": line.over_installed}
        yield Finding("cal_over_installed", "error", key, values)
    if line.over_issued:
        yield Finding("cal_over_issued", "error", key, {"over": line.over_issued})
    if line.not_installed:
        yield Finding("cal_not_installed", "note", key, {"quantity": line.not_installed})
    if line.authorized is not None and line.issued.known > line.authorized:
        values = {"issued": line.issued.known, "authorized": line.authorized}
        yield Finding("authorized_below_issued", "warning", key, values)
    installed = line.installed.value
    if key.type == PER_DEVICE and key.known and installed and line.issued.value == 0:
        yield Finding("cal_none_issued", "warning", key, {"installed": installed})
    # What is installed and what is used may be covered by the same newer CALs: told once.
    for loan in line.covered_by or line.installed_covered_by:
        if not loan.documented:
            guess: dict[str, Value] = {"quantity": loan.quantity, "newer": loan.version}
            yield Finding("cal_probably_covered", "note", key, guess)


def about_packs(packs: Iterable[FarmPack]) -> Iterator[Finding]:
    """What stands apart from every sum: packs without a limit, and expired ones."""
    unlimited: Counter[StockKey] = Counter()
    expired: Counter[StockKey] = Counter()
    for pack in packs:
        if pack.place == "unlimited":
            unlimited[pack.key] += 1
        elif pack.place == "expired":
            expired[pack.key] += pack.total or 0
    for key, count in unlimited.items():
        yield Finding("cal_unlimited", "note", key, {"packs": count})
    for key, quantity in expired.items():
        yield Finding("cal_expired", "warning", key, {"quantity": quantity})


def about_purchases(entitlements: Iterable[Entitlement], today: date) -> Iterator[Finding]:
    """Purchases that do not count today, or count in another way."""
    for each in entitlements:
        values: dict[str, Value] = {"where": each.where, "quantity": each.quantity}
        if each.valid_until is not None and each.valid_until < today:
            ended: dict[str, Value] = {**values, "date": each.valid_until.isoformat()}
            yield Finding("entitlement_ended", "warning", each.key, ended)
        elif each.bought is not None and each.bought > today:
            begins: dict[str, Value] = {**values, "date": each.bought.isoformat()}
            yield Finding("entitlement_not_yet", "note", each.key, begins)
        elif each.program in RENTED:
            yield Finding("entitlement_rented", "note", each.key, values)
