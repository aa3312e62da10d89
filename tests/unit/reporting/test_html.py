# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page: its structure, what it says, its size, and that no name becomes markup."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting import formats
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.renderers import (
    as_html,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.report import (
    Report,
)
from unit.reporting.inventories import (
    HOSTILE,
    built_in,
    facts,
    hostile_report,
    inventory,
    large_fleet,
    monthly_history,
    pack,
    report,
    small_fleet,
    small_hosts,
)

VOID = {"meta", "rect", "path", "br", "link", "img"}
ALLOWED = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "header",
    "main",
    "section",
    "footer",
    "div",
    "p",
    "h1",
    "h2",
    "h3",
    "ul",
    "li",
    "span",
    "b",
    "strong",
    "small",
    "i",
    "code",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "details",
    "summary",
    "dl",
    "dt",
    "dd",
    "figure",
    "figcaption",
    "article",
    "svg",
    "rect",
    "path",
}


class Page(HTMLParser):
    """A page as its elements and texts; nothing may be left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"<{tag}> says an attribute twice"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.texts.append(data)

    @property
    def said(self) -> str:
        """All texts, with plain spaces."""
        return re.sub(r"\s+", " ", " ".join(self.texts))

    def classes(self, tag: str) -> list[str]:
        """The classes of all elements of a kind."""
        return [attrs.get("class") or "" for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def small() -> Report:
    """The small fleet with a history and a missing license server."""
    fleet = small_fleet()
    return report(
        fleet,
        hosts=[*fleet, "ls4.example.com"],
        session_hosts=small_hosts(),
        history=monthly_history(inventory(fleet), 24, growth=0.012),
    )


def test_the_parts_of_the_page(small: Report) -> None:
    page = Page(as_html.render(small))
    sections = [attrs.get("id") for tag, attrs in page.tags if tag == "section"]
    assert sections == [None, "findings", "stocks", "apart", "servers", "hosts", "rules"]
    assert page.classes("article").count("finding is-error") == 3
    assert sorted(each for each in page.classes("article") if each.startswith("card")) == [
        "card is-empty",
        "card is-low",
        "card is-ok",
        "card is-ok",
        "card is-ok",
        "card is-ok",
        "card is-over",
    ]
    assert len([each for each in page.classes("details") if each == "server"]) == 4
    assert page.classes("svg").count("trend") == 6
    assert {tag for tag, dummy in page.tags} <= ALLOWED


def test_what_it_says(small: Report) -> None:
    said = Page(as_html.render(small)).said
    assert "As of 21 Nov 2026, 09:12 UTC" in said
    assert "Action is needed." in said
    assert "3 problems" in said
    assert "leave out 1 license server without readable facts" in said
    assert (
        "More CALs are issued than installed: 67 issued, 60 installed. 7 CALs are missing." in said
    )
    assert "Projected to run out in May 2027." in said
    assert "30 expired CALs not counted" in said
    assert "19 session hosts in 3 settings" in said


def test_it_is_one_file_without_scripts_or_a_network(small: Report) -> None:
    text = as_html.render(small)
    tags = Page(text).tags
    assert not {"script", "link", "img", "iframe", "form", "a"} & {tag for tag, dummy in tags}
    for dummy, attrs in tags:
        assert not {name for name in attrs if name.startswith("on")}
        assert not {"src", "href", "style"} & set(attrs)
    style = text.partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    assert "http" not in style
    policy = next(attrs for dummy, attrs in tags if "http-equiv" in attrs)
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'"


def test_french(small: Report) -> None:
    french = report(
        small_fleet(),
        hosts=[*small_fleet(), "ls4.example.com"],
        session_hosts=small_hosts(),
        history=monthly_history(inventory(small_fleet()), 24, growth=0.012),
        language="fr",
    )
    page = Page(as_html.render(french))
    assert page.tags[0] == ("html", {"lang": "fr"})
    assert "Inventaire des CAL" in page.said
    assert "Épuisement projeté" in page.said
    assert "7,5" in page.said
    english = Page(as_html.render(small))
    shape = [(tag, attrs.get("class")) for tag, attrs in page.tags]
    assert shape == [(tag, attrs.get("class")) for tag, attrs in english.tags]


def test_all_in_order() -> None:
    page = Page(as_html.render(report({"ls1": facts(built_in(), pack())})))
    assert "In order." in page.said
    assert "Everything that was checked is in order." in page.said
    assert not [each for each in page.classes("article") if each.startswith("finding")]
    assert "Not enough data for a projection" in page.said


def test_nothing_at_all() -> None:
    page = Page(as_html.render(report({})))
    assert "No license server has dated facts" in page.said
    assert "No key packs." in page.said


def test_a_title() -> None:
    page = Page(as_html.render(report({}, title="Lyon & <Paris>")))
    assert page.said.count("Lyon & <Paris>") == 2


def test_a_lack_on_one_server_is_said_where_the_fleet_has_enough() -> None:
    made = report(
        {
            "ls1": facts(pack(total=100, issued=130, available=0)),
            "ls2": facts(pack(total=100, issued=10), name="LS2"),
        }
    )
    page = Page(as_html.render(made))
    assert "30 CALs are over-issued on 1 license server; what is free is elsewhere." in page.said
    assert "card is-over" in page.classes("article")
    assert "is-ok" in page.classes("div")


def test_unlimited_and_unreadable_stocks_have_no_numbers() -> None:
    rows = [pack(3, unlimited=True), pack(4, version="2019") | {"total": None}]
    page = Page(as_html.render(report({"ls1": facts(summary=None) | {"packs": rows}})))
    assert "∞ no limit" in page.said
    assert "? Unknown" in page.said


def test_many_findings_of_a_kind_fold() -> None:
    everything = {
        f"ls{n}": facts(pack(total=100, issued=90 + n % 9), name=f"L{n}") for n in range(60)
    }
    page = Page(as_html.render(report(everything)))
    assert page.classes("article").count("finding is-warning") == 1
    assert "Few CALs left" in page.said
    assert "Show all" in page.said


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_becomes_markup(text: str, language: str) -> None:
    page = Page(as_html.render(hostile_report(text, language)))
    assert {tag for tag, dummy in page.tags} <= ALLOWED
    for dummy, attrs in page.tags:
        assert not {name for name in attrs if name.startswith("on") or name in ("src", "href")}
    if text.startswith("<script>"):
        assert text in page.said


def test_a_large_fleet_is_fast_and_small() -> None:
    """200 license servers, 2,000 session hosts, 24 monthly snapshots: below 10 s and 3 MB."""
    everything, machines, expected = large_fleet()
    history = monthly_history(inventory(everything, hosts=expected), 24)
    start = time.perf_counter()
    made = report(everything, hosts=expected, session_hosts=machines, history=history)
    text = as_html.render(made)
    assert time.perf_counter() - start < 10
    assert len(text.encode()) < 3_000_000
    page = Page(text)
    assert len([each for each in page.classes("details") if each == "server"]) == 200
    assert all(name in text for name in machines)
    assert page.classes("svg").count("trend") == 8


def test_every_format_of_a_large_fleet_together() -> None:
    everything, machines, expected = large_fleet()
    start = time.perf_counter()
    made = report(everything, hosts=expected, session_hosts=machines)
    for output in formats.FORMATS.values():
        output.render(made)
    assert time.perf_counter() - start < 10


def test_the_style_sheet_leaves_no_color_out_in_the_dark() -> None:
    sheet = (Path(as_html.TEMPLATES) / "report.css").read_text(encoding="utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)[:2]
    names = re.compile(r"(--[a-z-]+):")
    assert set(names.findall(light)) == set(names.findall(dark))
