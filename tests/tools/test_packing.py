# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the stages about the tarball and the execution environment find wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import packing
import pytest
import run_tests
import stages
from workshop import StageError

EXAMPLE: dict[str, Any] = {
    "images": {"base_image": {"name": "image:9"}},
    "dependencies": {
        "ansible_core": {"package_pip": "ansible-core>=2.18"},
        "ansible_runner": {"package_pip": "ansible-runner>=2.4"},
        "python_interpreter": {"python_path": "/usr/bin/python3.12"},
    },
}
RECIPE = "image:9 ansible-core>=2.18 ansible-runner>=2.4 /usr/bin/python3.12"


def context(folder: Path, recipe: str = RECIPE, name: str = "remote_desktop.licensing") -> Path:
    (folder / "Containerfile").write_text(recipe, encoding="utf-8")
    (folder / "_build").mkdir()
    (folder / "_build" / "requirements.yml").write_text(
        f"collections:\n  - name: {name}\n", encoding="utf-8"
    )
    return folder


def test_a_build_context_that_says_what_the_example_says(tmp_path: Path) -> None:
    packing.check_context(context(tmp_path), EXAMPLE)


@pytest.mark.parametrize("part", RECIPE.split())
def test_a_build_context_that_lacks_something(tmp_path: Path, part: str) -> None:
    folder = context(tmp_path, RECIPE.replace(part, ""))
    with pytest.raises(StageError, match="the Containerfile does not say"):
        packing.check_context(folder, EXAMPLE)


def test_a_build_context_without_the_collection(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="does not install the collection"):
        packing.check_context(context(tmp_path, name="some.other"), EXAMPLE)


def test_requirements_that_were_overlooked_are_named(tmp_path: Path) -> None:
    found, wanted = tmp_path / "found.txt", tmp_path / "wanted.txt"
    wanted.write_text("# why\none>=1\ntwo [compile]  # because\n", encoding="utf-8")
    found.write_text("one>=1  # from collection x\ntwo [compile]  # from\n", encoding="utf-8")
    packing.compare(found, wanted)
    found.write_text("one>=1\n", encoding="utf-8")
    with pytest.raises(StageError, match=r"overlooks of wanted\.txt: two \[compile\]"):
        packing.compare(found, wanted)


def test_the_long_check_runs_when_it_is_named_only() -> None:
    assert "galaxy" not in {each.name for each in run_tests.chosen([])}
    assert [each.name for each in run_tests.chosen(["galaxy"])] == ["galaxy"]
    unasked = {each.name for each in stages.STAGES if not each.asked}
    assert {each.name for each in run_tests.chosen([])} == unasked
    assert "ee-context" in unasked
