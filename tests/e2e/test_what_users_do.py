# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users do with modules: loops, delegation, retries, no_log, defaults, shells in between."""

from __future__ import annotations

from typing import Any

import pytest

from .runner import Controller, Json, Run
from .stories import LABS

MODE = "remote_desktop.licensing.rds_licensing_mode"
LIST = "remote_desktop.licensing.rds_license_server"
USER = {"mode": "per_user"}
NAMES = ["ls1.corp.example", "ls2.corp.example", "ls3.corp.example"]
HOSTS: dict[str, Any] = {
    "sh1": {},
    "sh2": {},
    "sh3": {},
    "wg": {"workgroup": "WORKGROUP"},
    # The first request of the first try is refused.
    "busy": {"faults": [{"kind": "quota", "at": 1}]},
    "dead": {"faults": [{"kind": "drop"}]},
}


def task(name: str, module: str, options: Json | str, **keywords: Any) -> Json:
    """A task."""
    return {"name": name, module: options, **keywords}


def play(hosts: str, *tasks: Json, **keywords: Any) -> Json:
    """A play."""
    return {"hosts": hosts, "gather_facts": False, "tasks": list(tasks), **keywords}


LOOP = task("loop", LIST, {"servers": ["{{ item }}"], "exclusive": False}, loop=NAMES)
PLAYS = [
    play(
        "sh1",
        LOOP,
        task("delegated", MODE, USER, delegate_to="{{ 'sh' ~ 2 }}"),
        task("to workgroup", MODE, USER, delegate_to="wg", ignore_errors=True),
        task("to localhost", MODE, USER, delegate_to="localhost", ignore_errors=True),
        task("over ssh", MODE, USER, vars={"ansible_connection": "ssh"}, ignore_errors=True),
        task("plain command", "ansible.builtin.raw", "hostname"),
        task("after the shell", MODE, USER),
        task("awaited", MODE, USER, **{"async": 30, "poll": 1}, ignore_errors=True),
        task("forgotten", MODE, USER, **{"async": 30, "poll": 0}, ignore_errors=True),
    ),
    play("sh1,sh2,sh3", task("once", MODE, {"mode": "per_device"}, run_once=True)),
    play(
        "busy",
        task("try", MODE, USER, register="r", until="r is success", retries=3, delay=0),
    ),
    play(
        "dead",
        task("gone", MODE, USER, ignore_unreachable=True, register="r"),
        task("and yet", "ansible.builtin.debug", {"msg": "{{ r.unreachable }}"}),
    ),
    play(
        "wg",
        {
            "name": "block",
            "block": [task("turned down", MODE, USER)],
            "rescue": [
                task("rescued", MODE, {"mode": "per_device"}, when="'refused' in result"),
            ],
            "vars": {"result": "{{ ansible_failed_result }}"},
        },
    ),
    play(
        "sh3",
        task("by group", LIST, {"servers": NAMES[:1]}),
        task("beats group", LIST, {"servers": NAMES[:2], "scope": "policy"}),
        task("by module", MODE, {}),
        module_defaults={
            "group/remote_desktop.licensing.rds": {"scope": "local"},
            MODE: {"mode": "per_device", "scope": "local"},
        },
    ),
    play(
        "sh2", task("short", "rds_licensing_mode", USER), collections=["remote_desktop.licensing"]
    ),
    play(
        "sh2",
        task(
            "included",
            "ansible.builtin.include_role",
            {"name": "remote_desktop.licensing.session_host"},
            vars={"session_host_mode": "per_user", "session_host_license_servers": NAMES},
        ),
    ),
]


@pytest.fixture(scope="module")
def controller(lab: LABS) -> Controller:
    return lab({"hosts": HOSTS})


@pytest.fixture(scope="module")
def run(controller: Controller) -> Run:
    """All of it in one playbook."""
    return controller.plays(*PLAYS, arguments=["-vv"])


def test_a_loop_reuses_its_connection(run: Run) -> None:
    told = [each["after"]["policy"] for each in run.items("loop")]
    assert told == [NAMES[:1], NAMES[:2], NAMES]
    requests = [each.operation for each in run.requests["sh1"]]
    legs = requests[: requests.index("ShellCreate")].count("auth")
    # Three for the loop, and three for the shell that comes next.
    assert legs == 6


def test_delegated_to_another_host(run: Run) -> None:
    assert run.one("delegated", "sh1")["changed"] is True
    assert run.writes("sh2")[:2] == ["CreateKey", "SetDWORDValue"]
    message = run.one("to workgroup")["msg"]
    assert message.startswith("wg (127."), "the host that it was about"
    assert "this host is in a workgroup" in message


def test_delegated_to_the_controller(run: Run) -> None:
    message = run.one("to localhost")["msg"]
    assert message.startswith("localhost: ")
    assert "'local' cannot carry CIM over WS-Management" in message
    assert "set ansible_connection to winrm or psrp for the Windows host" in message
    assert run.statuses("to localhost") == {"sh1": "ignored"}


def test_a_connection_that_cannot_carry_cim(run: Run) -> None:
    message = run.one("over ssh")["msg"]
    assert message.startswith("sh1")
    assert "'ssh' cannot carry CIM over WS-Management" in message
    assert "winrm or psrp" in message


def test_a_shell_between_cim_tasks(run: Run) -> None:
    assert run.one("plain command")["stdout"].strip() == "sh1"
    assert run.one("after the shell")["changed"] is True


def test_async_is_refused(run: Run) -> None:
    for name in ("awaited", "forgotten"):
        message = run.one(name)["msg"]
        assert message.startswith("sh1 (127.")
        assert "async does not apply" in message
        assert "remove async" in message
        assert run.statuses(name) == {"sh1": "ignored"}


def test_run_once(run: Run) -> None:
    assert run.statuses("once") == {"sh1": "ok"}
    assert run.one("once")["after"]["policy"] == "per_device"
    assert "DeleteValue" not in run.calls("sh3")


def test_until(run: Run) -> None:
    result = run.one("try", "busy")
    assert (result["attempts"], result["changed"]) == (2, True)


def test_ignore_unreachable(run: Run) -> None:
    assert run.statuses("gone") == {"dead": "unreachable"}
    assert run.one("and yet")["msg"] is True
    assert run.recap["dead"]["unreachable"] == 0


def test_block_and_rescue(run: Run) -> None:
    assert run.statuses("turned down") == {"wg": "failed"}
    assert run.one("rescued")["changed"] is True
    assert run.recap["wg"]["rescued"] == 1


def test_module_defaults(run: Run) -> None:
    local, policy, mode = run.one("by group"), run.one("beats group"), run.one("by module")
    assert (local["after"]["source"], local["after"]["local"]) == ("local", NAMES[:1])
    assert (policy["after"]["source"], policy["after"]["policy"]) == ("policy", NAMES[:2])
    assert (mode["after"]["source"], mode["after"]["local"]) == ("local", "per_device")


def test_other_ways_to_name_them(run: Run) -> None:
    assert run.one("short", "sh2")["after"]["policy"] == "per_user"
    assert run.one("Set the license servers", "sh2")["servers"] == NAMES


def test_the_free_strategy(controller: Controller, run: Run) -> None:
    assert run.returncode == 0, run.output
    hosts = "sh1,sh2,sh3"
    tasks = [task("mode", MODE, USER), task("list", LIST, {"servers": NAMES})]
    first = controller.plays(play(hosts, *tasks, strategy="ansible.builtin.free"))
    assert set(first.statuses("list")) == {"sh1", "sh2", "sh3"}
    assert first.returncode == 0
    state = controller.farm.state()
    for host in ("sh1", "sh2", "sh3"):
        assert state[host]["effective_mode"] == 4
        assert state[host]["effective_servers"] == NAMES


def test_a_loop_over_psrp(lab: LABS) -> None:
    controller = lab({"hosts": {"sh1": {}, "sh2": {}}}, connection="psrp")
    run = controller.plays(
        play(
            "sh1",
            LOOP,
            task("delegated", MODE, USER, delegate_to="sh2"),
            task("to localhost", MODE, USER, delegate_to="localhost", ignore_errors=True),
        )
    )
    assert [each["after"]["policy"] for each in run.items("loop")][-1] == NAMES
    assert run.writes("sh2") == ["CreateKey", "SetDWORDValue"]
    assert "'local' cannot carry CIM" in run.one("to localhost")["msg"]
    assert {each.operation for each in run.requests["sh1"]} == {"auth", "Enumerate", "Invoke"}
