# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration for AWX as its players see it, and what it has to fit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

COLLECTION = Path(__file__).resolve().parents[3]
TREE = COLLECTION.parents[2]
AWX = COLLECTION / "awx"
PROJECT = AWX / "project"
VARIABLES = tuple(
    AWX / "variables" / f"{name}.yml"
    for name in ("settings", "access", "job_templates", "workflows")
)
PREFIX = "remote_desktop.licensing."
PLAYBOOKS_OWN = {
    "correct_cal_channel.yml": ("lserver_migration_server",),
    "recover_after_reinstall.yml": ("lserver_migration_server",),
}
"""What the collection's playbooks themselves need, besides their roles."""
OBJECTS = (
    "controller_credential_types",
    "controller_instance_groups",
    "controller_credentials",
    "controller_execution_environments",
    "controller_projects",
    "controller_inventories",
    "controller_hosts",
    "controller_groups",
    "controller_notifications",
    "controller_templates",
    "controller_workflows",
    "controller_schedules",
)
"""The variables of infra.aap_configuration that are set."""
SITE = """
rds_awx_license_servers: [ls1.example.com, ls2.example.com]
rds_awx_session_hosts: [sh1.example.com, ls1.example.com]
rds_awx_windows_user: svc-rds@EXAMPLE.COM
rds_awx_windows_password: !unsafe "curly {{ braces"
rds_awx_krb5_conf: "[realms]"
rds_awx_license_numbers: "open_2025: {license_number: '00000001'}"
rds_awx_project_credential: git
rds_awx_output_host: archive.example.com
rds_awx_output_credential: archive
rds_awx_volume_claim: rds-output
rds_awx_session_host_slices: 4
rds_awx_mail_to: [rds@example.com]
"""
"""A site that uses everything there is."""

Json = dict[str, Any]


class _Loader(yaml.SafeLoader):
    """Takes a text with Ansible's tag ``!unsafe``, which is no template, for a text."""


_Loader.add_constructor("!unsafe", lambda dummy, node: str(node.value))


def load(path: Path) -> Any:
    """What a YAML file of Ansible holds."""
    return _Loader(path.read_text(encoding="utf-8")).get_single_data()


def render(site: str, folder: Path) -> dict[str, list[Json]]:
    """The objects as Ansible hands them to modules and roles, at a site of these settings.

    :param folder: for the files that this takes.
    """
    given, result, play = folder / "site.yml", folder / "objects.json", folder / "render.yml"
    given.write_text(site or "{}", encoding="utf-8")
    objects = ", ".join(f"'{name}': {name}" for name in OBJECTS)
    content = f"{{{{ {{{objects}}} | to_json }}}}"
    copy = {"content": content, "dest": str(result), "mode": "0600"}
    files = [str(path) for path in VARIABLES]
    tasks = [{"ansible.builtin.copy": copy}]
    plays = [{"hosts": "localhost", "gather_facts": False, "vars_files": files, "tasks": tasks}]
    play.write_text(yaml.safe_dump(plays), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "ansible", "playbook", str(play), "-e", f"@{given}"],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_LOCALHOST_WARNING": "0",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "ANSIBLE_NOCOLOR": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    found: dict[str, list[Json]] = json.loads(result.read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True)
class Option:
    """A variable of a role."""

    name: str
    type: str
    required: bool
    choices: tuple[Any, ...]
    default: Any
    secret: bool


@cache
def role_options(role: str, entry: str) -> tuple[Option, ...]:
    """The variables of an entry point of a role."""
    specs = load(COLLECTION / "roles" / role / "meta" / "argument_specs.yml")["argument_specs"]
    return tuple(
        Option(
            name,
            spec.get("type", "str"),
            spec.get("required", False),
            tuple(spec.get("choices", ())),
            spec.get("default"),
            spec.get("no_log", False),
        )
        for name, spec in (specs[entry].get("options") or {}).items()
    )


def imported(playbook: str) -> list[str]:
    """The playbooks of the collection that one of the project imports."""
    plays = load(PROJECT / playbook)
    names = [play.get("ansible.builtin.import_playbook", "") for play in plays]
    return [name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)]


def entries_in(value: Any) -> Iterator[tuple[str, str]]:
    """The roles of the collection that plays run, each with its entry point."""
    if isinstance(value, list):
        for each in value:
            yield from entries_in(each)
    elif isinstance(value, dict):
        name = value.get("role") or value.get("name") or ""
        if "role" in value or "tasks_from" in value:
            yield name.removeprefix(PREFIX), value.get("tasks_from", "main")
        for each in value.values():
            yield from entries_in(each)


def options_of(playbook: str) -> dict[str, list[Option]]:
    """What the entry points that a playbook of the project runs say of their variables."""
    found: dict[str, list[Option]] = {
        name: [Option(name, "str", required=True, choices=(), default=None, secret=False)]
        for name in PLAYBOOKS_OWN.get(playbook, ())
    }
    for inside in imported(playbook):
        plays = load(COLLECTION / "playbooks" / f"{inside}.yml")
        for role, entry in sorted(set(entries_in(plays))):
            for option in role_options(role, entry):
                found.setdefault(option.name, []).append(option)
    return found


def questions(item: Json) -> list[Json]:
    """The questions of a job template or a workflow."""
    found: list[Json] = item.get("survey_spec", {}).get("spec", [])
    return found


def unanswered(item: Json) -> set[str]:
    """The variables that a launch has to bring along: required, and without a default."""
    return {
        each["variable"]
        for each in questions(item)
        if each["required"] and each["default"] in ("", None)
    }


def texts(value: Any) -> Iterator[str]:
    """All texts in a structure."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
