# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task that starts a service again when the run that stopped it is cut.

It is registered and read back before the service is stopped. ``operations/dead_man.ps1`` is what
it runs, on the host, as SYSTEM.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .._cim.errors import BadAnswer, CimError
from .operation_output import Output
from .powershell import Operations, script

TASK_PREFIX = "remote_desktop.licensing dead man "
EXECUTE = "powershell.exe"
ARGUMENTS = '-NoProfile -NonInteractive -ExecutionPolicy Bypass -File "{}"'
STATE_FOLDER = "remote_desktop.licensing"
"""Its name below %ProgramData%."""
_SYSTEM = "S-1-5-18"
_EVERY = timedelta(minutes=1)
_LONG_ENOUGH = timedelta(days=1)
_SLACK = timedelta(seconds=5)
"""Times are in whole seconds, and clocks are being set."""
_RUNS = frozenset({"ready", "queued", "running"})
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


class DeadManWrong(CimError):
    """The task on the host is not the one that was registered: nothing may rely on it."""

    def __init__(self, task: str, why: str) -> None:
        super().__init__(f"the scheduled task {task!r} is not as it was registered: {why}")
        self.operation = "reading the scheduled task back"
        self.advice = (
            "look at the task in the Task Scheduler of the host, and for a policy or a program "
            "that changes tasks; nothing was stopped"
        )


@dataclass(frozen=True, slots=True)
class FolderSwap:
    """A folder that is being exchanged: the old one is put back unless the new one is complete."""

    folder: str
    """Where the service looks for it."""
    aside: str
    """Where the old one lies meanwhile."""


@dataclass(frozen=True, slots=True)
class DeadManPlan:
    """What the task is to do.

    :param run: 16 hexadecimal digits, this run's own.
    :param seconds: after which it acts for the first time; then every minute, for a day.
    :param since: the host's clock (UTC) when the run began, where it is known.
    """

    run: str
    service: str
    seconds: int
    swap: FolderSwap | None = None
    since: datetime | None = None

    @property
    def task(self) -> str:
        """The name of the task, unique to the run."""
        return f"{TASK_PREFIX}{self.run}"

    @property
    def minutes(self) -> int:
        """The time until it acts, for people; rounded up."""
        return -(-self.seconds // 60)

    def as_options(self) -> dict[str, Any]:
        """The plan as the task reads it, less the marker's path, which the host knows."""
        swap = None
        if self.swap is not None:
            swap = {"folder": self.swap.folder, "aside": self.swap.aside}
        return {"service": self.service, "swap": swap}


@dataclass(frozen=True, slots=True)
class Trigger:
    """When the task runs: from ``start`` on, again and again."""

    start: datetime
    interval: timedelta
    duration: timedelta
    enabled: bool


@dataclass(frozen=True, slots=True)
class RegisteredTask:
    """The task and its files as the host has them."""

    exists: bool
    enabled: bool
    state: str
    user: str
    run_level: str
    actions: tuple[tuple[str, str], ...]
    """What is executed, and its arguments."""
    triggers: tuple[Trigger, ...]
    next_run: datetime | None
    script_sha256: str | None
    plan: Any


class DeadMan:
    """Registers, checks and removes the task."""

    def __init__(self, operations: Operations) -> None:
        self._operations = operations

    def arm(self, plan: DeadManPlan) -> None:
        """Register the task; it is to be read back before anything relies on it. Safe to repeat.

        :raises OperationFailed: it cannot be registered.
        """
        options = {
            "run": plan.run,
            "task": plan.task,
            "seconds": plan.seconds,
            "plan": plan.as_options(),
        }
        output = self._operations.run("arm_dead_man", options, script("dead_man").encode())
        found = Output("arm_dead_man", output)
        for name in ("folder", "script", "plan", "complete"):
            if plan.run not in found.text(name):
                raise BadAnswer(f"the PowerShell step arm_dead_man answered another {name}")

    def read(self, plan: DeadManPlan) -> RegisteredTask:
        """Read the task back, and its files."""
        options = {"run": plan.run, "task": plan.task}
        found = Output("read_dead_man", self._operations.run("read_dead_man", options))
        return RegisteredTask(
            exists=found.flag("exists"),
            enabled=found.flag("enabled"),
            state=found.text("state"),
            user=found.text("user"),
            run_level=found.text("run_level"),
            actions=tuple(
                (each.text("execute"), each.text("arguments")) for each in found.records("actions")
            ),
            triggers=tuple(_trigger(each) for each in found.records("triggers")),
            next_run=None if found.absent("next_run") else found.time("next_run"),
            script_sha256=None if found.absent("script_sha256") else found.sha256("script_sha256"),
            plan=found.plain("plan"),
        )

    def verify(self, plan: DeadManPlan) -> bool:
        """Whether the task is there and exactly as planned; False when it is not there.

        :raises DeadManWrong: it is there, and different.
        """
        found = self.read(plan)
        if not found.exists:
            return False
        why = difference(plan, found)
        if why is not None:
            raise DeadManWrong(plan.task, why)
        return True

    def mark_complete(self, plan: DeadManPlan) -> bool:
        """Mark the new folder complete: it is not put back any more. Safe to repeat."""
        output = self._operations.run("mark_complete", {"run": plan.run})
        return Output("mark_complete", output).flag("marked")

    def disarm(self, plan: DeadManPlan) -> None:
        """Remove the task and its files. Safe to repeat.

        :raises DeadManWrong: it is still there.
        """
        options = {"run": plan.run, "task": plan.task}
        output = self._operations.run("disarm_dead_man", options)
        if not Output("disarm_dead_man", output).flag("removed"):
            raise DeadManWrong(plan.task, "it was removed and is still there")


def difference(plan: DeadManPlan, found: RegisteredTask) -> str | None:
    """Tell what keeps a task from doing what was planned; None when nothing does."""
    if not found.enabled or found.state.lower() not in _RUNS:
        return f"its state is {found.state or 'unknown'}"
    if found.user != _SYSTEM:
        return f"it runs as {found.user or 'nobody'} and not as SYSTEM"
    if found.run_level.lower() != "highest":
        return f"its run level is {found.run_level or 'unknown'}"
    return _action_difference(plan, found) or _time_difference(plan, found) or _files(plan, found)


def _action_difference(plan: DeadManPlan, found: RegisteredTask) -> str | None:
    if len(found.actions) != 1:
        return f"it has {len(found.actions)} actions"
    execute, arguments = found.actions[0]
    if execute != EXECUTE:
        return f"it executes {execute[:80]}"
    before, after = ARGUMENTS.split("{}")
    path = arguments.removeprefix(before).removesuffix(after)
    own = re.fullmatch(
        rf"[A-Z]:\\[^\"]+\\{re.escape(STATE_FOLDER)}\\{plan.run}\\dead_man\.ps1",
        path,
        re.IGNORECASE,
    )
    if arguments != ARGUMENTS.format(path) or not own:
        return f"its arguments are {arguments[:200]}"
    return None


def _time_difference(plan: DeadManPlan, found: RegisteredTask) -> str | None:
    if len(found.triggers) != 1 or not found.triggers[0].enabled:
        return f"it has {len(found.triggers)} triggers, or one that is disabled"
    trigger = found.triggers[0]
    if trigger.interval != _EVERY or trigger.duration < _LONG_ENOUGH:
        return f"it repeats every {trigger.interval} for {trigger.duration}"
    if found.next_run is None:
        return "it has no next run"
    wait = timedelta(seconds=plan.seconds)
    if plan.since is not None and not (
        plan.since + wait - _SLACK <= trigger.start <= plan.since + wait + _LONG_ENOUGH
    ):
        return f"it starts at {trigger.start:%Y-%m-%dT%H:%M:%SZ}"
    return None


def _files(plan: DeadManPlan, found: RegisteredTask) -> str | None:
    if found.script_sha256 != hashlib.sha256(script("dead_man").encode()).hexdigest():
        return "its script is not the one that was written"
    written, wanted = found.plan, plan.as_options()
    if not isinstance(written, dict) or written.get("service") != wanted["service"]:
        return "its plan is not the one that was written"
    swap = written.get("swap")
    if isinstance(swap, dict):
        marker = swap.get("complete")
        swap = {name: value for name, value in swap.items() if name != "complete"}
        if not isinstance(marker, str) or not marker.endswith(f"\\{plan.run}\\complete"):
            return "its plan names another marker"
    if swap != wanted["swap"]:
        return "its plan is about another folder"
    return None


def _trigger(found: Output) -> Trigger:
    return Trigger(
        found.time("start"),
        _duration(found.text("interval")),
        _duration(found.text("duration")),
        found.flag("enabled"),
    )


def _duration(text: str) -> timedelta:
    """An ISO 8601 duration of days and smaller units, as the Task Scheduler writes it."""
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        raise BadAnswer(f"the PowerShell step read_dead_man answered the duration {text[:40]!r}")
    days, hours, minutes, seconds = (int(each or 0) for each in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
