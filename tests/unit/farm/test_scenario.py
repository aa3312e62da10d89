# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scenario files: what they build, and errors that name key and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from farm import Farm, RegType, ScenarioError, load_scenario, load_scenario_dict

FARM = Path(__file__).resolve().parents[2] / "farm"
POLICY = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"


def test_the_demo_is_what_it_says() -> None:
    farm = Farm(load_scenario(FARM / "scenarios" / "demo.yml"))
    states = farm.state()
    assert list(states) == ["ls1", "ls2", "sh1", "sh2", "sh3", "sh4", "sh5", "sh6"]
    assert [name for name, s in states.items() if s["licensing_role"]] == ["ls1", "ls2"]
    sh = {name: s for name, s in states.items() if s["session_host"]}
    assert [s["effective_mode"] for s in sh.values()] == [5, 2, 4, 4, 2, 2]
    assert sh["sh3"]["stray_values"]
    assert len(farm.hosts["sh3"].registry.subkeys(POLICY + "\\LicenseServers")) == 2
    assert sh["sh3"]["effective_servers"] == []
    assert sh["sh4"]["effective_servers"] == ["ls2.corp.example", "ls1.corp.example"]
    assert sh["sh5"]["gpo"] == "RDS Session Hosts (old)"
    assert sh["sh6"]["member"] == "WORKGROUP"
    assert len({s["release"] for s in sh.values()}) == 5


def _error(tmp_path: Path, text: str) -> str:
    path = tmp_path / "s.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    return str(caught.value).removeprefix(str(path))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hosts:\n  a:\n    relese: 2019\n", ":3: hosts.a.relese: unknown key"),
        ("hosts:\n  a:\n    release: 2000\n", ":3: hosts.a.release: '2000' is not one of 2008r2"),
        ("hosts:\n  a:\n    roles: [x]\n", ":3: hosts.a.roles: 'x' is not one of session_host"),
        ("hosts:\n  a:\n    roles: licensing\n", ":3: hosts.a.roles: a list is expected"),
        ("hosts:\n  a: 3\n", ":2: hosts.a: a mapping is expected"),
        ("hosts:\n  a:\n    local:\n      mode: two\n", ":4: hosts.a.local.mode: a whole number"),
        ("hosts:\n  a:\n    gpo: {name: g}\n", ":3: hosts.a.gpo: values is missing"),
        (
            "hosts:\n  a:\n    gpo:\n      name: g\n      guid: x\n      values: {a: 1}\n",
            ":5: hosts.a.gpo.guid: a GUID in braces",
        ),
        (
            "hosts:\n  a:\n    registry:\n      HKLM\\x:\n        v: {type: dword, data: x}\n",
            ":5: hosts.a.registry.HKLM\\x.v.data: 'x' is no REG_DWORD",
        ),
        ("hosts:\n  a:\n    registry: {C: null}\n", ":3: hosts.a.registry.C: 'C' does not start"),
        ("hosts:\n  a:\n    faults:\n    - kind: x\n", ":4: hosts.a.faults.0: unknown fault 'x'"),
        ("hosts:\n  a:\n    address: 10.0.0.1\n", ":3: hosts.a.address: only loopback"),
        ("hosts:\n  a:\n    clock: yesterday\n", ":3: hosts.a.clock: an ISO 8601 time"),
        (
            "hosts:\n  a:\n    clock: 2026-01-01 00:00:00\n",
            ":3: hosts.a.clock: the time needs a zone",
        ),
        (
            "hosts:\n  a:\n    workgroup: W\n    domain_controller: true\n",
            ":3: hosts.a.workgroup: a workgroup host is no domain controller",
        ),
        ("hosts:\n  a: {}\n  A: {}\n", ":3: hosts.A: two hosts would be A"),
        (
            "hosts:\n  a:\n    release: win11-24h2\n    roles: [session_host]\n",
            ":4: hosts.a.roles: a Windows client has no roles",
        ),
        ("hosts: {}\n", ":1: hosts: no host is declared"),
        ("host: {}\n", ":1: host: unknown key"),
        ("", ": top level: hosts is missing"),
        ("hosts: [\n", ": no YAML:"),
        (
            "accounts:\n- name: a\n  password: 'x:y'\nhosts: {a: {}}\n",
            ":3: accounts.0.password: a colon",
        ),
        ("accounts:\n- name: a\nhosts: {a: {}}\n", ":2: accounts.0.password: a text is expected"),
    ],
)
def test_errors_name_key_and_line(tmp_path: Path, text: str, message: str) -> None:
    assert message in _error(tmp_path, text)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_scenario(tmp_path / "none.yml")


def test_defaults_fill_the_gaps() -> None:
    given: dict[str, Any] = {
        "defaults": {"release": "2016", "local": {"mode": 4}},
        "hosts": {"a": {}, "b": {"release": "2019"}},
    }
    farm = Farm(load_scenario_dict(given))
    got = {n: (s["release"], s["local_mode"]) for n, s in farm.state().items()}
    assert got == {"a": ("2016", 4), "b": ("2019", 4)}


def test_registry_values_of_all_types() -> None:
    key = "HKLM\\SOFTWARE\\T"
    values = {
        "s": {"type": "sz", "data": "x"},
        "d": {"type": "REG_DWORD", "data": 5},
        "m": {"type": "multi_sz", "data": ["a"]},
        "b": {"type": "binary", "data": [1, 255]},
    }
    farm = Farm(
        load_scenario_dict({"hosts": {"a": {"registry": {key: values, key + "\\e": None}}}})
    )
    registry = farm.hosts["a"].registry
    assert registry.values(key) == [
        ("s", RegType.SZ, "x"),
        ("d", RegType.DWORD, 5),
        ("m", RegType.MULTI_SZ, ["a"]),
        ("b", RegType.BINARY, b"\x01\xff"),
    ]
    assert registry.exists(key + "\\e")


def test_every_key_of_a_host_is_explained() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario_dict({"hosts": {"a": {"?": 1}}})
    known = str(caught.value).partition("known: ")[2].split(", ")
    text = (FARM / "README.md").read_text(encoding="utf-8")
    assert [key for key in known if f"`{key}`" not in text] == []
