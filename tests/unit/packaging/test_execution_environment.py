# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an execution environment is told to install: it can be read, and fits the collection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._debugging import controller
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

COLLECTION = Path(__file__).parents[3]
META = COLLECTION / "meta"


def lines(path: Path) -> list[str]:
    """The lines that say something."""
    text = path.read_text(encoding="utf-8").splitlines()
    return [line for line in text if line.strip() and not line.startswith("#")]


def document(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def pinned() -> dict[str, Version]:
    """The versions that the tests run with."""
    text = (COLLECTION / "tests" / "requirements" / "connections.txt").read_text(encoding="utf-8")
    pairs = (line.split("==") for line in text.splitlines() if "==" in line)
    return {name: Version(version) for name, version in pairs}


def test_the_collection_names_its_files() -> None:
    named = document(META / "execution-environment.yml")["dependencies"]
    assert set(named) == {"python", "system"}
    for path in named.values():
        assert lines(COLLECTION / path)


def test_the_minimum_versions_are_those_that_the_carriers_accept() -> None:
    wanted = [Requirement(line) for line in lines(META / "ee-requirements.txt")]
    known = {each.name: each for each in controller.LIBRARIES}
    assert {each.name for each in wanted} == {"pywinrm", "pypsrp"} == set(pinned())
    for each in wanted:
        least = ".".join(map(str, known[each.name].least))
        assert each.specifier == SpecifierSet(f">={least}")
        assert f"{each.name}>={least}" in known[each.name].install
        assert pinned()[each.name] in each.specifier, "the tests run with a version that is allowed"
        assert each.extras == {"credssp", "kerberos"}


def test_every_minimum_has_its_reason_above_it() -> None:
    for name in ("ee-requirements.txt", "ee-bindep.txt"):
        text = (META / name).read_text(encoding="utf-8").split("\n\n", 1)[1].splitlines()
        assert text[0].startswith("# ")
    text = (META / "ee-requirements.txt").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(text):
        assert line.startswith("#") or not line or text[number - 1].startswith("# ")


def test_the_example_has_an_ansible_core_that_the_collection_supports() -> None:
    example = document(COLLECTION / "examples" / "execution-environment.yml")["dependencies"]
    core = Requirement(example["ansible_core"]["package_pip"])
    runtime = yaml.safe_load((META / "runtime.yml").read_text(encoding="utf-8"))
    (least,) = SpecifierSet(runtime["requires_ansible"])
    assert Version(least.version) in core.specifier
    assert Version("2.21.5") in core.specifier
    assert Version("2.17.14") not in core.specifier
