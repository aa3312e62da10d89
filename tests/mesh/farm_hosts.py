# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The farm of the mesh, and what it was asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from bench.farm_process import FarmProcess

from .nodes import cpu_of

SERVERS_PER_HUNDRED = 2
MODE = "per_user"
TELLING = "cals_of_other_type"
FEWEST_SERVERS = 4
_PER_DEVICE = [{"type": "per_device", "total": 100, "version": "2022"}]
_PACKS = [{"type": "per_user", "total": 500, "version": "2022"}, *_PER_DEVICE]
_UNSET_EVERY = 50
"""Every so many session hosts one has no mode: a report in which nothing is wrong shows little."""


@dataclass(frozen=True)
class Asked:
    """One request as a host of the farm saw it; ``at`` in seconds since the epoch."""

    host: str
    at: float
    login: bool


def scenario(hosts: int) -> dict[str, Any]:
    """So many hosts: two of a hundred are license servers, the others session hosts of two each.

    The last two license servers hold no CALs for users. Session hosts of these two are told so
    (TELLING) only by who knows the facts of both.
    """
    servers = max(FEWEST_SERVERS, hosts * SERVERS_PER_HUNDRED // 100)
    width = len(str(hosts))
    names = [f"ls{number:0{width}}" for number in range(1, servers + 1)]
    found: dict[str, Any] = {
        name: {
            "roles": ["licensing"],
            "license_server": {
                "activated": True,
                "issued": 20,
                "packs": _PER_DEVICE if name in names[-2:] else _PACKS,
            },
        }
        for name in names
    }
    for number in range(1, hosts - servers + 1):
        own = [names[(number + each) % servers] for each in range(2)]
        listed = ",".join(f"{each}.corp.example" for each in own)
        mode = {} if number % _UNSET_EVERY == 0 else {"mode": 4}
        found[f"sh{number:0{width}}"] = {"policy": {**mode, "servers": listed}}
    return {"domain": {"dns": "corp.example", "netbios": "CORP"}, "hosts": found}


class MeshFarm(FarmProcess):
    """The farm in a process of its own, with its request log by time."""

    def __init__(self, hosts: int, folder: Path) -> None:
        path = folder / "scenario.yml"
        path.write_text(yaml.safe_dump(scenario(hosts)), encoding="utf-8")
        super().__init__(["--scenario", str(path)], folder, "mesh")

    def hosts(self) -> dict[str, Any]:
        """The inventory."""
        found: dict[str, Any] = yaml.safe_load(self.inventory.read_text(encoding="utf-8"))
        return found

    def cpu(self) -> float:
        """Seconds of CPU that it took so far."""
        if self._process is None:
            raise RuntimeError("the farm is not running")
        return cpu_of(self._process.pid)

    def log(self) -> RequestLog:
        """Its request log."""
        return RequestLog(self._log)


class RequestLog:
    """Reads what hosts were asked, from where it stopped before."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0

    def skip(self) -> None:
        """Begin with what comes from now on."""
        self._read = self._path.stat().st_size

    def more(self) -> list[Asked]:
        """What came since; half a line is left for the next time."""
        with self._path.open("rb") as log:
            log.seek(self._read)
            whole, end, dummy = log.read().rpartition(b"\n")
        self._read += len(whole) + len(end)
        return [_asked(json.loads(line)) for line in whole.splitlines()]


def _asked(line: dict[str, Any]) -> Asked:
    at = datetime.fromisoformat(line["at"]).timestamp()
    return Asked(line["host"], at, line["operation"] == "auth")
