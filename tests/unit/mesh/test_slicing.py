# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slices have the hosts that AWX gives them."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from mesh import private_data, slicing
from mesh.private_data import JobPlan

INVENTORY: dict[str, Any] = {
    "all": {
        "vars": {"site": "here"},
        "children": {
            "rds_session_hosts": {
                "hosts": {"sh3": {"port": 3}, "sh1": {"port": 1}, "both": {}, "sh2": {}},
                "vars": {"mode": "per_user"},
            },
            "rds_license_servers": {"hosts": {"ls1": {}, "both": {}}},
        },
    }
}
BY_NAME = ["both", "ls1", "sh1", "sh2", "sh3"]


def plan(inventory: dict[str, Any] | None = None) -> JobPlan:
    given = INVENTORY if inventory is None else inventory
    return JobPlan("diagnose", "diagnose.yml", "diagnose", given, 7, variables={"a": 1})


def test_a_host_of_two_groups_is_one_host() -> None:
    assert slicing.hosts_of(INVENTORY) == BY_NAME


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8])
def test_host_i_by_name_goes_to_slice_i_modulo_n(count: int) -> None:
    parts = [slicing.hosts_of(slicing.slice_of(INVENTORY, 1 + n, count)) for n in range(count)]
    for index, host in enumerate(BY_NAME):
        assert [host in part for part in parts] == [n == index % count for n in range(count)]


def test_groups_and_variables_stay() -> None:
    found = slicing.slice_of(INVENTORY, 1, 2)["all"]
    assert found["vars"] == {"site": "here"}
    assert found["children"]["rds_session_hosts"] == {
        "hosts": {"both": {}, "sh1": {"port": 1}, "sh3": {"port": 3}},
        "vars": {"mode": "per_user"},
    }
    assert found["children"]["rds_license_servers"] == {"hosts": {"both": {}}}


def test_a_group_may_be_empty_in_a_slice() -> None:
    assert slicing.slice_of(INVENTORY, 4, 5)["all"]["children"]["rds_license_servers"] == {
        "hosts": {}
    }


def test_the_inventory_is_left_alone() -> None:
    before = copy.deepcopy(INVENTORY)
    slicing.slice_of(INVENTORY, 2, 2)["all"]["children"]["rds_session_hosts"]["hosts"].clear()
    assert before == INVENTORY


@pytest.mark.parametrize(("number", "count"), [(0, 4), (5, 4), (1, 0)])
def test_there_is_no_such_slice(number: int, count: int) -> None:
    with pytest.raises(ValueError, match=f"no slice {number} of {count}"):
        slicing.slice_of(INVENTORY, number, count)


def test_the_slices_of_a_job_are_the_job_otherwise() -> None:
    parts = private_data.slices(plan(), 2)
    assert [part.hosts for part in parts] == [["both", "sh1", "sh3"], ["ls1", "sh2"]]
    assert [(part.number, part.count) for part in parts] == [(1, 2), (2, 2)]
    assert {(part.name, part.playbook, part.tags, part.forks) for part in parts} == {
        ("diagnose", "diagnose.yml", "diagnose", 7)
    }


def test_a_private_data_directory_holds_the_slice_and_its_facts_only(tmp_path: Path) -> None:
    project, cache = tmp_path / "project", tmp_path / "cache"
    for folder, name in ((project, "diagnose.yml"), (cache, "s1_sh1"), (cache, "s1_sh2")):
        folder.mkdir(exist_ok=True)
        (folder / name).write_text("{}", encoding="utf-8")
    part = private_data.slices(plan(), 2)[0]
    folder = tmp_path / "job"
    sent = private_data.write(
        folder,
        part,
        ident="1-diagnose",
        project=project,
        cache=cache,
        environment={"ANSIBLE_X": "y"},
    )
    assert sent == 1
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert names == {
        "project/diagnose.yml",
        "inventory/hosts.json",
        "env/envvars",
        "env/extravars",
        "env/cmdline",
        "env/settings",
        "artifacts/1-diagnose/fact_cache/s1_sh1",
    }
    assert (folder / "env" / "cmdline").read_text(encoding="utf-8") == (
        "--forks 7 --tags diagnose\n"
    )
