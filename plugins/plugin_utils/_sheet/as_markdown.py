# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sheet as Markdown. What came from a host or an option is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .page import Fact, Page

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&])")
_LINE = "_" * 24
_BOXES = "-".join(["_____"] * 7)


def render(page: Page) -> str:
    """The sheet as Markdown."""
    return "\n".join(_lines(page)) + "\n"


def _lines(page: Page) -> Iterator[str]:
    text = page.wording.text
    yield from (f"# {_escaped(page.title)}", "", _escaped(text("lead")), "")
    yield from (_escaped(text("number")), "", f"> **{_escaped(page.notice)}**", "")
    yield from (f"## {_escaped(text('say'))}", "")
    for sentence in page.say:
        yield from (_escaped(sentence), "")
    for card in page.servers:
        yield from (f"## {_escaped(card.heading)}", "")
        yield from (*_facts(card.facts), "")
    yield from (f"## {_escaped(text('cals'))}", "")
    names = ("row", "quantity", "version", "type", "program", "numbers")
    yield _cells(_escaped(text(name)) for name in names)
    yield _cells("---" for dummy in names)
    for each in page.cals:
        numbers = "; ".join(f"{_escaped(number.name)} {_value(number)}" for number in each.numbers)
        told = (each.row, each.quantity, each.version, each.type, each.program)
        yield _cells([*map(_escaped, told), numbers])
    yield from ("", f"## {_escaped(text('ask'))}", "")
    yield from (f"- [ ] {_escaped(each)}" for each in page.asks)
    yield from ("", _escaped(text("never")), "", f"## {_escaped(text('note'))}", "")
    yield from (*_facts(page.notes), "")
    yield from (f"## {_escaped(text('next'))}", "", _escaped(text("next.vault")), "")
    yield from ("```yaml", page.answer, "```", "", _escaped(text("next.retry")))


def _facts(facts: Iterable[Fact]) -> Iterator[str]:
    return (f"- {_escaped(each.name)}: {_value(each)}" for each in facts)


def _value(fact: Fact) -> str:
    if not fact.value:
        return f"`{_BOXES if fact.code else _LINE}`"
    if fact.code and "`" not in fact.value:
        return f"`{fact.value}`".replace("|", "\\|")
    return _escaped(fact.value)


def _cells(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
