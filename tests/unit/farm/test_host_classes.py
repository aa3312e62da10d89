# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Operating system, computer system, services, and resultant set of policy."""

from __future__ import annotations

import time
from typing import Any

import pytest
from farm import Farm, RegType, Rights

from .conftest import FarmOf
from .soap_client import CIMV2, WMI, SoapClient, fields

RSOP = WMI + "root/RSOP/Computer/"
POLICY = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"
GUID = "{3F2504E0-4F89-41D3-9A0C-0305E82C3301}"
GPO = {"name": "RDS", "guid": GUID, "values": {"LicensingMode": 2, "LicenseServers": "ls9"}}
SERVICE = CIMV2 + "Win32_Service"


@pytest.mark.parametrize(
    ("plan", "build", "product_type", "role"),
    [
        ({"release": "2012r2"}, "9600", "3", "3"),
        ({"release": "2016", "workgroup": "WG"}, "14393", "3", "2"),
        ({"release": "2019"}, "17763", "3", "3"),
        ({"release": "2022", "domain_controller": True}, "20348", "2", "5"),
        ({"release": "2025"}, "26100", "3", "3"),
        ({"release": "win11-24h2"}, "26100", "1", "1"),
        ({"release": "win11-24h2", "workgroup": "WG"}, "26100", "1", "0"),
    ],
)
def test_releases(
    farm_of: FarmOf, plan: dict[str, Any], build: str, product_type: str, role: str
) -> None:
    client = SoapClient(farm_of(sh1=plan), "sh1")
    system = client.get(CIMV2 + "Win32_OperatingSystem")
    assert (system.value("BuildNumber"), system.value("ProductType")) == (build, product_type)
    assert (system.value("Version") or "").endswith(build)
    computer = client.get(CIMV2 + "Win32_ComputerSystem", {"Name": "SH1"})
    assert computer.value("DomainRole") == role
    if "workgroup" in plan:
        assert [computer.value(n) for n in ("PartOfDomain", "Workgroup")] == ["false", "WG"]
    else:
        assert [computer.value(n) for n in ("PartOfDomain", "Workgroup")] == ["true", None]
        assert computer.value("Domain") == "corp.example"


def test_the_update_revision_is_in_the_registry(farm: Farm) -> None:
    key = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
    assert farm.hosts["sh1"].registry.get(key, "UBR") == (RegType.DWORD, 2582)


def _call(
    client: SoapClient, method: str, *params: tuple[str, str], name: str = "TermService"
) -> str | None:
    return client.invoke(SERVICE, method, params, {"Name": name}).value("ReturnValue")


def _state(client: SoapClient, name: str = "TermService") -> str | None:
    return client.get(SERVICE, {"Name": name}).value("State")


def test_services_stop_and_start_through_pending(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].services["TermService"].seconds = 0.2
    assert _call(client, "StartService") == "10"
    assert _call(client, "StopService") == "0"
    assert _state(client) == "Stop Pending"
    assert _call(client, "StopService") == "5"
    time.sleep(0.25)
    assert _state(client) == "Stopped"
    assert _call(client, "InterrogateService") == "6"
    assert _call(client, "StartService") == "0"
    assert _state(client) == "Start Pending"
    time.sleep(0.25)
    assert _state(client) == "Running"


def test_a_stuck_service_stays_pending(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"stuck_services": ["TermService"], "stopped_services": ["TermService"]})
    client = SoapClient(farm, "sh1")
    assert _call(client, "StartService") == "7"
    time.sleep(0.1)
    assert _state(client) == "Start Pending"


def test_start_modes_are_written_and_read_by_other_words(client: SoapClient) -> None:
    assert _call(client, "ChangeStartMode", ("StartMode", "Automatic")) == "0"
    assert client.get(SERVICE, {"Name": "TermService"}).value("StartMode") == "Auto"
    assert _call(client, "ChangeStartMode", ("StartMode", "Auto")) == "21"
    assert _call(client, "ChangeStartMode", ("StartMode", "Disabled")) == "0"
    _call(client, "StopService")
    time.sleep(0.1)
    assert _call(client, "StartService") == "14"


def test_only_administrators_control_services(farm: Farm) -> None:
    user = SoapClient(farm, "sh1", rights=Rights.REMOTE_MANAGEMENT_USER)
    assert _call(user, "StopService") == "2"
    assert _state(user) == "Running"


def test_the_licensing_service_comes_with_its_role(farm: Farm) -> None:
    assert _state(SoapClient(farm, "ls1"), "TermServLicensing") == "Running"
    assert (
        SoapClient(farm, "sh1").get(SERVICE, {"Name": "TermServLicensing"}).wmi_code == 0x80041002
    )


def test_activation(farm_of: FarmOf) -> None:
    farm = farm_of(ls1={"roles": ["licensing"]}, ls2={"roles": ["licensing"], "activated": False})
    uri = CIMV2 + "Win32_TSLicenseServer"
    good, raw = SoapClient(farm, "ls1"), SoapClient(farm, "ls2")
    assert good.invoke(uri, "GetActivationStatus").value("ActivationStatus") == "0"
    assert raw.invoke(uri, "GetActivationStatus").value("ActivationStatus") == "1"
    assert len(good.invoke(uri, "GetLicenseServerId").value("sLicenseServerId") or "") == 35
    assert raw.invoke(uri, "GetLicenseServerId").value("ReturnValue") == str(0x80041002)


def test_a_gpo_is_in_the_registry_and_comes_back(farm_of: FarmOf) -> None:
    host = farm_of(sh1={"gpo": GPO}).hosts["sh1"]
    expected = [
        ("LicensingMode", RegType.DWORD, 2),
        ("LicenseServers", RegType.SZ, "ls9"),
    ]
    assert host.registry.values(POLICY) == expected
    host.registry.set(POLICY, "LicensingMode", "DWORD", 4)
    host.registry.delete_value(POLICY, "LicenseServers")
    host.refresh_policy()
    assert host.registry.values(POLICY) == expected


def test_rsop_names_the_gpo_of_each_value(farm_of: FarmOf) -> None:
    client = SoapClient(farm_of(sh1={"gpo": GPO}), "sh1")
    settings = {
        f["valueName"]: f
        for f in map(fields, client.all_items(RSOP + "RSOP_RegistryPolicySetting"))
    }
    assert set(settings) == {"LicensingMode", "LicenseServers"}
    mode = settings["LicensingMode"]
    path = f"CN={GUID},CN=Policies,CN=System,DC=corp,DC=example"
    assert (mode["GPOID"], mode["precedence"], mode["valueType"]) == (path, "1", "4")
    assert mode["registryKey"] == POLICY.removeprefix("HKLM\\")
    gpo, default = client.all_items(RSOP + "RSOP_GPO")
    assert (fields(gpo)["id"], fields(gpo)["name"]) == (path, "RDS")
    assert fields(default)["name"] == "Default Domain Policy"


def test_rsop_values_are_bytes(farm_of: FarmOf) -> None:
    client = SoapClient(farm_of(sh1={"gpo": GPO}), "sh1")
    found = {}
    for item in client.all_items(RSOP + "RSOP_RegistryPolicySetting"):
        raw = bytes(int(c.text or "") for c in item if c.tag.endswith("}value"))
        found[fields(item)["valueName"]] = raw
    assert found["LicensingMode"] == b"\x02\x00\x00\x00"
    assert found["LicenseServers"].decode("utf-16-le") == "ls9\0"


def test_rsop_may_be_absent_denied_or_empty(farm_of: FarmOf) -> None:
    farm = farm_of(
        a={"gpo": GPO, "rsop": "absent"},
        d={"gpo": GPO, "rsop": "denied"},
        e={"gpo": GPO, "rsop": "empty"},
    )
    uri = RSOP + "RSOP_GPO"
    assert SoapClient(farm, "a").enumerate(uri).wmi_code == 0x8004100E
    assert SoapClient(farm, "d").enumerate(uri).wmi_code == 0x80041003
    assert SoapClient(farm, "e").all_items(uri) == []


def test_a_domain_host_logs_the_default_policy_and_no_value_of_ours(farm_of: FarmOf) -> None:
    farm = farm_of(n={}, w={"workgroup": "WG"}, e={"rsop": "empty"})
    client = SoapClient(farm, "n")
    (gpo,) = client.all_items(RSOP + "RSOP_GPO")
    assert fields(gpo)["name"] == "Default Domain Policy"
    assert (fields(gpo)["id"] or "").startswith("CN={31B2F340-016D-11D2-945F-00C04FB984F9},")
    assert client.all_items(RSOP + "RSOP_RegistryPolicySetting") == []
    for name in ("w", "e"):
        assert SoapClient(farm, name).all_items(RSOP + "RSOP_GPO") == []
