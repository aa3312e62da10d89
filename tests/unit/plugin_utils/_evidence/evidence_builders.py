# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small farm with diagnoses, and a host of packs that is this machine."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.evidence import (
    Given,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.place import (
    EvidenceError,
)
from unit.reporting.inventories import facts, pack

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def diagnosis(
    mode: str = "per_user", version: str = "2022", *servers: str, **values: Any
) -> dict[str, Any]:
    """The facts rds_diagnosis of a session host."""
    return {
        "verdict": "licensed",
        "why": "It is licensed.",
        "stops_on": None,
        "roles": ["session_host"],
        "findings": [],
        "unknown": [],
        "checks": {},
        "session_host": {
            "mode": mode,
            "mode_source": "policy",
            "servers": list(servers or ("ls1.example.com",)),
            "servers_source": "policy",
            "grace_days": 0,
            "version": version,
            "build": "20348",
            "domain": "example.com",
        },
        "license_server": None,
        "policy": {"LicensingMode": {"value": 4, "gpo": None}},
        "collected_at": "2026-11-21T09:10:00Z",
        **values,
    }


def given(**values: Any) -> Given:
    """What a pack is made from: one license server, two session hosts."""
    return Given(
        **{
            "facts": {"ls1.example.com": facts(pack(3, total=100, issued=60), name="LS1")},
            "diagnoses": {
                "sh1.example.com": diagnosis(),
                "sh2.example.com": diagnosis("per_device"),
            },
            "license_servers": ["ls1.example.com"],
            "session_hosts": ["sh1.example.com", "sh2.example.com"],
            "now": NOW,
            **values,
        }
    )


class LocalPlace:
    """A host of packs that is this machine: Ansible's modules in small."""

    def __init__(self, *, on_controller: bool = True) -> None:
        self._on_controller = on_controller
        self.sent: list[str] = []
        self.fetched: list[str] = []
        self.fails: dict[str, str] = {}

    @property
    def on_controller(self) -> bool:
        return self._on_controller

    def module(self, name: str, arguments: dict[str, Any]) -> Mapping[str, Any]:
        if name in self.fails:
            return {"failed": True, "msg": self.fails[name]}
        if name == "stat":
            path = Path(arguments["path"])
            return {"stat": {"exists": path.exists(), "isdir": path.is_dir()}}
        if name == "find":
            (folder,), (pattern,) = arguments["paths"], arguments["patterns"]
            return {"files": [{"path": str(each)} for each in Path(folder).glob(pattern)]}
        assert name == "file"
        Path(arguments["path"]).mkdir(mode=int(arguments["mode"], 8), parents=True)
        return {"changed": True}

    def fetch(self, path: str, folder: Path) -> Path:
        self.fetched.append(path)
        if not Path(path).is_file():
            raise EvidenceError(f"reading {path} failed: it is not there")
        if self._on_controller:
            return Path(path)
        shutil.copy(path, folder)
        return folder / Path(path).name

    def send(self, source: Path, path: str, mode: str) -> Mapping[str, Any]:
        if "send" in self.fails:
            return {"failed": True, "msg": self.fails["send"]}
        self.sent.append(path)
        shutil.copyfile(source, path)
        Path(path).chmod(int(mode, 8))
        return {"changed": True}
