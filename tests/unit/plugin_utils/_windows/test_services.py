# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services: their states, the numbers that StartService and StopService answer, waiting."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.session import (
    CimSession,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.services import (
    POLL_SECONDS,
    ServiceError,
    Services,
)
from unit.plugin_utils.scripted import Reply, ScriptedCarrier, scripted
from unit.plugin_utils.soap import WMI, Sent, first_page, fragment, outputs

URI = f"{WMI}/root/cimv2/Win32_Service"


def state(value: str | None) -> str:
    return first_page(fragment({"Name": "x", "State": value}))


def answered(method: str, number: int) -> str:
    return outputs(URI, method, {"ReturnValue": number})


STARTED, STOPPED = answered("StartService", 0), answered("StopService", 0)


class Wait:
    """Counts the seconds that nobody waits."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, seconds: float) -> None:
        self.seconds += seconds


def services(*replies: Reply) -> tuple[Services, ScriptedCarrier, Wait]:
    session, carrier = scripted(*replies)
    wait = Wait()
    return Services(session, wait), carrier, wait


@pytest.mark.parametrize("value", ["Running", "Stopped", "Start Pending"])
def test_the_state_as_windows_spells_it(value: str) -> None:
    found, carrier, dummy = services(state(value))
    assert found.state("TermService") == value
    wanted = "SELECT Name, State FROM Win32_Service WHERE Name = 'TermService'"
    assert carrier.sent[0].header("Filter") == wanted


def test_no_such_service() -> None:
    found, dummy, wait = services(first_page(""))
    assert found.state("TermServLicensing") is None
    assert wait.seconds == 0


def test_a_state_that_is_empty_is_unknown() -> None:
    assert services(state(None))[0].state("x") == "Unknown"


def test_start_waits_until_it_runs() -> None:
    found, carrier, wait = services(
        STARTED, state("Start Pending"), state("Start Pending"), state("Running")
    )
    found.start("TermService", 60)
    assert carrier.actions == ["StartService", "Enumerate", "Enumerate", "Enumerate"]
    assert carrier.sent[0].selectors == {"Name": "TermService"}
    assert wait.seconds == 2 * POLL_SECONDS


def test_a_service_that_runs_already_is_started() -> None:
    found, dummy, wait = services(answered("StartService", 10), state("Running"))
    found.start("TermService", 60)
    assert wait.seconds == 0


def test_stop_looks_until_it_is_stopped() -> None:
    # The state can still read Running right after StopService.
    found, dummy, wait = services(
        STOPPED, state("Running"), state("Stop Pending"), state("Stopped")
    )
    assert found.stop("TermService", 60) == []
    assert wait.seconds == 2 * POLL_SECONDS


def test_a_service_that_does_not_run_is_stopped() -> None:
    found, dummy, wait = services(answered("StopService", 6), state("Stopped"))
    assert found.stop("TermService", 60) == []
    assert wait.seconds == 0


@pytest.mark.parametrize(
    ("method", "stuck"), [("start", "Start Pending"), ("stop", "Stop Pending")]
)
def test_a_service_that_is_stuck(method: str, stuck: str) -> None:
    first = STARTED if method == "start" else STOPPED
    found, carrier, wait = services(first, *[state(stuck)] * 50)
    with pytest.raises(
        ServiceError, match=f"service TermService: it is {stuck} and not .* after 5 s"
    ):
        getattr(found, method)("TermService", 5)
    assert wait.seconds == 5
    assert len(carrier.sent) == 12


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "not supported"),
        (2, "right"),
        (7, "in time"),
        (13, "did not start"),
        (14, "disabled"),
        (99, "unknown answer"),
    ],
)
@pytest.mark.parametrize("method", ["start", "stop"])
def test_refusals_in_words(method: str, number: int, words: str) -> None:
    name = "StartService" if method == "start" else "StopService"
    found, carrier, wait = services(answered(name, number))
    with pytest.raises(ServiceError, match=f"Windows answered {number}: .*{words}") as caught:
        getattr(found, method)("TermService", 60)
    assert ("Administrators" in (caught.value.advice or "")) == (number == 2)
    assert (len(carrier.sent), wait.seconds) == (1, 0)


@pytest.mark.parametrize(("method", "number"), [("start", 6), ("stop", 10)])
def test_what_is_fine_for_one_is_not_for_the_other(method: str, number: int) -> None:
    name = "StartService" if method == "start" else "StopService"
    found, dummy, wait = services(answered(name, number))
    with pytest.raises(ServiceError, match=f"answered {number}"):
        getattr(found, method)("TermService", 60)
    assert wait.seconds == 0


class Machine:
    """TermService, and UmRdpService that depends on it."""

    endpoint = "http://host:5985/wsman"
    operation_timeout = 20.0

    def __init__(self, dependent: str = "Running") -> None:
        self.states = {"TermService": "Running", "UmRdpService": dependent}
        self.log: list[str] = []
        self.carrier = ScriptedCarrier()

    def send(self, message: bytes, wait: float | None = None) -> tuple[int, bytes]:
        self.carrier.script.append(self._answer)
        return self.carrier.send(message, wait)

    def reset(self) -> None:
        raise AssertionError("nothing broke")

    def _answer(self, sent: Sent) -> str:
        if sent.action == "Enumerate":
            name = sent.header("Filter").split("'")[1]
            return state(self.states[name]) if name in self.states else first_page("")
        name = sent.selectors["Name"]
        self.log.append(f"{sent.action} {name}")
        if sent.action == "StopService":
            if name == "TermService" and self.states["UmRdpService"] == "Running":
                return answered(sent.action, 3)
            self.states[name] = "Stopped"
        else:
            self.states[name] = "Running"
        return answered(sent.action, 0)


def on(machine: Machine) -> Services:
    return Services(CimSession(machine), Wait())


def test_dependents_that_keep_it_from_stopping_are_stopped_first() -> None:
    machine = Machine()
    assert on(machine).stop("TermService", 60, ("UmRdpService",)) == ["UmRdpService"]
    assert machine.log == [
        "StopService TermService",
        "StopService UmRdpService",
        "StopService TermService",
    ]
    assert set(machine.states.values()) == {"Stopped"}


def test_dependents_that_do_not_run_are_left_alone() -> None:
    machine = Machine("Stopped")
    assert on(machine).stop("TermService", 60, ("UmRdpService",)) == []
    assert machine.log == ["StopService TermService"]


def test_a_dependent_that_nobody_named_is_not_stopped() -> None:
    machine = Machine()
    with pytest.raises(ServiceError, match="services that depend on it are running"):
        on(machine).stop("TermService", 60)
    assert machine.states == {"TermService": "Running", "UmRdpService": "Running"}


def test_a_dependent_that_is_not_installed_is_passed_over() -> None:
    machine = Machine()
    stopped = on(machine).stop("TermService", 60, ("SessionEnv2", "UmRdpService"))
    assert stopped == ["UmRdpService"]
