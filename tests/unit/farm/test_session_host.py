# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Win32_TerminalServiceSetting: precedence, codes, and where the values live."""

from __future__ import annotations

from typing import Any

import pytest
from farm import Farm, Fault, RegType, Rights

from .conftest import FarmOf
from .soap_client import SETTING, SoapClient

POLICY = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"
MODE = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\RCM\\Licensing Core"
LIST = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\TermService\\Parameters\\LicenseServers"
GRACE = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\RCM\\GracePeriod"
INVALID_OPERATION = str(0x80041016)
KEY = {"ServerName": "SH1"}


def _mode(client: SoapClient) -> tuple[str | None, str | None]:
    answer = client.get(SETTING, KEY)
    return answer.value("LicensingType"), answer.value("PolicySourceLicensingType")


def _servers(client: SoapClient) -> list[str | None]:
    return client.setting("GetSpecifiedLicenseServerList").values.get("SpecifiedLSList", [])


@pytest.mark.parametrize(
    ("plan", "mode", "by_policy"),
    [
        ({}, "5", "0"),
        ({"local": {"mode": 2}}, "2", "0"),
        ({"local": {"mode": 6}}, "6", "0"),
        ({"local": {"mode": 77}}, "0", "0"),
        ({"local": {"mode": 2}, "policy": {"mode": 4}}, "4", "1"),
        ({"policy": {"mode": 99}}, "0", "1"),
        ({"local": {"mode": 2}, "deployment": {"central": False, "mode": 4}}, "2", "0"),
        ({"local": {"mode": 2}, "deployment": {"central": True, "mode": 4}}, "4", "0"),
        ({"policy": {"mode": 2}, "deployment": {"central": True, "mode": 4}}, "2", "1"),
        ({"roles": [], "local": {"mode": 4}}, "1", "0"),
        ({"roles": [], "policy": {"mode": 4}}, "1", "1"),
    ],
)
def test_precedence_of_the_mode(
    farm_of: FarmOf, plan: dict[str, Any], mode: str, by_policy: str
) -> None:
    assert _mode(SoapClient(farm_of(sh1=plan), "sh1")) == (mode, by_policy)


def test_a_policy_value_of_the_wrong_type_counts_as_none(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].registry.set(POLICY, "LicensingMode", "SZ", "4")
    assert _mode(client) == ("5", "0")


@pytest.mark.parametrize(
    ("plan", "servers", "by_policy"),
    [
        ({}, [], "0"),
        ({"local": {"servers": ["a", "b"]}}, ["a", "b"], "0"),
        ({"local": {"servers": ["a"]}, "policy": {"servers": "c,d"}}, ["c", "d"], "1"),
        ({"policy": {"servers": " c , ,d,"}}, ["c", "d"], "1"),
        ({"local": {"servers": ["a"]}, "policy": {"servers": " , "}}, ["a"], "0"),
        (
            {"local": {"servers": ["a"]}, "deployment": {"central": True, "servers": ["e"]}},
            ["e"],
            "0",
        ),
        (
            {"policy": {"servers": "c"}, "deployment": {"central": True, "servers": ["e"]}},
            ["c"],
            "1",
        ),
    ],
)
def test_precedence_of_the_servers(
    farm_of: FarmOf, plan: dict[str, Any], servers: list[str], by_policy: str
) -> None:
    client = SoapClient(farm_of(sh1=plan), "sh1")
    assert _servers(client) == servers
    answer = client.get(SETTING, KEY)
    assert answer.value("PolicySourceConfiguredLicenseServers") == by_policy


def test_sub_keys_give_no_server(farm: Farm, client: SoapClient) -> None:
    host = farm.hosts["sh1"]
    host.registry.set(POLICY + "\\LicenseServers\\ls1", "x", "SZ", "ls1")
    host.registry.set(POLICY + "\\LicenseServers", "ls1", "SZ", "ls1")
    assert _servers(client) == []
    state = host.state()
    assert state["stray_subkeys"] == [POLICY + "\\LicenseServers\\ls1"]
    assert state["stray_values"] == ["ls1"]


def test_change_mode_writes_the_local_value(farm: Farm, client: SoapClient) -> None:
    for mode in ("2", "4"):
        answer = client.setting("ChangeMode", [("LicensingType", mode)])
        assert answer.value("ReturnValue") == "0"
        assert farm.hosts["sh1"].registry.get(MODE, "LicensingMode") == (RegType.DWORD, int(mode))
        assert _mode(client) == (mode, "0")


@pytest.mark.parametrize("mode", ["3", "5", "6"])
def test_change_mode_refuses_undocumented_modes(client: SoapClient, mode: str) -> None:
    answer = client.setting("ChangeMode", [("LicensingType", mode)])
    assert answer.value("ReturnValue") == str(0x80041008)


def test_change_mode_without_the_role(farm_of: FarmOf) -> None:
    client = SoapClient(farm_of(sh1={"roles": []}), "sh1")
    answer = client.setting("ChangeMode", [("LicensingType", "4")])
    assert answer.value("ReturnValue") == str(0x8004100C)


SETTERS = [
    ("ChangeMode", ("LicensingType", "2")),
    ("SetSpecifiedLicenseServerList", ("SpecifiedLSList", "x")),
    ("AddLSToSpecifiedLicenseServerList", ("LicenseServerName", "x")),
    ("RemoveLSFromSpecifiedLicenseServerList", ("LicenseServerName", "a")),
    ("SetPrimaryLicenseServer", ("LicenseServerName", "x")),
    ("EmptySpecifiedLicenseServerList", None),
]


@pytest.mark.parametrize(("method", "param"), SETTERS, ids=[s[0] for s in SETTERS])
@pytest.mark.parametrize("way", ["return_value", "fault"])
def test_policy_refuses_writes(
    farm_of: FarmOf, method: str, param: tuple[str, str] | None, way: str
) -> None:
    plan = {
        "policy": {"mode": 4, "servers": "p"},
        "local": {"mode": 2, "servers": ["a"]},
        "policy_refusal": way,
    }
    farm = farm_of(sh1=plan)
    before = farm.hosts["sh1"].state()
    answer = SoapClient(farm, "sh1").setting(method, [param] if param else [])
    if way == "fault":
        assert answer.wmi_code == int(INVALID_OPERATION)
    else:
        assert answer.value("ReturnValue") == INVALID_OPERATION
    assert farm.hosts["sh1"].state() == before


def test_under_a_deployment_only_the_local_value_changes(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"deployment": {"central": True, "mode": 4, "servers": ["d"]}})
    client = SoapClient(farm, "sh1")
    assert client.setting("ChangeMode", [("LicensingType", "2")]).value("ReturnValue") == "0"
    assert _mode(client) == ("4", "0")
    assert farm.hosts["sh1"].state()["local_mode"] == 2


def _set(client: SoapClient, *names: str) -> None:
    params = [("SpecifiedLSList", name) for name in names]
    answer = client.setting("SetSpecifiedLicenseServerList", params)
    assert answer.value("ReturnValue") == "0"


def test_the_list_and_its_methods(farm: Farm, client: SoapClient) -> None:
    registry = farm.hosts["sh1"].registry
    assert registry.get(LIST, "SpecifiedLicenseServers") is None
    _set(client, "a", "b")
    assert registry.get(LIST, "SpecifiedLicenseServers") == (RegType.MULTI_SZ, ["a", "b"])
    client.setting("AddLSToSpecifiedLicenseServerList", [("LicenseServerName", "c")])
    client.setting("AddLSToSpecifiedLicenseServerList", [("LicenseServerName", "A")])
    assert _servers(client) == ["a", "b", "c"]
    client.setting("SetPrimaryLicenseServer", [("LicenseServerName", "C")])
    assert _servers(client) == ["C", "a", "b"]
    client.setting("RemoveLSFromSpecifiedLicenseServerList", [("LicenseServerName", "A")])
    assert _servers(client) == ["C", "b"]
    answer = client.setting("RemoveLSFromSpecifiedLicenseServerList", [("LicenseServerName", "A")])
    assert answer.value("ReturnValue") == str(0x80041002)
    assert client.setting("EmptySpecifiedLicenseServerList").value("ReturnValue") == "0"
    assert registry.get(LIST, "SpecifiedLicenseServers") is None
    assert client.setting("GetSpecifiedLicenseServerList").values == {"ReturnValue": ["0"]}


def test_one_server_looks_like_a_scalar(client: SoapClient) -> None:
    _set(client, "only")
    answer = client.setting("GetSpecifiedLicenseServerList")
    assert answer.values == {"SpecifiedLSList": ["only"], "ReturnValue": ["0"]}


def test_only_administrators_change_settings(farm: Farm) -> None:
    user = SoapClient(farm, "sh1", rights=Rights.REMOTE_MANAGEMENT_USER)
    assert user.setting("GetDomain").value("ReturnValue") == "0"
    answer = user.setting("ChangeMode", [("LicensingType", "4")])
    assert (answer.code, answer.wmi_code) == (5, 0x80041003)
    assert farm.hosts["sh1"].state()["local_mode"] == 5


def test_grace_period(farm_of: FarmOf) -> None:
    farm = farm_of(
        sh1={"grace_days": 3},
        sh2={"grace_days": None},
        sh3={"roles": []},
        sh4={"local": {"mode": 1}},
    )
    answer = SoapClient(farm, "sh1").setting("GetGracePeriodDays")
    assert (answer.value("DaysLeft"), answer.value("ReturnValue")) == ("3", "0")
    for name in ("sh2", "sh3", "sh4"):
        answer = SoapClient(farm, name).setting("GetGracePeriodDays", host=name.upper())
        assert answer.values == {"ReturnValue": [str(0x80041002)]}
    client = SoapClient(farm, "sh1")
    farm.hosts["sh1"].registry.delete_key(GRACE)
    assert "DaysLeft" not in client.setting("GetGracePeriodDays").values


def test_connectivity_follows_from_the_farm(farm_of: FarmOf) -> None:
    server = {"roles": ["licensing"]}
    farm = farm_of(
        sh1={"release": "2019", "connectivity": {"odd": 8}},
        good=server | {"release": "2022"},
        old=server | {"release": "2016"},
        down=server | {"stopped_services": ["TermServLicensing"]},
        raw=server | {"activated": False},
        none={},
    )
    client = SoapClient(farm, "sh1")
    expected = {
        "good": "11",
        "good.corp.example": "11",
        "GOOD": "11",
        farm.hosts["good"].address: "11",
        "old": "4",
        "down": "6",
        "raw": "7",
        "none": "6",
        "unheard-of": "6",
        "ODD": "8",
    }
    got = {}
    for name in expected:
        answer = client.setting("GetTStoLSConnectivityStatus", [("ServerName", name)])
        got[name] = answer.value("TStoLSConnectivityStatus")
    assert got == expected


def test_registered_servers_are_those_of_the_domain(farm_of: FarmOf) -> None:
    server = {"roles": ["licensing"]}
    farm = farm_of(sh1={}, ws={"workgroup": "WG"}, ls1=server, ls2=server | {"workgroup": "WG"})
    method = "GetRegisteredLicenseServerList"
    answer = SoapClient(farm, "sh1").setting(method)
    assert answer.values["RegisteredLSList"] == ["ls1.corp.example"]
    assert "RegisteredLSList" not in SoapClient(farm, "ws").setting(method, host="WS").values
    assert SoapClient(farm, "ws").setting("GetDomain", host="WS").value("Domain") == "WG"


def test_undocumented_and_foreign_methods(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"release": "2016"}, sh2={"release": "2019"})
    old, new = SoapClient(farm, "sh1"), SoapClient(farm, "sh2")
    assert old.setting("GetRDSVersion").wmi_code == 0x8004102E
    assert new.setting("GetRDSVersion", host="SH2").value("ReturnValue") == str(0x8004100C)
    answer = old.setting("SetProfilePath", [("ProfilePath", "x")])
    assert answer.value("ReturnValue") == str(0x8004100C)


def test_texts_are_german_on_a_german_host(farm_of: FarmOf) -> None:
    client = SoapClient(farm_of(sh1={"language": "de", "local": {"mode": 4}}), "sh1")
    assert client.get(SETTING, KEY).value("LicensingName") == "Pro Benutzer"


def test_names_are_cut_and_upper_case(farm_of: FarmOf) -> None:
    name = "a-very-long-session-host"
    client = SoapClient(farm_of(**{name: {}}), name)
    assert client.get(SETTING, {"ServerName": "A-VERY-LONG-SES"}).value("TerminalServerMode") == "1"
    assert client.get(SETTING, {"ServerName": name}).code == 2150858752


def test_wmi_lags_behind_a_policy_write(farm: Farm, client: SoapClient) -> None:
    host = farm.hosts["sh1"]
    host.faults.add(Fault("policy_lag", reads=2, times=1))
    host.registry.set(POLICY, "LicensingMode", "DWORD", 4)
    assert [_mode(client) for dummy in range(3)] == [("5", "0"), ("5", "0"), ("4", "1")]
    host.registry.set(POLICY, "LicensingMode", "DWORD", 2)
    assert _mode(client) == ("2", "1")


def test_a_lag_is_not_shortened_by_the_next_write(farm: Farm, client: SoapClient) -> None:
    host = farm.hosts["sh1"]
    host.faults.add(Fault("policy_lag", reads=2))
    host.registry.set(POLICY, "LicensingMode", "DWORD", 4)
    host.registry.set(POLICY, "LicenseServers", "SZ", "x")
    assert [_mode(client) for dummy in range(3)] == [("5", "0"), ("5", "0"), ("4", "1")]
