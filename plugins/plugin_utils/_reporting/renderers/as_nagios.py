# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One line of a Nagios plugin with performance data (Monitoring Plugins Development Guidelines).

The state is the first word after ``RDS CAL``: what calls this takes its exit code from there.
"""

from __future__ import annotations

from ..model import Severity
from ..report import Report
from . import farm_lines, judgment

MOST_NAMED = 3
"""Findings that the line names; the rest is a number."""


def render(report: Report) -> str:
    """The line, with its line end."""
    inventory, language = report.inventory, report.language
    threshold = inventory.options.threshold
    serious = [each for each in inventory.findings if each.severity is not Severity.INFO]
    state = judgment.of_findings(inventory.findings)
    summary = language.text("line.inventory", **judgment.tally(inventory))
    named = [f"{each.subject}: {language.finding(each)}" for each in serious[:MOST_NAMED]]
    if len(serious) > MOST_NAMED:
        named.append(f"+{len(serious) - MOST_NAMED}")
    data = []
    if report.farm is not None:
        state = judgment.worse(state, farm_lines.of_farm(report.farm))
        named[:0] = _hosts(report)
        for verdict, number in report.farm.verdicts.items():
            data.append(f"'hosts_{verdict}'={number};;;0;")
    # A pipe begins the performance data: none may stand in the text.
    text = judgment.plain("; ".join([summary, *named]), "|")
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
    return f"RDS CAL {judgment.WORDS[state]} - {text} | {' '.join(data)}\n"


def _hosts(report: Report) -> list[str]:
    """The hosts in a few words: numbers by verdict, and those that need somebody first."""
    if report.farm is None:
        return []
    bad = [host for host in report.farm.hosts if farm_lines.of_host(host) != judgment.OK]
    said = [farm_lines.summary(report.farm, report.language)]
    said += [f"{host.name}: {host.why}" for host in bad[:MOST_NAMED]]
    if len(bad) > MOST_NAMED:
        said.append(f"+{len(bad) - MOST_NAMED}")
    return said
