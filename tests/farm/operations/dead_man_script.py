# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scheduled task of a run does: the shipped ``dead_man.ps1``, step by step.

It happens only when the task is one that would work on a real machine: the right program and
arguments, the account SYSTEM, the shipped script byte for byte, and a folder into which nobody
else can write. ``host.tasks.refused`` tells otherwise why not.
"""

from __future__ import annotations

import json
import re
import time

from ..model.file_access import owner_of
from ..model.file_faults import NOT_FOUND, FileError
from ..model.file_system import FileSystem
from ..model.host import Host
from ..model.scheduled_tasks import ScheduledTask
from .dead_man import (
    ARGUMENTS,
    EXECUTE,
    folder_of,
    keeps_scripts_from_running,
    machine_policy,
)
from .given import find, read_whole, write_whole, written
from .protocol import SCRIPTS
from .run_lock import LOCK, STATE, TRUSTED, parsed

_TASK = re.compile(r"remote_desktop\.licensing dead man ([0-9a-f]{16})")
_ACE = re.compile(r"\(([^()]*)\)")
_SCRIPT = SCRIPTS / "dead_man.ps1"
_PATIENCE = 0.5
_POLL = 0.005


def run_scheduled(host: Host, task: ScheduledTask) -> None:
    """Run a task's action, without the machine's file faults: nobody set them for it."""
    with host.files.exempt(), host.files.process():
        why = _refusal(host, host.files, task)
        if why is not None:
            host.tasks.refused.append(f"{task.name}: {why}")
            return
        run = _TASK.fullmatch(task.name)
        if run is not None:
            _Script(host, run[1], task.name).run()


def _refusal(host: Host, files: FileSystem, task: ScheduledTask) -> str | None:
    found = _TASK.fullmatch(task.name)
    if found is None:
        return "no such program here"
    if (task.user, task.run_level) != ("SYSTEM", "Highest"):
        return "it does not run as SYSTEM with all rights"
    folder = folder_of(found[1])
    script = f"{folder}\\dead_man.ps1"
    if task.execute != EXECUTE or task.arguments != ARGUMENTS.format(script):
        return "its action is another one"
    if keeps_scripts_from_running(machine_policy(host)):
        return "a policy keeps scripts from running"
    try:
        content = read_whole(files, script)
        open_to = [path for path in (STATE, folder, script) if not _trusted(files.stat(path).sddl)]
    except FileError as error:
        return str(error)
    if not _SCRIPT.is_file() or content != _SCRIPT.read_bytes():
        return "its script is not the shipped one"
    return f"others may write to {open_to[0]}" if open_to else None


def _trusted(sddl: str) -> bool:
    """True when only SYSTEM and Administrators have any right, and one of them is the owner."""
    aces = [ace.split(";") for ace in _ACE.findall(sddl)]
    holders = {ace[-1] for ace in aces if ace[0] != "D"}
    return owner_of(sddl) in TRUSTED and holders <= TRUSTED


class _Stop(Exception):
    """What the script's catch block sees."""


class _Script:
    """One run of the script."""

    def __init__(self, host: Host, run: str, task: str) -> None:
        self._host, self._files, self._run, self._task = host, host.files, run, task
        self._folder = folder_of(run)
        self._put_back = False

    def run(self) -> None:
        """From reading the plan to the task's end."""
        try:
            plan = json.loads(read_whole(self._files, f"{self._folder}\\plan.json"))
            service = str(plan["service"])
            swap = plan["swap"]
        except (FileError, ValueError, KeyError, TypeError) as error:
            self._host.tasks.refused.append(f"{self._task}: the plan cannot be read: {error}")
            return
        error_text = None
        try:
            if swap is not None:
                self._put_old_back(service, swap)
            self._start(service)
        except (FileError, _Stop) as error:
            error_text = str(error)
        state = self._state(service)
        self._finish(state, error_text)

    def _put_old_back(self, service: str, swap: dict[str, str]) -> None:
        folder, aside = swap["folder"], swap["aside"]
        if self._none(swap["complete"]) and self._is_folder(aside):
            self._stop(service)
            if self._is_folder(folder):
                self._files.rename(folder, f"{folder}.failed-{self._run}")
            self._files.rename(aside, folder)
            self._put_back = True
        if not self._is_folder(folder):
            raise _Stop(f"There is no folder {folder}.")

    def _none(self, path: str) -> bool:
        return find(self._files, path) is None

    def _is_folder(self, path: str) -> bool:
        entry = find(self._files, path)
        return entry is not None and entry.folder

    # -- services ---------------------------------------------------------------------------

    def _state(self, service: str) -> str:
        found = self._host.services.get(service)
        return "" if found is None else found.state.replace(" ", "")

    def _stop(self, service: str) -> None:
        found = self._host.services.get(service)
        if found is None:
            raise _Stop(f"Cannot find any service with service name '{service}'.")
        if found.state == "Running":
            found.stop()
        if not self._reached(service, "Stopped"):
            raise _Stop(f"Service '{service}' cannot be stopped.")

    def _start(self, service: str) -> None:
        found = self._host.services.get(service)
        if found is None:
            raise _Stop(f"Cannot find any service with service name '{service}'.")
        if found.state == "Stopped":
            found.start()
        if not self._reached(service, "Running"):
            raise _Stop(f"Failed to start service '{service}'.")

    def _reached(self, service: str, state: str) -> bool:
        """Wait a little, in real time: a service takes part of a second here."""
        until = time.monotonic() + _PATIENCE + 2 * self._host.services[service].seconds
        while self._state(service) != state:
            settled = "Pending" not in self._state(service)
            if settled or time.monotonic() > until:
                return self._state(service) == state
            time.sleep(_POLL)
        return True

    # -- the end ----------------------------------------------------------------------------

    def _finish(self, state: str, error: str | None) -> None:
        outcome = {
            "run": self._run,
            "put_back": self._put_back,
            "state": state,
            "error": error,
            "time": written(self._host.clock.now()),
        }
        try:
            content = json.dumps(outcome, indent=4).encode()
            write_whole(self._files, f"{self._folder}\\outcome.json", content)
        except FileError as problem:
            self._host.tasks.refused.append(f"{self._task}: no outcome is written: {problem}")
            return
        if state != "Running" or error is not None:
            return
        self._release()
        self._host.tasks.remove(self._task)

    def _release(self) -> None:
        """Take the lock away if it is this run's."""
        try:
            held = parsed(read_whole(self._files, LOCK))
            if held is not None and held["run"] == self._run:
                self._files.delete(LOCK)
        except FileError as error:
            if error.hresult != NOT_FOUND:
                self._host.tasks.refused.append(f"{self._task}: the lock stays: {error}")
