# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Local check of Checkmk: one service per license server and stock, one per license server, one
for the whole (Checkmk manual: local checks)."""

from __future__ import annotations

from collections.abc import Iterator

from ..farm import FarmView
from ..report import Report
from . import farm_lines, judgment


def render(report: Report) -> str:
    """The output of a local check."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    inventory, language = report.inventory, report.language
    threshold = inventory.options.threshold
    state = judgment.of_findings(inventory.findings)
    summary = language.text("line.inventory", **judgment.tally(inventory))
    yield line(state, "RDS CAL inventory", "-", summary)
    for server in inventory.servers:
        findings = inventory.of_server(server.name)
        text = " / ".join(language.finding(each) for each in findings if not each.stock)
        own = tuple(each for each in findings if not each.stock)
        yield line(
            judgment.of_findings(own),
            f"RDS license server {server.name}",
            "-",
            text or language.text("line.server_ok"),
        )
    for server, stock in judgment.counted(inventory):
        metrics = [f"issued={stock.issued}"]
        if stock.packs and stock.available is not None:
            metrics.append(f"available={stock.available};;;0;{stock.total}")
        name = f"RDS CAL {server.name} {judgment.slug(stock.key).replace('_', ' ')}"
        yield line(
            judgment.of_stock(stock, threshold),
            name,
            "|".join(metrics),
            f"{language.stock(stock.key)}: {judgment.says(stock, language)}",
        )

    if report.farm is not None:
        yield from _hosts(report.farm, report)


def _hosts(view: FarmView, report: Report) -> Iterator[str]:
    metrics = "|".join(f"{verdict}={number}" for verdict, number in view.verdicts.items())
    yield line(
        farm_lines.of_farm(view),
        "RDS hosts",
        metrics,
        farm_lines.summary(view, report.language),
    )
    for host in view.hosts:
        text = farm_lines.says(host, report.language)
        days = "-" if host.grace_days is None else f"grace_days={host.grace_days}"
        yield line(farm_lines.of_host(host), f"RDS host {host.name}", days, text)


def line(state: int, name: str, metrics: str, text: str) -> str:
    """One line: state, service name, metrics, text."""
    return f'{state} "{judgment.plain(name, chr(34))}" {metrics} {judgment.plain(text)}'
