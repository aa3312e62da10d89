# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow the links of a folder of HTML pages on disk. Nothing is fetched."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

TARGETS = {("a", "href"), ("link", "href"), ("img", "src"), ("script", "src"), ("source", "src")}
# What a browser loads by itself; such a file must lie in the folder.
LOADED = {("img", "src"), ("script", "src"), ("source", "src")}
LOADED_RELATIONS = {"stylesheet", "icon", "preload", "shortcut icon"}


@dataclass(slots=True)
class Page(HTMLParser):
    """The anchors of a page, where its links lead, and what it loads from elsewhere."""

    anchors: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    fetched: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the ids and links of a tag."""
        given = {name: text for name, text in attrs if text}
        self.anchors.update(given[name] for name in ("id", "name") if name in given)
        for name, text in given.items():
            if (tag, name) in TARGETS:
                self._note(text, (tag, name) in LOADED or given.get("rel") in LOADED_RELATIONS)

    def _note(self, target: str, loaded: bool) -> None:
        parts = urlsplit(target)
        if not parts.scheme and not parts.netloc:
            self.links.add(target)
        elif loaded and parts.scheme != "data":
            self.fetched.add(target)


def read(path: Path) -> Page:
    """Parse one page."""
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    page.close()
    return page


def dead_links(folder: Path) -> list[str]:
    """Return what is wrong, one line each: links to no file or anchor, and files from elsewhere."""
    top = folder.resolve()
    pages = {path: read(path) for path in sorted(top.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        name = path.relative_to(top)
        found += [f"{name} loads {target}" for target in sorted(page.fetched)]
        for target in sorted(page.links):
            parts = urlsplit(target)
            goal = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            if not goal.is_relative_to(top) or not goal.is_file():
                found.append(f"{name}: {target}")
            elif anchor and goal in pages and anchor not in pages[goal].anchors:
                found.append(f"{name}: {target} (no such anchor)")
    return found
