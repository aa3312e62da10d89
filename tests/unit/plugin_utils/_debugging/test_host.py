# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is made of a host's answers, request by request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
    ConnectionLost,
    Unreachable,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._debugging import host
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._debugging.findings import (
    Finding,
    Status,
)
from unit.plugin_utils.fake_operations import FakeOperations
from unit.plugin_utils.scripted import Reply, ScriptedCarrier, scripted
from unit.plugin_utils.soap import fault, first_page, fragment, outputs

NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
URI = "urn:any"
DENIED = fault(0x80041003, "w:AccessDenied", "Zugriff verweigert")
NO_CLASS = fault(0x80041010, "a:DestinationUnreachable", "no such class")
IDENTIFY = "<i><ProductVersion>OS: 10.0.20348 SP: 0.0 Stack: 3.0</ProductVersion></i>"
SYSTEM = first_page(
    fragment(
        {"BuildNumber": "20348", "CSName": "SH1", "LocalDateTime": "20261121220002.000000+000"}
    )
)
KEYS = outputs(URI, "EnumKey", {"ReturnValue": 0, "sNames": ["Microsoft", "Policies"]})
GRANTED = outputs(URI, "CheckAccess", {"ReturnValue": 0, "bGranted": True})
SETTING = first_page(fragment({"ServerName": "SH1", "TerminalServerMode": 1}))
GPOS = first_page(fragment({"id": "gpo"}))
SERVER = first_page(fragment({"ProductId": "1", "Version": "10"}))
GOOD: dict[str, Reply] = {
    "identify": IDENTIFY,
    "root/cimv2": SYSTEM,
    "registry": KEYS,
    "registry write": GRANTED,
    "root/cimv2/TerminalServices": SETTING,
    "root/RSOP/Computer": GPOS,
    "license server": SERVER,
}


@dataclass
class Asked:
    """What a host answered, by check, and what it was asked."""

    answers: host.HostAnswers
    carrier: ScriptedCarrier

    def __getitem__(self, check: str) -> Finding:
        (found,) = (each for each in self.answers.findings if each.check == check)
        return found

    @property
    def statuses(self) -> dict[str, Status]:
        return {each.check: each.status for each in self.answers.findings}


def asked(operations: Any = None, **replies: Reply) -> Asked:
    """Ask a host that answers well, except where another reply is given (``_`` for ``/``)."""
    script = dict(GOOD)
    for name, reply in replies.items():
        (check,) = (each for each in GOOD if each.replace("/", "_").replace(" ", "_") == name)
        script[check] = reply
    session, carrier = scripted(*script.values(), read_only=True)
    return Asked(host.HostQuestions(session, lambda: NOW).ask(operations), carrier)


def test_a_host_that_answers_everything() -> None:
    found = asked()
    answers, carrier = found.answers, found.carrier
    assert found.statuses == dict.fromkeys([*GOOD, "clock"], Status.OK)
    assert (answers.name, answers.os_build) == ("SH1", 20348)
    assert answers.product_version == "OS: 10.0.20348 SP: 0.0 Stack: 3.0"
    assert answers.clock == NOW + timedelta(seconds=2)
    assert answers.clock_difference == 2
    assert len(carrier.sent) == len(GOOD)
    assert carrier.sent[3].inputs()["uRequired"] == ["6"], "set values and create keys"


@pytest.mark.parametrize(
    ("replies", "check", "status", "says", "advice"),
    [
        ({"identify": fault(5, "w:AccessDenied", "no")}, "identify", Status.FAILED,
         "WinRM refuses the account", "Remote Management Users"),
        ({"root_cimv2": DENIED}, "root/cimv2", Status.FAILED, "may not read", "Remote Enable"),
        ({"root_cimv2": first_page("")}, "root/cimv2", Status.FAILED, "came back empty",
         "local group Administrators"),
        ({"root_cimv2": NO_CLASS}, "root/cimv2", Status.FAILED, "no", None),
        ({"registry": DENIED}, "registry", Status.FAILED, "may not call", "Execute Methods"),
        ({"registry": outputs(URI, "EnumKey", {"ReturnValue": 5})}, "registry", Status.FAILED,
         "StdRegProv answers 5", "Administrators"),
        ({"registry_write": outputs(URI, "CheckAccess", {"ReturnValue": 5, "bGranted": False})},
         "registry write", Status.WARNING, "it can read, not configure", "Administrators"),
        ({"root_cimv2_TerminalServices": DENIED}, "root/cimv2/TerminalServices", Status.FAILED,
         "may not read", r"root\cimv2\TerminalServices"),
        ({"root_cimv2_TerminalServices":
          first_page(fragment({"ServerName": "SH1", "TerminalServerMode": 0}))},
         "root/cimv2/TerminalServices", Status.NOTE, "is not installed", None),
        ({"root_RSOP_Computer": DENIED}, "root/RSOP/Computer", Status.WARNING, "which GPOs",
         "rsop to never"),
        ({"root_RSOP_Computer": NO_CLASS}, "root/RSOP/Computer", Status.NOTE, "logged", None),
        ({"root_RSOP_Computer": first_page("")}, "root/RSOP/Computer", Status.NOTE, "logged", None),
        ({"license_server": NO_CLASS}, "license server", Status.NOTE, "not installed", None),
        ({"license_server": first_page(fragment({"ProductId": None, "Version": ""}))},
         "license server", Status.FAILED, "come back empty", "local group Administrators"),
        ({"license_server": DENIED}, "license server", Status.FAILED, "refuse",
         "Administrators"),
        ({"registry": BadAnswer("half an answer")}, "registry", Status.FAILED, "half an answer",
         "run the task again"),
    ],
)  # fmt: skip
def test_what_one_answer_means(
    replies: dict[str, Reply], check: str, status: Status, says: str, advice: str | None
) -> None:
    found = asked(**replies)
    assert found[check].status is status
    assert says in found[check].says
    assert (
        (found[check].advice or "") == "" if advice is None else advice in str(found[check].advice)
    )
    others = {status for name, status in found.statuses.items() if name not in (check, "clock")}
    assert others == {Status.OK}, "nothing else is blamed"


def test_one_missing_right_is_explained_once() -> None:
    closed = {"root_cimv2": DENIED, "registry": DENIED, "license_server": DENIED}
    found = asked(**closed)
    assert "Remote Enable" in str(found["root/cimv2"].advice)
    assert found["registry"].advice == r"the same as for root\cimv2"
    assert found["license server"].advice == r"the same as for root\cimv2"
    assert found["root/cimv2"].code is not None
    assert found["root/cimv2"].code.name == "WBEM_E_ACCESS_DENIED"
    assert "Zugriff" not in found["root/cimv2"].says


def test_a_host_that_is_not_there_is_asked_once() -> None:
    session, carrier = scripted(Unreachable("no connection", "look at the cable"), read_only=True)
    answers = host.HostQuestions(session, lambda: NOW).ask(FakeOperations())
    found = {each.check: each for each in answers.findings}
    assert found.pop("identify").advice == "look at the cable"
    assert {each.status for each in found.values()} == {Status.SKIPPED}
    assert set(found) == {*GOOD, "powershell"} - {"identify"}
    assert len(carrier.sent) == 1


def test_a_host_that_goes_away_is_not_waited_for() -> None:
    lost = ConnectionLost("gone")
    session, carrier = scripted(IDENTIFY, lost, lost, read_only=True)
    answers = host.HostQuestions(session, lambda: NOW).ask()
    statuses = [each.status for each in answers.findings]
    assert statuses == [Status.OK, Status.FAILED, *[Status.SKIPPED] * 5]
    assert carrier.resets == 2, "a read is repeated once"


def test_powershell_is_tried_where_it_is_asked_for() -> None:
    operations = FakeOperations(read_powershell={"version": "5.1.20348.1", "time": "x"})
    found = asked(operations)
    assert found["powershell"].status is Status.OK
    assert found.answers.powershell == "5.1.20348.1"
    assert operations.asked == [("read_powershell", {}, None)]


@pytest.mark.parametrize("error", [ConnectionLost("quota"), BadAnswer("only core types")])
def test_a_shell_that_fails_says_who_can_help(error: Exception) -> None:
    operations = FakeOperations(read_powershell=error)
    found = asked(operations)
    assert found["powershell"].status is Status.FAILED
    assert "Constrained Language" in str(found["powershell"].advice)
    assert found["clock"].status is Status.OK, "the rest goes on"


@pytest.mark.parametrize(
    ("seconds", "status", "says"),
    [
        (0.3, Status.OK, "agree to the second"),
        (-20, Status.OK, "20 s behind"),
        (61, Status.NOTE, "61 s ahead of"),
        (-300, Status.WARNING, "300 s behind the controller's: Kerberos refuses"),
    ],
)
def test_the_clock(seconds: float, status: Status, says: str) -> None:
    found = host.look_at_clock(seconds)
    assert found.status is status
    assert says in found.says
    assert (found.advice is None) is (status is Status.OK)
