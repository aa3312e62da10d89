# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Python that is too old is named in a sentence, before anything that it does not know."""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path

import pytest
from ansible.errors import AnsibleError
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils import _floor
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._debugging import controller

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
ACTIONS = sorted(path.name for path in (PLUGINS / "action").glob("*.py"))


def test_an_older_python_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 13, "final", 0))
    monkeypatch.setattr(sys, "version", "3.10.13 (main)")
    with pytest.raises(AnsibleError) as refused:
        importlib.reload(_floor)
    said = str(refused.value)
    assert said.startswith("remote_desktop.licensing needs ansible-core 2.18 or newer")
    assert "This is Python 3.10.13" in said
    assert "What to do: install ansible-core with a newer Python" in said


def test_debug_connection_names_the_same_floor() -> None:
    assert controller.MINIMUM_PYTHON == _floor.PYTHON


def imports_of(path: Path) -> list[str]:
    """What a file imports when it is loaded, in its order."""
    found = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            dots = "." * node.level
            found += [f"{dots}{node.module or ''}:{each.name}" for each in node.names]
        elif isinstance(node, ast.Import):
            found += [each.name for each in node.names]
    return found


NEWER = {"enum:StrEnum", "datetime:UTC", "typing:Self", "typing:assert_never", "tomllib"}
"""What this code imports, or could, that Python 3.11 brought."""

FIRST = ("..plugin_utils._action:", "..plugin_utils._report_action:", "..plugin_utils:_floor")
"""What looks at the floor before it imports anything else."""


@pytest.mark.parametrize("name", ACTIONS)
def test_every_action_looks_at_the_floor_first(name: str) -> None:
    own = imports_of(PLUGINS / "action" / name)
    within = [each for each in own if each.startswith("..")]
    assert not NEWER & set(own)
    assert within[0].startswith("..module_utils._specs")
    assert within[1].startswith(FIRST)


def test_the_bases_of_the_actions_look_at_it_first() -> None:
    own = imports_of(PLUGINS / "plugin_utils" / "_action.py")
    within = [each for each in own if each.startswith(".")]
    assert not NEWER & set(own)
    assert within[:2] == ["..module_utils._specs:ModuleSpec", ".:_floor"]
    own = imports_of(PLUGINS / "plugin_utils" / "_report_action.py")
    assert not NEWER & set(own)
    assert next(each for each in own if each.startswith(".")) == "._action:ModuleAction"


def test_the_specs_need_no_newer_python() -> None:
    for path in (PLUGINS / "module_utils").rglob("*.py"):
        assert not NEWER & set(imports_of(path)), path.name
