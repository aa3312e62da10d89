# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The farm as a whole: addresses, inventories, many hosts, the command."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from farm import Farm, Fault, load_scenario_dict
from farm.__main__ import main

from .conftest import FarmOf
from .soap_client import CIMV2, SoapClient

TESTS = Path(__file__).resolve().parents[2]
OS = CIMV2 + "Win32_OperatingSystem"
Inventory = dict[str, Any]


def _hosts(inventory: Inventory) -> dict[str, Any]:
    groups = inventory["all"]["children"]
    assert list(groups) == ["rds_license_servers", "rds_session_hosts"]
    return {name: data for group in groups.values() for name, data in group["hosts"].items()}


def test_every_host_has_its_own_address_and_all_share_the_ports(farm_of: FarmOf) -> None:
    farm = farm_of(a={}, b={}, c={"address": "127.9.8.7"})
    addresses = [host.address for host in farm.hosts.values()]
    assert len(set(addresses)) == 3
    assert addresses[2] == "127.9.8.7"
    assert all(address.startswith("127.") for address in addresses)
    assert len(set(farm.ports.values())) == 1


def test_one_loopback_address_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("farm.farm._can_bind", lambda dummy: False)
    with Farm(load_scenario_dict({"hosts": {"a": {}, "b": {}}})) as farm:
        assert {host.address for host in farm.hosts.values()} == {"127.0.0.1"}
        names = [SoapClient(farm, name).get(OS).value("CSName") for name in farm.hosts]
    assert names == ["A", "B"]


def test_a_stopped_farm_refuses_connections_and_can_start_again() -> None:
    farm = Farm.of_hosts(1)
    before = os.environ.get("NTLM_USER_FILE")
    for dummy in range(2):
        with farm:
            assert SoapClient(farm, "sh01").get(OS).status == 200
            host, port = farm.hosts["sh01"].address, farm.ports["sh01"][0]
            with pytest.raises(RuntimeError):
                farm.start()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((host, port), timeout=2)
    assert os.environ.get("NTLM_USER_FILE") == before
    with pytest.raises(RuntimeError, match="not running"):
        farm.inventory(validate=True)


def test_inventory_for_winrm(farm_of: FarmOf) -> None:
    farm = farm_of(ls={"roles": ["licensing"]}, sh={}, wg={"workgroup": "W"})
    hosts = _hosts(farm.inventory())
    assert hosts["sh"] == {
        "ansible_host": farm.hosts["sh"].address,
        "ansible_port": farm.ports["sh"][0],
        "ansible_user": "CORP\\administrator",
        "ansible_password": "Simulated-Only-1",
        "ansible_connection": "winrm",
        "ansible_winrm_scheme": "http",
        "ansible_winrm_transport": "ntlm",
        "ansible_winrm_server_cert_validation": "ignore",
    }
    assert hosts["wg"]["ansible_user"] == "administrator"
    groups: Inventory = farm.inventory()
    sessions = groups["all"]["children"]["rds_session_hosts"]["hosts"]
    assert sorted(sessions) == ["sh", "wg"]


def test_inventory_for_psrp_over_https(farm: Farm, tmp_path: Path) -> None:
    path = tmp_path / "inventory.yml"
    farm.write_inventory(path, connection="psrp", scheme="https", auth="basic", validate=True)
    variables = _hosts(yaml.safe_load(path.read_text(encoding="utf-8")))["sh1"]
    assert variables["ansible_port"] == farm.ports["sh1"][1]
    assert variables["ansible_user"] == "administrator"
    assert variables["ansible_psrp_protocol"] == "https"
    assert variables["ansible_psrp_auth"] == "basic"
    assert (
        Path(variables["ansible_psrp_ca_cert"]).read_text(encoding="ascii").startswith("-----BEGIN")
    )


@pytest.mark.parametrize(
    "wrong",
    [("ssh", "http", "ntlm"), ("winrm", "ftp", "ntlm"), ("winrm", "http", "kerberos")],
)
def test_unknown_ways_of_access(farm: Farm, wrong: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match="is not one of"):
        farm.inventory(*wrong)


def test_a_thousand_hosts_start_and_answer() -> None:
    farm = Farm.of_hosts(1000)
    before = time.monotonic()
    with farm:
        assert time.monotonic() - before < 10
        clients = [SoapClient(farm, f"sh{n:04}") for n in range(1, 1001, 25)]
        results: list[str | None] = []

        def ask(client: SoapClient) -> None:
            results.append(client.get(OS).value("CSName"))

        threads = [threading.Thread(target=ask, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for client in clients:
            client.close()
    assert sorted(map(str, results)) == [f"SH{n:04}" for n in range(1, 1001, 25)]


def test_hosts_are_independent(farm_of: FarmOf) -> None:
    farm = farm_of(a={}, b={})
    farm.hosts["a"].faults.add(Fault("http_500"))
    assert SoapClient(farm, "a").get(OS).status == 500
    assert SoapClient(farm, "b").get(OS).status == 200
    assert [len(host.requests) for host in farm.hosts.values()] == [1, 1]


def test_the_command_refuses_a_bad_scenario(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.yml"
    path.write_text("hosts:\n  a: {relese: 1}\n", encoding="utf-8")
    assert main(["--scenario", str(path)]) == 2
    assert f"{path}:2: hosts.a.relese: unknown key" in capsys.readouterr().err
    assert main(["--hosts", "0"]) == 2


def test_the_command_prints_an_inventory_and_ends_by_itself() -> None:
    done = _command("--hosts", "2", "--duration", "0.1", "--scheme", "https", "--auth", "basic")
    text, errors = done.communicate(timeout=20)
    assert (done.returncode, errors) == (0, "")
    hosts = _hosts(yaml.safe_load(text))
    assert sorted(hosts) == ["ls1", "sh01", "sh02"]
    assert hosts["sh01"]["ansible_winrm_transport"] == "basic"


def _command(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "farm", *words],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_until_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    inventory, log, state = tmp_path / "i.yml", tmp_path / "log.jsonl", tmp_path / "state.json"
    process = _command(
        "--scenario",
        str(TESTS / "farm" / "scenarios" / "demo.yml"),
        "--inventory",
        str(inventory),
        "--log",
        str(log),
        "--state",
        str(state),
    )
    deadline = time.monotonic() + 20
    while not inventory.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    variables = _hosts(yaml.safe_load(inventory.read_text(encoding="utf-8")))["sh5"]
    with socket.create_connection((variables["ansible_host"], variables["ansible_port"])) as sock:
        sock.sendall(b"POST /wsman HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
        assert sock.recv(100).startswith(b"HTTP/1.1 401")
    process.send_signal(number)
    assert process.wait(timeout=20) == 0
    (line,) = log.read_text(encoding="utf-8").splitlines()
    request = json.loads(line)
    assert (request["host"], request["operation"], request["status"]) == ("sh5", "auth", 401)
    assert json.loads(state.read_text(encoding="utf-8"))["sh5"]["policy_mode"] == 2
