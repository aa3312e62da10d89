# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Windows features: installed, removed, waiting for a restart; and the restart itself."""

from __future__ import annotations

import http.client
import time
from typing import Any

import pytest
from farm import Farm, RegType, Rights
from farm.model.features import FeatureError
from farm.operations import SCRIPTS

from .conftest import FarmOf
from .soap_client import CIMV2, SETTING, WMI, SoapClient, fields
from .test_operations import _answer, _lines, _run
from .test_shell import ShellClient

OS = CIMV2 + "Win32_OperatingSystem"
SERVER = CIMV2 + "Win32_TSLicenseServer"
SERVICE = CIMV2 + "Win32_Service"
TASKS = WMI + "root/Microsoft/Windows/ServerManager/MSFT_ServerManagerTasks"
CACHE = "HKLM\\SOFTWARE\\Microsoft\\ServerManager\\ServicingStorage\\ServerComponentCache\\"
REBOOT = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing"
SESSIONS = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager"
BARE: dict[str, Any] = {"roles": [], "reboot_seconds": 0.2}


def _operation(farm: Farm, name: str, host: str = "sh1", **given: object) -> Any:
    """Run a shipped operation over the remote shell; its framed answer, or standard error."""
    shell = ShellClient(SoapClient(farm, host))
    shell.open()
    bootstrap = (SCRIPTS / "bootstrap.ps1").read_text(encoding="utf-8")
    script = (SCRIPTS / f"{name}.ps1").read_text(encoding="utf-8")
    stdout, stderr, code = _run(shell, _lines(script, given), bootstrap)
    return stderr if code else _answer(stdout)


def _install(farm: Farm, *names: str, tools: bool = False) -> Any:
    return _operation(farm, "install_feature", names=list(names), management_tools=tools)


def _output(*changed: str, restart: str = "no", code: str = "Success") -> dict[str, Any]:
    return {
        "ok": True,
        "output": {
            "success": True,
            "restart_needed": restart,
            "exit_code": code,
            "changed": list(changed),
        },
    }


def _wait_for(farm: Farm, generation: int) -> None:
    power = farm.hosts["sh1"].power
    deadline = time.monotonic() + 10
    while power.generation < generation and time.monotonic() < deadline:
        time.sleep(0.02)
    assert (power.generation, power.up) == (generation, True)


def test_rd_licensing_comes_with_class_service_and_cache(farm_of: FarmOf) -> None:
    farm = farm_of(sh1=BARE)
    client = SoapClient(farm, "sh1")
    assert client.get(SERVER).wmi_code == 0x80041010
    answer = _install(farm, "rds-licensing", tools=True)
    assert answer == _output("Remote-Desktop-Services", "RDS-Licensing", "RDS-Licensing-UI")
    assert client.get(SERVER).value("FirstName") == ""
    assert client.invoke(SERVER, "GetActivationStatus").value("ActivationStatus") == "1"
    service = client.get(SERVICE, {"Name": "TermServLicensing"})
    assert (service.value("State"), service.value("StartMode")) == ("Running", "Auto")
    state = farm.hosts["sh1"].registry.get(CACHE + "RDS-Licensing", "InstallState")
    assert state == (RegType.DWORD, 1)
    assert _install(farm, "RDS-Licensing") == _output(code="NoChangeNeeded")
    assert not farm.hosts["sh1"].features.restart_pending


def test_removing_rd_licensing_forgets_the_license_server(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"roles": ["licensing"]})
    host = farm.hosts["sh1"]
    assert host.license_server is not None
    before = host.license_server.license_server_id
    answer = _operation(farm, "remove_feature", names=["RDS-Licensing"])
    assert answer == _output("RDS-Licensing")
    client = SoapClient(farm, "sh1")
    assert client.get(SERVER).wmi_code == 0x80041010
    assert client.get(SERVICE, {"Name": "TermServLicensing"}).wmi_code == 0x80041002
    assert _operation(farm, "remove_feature", names=["RDS-Licensing"]) == _output(
        code="NoChangeNeeded"
    )
    _install(farm, "RDS-Licensing")
    assert not host.license_server.activated
    assert host.license_server.license_server_id != before


def test_the_session_host_role_waits_for_the_restart(farm_of: FarmOf) -> None:
    farm = farm_of(sh1=BARE)
    host, client = farm.hosts["sh1"], SoapClient(farm, "sh1")
    key = {"ServerName": "SH1"}
    answer = _install(farm, "RDS-RD-Server")
    changed = ("Remote-Desktop-Services", "RDS-RD-Server")
    assert answer == _output(*changed, restart="yes", code="SuccessRestartRequired")
    assert client.get(SETTING, key).value("TerminalServerMode") == "0"
    assert host.registry.get(CACHE + "RDS-RD-Server", "InstallState") == (RegType.DWORD, 3)
    assert host.registry.exists(REBOOT + "\\RebootPending")
    booted = client.get(OS).value("LastBootUpTime")
    assert client.invoke(OS, "Win32Shutdown", [("Flags", "6")]).value("ReturnValue") == "0"
    _wait_for(farm, 1)
    again = SoapClient(farm, "sh1")
    assert again.get(SETTING, key).value("TerminalServerMode") == "1"
    assert again.get(SETTING, key).value("LicensingType") == "5"
    assert again.get(OS).value("LastBootUpTime") != booted
    assert not host.registry.exists(REBOOT + "\\RebootPending")
    assert host.registry.get(CACHE + "RDS-RD-Server", "InstallState") == (RegType.DWORD, 1)


def test_removing_the_session_host_role_waits_too(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"reboot_seconds": 0.0})
    answer = _operation(farm, "remove_feature", names=["RDS-RD-Server"])
    assert answer["output"]["restart_needed"] == "yes"
    host = farm.hosts["sh1"]
    assert host.session_host
    SoapClient(farm, "sh1").invoke(OS, "Reboot")
    _wait_for(farm, 1)
    assert (host.session_host, host.state()["effective_mode"]) == (False, 1)


def test_a_scenario_may_make_rd_licensing_wait(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={**BARE, "features": {"restart": ["RDS-Licensing"]}})
    assert _install(farm, "RDS-Licensing")["output"]["restart_needed"] == "yes"
    client = SoapClient(farm, "sh1")
    assert client.get(SERVER).wmi_code == 0x80041010
    assert _install(farm, "RDS-Licensing") == _output(restart="yes", code="NoChangeNeeded")
    client.invoke(OS, "Reboot")
    _wait_for(farm, 1)
    assert SoapClient(farm, "sh1").get(SERVER).status == 200


def test_a_restarting_machine_cannot_be_reached(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"reboot_seconds": 0.6})
    host, client = farm.hosts["sh1"], SoapClient(farm, "sh1")
    host.services["TermService"].change_start_mode("Manual")
    assert client.invoke(OS, "Reboot").value("ReturnValue") == "0"
    assert client.invoke(OS, "Reboot").value("ReturnValue") == "0"
    time.sleep(0.25)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        client.get(OS)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        SoapClient(farm, "sh1").get(OS)
    _wait_for(farm, 1)
    client.close()
    assert client.get(OS).status == 200
    assert client.get(SERVICE, {"Name": "TermService"}).value("State") == "Stopped"
    assert client.get(SERVICE, {"Name": "WinRM"}).value("State") == "Running"


def test_a_restart_ends_connections_enumerations_and_shells(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"reboot_seconds": 0.0})
    client, other = SoapClient(farm, "sh1"), SoapClient(farm, "sh1")
    client.enumerate(SERVICE, max_elements="1")
    ShellClient(client).open()
    other.invoke(OS, "Reboot")
    _wait_for(farm, 1)
    with pytest.raises(http.client.RemoteDisconnected):
        client.get(OS)
    service = farm.services["sh1"]
    assert (service.cim.enumerations.open, service.shells.open) == (0, 0)


def test_a_machine_may_stay_down(farm_of: FarmOf) -> None:
    farm = farm_of(a={"reboot_seconds": -1}, b={})
    SoapClient(farm, "a").invoke(OS, "Reboot")
    SoapClient(farm, "b").invoke(OS, "Win32Shutdown", [("Flags", "8"), ("Reserved", "0")])
    time.sleep(0.3)
    assert [host.power.up for host in farm.hosts.values()] == [False, False]
    farm.hosts["a"].power.turn_on()
    assert SoapClient(farm, "a").get(OS).status == 200


def test_restarts_that_windows_refuses(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"reboot_code": 1271})
    client = SoapClient(farm, "sh1")
    assert client.invoke(OS, "Reboot").value("ReturnValue") == "1271"
    assert client.invoke(OS, "Win32Shutdown", [("Flags", "3")]).value("ReturnValue") == "87"
    assert client.invoke(OS, "Win32Shutdown").wmi_code == 0x8004102F
    assert client.invoke(OS, "Win32Shutdown", [("flags", "2")]).wmi_code == 0x8004102F
    assert client.invoke(OS, "Restart").wmi_code == 0x8004102E
    user = SoapClient(farm, "sh1", rights=Rights.REMOTE_MANAGEMENT_USER)
    assert user.invoke(OS, "Reboot").code == 5
    time.sleep(0.2)
    assert farm.hosts["sh1"].power.up


def test_a_pending_restart_from_before_ends_with_it(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={**BARE, "features": {"pending": ["servicing", "file_rename"]}})
    host = farm.hosts["sh1"]
    assert host.registry.exists(REBOOT + "\\RebootPending")
    assert host.registry.get(SESSIONS, "PendingFileRenameOperations") is not None
    assert host.state()["restart_pending"] is True
    host.power.restart()
    _wait_for(farm, 1)
    assert host.registry.get(SESSIONS, "PendingFileRenameOperations") is None
    assert host.state()["restart_pending"] is False


@pytest.mark.parametrize(
    ("plan", "name", "words", "code"),
    [
        (BARE, "RDS-Licencing", "no role, role service or feature", 0x80131500),
        ({"release": "win11-24h2"}, "RDS-Licensing", "client operating system", 0x80131500),
        ({**BARE, "release": "2008r2"}, "RDS-Licensing", "not recognized", 0x80131501),
        (
            {**BARE, "features": {"removed": ["RDS-Licensing"]}},
            "RDS-Licensing",
            "source files",
            0x800F081F,
        ),
    ],
)
def test_errors_of_the_cmdlet(
    farm_of: FarmOf, plan: dict[str, Any], name: str, words: str, code: int
) -> None:
    answer = _install(farm_of(sh1=plan), name)
    assert answer["ok"] is False
    assert words in answer["error"]
    assert answer["code"] == code - 2**32


def test_an_installation_may_fail(farm_of: FarmOf) -> None:
    failures = {"RDS-Licensing": "FailedRestartRequired"}
    farm = farm_of(sh1={**BARE, "features": {"failures": failures}})
    assert _install(farm, "RDS-Licensing")["output"] == {
        "success": False,
        "restart_needed": "yes",
        "exit_code": "FailedRestartRequired",
        "changed": [],
    }
    assert not farm.hosts["sh1"].licensing_role


@pytest.mark.parametrize(
    "given",
    [
        {"names": "RDS-Licensing", "management_tools": True},
        {"names": ["RDS-Licensing"]},
        {"names": ["RDS-Licensing"], "management_tools": "yes"},
        {"names": [""], "management_tools": True},
        {"names": ["RDS-Licensing"], "management_tools": True, "restart": True},
    ],
)
def test_input_that_does_not_fit(farm_of: FarmOf, given: dict[str, Any]) -> None:
    farm = farm_of(sh1=BARE)
    assert "wrong input" in _operation(farm, "install_feature", **given)
    assert farm.hosts["sh1"].features.installed == []


def test_classes_that_tell_features(farm_of: FarmOf) -> None:
    plan = {"roles": ["licensing"], "features": {"installed": ["RDS-Gateway"], "cache": False}}
    farm = farm_of(sh1=plan, c={"release": "win11-24h2"})
    client = SoapClient(farm, "sh1")
    optional = {
        f["Name"]: f["InstallState"]
        for f in map(fields, client.all_items(CIMV2 + "Win32_OptionalFeature"))
    }
    assert (optional["Licensing"], optional["AppServer"]) == ("1", "2")
    numbers = {fields(i)["ID"] for i in client.all_items(CIMV2 + "Win32_ServerFeature")}
    assert numbers == {"18", "131", "132"}
    answer = client.invoke(TASKS, "GetServerFeature")
    assert answer.value("RequiresReboot") == "false"
    states = {}
    for item in answer.content:
        if item.tag.endswith("}cmdletOutput"):
            states[fields(item)["UniqueName"]] = fields(item)["State"]
    assert (states["RDS-Licensing"], states["RDS-RD-Server"]) == ("1", "0")
    assert not farm.hosts["sh1"].registry.exists(CACHE.rstrip("\\"))
    assert SoapClient(farm, "c").all_items(CIMV2 + "Win32_OptionalFeature") == []
    user = SoapClient(farm, "sh1", rights=Rights.REMOTE_MANAGEMENT_USER)
    assert user.invoke(TASKS, "GetServerFeature").code == 5


def test_a_service_that_does_not_start_after_the_installation(farm_of: FarmOf) -> None:
    plan = {**BARE, "stuck_services": ["TermServLicensing"]}
    farm = farm_of(sh1={**plan, "stopped_services": ["TermServLicensing"]})
    _install(farm, "RDS-Licensing")
    client = SoapClient(farm, "sh1")
    key = {"Name": "TermServLicensing"}
    assert client.get(SERVICE, key).value("State") == "Stopped"
    assert client.invoke(SERVICE, "StartService", (), key).value("ReturnValue") == "7"
    assert client.get(SERVER).wmi_code == 0x80041009
    farm.hosts["sh1"].power.seconds = 0.0
    client.invoke(OS, "Reboot")
    _wait_for(farm, 1)
    assert SoapClient(farm, "sh1").get(SERVICE, key).value("State") == "Start Pending"


def test_features_in_the_model_are_exact(farm_of: FarmOf) -> None:
    features = farm_of(sh1=BARE).hosts["sh1"].features
    with pytest.raises(FeatureError):
        features.remove(["Telnet"])
    assert features.install(["RDS-RD-Server"], tools=True).changed[-1].startswith("RSAT-RDS")
    assert features.remove(["RDS-RD-Server"]).exit_code == "SuccessRestartRequired"
