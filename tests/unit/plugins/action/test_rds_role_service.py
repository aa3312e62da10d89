# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin of rds_role_service: what it hands to the domain, and its connections."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from ansible import context
from ansible.errors import AnsibleConnectionFailure
from ansible.utils.context_objects import CLIArgs
from ansible_collections.remote_desktop.licensing.plugins.action import rds_role_service
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils import _action
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    Unreachable,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.session import (
    CimSession,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    Progress,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows import powershell
from unit.plugin_utils.fake_role_server import BOUGHT, RoleServer
from unit.plugin_utils.task_stand_ins import Connection, Task, action_of

LICENSING = "RDS-Licensing"


@dataclass
class Shell(Connection):
    """A connection whose commands reach the server's cmdlets."""

    transport: str = "psrp"
    server: RoleServer | None = None
    breaks: Exception | None = None

    def __post_init__(self) -> None:
        self.events: list[str] = []

    def exec_command(self, dummy: str, in_data: bytes, **kwargs: bool) -> tuple[int, bytes, bytes]:
        assert self.server is not None
        assert kwargs == {"sudoable": False}
        self.events.append("command")
        if self.breaks is not None:
            raise self.breaks
        given = json.loads(base64.b64decode(in_data.splitlines()[1]))
        (name,) = given.pop("names")
        done = self.server.install(name, **given) if given else self.server.remove(name)
        output = {"success": True, "restart_needed": str(done.restart), "exit_code": "x"}
        answer = {"ok": True, "output": output | {"changed": list(done.changed)}}
        text = base64.b64encode(json.dumps(answer).encode()).decode()
        return 0, f"{powershell.BEGIN}\n{text}\n{powershell.END}\n".encode(), b""

    def close(self) -> None:
        self.events.append("close")
        raise OSError("what was open is closed, whatever comes of it")


@dataclass
class Lab:
    """A server, the connection to it, and the action plugin over both."""

    server: RoleServer
    connection: Shell

    def run(self, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        task = Task({"name": "licensing"} | options, check_mode=check_mode, diff=True)
        action = action_of(rds_role_service.ActionModule, task, self.connection)
        result: dict[str, Any] = action.run(None, {"inventory_hostname": "ls1"})
        return result


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    server = RoleServer()
    connection = Shell(server=server)

    def carrier(dummy: object) -> RoleServer:
        connection.events.append("carrier")
        return server

    def restart(connect: Callable[[], CimSession], timeout: float) -> CimSession:
        connection.events.append("restart")
        connect()
        server.restart_within(timeout)
        return connect()

    monkeypatch.setattr(_action, "carrier_for", carrier)
    monkeypatch.setattr(rds_role_service, "carrier_for", carrier)
    monkeypatch.setattr(rds_role_service, "restart_computer", restart)
    monkeypatch.setattr(server, "reset", lambda: connection.events.append("reset"))
    monkeypatch.setattr(context, "CLIARGS", CLIArgs({}))
    return Lab(server, connection)


def test_defaults(lab: Lab) -> None:
    result = lab.run()
    assert lab.server.steps == [("install RDS-Licensing", True)]
    assert (result["changed"], result["reboot_required"], result["rebooted"]) == (
        True,
        False,
        False,
    )
    keys = {"installed", "service_state", "start_mode", "reboot_pending"}
    assert set(result["before"]) == set(result["after"]) == keys
    assert result["diff"]["after"] == result["after"]
    assert lab.connection.events == ["carrier", "command"]


def test_check_mode_starts_no_command(lab: Lab) -> None:
    result = lab.run(check_mode=True, reboot=True)
    assert result["changed"]
    assert lab.connection.events == ["carrier"]
    assert lab.server.writes == []


def test_every_option_gets_through(lab: Lab) -> None:
    result = lab.run(name="session_host", management_tools=False, reboot=True, reboot_timeout=7)
    assert lab.server.steps == [("install RDS-RD-Server", False)]
    assert lab.server.restarts == [7]
    assert result["rebooted"]
    lab.server.licensing, lab.server.packs = True, [BOUGHT]
    assert lab.run(state="absent")["refused"] == "installed_packs"
    removed = lab.run(state="absent", accept_license_loss=True)
    assert removed["after"]["installed"] is False
    assert removed["warnings"][0].startswith("ls1: ")


def test_the_wait_for_the_service_gets_through(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_action, "Progress", lambda: Progress(sleep=lab.server.sleep))
    lab.server.licensing, lab.server.running = True, False
    lab.server.on_call("Win32_Service.StartService", lambda dummy: {"ReturnValue": 0})
    assert "not Running after 3 seconds" in lab.run(wait=3)["msg"]
    assert sum(lab.server.delays) == 3


def test_shells_are_closed_before_a_restart_and_every_look_logs_on_anew(lab: Lab) -> None:
    assert lab.run(name="session_host", reboot=True)["rebooted"]
    assert lab.connection.events == [
        "carrier",
        "command",
        "close",
        "restart",
        *["carrier", "reset"] * 2,
    ]


def test_a_connection_that_fails_in_a_restart_is_a_look_that_failed(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[str] = []

    def restart(connect: Callable[[], CimSession], dummy: float) -> CimSession:
        with pytest.raises(Unreachable, match="kinit") as caught:
            connect()
        found.append(str(caught.value))
        raise caught.value

    def carrier(dummy: object) -> RoleServer:
        raise AnsibleConnectionFailure("kinit failed")

    monkeypatch.setattr(rds_role_service, "restart_computer", restart)
    monkeypatch.setattr(rds_role_service, "carrier_for", carrier)
    result = lab.run(name="session_host", reboot=True)
    assert found
    assert result["unreachable"] is True
    assert result["applied"] == ["install RDS-RD-Server"]
    assert result["uncertain"] == "restart the computer"


def test_a_step_whose_answer_got_lost_is_looked_for(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(_action, "Progress", lambda: Progress(sleep=waits.append))
    lab.connection.breaks = AnsibleConnectionFailure("winrm connection error: read timed out")
    result = lab.run()
    assert result["failed"] is True
    assert "its answer got lost (winrm connection error: read timed out)" in result["msg"]
    assert "reading back does not show it" in result["msg"]
    assert sum(waits) >= 60  # an installation takes minutes


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "gateway"}, "name"),
        ({"state": "started"}, "state"),
        ({"reboot": "perhaps"}, "reboot"),
        ({"reboot_timeout": "soon"}, "reboot_timeout"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_options_that_it_does_not_take(lab: Lab, options: dict[str, Any], words: str) -> None:
    result = lab.run(**options)
    assert result["failed"] is True
    assert words in result["msg"]
    assert lab.connection.events == []
