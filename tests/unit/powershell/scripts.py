# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped scripts and their syntax trees, for the tests beside.

The grammar is that of the package tree-sitter-powershell. It knows the language as a whole, of
any version; what Windows PowerShell 5.1 does not know yet is looked for in the tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import tree_sitter_powershell
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows import powershell
from tree_sitter import Language, Node, Parser

FOLDER = Path(powershell.__file__).with_name("operations")
SCRIPTS = sorted(FOLDER.glob("*.ps1"))
OPERATIONS = [each for each in SCRIPTS if each.stem not in ("bootstrap", "dead_man")]
_LANGUAGE = Language(tree_sitter_powershell.language())


def parse(text: str) -> Node:
    """The syntax tree of a script."""
    return Parser(_LANGUAGE).parse(text.encode("utf-8")).root_node


@cache
def tree(script: Path) -> Node:
    """The syntax tree of a shipped script."""
    return parse(script.read_text(encoding="utf-8"))


def nodes(top: Node, *kinds: str) -> Iterator[Node]:
    """A node and all below it, in order; only of some kinds, when they are named."""
    pending = [top]
    while pending:
        node = pending.pop()
        if not kinds or node.type in kinds:
            yield node
        pending += reversed(node.children)


def text(node: Node) -> str:
    """The source of a node."""
    return (node.text or b"").decode("utf-8")


def code(script: Path) -> str:
    """The source without its comments."""
    source = script.read_bytes()
    for each in reversed([*nodes(tree(script), "comment")]):
        source = source[: each.start_byte] + source[each.end_byte :]
    return source.decode("utf-8")


def header(script: Path) -> str:
    """The comments before the code, as one text."""
    lines = script.read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines:
        if line and not line.startswith("#"):
            break
        found.append(line.lstrip("# "))
    return " ".join(found)


def named(script: Path, what: str) -> set[str]:
    """The names that the header gives after a word, as "Options: path, like (a folder)."."""
    found = re.search(rf"\b{what}: (.*?)\.(?: |$)", header(script))
    assert found is not None, f"{script.name} has no {what}"
    plain = re.sub(r"\([^()]*\)", "", found[1])
    return {each.strip() for each in re.split(r"[,;]", plain) if each.strip()}
