# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands, scripts and names on the pages are what they say; links lead somewhere."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ansible.cli.doc import DocCLI
from ansible.cli.galaxy import GalaxyCLI
from ansible.cli.inventory import InventoryCLI
from ansible.cli.playbook import PlaybookCLI
from docs_site import links
from stages import STAGES
from unit.powershell.scripts import parse

from .pages import (
    NAME,
    ROOT,
    Block,
    blocks,
    pages,
    playbooks,
    prose,
    role_options,
    used_in_playbooks,
)

BLOCKS = blocks()
COMMANDS = {"console", "shell", "bash", "sh"}
# What is only shown: output, a crontab. Names in them are checked with those of the prose.
SHOWN = {"text"}
CHECKED_ELSEWHERE = {"yaml", "yml"}
ASSIGNMENT = re.compile(r"[A-Z_]+=\S*")
FQCN = re.compile(rf"\b{re.escape(NAME)}\.(\w+)")
# A play that a reader saves under the name in its first line, and then runs.
SAVED = {
    found[1]
    for block in BLOCKS
    if (found := re.match(r"# (\w+\.yml)\n(?:---\n)?- ", block.text)) and block.language == "yaml"
}
ROLE_VARIABLE = re.compile(r"`((?:session_host|license_server|cal_inventory|lserver_\w+?)_\w+)`")


def commands(block: Block) -> Iterator[list[str]]:
    """The commands of a block as words, without comments, prompts and redirections."""
    text = block.text.replace("\\\n", " ")
    for line in text.splitlines():
        if block.language == "console" and not line.startswith("$ "):
            continue
        words = shlex.split(line.removeprefix("$ "), comments=True)
        while words and ASSIGNMENT.fullmatch(words[0]):
            words.pop(0)
        if words:
            yield words


def check_playbook(words: list[str]) -> None:
    """Options are ansible-playbook's, playbooks are there, variables are known, as are hosts."""
    cli = PlaybookCLI(words)
    cli.init_parser()
    options = cli.parser.parse_args(words[1:])
    assert options.args
    for name in options.args:
        ours = name.removeprefix(f"{NAME}.") in playbooks()
        assert ours or name in SAVED or (ROOT / name).is_file(), name
        assert options.inventory or not ours, f"{name}: without -i it has no hosts"
    for given in options.extra_vars or []:
        for name in re.findall(r"(?:^|\s)(\w+)=", given):
            assert used_in_playbooks(name) or name.startswith("ansible_"), name


def check_inventory(words: list[str]) -> None:
    """Options are ansible-inventory's."""
    cli = InventoryCLI(words)
    cli.init_parser()
    cli.parser.parse_args(words[1:])


def check_doc(words: list[str]) -> None:
    """Options are ansible-doc's, names are ours."""
    cli = DocCLI(words)
    cli.init_parser()
    options = cli.parser.parse_args(words[1:])
    for name in options.args:
        assert name == NAME or name.removeprefix(f"{NAME}.") in names(), name


def check_galaxy(words: list[str]) -> None:
    """Options are ansible-galaxy's, a file is the one that is built whatever the version."""
    cli = GalaxyCLI(words)
    cli.init_parser()
    options = cli.parser.parse_args(words[1:])
    for name in getattr(options, "args", []):
        assert name in {NAME, "remote_desktop-licensing-*.tar.gz", "."}, name


def check_make(words: list[str]) -> None:
    """Targets are the Makefile's, stages those of the tests."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {
        name
        for line in re.findall(r"^([\w -]+):(?!=)", text, re.MULTILINE)
        for name in line.split()
    }
    for word in words[1:]:
        name, sign, value = word.partition("=")
        if not sign:
            assert name in targets, name
        elif name == "STAGES":
            assert {*value.split()} <= {stage.name for stage in STAGES}, value
        else:
            assert re.search(rf"^{name} \?=", text, re.MULTILINE), name


def check_python(words: list[str]) -> None:
    """Modules that are ours are there; pip is pip."""
    assert words[1] == "-m"
    if words[2] == "farm":
        source = (ROOT / "tests" / "farm" / "__main__.py").read_text(encoding="utf-8")
        for word in words[3:]:
            assert not word.startswith("--") or f'"{word}"' in source, word
            assert not word.startswith("tests/") or (ROOT / word).exists(), word
    elif words[2] == "pytest":
        assert (ROOT / words[3]).exists(), words[3]
    else:
        assert words[2] in {"pip", "venv"}, words[2]


PROGRAMS: dict[str, Callable[[list[str]], None]] = {
    "ansible-doc": check_doc,
    "ansible-galaxy": check_galaxy,
    "ansible-inventory": check_inventory,
    "ansible-playbook": check_playbook,
    "make": check_make,
    "python": check_python,
    "python3": check_python,
}
NOTHING_TO_CHECK = {"apt-get", "cd", "dnf", "export", "git", "kinit", "mkdir"}


def names() -> set[str]:
    """Everything that has a name of its own in the collection."""
    found = playbooks()
    for folder in ("modules", "filter"):
        found |= {path.stem for path in (ROOT / "plugins" / folder).glob("*.*")}
    return found | {path.name for path in (ROOT / "roles").iterdir()}


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.language in COMMANDS], ids=str)
def test_commands_exist_with_their_options(block: Block) -> None:
    found = list(commands(block))
    assert found
    for words in found:
        program = Path(words[0]).name
        if program not in NOTHING_TO_CHECK:
            assert program in PROGRAMS, f"{program}: nobody checks this command"
            PROGRAMS[program](words)


def test_a_wrong_command_is_found() -> None:
    for line in (
        "ansible-playbook -i inventory.yml remote_desktop.licensing.no_such_playbook",
        "ansible-playbook -i inventory.yml nobody_saved_this.yml",
        "ansible-playbook -i inventory.yml --no-such-option remote_desktop.licensing.site",
        "ansible-playbook -i inventory.yml remote_desktop.licensing.site -e no_such_variable=1",
        "ansible-playbook remote_desktop.licensing.site",
        "make no-such-target",
        "make test STAGES=nothing",
    ):
        words = shlex.split(line)
        with pytest.raises((AssertionError, SystemExit)):
            PROGRAMS[words[0]](words)


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.language == "powershell"], ids=str)
def test_scripts_are_powershell(block: Block) -> None:
    assert not parse(block.text).has_error


def test_there_is_a_script_and_a_broken_one_is_found() -> None:
    assert any(block.language == "powershell" for block in BLOCKS)
    assert parse("if ($true) { 'no end'").has_error


def test_python_compiles_and_json_is_read() -> None:
    for block in BLOCKS:
        if block.language == "python":
            compile(block.text, str(block), "exec")
        elif block.language == "json":
            json.loads(block.text)


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_every_block_says_what_it_is(block: Block) -> None:
    checked = COMMANDS | SHOWN | CHECKED_ELSEWHERE | {"powershell", "python", "json"}
    assert block.language in checked, f"{block.language or 'no language'}: nobody checks it"


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_names_on_a_page_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    unknown = {name for name in FQCN.findall(text) if name not in names() | {"git", "attributes"}}
    known = role_options().keys() | anchors(ROOT / "docs" / "rules.md")
    unknown |= {
        name
        for name in ROLE_VARIABLE.findall(prose(text))
        if name not in known and name not in names() and not used_in_playbooks(name)
    }
    assert not unknown


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", prose(page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_and_headings(page: Path) -> None:
    dead = []
    for target in links(page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        path, dummy, anchor = target.partition("#")
        goal = (page.parent / path).resolve() if path else page
        if not goal.exists() or (anchor and goal.suffix == ".md" and anchor not in anchors(goal)):
            dead.append(target)
    assert not dead


def test_every_guide_is_in_the_index() -> None:
    index = ROOT / "docs" / "index.md"
    listed = {*links(index.read_text(encoding="utf-8"))}
    guides = {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md")}
    assert guides - listed == {"index.md"}
