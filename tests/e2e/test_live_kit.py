# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The live kit against the farm: what a person with a lab runs, and what comes out of it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.session import (
    CimSession,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.migration import (
    host_reading,
)
from farm import Farm, load_scenario_dict
from farm.farm import Farm as RunningFarm
from live.recording import Record, read_record
from live.replay import NotRecorded, ReplayCarrier

from .runner import TREE, ansible_bin

RUN = Path(__file__).parents[1] / "live" / "run.py"
HOSTS: dict[str, Any] = {
    "session07": {"policy": {"mode": 4, "servers": "license03.corp.example"}},
    "session08": {"policy": {"mode": 2}},
    "license03": {
        "roles": ["licensing"],
        "activated": True,
        "license_server": {"packs": [{"type": "per_user", "total": 50, "issued": 7}]},
    },
}


@dataclass
class Kit:
    """A run of the kit."""

    farm: RunningFarm
    status: int
    output: str
    records: dict[str, list[Record]]
    files: str
    """The text of all records."""
    writes: dict[str, list[str]]

    def record(self, module: str) -> Record:
        return self.records[module][0]


def run(farm: RunningFarm, folder: Path, *words: str) -> Kit:
    """Run the kit on the hosts of a farm; one of the session hosts may be changed."""
    inventory: Any = farm.inventory()
    groups = inventory["all"]["children"]
    groups["rds_live_change"] = {"hosts": {"session07": {}, "license03": {}}}
    folder.mkdir()
    (folder / "lab.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    for host in farm.hosts.values():
        host.clear_log()
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    records = folder / "records"
    done = subprocess.run(
        [
            sys.executable,
            str(RUN),
            "-i",
            str(folder / "lab.yml"),
            "--records",
            str(records),
            *words,
        ],
        env={
            **kept,
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "RDS_LIVE_COLLECTIONS": str(TREE),
            "RDS_ANSIBLE_BIN": str(ansible_bin()),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_LOCALHOST_WARNING": "0",
        },
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert "Traceback" not in done.stdout, done.stdout
    found: dict[str, list[Record]] = {}
    files = ""
    for path in sorted(records.glob("*/*.json")):
        record = read_record(path)
        found.setdefault(record.module, []).append(record)
        files += str(path.relative_to(records)) + path.read_text(encoding="utf-8")
    writes = {
        name: [each.method or each.operation for each in host.requests if each.writes]
        for name, host in farm.hosts.items()
    }
    return Kit(farm, done.returncode, done.stdout, found, files, writes)


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    with Farm(load_scenario_dict({"hosts": HOSTS})) as farm:
        return run(farm, tmp_path_factory.mktemp("live") / "reading")


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    with Farm(load_scenario_dict({"hosts": HOSTS})) as farm:
        before = farm.state()
        kit = run(farm, tmp_path_factory.mktemp("live") / "changing", "--change", "--keep-names")
        after = farm.state()
    for host in HOSTS:
        for key in ("effective_mode", "effective_servers", "mode_source", "servers_source"):
            assert after[host][key] == before[host][key], (host, key)
    return kit


def test_the_reading_tier_asks_every_host_and_changes_nothing(reading: Kit) -> None:
    assert reading.status == 0, reading.output
    numbers = {module: len(records) for module, records in reading.records.items()}
    assert numbers == {
        "debug_connection": 3,
        "rds_host_info": 3,
        "rds_lserver_info": 1,
        "rds_cal_pack_facts": 1,
        "rds_licensing_diagnosis": 3,
    }
    # Starting a PowerShell step counts as writing; nothing else was sent that could.
    assert {each for found in reading.writes.values() for each in found} == {"Command"}
    assert all(record.exchanges for found in reading.records.values() for record in found)
    assert reading.record("debug_connection").steps[0].operation == "read_powershell"


def test_records_hold_no_secret_and_no_name(reading: Kit) -> None:
    lower = reading.files.casefold()
    server = reading.farm.hosts["license03"].license_server
    assert server is not None
    state: Any = server.state()
    hidden = ["session07", "license03", "corp.example", "passw0rd", "127."]
    hidden += [reading.farm.hosts["session07"].address]
    hidden += [str(state[name]) for name in ("license_server_id", "product_id") if state.get(name)]
    assert [each for each in hidden if each.casefold() in lower] == []
    assert "Win32_TerminalServiceSetting" in reading.files


def test_a_record_answers_in_place_of_the_host(reading: Kit) -> None:
    for record in reading.records["rds_host_info"]:
        carrier = ReplayCarrier(record)
        found = host_reading.read_host(CimSession(carrier, read_only=True))
        assert found == record.result["host"]
        assert carrier.unused == []
        with pytest.raises(NotRecorded, match=r"no \(further\) answer"):
            host_reading.read_host(CimSession(ReplayCarrier(Record("none", "none"))))


def test_the_changing_tier_changes_its_own_hosts_and_sets_them_back(changing: Kit) -> None:
    assert changing.status == 0, changing.output
    assert set(changing.writes["session08"]) == {"Command"}, "it is not in the group"
    assert "SetDWORDValue" in changing.writes["session07"]
    assert "SetStringValue" in changing.writes["session07"]
    assert len(changing.records["rds_lserver_backup"]) == 1
    (bundles,) = changing.records["rds_lserver_backup_info"]
    assert bundles.host == "license03", "names were to be kept"
    assert changing.records["rds_lserver_backup"][0].steps


def test_no_host_is_changed_without_its_group(tmp_path: Path) -> None:
    (tmp_path / "lab.yml").write_text("rds_session_hosts: {hosts: {}}\n", encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, str(RUN), "-i", str(tmp_path / "lab.yml"), "--change"),
            *("--records", str(tmp_path / "records")),
        ],
        env={**os.environ, "RDS_ANSIBLE_BIN": str(ansible_bin()), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "needs a group rds_live_change" in done.stdout
