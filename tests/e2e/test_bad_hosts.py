# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that answer wrongly, late or not at all: one host per fault, all in one run.

Each ends in a message that names host, operation and remedy. ``unreachable`` is the connection,
``failed`` what came over it. The run itself sees to it that there is no traceback.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from .runner import Controller, Json, Run
from .stories import LABS, POLICY

TASK = "Set the mode"
TIMEOUTS = {
    "ansible_winrm_operation_timeout_sec": 1,
    "ansible_winrm_read_timeout_sec": 2,
    "ansible_psrp_operation_timeout": 1,
    "ansible_psrp_read_timeout": 2,
}


class Case(NamedTuple):
    """A host, what is wrong with it, and how the task has to end.

    ``says`` are parts of the message, ``writes`` how the mode stands afterwards.
    """

    name: str
    plan: dict[str, Any]
    status: str
    says: tuple[str, ...] = ()
    code_name: str | None = None
    variables: Json = {}
    mode: int | None = None


def fault(kind: str, **fields: Any) -> dict[str, Any]:
    """A host with one knob."""
    return {"faults": [{"kind": kind, **fields}]}


def on_write(kind: str, **fields: Any) -> dict[str, Any]:
    """A host with a knob that hits the request that writes the value."""
    return fault(kind, method="SetDWORDValue", at=1, **fields)


def user(name: str) -> Json:
    """Log on as another account of the domain."""
    return {"ansible_user": rf"CORP\{name}"}


NETWORK, RIGHTS, LATER = "its WinRM listener runs", "Administrators on that host", "run the"
DENIED = "WBEM_E_ACCESS_DENIED"
SEALED_CASES = [
    # What answers is not WS-Management.
    Case("html", fault("html_200"), "failed", ("in clear text", "look for a proxy")),
    Case("half", fault("half_envelope"), "failed", ("no whole XML document", "look for a proxy")),
    Case("garbage", fault("garbage"), "failed", ("the answer is no", "look for a proxy")),
    Case("doctype", fault("doctype"), "failed", ("document type declaration", "look for a proxy")),
    Case("endless", fault("oversized", size=-1), "failed", ("in clear text", "look for a proxy")),
    Case("other", fault("wrong_relates_to"), "failed", ("RelatesTo differs", LATER)),
    Case("http500", fault("http_500"), "failed", ("HTTP status 500", "Windows-WinRM/Operational")),
    # The connection.
    Case("silent", fault("silent"), "unreachable", ("no answer came in the time allowed", NETWORK)),
    Case("drops", fault("drop"), "unreachable", ("the connection broke", NETWORK)),
    Case("http401", fault("http_401"), "unreachable", ("the encrypted session was lost", LATER)),
    Case("lostonce", fault("http_401", at=3), "ok", mode=4),
    Case("dropsonce", fault("drop", at=2), "ok", mode=4),
    Case("noport", {}, "unreachable", ("refused", NETWORK), variables={"ansible_port": 1}),
    Case(
        "noname",
        {},
        "unreachable",
        ("noname (no-such-host.invalid): ", "no connection", NETWORK),
        variables={"ansible_host": "no-such-host.invalid"},
    ),
    Case(
        "password",
        {},
        "unreachable",
        ("the credentials were rejected", "check ansible_user and ansible_password"),
        variables={"ansible_password": "Not-The-Password-1"},
    ),
    Case(
        "plain", {}, "unreachable", ("rejected", "Remote Management"), variables=user("plainuser")
    ),
    # What Windows says.
    Case(
        "german",
        {**fault("fault_german"), "language": "de"},
        "failed",
        ("Der WMI-Anbieter hat einen Fehler gemeldet", "0x80041001", LATER),
        "WBEM_E_FAILED",
    ),
    Case(
        "quota",
        fault("quota"),
        "failed",
        ("limit of concurrent operations", "lower forks"),
        "ERROR_WSMAN_QUOTA_MAX_OPERATIONS",
    ),
    Case(
        "overdue",
        fault("timed_out"),
        "failed",
        ("may still be working", "ansible_winrm_operation_timeout_sec"),
        "ERROR_WSMAN_OPERATION_TIMEDOUT",
    ),
    Case("slow", fault("slow", seconds=0.2), "ok", mode=4),
    Case("noclass", fault("invalid_class"), "failed", ("0x80041010",), "WBEM_E_INVALID_CLASS"),
    # Accounts without rights.
    Case("empty", fault("empty_properties"), "failed", ("came back empty", RIGHTS)),
    Case("denied", fault("access_denied"), "failed", (RIGHTS,), DENIED),
    Case("returned", fault("access_denied_return"), "failed", (RIGHTS,), "ERROR_ACCESS_DENIED"),
    Case("noremote", {}, "failed", (RIGHTS,), DENIED, user("noremote")),
    Case("rmuser", {}, "failed", ("CreateKey", RIGHTS), "ERROR_ACCESS_DENIED", user("rmuser")),
    # What the registry holds.
    Case(
        "wrongtype",
        {"registry": {POLICY: {"LicensingMode": {"type": "sz", "data": "4"}}}},
        "ok",
        mode=4,
    ),
    # The answer to the write is lost: reading back decides.
    Case("w-after", on_write("drop_after"), "ok", mode=4),
    Case("w-late", on_write("timed_out", seconds=0.4), "ok", mode=4),
    Case("w-slow", on_write("slow", seconds=1.5), "ok", mode=4),
    Case("w-drop", on_write("drop"), "failed", ("its answer got lost", LATER)),
    Case("w-silent", on_write("silent"), "failed", ("its answer got lost", LATER)),
    # So does reading back when something else comes in place of the answer: the value may have
    # been written, or may not.
    Case("w-half", on_write("half_envelope"), "ok", mode=4),
    Case("w-garbage", on_write("garbage"), "ok", mode=4),
    Case("w-doctype", on_write("doctype"), "ok", mode=4),
    Case("w-other", on_write("wrong_relates_to"), "ok", mode=4),
    Case("w-html", on_write("html_200"), "failed", ("its answer got lost", LATER)),
    Case("w-500", on_write("http_500"), "failed", ("its answer got lost", LATER)),
    Case("w-401", on_write("http_401"), "failed", ("its answer got lost", LATER)),
    # Windows refuses the write.
    Case("w-quota", on_write("quota"), "failed", ("lower forks",)),
    Case("w-denied", on_write("access_denied"), "failed", (RIGHTS,), DENIED),
    Case("w-code", on_write("access_denied_return"), "failed", (RIGHTS,), "ERROR_ACCESS_DENIED"),
]
# Without sealing it can be told that it is a web page, and how large the answer is.
CLEAR_CASES = [
    Case("html", fault("html_200"), "unreachable", ("web page", "check ansible_host")),
    Case("http401", fault("http_401"), "unreachable", ("credentials were rejected",)),
    Case("endless", fault("oversized", size=-1), "failed", ("is larger than", "look for a proxy")),
    Case("oversized", fault("oversized"), "failed", ("is larger than", "look for a proxy")),
    Case("half", fault("half_envelope"), "failed", ("no whole XML document", "look for a proxy")),
    Case("http500", fault("http_500"), "failed", ("HTTP status 500", "Windows-WinRM/Operational")),
    Case("drops", fault("drop"), "unreachable", ("the connection broke", NETWORK)),
    Case("password", {}, "unreachable", ("rejected",), variables={"ansible_password": "Wrong-1"}),
    Case("w-after", on_write("drop_after"), "ok", mode=4),
]
WAYS: dict[str, tuple[dict[str, str], list[Case]]] = {
    "winrm-sealed": ({}, SEALED_CASES),
    "winrm-clear": ({"scheme": "https", "auth": "basic"}, CLEAR_CASES),
    "psrp-clear": ({"connection": "psrp", "scheme": "https", "auth": "basic"}, CLEAR_CASES),
}
PARAMETERS = [
    pytest.param(way, case, id=f"{way}-{case.name}")
    for way, (dummy, cases) in WAYS.items()
    for case in cases
]


class Outcome(NamedTuple):
    """A run over all cases of a way, and the farm after it."""

    run: Run
    controller: Controller


@pytest.fixture(scope="module")
def outcomes(lab: LABS) -> Callable[[str], Outcome]:
    """Run a way's cases, once."""
    done: dict[str, Outcome] = {}

    def outcome(way: str) -> Outcome:
        if way not in done:
            options, cases = WAYS[way]
            controller = lab({"hosts": {case.name: case.plan for case in cases}}, **options)
            controller.environment["ANSIBLE_FORKS"] = str(len(cases))
            controller.host_variables = {
                case.name: {**TIMEOUTS, **case.variables} for case in cases
            }
            run = controller.play(
                {"name": TASK, "remote_desktop.licensing.rds_licensing_mode": {"mode": "per_user"}},
                arguments=["-vvv"],
            )
            done[way] = Outcome(run, controller)
        return done[way]

    return outcome


@pytest.mark.parametrize(("way", "case"), PARAMETERS)
def test_the_task_ends_clearly(outcomes: Callable[[str], Outcome], way: str, case: Case) -> None:
    run, controller = outcomes(way)
    result = run.one(TASK, case.name)
    assert run.statuses(TASK)[case.name] == case.status, result.get("msg")
    assert controller.farm.state()[case.name]["policy_mode"] == case.mode
    if case.status == "ok":
        assert result["changed"] is True
        assert result["after"]["effective"] == "per_user"
        return
    message = result["msg"]
    assert message.startswith(f"{case.name} ("), "the host, with its address"
    assert any(word in message for word in ("reading ", "calling ", "setting ", "set ")), message
    for part in case.says:
        assert part in message
    assert result.get("code_name") == case.code_name or case.code_name is None
    assert "What to do: " in message


@pytest.mark.parametrize(("way", "case"), PARAMETERS)
def test_nothing_is_written_without_being_reported(
    outcomes: Callable[[str], Outcome], way: str, case: Case
) -> None:
    run, controller = outcomes(way)
    result = run.one(TASK, case.name)
    made = controller.farm.hosts[case.name].registry.exists(POLICY)
    if case.status == "ok":
        return
    reported = [*result.get("applied", []), result.get("uncertain")]
    assert made == any("create the key" in str(each) for each in reported)
    assert result["changed"] == made, "what was done counts as changed"
    if made:
        assert f"Done before that: create the key {POLICY}" in result["msg"]
        assert "Running the task again completes it" in result["msg"]


def test_unreachable_and_failed_are_told_apart(outcomes: Callable[[str], Outcome]) -> None:
    for way, (dummy, cases) in WAYS.items():
        recap = outcomes(way).run.recap
        for case in cases:
            assert recap[case.name]["unreachable"] == (case.status == "unreachable"), case.name
            assert recap[case.name]["failed"] == (case.status == "failed"), case.name


def test_a_wrong_type_is_said_and_repaired(outcomes: Callable[[str], Outcome]) -> None:
    run = outcomes("winrm-sealed").run
    result = run.one(TASK, "wrongtype")
    assert "LicensingMode is a REG_SZ where Windows looks for a REG_DWORD." in result["warnings"][0]
    assert result["before"]["policy"] == "unknown"


def test_a_broken_connection_is_opened_anew_for_reading_only(
    outcomes: Callable[[str], Outcome],
) -> None:
    """A read that was cut off is sent again, once; a write never is."""
    run = outcomes("winrm-sealed").run
    assert len(run.soap("dropsonce")) == len(run.soap("slow")) + 1
    for host in ("w-after", "w-drop", "w-silent", "w-late", "w-half", "w-other", "w-500", "w-401"):
        assert run.calls(host).count("SetDWORDValue") == 1


def test_a_host_without_an_answer_takes_its_timeouts_only(
    outcomes: Callable[[str], Outcome],
) -> None:
    run = outcomes("winrm-sealed").run
    assert [each.operation for each in run.soap("silent")] == ["Enumerate", "Enumerate"]
