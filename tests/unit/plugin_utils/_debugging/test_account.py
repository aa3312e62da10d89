# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole account, and the action plugin that gives it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible_collections.remote_desktop.licensing.plugins.action import debug_connection
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.codes import look_up
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    CarrierUnavailable,
    CimError,
    Unreachable,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._debugging import (
    account,
    controller,
    report,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._debugging.findings import (
    Area,
    Finding,
    Status,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._debugging.settings import (
    Settings,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._surroundings import (
    Surroundings,
    standing_in,
)
from unit.plugin_utils.scripted import ScriptedCarrier
from unit.plugin_utils.soap import fault
from unit.plugin_utils.task_stand_ins import Connection, Task, action_of

PASSWORD = "Sesam-0ffne-dich"
WINRM = {
    "remote_addr": "192.0.2.7",
    "port": 5985,
    "transport": ["ntlm"],
    "remote_user": r"CORP\svc",
    "remote_password": PASSWORD,
    "_extras": {},
}


def run(
    monkeypatch: pytest.MonkeyPatch,
    carrier: object,
    connection: Connection | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Run the module over a carrier, or an error instead of one."""

    def carry(dummy: object) -> object:
        if isinstance(carrier, Exception):
            raise carrier
        return carrier

    monkeypatch.setattr(debug_connection, "carrier_for", carry)
    over = connection or Connection(options=dict(WINRM))
    action = action_of(debug_connection.ActionModule, Task(options, check_mode=True), over)
    result: dict[str, Any] = action.run(None, {"inventory_hostname": "sh1"})
    if "checks" in result:
        assert max(map(len, result["msg"].splitlines())) <= report.WIDTH
    assert PASSWORD not in str(result)
    return result


def statuses(result: dict[str, Any]) -> dict[str, str]:
    return {each["check"]: each["status"] for each in result["checks"]}


DENIED = fault(0x80041003, "w:AccessDenied", "no")


def test_an_account_that_may_do_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    identified = "<i><ProductVersion>OS: 10.0</ProductVersion></i>"
    result = run(monkeypatch, ScriptedCarrier(identified, *[DENIED] * 6))
    assert result["failed"]
    assert result["works"] is False
    assert result["verdict"] == "nothing works yet: begin with the first FAILED below"
    found = statuses(result)
    assert found["identify"] == "ok"
    assert found["root/cimv2"] == "failed"
    assert found["encryption"] == "warning", "the stand-in does not seal"
    checks = {each["check"]: each for each in result["checks"]}
    assert checks["root/cimv2"]["code_hex"] == "0x80041003"
    assert result["msg"].startswith("sh1 (192.0.2.7): nothing works yet")
    assert "0x80041003 WBEM_E_ACCESS_DENIED" in result["msg"]


@pytest.mark.parametrize(
    ("error", "says", "advice"),
    [
        (CarrierUnavailable("needs pypsrp", "pip install it"), "needs pypsrp", "pip install it"),
        (AnsibleError("winrm or requests is not installed"), "winrm or requests", None),
        (AnsibleConnectionFailure("kinit: preauthentication failed"), "preauth", None),
    ],
)
def test_no_carrier(
    monkeypatch: pytest.MonkeyPatch, error: Exception, says: str, advice: str | None
) -> None:
    result = run(monkeypatch, error)
    assert result["failed"]
    assert "unreachable" not in result, "the host stays in the play and can be told about"
    (carrier,) = (each for each in result["checks"] if each["check"] == "carrier")
    assert (carrier["status"], carrier["advice"]) == ("failed", advice)
    assert says in carrier["says"]
    assert result["connection"]["endpoint"] is None
    assert result["connection"]["sealed"] is None


def test_an_unreachable_host_fails_with_everything_else_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result = run(monkeypatch, ScriptedCarrier(Unreachable("no connection: refused", "the port")))
    assert result["failed"]
    assert statuses(result)["identify"] == "failed"
    assert "encryption" not in statuses(result), "nothing was exchanged"
    assert result["connection"]["endpoint"] == "http://host:5985/wsman"
    assert "What to do: the port" in result["msg"]


@pytest.mark.parametrize("plugin", ["ssh", "local"])
def test_a_connection_that_cannot_carry(monkeypatch: pytest.MonkeyPatch, plugin: str) -> None:
    result = run(monkeypatch, AssertionError("never asked"), Connection(plugin))
    assert result["failed"]
    assert statuses(result)["plugin"] == "failed"
    assert "set ansible_connection to winrm or psrp" in " ".join(result["msg"].split())


def test_become_is_a_finding_and_not_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = Connection(become=object(), options=dict(WINRM))
    action = action_of(debug_connection.ActionModule, Task({}), connection)
    away = ScriptedCarrier(Unreachable("away"))
    monkeypatch.setattr(debug_connection, "carrier_for", lambda dummy: away)
    result = action.run(None, {"inventory_hostname": "sh1", "ansible_become": True})
    (become,) = (each for each in result["checks"] if each["check"] == "become")
    assert become["status"] == "failed"
    assert "the variable ansible_become" in become["says"]
    assert len(away.sent) == 1, "the host is asked all the same"


class OldCore(Surroundings):
    """A controller with an ansible-core from before the collection."""

    def core(self) -> str:
        return "2.17.14"


def test_an_old_core_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with standing_in(OldCore()):
        result = run(monkeypatch, Unreachable("away"))
    assert result["controller"]["ansible_core"] == "2.17.14"
    assert statuses(result)["ansible-core"] == "failed"
    assert "ansible-core 2.17.14 is older than 2.18.0" in result["msg"]


def test_wrong_options_fail_as_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(monkeypatch, Unreachable("away"), shel=True)
    assert result["failed"]
    assert "checks" not in result
    assert "ansible-doc" in result["msg"]


def test_the_password_is_masked_in_texts_of_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(monkeypatch, CimError(f"cannot parse http://u:{PASSWORD}@host"))
    assert "cannot parse" in result["msg"]


def account_of(*found: Finding) -> account.Account:
    made = account.Account("sh1", Settings("winrm"))
    made.answers.findings = list(found)
    made.findings = list(found)
    return made


def finding(status: Status, check: str = "root/cimv2") -> Finding:
    return Finding(Area.HOST, check, status, "x")


@pytest.mark.parametrize(
    ("found", "works", "verdict"),
    [
        ([finding(Status.OK)], True, "everything that was looked at works"),
        ([finding(Status.NOTE)], True, "everything that was looked at works"),
        ([finding(Status.OK), finding(Status.WARNING)], True, "works, with 1 warning"),
        (
            [finding(Status.OK), finding(Status.FAILED), finding(Status.WARNING)],
            True,
            "works in part: 1 failed, 1 warning",
        ),
        ([finding(Status.OK), finding(Status.FAILED)], True, "works in part: 1 failed, 0 warnings"),
        ([finding(Status.OK, "identify")], False, "nothing works yet"),
        ([finding(Status.WARNING), finding(Status.SKIPPED)], False, "nothing works yet"),
        ([], False, "nothing works yet"),
    ],
)
def test_the_verdict(found: list[Finding], works: bool, verdict: str) -> None:
    made = account_of(*found)
    assert made.works is works
    assert made.verdict.startswith(verdict)
    assert made.as_values().get("failed", False) is not works


def test_the_text_names_number_and_remedy_and_keeps_its_width() -> None:
    found = [
        Finding(Area.CONTROLLER, "python", Status.OK, "Python 3.11.2"),
        Finding(Area.HOST, "h", Status.FAILED, "no " * 60, "do " * 60, look_up(0x80041003)),
        Finding(Area.HOST, "long", Status.WARNING, "x" * 200, code=look_up(0x81234567)),
    ]
    lines = report.written("sh1", "works", found).splitlines()
    assert lines[:5] == ["sh1: works", "", "On the controller", "  ok      Python 3.11.2", ""]
    assert "Connection" not in lines
    assert max(map(len, lines)) <= report.WIDTH
    text = " ".join(" ".join(lines).split())
    assert "(0x80041003 WBEM_E_ACCESS_DENIED: the account has not the right) What to do: do" in text
    assert "(0x81234567)" in text


def test_the_installed_libraries_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(monkeypatch, Unreachable("away"))
    assert result["controller"]["libraries"] == controller.versions()
    assert result["connection"]["user"] == r"CORP\svc"
