# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every YAML example is what it says: a playbook, tasks, an inventory, variables, or a file."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from .options import faults, module_spec, value_faults
from .pages import (
    NAME,
    ROOT,
    TREE,
    Block,
    blocks,
    module_examples,
    playbooks,
    role_options,
    used_in_playbooks,
)

EXAMPLES = [*(block for block in blocks() if block.language in {"yaml", "yml"}), *module_examples()]
ROLE_OPTIONS = role_options()
ROLES = tuple(f"{path.name}_" for path in (ROOT / "roles").iterdir())
ENTITLEMENTS = import_module(
    f"ansible_collections.{NAME}.plugins.plugin_utils._licensing.compliance.entitlements"
)
# Names that the reader chooses, and those of Ansible itself.
FREE = ("vault_", "ansible_")
# Modules of other collections: nothing of them is installed here, so they have stand-ins.
FOREIGN = ("microsoft.ad.object_info",)
INNER = ("block", "rescue", "always")
LISTS_OF_TASKS = ("tasks", "pre_tasks", "post_tasks", "handlers")
SECTIONS = {
    name
    for name, dummy in yaml.safe_load((ROOT / "changelogs/config.yaml").read_text())["sections"]
}


def kind(data: Any) -> str:
    """Say what an example is by its content."""
    if isinstance(data, list) and data and all(isinstance(each, dict) for each in data):
        return "playbook" if any(map(is_play, data)) else "tasks"
    if isinstance(data, dict):
        if "entitlements" in data:
            return "entitlements"
        if data.keys() <= SECTIONS:
            return "changelog fragment"
        if isinstance(data.get("all"), dict) and "children" in data["all"]:
            return "inventory"
        return "variables"
    return "nothing"


def is_play(entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry of a list is a play or the import of a playbook, and no task."""
    return bool({"hosts", "import_playbook", "ansible.builtin.import_playbook"} & entry.keys())


def of_kind(wanted: str) -> list[Block]:
    """The examples of one kind."""
    return [block for block in EXAMPLES if kind(yaml.safe_load(block.text)) == wanted]


def tasks_in(data: Any) -> Iterator[Mapping[str, Any]]:
    """The tasks of a playbook or a list of tasks, those within blocks included."""
    for each in data:
        inner = [key for key in (*LISTS_OF_TASKS, *INNER) if key in each]
        for key in inner:
            yield from tasks_in(each[key])
        if not inner and "hosts" not in each:
            yield each


def stand_ins(folder: Path) -> Path:
    """Make collections that hold the modules of FOREIGN, by name only."""
    for name in FOREIGN:
        *collection, module = name.split(".")
        modules = folder.joinpath("ansible_collections", *collection, "plugins", "modules")
        modules.mkdir(parents=True, exist_ok=True)
        (modules / f"{module}.py").touch()
    return folder


def run_ansible(command: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run one of Ansible's commands of this environment, without the user's configuration."""
    (folder / "ansible.cfg").touch()
    kept = {name: text for name, text in os.environ.items() if not name.startswith("ANSIBLE_")}
    return subprocess.run(
        [sys.executable, "-m", "ansible", command, *words],
        cwd=folder,
        env=kept
        | {
            "ANSIBLE_COLLECTIONS_PATH": f"{TREE}{os.pathsep}{stand_ins(folder / 'others')}",
            "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "LC_ALL": "C.UTF-8",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_there_are_examples_of_every_kind() -> None:
    """A reader that finds nothing would let everything pass."""
    for each in ("playbook", "tasks", "inventory", "variables", "entitlements"):
        assert of_kind(each), each
    assert len(EXAMPLES) > 30


@pytest.mark.parametrize("block", EXAMPLES, ids=str)
def test_an_example_is_of_a_kind_that_is_checked(block: Block) -> None:
    assert kind(yaml.safe_load(block.text)) != "nothing"


def test_playbooks_and_tasks_pass_the_syntax_check(tmp_path: Path) -> None:
    """All in one run of ansible-playbook; tasks are wrapped into a play."""
    origins = {}
    for number, block in enumerate([*of_kind("playbook"), *of_kind("tasks")]):
        data = yaml.safe_load(block.text)
        plays = [each if is_play(each) else {"hosts": "all", "tasks": [each]} for each in data]
        path = tmp_path / f"example_{number}.yml"
        path.write_text(yaml.safe_dump(plays, sort_keys=False), encoding="utf-8")
        origins[path.name] = str(block)
    shipped = [f"{NAME}.{name}" for name in sorted(playbooks())]
    answer = run_ansible("playbook", tmp_path, "--syntax-check", *origins, *shipped)
    assert answer.returncode == 0, f"{origins}\n{answer.stdout}\n{answer.stderr}"


def test_the_syntax_check_can_fail(tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text("- hosts: all\n  tasks:\n    - no.such.module: {}\n")
    assert run_ansible("playbook", tmp_path, "--syntax-check", "bad.yml").returncode != 0


@pytest.mark.parametrize("block", [*of_kind("playbook"), *of_kind("tasks")], ids=str)
def test_tasks_give_options_that_modules_take(block: Block) -> None:
    found: list[str] = []
    for task in tasks_in(yaml.safe_load(block.text)):
        for name, given in task.items():
            if name.startswith(f"{NAME}."):
                module = name.removeprefix(f"{NAME}.")
                found += faults(given or {}, module_spec(module), module)
    assert not found


def variables(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The variables of an inventory or a file of variables, those of groups below included."""
    for name, value in data.items():
        if name in {"vars", "hosts", "children"} and isinstance(value, dict):
            for each in [value] if name == "vars" else value.values():
                yield from variables(each or {})
        elif name in {"all", *(f"rds_{group}" for group in ("session_hosts", "license_servers"))}:
            yield from variables(value)
        else:
            yield name, value


@pytest.mark.parametrize("block", [*of_kind("variables"), *of_kind("inventory")], ids=str)
def test_variables_are_those_of_roles_and_playbooks(block: Block) -> None:
    found: list[str] = []
    for name, value in variables(yaml.safe_load(block.text)):
        if name in ROLE_OPTIONS:
            found += value_faults(value, ROLE_OPTIONS[name], name)
        elif not name.startswith(FREE) and not used_in_playbooks(name):
            found.append(f"no role and no playbook has {name}")
    assert not found


def given_to_roles(data: Any) -> Iterator[tuple[str, Any]]:
    """The variables under ``vars`` of plays, tasks and roles, however deep."""
    if isinstance(data, dict):
        yield from (data.get("vars") or {}).items()
    for each in data.values() if isinstance(data, dict) else data:
        if isinstance(each, dict | list):
            yield from given_to_roles(each)


@pytest.mark.parametrize("block", [*of_kind("playbook"), *of_kind("tasks")], ids=str)
def test_variables_of_plays_are_those_of_roles(block: Block) -> None:
    """Names of the reader's own are free; one that begins as a role's do has to be the role's."""
    found: list[str] = []
    for name, value in given_to_roles(yaml.safe_load(block.text)):
        if name in ROLE_OPTIONS:
            found += value_faults(value, ROLE_OPTIONS[name], name)
        elif name.startswith(ROLES) and not used_in_playbooks(name):
            found.append(f"no role and no playbook has {name}")
    assert not found


@pytest.mark.parametrize("block", of_kind("inventory"), ids=str)
def test_inventories_are_read(block: Block, tmp_path: Path) -> None:
    (tmp_path / "inventory.yml").write_text(block.text, encoding="utf-8")
    answer = run_ansible("inventory", tmp_path, "-i", "inventory.yml", "--graph")
    assert answer.returncode == 0, answer.stderr
    assert "rds_session_hosts" in answer.stdout


@pytest.mark.parametrize("block", of_kind("entitlements"), ids=str)
def test_purchases_are_read(block: Block) -> None:
    assert ENTITLEMENTS.read_entitlements(yaml.safe_load(block.text))
