# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The private data directory that ansible-runner sends to an execution node.

project/, inventory/, env/ and artifacts/IDENT/fact_cache, as AWX lays them out.
"""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from . import fact_cache, slicing


@dataclass(frozen=True)
class JobPlan:
    """One job: a playbook of the project with its tags, over some hosts.

    ``inventory`` is that of the slice; ``number`` and ``count`` tell which one it is. ``handed``
    are the artifacts of the jobs before it in the workflow.
    """

    name: str
    playbook: str
    tags: str
    inventory: Mapping[str, Any]
    forks: int
    number: int = 1
    count: int = 1
    variables: Mapping[str, Any] = field(default_factory=dict)
    handed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def hosts(self) -> list[str]:
        """Its hosts, by name."""
        return slicing.hosts_of(self.inventory)


def slices(plan: JobPlan, count: int) -> list[JobPlan]:
    """The same job in so many slices."""
    return [
        replace(
            plan,
            inventory=slicing.slice_of(plan.inventory, number, count),
            number=number,
            count=count,
        )
        for number in range(1, count + 1)
    ]


def extra_variables(variables: Mapping[str, Any], handed: Mapping[str, Any]) -> str:
    """The content of env/extravars: a template's own variables, and artifacts of jobs before.

    As AWX does it (awx/main/utils/safe_yaml.py), texts of the artifacts are marked as what is no
    template.
    """
    own = {name: value for name, value in variables.items() if name not in handed}
    parts = [yaml.safe_dump(own)] if own else []
    return "".join([*parts, *([yaml.dump(dict(handed), Dumper=_Marking)] if handed else [])])


class _Marking(yaml.SafeDumper):
    """Gives texts, those of keys too, the tag ``!unsafe`` of Ansible."""

    def represent_data(self, data: Any) -> Any:
        if isinstance(data, str):
            return self.represent_scalar("!unsafe", data)
        return super().represent_data(data)

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def write(
    folder: Path,
    plan: JobPlan,
    *,
    ident: str,
    project: Path,
    cache: Path,
    environment: Mapping[str, str],
) -> int:
    """Write the folder anew; return for how many hosts there were facts to send along."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(project, folder / "project")
    cmdline = ["--forks", str(plan.forks), "--tags", plan.tags]
    for name, text in (
        ("inventory/hosts.json", json.dumps(plan.inventory)),
        ("env/envvars", json.dumps(dict(environment))),
        ("env/extravars", extra_variables(plan.variables, plan.handed)),
        ("env/cmdline", shlex.join(cmdline)),
        # The events still come over the wire; printing them as well would count twice.
        ("env/settings", json.dumps({"suppress_ansible_output": True})),
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
        path.chmod(0o600)
    return fact_cache.send(cache, plan.hosts, given_back(folder, ident))


def given_back(folder: Path, ident: str) -> Path:
    """Where a job's facts lie, before and after."""
    return folder / "artifacts" / ident / "fact_cache"
