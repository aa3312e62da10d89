# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role services over connections that break, over psrp, in loops, and with few rights."""

from __future__ import annotations

import pytest

from .role_services import (
    BARE,
    LICENSING,
    LS,
    MODULE,
    REBOOT,
    SERVICE,
    STOPPED,
    TASK,
    calls,
    features,
    licensing,
    steps,
)
from .stories import LABS

BROKEN = {
    # The answer of the cmdlet gets lost, at different points.
    "receive": {**BARE, "faults": [{"kind": "drop_after", "operation": "Receive", "at": 1}]},
    "signal": {**BARE, "faults": [{"kind": "drop_after", "operation": "Signal", "at": 1}]},
    # The answer to the restart gets lost.
    "shutdown": {
        **BARE,
        **features(restart=["RDS-Licensing"]),
        "faults": [{"kind": "drop_after", "method": "Win32Shutdown", "at": 1}],
    },
}


@pytest.mark.parametrize("connection", ["winrm", "psrp"])
def test_answers_that_get_lost(lab: LABS, connection: str) -> None:
    controller = lab({"hosts": BROKEN}, connection=connection)
    task = {"name": TASK, MODULE: {**LICENSING, **REBOOT}}
    first = controller.play(task, hosts="all")
    for name in BROKEN:
        assert first.statuses(TASK)[name] == "ok", first.one(TASK, name)["msg"]
        assert first.one(TASK, name)["changed"]
        assert first.one(TASK, name)["after"] == licensing()
        # Whatever got lost, nothing is done a second time.
        assert steps(first, name) == 1
        assert calls(first, name).count("Win32Shutdown") == (name == "shutdown")
    second = controller.play(task, hosts="all")
    assert {second.one(TASK, name)["changed"] for name in BROKEN} == {False}


PSRP = {
    "there": LS,
    "check": BARE,
    "wake": {**LS, **STOPPED},
    "restart": {**LS, **features(pending=["servicing"])},
}


def test_psrp_where_no_powershell_is_needed(lab: LABS) -> None:
    # Sealed: a context from before the restart has to be forgotten.
    controller = lab({"hosts": PSRP}, connection="psrp", scheme="http", auth="ntlm")
    task = {"name": TASK, MODULE: {**LICENSING, **REBOOT}, "check_mode": "{{ only_check }}"}
    controller.host_variables = {name: {"only_check": name == "check"} for name in PSRP}
    run = controller.play(task, hosts="all")
    found = {name: run.one(TASK, name) for name in PSRP}
    assert {name: each["changed"] for name, each in found.items()} == {
        "there": False,
        "check": True,
        "wake": True,
        "restart": True,
    }
    assert {each["after"]["service_state"] for each in found.values()} == {"Running"}
    assert found["restart"]["rebooted"]
    assert calls(run, "restart") == ["Win32Shutdown"]
    assert run.writes("check") == []


@pytest.mark.parametrize("connection", ["winrm", "psrp"])
def test_a_loop_goes_on_after_a_restart_and_a_shell_afterwards(lab: LABS, connection: str) -> None:
    controller = lab({"hosts": {"both": BARE}}, connection=connection)
    loop = {
        "name": TASK,
        MODULE: {"name": "{{ item }}", **REBOOT},
        "loop": ["session_host", "licensing"],
    }
    shell = {"name": "Ask", "ansible.builtin.raw": "hostname", "register": "asked"}
    run = controller.play(loop, shell, hosts="all")
    assert [each["rebooted"] for each in run.items(TASK)] == [True, False], run.output
    assert steps(run, "both") >= 3
    assert "both" in run.one("Ask")["stdout"].lower()
    state = controller.farm.hosts["both"].state()
    assert state["session_host"] is True
    assert state["licensing_role"] is True


def test_an_account_without_rights(lab: LABS) -> None:
    controller = lab({"hosts": {"there": LS, "wake": {**LS, **STOPPED}}})
    user = {"ansible_user": r"CORP\rmuser"}
    controller.host_variables = dict.fromkeys(("there", "wake"), user)
    run = controller.play({"name": TASK, MODULE: LICENSING}, hosts="all")
    # It may look, where nothing is to be done.
    assert run.statuses(TASK) == {"there": "ok", "wake": "failed"}
    assert "service TermServLicensing: Windows answered 2" in run.one(TASK, "wake")["msg"]
    assert "Administrators" in run.one(TASK, "wake")["advice"]
    assert controller.farm.hosts["wake"].services[SERVICE].state == "Stopped"
