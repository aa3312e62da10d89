# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The live kit against the farm: what a person with a lab runs, and what comes out of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from farm import Farm, load_scenario_dict
from farm.farm import Farm as RunningFarm
from live.bytes_kept import texts_in_heads
from live.on_farm import HOSTS, LIVE, environment, run_kit
from live.recording import Record, read_record
from live.replay import comparable, replay

from .runner import ansible_bin

POLICY_KEY = r"HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services"


@dataclass
class Kit:
    """A run of the kit."""

    farm: RunningFarm
    status: int
    output: str
    records: dict[str, list[Record]]
    files: str
    """The text of all records, what they keep of databases included."""
    writes: dict[str, list[str]]

    def record(self, module: str) -> Record:
        return self.records[module][0]

    @property
    def all(self) -> list[Record]:
        return [record for found in self.records.values() for record in found]


def run(farm: RunningFarm, folder: Path, *words: str, **options: Any) -> Kit:
    """Run the kit on the hosts of a farm; see ``run_kit``."""
    for host in farm.hosts.values():
        host.clear_log()
    status, output = run_kit(farm, folder, *words, **options)
    assert "Traceback" not in output, output
    found: dict[str, list[Record]] = {}
    files = ""
    records = folder / "records"
    for path in sorted(records.glob("*/*.json")):
        record = read_record(path)
        found.setdefault(record.module, []).append(record)
        files += str(path.relative_to(records)) + path.read_text(encoding="utf-8")
        files += "".join(head for step in record.steps for head in texts_in_heads(step.output))
    writes = {
        name: [each.method or each.operation for each in host.requests if each.writes]
        for name, host in farm.hosts.items()
    }
    return Kit(farm, status, output, found, files, writes)


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


def hidden_in(kit: Kit) -> list[str]:
    """What must not stand in a record of this farm."""
    server = kit.farm.hosts["license03"].license_server
    assert server is not None
    state: Any = server.state()
    hidden = ["session07", "license03", "corp.example", "passw0rd", "127."]
    hidden += [host.address for host in kit.farm.hosts.values()]
    hidden += [str(state[name]) for name in ("license_server_id", "product_id") if state.get(name)]
    assert len(hidden) > 8
    return hidden


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
    assert all(record.exchanges for record in reading.all)
    assert reading.record("debug_connection").steps[0].operation == "read_powershell"


def test_records_hold_no_secret_and_no_name(reading: Kit) -> None:
    lower = reading.files.casefold()
    assert [each for each in hidden_in(reading) if each.casefold() in lower] == []
    assert "Win32_TerminalServiceSetting" in reading.files


def test_records_answer_in_place_of_their_hosts(reading: Kit) -> None:
    for record in reading.all:
        assert comparable(replay(record)) == comparable(record.result), record.module


def test_the_changing_tier_changes_its_own_hosts_and_sets_them_back(changing: Kit) -> None:
    assert changing.status == 0, changing.output
    assert set(changing.writes["session08"]) == {"Command"}, "it is not in the group"
    assert "SetDWORDValue" in changing.writes["session07"]
    assert "SetStringValue" in changing.writes["session07"]
    assert len(changing.records["rds_lserver_backup"]) == 1
    (bundles,) = changing.records["rds_lserver_backup_info"]
    assert bundles.host == "license03", "names were to be kept"
    assert changing.records["rds_lserver_backup"][0].steps


def test_records_of_changes_replay_too(changing: Kit) -> None:
    changed = [record for record in changing.all if record.result["changed"]]
    assert {record.module for record in changed} == {
        "rds_licensing_mode",
        "rds_license_server",
        "rds_lserver_backup",
    }
    for record in changing.all:
        assert comparable(replay(record)) == comparable(record.result), record.module


def test_a_backup_that_stops_the_service_over_psrp_is_recorded_without_names_and_replays(
    tmp_path: Path,
) -> None:
    license03 = {
        **HOSTS["license03"],
        "issued_licenses": 25,
        "snapshot": "no_esevss",
        "shadow_copies": {"create_code": 9},
    }
    hosts = {"license03": license03, "session07": HOSTS["session07"]}
    with Farm(load_scenario_dict({"hosts": hosts})) as farm:
        kit = run(farm, tmp_path / "kit", "--change", connection="psrp", away=True)
        hidden = hidden_in(kit)
    backup = kit.record("rds_lserver_backup")
    assert backup.result["bundle"]["method"] == "stop_service"
    assert {"claim", "arm_dead_man", "write_bundle"} <= {each.operation for each in backup.steps}
    assert [each for each in hidden if each.casefold() in kit.files.casefold()] == []
    assert any(record.result.get("unreachable") for record in kit.all)
    for record in kit.all:
        assert comparable(replay(record)) == comparable(record.result), record.module


POLICIES: dict[str, Mapping[str, Any]] = {
    "empty": {"LicenseServers": {"type": "REG_SZ", "data": ""}},
    "blanks": {"LicenseServers": {"type": "REG_SZ", "data": "license03, license04"}},
    "wrongtype": {"LicenseServers": {"type": "REG_DWORD", "data": 1}},
    "nomode": {"LicensingMode": {"type": "REG_DWORD", "data": 0}},
    "textmode": {"LicensingMode": {"type": "REG_SZ", "data": "4"}},
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    """The changing tier on hosts with policy values that cannot be set back, and on some more."""
    hosts: dict[str, Any] = {
        name: {"registry": {POLICY_KEY: values}} for name, values in POLICIES.items()
    }
    hosts["bare"] = {}
    hosts["alone"] = {"workgroup": "BUREAU", "policy": {"mode": 4, "servers": "a,b"}}
    names = tuple(hosts)
    with Farm(load_scenario_dict({"hosts": hosts})) as farm:
        before = farm.state()
        folder = tmp_path_factory.mktemp("live") / "odd"
        words = ("--change", "--keep-names", "-e", "live_shell=false")
        kit = run(farm, folder, *words, change=names)
        after = farm.state()
    for name in hosts:
        for key in ("policy_mode", "policy_servers", "effective_mode"):
            assert after[name][key] == before[name][key], (name, key)
    return kit


def policy_of(kit: Kit, host: str) -> dict[str, Any]:
    """The policy values of a host, as they stand in its registry."""
    return {name: data for name, dummy, data in kit.farm.hosts[host].registry.values(POLICY_KEY)}


@pytest.mark.parametrize("name", POLICIES)
def test_what_could_not_be_set_back_is_refused_before_anything_is_changed(
    odd: Kit, name: str
) -> None:
    assert odd.status != 0
    assert set(odd.writes[name]) <= {"Command"}
    assert policy_of(odd, name) == {each: data["data"] for each, data in POLICIES[name].items()}
    assert "Nothing was changed." in odd.output


@pytest.mark.parametrize("name", ["bare", "alone"])
def test_values_are_set_back_as_they_were_and_none_stays_none(odd: Kit, name: str) -> None:
    assert "SetDWORDValue" in odd.writes[name]
    assert "SetStringValue" in odd.writes[name]
    assert policy_of(odd, name) == (
        {} if name == "bare" else {"LicensingMode": 4, "LicenseServers": "a,b"}
    )


def test_no_host_is_changed_without_its_group(tmp_path: Path) -> None:
    (tmp_path / "lab.yml").write_text("rds_session_hosts: {hosts: {}}\n", encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, str(LIVE / "run.py"), "-i", str(tmp_path / "lab.yml"), "--change"),
            *("--records", str(tmp_path / "records")),
        ],
        env={
            **environment(),
            "RDS_ANSIBLE_BIN": str(ansible_bin()),
            "HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "needs a group rds_live_change" in done.stdout
