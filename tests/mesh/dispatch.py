# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slices to nodes: one at a time per node, and again where a node was lost."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, Protocol, TypeVar

Plan = TypeVar("Plan")


class Ended(Protocol):
    """How an attempt ended."""

    @property
    def good(self) -> bool:
        """Whether the job came to a good end."""

    @property
    def lost(self) -> bool:
        """Whether its node was lost."""


Result = TypeVar("Result", bound=Ended)


class NoNodesLeft(Exception):
    """Every node was lost before all slices were done."""


def dispatch(
    plans: Sequence[Plan], nodes: Sequence[str], run: Callable[[Plan, str], Result]
) -> list[Result]:
    """Run every plan on some node; return all attempts in the order of their ends.

    A node takes the next plan when it is done with one. A lost node gets no more, and its plan
    goes to the front for the others; plans that ended are never run again, whoever ran them.
    One that failed on a node that is well is not tried again: it would fail again.
    Raises NoNodesLeft, and whatever ``run`` raised.
    """
    work = _Work(plans, run)
    with ThreadPoolExecutor(max_workers=len(nodes)) as pool:
        for each in [pool.submit(work.serve, node) for node in nodes]:
            each.result()
    if work.waiting:
        raise NoNodesLeft(f"{len(work.waiting)} of {len(plans)} slices were not run")
    return work.attempts


class _Work(Generic[Plan, Result]):
    """What is waiting, what is done, and how many run; ``serve`` is called from many threads."""

    def __init__(self, plans: Sequence[Plan], run: Callable[[Plan, str], Result]) -> None:
        self.waiting = deque(plans)
        self.attempts: list[Result] = []
        self._run = run
        self._running = 0
        self._broken = False
        self._change = threading.Condition()

    def serve(self, node: str) -> None:
        """Run plans on a node until there are none, or the node is lost."""
        while (plan := self._next()) is not None:
            result: Result | None = None
            try:
                result = self._run(plan, node)
            finally:
                self._ended(plan, result)
            if result.lost:
                return

    def _next(self) -> Plan | None:
        with self._change:
            # What runs elsewhere may come back, should its node be lost.
            self._change.wait_for(lambda: self.waiting or not self._running or self._broken)
            if self._broken or not self.waiting:
                return None
            self._running += 1
            return self.waiting.popleft()

    def _ended(self, plan: Plan, result: Result | None) -> None:
        with self._change:
            self._running -= 1
            if result is None:
                self._broken = True
            else:
                self.attempts.append(result)
                if result.lost:
                    self.waiting.appendleft(plan)
            self._change.notify_all()
