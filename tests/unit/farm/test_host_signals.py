# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The grace clock, the listener, services of other roles, and the channels of the event log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from farm import Farm, RegType, ScenarioError
from farm.json_schema import check
from farm.model.event_kinds import LICENSING, RCM
from farm.operations import OperationError

from .conftest import FarmOf
from .soap_client import CIMV2, SETTING, TS, SoapClient, fields

GRACE_PARENT = "SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\RCM"
POLICY = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"
LISTENER = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp"
GENERAL = TS + "Win32_TSGeneralSetting"


def grace(farm: Farm, host: str = "sh1") -> str | None:
    answer = SoapClient(farm, host).setting("GetGracePeriodDays", host=host.upper())
    (days,) = answer.values.get("DaysLeft", [None])
    return days


def test_the_grace_period_ends_by_the_clock_of_the_host(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"grace_days": 12}, sh2={"grace_days": 12}, sh3={"grace_days": 0})
    assert (grace(farm), grace(farm, "sh3")) == ("12", "0")
    clock = farm.hosts["sh1"].clock
    clock.advance(timedelta(hours=25))
    assert (grace(farm), grace(farm, "sh2")) == ("11", "12")
    clock.advance(timedelta(days=9))
    assert grace(farm) == "2"
    clock.advance(timedelta(days=400))
    assert grace(farm) == "0"


def test_a_new_role_begins_a_new_grace_period(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"roles": [], "grace_days": 120})
    host = farm.hosts["sh1"]
    assert grace(farm) is None
    host.clock.advance(timedelta(days=50))
    host.features.install(["RDS-RD-Server"], tools=False)
    host.features.finish()
    assert grace(farm) == "120"


def test_the_grace_key_shows_only_in_its_parent(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={}, sh2={"grace_days": None})
    client = SoapClient(farm, "sh1")
    assert "GracePeriod" in client.registry("EnumKey", GRACE_PARENT).values["sNames"]
    for method in ("EnumKey", "EnumValues", "DeleteKey"):
        answer = client.registry(method, GRACE_PARENT + "\\GracePeriod")
        assert answer.values == {"ReturnValue": ["5"]}
    access = client.registry("CheckAccess", GRACE_PARENT + "\\GracePeriod", ("uRequired", "1"))
    assert access.value("bGranted") == "false"
    other = SoapClient(farm, "sh2").registry("EnumKey", GRACE_PARENT)
    assert "GracePeriod" not in other.values["sNames"]


@pytest.mark.parametrize(
    ("plan", "required", "source"),
    [
        ({}, "1", "0"),
        ({"network_level_authentication": False}, "0", "0"),
        ({"registry": {POLICY: {"UserAuthentication": {"type": "dword", "data": 0}}}}, "0", "1"),
        (
            {
                "network_level_authentication": False,
                "registry": {POLICY: {"UserAuthentication": {"type": "dword", "data": 1}}},
            },
            "1",
            "1",
        ),
    ],
)
def test_network_level_authentication(
    farm_of: FarmOf, plan: dict[str, Any], required: str, source: str
) -> None:
    farm = farm_of(sh1=plan)
    client = SoapClient(farm, "sh1")
    found = client.get(GENERAL, {"TerminalName": "RDP-Tcp"})
    assert found.value("UserAuthenticationRequired") == required
    assert found.value("PolicySourceUserAuthenticationRequired") == source
    (item,) = client.all_items(GENERAL)
    assert fields(item)["TerminalName"] == "RDP-Tcp"


def test_setting_network_level_authentication(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"network_level_authentication": False})
    host, client = farm.hosts["sh1"], SoapClient(farm, "sh1")
    method, name = "SetUserAuthenticationRequired", {"TerminalName": "RDP-Tcp"}
    parameter = "UserAuthenticationRequired"
    assert client.invoke(GENERAL, method, [(parameter, "1")], name).value("ReturnValue") == "0"
    assert host.registry.get(LISTENER, "UserAuthentication") == (RegType.DWORD, 1)
    refused = client.invoke(GENERAL, method, [(parameter, "7")], name)
    assert refused.value("ReturnValue") == str(0x80041008)
    host.registry.set(POLICY, "UserAuthentication", "DWORD", 0)
    ruled = client.invoke(GENERAL, method, [(parameter, "1")], name)
    assert ruled.value("ReturnValue") == str(0x80041016)
    security = client.invoke(GENERAL, "SetSecurityLayer", [("SecurityLayer", "1")], name)
    assert security.value("ReturnValue") == str(0x8004100C)


def test_other_roles_bring_their_services(farm_of: FarmOf) -> None:
    farm = farm_of(
        sh1={}, sh2={"features": {"installed": ["RDS-Gateway", "RDS-Connection-Broker"]}}
    )
    names = [
        {fields(item)["Name"] for item in SoapClient(farm, host).all_items(CIMV2 + "Win32_Service")}
        for host in ("sh1", "sh2")
    ]
    assert names[1] - names[0] == {"Tssdis", "TSGateway"}
    ids = [
        {
            fields(item)["ID"]
            for item in SoapClient(farm, host).all_items(CIMV2 + "Win32_ServerFeature")
        }
        for host in ("sh1", "sh2")
    ]
    assert ids[1] - ids[0] == {"132", "133"}


# -- channels -------------------------------------------------------------------------------

ADMIN, OPERATIONAL = f"{RCM}/Admin", f"{RCM}/Operational"


def read(
    farm: Farm, channels: list[str], ids: list[int], *, days: int = 10, most: int = 50
) -> dict[str, Any]:
    """Run the operation of the shipped name, its input and output held against the schemas."""
    since = datetime.now(UTC) - timedelta(days=days)
    given = {
        "channels": channels,
        "ids": ids,
        "since": since.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "max": most,
    }
    operation = farm.operations.known["read_admin_events"]
    check(given, operation.input_schema)
    output = dict(operation.run(farm.hosts["sh1"], given))
    check(output, operation.output_schema)
    return output


def ids_of(output: dict[str, Any]) -> list[int]:
    return [cast(int, event["id"]) for event in output["events"]]


def test_events_of_the_admin_channel(farm_of: FarmOf) -> None:
    records = [
        {"id": 1128, "hours_ago": 3, "count": 2, "every_hours": 100},
        {"id": 1130, "hours_ago": 2},
        {"id": 1069, "hours_ago": 500},
        {"id": 1004, "hours_ago": 1},
    ]
    farm = farm_of(sh1={"event_log": {"records": records}})
    output = read(farm, [ADMIN], [1128, 1130, 1069])
    assert ids_of(output) == [1130, 1128, 1128]
    assert (output["missing"], output["denied"], output["truncated"]) == ([], [], False)
    first = output["events"][0]
    assert (first["channel"], first["provider"], first["level"]) == (ADMIN, RCM, 2)
    assert first["message"] == "No license server is specified."
    assert ids_of(read(farm, [ADMIN], [1069])) == []
    assert ids_of(read(farm, [ADMIN], [1069], days=30)) == [1069]
    assert ids_of(read(farm, ["System"], [1004])) == [1004]


def test_more_events_than_wanted(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"event_log": {"records": [{"id": 1128, "count": 9, "every_hours": 1}]}})
    output = read(farm, [ADMIN], [1128], most=4)
    assert (len(output["events"]), output["truncated"]) == (4, True)
    output = read(farm, [ADMIN], [1128], most=9)
    assert (len(output["events"]), output["truncated"]) == (9, False)


def test_ids_as_the_host_shows_them(farm_of: FarmOf) -> None:
    log = {"records": [{"id": 1128}], "codes": "severity_bits"}
    farm = farm_of(sh1={"event_log": log})
    assert ids_of(read(farm, [ADMIN], [1128])) == []
    assert ids_of(read(farm, [ADMIN], [1128, 50280])) == [50280]


def test_channels_that_are_not_there_or_closed(farm_of: FarmOf) -> None:
    log = {"missing_channels": [OPERATIONAL], "denied_channels": [ADMIN]}
    farm = farm_of(sh1={"event_log": {**log, "records": [{"id": 1128}]}})
    licensing = f"{LICENSING}/Admin"
    output = read(farm, [ADMIN, OPERATIONAL, licensing], [1128])
    assert output["events"] == []
    assert (output["missing"], output["denied"]) == ([OPERATIONAL, licensing], [ADMIN])
    server = farm_of(sh1={"roles": ["licensing"]})
    assert read(server, [licensing], [18])["missing"] == []


def test_without_the_event_log_service_the_script_throws(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"stopped_services": ["EventLog"]})
    with pytest.raises(OperationError, match="no event log service"):
        read(farm, [ADMIN], [1128])


def test_a_policy_that_windows_has_not_read(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"policy": {"mode": 2, "servers": "ls9"}, "unread_policy": True})
    found = SoapClient(farm, "sh1").get(SETTING, {"ServerName": "SH1"})
    assert (found.value("LicensingType"), found.value("PolicySourceLicensingType")) == ("5", "0")
    assert farm.hosts["sh1"].registry.get(POLICY, "LicensingMode") == (RegType.DWORD, 2)


def test_start_modes_of_services(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"start_modes": {"TermService": "Manual"}})
    query = "SELECT StartMode,State FROM Win32_Service WHERE Name = 'TermService'"
    (item,) = SoapClient(farm, "sh1").all_items(CIMV2 + "*", query)
    assert fields(item) == {"StartMode": "Manual", "State": "Running"}
    with pytest.raises(ScenarioError, match="'Often' is not one of"):
        farm_of(sh1={"start_modes": {"TermService": "Often"}})
    with pytest.raises(ScenarioError, match="unknown key"):
        farm_of(sh1={"start_modes": {"Spooler": "Auto"}})
