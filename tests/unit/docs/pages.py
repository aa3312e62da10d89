# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages for people, and the examples in them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
TREE = ROOT.parents[2]
NAME = "remote_desktop.licensing"
NOT_OURS = {".git", "build", "dist", "output"}
# What tools write is held against its source elsewhere.
WRITTEN_BY_TOOLS = {"CHANGELOG.md"}
_FENCED = re.compile(r"^( *)(`{3,})(\S*)[^\n]*\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page, or the EXAMPLES of a module or filter.

    ``line`` is where it begins, ``language`` the word after the fence.
    """

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """Every Markdown file of the collection that people write."""
    return [
        path
        for path in sorted(ROOT.rglob("*.md"))
        if not NOT_OURS & {*path.relative_to(ROOT).parts}
        and not path.relative_to(ROOT).parts[0].startswith(".")
        and path.name not in WRITTEN_BY_TOOLS
    ]


def blocks_in(page: str, text: str) -> Iterator[Block]:
    """The fenced blocks of a text."""
    for found in _FENCED.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Block(page, line, found[3], dedent(found[4]))


def blocks() -> list[Block]:
    """The fenced blocks of all pages."""
    return [
        block
        for path in pages()
        for block in blocks_in(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
    ]


def prose(text: str) -> str:
    """A page without its fenced blocks; lines keep their numbers."""
    return _FENCED.sub(lambda found: "\n" * found[0].count("\n"), text)


def module_examples() -> list[Block]:
    """The EXAMPLES of all modules and filters."""
    found = []
    for path in sorted((ROOT / "plugins" / "modules").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EXAMPLES":
                text = ast.literal_eval(node.value)
                found.append(Block(str(path.relative_to(ROOT)), node.lineno, "yaml", text))
    for path in sorted((ROOT / "plugins" / "filter").glob("*.yml")):
        source = path.read_text(encoding="utf-8")
        line = source[: source.index("EXAMPLES:")].count("\n") + 1
        text = yaml.safe_load(source)["EXAMPLES"]
        found.append(Block(str(path.relative_to(ROOT)), line, "yaml", text))
    return found


def playbooks() -> set[str]:
    """The names of the shipped playbooks."""
    return {path.stem for path in (ROOT / "playbooks").glob("*.yml")}


def role_options() -> dict[str, dict[str, Any]]:
    """The options of all entry points of all roles, by name."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((ROOT / "roles").glob("*/meta/argument_specs.yml")):
        specs = yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]
        for spec in specs.values():
            found |= spec.get("options", {})
    return found


def used_in_playbooks(name: str) -> bool:
    """Tell whether a shipped playbook or role has a variable of this name, or says so."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    folders = (ROOT / "playbooks", ROOT / "roles", ROOT / "awx")
    files = [path for folder in folders for path in folder.rglob("*.yml")]
    return any(word.search(path.read_text(encoding="utf-8")) for path in files)
