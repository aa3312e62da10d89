# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role services: servers in different states, in check mode, for real, and once more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from .role_services import (
    BARE,
    HOST,
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
from .runner import Controller, Json, Run
from .stories import LABS, Story, tell

OPTIONS = ("name", "state", "management_tools", "reboot", "reboot_timeout", "wait")
MAX_REQUESTS = 8
"""Besides authentication, on a license server where nothing is to be done."""
PLACES = {
    r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing": None,
    r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update": None,
    r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager": None,
}
"""Keys that every Windows has."""
PACKS = [{"program": "open", "version": "2022", "type": "per_user", "total": 50}]


def bare(**other: Any) -> Json:
    """``after`` of a server without RD Licensing."""
    gone = {"installed": False, "service_state": None, "start_mode": None}
    return {**gone, "reboot_pending": False, **other}


@dataclass(frozen=True)
class Case:
    """A host and what has to come of it.

    :param steps: PowerShell steps that the run starts.
    :param writes: the writing methods that the run calls.
    :param after: the fields of ``after`` that matter; also what check mode foretells.
    :param required: ``reboot_required``.
    :param says: parts of the warnings; no warning without any.
    :param again: whether the second run changes something as well.
    """

    name: str
    plan: dict[str, Any]
    options: Json
    steps: int = 0
    writes: tuple[str, ...] = ()
    after: Json = field(default_factory=dict)
    required: bool = False
    says: tuple[str, ...] = ()

    @property
    def rebooted(self) -> bool:
        return "Win32Shutdown" in self.writes

    @property
    def changed(self) -> bool:
        return bool(self.steps or self.writes)


@dataclass(frozen=True)
class Refusal:
    """A host on which the task fails, and what it says.

    :param foreseen: whether check mode fails as well.
    """

    name: str
    plan: dict[str, Any]
    options: Json
    says: tuple[str, ...]
    refused: str | None = None
    foreseen: bool = True
    steps: int = 0
    writes: tuple[str, ...] = ()
    result: Json = field(default_factory=dict)


CASES = [
    Case("bare", BARE, LICENSING, 1, after=licensing()),
    Case("oldest", {**BARE, "release": "2012r2"}, LICENSING, 1, after=licensing()),
    Case("newest", {**BARE, "release": "2025", "language": "de"}, LICENSING, 1, after=licensing()),
    Case("workgroup", {**BARE, "workgroup": "WG"}, LICENSING, 1, after=licensing()),
    Case("notools", BARE, {**LICENSING, "management_tools": False}, 1, after=licensing()),
    Case("there", LS, LICENSING, after=licensing()),
    Case("thereboot", LS, {**LICENSING, **REBOOT}, after=licensing()),
    Case("stopped", {**LS, **STOPPED}, LICENSING, 0, ("StartService",), licensing()),
    Case("manual", LS, LICENSING, 0, ("ChangeStartMode",), licensing()),
    Case(
        "disabled",
        {**LS, **STOPPED},
        LICENSING,
        0,
        ("ChangeStartMode", "StartService"),
        licensing(),
    ),
    # Restarts.
    Case(
        "lsreboot",
        {**BARE, **features(restart=["RDS-Licensing"])},
        {**LICENSING, **REBOOT},
        1,
        ("Win32Shutdown",),
        licensing(),
    ),
    Case(
        "pending",
        {**LS, **features(pending=["servicing"])},
        LICENSING,
        after=licensing(reboot_pending=True),
        required=True,
        says=("Component Based Servicing", "reboot: true"),
    ),
    Case(
        "pendingboot",
        {**LS, **features(pending=["servicing", "file_rename"])},
        {**LICENSING, **REBOOT},
        0,
        ("Win32Shutdown",),
        licensing(),
    ),
    Case(
        "renames",
        {**LS, **features(pending=["file_rename"])},
        {**LICENSING, **REBOOT},
        after=licensing(reboot_pending=True),
    ),
    # Session hosts.
    Case(
        "host",
        BARE,
        HOST,
        1,
        after={"installed": False, "reboot_pending": True},
        required=True,
        says=("reboot: true",),
    ),
    Case(
        "hostboot",
        BARE,
        {**HOST, **REBOOT},
        1,
        ("Win32Shutdown",),
        {"installed": True, "service_state": "Running", "reboot_pending": False},
    ),
    Case("hostthere", {"roles": ["session_host"]}, HOST, after={"installed": True}),
    # Neighbors.
    Case(
        "dc",
        {**LS, "domain_controller": True},
        LICENSING,
        after=licensing(),
        says=("dc: RD Licensing on a domain controller",),
    ),
    Case(
        "beside",
        {"roles": ["session_host"]},
        LICENSING,
        1,
        after=licensing(),
        says=("RD Licensing shares this server with RD Session Host",),
    ),
    # Removing.
    Case("gone", BARE, {**LICENSING, "state": "absent"}, after=bare()),
    Case("remove", LS, {**LICENSING, "state": "absent"}, 1, after=bare()),
    Case(
        "removehost",
        {"roles": ["session_host"]},
        {**HOST, "state": "absent", **REBOOT},
        1,
        ("Win32Shutdown",),
        {"installed": False, "reboot_pending": False},
    ),
    Case("clientgone", {"release": "win11-24h2"}, {**HOST, "state": "absent"}, after={}),
]
REFUSALS = [
    Refusal("client", {"release": "win11-24h2"}, LICENSING, ("26100",), "client_os"),
    Refusal("old", {**BARE, "release": "2008r2"}, LICENSING, ("7601", "2012"), "old_os"),
    Refusal(
        "packs",
        {**LS, "license_server": {"activated": True, "packs": PACKS}},
        {**LICENSING, "state": "absent"},
        ("1 CAL packs with 50 licenses", "accept_license_loss"),
        "installed_packs",
    ),
    Refusal(
        "nofiles",
        {**BARE, **features(removed=["RDS-Licensing"])},
        LICENSING,
        ("installing RDS-Licensing", "source files", "features on demand"),
        foreseen=False,
        steps=1,
    ),
    Refusal(
        "failing",
        {**BARE, **features(failures={"RDS-RD-Server": "FailedRestartRequired"})},
        HOST,
        ("FailedRestartRequired", "restart the server"),
        foreseen=False,
        steps=1,
    ),
    Refusal(
        "stuck",
        {**LS, **STOPPED, "stuck_services": [SERVICE]},
        {**LICENSING, "wait": 1},
        ("service TermServLicensing", "it did not answer in time"),
        foreseen=False,
        writes=("StartService",),
    ),
    Refusal(
        "noreboot",
        {**LS, **features(pending=["servicing"]), "reboot_code": 1314},
        {**LICENSING, **REBOOT},
        ("restarting the computer", "1314", "privilege"),
        foreseen=False,
        writes=("Win32Shutdown",),
    ),
    Refusal(
        "dead",
        {**BARE, "reboot_seconds": -1},
        {**HOST, "reboot": True, "reboot_timeout": 3},
        ("does not answer 3 seconds after", "Done before that: install RDS-RD-Server"),
        foreseen=False,
        steps=1,
        writes=("Win32Shutdown",),
        result={"applied": ["install RDS-RD-Server"], "changed": True},
    ),
]


def play(controller: Controller, cases: list[Case] | list[Refusal]) -> Story:
    """All hosts in one playbook, three times; every other one is reached over psrp."""
    controller.environment["ANSIBLE_STRATEGY"] = "free"
    controller.environment["ANSIBLE_FORKS"] = "16"
    controller.host_variables = {each.name: {"options": each.options} for each in cases}
    controller.over_psrp = frozenset(each.name for each in cases[1::2])
    options = {name: f"{{{{ options.{name} | default(omit) }}}}" for name in OPTIONS}
    task = {"name": TASK, MODULE: options}

    def run(*arguments: str) -> Run:
        return controller.play(task, hosts="all", arguments=arguments)

    return tell(controller, run)


@pytest.fixture(scope="module")
def story(lab: LABS) -> Story:
    controller = lab(
        {"defaults": {"registry": PLACES}, "hosts": {each.name: each.plan for each in CASES}}
    )
    for name, mode in (("manual", "Manual"), ("disabled", "Disabled")):
        controller.farm.hosts[name].services[SERVICE].start_mode = mode
    return play(controller, CASES)


@pytest.fixture(scope="module")
def failures(lab: LABS) -> Story:
    return play(lab({"hosts": {each.name: each.plan for each in REFUSALS}}), REFUSALS)


EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@EACH
def test_the_run_brings_what_is_wanted(story: Story, case: Case) -> None:
    result = story.first.one(TASK, case.name)
    assert story.first.statuses(TASK)[case.name] == "ok", result.get("msg")
    assert (calls(story.first, case.name), steps(story.first, case.name)) == (
        list(case.writes),
        case.steps,
    )
    assert result["changed"] == case.changed
    assert result["rebooted"] == case.rebooted
    assert result["reboot_required"] == case.required
    assert {name: result["after"][name] for name in case.after} == case.after
    said = "\n".join(result.get("warnings", []))
    assert bool(said) == bool(case.says), said
    for part in case.says:
        assert part in said


@EACH
def test_the_host_is_what_the_result_says(story: Story, case: Case) -> None:
    state = story.states[case.name]
    role = "licensing_role" if case.options["name"] == "licensing" else "session_host"
    if "installed" in case.after:
        assert state[role] == case.after["installed"]


@EACH
def test_check_mode_foretells_it_and_writes_nothing(story: Story, case: Case) -> None:
    told, first = story.check.one(TASK, case.name), story.first.one(TASK, case.name)
    assert story.check.writes(case.name) == []
    assert story.at_start[case.name] == story.after_check[case.name]
    if case.name == "lsreboot":
        # That this server wants a restart for RD Licensing is known only after the run.
        assert (told["changed"], told["rebooted"]) == (True, False)
        return
    for key in ("changed", "before", "after", "rebooted", "reboot_required"):
        assert told[key] == first[key], key
    if first["changed"]:
        assert told["diff"]["after"] == told["after"]


@EACH
def test_a_second_run_only_reads(story: Story, case: Case) -> None:
    second = story.second.one(TASK, case.name)
    assert second["changed"] is False
    assert story.second.writes(case.name) == []
    assert second["before"] == second["after"] == story.first.one(TASK, case.name)["after"]
    assert second["reboot_required"] == case.required
    if case.options == LICENSING and not case.required:
        seen = [each.method or each.cls for each in story.second.soap(case.name)]
        assert len(seen) <= MAX_REQUESTS, seen


def test_management_tools_come_along_unless_they_are_not_wanted(story: Story) -> None:
    tools = "RDS-Licensing-UI"
    key = rf"HKLM\SOFTWARE\Microsoft\ServerManager\ServicingStorage\ServerComponentCache\{tools}"
    cached = {
        name: story.after_first[name].values[key, "InstallState"] for name in ("bare", "notools")
    }
    assert cached["bare"][1] == 1
    assert cached["notools"][1] == 0


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: case.name)
def test_what_goes_wrong_says_so(failures: Story, case: Refusal) -> None:
    result = failures.first.one(TASK, case.name)
    assert failures.first.statuses(TASK)[case.name] == "failed"
    assert result.get("refused") == case.refused
    assert result["msg"].startswith(f"{case.name} (")
    assert "What to do: " in result["msg"]
    for part in case.says:
        assert part in result["msg"]
    assert calls(failures.first, case.name) == list(case.writes)
    assert steps(failures.first, case.name) == case.steps
    assert {name: result[name] for name in case.result} == case.result


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: case.name)
def test_check_mode_refuses_what_it_can_foresee(failures: Story, case: Refusal) -> None:
    assert failures.check.writes(case.name) == []
    status = failures.check.statuses(TASK)[case.name]
    assert status == ("failed" if case.foreseen else "ok")
