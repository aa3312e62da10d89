# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restarts: what waits for one, and the wait until the computer is back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    Fault,
    HttpError,
    NothingThere,
    Unreachable,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.session import (
    CimSession,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.reboot import (
    LONGEST_WAIT,
    RestartFailed,
    read_pending_restart,
    restart_computer,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.registry import (
    Registry,
    RegistryUnreadable,
)
from unit.plugin_utils.fake_host import lost
from unit.plugin_utils.fake_role_server import SERVICING, SESSION_MANAGER, UPDATES, RoleServer
from unit.plugin_utils.scripted import ScriptedCarrier
from unit.plugin_utils.soap import WMI, Sent, fault, first_page, fragment, outputs

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Machine:
    """A computer that goes down ``stays`` seconds after it was told to, for ``down`` seconds."""

    stays: float = 10.0
    down: float = 60.0
    up_before: float = 86_400.0
    clock_wrong: float = 0.0
    """Seconds that its clock is wrong by after the restart."""
    answer: int | Exception | str = 0
    obeys: bool = True
    shows_times: bool = True
    refusal: Exception = field(default_factory=lambda: Unreachable("no connection"))
    """What a connection meets while it is down."""

    endpoint = "http://host:5985/wsman"
    operation_timeout = 20.0

    def __post_init__(self) -> None:
        self.now = 1000.0
        self.told: float | None = None
        self.connections = 0
        self.inputs: list[dict[str, list[str]]] = []

    # -- time and connections -----------------------------------------------------------------

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def connect(self) -> CimSession:
        self.connections += 1
        return CimSession(self)

    def reset(self) -> None:
        """Nothing is kept."""

    # -- the computer -------------------------------------------------------------------------

    @property
    def _since(self) -> float:
        """Seconds since it began to go down; negative while it still runs."""
        if self.told is None or not self.obeys:
            return -1.0
        return self.now - self.told - self.stays

    def send(self, message: bytes, wait: float | None = None) -> tuple[int, bytes]:
        assert wait is None, "nothing here takes long"
        if 0 <= self._since < self.down:
            raise self.refusal
        return ScriptedCarrier(self._reply).send(message)

    def _reply(self, sent: Sent) -> str:
        if sent.action == "Enumerate":
            return self._times()
        self.inputs.append(sent.inputs())
        self.told = self.now
        if isinstance(self.answer, Exception):
            raise self.answer
        if isinstance(self.answer, str):
            return self.answer
        return outputs(f"{WMI}/x", sent.action, {"ReturnValue": self.answer})

    def _times(self) -> str:
        wrong = timedelta(0)
        if self._since < 0:
            up = self.up_before + self.now - 1000.0
        else:
            up, wrong = self._since - self.down, timedelta(seconds=self.clock_wrong)
        now = START + timedelta(seconds=self.now) + wrong
        times = {"LocalDateTime": now, "LastBootUpTime": now - timedelta(seconds=up)}
        shown = {
            name: value.isoformat().replace("+00:00", "Z") if self.shows_times else None
            for name, value in times.items()
        }
        return first_page(fragment(shown))


def restart(machine: Machine, timeout: float = 600) -> CimSession:
    return restart_computer(machine.connect, timeout, machine.sleep, machine.clock)


def test_a_restart_is_waited_for() -> None:
    machine = Machine()
    session = restart(machine)
    assert machine.inputs == [{"Flags": ["6"], "Reserved": ["0"]}]
    # It is back 70 seconds after; the next look sees that.
    assert 1070 <= machine.now < 1070 + LONGEST_WAIT
    # One connection to tell it, and a new one for each look: after 1, 2, 4, 8, 8... seconds.
    assert machine.now == 1000 + 1 + 2 + 4 + 8 * 8
    assert machine.connections == 1 + 3 + 8
    assert session.endpoint == machine.endpoint


@pytest.mark.parametrize("clock_wrong", [-86_400.0, -3600.0, 3600.0, 86_400.0 * 400])
def test_a_clock_that_is_wrong_after_the_restart(clock_wrong: float) -> None:
    machine = Machine(clock_wrong=clock_wrong)
    restart(machine)
    assert 1070 <= machine.now < 1070 + LONGEST_WAIT


def test_a_computer_that_takes_long_to_go_down_is_not_taken_for_one_that_is_back() -> None:
    machine = Machine(stays=300)
    restart(machine)
    assert machine.now >= 1360


def test_a_computer_that_was_started_just_before() -> None:
    machine = Machine(up_before=30)
    restart(machine)
    assert machine.now >= 1070


@pytest.mark.parametrize(
    "refusal",
    [Unreachable("no connection"), lost(), HttpError(400), HttpError(503)],
    ids=lambda each: type(each).__name__,
)
def test_any_answer_is_possible_while_it_is_down(refusal: Exception) -> None:
    machine = Machine(refusal=refusal)
    restart(machine)
    assert 1070 <= machine.now < 1070 + LONGEST_WAIT


@pytest.mark.parametrize(
    "answer",
    [lost(), HttpError(500), fault(2150858793, "w:TimedOut", "timed out"), 0, 1115, 1190],
    ids=str,
)
def test_an_order_that_may_have_been_taken(answer: int | Exception | str) -> None:
    machine = Machine(answer=answer)
    restart(machine)
    assert len(machine.inputs) == 1
    assert machine.now >= 1070


def test_a_computer_that_did_not_hear_the_order() -> None:
    machine = Machine(answer=lost(), obeys=False)
    with pytest.raises(RestartFailed, match="still runs after 120 seconds") as caught:
        restart(machine, 120)
    assert 1120 <= machine.now < 1120 + LONGEST_WAIT
    assert "1074" in (caught.value.advice or "")


def test_a_look_that_failed_once_is_no_computer_that_is_down() -> None:
    machine = Machine(obeys=False)
    real, looks = machine.connect, 0

    def connect() -> CimSession:
        nonlocal looks
        looks += 1
        if looks == 2:
            raise Unreachable("no connection")
        return real()

    with pytest.raises(RestartFailed, match="still runs after 60 seconds"):
        restart_computer(connect, 60, machine.sleep, machine.clock)


def test_a_computer_that_does_not_come_back() -> None:
    machine = Machine(down=10_000)
    with pytest.raises(RestartFailed, match=r"120 seconds after .*no connection") as caught:
        restart(machine, 120)
    assert 1120 <= machine.now < 1120 + LONGEST_WAIT
    assert "reboot_timeout" in (caught.value.advice or "")


@pytest.mark.parametrize(
    ("number", "words"),
    [(5, "access is denied"), (1314, "privilege"), (1191, "logged on"), (87, "refuses")],
)
def test_a_computer_that_refuses(number: int, words: str) -> None:
    machine = Machine(answer=number)
    with pytest.raises(RestartFailed, match=f"answered {number}: .*{words}") as caught:
        restart(machine)
    assert caught.value.code is not None
    assert caught.value.code.number == number
    assert machine.now == 1000


def test_a_fault_that_is_a_refusal() -> None:
    machine = Machine(answer=fault(5, "w:AccessDenied", "denied"))
    with pytest.raises(Fault, match="denied"):
        restart(machine)
    assert machine.now == 1000


def test_a_computer_is_not_restarted_when_its_return_could_not_be_seen() -> None:
    machine = Machine(shows_times=False)
    with pytest.raises(NothingThere):
        restart(machine)
    assert machine.inputs == []


# -- what waits -------------------------------------------------------------------------------


def test_nothing_waits_and_three_requests_show_it() -> None:
    server = RoleServer()
    found = read_pending_restart(Registry(server.session()))
    assert (found.servicing, found.renames, found.reasons) == ((), False, [])
    assert len(server.log) == 3


def test_everything_waits() -> None:
    server = RoleServer().pend().pend(key=rf"{UPDATES}\RebootRequired").renames("x", "")
    found = read_pending_restart(Registry(server.session()))
    assert found.servicing == (
        "features or updates (Component Based Servicing)",
        "updates (Windows Update)",
    )
    assert found.reasons == [*found.servicing, "files to be renamed"]


def test_keys_that_are_there_without_a_pending_restart() -> None:
    server = RoleServer()
    server.registry.create(rf"{SERVICING}\RebootPendingNot")
    server.registry.put(SESSION_MANAGER, "PendingFileRenameOperations2", 7, ["x"])
    assert read_pending_restart(Registry(server.session())).reasons == []


def test_a_server_without_the_key_of_windows_update() -> None:
    server = RoleServer()
    server.registry.call("DeleteKey", UPDATES, "", [])
    assert read_pending_restart(Registry(server.session())).reasons == []


def test_a_server_without_the_key_of_the_session_manager() -> None:
    server = RoleServer()
    server.registry.call("DeleteKey", SESSION_MANAGER, "", [])
    assert read_pending_restart(Registry(server.session())).reasons == []


@pytest.mark.parametrize("key", [SERVICING, UPDATES, SESSION_MANAGER])
def test_a_place_that_may_not_be_read_is_not_empty(key: str) -> None:
    server = RoleServer()
    server.registry.denied.add(key)
    with pytest.raises(RegistryUnreadable):
        read_pending_restart(Registry(server.session()))
