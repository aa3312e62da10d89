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
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from farm import Farm
from farm.log import Request

TREE = Path(__file__).resolve().parents[5]
"""The folder above ``ansible_collections``."""
CALLBACKS = Path(__file__).with_name("callback_plugins")

Json = dict[str, Any]


def ansible_bin() -> Path:
    """The folder of the ansible-core that is tested; the matrix of ``make test`` names it."""
    return Path(os.environ.get("RDS_ANSIBLE_BIN") or Path(sys.executable).parent)


@dataclass(frozen=True)
class Event:
    """One result of one task on one host."""

    status: str
    host: str
    task: str
    result: Json

    @property
    def of_item(self) -> bool:
        """Whether it is the result of one item of a loop."""
        return self.status.startswith("item_")


@dataclass(frozen=True)
class Run:
    """What one ansible-playbook did, and what the hosts of the farm saw of it."""

    returncode: int
    output: str
    events: list[Event] = field(default_factory=list)
    requests: dict[str, list[Request]] = field(default_factory=dict)

    def of(self, task: str, host: str | None = None) -> list[Json]:
        """The results of a task, by a part of its name; loop items not counted."""
        return [
            each.result
            for each in self.events
            if task in each.task and host in (None, each.host) and not each.of_item
        ]

    def one(self, task: str, host: str | None = None) -> Json:
        """The one result of a task."""
        found = self.of(task, host)
        assert len(found) == 1, f"{len(found)} results of {task!r} on {host}\n{self.output}"
        return found[0]

    def items(self, task: str) -> list[Json]:
        """The results of the items of a loop."""
        return [each.result for each in self.events if task in each.task and each.of_item]

    def statuses(self, task: str) -> dict[str, str]:
        """The status of a task on each host."""
        return {
            each.host: each.status for each in self.events if task in each.task and not each.of_item
        }

    def soap(self, host: str) -> list[Request]:
        """The requests that a host saw, without the legs of the authentication."""
        return [each for each in self.requests[host] if each.operation != "auth"]

    def calls(self, host: str) -> list[str]:
        """The methods that were called on a host, in their order."""
        return [each.method for each in self.requests[host] if each.operation == "Invoke"]

    def writes(self, host: str) -> list[str]:
        """The writing requests that a host saw: methods, or operations that have none."""
        return [each.method or each.operation for each in self.requests[host] if each.writes]

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
    """A control node with an inventory of the farm's hosts.

    ``host_variables`` are added to the inventory's, by host; ``environment`` to the variables of
    the process. The hosts of ``over_psrp`` are reached over that, whatever ``connection`` is.
    """

    folder: Path
    farm: Farm
    connection: str = "winrm"
    scheme: str = "http"
    auth: str = "ntlm"
    environment: dict[str, str] = field(default_factory=dict)
    host_variables: dict[str, Json] = field(default_factory=dict)
    over_psrp: frozenset[str] = frozenset()

    def play(
        self,
        *tasks: Json,
        hosts: str = "rds_session_hosts",
        arguments: Sequence[str] = (),
        **keywords: Any,
    ) -> Run:
        """Run a play of these tasks."""
        return self.plays(
            {"hosts": hosts, "gather_facts": False, "tasks": list(tasks), **keywords},
            arguments=arguments,
        )

    def plays(self, *plays: Json, arguments: Sequence[str] = ()) -> Run:
        """Run a playbook of these plays."""
        path = self.folder / "play.yml"
        path.write_text(yaml.safe_dump(list(plays), sort_keys=False), encoding="utf-8")
        return self.run(str(path), *arguments)

    def run(self, playbook: str, *arguments: str, **variables: Any) -> Run:
        """Run a playbook: a path, or the full name of one of the collection.

        No run may end in a traceback, whatever a host does, and none may hit a mistake of the
        farm itself.
        """
        inventory, transcript = self.folder / "inventory.yml", self.folder / "transcript.jsonl"
        inventory.write_text(yaml.safe_dump(self._inventory()), encoding="utf-8")
        transcript.write_text("", encoding="utf-8")
        extra = ["--extra-vars", json.dumps(variables)] if variables else []
        for host in self.farm.hosts.values():
            host.clear_log()
        command = str(ansible_bin() / "ansible-playbook")
        done = subprocess.run(
            [command, "-i", str(inventory), playbook, *arguments, *extra],
            env=self._environment(transcript),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        lines = transcript.read_text(encoding="utf-8").splitlines()
        events = [Event(**json.loads(line)) for line in lines]
        requests = {name: host.requests for name, host in self.farm.hosts.items()}
        assert "Traceback (most recent call last)" not in done.stdout, done.stdout
        defects = [text for host in self.farm.hosts.values() for text in host.defects.seen]
        assert not defects, defects[0]
        return Run(done.returncode, done.stdout, events, requests)

    def _inventory(self) -> Json:
        found: Json = self.farm.inventory(self.connection, self.scheme, self.auth)
        others: Json = self.farm.inventory("psrp", self.scheme, self.auth)
        for kind, group in found["all"]["children"].items():
            for name, variables in group["hosts"].items():
                if name in self.over_psrp:
                    variables.clear()
                    variables.update(others["all"]["children"][kind]["hosts"][name])
                variables.update(self.host_variables.get(name, {}))
        return found

    def _environment(self, transcript: Path) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return {
            **kept,
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(TREE),
            "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
            "ANSIBLE_CALLBACKS_ENABLED": "transcript",
            "ANSIBLE_FORKS": "10",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_RETRY_FILES_ENABLED": "0",
            "ANSIBLE_LOCALHOST_WARNING": "0",
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "RDS_TRANSCRIPT": str(transcript),
            **self.environment,
        }
