# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role services: {absent, there, waiting} x {run, check mode, second run}, and restarts."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing import (
    role_installation,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    NotApplied,
    Progress,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.features import (
    RestartNeeded,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.reboot import (
    RestartFailed,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.services import (
    ServiceError,
)
from unit.plugin_utils.fake_host import Glitch, lost
from unit.plugin_utils.fake_role_server import (
    ABSENT,
    RUNNING,
    UPDATES,
    RoleServer,
    carry_out,
    check,
    ensure,
    told,
)

INSTALL_LICENSING = ("install RDS-Licensing", True)
INSTALL_HOST = ("install RDS-RD-Server", True)


# -- RD Licensing -----------------------------------------------------------------------------


def test_licensing_on_a_bare_server() -> None:
    server = RoleServer()
    predicted, done = check(server), ensure(server)
    for outcome in (predicted, done):
        assert told(outcome) == (True, False, False)
        assert outcome.before == ABSENT | {"reboot_pending": False}
        assert outcome.after == RUNNING | {"reboot_pending": False}
        assert outcome.warnings == []
    assert server.steps == [INSTALL_LICENSING]
    assert server.writes == []
    again = ensure(server)
    assert told(again) == (False, False, False)
    assert again.before == again.after == done.after
    assert server.steps == [INSTALL_LICENSING]


def test_a_second_run_only_reads_and_costs_seven_requests() -> None:
    server = RoleServer(licensing=True)
    ensure(server)
    assert server.reads == [
        "Win32_OperatingSystem",
        "Win32_Service",
        "Win32_TerminalServiceSetting",
        "Win32_TSLicenseServer.Get",
        "StdRegProv.EnumKey",
        "StdRegProv.EnumKey",
        "StdRegProv.EnumValues",
    ]


def test_without_the_management_tools() -> None:
    server = RoleServer()
    ensure(server, management_tools=False)
    assert server.steps == [("install RDS-Licensing", False)]


@pytest.mark.parametrize(
    ("running", "mode", "writes"),
    [
        (True, "Manual", ["ChangeStartMode"]),
        (True, "Disabled", ["ChangeStartMode"]),
        (False, "Auto", ["StartService"]),
        (False, "Manual", ["ChangeStartMode", "StartService"]),
        # Only a service that may start can be started.
        (False, "Disabled", ["ChangeStartMode", "StartService"]),
    ],
)
def test_the_service_is_made_automatic_and_started(
    running: bool, mode: str, writes: list[str]
) -> None:
    server = RoleServer(licensing=True, running=running, start_mode=mode)
    predicted, done = check(server), ensure(server)
    for outcome in (predicted, done):
        assert told(outcome) == (True, False, False)
        assert outcome.before == RUNNING | {
            "service_state": "Running" if running else "Stopped",
            "start_mode": mode,
            "reboot_pending": False,
        }
        assert outcome.after == RUNNING | {"reboot_pending": False}
    assert server.writes == [f"Win32_Service.{each}" for each in writes]
    assert server.steps == []


def test_a_service_that_is_not_running_after_the_installation_is_started() -> None:
    server = RoleServer(running=False, start_mode="Manual")
    assert ensure(server).after == RUNNING | {"reboot_pending": False}
    assert server.writes == ["Win32_Service.ChangeStartMode", "Win32_Service.StartService"]


def test_a_service_that_does_not_start() -> None:
    server = RoleServer(licensing=True, running=False)
    server.on_call("Win32_Service.StartService", lambda dummy: {"ReturnValue": 13})
    progress = Progress(sleep=server.sleep)
    with pytest.raises(ServiceError, match="a service that it depends on did not start"):
        carry_out(server, progress, "licensing")
    assert (progress.applied, progress.uncertain) == ([], None)


def test_a_service_that_stays_stopped_is_waited_for_as_long_as_told() -> None:
    server = RoleServer(licensing=True, running=False)
    server.on_call("Win32_Service.StartService", lambda dummy: {"ReturnValue": 0})
    with pytest.raises(ServiceError, match="it is Stopped and not Running after 7 seconds"):
        ensure(server, wait=7)
    assert sum(server.delays) == 7


@pytest.mark.parametrize(
    ("number", "advice"), [(2, "Administrators"), (21, "group policy"), (8, "group policy")]
)
def test_a_start_mode_that_windows_refuses(number: int, advice: str) -> None:
    server = RoleServer(licensing=True, start_mode="Manual")
    server.on_call("Win32_Service.ChangeStartMode", lambda dummy: {"ReturnValue": number})
    with pytest.raises(ServiceError, match=f"TermServLicensing: Windows answered {number}") as told:
        ensure(server)
    assert advice in (told.value.advice or "")


def test_a_start_mode_that_does_not_stay() -> None:
    server = RoleServer(licensing=True, start_mode="Manual")
    server.on_call("Win32_Service.ChangeStartMode", lambda dummy: {"ReturnValue": 0})
    with pytest.raises(NotApplied, match="reading back does not show it") as caught:
        ensure(server)
    assert caught.value.operation == "let TermServLicensing start automatically"


# -- RD Session Host --------------------------------------------------------------------------


def test_a_session_host_waits_for_its_restart() -> None:
    server = RoleServer()
    predicted, done = check(server, "session_host"), ensure(server, "session_host")
    host = {"installed": False, "service_state": "Running", "start_mode": "Manual"}
    for outcome in (predicted, done):
        assert told(outcome) == (True, True, False)
        assert outcome.before == host | {"reboot_pending": False}
        assert outcome.after == host | {"reboot_pending": True}
        assert "reboot: true" in outcome.warnings[0]
    assert server.steps == [INSTALL_HOST]
    again, predicted = ensure(server, "session_host"), check(server, "session_host")
    for outcome in (again, predicted):
        assert told(outcome) == (False, True, False)
        assert outcome.values["reboot_reasons"] == [
            "features or updates (Component Based Servicing)"
        ]
    assert server.steps == [INSTALL_HOST]


@pytest.mark.parametrize("marks_restart", [True, False])
def test_a_session_host_with_its_restart(marks_restart: bool) -> None:
    # Without a mark in the registry the cmdlet's own word that a restart is needed is enough.
    server = RoleServer(marks_restart=marks_restart)
    options = {"reboot": True, "reboot_timeout": 900}
    predicted = check(server, "session_host", **options)
    done = ensure(server, "session_host", **options)
    for outcome in (predicted, done):
        assert told(outcome) == (True, False, True)
        assert outcome.after == {
            "installed": True,
            "service_state": "Running",
            "start_mode": "Manual",
            "reboot_pending": False,
        }
        assert outcome.warnings == []
    assert server.restarts == [900]
    assert told(ensure(server, "session_host", **options)) == (False, False, False)
    assert server.restarts == [900]


def test_an_installation_that_waits_is_completed_by_the_restart_alone() -> None:
    server = RoleServer()
    ensure(server, "session_host")
    assert told(check(server, "session_host", reboot=True)) == (True, False, True)
    done = ensure(server, "session_host", reboot=True)
    assert told(done) == (True, False, True)
    assert done.after is not None
    assert done.after["installed"] is True
    assert server.steps == [INSTALL_HOST]


def test_a_change_that_leaves_no_mark_is_a_change() -> None:
    server = RoleServer(marks_restart=False)
    assert told(ensure(server, "session_host")) == (True, True, False)


def test_the_service_of_a_session_host_is_left_alone() -> None:
    server = RoleServer(session_host=True)
    assert told(ensure(server, "session_host")) == (False, False, False)
    assert server.writes == []


def test_a_change_that_the_restart_did_not_bring() -> None:
    server = RoleServer()
    server.on_restart = lambda: None
    progress = Progress(sleep=server.sleep)
    with pytest.raises(
        role_installation.NotThereAfterRestart, match="RD Session Host is still not installed"
    ):
        carry_out(server, progress, "session_host", reboot=True)
    assert progress.applied == ["install RDS-RD-Server", "restart the computer"]
    assert sum(server.delays) == sum(role_installation.SETTLE_DELAYS)


def test_a_role_that_comes_up_slowly_after_the_restart() -> None:
    server = RoleServer()
    # Its classes do not answer at first, and then still by the old state.
    server.glitches = [Glitch("Win32_TerminalServiceSetting", lost(), times=0)]

    def restart() -> None:
        server.glitches[0].times = 4  # a read is sent twice

    server.on_restart = restart
    server.restart_also_completes = True
    done = ensure(server, "session_host", reboot=True)
    assert told(done) == (True, False, True)
    assert server.delays == list(role_installation.SETTLE_DELAYS[:2])


def test_a_restart_that_fails_says_how_far_it_came() -> None:
    server = RoleServer()

    def refuse() -> None:
        raise RestartFailed("Windows answered 1314", "x")

    server.on_restart = refuse
    progress = Progress(sleep=server.sleep)
    with pytest.raises(RestartFailed):
        carry_out(server, progress, "session_host", reboot=True)
    assert (progress.applied, progress.uncertain) == (["install RDS-RD-Server"], None)


# -- restarts that others wait for ------------------------------------------------------------


@pytest.mark.parametrize("key", [None, rf"{UPDATES}\RebootRequired"])
def test_a_restart_that_was_pending_before(key: str | None) -> None:
    server = RoleServer(licensing=True)
    server.pend(key=key) if key else server.pend()
    for outcome in (check(server), ensure(server)):
        assert told(outcome) == (False, True, False)
        assert outcome.after == RUNNING | {"reboot_pending": True}
        assert outcome.values["reboot_reasons"][0] in outcome.warnings[0]
    assert told(check(server, reboot=True)) == (True, False, True)
    assert told(ensure(server, reboot=True)) == (True, key is not None, True)


def test_licensing_beside_a_restart_that_was_pending_before() -> None:
    server = RoleServer().pend()
    for outcome in (check(server), ensure(server)):
        assert told(outcome) == (True, True, False)
        assert outcome.after == RUNNING | {"reboot_pending": True}
    assert server.steps == [INSTALL_LICENSING]


def test_files_to_be_renamed_are_told_and_stop_nothing() -> None:
    server = RoleServer(licensing=True).renames(r"\??\C:\Temp\old", "")
    outcome = ensure(server, reboot=True)
    assert told(outcome) == (False, False, False)
    assert outcome.after == RUNNING | {"reboot_pending": True}
    assert outcome.values["reboot_reasons"] == ["files to be renamed"]
    assert outcome.warnings == []


def test_no_files_in_the_list_of_those_to_be_renamed() -> None:
    outcome = ensure(RoleServer(licensing=True).renames())
    assert outcome.after == RUNNING | {"reboot_pending": False}


def test_licensing_that_needs_a_restart() -> None:
    server = RoleServer(restart={"RDS-Licensing": RestartNeeded.MAYBE})
    outcome = ensure(server)
    assert told(outcome) == (True, True, False)
    assert outcome.after == ABSENT | {"reboot_pending": True}
    assert server.writes == []
    done = ensure(server, reboot=True)
    assert told(done) == (True, False, True)
    assert done.after == RUNNING | {"reboot_pending": False}
    assert server.steps == [INSTALL_LICENSING]


@pytest.mark.parametrize("cached", [None, 0, 6, 4])
def test_a_pending_restart_is_no_proof_of_an_installation(cached: int | None) -> None:
    server = RoleServer().pend()
    if cached is not None:
        server.cached("RDS-Licensing", cached)
    assert ensure(server).changed
    assert server.steps == [INSTALL_LICENSING]


@pytest.mark.parametrize("cached", [1, 3])
def test_the_cache_alone_is_no_proof_of_an_installation(cached: int) -> None:
    server = RoleServer().cached("RDS-Licensing", cached)
    assert ensure(server).changed
    assert server.steps == [INSTALL_LICENSING]
