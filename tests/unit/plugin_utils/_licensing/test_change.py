# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps, each proven by reading back; what broke off says what state it left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    CimError,
    ConnectionLost,
    Fault,
    MethodFailed,
    Unreachable,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    LAG_DELAYS,
    PROOF_DELAYS,
    NotApplied,
    Progress,
    Refused,
    Step,
)

TIMED_OUT = Fault(2150858793, "TimedOut")


class Host:
    """A value that steps set."""

    def __init__(self, *, shows_after: int = 0) -> None:
        self.value: str | None = None
        self.looks = 0
        self.asked: list[str] = []
        self.waited: list[float] = []
        self._shows_after = shows_after

    def step(self, name: str, error: Exception | None = None, *, works: bool = True) -> Step:
        def do() -> None:
            self.asked.append(name)
            if works:
                self.value = name
            if error is not None:
                raise error

        def holds() -> bool:
            self.looks += 1
            return self.value == name and self.looks > self._shows_after

        return Step(name, do, holds)

    def progress(self) -> Progress:
        return Progress(sleep=self.waited.append)


def test_steps_are_done_in_order_and_each_is_proven() -> None:
    host = Host()
    progress = host.progress()
    progress.apply([host.step("a"), host.step("b")])
    assert (host.asked, progress.applied, progress.uncertain) == (["a", "b"], ["a", "b"], None)
    assert (host.looks, host.waited) == (2, [])


def test_a_write_that_was_accepted_and_does_not_hold() -> None:
    host = Host()
    progress = host.progress()
    with pytest.raises(NotApplied, match="Windows accepted it, but reading back") as caught:
        progress.apply([host.step("a"), host.step("b", works=False), host.step("c")])
    assert caught.value.operation == "b"
    assert (host.asked, progress.applied, progress.uncertain) == (["a", "b"], ["a"], None)
    assert host.waited == []


@pytest.mark.parametrize("error", [ConnectionLost("reset"), TIMED_OUT], ids=["lost", "timed out"])
def test_a_lost_answer_is_proven_and_not_sent_again(error: CimError) -> None:
    host = Host()
    progress = host.progress()
    progress.apply([host.step("a", error), host.step("b")])
    assert (host.asked, progress.applied) == (["a", "b"], ["a", "b"])
    assert host.waited == []


@pytest.mark.parametrize("error", [ConnectionLost("reset"), TIMED_OUT], ids=["lost", "timed out"])
def test_after_a_lost_answer_it_may_take_a_while(error: CimError) -> None:
    host = Host(shows_after=2)
    progress = host.progress()
    progress.apply([host.step("a", error)])
    assert (host.asked, progress.applied) == (["a"], ["a"])
    assert host.waited == list(PROOF_DELAYS[:2])


@pytest.mark.parametrize("error", [ConnectionLost("reset"), TIMED_OUT], ids=["lost", "timed out"])
def test_a_lost_write_that_never_shows(error: CimError) -> None:
    host = Host()
    progress = host.progress()
    with pytest.raises(NotApplied, match=r"its answer got lost \(.*\), but reading back"):
        progress.apply([host.step("a", error, works=False), host.step("b")])
    assert (host.asked, progress.applied, progress.uncertain) == (["a"], [], None)
    assert host.waited == list(PROOF_DELAYS)


@pytest.mark.parametrize(
    "error",
    [
        Fault(5, "AccessDenied"),
        Fault(2150859174, "QuotaLimit"),
        MethodFailed("StdRegProv", "SetDWORDValue", 5),
        Unreachable("the credentials were rejected"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_refusal_is_certain(error: CimError) -> None:
    host = Host()
    progress = host.progress()
    with pytest.raises(type(error)) as caught:
        progress.apply([host.step("a"), host.step("b", error, works=False), host.step("c")])
    assert caught.value is error
    assert (host.asked, progress.applied, progress.uncertain) == (["a", "b"], ["a"], None)
    assert host.looks == 1


@pytest.mark.parametrize("lost", [None, ConnectionLost("reset")])
def test_when_reading_back_fails_it_is_not_known_whether_it_was_done(
    lost: ConnectionLost | None,
) -> None:
    host = Host()
    progress = host.progress()
    step = host.step("b", lost)

    def holds() -> bool:
        raise Unreachable("no connection")

    with pytest.raises(Unreachable):
        progress.apply([host.step("a"), Step(step.says, step.do, holds), host.step("c")])
    assert (host.asked, progress.applied, progress.uncertain) == (["a", "b"], ["a"], "b")


def test_a_later_apply_adds_to_what_was_done() -> None:
    host = Host()
    progress = host.progress()
    progress.apply([host.step("a")])
    progress.apply([])
    progress.apply([host.step("b")])
    assert progress.applied == ["a", "b"]


@pytest.mark.parametrize("settles_at", [0, 1, 3])
def test_waiting_ends_as_soon_as_it_is_settled(settles_at: int) -> None:
    reads: Iterator[int] = iter(range(100))
    waited: list[float] = []
    progress = Progress(sleep=waited.append)
    assert progress.wait_until(lambda: next(reads), lambda seen: seen >= settles_at) == settles_at
    assert waited == list(LAG_DELAYS[:settles_at])


def test_waiting_is_bounded_and_returns_what_was_read_last() -> None:
    reads: Iterator[int] = iter(range(100))
    waited: list[float] = []
    progress = Progress(sleep=waited.append)
    assert progress.wait_until(lambda: next(reads), lambda dummy: False) == len(LAG_DELAYS)
    assert waited == list(LAG_DELAYS)
    assert sum(waited) < 10


def test_a_refusal_has_a_reason_for_machines_and_advice_for_people() -> None:
    refused = Refused("workgroup", "why", "what to do")
    assert (refused.reason, refused.advice) == ("workgroup", "what to do")
    assert str(refused).endswith("why")
