# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One line of a Nagios plugin with performance data (Monitoring Plugins Development Guidelines).

The state is the first word after ``RDS CAL``: what calls this takes its exit code from there.
"""

from __future__ import annotations

from ..model import Severity
from ..report import Report
from . import judgment

MOST_NAMED = 3
"""Findings that the line names; the rest is a number."""


def render(report: Report) -> str:
    """The line, with its line end."""
    inventory, language = report.inventory, report.language
    threshold = inventory.options.threshold
    serious = [each for each in inventory.findings if each.severity is not Severity.INFO]
    state = judgment.WORDS[judgment.of_findings(inventory.findings)]
    summary = language.text("line.inventory", **judgment.tally(inventory))
    named = [f"{each.subject}: {language.finding(each)}" for each in serious[:MOST_NAMED]]
    if len(serious) > MOST_NAMED:
        named.append(f"+{len(serious) - MOST_NAMED}")
    # A pipe begins the performance data: none may stand in the text.
    text = judgment.plain("; ".join([summary, *named]), "|")
    data = []
    for stock in inventory.stocks:
        slug = judgment.slug(stock.key)
        data.append(f"'{slug}_issued'={stock.issued};;;0;")
        data.append(f"'{slug}_overissued'={stock.over_issued};;0;0;")
        if stock.packs:
            data.append(f"'{slug}_total'={stock.total};;;0;")
        if stock.packs and stock.available is not None:
            limits = ";"
            if stock.total and not stock.unlimited_packs:
                limits = f"{judgment.warn_below(stock, threshold)}:;1:"
            data.append(f"'{slug}_available'={stock.available};{limits};0;{stock.total}")
    return f"RDS CAL {state} - {text} | {' '.join(data)}\n"
