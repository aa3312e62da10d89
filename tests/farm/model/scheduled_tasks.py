# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scheduled tasks of one machine (Microsoft Learn: Task Scheduler 2.0, TimeTrigger).

Only the machine's clock counts: a test moves it, and what is due runs then and there. What a task
does is not the scheduler's business: whoever made the machine says how a program runs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .host import Host

# A machine that slept does not run each missed repetition; so many are enough for any test.
_MOST_AT_ONCE = 5


@dataclass(slots=True)
class ScheduledTask:
    """One task with one time trigger that repeats; it is run by its account with all rights."""

    name: str
    execute: str
    arguments: str
    start: datetime
    interval: timedelta
    duration: timedelta
    user: str = "SYSTEM"
    run_level: str = "Highest"
    enabled: bool = True
    runs: int = field(default=0, init=False)
    last_run: datetime | None = field(default=None, init=False)
    _next: datetime | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._next = self.start

    @property
    def next_run(self) -> datetime | None:
        """When it runs next; None when the time is over or it is disabled."""
        return self._next if self.enabled else None

    def due(self, now: datetime) -> bool:
        """True when it is to run."""
        return self.enabled and self._next is not None and self._next <= now

    def ran(self, now: datetime) -> None:
        """Note a run; the next one is a repetition later, while the time is not over."""
        self.runs += 1
        self.last_run = now
        self._repeat()

    def skip_missed(self, now: datetime) -> None:
        """Go on with the first repetition that is still to come."""
        while self._next is not None and self._next <= now:
            self._repeat()

    def _repeat(self) -> None:
        if self._next is not None:
            following = self._next + self.interval
            self._next = following if following <= self.start + self.duration else None


class ScheduledTasks:
    """The tasks of a machine. ``run_program`` does what a task's action does.

    ``on_register`` is a knob: what it makes of a new task is what the machine keeps, None loses it.
    ``refused`` tells why the actions of tasks were not run.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._lock = threading.RLock()
        self._running = False
        self._tasks: dict[str, ScheduledTask] = {}
        self.run_program: Callable[[Host, ScheduledTask], None] | None = None
        self.on_register: Callable[[ScheduledTask], ScheduledTask | None] = lambda task: task
        self.refused: list[str] = []

    def all(self) -> list[ScheduledTask]:
        """The tasks by name."""
        with self._lock:
            return [self._tasks[key] for key in sorted(self._tasks)]

    def get(self, name: str) -> ScheduledTask | None:
        """A task by name, compared without case."""
        with self._lock:
            return self._tasks.get(name.lower())

    def register(self, task: ScheduledTask) -> None:
        """Add a task, in place of one of that name (Register-ScheduledTask -Force)."""
        kept = self.on_register(task)
        with self._lock:
            if kept is not None:
                self._tasks[kept.name.lower()] = kept

    def remove(self, name: str) -> bool:
        """Take a task away; False when there is none."""
        with self._lock:
            return self._tasks.pop(name.lower(), None) is not None

    def run_due(self) -> int:
        """Run what is due, the repetitions that were missed included; how many runs there were.

        Nothing runs while the machine is down, and no second instance beside a running one.
        """
        with self._lock:
            if not self._tasks or self._running or not self._host.power.up:
                return 0
            self._running = True
        try:
            return sum(self._run(task) for task in self.all())
        finally:
            with self._lock:
                self._running = False

    def _run(self, task: ScheduledTask) -> int:
        count = 0
        while self.get(task.name) is task and task.due(self._host.clock.now()):
            if count == _MOST_AT_ONCE:
                task.skip_missed(self._host.clock.now())
                break
            count += 1
            task.ran(self._host.clock.now())
            if self.run_program is not None:
                self.run_program(self._host, task)
        return count
