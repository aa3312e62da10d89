# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page: one file, no script, nothing from a network.

This prepares what the page says; ``templates`` says how it looks. Everything that came from a host
goes through Jinja2's escaping.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..audit import AuditView
from ..farm import FarmView
from ..language import Language, os_release
from ..model import Finding, LicenseServer, Pack, Place, Severity, Stock
from ..report import Report
from ..trend import Outlook, Trend
from . import audit_page, charts, farm_page
from .groups import group_findings, group_hosts

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


@dataclass(frozen=True, slots=True)
class Card:
    """One stock of the fleet."""

    stock: Stock
    state: str
    fill: str
    """How the fleet's sums alone do: a lack on one license server is said in words."""
    gauge: Markup
    asides: tuple[str, ...]
    trend: Trend | None
    lines: Markup
    outlook: str
    basis: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Mini:
    """One stock of one license server, in a line."""

    name: str
    state: str
    numbers: str
    gauge: Markup


@dataclass(frozen=True, slots=True)
class ServerRow:
    """One license server."""

    server: LicenseServer
    severity: str
    release: str
    minis: tuple[Mini, ...]
    findings: tuple[Finding, ...] = field(default=())


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(report: Report) -> str:
    """The report as an HTML page: one view, or several to choose from."""
    language = report.language
    views = {"farm": report.farm, "cals": report.inventory, "audit": report.audit}
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            inventory=report.inventory,
            language=language,
            text=language.text,
            style=_style(),
            views=[name for name, view in views.items() if view is not None],
            colors=farm_page.COLORS,
            **_cals(report),
            **(_farm(report.farm, language) if report.farm is not None else {}),
            **(_audit(report.audit, language) if report.audit is not None else {}),
        )
    )


def _farm(view: FarmView, language: Language) -> dict[str, object]:
    page = farm_page.farm_page(view, language)
    return {"farm": view, "farm_page": page, "state_of": farm_page.state_of}


def _audit(view: AuditView, language: Language) -> dict[str, object]:
    return {
        "audit": view,
        "audit_page": audit_page.audit_page(view, language),
        "shades": audit_page.colors(),
        "amount": audit_page.amount,
        "borrowed": audit_page.borrowed,
    }


def _cals(report: Report) -> dict[str, object]:
    inventory, language = report.inventory, report.language
    trends = {trend.key: trend for trend in report.trends}
    threshold = inventory.options.threshold
    stocks = sorted(inventory.stocks, key=_newest_first)
    return {
        "groups": group_findings(inventory.findings, language),
        "worst": min(
            (each.severity for each in inventory.findings), key=_rank, default=Severity.INFO
        ),
        "tally": {each: _number(inventory.findings, each) for each in Severity},
        "cards": [_card(each, trends.get(each.key), language, threshold) for each in stocks],
        "apart": _apart(inventory.servers),
        "rows": sorted((_row(each, report) for each in inventory.servers), key=_worst_first),
        "host_groups": group_hosts(inventory.session_hosts),
        "missing": sum(not server.state.known for server in inventory.servers),
        "status_of": _status_of,
    }


@cache
def _style() -> Markup:
    """The style sheet without its comments; it is ours, so it needs no escaping."""
    sheet = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    lines = (line.strip() for line in sheet.splitlines())
    kept = [line for line in lines if line and not line.startswith("/*")]
    return Markup("\n").join(map(Markup, kept))


def _rank(severity: Severity) -> int:
    return severity.rank


def _number(findings: Iterable[Finding], severity: Severity) -> int:
    return sum(finding.severity is severity for finding in findings)


def _newest_first(stock: Stock) -> tuple[bool, list[int], str, str]:
    """By version, the newest first; what is unknown last."""
    backwards = [-ord(each) for each in stock.key.version]
    return (not stock.key.known_version, backwards, stock.key.suite, stock.key.type)


def _card(stock: Stock, trend: Trend | None, language: Language, threshold: float) -> Card:
    label = language.text("page.bar", issued=stock.issued, total=stock.total)
    lines, outlook, basis, first, last = Markup(""), "", "", "", ""
    if trend is not None and trend.points:
        outlook = _outlook(trend, language)
        basis = _basis(trend, language)
        if len(trend.points) > 1:
            first = language.month(trend.points[0].day)
            last = language.month(charts.look_ahead(trend))
            about = language.text("page.trend_of", first=first, last=last)
            lines = charts.trend_lines(trend, about)
    return Card(
        stock=stock,
        state=stock.state(threshold).value,
        fill=replace(stock, over_issued=max(0, stock.issued - stock.total)).state(threshold).value,
        gauge=charts.gauge(stock, threshold, label),
        asides=tuple(_asides(stock, language)),
        trend=trend,
        lines=lines,
        outlook=outlook,
        basis=basis,
        first=first,
        last=last,
    )


def _outlook(trend: Trend, language: Language) -> str:
    name = f"trend.{trend.outlook.value}"
    if trend.outlook is Outlook.EXHAUSTED_ON and trend.exhausted_on is not None:
        return language.text(name, month=language.month(trend.exhausted_on))
    return language.text(name)


def _basis(trend: Trend, language: Language) -> str:
    if trend.growth is None:
        return ""
    sign = "+" if trend.growth > 0 else ""
    return language.text(
        "trend.basis",
        n=len(trend.points),
        first=language.month(trend.points[0].day),
        growth=sign + language.decimal(trend.growth),
    )


def _asides(stock: Stock, language: Language) -> Iterable[str]:
    """What belongs to a stock and is in none of its numbers."""
    if stock.unlimited_packs:
        yield language.text(
            "page.aside.unlimited", n=stock.unlimited_packs, issued=stock.unlimited_issued
        )
    if stock.expired_total:
        yield language.text("page.aside.expired", n=stock.expired_total)
    if stock.temporary_issued:
        yield language.text("page.aside.temporary", n=stock.temporary_issued)
    if stock.unreadable_packs:
        yield language.text("page.aside.unreadable", n=stock.unreadable_packs)


def _apart(servers: Iterable[LicenseServer]) -> list[tuple[str, int, bool, int | None, int]]:
    """Packs that enter no sum: place, packs, whether one has no limit, installed, issued."""
    found: dict[Place, list[Pack]] = {}
    for server in servers:
        if server.counted:
            for pack in server.packs:
                if pack.place is not Place.COUNTED:
                    found.setdefault(pack.place, []).append(pack)
    return [
        (
            place.value,
            len(packs),
            any(pack.unlimited for pack in packs),
            _sum(packs),
            sum(pack.issued or 0 for pack in packs),
        )
        for place, packs in sorted(found.items())
    ]


def _sum(packs: Iterable[Pack]) -> int | None:
    """Installed CALs of some packs, ``None`` where one has no number."""
    totals = [pack.total for pack in packs]
    known = [total for total in totals if total is not None]
    return sum(known) if len(known) == len(totals) else None


def _row(server: LicenseServer, report: Report) -> ServerRow:
    language = report.language
    threshold = report.inventory.options.threshold
    findings = report.inventory.of_server(server.name)
    worst = min((each.severity for each in findings), key=_rank, default=None)
    minis = []
    for stock in sorted(server.stocks, key=_newest_first):
        if not (stock.packs or stock.unlimited_packs or stock.unreadable_packs):
            continue
        version = (
            stock.key.version if stock.key.known_version else f"? {stock.key.version_id or ''}"
        )
        name = f"{version.strip()} {language.word('short', stock.key.type)}"
        if stock.key.suite != "rds":
            name += f" {language.word('short', stock.key.suite)}"
        if stock.packs:
            numbers = f"{language.number(stock.issued)}/{language.number(stock.total)}"
        else:
            numbers = language.word("state", stock.state(threshold))
        gauge = charts.gauge(stock, threshold, f"{name}: {numbers}")
        minis.append(Mini(name, stock.state(threshold).value, numbers, gauge))
    return ServerRow(
        server=server,
        severity=worst.value if worst else "ok",
        release=os_release(server.os_build),
        minis=tuple(minis),
        findings=findings,
    )


def _worst_first(row: ServerRow) -> tuple[int, str]:
    ranks = [*(each.value for each in Severity), "ok"]
    return ranks.index(row.severity), row.server.name


def _status_of(pack: Pack, language: Language) -> str:
    """Why a pack is not counted, empty if it is."""
    return "" if pack.place is Place.COUNTED else language.word("place", pack.place)
