# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every operation of a session against a farm, over Ansible's own connection plugins."""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim import wql
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers.choose import (
    carrier_for,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers.winrm import (
    ready_for_shell,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    ConnectionLost,
    Fault,
    WriteInCheckMode,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.schema import (
    CimClass,
    Method,
    string,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.session import (
    CimSession,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.values import CimValue
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database import (
    fetch,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.powershell import (
    OperationFailed,
    run_operation,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.registry import (
    Absent,
    Registry,
    WrongType,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.schema import (
    license_server,
    operating_system,
    session_host,
)
from farm import Farm, RegType
from farm import Fault as FarmFault
from wire.conftest import WAYS, Connect, Way
from wire.definitions import whole_class

KEYS = {"ServerName": "SH1"}
KEY = r"SOFTWARE\Wire"
OVER_WINRM = [each for each in WAYS.values() if each.connection == "winrm"]
OVER_PSRP = [each for each in WAYS.values() if each.connection == "psrp"]
OPENING = 3
"""Requests that open a runspace."""
SETTING = whole_class("Win32_TerminalServiceSetting")


def operations(farm: Farm, name: str = "sh1") -> list[str]:
    return [each.operation for each in farm.hosts[name].requests if each.operation != "auth"]


def test_identify(session: CimSession) -> None:
    found = session.identify()
    assert found["ProductVendor"] == "Microsoft Corporation"
    assert found["ProductVersion"].startswith("OS: 10.0.20348")


def test_get_by_key(session: CimSession, farm: Farm) -> None:
    found = session.get(session_host.TERMINAL_SERVICE_SETTING, KEYS)
    assert (found["ServerName"], found["TerminalServerMode"]) == ("SH1", 1)
    assert operations(farm) == ["Get"]


def test_put_and_what_it_returns(session: CimSession, farm: Farm) -> None:
    values = session.get(SETTING, KEYS)
    # Documented, and not in the class of newer servers: what is not there cannot be put.
    del values["PolicySourceDisableForcibleLogoff"]
    drain = 0 if values["SessionBrokerDrainMode"] else 1
    written = session.put(SETTING, {**values, "SessionBrokerDrainMode": drain}, KEYS)
    assert written["SessionBrokerDrainMode"] == drain
    assert session.get(SETTING, KEYS)["SessionBrokerDrainMode"] == drain
    assert operations(farm) == ["Get", "Put", "Get"]


def test_get_of_an_instance_that_is_not_there(session: CimSession) -> None:
    with pytest.raises(Fault) as caught:
        session.get(session_host.TERMINAL_SERVICE_SETTING, {"ServerName": "OTHER"})
    assert caught.value.code is not None
    assert caught.value.code.name is not None


def test_enumerate_a_class_with_one_instance_in_one_request(
    session: CimSession, farm: Farm
) -> None:
    assert len(list(session.enumerate(session_host.TERMINAL_SERVICE_SETTING))) == 1
    assert operations(farm) == ["Enumerate"]


def test_enumerate_a_query(session: CimSession, farm: Farm) -> None:
    where = f"Name = {wql.literal('TermService')}"
    rows = list(session.enumerate(operating_system.SERVICE, ["Name", "State"], where))
    assert rows == [{"Name": "TermService", "State": "Running"}]
    assert farm.hosts["sh1"].requests[-1].query.startswith("SELECT Name, State FROM Win32_Service")


def test_derived_classes_are_among_the_instances(session: CimSession) -> None:
    # TermService is a Win32_TerminalService, derived from Win32_Service.
    names = [each["Name"] for each in session.enumerate(operating_system.SERVICE)]
    assert "TermService" in names
    assert len(names) == len(set(names)) > 1


def test_a_put_that_lacks_properties_is_refused(session: CimSession, farm: Farm) -> None:
    with pytest.raises(Fault) as caught:
        session.put(SETTING, {"ServerName": "SH1", "SessionBrokerDrainMode": 1}, KEYS)
    assert caught.value.wmi_code == 0x80041028
    assert caught.value.operation == "writing Win32_TerminalServiceSetting"
    assert operations(farm) == ["Put"]
    assert session.get(SETTING, KEYS)["SessionBrokerDrainMode"] != 1


def test_a_read_only_session_puts_nothing_on_the_wire(connect: Connect, farm: Farm) -> None:
    session = CimSession(carrier_for(connect()), read_only=True)
    session.get(session_host.TERMINAL_SERVICE_SETTING, KEYS)
    with pytest.raises(WriteInCheckMode):
        session.invoke(
            session_host.TERMINAL_SERVICE_SETTING, "ChangeMode", {"LicensingType": 2}, KEYS
        )
    with pytest.raises(WriteInCheckMode):
        Registry(session).set_dword(KEY, "x", 1)
    assert operations(farm) == ["Get"]


def test_the_registry(session: CimSession, farm: Farm) -> None:
    registry = Registry(session)
    registry.create_key(KEY)
    registry.set_dword(KEY, "Number", 4294967295)
    text = 'a&b <c> "d" \u00e4\u20ac\U0001f600'
    registry.set_text(KEY, "Text", text)
    held = farm.hosts["sh1"].registry
    assert held.get("HKLM\\" + KEY, "Number") == (RegType.DWORD, 4294967295)
    assert held.get("HKLM\\" + KEY, "Text") == (RegType.SZ, text)
    assert registry.dword(KEY, "Number") == 4294967295
    assert registry.text(KEY, "Text") == text
    assert registry.dword(KEY, "Text") == WrongType("REG_SZ", "REG_DWORD")
    assert registry.text(KEY, "Nothing") is Absent.VALUE
    assert registry.text(KEY + r"\Nothing", "Text") is Absent.KEY
    held.set("HKLM\\" + KEY, "Texts", RegType.MULTI_SZ, ["one"])
    assert registry.texts(KEY, "Texts") == ["one"]
    assert sorted(registry.value_names(KEY)) == ["Number", "Text", "Texts"]
    registry.delete_value(KEY, "Number")
    registry.delete_key(KEY)
    assert not held.exists("HKLM\\" + KEY)


@pytest.mark.parametrize("names", [["ls1.example.com"], ["b", "a"]])
def test_arrays_of_one_and_of_several(session: CimSession, names: list[str]) -> None:
    inputs: dict[str, CimValue] = {"SpecifiedLSList": list(names)}
    session.call(
        session_host.TERMINAL_SERVICE_SETTING, "SetSpecifiedLicenseServerList", inputs, KEYS
    )
    found = session.call(
        session_host.TERMINAL_SERVICE_SETTING, "GetSpecifiedLicenseServerList", keys=KEYS
    )
    assert found["SpecifiedLSList"] == names
    session.call(
        session_host.TERMINAL_SERVICE_SETTING, "EmptySpecifiedLicenseServerList", keys=KEYS
    )
    found = session.call(
        session_host.TERMINAL_SERVICE_SETTING, "GetSpecifiedLicenseServerList", keys=KEYS
    )
    assert found["SpecifiedLSList"] == []


def test_a_return_value_that_is_not_0_is_returned(session: CimSession) -> None:
    inputs: dict[str, CimValue] = {"LicensingType": 3}
    found = session.invoke(session_host.TERMINAL_SERVICE_SETTING, "ChangeMode", inputs, KEYS)
    assert found["ReturnValue"] == 0x80041008


@pytest.mark.parametrize(
    ("cls", "missing"),
    [
        (CimClass("root/cimv2", "Win32_Nothing", "test", (string("Name"),)), True),
        (CimClass("root/nothing", "Win32_Nothing", "test", (string("Name"),)), True),
    ],
)
@pytest.mark.parametrize("query", [True, False])
def test_a_class_that_is_not_there(
    session: CimSession, cls: CimClass, missing: bool, query: bool
) -> None:
    with pytest.raises(Fault) as caught:
        list(session.enumerate(cls, ["Name"] if query else None))
    assert caught.value.no_such_class is missing
    assert not caught.value.access_denied


def test_a_method_that_is_not_there(session: CimSession) -> None:
    invented = CimClass(
        session_host.TERMINAL_SERVICE_SETTING.namespace,
        session_host.TERMINAL_SERVICE_SETTING.name,
        "test",
        methods=(Method("SetLicensingType"),),
    )
    with pytest.raises(Fault) as caught:
        session.invoke(invented, "SetLicensingType", keys=KEYS)
    assert caught.value.wmi_code == 0x8004102E


def test_datetimes_of_whole_instances_and_of_projections(connect: Connect) -> None:
    session = CimSession(carrier_for(connect("ls1")))
    whole = next(iter(session.enumerate(license_server.ISSUED_LICENSE)))
    names = [each.name for each in license_server.ISSUED_LICENSE.properties]
    projected = next(iter(session.enumerate(license_server.ISSUED_LICENSE, names)))
    assert whole == projected
    issued = whole["IssueDate"]
    assert isinstance(issued, datetime)
    assert issued.tzinfo is UTC


# -- shells -----------------------------------------------------------------------------------


def test_no_shell_and_no_runspace_is_opened(connect: Connect, farm: Farm) -> None:
    connection = connect()
    session = CimSession(carrier_for(connection))
    session.get(session_host.TERMINAL_SERVICE_SETTING, KEYS)
    list(session.enumerate(operating_system.SERVICE))
    connection.close()
    assert not [each for each in operations(farm) if "Shell" in each or each == "Command"]


def test_one_login_serves_all_messages(connect: Connect, farm: Farm, way: Way) -> None:
    session = CimSession(carrier_for(connect()))
    for dummy in range(5):
        session.get(session_host.TERMINAL_SERVICE_SETTING, KEYS)
    legs = [each for each in farm.hosts["sh1"].requests if each.operation == "auth"]
    assert len(legs) <= (3 if way.auth == "ntlm" else 1)
    assert operations(farm) == ["Get"] * 5


def test_a_second_session_on_the_same_connection_logs_in_no_more_over_winrm(
    connect: Connect, farm: Farm, way: Way
) -> None:
    connection = connect()
    for dummy in range(2):
        CimSession(carrier_for(connection)).get(session_host.TERMINAL_SERVICE_SETTING, KEYS)
    legs = [each for each in farm.hosts["sh1"].requests if each.operation == "auth"]
    if way.connection == "winrm":
        assert len(legs) <= (3 if way.auth == "ntlm" else 1)
    assert operations(farm) == ["Get", "Get"]


@pytest.mark.parametrize("way", OVER_WINRM, indirect=True)
def test_the_connection_takes_a_command_afterwards(connect: Connect, farm: Farm) -> None:
    connection = connect()
    CimSession(carrier_for(connection)).get(session_host.TERMINAL_SERVICE_SETTING, KEYS)
    ready_for_shell(connection)
    status, stdout, dummy = connection.exec_command("hostname")
    CimSession(carrier_for(connection)).get(session_host.TERMINAL_SERVICE_SETTING, KEYS)
    connection.close()
    seen = operations(farm)
    assert seen[:3] == ["Get", "ShellCreate", "Command"]
    assert seen.count("ShellCreate") == seen.count("ShellDelete") == 1
    assert seen.count("Get") == 2
    assert isinstance(status, int)
    assert isinstance(stdout, bytes)


@pytest.mark.parametrize("way", OVER_PSRP, indirect=True)
def test_the_plugin_is_left_to_open_its_own_runspace(connect: Connect, farm: Farm) -> None:
    connection = connect()
    session = CimSession(carrier_for(connection))
    session.get(session_host.TERMINAL_SERVICE_SETTING, KEYS)
    assert (connection.runspace, connection.connected) == (None, False)
    assert connection.exec_command("hostname") == (0, b"sh1", b"")
    assert connection.exec_command("exit 3") == (3, b"", b"")
    session.get(session_host.TERMINAL_SERVICE_SETTING, KEYS)
    # A session that is made now goes over the runspace's connection.
    carrier: Any = carrier_for(connection)
    assert carrier._transport is connection.runspace.connection.transport
    CimSession(carrier).get(session_host.TERMINAL_SERVICE_SETTING, KEYS)
    connection.close()
    seen = operations(farm)
    assert [each for each in seen if each in ("Get", "ShellCreate", "Command", "ShellDelete")] == [
        *("Get", "ShellCreate", "Command", "Command", "Get", "Get", "ShellDelete")
    ]


def test_a_powershell_step_runs_over_the_same_connection(connect: Connect, farm: Farm) -> None:
    connection = connect()
    session = CimSession(carrier_for(connection))
    session.get(session_host.TERMINAL_SERVICE_SETTING, KEYS)
    assert run_operation(connection, "gpupdate", {"wait_seconds": 1}) == {"exit_code": 0}
    session.get(session_host.TERMINAL_SERVICE_SETTING, KEYS)
    seen = operations(farm)
    assert [seen[0], seen[1], seen[-1]] == ["Get", "ShellCreate", "Get"]


def test_as_many_bytes_as_a_step_ever_takes_or_gives(connect: Connect) -> None:
    connection = connect()
    data = os.urandom(fetch.SENT)
    path = f"C:\\ProgramData\\{uuid.uuid4()}"
    for offset in (0, fetch.SENT):
        found = run_operation(connection, "write_chunk", {"path": path, "offset": offset}, data)
        assert found["bytes"] == offset + fetch.SENT
    options = {"path": path, "offset": 0, "count": fetch.CHUNK}
    assert run_operation(connection, "read_chunk", options)["blob"] == data * (
        fetch.CHUNK // fetch.SENT
    )


def test_a_step_that_fails_tells_why_over_every_connection(connect: Connect) -> None:
    options = {"path": "X:\\nowhere", "offset": 0, "count": 1}
    with pytest.raises(OperationFailed) as caught:
        run_operation(connect(), "read_chunk", options)
    assert caught.value.operation == "running the PowerShell step read_chunk"


@pytest.mark.parametrize("at", range(1, 7))
@pytest.mark.parametrize("kind", ["drop", "drop_after"])
@pytest.mark.parametrize("way", OVER_PSRP, indirect=True)
def test_a_connection_that_breaks_at_any_request_of_a_runspace(
    connect: Connect, farm: Farm, kind: str, at: int
) -> None:
    """What only reads is sent again over a new runspace; what writes only if nothing was sent yet.

    The connection can be used afterwards.
    """
    connection = connect()
    host = farm.hosts["sh1"]
    # What earlier breaks left open has been idle for long enough.
    host.clock.advance(timedelta(hours=3))
    host.faults.add(FarmFault(kind, at=at))
    options = {"path": "C:\\"}
    assert run_operation(connection, "list_folder", options)["exists"]
    connection.close()
    host.faults.clear()
    host.faults.add(FarmFault(kind, at=at))
    if at > OPENING:
        with pytest.raises(ConnectionLost):
            run_operation(connection, "gpupdate", {"wait_seconds": 1})
    host.clear_log()
    assert run_operation(connection, "gpupdate", {"wait_seconds": 1}) == {"exit_code": 0}
    assert operations(farm).count("Command") == 1
