# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""XML for PRTG: the channels of a custom sensor (PRTG manual: custom sensors)."""

from __future__ import annotations

from ..farm import FarmView, Verdict
from ..model import Stock
from ..report import Report
from . import judgment
from .xml_text import element


def render(report: Report) -> str:
    """Channels for the free, issued and over-issued CALs of each stock of the fleet."""
    inventory, language = report.inventory, report.language
    numbers = judgment.tally(inventory)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<prtg>"]
    for stock in inventory.stocks:
        name = judgment.plain(language.stock(stock.key))
        lines += _stock(stock, name, inventory.options.threshold)
    for name in ("problems", "warnings", "unknowns"):
        limits = {"problems": {"LimitMaxError": "0.5"}, "unknowns": {"LimitMaxWarning": "0.5"}}
        lines += _channel(f"Findings: {name}", numbers[name], limits.get(name, {}))
    if report.farm is not None:
        lines += _hosts(report.farm)
    text = judgment.plain(language.text("line.inventory", **numbers))
    lines += [f"  {element('text', text)}", "</prtg>"]
    return "\n".join(lines) + "\n"


def _hosts(view: FarmView) -> list[str]:
    limits = {
        Verdict.EXPIRED: {"LimitMaxError": "0.5"},
        Verdict.MISCONFIGURED: {"LimitMaxError": "0.5"},
        Verdict.GRACE: {"LimitMaxWarning": "0.5"},
        Verdict.UNKNOWN: {"LimitMaxWarning": "0.5"},
    }
    return [
        line
        for verdict, number in view.verdicts.items()
        for line in _channel(f"Hosts: {verdict}", number, limits.get(verdict, {}))
    ]


def _stock(stock: Stock, name: str, threshold: float) -> list[str]:
    lines = _channel(f"Issued: {name}", stock.issued, {})
    lines += _channel(f"Over-issued: {name}", stock.over_issued, {"LimitMaxError": "0.5"})
    if stock.packs and stock.available is not None:
        limits = {}
        if stock.total and not stock.unlimited_packs:
            low = judgment.warn_below(stock, threshold)
            limits = {"LimitMinWarning": f"{low - 0.5}", "LimitMinError": "0.5"}
        lines += _channel(f"Free: {name}", stock.available, limits)
    return lines


def _channel(name: str, value: int, limits: dict[str, str]) -> list[str]:
    inner = [element("channel", judgment.plain(name)), element("value", str(value))]
    inner.append(element("unit", "Count"))
    if limits:
        inner.append(element("LimitMode", "1"))
        inner += [element(limit, number) for limit, number in limits.items()]
    return ["  <result>", *(f"    {each}" for each in inner), "  </result>"]
