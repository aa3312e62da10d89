# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every role has a readme, which Galaxy demands, and it names what the role's spec names."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

COLLECTION = Path(__file__).parents[3]
ROLES = sorted(each.parent.parent for each in COLLECTION.glob("roles/*/meta/argument_specs.yml"))
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
