# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The geometry of bars and trend lines, as SVG."""

from __future__ import annotations

from datetime import date, timedelta

from markupsafe import Markup

from ..model import Stock
from ..trend import Outlook, Trend

WIDTH, HEIGHT = 400.0, 90.0
"""The drawing area of a trend; the page stretches it."""
HEADROOM = 1.08
LONGEST_LOOK_AHEAD = 0.35
"""How much of the time shown may lie in the future, by the time of the snapshots."""


def gauge(stock: Stock, threshold: float, label: str) -> Markup:
    """Issued of installed: what is over stands beyond a mark, what is low beyond another."""
    width = max(stock.total, stock.issued)
    if width <= 0:
        return Markup("")
    shapes = [_rect(0, min(stock.issued, stock.total) / width, "used")]
    if stock.issued > stock.total:
        shapes.append(_rect(stock.total / width, 1, "beyond"))
    if stock.total > 0:
        mark = stock.total * (1 - min(max(threshold, 0), 100) / 100) / width
        shapes.append(_mark(mark, "limit"))
    return _svg("bar", "0 0 100 10", label, shapes)


def _rect(start: float, end: float, name: str) -> Markup:
    return Markup('<rect class="{}" x="{}" y="0" width="{}" height="10"/>').format(
        name, _short(100 * start), _short(100 * (end - start))
    )


def _mark(at: float, name: str) -> Markup:
    x = _short(100 * at)
    return Markup('<path class="{}" d="M{} 0V10"/>').format(name, x)


def _svg(name: str, box: str, label: str, shapes: list[Markup]) -> Markup:
    start = Markup(
        '<svg class="{}" viewBox="{}" preserveAspectRatio="none" role="img" aria-label="{}">'
    )
    return start.format(name, box, label) + Markup("").join(shapes) + Markup("</svg>")


def _short(number: float) -> str:
    """At most one place: files stay small, and no eye sees more."""
    return f"{number:.1f}".removesuffix(".0")


def look_ahead(trend: Trend) -> date:
    """The last day that a trend's drawing shows."""
    first, last = trend.points[0].day, trend.points[-1].day
    farthest = last + timedelta(days=round((last - first).days * LONGEST_LOOK_AHEAD))
    if trend.outlook is not Outlook.EXHAUSTED_ON or trend.exhausted_on is None:
        return last
    return min(trend.exhausted_on, farthest)


def trend_lines(trend: Trend, label: str) -> Markup:
    """Issued as a line over an area, installed as steps, the projection dashed."""
    first, last = trend.points[0].day, look_ahead(trend)
    days = max((last - first).days, 1)
    top = max(max(each.total, each.issued) for each in trend.points) * HEADROOM or 1

    def place(day: date, value: float) -> str:
        x = WIDTH * (day - first).days / days
        return f"{_short(x)} {_short(HEIGHT * (1 - value / top))}"

    issued = " ".join(place(each.day, each.issued) for each in trend.points)
    now = trend.points[-1]
    steps = [f"M{place(trend.points[0].day, trend.points[0].total)}"]
    for before, after in zip(trend.points, trend.points[1:], strict=False):
        steps += [f"L{place(after.day, before.total)}", f"L{place(after.day, after.total)}"]
    steps.append(f"L{place(last, now.total)}")
    area = f"M{place(first, 0)}L{issued}L{place(now.day, 0)}Z"
    shapes = [
        Markup('<path class="area" d="{}"/>').format(area),
        Markup('<path class="installed" d="{}"/>').format("".join(steps)),
        Markup('<path class="issued" d="M{}"/>').format(issued),
    ]
    if last > now.day and trend.growth is not None:
        months = (last - now.day).days / (365.25 / 12)
        end = min(now.issued + trend.growth * months, top)
        path = f"M{place(now.day, now.issued)}L{place(last, end)}"
        shapes.append(Markup('<path class="ahead" d="{}"/>').format(path))
    return _svg("trend", f"0 0 {WIDTH:g} {HEIGHT:g}", label, shapes)
