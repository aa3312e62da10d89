# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How monitoring systems judge a stock, and names that none of them trips over."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from ..language import Language
from ..model import (
    FactsState,
    Finding,
    Inventory,
    LicenseServer,
    Severity,
    Stock,
    StockKey,
    StockState,
)

OK, WARN, CRIT, UNKNOWN = range(4)
"""The states of Nagios and Checkmk."""
WORDS = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
OF_STOCK = {
    StockState.OVER: CRIT,
    StockState.EXHAUSTED: CRIT,
    StockState.LOW: WARN,
    StockState.UNKNOWN: UNKNOWN,
}
OF_FINDING = {Severity.ERROR: CRIT, Severity.WARNING: WARN, Severity.UNKNOWN: UNKNOWN}
_BY_WEIGHT = (OK, UNKNOWN, WARN, CRIT)


def of_stock(stock: Stock, threshold: float) -> int:
    """The state of one stock."""
    return OF_STOCK.get(stock.state(threshold), OK)


def of_findings(findings: tuple[Finding, ...]) -> int:
    """The worst state of some findings; something known to be bad outweighs the unknown."""
    states = [OF_FINDING.get(finding.severity, OK) for finding in findings]
    return max(states, key=_BY_WEIGHT.index, default=OK)


def worse(one: int, other: int) -> int:
    """The worse of two states; something known to be bad outweighs the unknown."""
    return max(one, other, key=_BY_WEIGHT.index)


def counted(inventory: Inventory) -> Iterator[tuple[LicenseServer, Stock]]:
    """Every stock of every license server that is counted."""
    for server in inventory.servers:
        if server.counted:
            for stock in server.stocks:
                yield server, stock


def warn_below(stock: Stock, threshold: float) -> int:
    """The number of free CALs below which a stock is low."""
    return math.ceil(stock.total * threshold / 100)


def plain(text: str, forbidden: str = "") -> str:
    """A text in one line, without the characters that a format gives a meaning to."""
    return "".join(
        " " if each in forbidden or not each.isprintable() else each
        for each in text.replace("\N{NO-BREAK SPACE}", " ").replace(
            "\N{NARROW NO-BREAK SPACE}", " "
        )
    )


def slug(key: StockKey) -> str:
    """A stock as the name of a metric: letters, digits and underscores."""
    number = "" if key.version_id is None else f"_{key.version_id}"
    suite = "" if key.suite.value == "rds" else f"_{key.suite.value}"
    name = f"{key.version}{number}_{key.type.value}{suite}"
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")


def says(stock: Stock, language: Language) -> str:
    """What there is to say of a stock, in one line."""
    numbers = {"issued": stock.issued, "total": stock.total, "available": stock.available}
    if stock.over_issued:
        return language.text("line.stock_over", **numbers, over=stock.over_issued)
    if stock.unlimited_packs and not stock.packs:
        return language.text("line.unlimited", issued=stock.unlimited_issued)
    if stock.unreadable_packs:
        return language.text("line.unknown")
    if not stock.packs:
        return language.word("state", "empty")
    return language.text("line.stock", **numbers)


def of_facts(server: LicenseServer) -> int:
    """The state of the facts of a license server."""
    return OK if server.state is FactsState.CURRENT else UNKNOWN


def tally(inventory: Inventory) -> dict[str, int]:
    """How many license servers there are and findings of each severity."""
    number = dict.fromkeys(Severity, 0)
    for finding in inventory.findings:
        number[finding.severity] += 1
    return {
        "servers": len(inventory.servers),
        "problems": number[Severity.ERROR],
        "warnings": number[Severity.WARNING],
        "unknowns": number[Severity.UNKNOWN],
    }
