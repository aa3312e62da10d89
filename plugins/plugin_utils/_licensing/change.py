# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one shape of a state change: read before, plan the steps, apply them, read after.

A step is one write with its own proof: reading back that it holds. A step whose answer got
lost is not sent again: the proof decides whether it happened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from .._cim.errors import (
    BadAnswer,
    CimError,
    ConnectionLost,
    Fault,
    HttpError,
    NotWinRM,
    Unreachable,
)
from .._surroundings import utc_now, wait

T = TypeVar("T")

PROOF_DELAYS = (1.0, 2.0, 4.0)
"""Seconds between looks for a write whose answer got lost: it may still be under way."""
PATIENT_DELAYS = (1.0, 2.0, 4.0, 8.0)
"""The same for a write that Microsoft's clearinghouse may still be at; the last one repeats."""
LAG_DELAYS = (0.25, 0.5, 1.0, 2.0, 3.0)
"""Seconds between looks until WMI answers by a policy value that was just written."""


class Refused(CimError):
    """The change would do harm or have no effect; nothing was written for it.

    :param reason: a word for machines, for example ``workgroup``.
    """

    def __init__(self, reason: str, why: str, advice: str) -> None:
        super().__init__(f"refused: {why}")
        self.reason = reason
        self.advice = advice


class NotApplied(CimError):
    """A write was accepted, or its answer lost, and reading back shows the old state."""

    def __init__(self, step: str, lost: CimError | None) -> None:
        how = f"its answer got lost ({lost})" if lost is not None else "Windows accepted it"
        super().__init__(f"{how}, but reading back does not show it")
        self.operation = step
        self.advice = (
            "run the task again"
            if lost is not None
            else "look for a policy or a program that sets it back, then run the task again"
        )


class OutcomeUnknown(CimError):
    """The answer of a call to Microsoft got lost, and its effect did not show in time.

    :param until: when it can be told, at the latest: before that it must not be repeated.
    """

    repeatable = False

    def __init__(self, step: str, lost: CimError, until: datetime) -> None:
        super().__init__(f"its answer got lost ({lost}), and it does not show on the server so far")
        self.operation = step
        self.until = until.replace(microsecond=0).isoformat().replace("+00:00", "Z")
        self.advice = (
            f"do not repeat it before {self.until}: Microsoft may still be working on it. Look at "
            "the license server then; if it was done, the task finds it and does nothing"
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One write.

    :param says: what it does, for people, without secrets.
    :param do: does it.
    :param holds: reads back whether it was done.
    :param patience: seconds to look for it when its answer got lost, for calls that reach
        Microsoft's clearinghouse.
    """

    says: str
    do: Callable[[], object]
    holds: Callable[[], bool]
    patience: float = 0.0

    @property
    def delays(self) -> Sequence[float]:
        """Seconds between looks for it when its answer got lost."""
        if not self.patience:
            return PROOF_DELAYS
        delays: list[float] = []
        while (rest := self.patience - sum(delays)) > 0:
            usual = PATIENT_DELAYS[min(len(delays), len(PATIENT_DELAYS) - 1)]
            delays.append(min(usual, rest))
        return delays


@dataclass(slots=True)
class Progress:
    """What was written so far, so that a run that breaks off can say what state it left."""

    applied: list[str] = field(default_factory=list)
    uncertain: str | None = None
    """The step under way: after a failure it is not known whether it happened."""
    state: list[str] = field(default_factory=list)
    """Sentences about the state in which the host was left, where that is not plain."""
    sleep: Callable[[float], None] = wait

    def apply(self, steps: Sequence[Step]) -> None:
        """Do the steps in order, each proven before the next.

        :raises NotApplied: one does not hold; those after it were not begun.
        :raises OutcomeUnknown: the same for one with patience.
        """
        for step in steps:
            self.uncertain = step.says
            lost: CimError | None = None
            try:
                step.do()
            except (ConnectionLost, NotWinRM, BadAnswer, HttpError) as exc:
                lost = exc
            except Fault as exc:
                if not exc.timed_out:
                    self.uncertain = None  # Windows said no: it did not happen
                    raise
                lost = exc
            except CimError:
                self.uncertain = None
                raise
            held = self._look_for(step, lost)
            if not held and lost is not None and step.patience:
                raise OutcomeUnknown(step.says, lost, utc_now() + timedelta(seconds=step.patience))
            self.uncertain = None
            if not held:
                raise NotApplied(step.says, lost)
            self.applied.append(step.says)

    def _look_for(self, step: Step, lost: CimError | None) -> bool:
        """Read back whether a step holds; when its answer got lost, for a while."""
        for delay in (0.0, *(step.delays if lost is not None else ())):
            if delay:
                self.sleep(delay)
            try:
                if step.holds():
                    return True
            except Unreachable:
                # A host that is busy or away is looked for until the time is up.
                if lost is None or not step.patience:
                    raise
        return False

    def left(self) -> dict[str, Any]:
        """What a run that broke off has written, as results; nothing when nothing was."""
        state: dict[str, Any] = {}
        if self.applied:
            state["applied"] = list(self.applied)
        if self.uncertain:
            state["uncertain"] = self.uncertain
        return state

    def wait_until(self, read: Callable[[], T], settled: Callable[[T], bool]) -> T:
        """Read until it is settled or LAG_DELAYS are over; return what was read last."""
        seen = read()
        for delay in LAG_DELAYS:
            if settled(seen):
                break
            self.sleep(delay)
            seen = read()
        return seen


@dataclass(slots=True)
class Outcome:
    """What a module did, or in check mode would do."""

    changed: bool
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    values: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    failure: CimError | None = None
    """A failure that still has all of the results above to show."""
