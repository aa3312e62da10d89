# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs playbooks of one task and measures them."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .farm_process import FarmProcess, Traffic

TREE = Path(__file__).resolve().parents[5]
TASKS: dict[str, dict[str, Any]] = {
    "rds_licensing_mode": {
        "remote_desktop.licensing.rds_licensing_mode": {"mode": "per_user", "rsop": "never"}
    },
    "rds_license_server": {
        "remote_desktop.licensing.rds_license_server": {
            "servers": ["ls1.corp.example"],
            "rsop": "never",
        }
    },
}
FARM_REPORTS: dict[str, dict[str, Any]] = {
    "diagnosed and reported": {},
    "... without the Admin channel": {"events": "system"},
}
"""What the diagnosis of a whole farm is measured with: events are one PowerShell step a host."""
_NO_OP = {"ansible.builtin.assert": {"that": True}}


@dataclass(frozen=True)
class Cost:
    """Seconds."""

    cpu: float
    wall: float


class Lab:
    """Runs single tasks over the hosts of a farm."""

    def __init__(self, farm: FarmProcess, folder: Path, forks: int) -> None:
        self._farm = farm
        self._folder = folder
        self._forks = forks

    def traffic(self, task: str, arguments: list[str]) -> Traffic:
        """What a run of the task sends and gets."""
        self._farm.traffic()
        self._playbook(TASKS[task], arguments)
        return self._farm.traffic()

    def cost(self, task: str) -> Cost:
        """The time of a run of the task."""
        return self._playbook(TASKS.get(task, _NO_OP), [])

    def farm_report(self, which: str) -> Cost:
        """The time of a diagnosis of every host with one report over all of them."""
        report = {
            "path": str(self._folder / "farm-report"),
            "formats": ["html", "json", "hosts_csv", "findings_csv", "junit"],
            "audit": False,
        }
        diagnose = {"remote_desktop.licensing.rds_licensing_diagnosis": FARM_REPORTS[which]}
        reporting = {"remote_desktop.licensing.rds_audit_report": report}
        return self._plays(
            [
                {"hosts": "rds_session_hosts", "gather_facts": False, "tasks": [diagnose]},
                {
                    "hosts": "localhost",
                    "connection": "local",
                    "gather_facts": False,
                    "tasks": [reporting],
                },
            ],
            [],
        )

    def floor(self) -> Cost:
        """The time of a bare pypsrp script that reads the same state from the same hosts."""
        script = Path(__file__).with_name("floor.py")
        return _measured([sys.executable, str(script), str(self._farm.inventory)], dict(os.environ))

    def _playbook(self, task: dict[str, Any], arguments: list[str]) -> Cost:
        play = {"hosts": "rds_session_hosts", "gather_facts": False, "tasks": [task]}
        return self._plays([play], arguments)

    def _plays(self, plays: list[dict[str, Any]], arguments: list[str]) -> Cost:
        path = self._folder / "play.yml"
        path.write_text(yaml.safe_dump(plays), encoding="utf-8")
        config = self._folder / "ansible.cfg"
        config.write_text("[defaults]\n", encoding="utf-8")
        clean = {name: each for name, each in os.environ.items() if not name.startswith("ANSIBLE_")}
        return _measured(
            [
                *(str(Path(sys.executable).with_name("ansible-playbook")), str(path)),
                *("-i", str(self._farm.inventory), "--forks", str(self._forks), *arguments),
            ],
            {**clean, "ANSIBLE_CONFIG": str(config), "ANSIBLE_COLLECTIONS_PATH": str(TREE)},
        )


def _measured(command: list[str], environment: dict[str, str]) -> Cost:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout[-3000:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, wall)
