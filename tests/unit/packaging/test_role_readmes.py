# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every role has a readme, which Galaxy demands, and it names what the role's spec names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

COLLECTION = Path(__file__).parents[3]
ROLES = sorted(each.parent.parent for each in COLLECTION.glob("roles/*/meta/argument_specs.yml"))
MIGRATION = COLLECTION / "roles" / "lserver_migration"
PLAYBOOKS = {each.stem for each in (COLLECTION / "playbooks").glob("*.yml")}


def test_there_are_roles() -> None:
    assert {each.name for each in ROLES} >= {"session_host", "license_server", "cal_inventory"}


@pytest.mark.parametrize("role", ROLES, ids=lambda each: str(each.name))
def test_the_readme_names_entry_points_and_required_variables(role: Path) -> None:
    text = (role / "README.md").read_text(encoding="utf-8")
    specs = yaml.safe_load((role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    for name, spec in specs["argument_specs"].items():
        (row,) = (line for line in text.splitlines() if line.startswith(f"| `{name}` |"))
        assert f"| {spec['short_description']} |" in row
        for option, said in (spec.get("options") or {}).items():
            assert (f"`{option}`" in row) is bool(said.get("required"))


@pytest.mark.parametrize("role", ROLES, ids=lambda each: str(each.name))
def test_the_example_and_the_playbooks_are_real(role: Path) -> None:
    text = (role / "README.md").read_text(encoding="utf-8")
    example = text.partition("```yaml\n")[2].partition("```")[0]
    (play,) = yaml.safe_load(example)
    assert play["hosts"].startswith("rds_")
    assert f"remote_desktop.licensing.{role.name}" in example
    named = {word.strip("`.,") for word in text.split() if "`remote_desktop.licensing." in word}
    named = {each.removeprefix("remote_desktop.licensing.") for each in named}
    assert named
    assert named <= PLAYBOOKS


def playbooks_for_one() -> dict[str, tuple[str, set[str]]]:
    """The playbooks whose license server a variable names: that one, and their entry points."""
    found = {}
    for path in sorted((COLLECTION / "playbooks").glob("*.yml")):
        text = path.read_text(encoding="utf-8")
        if match := re.search(r"lserver_migration__target_name: (\w+)", text):
            found[path.stem] = (match[1], set(re.findall(r"tasks_from: (\w+)", text)))
    return found


def test_there_are_playbooks_for_one_license_server() -> None:
    assert len(playbooks_for_one()) == 3


@pytest.mark.parametrize("name", playbooks_for_one())
def test_the_variable_that_names_the_license_server_is_known(name: str) -> None:
    variable, entries = playbooks_for_one()[name]
    text = (MIGRATION / "README.md").read_text(encoding="utf-8")
    assert f"\n| `remote_desktop.licensing.{name}` | `{variable}` | " in text
    specs = yaml.safe_load((MIGRATION / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    named = {
        entry for entry in entries if variable in specs["argument_specs"][entry].get("options", {})
    }
    if variable == "lserver_migration_server":
        assert named == entries - {"targets"}
    else:
        assert named
