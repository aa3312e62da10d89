# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that cannot be meant: each is refused with host, operation and remedy.

Nothing is written for any of them, and what is wrong with the options alone is said before the
host is asked anything.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from .runner import Controller, Json, Run
from .stories import LABS

MODE = "remote_desktop.licensing.rds_licensing_mode"
LIST = "remote_desktop.licensing.rds_license_server"
SERVICE = "remote_desktop.licensing.rds_service"
LONG = ".".join(["a" * 60] * 5)[:300]


class Case(NamedTuple):
    """A task and what its message has to say."""

    name: str
    module: str
    options: Json
    says: tuple[str, ...]


def names(name: str, *servers: Any, says: str) -> Case:
    """A list of servers with something wrong in it."""
    return Case(name, LIST, {"servers": list(servers)}, (says, "What to do: "))


CASES = [
    Case("empty list", LIST, {"servers": []}, ("the list of license servers is empty",
         "state: absent")),
    names("empty name", "ls1", "", says="'' cannot be the name of a license server: it is empty"),
    names("blank name", "  ", says="'' cannot be the name of a license server: it is empty"),
    names("comma", "ls1,ls2", says="it holds a comma: give one list item per server"),
    names("blank", "ls1 ls2", says="it holds a blank"),
    names("line end", "ls1\nls2", says="it holds a blank"),
    names("quote", 'ls"1', says="it holds a quotation mark"),
    names("apostrophe", "ls'1", says="it holds a quotation mark"),
    names("300 characters", LONG, says="it has 300 characters, a DNS name at most 255"),
    names("long label", "a" * 64 + ".example", says="at most 63"),
    names("url", "https://ls1.corp.example/", says="it is a URL: give the name alone"),
    names("port", "ls1:135", says="carries a port"),
    names("ipv6", "fe80::1", says="it is an IPv6 address"),
    names("no ipv4", "10.0.0.256", says="looks like an IPv4 address, but is none"),
    names("umlaut", "lizenzserver-süd", says="is no DNS label"),
    names("backslash", r"\\ls1", says="is no DNS label"),
    names("taken away", "ls1", "ls 2", says="it holds a blank"),
    Case("not a list", LIST, {"servers": {"a": 1}}, ("servers", "dict", "What to do: ")),
    Case("no servers", LIST, {}, ("servers", "state is present", "What to do: ")),
    Case("no mode", MODE, {}, ("mode", "state is present", "What to do: ")),
    Case("mode in upper case", MODE, {"mode": "Per_User"},
         ("per_user, per_device", "Per_User", "What to do: ")),
    Case("mode of Windows", MODE, {"mode": "PerUser"}, ("per_user, per_device", "PerUser")),
    Case("mode as number", MODE, {"mode": 4}, ("per_user, per_device", "got: 4")),
    Case("unknown state", MODE, {"mode": "per_user", "state": "gone"}, ("present, absent",)),
    Case("unknown scope", LIST, {"servers": ["ls1"], "scope": "gpo"}, ("policy, local",)),
    Case("no boolean", LIST, {"servers": ["ls1"], "verify": "perhaps"}, ("verify", "bool")),
    Case("unknown option", MODE, {"mode": "per_user", "license": 1}, ("license", "Supported")),
    Case("unknown service", SERVICE, {"name": "TermService"}, ("session_host", "TermService")),
    Case("no service", SERVICE, {}, ("name", "What to do: ")),
]  # fmt: skip


@pytest.fixture(scope="module")
def controller(lab: LABS) -> Controller:
    return lab({"hosts": {"sh1": {"policy": {"mode": 2, "servers": "ls-old"}}}})


@pytest.fixture(scope="module")
def run(controller: Controller) -> Run:
    """All of it in one play."""
    tasks = [
        {
            "name": f"case {case.name}.",
            case.module: {**case.options, **({"state": "absent"} if "away" in case.name else {})},
            "ignore_errors": True,
        }
        for case in CASES
    ]
    return controller.play(*tasks, arguments=["-vvv"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_is_refused_clearly(run: Run, case: Case) -> None:
    result = run.one(f"case {case.name}.")
    assert run.statuses(f"case {case.name}.") == {"sh1": "ignored"}
    assert result["changed"] is False
    message = result["msg"]
    assert message.startswith("sh1 (127."), message
    operations = {
        MODE: "setting the licensing mode: ",
        LIST: "setting the license servers: ",
        SERVICE: "starting the service: ",
    }
    assert operations[case.module] in message
    for part in case.says:
        assert part in message
    assert len(message) < 700, "a name of 300 characters is not repeated whole"


def test_the_host_is_not_asked_anything(run: Run) -> None:
    assert run.requests["sh1"] == []


def test_the_words_for_conditions(run: Run) -> None:
    assert run.one("case empty list.")["refused"] == "no_servers"
    assert run.one("case comma.")["refused"] == "bad_name"


def test_the_role_checks_its_variables(lab: LABS) -> None:
    """Before it does anything: by its argument specs, and by its first task."""
    hosts: Json = {"wrongmode": {}, "nolist": {}, "noname": {}, "empty": {}}
    controller = lab({"hosts": hosts})
    wanted = {"session_host_mode": "per_device", "session_host_license_servers": ["ls1"]}
    controller.host_variables = {
        "wrongmode": {**wanted, "session_host_mode": "PerUser"},
        "nolist": {"session_host_mode": "per_user"},
        "noname": {**wanted, "session_host_license_servers": ["ls1 ls2"]},
        "empty": {**wanted, "session_host_license_servers": " , "},
    }
    run = controller.run("remote_desktop.licensing.configure_session_hosts")
    assert {host: run.recap[host]["failed"] for host in hosts} == dict.fromkeys(hosts, 1)
    wrong, missing = (
        run.one("Validating", host)["msg"] + str(run.one("Validating", host))
        for host in ("wrongmode", "nolist")
    )
    assert "session_host_mode must be one of: per_user, per_device, got: PerUser" in wrong
    assert "session_host_license_servers" in missing
    assert run.requests["wrongmode"] == run.requests["nolist"] == []
    for host, says in (
        ("noname", '"ls1 ls2" cannot be the name of one.'),
        ("empty", "The list is empty."),
    ):
        assert says in run.one("Know the license servers", host)["msg"]
        assert run.requests[host] == []
