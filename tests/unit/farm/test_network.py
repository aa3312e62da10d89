# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host resolves and reaches, and what it answers about its license servers."""

from __future__ import annotations

from typing import Any

import pytest
from farm import Farm, Rights, ScenarioError, load_scenario_dict
from farm.model.forest import ACCESS_DENIED, NOT_CONNECTABLE, NOT_IN_GROUP, VALID

from .conftest import FarmOf
from .soap_client import CIMV2, SoapClient, fields

LS1: dict[str, Any] = {"roles": ["licensing"]}
RCM = "SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\RCM"
POLICY = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"


def connects(farm: Farm, to: str, port: int, host: str = "sh1") -> tuple[bool, str | None]:
    attempt = farm.hosts[host].network.connect(to, port)
    return attempt.open, attempt.error


def status(farm: Farm, server: str = "ls1", rights: Rights = Rights.ADMINISTRATOR) -> int:
    client = SoapClient(farm, "sh1", rights=rights)
    answer = client.setting("GetTStoLSConnectivityStatus", [("ServerName", server)])
    return int(answer.value("TStoLSConnectivityStatus") or "")


def test_the_domain_knows_every_host_of_the_farm(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={}, ls1=LS1)
    address = farm.hosts["ls1"].address
    network = farm.hosts["sh1"].network
    for name in ("ls1", "LS1.corp.example", " ls1.corp.example. "):
        assert network.resolve(name) == (address,)
    assert network.resolve("192.0.2.7") == ("192.0.2.7",)
    assert network.resolve("ls2") == network.resolve("ls2.corp.example") == ()
    assert connects(farm, "ls2", 135) == (False, "No such host is known")


def test_a_scenario_overrules_the_domain(farm_of: FarmOf) -> None:
    dns = {"ls1": None, "Alias.corp.example": ["127.9.9.9"], "old": ["192.0.2.1", "192.0.2.2"]}
    farm = farm_of(sh1={"dns": dns, "language": "de"}, ls1=LS1 | {"address": "127.9.9.9"})
    network = farm.hosts["sh1"].network
    assert network.resolve("LS1") == ()
    assert network.resolve("ls1.corp.example") == ("127.9.9.9",)
    assert network.resolve("old") == ("192.0.2.1", "192.0.2.2")
    assert connects(farm, "alias.corp.example", 135) == (True, None)
    assert connects(farm, "ls1", 135) == (False, "Dieser Host ist unbekannt")
    assert connects(farm, "old", 135) == (False, "Zeitüberschreitung der Verbindung")
    assert (status(farm, "ls1"), status(farm, "ls1.corp.example")) == (NOT_CONNECTABLE, VALID)


def test_ports_are_open_where_something_listens(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={}, ls1=LS1, sh2={"stopped_services": ["TermService"]})
    assert connects(farm, "ls1", 135) == (True, None)
    assert connects(farm, "ls1", 443) == (False, "The connection was refused")
    assert connects(farm, "sh1", 3389) == (True, None)
    assert connects(farm, "sh2", 3389) == (False, "The connection was refused")
    farm.hosts["ls1"].power.up = False
    assert connects(farm, "ls1", 135) == (False, "The connection timed out")
    assert status(farm) == NOT_CONNECTABLE


@pytest.mark.parametrize("to", ["ls1", "LS1.corp.example", "*"])
def test_a_blocked_port_cuts_licensing_off(farm_of: FarmOf, to: str) -> None:
    blocked = [{"to": to, "port": 135}]
    farm = farm_of(sh1={"blocked_ports": blocked}, sh2={}, ls1=LS1)
    for name in ("ls1", "ls1.corp.example"):
        assert connects(farm, name, 135) == (False, "The connection timed out")
        assert status(farm, name) == NOT_CONNECTABLE
    assert connects(farm, "ls1", 445) == connects(farm, "ls1", 135, "sh2") == (True, None)


@pytest.mark.parametrize(
    ("plan", "resolves", "opens"),
    [
        ({}, True, True),
        ({"internet": "blocked"}, True, False),
        ({"internet": "no_name"}, False, False),
        ({"license_server": {"clearinghouse": "no_name"}}, False, False),
        ({"license_server": {"clearinghouse": "timeout"}}, True, False),
        ({"license_server": {"clearinghouse": "no_tls"}}, True, True),
        ({"license_server": {"clearinghouse": "timeout"}, "internet": "open"}, True, True),
        ({"blocked_ports": [{"to": "*", "port": 443}]}, True, False),
    ],
)
def test_the_internet(farm_of: FarmOf, plan: dict[str, Any], resolves: bool, opens: bool) -> None:
    farm = farm_of(ls1=LS1 | plan)
    assert bool(farm.hosts["ls1"].network.resolve("activate.example.net")) is resolves
    assert connects(farm, "activate.example.net", 443, "ls1")[0] is opens
    assert not connects(farm, "activate.example.net", 135, "ls1")[0]


def test_the_account_is_no_administrator_there(farm_of: FarmOf) -> None:
    farm = farm_of(
        sh1={"local": {"servers": ["ls1"]}}, ls1=LS1 | {"rights": {"Administrator": "plain"}}
    )
    assert status(farm) == ACCESS_DENIED
    answer = SoapClient(farm, "sh1").setting("FindLicenseServers")
    (found,) = (each for each in answer.content.iter() if each.tag.endswith("}IsAdminOnLS"))
    assert found.text == "0"
    assert SoapClient(farm, "ls1").get(CIMV2 + "Win32_OperatingSystem").status == 401


def test_without_a_second_hop_every_server_refuses(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"second_hop": False}, ls1=LS1, off=LS1 | {"activated": False})
    assert (status(farm), status(farm, "off"), status(farm, "no")) == (8, 8, NOT_CONNECTABLE)


def test_an_ordinary_account_is_refused_too(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={}, ls1=LS1)
    assert status(farm, rights=Rights.REMOTE_MANAGEMENT_USER) == ACCESS_DENIED


def test_a_license_server_for_members_of_a_group(farm_of: FarmOf) -> None:
    only = {POLICY: {"fSecureLicensing": {"type": "dword", "data": 1}}}
    members = {"endpoint_servers": ["SH2.corp.example"]}
    farm = farm_of(sh1={}, ls1=LS1 | {"registry": only, "license_server": members}, ls2=LS1)
    assert (status(farm), status(farm, "ls2")) == (NOT_IN_GROUP, VALID)
    let = farm_of(
        sh1={}, ls1=LS1 | {"registry": only, "license_server": {"endpoint_servers": ["sh1"]}}
    )
    assert status(let) == VALID


@pytest.mark.parametrize(
    ("plan", "there"),
    [
        ({}, False),
        ({"local": {"servers": ["ls1"]}}, True),
        ({"policy": {"servers": "gone, ls1.corp.example"}}, True),
        ({"policy": {"servers": "gone"}}, False),
        ({"local": {"servers": ["ls1"]}, "blocked_ports": [{"to": "ls1", "port": 135}]}, False),
        ({"local": {"servers": ["ls1"]}, "certificate": False}, False),
        ({"certificate": True}, True),
    ],
)
def test_the_certificate_of_a_license_server(
    farm_of: FarmOf, plan: dict[str, Any], there: bool
) -> None:
    client = SoapClient(farm_of(sh1=plan, ls1=LS1), "sh1")
    names = client.registry("EnumValues", RCM).values.get("sNames", [])
    assert ("X509 Certificate" in names) is there


def test_the_operation_probes_from_the_host(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"dns": {"bad": None}}, ls1=LS1)
    run = farm.operations.known["probe_network"].run
    given = {
        "names": ["ls1", "bad"],
        "tcp": [{"host": "ls1", "port": 135}, {"host": "192.0.2.1", "port": 135}],
        "seconds": 3,
    }
    assert run(farm.hosts["sh1"], given) == {
        "resolved": [
            {"name": "ls1", "addresses": [farm.hosts["ls1"].address], "error": None},
            {"name": "bad", "addresses": [], "error": "No such host is known"},
        ],
        "tcp": [
            {"host": "ls1", "port": 135, "open": True, "error": None},
            {
                "host": "192.0.2.1",
                "port": 135,
                "open": False,
                "error": "no answer within 3 seconds",
            },
        ],
    }


def test_what_is_denied(farm_of: FarmOf) -> None:
    denied = ["Win32_Service", "root\\cimv2\\TerminalServices"]
    farm = farm_of(sh1={"denied": denied}, sh2={"denied": ["StdRegProv"]})
    client = SoapClient(farm, "sh1")
    assert client.enumerate(CIMV2 + "Win32_Service").wmi_code == 0x80041003
    assert client.query("SELECT State FROM Win32_Service").wmi_code == 0x80041003
    assert client.setting("GetGracePeriodDays").wmi_code == 0x80041003
    assert client.get(CIMV2 + "Win32_OperatingSystem").status == 200
    assert client.registry("EnumKey", "SOFTWARE").value("ReturnValue") == "0"
    other = SoapClient(farm, "sh2")
    assert other.registry("EnumKey", "SOFTWARE").wmi_code == 0x80041003
    assert fields(other.all_items(CIMV2 + "Win32_Service")[0])["State"] == "Running"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"internet": "slow"}, "'slow' is not one of"),
        ({"blocked_ports": [{"to": "x", "ports": 1}]}, "unknown key"),
        ({"rights": {"a": "guest"}}, "'guest' is not one of"),
        ({"dns": {"a": "192.0.2.1"}}, "a list is expected"),
        ({"certificate": "yes"}, "true or false"),
    ],
)
def test_wrong_networks_in_a_scenario(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        load_scenario_dict({"hosts": {"sh1": given}})
