# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook with the modules of awx.awx against the variables and against those modules.

``awx_modules.json`` holds the options of the modules of awx.awx 24.6.1, as its documentation lists
them: the type, or the choices.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from unit.awx.configuration import AWX, OBJECTS, VARIABLES, Json, load

MODULES: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("awx_modules.json").read_text(encoding="utf-8")
)
TYPES: dict[str, Any] = {"str": str, "bool": bool, "int": int, "dict": dict, "list": list}
(PLAY,) = load(AWX / "configure_awx.yml")
Objects = dict[str, list[Json]]


def calls() -> list[tuple[str, Json, str, Json]]:
    """Each task: module, options, the variable that it loops over, and the task itself."""
    found = []
    for task in PLAY["tasks"]:
        (module,) = (key for key in task if key.startswith("awx.awx."))
        (variable,) = re.findall(r"controller_\w+", task["loop"])
        found.append((module.removeprefix("awx.awx."), task[module], variable, task))
    return found


def test_every_kind_of_object_is_made() -> None:
    assert {variable for dummy, dummy2, variable, dummy3 in calls()} == set(OBJECTS)


@pytest.mark.parametrize("call", calls(), ids=lambda call: call[3]["name"])
def test_the_modules_have_these_options(call: tuple[str, Json, str, Json]) -> None:
    module, options, *dummy = call
    assert set(options) <= set(MODULES[module])


def test_nothing_of_an_object_is_left_behind(objects: Objects) -> None:
    """Each key of each object is an option of its task, and the value fits the option."""
    for module, options, variable, dummy in calls():
        if module == "workflow_job_template_node":
            continue
        for item in objects[variable]:
            for key, value in item.items():
                if key == "simplified_workflow_nodes":
                    continue
                assert re.search(rf"\bitem\.{key}\b", options[key]), f"{module}: {key}"
                check(MODULES[module][key], value, f"{module}: {key}")


def check(kind: str | list[Any], value: Any, place: str) -> None:
    """A value against the type or the choices of an option."""
    if isinstance(kind, list):
        assert value in kind, place
    else:
        assert value.__class__ is TYPES[kind], f"{place} is {value!r}"


def test_nodes_are_made_before_they_are_linked(objects: Objects) -> None:
    first, second = (
        options for module, options, dummy, dummy2 in calls() if module.endswith("_node")
    )
    links = {"success_nodes", "failure_nodes", "always_nodes"}
    assert not links & set(first)
    assert set(second) == set(first) | links
    for workflow in objects["controller_workflows"]:
        for node in workflow["simplified_workflow_nodes"]:
            # As in infra.aap_configuration, `organization` is that of the node's template.
            assert {*node} - {"organization"} <= set(second)
            assert ("approval_node" in node) != ("unified_job_template" in node)


def test_secrets_are_not_shown() -> None:
    (task,) = (task for module, dummy, dummy2, task in calls() if module == "credential")
    assert task["no_log"] is True
    assert all("label" in task["loop_control"] for dummy, dummy2, dummy3, task in calls())


def test_both_players_read_the_same_variables() -> None:
    (other,) = load(AWX / "configure_aap.yml")
    assert other["vars_files"] == PLAY["vars_files"]
    assert [AWX / name for name in PLAY["vars_files"]] == list(VARIABLES)
    assert other["roles"] == [{"role": "infra.aap_configuration.dispatch"}]


def test_every_setting_is_used_and_every_variable_is_set() -> None:
    everything = [path.read_text(encoding="utf-8") for path in VARIABLES]
    known = {name for path in VARIABLES for name in load(path)}
    used = {name for text in everything for name in re.findall(r"\brds_awx_\w+", text)}
    assert used <= known
    for name in load(VARIABLES[0]):
        places = sum(len(re.findall(rf"\b{name}\b", text)) for text in everything)
        assert places > 1, f"{name} has no effect"
