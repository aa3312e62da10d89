# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the real ansible-playbook against a farm, and reads what came of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from farm import Farm

TREE = Path(__file__).resolve().parents[5]
"""The folder above ``ansible_collections``."""
CALLBACKS = Path(__file__).with_name("callback_plugins")


def ansible_bin() -> Path:
    """The folder of the ansible-core that is tested; the matrix of ``make test`` names it."""
    return Path(os.environ.get("RDS_ANSIBLE_BIN") or Path(sys.executable).parent)


@dataclass(frozen=True)
class Event:
    """One result of one task on one host."""

    status: str
    host: str
    task: str
    result: dict[str, Any]


@dataclass(frozen=True)
class Run:
    """What one ansible-playbook did."""

    returncode: int
    output: str
    events: list[Event] = field(default_factory=list)

    def of(self, task: str, host: str | None = None) -> list[dict[str, Any]]:
        """The results of a task, by a part of its name; loop items not counted."""
        return [
            each.result
            for each in self.events
            if task in each.task
            and host in (None, each.host)
            and not each.status.startswith("item_")
        ]

    def one(self, task: str, host: str | None = None) -> dict[str, Any]:
        """The one result of a task."""
        found = self.of(task, host)
        assert len(found) == 1, f"{len(found)} results of {task!r}\n{self.output}"
        return found[0]

    def items(self, task: str) -> list[dict[str, Any]]:
        """The results of the items of a loop."""
        return [
            each.result
            for each in self.events
            if task in each.task and each.status.startswith("item_")
        ]

    def statuses(self, task: str) -> dict[str, str]:
        """The status of a task on each host."""
        return {
            each.host: each.status
            for each in self.events
            if task in each.task and not each.status.startswith("item_")
        }

    @property
    def recap(self) -> dict[str, dict[str, int]]:
        """The numbers of the PLAY RECAP, by host."""
        found: dict[str, dict[str, int]] = {}
        for line in self.output.partition("PLAY RECAP")[2].splitlines():
            if match := re.match(r"(\S+)\s+: (ok=.*)", line):
                pairs = (pair.split("=") for pair in match[2].split())
                found[match[1]] = {name: int(number) for name, number in pairs}
        return found


@dataclass
class Controller:
    """A control node with an inventory of the farm's hosts."""

    folder: Path
    farm: Farm
    connection: str = "winrm"
    scheme: str = "http"
    auth: str = "ntlm"
    environment: dict[str, str] = field(default_factory=dict)

    def play(self, *tasks: dict[str, Any], hosts: str = "rds_session_hosts", **keywords: Any) -> Run:
        """Run a play of these tasks."""
        play = {"hosts": hosts, "gather_facts": False, "tasks": list(tasks), **keywords}
        path = self.folder / "play.yml"
        path.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
        return self.run(str(path))

    def run(self, playbook: str, *arguments: str, **variables: Any) -> Run:
        """Run a playbook: a path, or the full name of one of the collection."""
        inventory, transcript = self.folder / "inventory.yml", self.folder / "transcript.jsonl"
        self.farm.write_inventory(
            inventory, connection=self.connection, scheme=self.scheme, auth=self.auth
        )
        transcript.write_text("", encoding="utf-8")
        extra = ["--extra-vars", json.dumps(variables)] if variables else []
        done = subprocess.run(
            [str(ansible_bin() / "ansible-playbook"), "-i", str(inventory), playbook]
            + [*arguments, *extra],
            env=self._environment(transcript),
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        lines = transcript.read_text(encoding="utf-8").splitlines()
        events = [Event(**json.loads(line)) for line in lines]
        return Run(done.returncode, done.stdout, events)

    def _environment(self, transcript: Path) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return {
            **kept,
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(TREE),
            "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
            "ANSIBLE_CALLBACKS_ENABLED": "transcript",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_RETRY_FILES_ENABLED": "0",
            "ANSIBLE_LOCALHOST_WARNING": "0",
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "RDS_TRANSCRIPT": str(transcript),
            **self.environment,
        }
