# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guides become pages: links lead to the right place, and a dead one is found."""

from __future__ import annotations

import importlib.util
import re
import runpy
from pathlib import Path, PurePosixPath

import pytest
from docs_site import (
    CONFIGURATION,
    Rewriter,
    SiteError,
    contents,
    entry_points,
    let_names_wrap,
    links,
    outside_fences,
    sections,
    tidy_reference,
)
from site_links import dead_links

PAGE = """\
# About `rds_thing`

See [the farm](../tests/farm/README.md#limits), [a guide](other.md), [a role](../roles/a/main.yml),
[elsewhere](https://example.com/a) and [below](#end). `rds_thing` does it, `rds_nothing` does not.

```yaml
- rds_thing: "[not a link](nowhere.md)"
- note: "`rds_thing`"
```
"""


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """A collection with a guide and the files that it links to."""
    for name in ("docs/guide.md", "docs/other.md", "tests/farm/README.md", "roles/a/main.yml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text\n", encoding="utf-8")
    (tmp_path / "docs" / "guide.md").write_text(PAGE, encoding="utf-8")
    return tmp_path


def rewritten(collection: Path) -> str:
    rewriter = Rewriter(collection, "https://example.com/repository", frozenset({"rds_thing"}))
    return rewriter.page(PurePosixPath("docs/guide.md"))


def test_links_lead_to_pages_or_to_the_repository(collection: Path) -> None:
    assert [*links(rewritten(collection))] == [
        "/farm.md#limits",
        "/other.md",
        "https://example.com/repository/blob/main/roles/a/main.yml",
        "https://example.com/a",
        "#end",
        "/reference/rds_thing_module.rst",
    ]


def test_examples_and_headings_stay_as_they_are(collection: Path) -> None:
    before, after = PAGE.splitlines(), rewritten(collection).splitlines()
    assert before[0] == after[0]
    assert before[5:] == after[5:]
    assert "`rds_nothing` does not" in rewritten(collection)


def test_a_link_that_leads_nowhere_is_an_error(collection: Path) -> None:
    (collection / "docs" / "other.md").unlink()
    with pytest.raises(SiteError, match=r"docs/guide\.md: the link other\.md leads nowhere"):
        rewritten(collection)


def test_fences_within_fences() -> None:
    text = "a\n````md\n```yaml\nb\n```\nc\n````\nd\n"
    assert outside_fences(text, str.upper) == "A\n````md\n```yaml\nb\n```\nc\n````\nD\n"


def test_the_index_gives_the_order() -> None:
    index = "# Top\n\n- [no section](/lost.md)\n\n## One\n\n- [b](/b.md) and [a](/a.md)\n\n## Two\n"
    assert [(each.title, each.pages) for each in sections(index)] == [
        ("One", ["/b.md", "/a.md"]),
        ("Two", []),
    ]
    assert ":caption: One\n\n/b\n/a\n" in contents(index)
    assert ":caption: Two" not in contents(index)


def test_reference_pages_are_tidied(tmp_path: Path) -> None:
    page = tmp_path / "rds_thing_module.rst"
    page.write_text(
        "remote_desktop.licensing.rds_thing module -- Do it\n+++\n\n"
        ".. contents::\n   :local:\n   :depth: 1\n\nremote_desktop.licensing.rds_thing stays.\n"
    )
    tidy_reference(tmp_path, {})
    assert page.read_text() == (
        "rds_thing module -- Do it\n+++\n\n\nremote_desktop.licensing.rds_thing stays.\n"
    )


def test_the_index_of_the_reference_names_everything(tmp_path: Path) -> None:
    roles = tmp_path / "roles" / "thing" / "meta"
    roles.mkdir(parents=True)
    (roles / "argument_specs.yml").write_text(
        "argument_specs:\n"
        "  look: {short_description: Look at it}\n"
        "  keep: {short_description: Keep it}\n"
    )
    index = tmp_path / "index.rst"
    index.write_text(
        "* :ansplugin:`thing role <remote_desktop.licensing.thing#role>` --\n"
        "* :ansplugin:`other role <remote_desktop.licensing.other#role>` -- Does more\n\n"
        ".. toctree::\n\n    rds_thing_module\n    thing_role\n"
    )
    tidy_reference(tmp_path, entry_points(tmp_path))
    assert index.read_text() == (
        "* :ansplugin:`thing role <remote_desktop.licensing.thing#role>` --"
        " ``look``: look at it; ``keep``: keep it\n"
        "* :ansplugin:`other role <remote_desktop.licensing.other#role>` -- Does more\n\n"
        ".. toctree::\n\n    rds_thing <rds_thing_module>\n    thing (role) <thing_role>\n"
    )


def test_long_names_in_code_may_wrap_at_their_seams(tmp_path: Path) -> None:
    page = tmp_path / "sub" / "a.html"
    page.parent.mkdir()
    page.write_text(
        "<p>cal_inventory_output_path</p><code>"
        '<span class="pre">root\\cimv2\\TerminalServices</span> '
        '<span class="pre">lserver_backup_path</span> <span class="pre">Administrators</span> '
        '<span class="pre">fetch_to</span> <span class="pre">a&lt;LicenseServer&gt;</span></code>'
    )
    let_names_wrap(tmp_path)
    assert page.read_text() == (
        "<p>cal_inventory_output_path</p><code>"
        '<span class="pre">root\\<wbr>cimv2\\<wbr>Terminal<wbr>Services</span> '
        '<span class="pre">lserver_<wbr>backup_<wbr>path</span> '
        '<span class="pre">Administrators</span> <span class="pre">fetch_to</span> '
        '<span class="pre">a&lt;License<wbr>Server&gt;</span></code>'
    )


@pytest.mark.parametrize("theme", ["light_css_variables", "dark_css_variables"])
def test_every_color_of_the_reference_is_one_of_the_theme(theme: str) -> None:
    """One that is missing would be antsibull's own: light, and not to be read on a dark page."""
    package = importlib.util.find_spec("sphinx_antsibull_ext")
    assert package is not None
    assert package.origin is not None
    style = Path(package.origin).with_name("antsibull-minimal.css").read_text(encoding="utf-8")
    used = set(re.findall(r"var\(--([\w-]+)\)", style))
    colors = runpy.run_path(str(CONFIGURATION / "conf.py"))["html_theme_options"][theme]
    assert used
    assert used <= set(colors)


def test_dead_links_of_a_site(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.html").write_text(
        '<a href="sub/b.html#there">1</a><a href="sub/b.html#gone">2</a><a href="no.html">3</a>'
        '<a href="https://example.com">4</a><a href="../outside.html">5</a><p id="x"><a href="#x">'
    )
    (tmp_path / "sub" / "b.html").write_text(
        '<p id="there"><a href="../a.html">up</a><script src="https://example.com/x.js"></script>'
    )
    assert dead_links(tmp_path) == [
        "a.html: ../outside.html",
        "a.html: no.html",
        "a.html: sub/b.html#gone (no such anchor)",
        "sub/b.html loads https://example.com/x.js",
    ]
