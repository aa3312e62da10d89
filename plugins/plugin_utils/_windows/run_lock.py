# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run at a time on a host: a lock file that says who holds it and until when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from .._cim.errors import BadAnswer
from .._surroundings import wait
from .hresults import SHARING_VIOLATION
from .operation_output import Output
from .powershell import OperationFailed, Operations

_TRIES = 3
_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Lock:
    """Who holds it. All of it is as it stands in the file, which somebody may have edited."""

    run: str
    holder: str
    operation: str
    taken: str
    until: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """The answer to a claim.

    :param lock: who holds it now: this run when ``claimed``.
    :param replaced: whose lock had run out and was taken over.
    :param now: the host's clock, UTC.
    """

    claimed: bool
    lock: Lock
    replaced: Lock | None
    state_folder: str
    now: datetime


class RunLock:
    """The lock of a host.

    :param sleep: waits; tests pass their own.
    """

    def __init__(self, operations: Operations, sleep: Callable[[float], None] = wait) -> None:
        self._operations = operations
        self._sleep = sleep

    def claim(self, run: str, holder: str, operation: str, seconds: int) -> Claimed:
        """Take the lock, or renew it. Safe to repeat.

        :param run: 16 hexadecimal digits.
        :param holder: for people: who to ask.
        :param seconds: how long it lasts unless it is renewed or given back.
        :raises OperationFailed: the state folder was made by somebody else, and others.
        """
        options = {"run": run, "holder": holder, "operation": operation, "seconds": seconds}
        found = Output("claim", self._claim(options))
        claimed = Claimed(
            claimed=found.flag("claimed"),
            lock=_lock(found.record("lock")),
            replaced=None if found.absent("replaced") else _lock(found.record("replaced")),
            state_folder=found.text("state_folder"),
            now=found.time("now"),
        )
        if claimed.claimed != (claimed.lock.run == run):
            raise BadAnswer("the PowerShell step claim contradicts itself about who holds the lock")
        return claimed

    def _claim(self, options: dict[str, object]) -> dict[str, object]:
        for dummy in range(_TRIES - 1):
            try:
                return self._operations.run("claim", options)
            except OperationFailed as error:
                if error.number != SHARING_VIOLATION:
                    raise
                self._sleep(_PAUSE_SECONDS)  # another run has the file open this very moment
        return self._operations.run("claim", options)

    def release(self, run: str) -> bool:
        """Give the lock back; False when it was not this run's any more. Safe to repeat."""
        return Output("release", self._operations.run("release", {"run": run})).flag("released")


def _lock(found: Output) -> Lock:
    names = ("run", "holder", "operation", "taken", "until")
    return Lock(*(found.text(name) for name in names))
