# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the documentation site: the guides of docs/ and the pages of modules, filters and roles.

Run it in the copy that lay_out.py makes, from the collection's folder:

    python tests/tools/docs_site.py --work build/site-source --to build/docs

The guides stay what they are on GitHub, plain Markdown with relative links. In the copy that
Sphinx reads, links that leave docs/ lead to the page of that file here or to the repository, a
module's name in code leads to its page, and index.md gets tables of contents made of its own
sections. Warnings of Sphinx are errors, and every link of the site is followed on disk at the end.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import yaml
from site_links import dead_links

NAME = "remote_desktop.licensing"
CONFIGURATION = Path(__file__).resolve().parent / "docs_theme"
REFERENCE = "reference"
# Files outside docs/ that are pages of the site, by the name of their page.
ADDED = {
    "tests/farm/README.md": "farm.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
}
# What the pages of modules refer to in Ansible's own documentation: by label, the place and the
# words of the link. It stands in for the inventory that Sphinx would fetch.
ANSIBLE_LABELS = {
    "action_plugins": ("plugins/action.html", "Action plugins"),
    "ansible_collections.ansible.builtin.psrp_connection": (
        "collections/ansible/builtin/psrp_connection.html",
        "ansible.builtin.psrp connection",
    ),
    "ansible_collections.ansible.builtin.winrm_connection": (
        "collections/ansible/builtin/winrm_connection.html",
        "ansible.builtin.winrm connection",
    ),
    "ansible_configuration_settings": (
        "reference_appendices/config.html",
        "Ansible Configuration Settings",
    ),
    "common_return_values": (
        "reference_appendices/common_return_values.html",
        "Return Values",
    ),
}
LOCAL_CONTENTS = re.compile(r"^\.\. contents::\n(?: +:.*\n)+", re.MULTILINE)
IN_SIDEBAR = re.compile(r"^( +)(\w+)_(module|filter|role)$", re.MULTILINE)
BARE_ROLE = re.compile(
    rf"^\* :ansplugin:`\w+ role <{re.escape(NAME)}\.(\w+)#role>` --$", re.MULTILINE
)
# A name in code, as Sphinx writes it, and the seams of one: there it may go on in the next line.
CODE_IN_PAGE = re.compile(r'(<span class="pre">)([^<\s]{12,})(</span>)')
SEAM = re.compile(r"(?<=[_\\/.])(?=\w)|(?<=[a-z])(?=[A-Z])")
FENCE = re.compile(r"^ *(`{3,}|~{3,})")
LINK = re.compile(r"(?<!\\)\]\(([^)\s]+)\)")
MODULE_IN_CODE = re.compile(r"(?<![\[`\w])`((?:rds|debug)_\w+)`(?![\]`\w])")


class SiteError(Exception):
    """The site cannot be built; the text says which file is wrong and how."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of index.md and the pages that it lists, in order."""

    title: str
    pages: list[str] = field(default_factory=list)


def outside_fences(text: str, change: Callable[[str], str]) -> str:
    """Apply ``change`` to each line that is not part of a fenced block."""
    lines, fence = [], ""
    for line in text.splitlines(keepends=True):
        found = FENCE.match(line)
        if found and not fence:
            fence = found[1]
        elif found and line.strip() == fence:
            fence = ""
        plain = not found and not fence
        lines.append(change(line) if plain else line)
    return "".join(lines)


def links(text: str) -> Iterator[str]:
    """Give the targets of the links and images of a Markdown text, fenced blocks left out."""
    found: list[str] = []

    def collect(line: str) -> str:
        found.extend(LINK.findall(line))
        return line

    outside_fences(text, collect)
    yield from found


def is_relative(target: str) -> bool:
    """Tell whether a link leads to a file of this repository."""
    return not target.startswith("#") and ":" not in target.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Rewriter:
    """Turns a Markdown file of the collection into the page of the site."""

    collection: Path
    repository: str
    modules: frozenset[str]

    def page(self, source: PurePosixPath) -> str:
        """Return the text of ``source`` (relative to the collection) for Sphinx."""
        text = (self.collection / source).read_text(encoding="utf-8")

        def change(line: str) -> str:
            line = LINK.sub(lambda link: f"]({self.target(source, link[1])})", line)
            return line if line.startswith("#") else MODULE_IN_CODE.sub(self.module, line)

        return outside_fences(text, change)

    def module(self, found: re.Match[str]) -> str:
        """Return the link to a module's page, or what was there for any other name."""
        if found[1] not in self.modules:
            return found[0]
        return f"[{found[0]}](/{REFERENCE}/{found[1]}_module.rst)"

    def target(self, source: PurePosixPath, target: str) -> str:
        """Return where a link of ``source`` leads in the site."""
        if not is_relative(target):
            return target
        path, hash_sign, anchor = target.partition("#")
        whole = PurePosixPath(os.path.normpath(source.parent / path))
        if not (self.collection / whole).exists():
            raise SiteError(f"{source}: the link {target} leads nowhere.")
        if str(whole) in ADDED:
            return f"/{ADDED[str(whole)]}{hash_sign}{anchor}"
        if whole.parts[0] == "docs":
            return f"/{whole.relative_to('docs')}{hash_sign}{anchor}"
        return f"{self.repository}/blob/main/{whole}{hash_sign}{anchor}"


def sections(index: str) -> list[Section]:
    """Read the order of the site from index.md: its headings of level 2 and their lists."""
    found: list[Section] = []
    for line in index.splitlines():
        if line.startswith("## "):
            found.append(Section(line[3:].strip()))
        elif found and line.startswith("- "):
            found[-1].pages.extend(
                target for target in LINK.findall(line) if target.startswith("/")
            )
    return found


def contents(index: str) -> str:
    """Return the tables of contents that the sidebar shows."""
    blocks = []
    for section in sections(index):
        pages = list(dict.fromkeys(page for page in section.pages if page.endswith(".md")))
        if pages:
            names = "\n".join(page.removesuffix(".md") for page in pages)
            blocks.append(f"```{{toctree}}\n:hidden:\n:caption: {section.title}\n\n{names}\n```\n")
    return "\n".join(
        [*blocks, f"```{{toctree}}\n:hidden:\n:caption: Reference\n\n/{REFERENCE}/index\n```\n"]
    )


def copy_guides(collection: Path, source: Path) -> None:
    """Write what Sphinx reads of docs/ and of the files in ADDED."""
    metadata = yaml.safe_load((collection / "galaxy.yml").read_text(encoding="utf-8"))
    modules = (collection / "plugins" / "modules").glob("*.py")
    rewriter = Rewriter(
        collection, str(metadata["repository"]), frozenset(path.stem for path in modules)
    )
    pages = {
        str(path.relative_to(collection)): str(path.relative_to(collection / "docs"))
        for path in sorted((collection / "docs").rglob("*.md"))
    }
    for origin, name in {**pages, **ADDED}.items():
        text = rewriter.page(PurePosixPath(origin))
        if name == ADDED["CHANGELOG.md"]:
            text = re.sub(r"^# .* Release Notes$", "# Changes", text, count=1, flags=re.MULTILINE)
        if name == "index.md":
            text = f"{text}\n{contents(text)}"
        page = source / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")
    for folder in ("images", "schema"):
        shutil.copytree(collection / "docs" / folder, source / folder)
    write_inventory(source / "ansible.inv")
    shutil.copy(CONFIGURATION / "conf.py", source)
    (source / "_static").mkdir()
    shutil.copy(CONFIGURATION / "site.css", source / "_static")


def write_inventory(path: Path) -> None:
    """Write ANSIBLE_LABELS as an inventory, version 2 of Sphinx's format."""
    rows = "".join(
        f"{label} std:label -1 {place} {words}\n"
        for label, (place, words) in ANSIBLE_LABELS.items()
    )
    head = (
        "# Sphinx inventory version 2\n# Project: ansible\n# Version: latest\n"
        "# The remainder of this file is compressed using zlib.\n"
    )
    path.write_bytes(head.encode() + zlib.compress(rows.encode()))


def sidebar_name(entry: re.Match[str]) -> str:
    """Return an entry of a table of contents with a name that is short enough for the sidebar."""
    indent, name, kind = entry.groups()
    label = name if kind == "module" else f"{name} ({kind})"
    return f"{indent}{label} <{name}_{kind}>"


def entry_points(collection: Path) -> dict[str, str]:
    """Return what each role does that has no entry point ``main``: that of all it has."""
    found = {}
    for path in sorted(collection.glob("roles/*/meta/argument_specs.yml")):
        specs = yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]
        told = [
            f"``{name}``: {spec['short_description'][:1].lower()}{spec['short_description'][1:]}"
            for name, spec in specs.items()
        ]
        found[path.parents[1].name] = "; ".join(told)
    return found


def tidy_reference(folder: Path, described: Mapping[str, str]) -> None:
    """Fit antsibull's pages into this site.

    The theme has contents of its own beside each page, the collection's name before each
    module's would fill every heading, and whole sentences do not fit into the sidebar.

    :param described: roles of which antsibull's index has no description.
    """
    for path in sorted(folder.glob("*.rst")):
        text = path.read_text(encoding="utf-8")
        text = LOCAL_CONTENTS.sub("", text)
        text = re.sub(rf"^{re.escape(NAME)}\.(\w+ \w+(?: --.*)?)$", r"\1", text, flags=re.MULTILINE)
        text = text.replace("Remote_Desktop.Licensing\n", "Modules, filters, roles\n", 1)
        if path.name == "index.rst":
            text = IN_SIDEBAR.sub(sidebar_name, text)
            text = BARE_ROLE.sub(lambda role: f"{role[0]} {described.get(role[1], '')}", text)
        path.write_text(text, encoding="utf-8")


def let_names_wrap(site: Path) -> None:
    """Mark where long names in code may be broken: a column of a table is narrow.

    What is copied from the page, and what is searched for in it, stays the same.
    """
    for path in sorted(site.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        changed = CODE_IN_PAGE.sub(
            lambda code: code[1] + SEAM.sub("<wbr>", code[2]) + code[3], text
        )
        if changed != text:
            path.write_text(changed, encoding="utf-8")


def run(*words: str | Path) -> None:
    """Run a command; SiteError when it fails. Its output goes where ours goes."""
    command = [str(word) for word in words]
    print(f"$ {' '.join(command)}", flush=True)
    status = subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode
    if status != 0:
        raise SiteError(f"{Path(command[0]).name} ended with exit code {status}.")


def build(collection: Path, work: Path, site: Path) -> int:
    """Build the site into ``site`` and return how many pages it has."""
    tools = Path(sys.executable).parent
    shutil.rmtree(work, ignore_errors=True)
    (work / REFERENCE).mkdir(parents=True, mode=0o755)
    copy_guides(collection, work)
    run(
        *(tools / "antsibull-docs", "collection", "--use-current", "--squash-hierarchy"),
        *("--fail-on-error", "--no-add-antsibull-docs-version"),
        *("--dest-dir", work / REFERENCE, NAME),
    )
    tidy_reference(work / REFERENCE, entry_points(collection))
    shutil.rmtree(site, ignore_errors=True)
    run(
        *(sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet"),
        *("-b", "html", "-d", work / "_doctrees", work, site),
    )
    let_names_wrap(site)
    dead = dead_links(site)
    if dead:
        raise SiteError("Links that lead nowhere:\n  " + "\n  ".join(dead))
    return len(list(site.rglob("*.html")))


def main() -> int:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description="Build the documentation site.")
    parser.add_argument("--work", type=Path, required=True, help="folder for what Sphinx reads")
    parser.add_argument("--to", type=Path, required=True, help="folder of the site")
    options = parser.parse_args()
    try:
        pages = build(Path.cwd(), options.work.absolute(), options.to.absolute())
    except SiteError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{pages} pages: {options.to.absolute() / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
