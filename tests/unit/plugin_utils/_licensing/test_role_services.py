# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Windows services behind the role services."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.session import (
    CimSession,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing import (
    role_services,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    Progress,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.services import (
    ServiceError,
    Services,
)
from unit.plugin_utils.scripted import ScriptedCarrier
from unit.plugin_utils.soap import WMI, Sent, first_page, fragment, outputs


class Machine:
    """Two services that obey, or not."""

    endpoint = "http://host:5985/wsman"
    operation_timeout = 20.0

    def __init__(self, **states: str) -> None:
        self.states = states
        self.stuck: set[str] = set()
        self.log: list[str] = []

    def send(self, message: bytes, wait: float | None = None) -> tuple[int, bytes]:
        return ScriptedCarrier(self._answer).send(message, wait)

    def reset(self) -> None:
        raise AssertionError("nothing broke")

    def _answer(self, sent: Sent) -> str:
        if sent.action == "Enumerate":
            name = sent.header("Filter").split("'")[1]
            state = self.states.get(name)
            return first_page(fragment({"Name": name, "State": state}) if state else "")
        name = sent.selectors["Name"]
        self.log.append(f"{sent.action} {name}")
        number = 0
        if name == "TermService" and sent.action == "StopService" and self._held():
            number = 3
        elif name not in self.stuck:
            self.states[name] = "Running" if sent.action == "StartService" else "Stopped"
        return outputs(f"{WMI}/x", sent.action, {"ReturnValue": number})

    def _held(self) -> bool:
        return self.states.get("UmRdpService") == "Running"


def ensure(
    machine: Machine,
    role: role_services.RoleService = role_services.RoleService.SESSION_HOST,
    *,
    restart: bool = False,
    check_mode: bool = False,
    progress: Progress | None = None,
) -> tuple[bool, dict[str, object] | None, dict[str, object] | None]:
    session = CimSession(machine, read_only=check_mode)
    outcome = role_services.ensure_service(
        Services(session, lambda dummy: None),
        role,
        restart=restart,
        wait=2,
        progress=progress or Progress(),
        check_mode=check_mode,
    )
    return outcome.changed, outcome.before, outcome.after


def test_a_service_that_runs_is_left_alone() -> None:
    machine = Machine(TermService="Running")
    assert ensure(machine) == (False, {"state": "Running"}, {"state": "Running"})
    assert machine.log == []


def test_a_service_that_is_stopped_is_started() -> None:
    machine = Machine(TermServLicensing="Stopped")
    found = ensure(machine, role_services.RoleService.LICENSING)
    assert found == (True, {"state": "Stopped"}, {"state": "Running"})
    assert machine.log == ["StartService TermServLicensing"]
    assert ensure(machine, role_services.RoleService.LICENSING)[0] is False


def test_a_restart_stops_what_depends_on_it_and_starts_it_again() -> None:
    machine = Machine(TermService="Running", UmRdpService="Running")
    progress = Progress()
    assert ensure(machine, restart=True, progress=progress)[0] is True
    assert machine.states == {"TermService": "Running", "UmRdpService": "Running"}
    assert machine.log[-2:] == ["StartService TermService", "StartService UmRdpService"]
    assert progress.applied == ["stop TermService", "start TermService", "start UmRdpService"]
    assert progress.uncertain is None


def test_a_restart_of_a_stopped_service_starts_it() -> None:
    machine = Machine(TermService="Stopped")
    assert ensure(machine, restart=True)[0] is True
    assert machine.log == ["StartService TermService"]


@pytest.mark.parametrize(
    ("state", "restart", "changed"),
    [("Running", False, False), ("Running", True, True), ("Stopped", False, True)],
)
def test_check_mode_touches_nothing(state: str, restart: bool, changed: bool) -> None:
    machine = Machine(TermService=state)
    found = ensure(machine, restart=restart, check_mode=True)
    assert found == (changed, {"state": state}, {"state": "Running"})
    assert machine.log == []


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_service_that_is_not_installed(check_mode: bool) -> None:
    with pytest.raises(ServiceError, match="service TermServLicensing: it does not exist"):
        ensure(Machine(), role_services.RoleService.LICENSING, check_mode=check_mode)


def test_a_start_that_sticks_says_what_was_done() -> None:
    machine = Machine(TermService="Running")
    progress = Progress()
    machine.stuck.add("TermService")
    with pytest.raises(ServiceError, match="it is Running and not Stopped after 2 seconds"):
        ensure(machine, restart=True, progress=progress)
    assert (progress.applied, progress.uncertain) == ([], "stop TermService")


def test_roles_by_the_names_of_the_module() -> None:
    assert role_services.RoleService["SESSION_HOST"].value == "TermService"
    assert role_services.RoleService["LICENSING"].value == "TermServLicensing"
    assert role_services.RoleService.SESSION_HOST.dependents == ("UmRdpService",)
    assert role_services.RoleService.LICENSING.dependents == ()
