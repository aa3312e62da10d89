# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations on the task that starts the service again when a run is cut."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta

from ..model.file_system import FileSystem
from ..model.host import Host
from ..model.scheduled_tasks import ScheduledTask
from .given import (
    INVALID_ARGUMENT,
    Given,
    file_operation,
    find,
    read_whole,
    sha256,
    thrown,
    write_whole,
    written,
)
from .run_lock import STATE, check_state_folder
from .schemas import (
    ANY_OBJECT,
    BOOLEAN,
    COUNT,
    NAME,
    SHA256,
    STRING,
    TIME,
    array,
    nullable,
    record,
)

EXECUTE = "powershell.exe"
ARGUMENTS = '-NoProfile -NonInteractive -ExecutionPolicy Bypass -File "{}"'
_SYSTEM = "S-1-5-18"
_FIRST_CMDLETS = 9200
_POLICY_KEY = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\PowerShell"
_EVERY, _FOR = timedelta(minutes=1), timedelta(days=1)
_SWAP = record(folder=NAME, aside=NAME, complete=NAME)
# Of a run the script makes a folder's name, so that it looks at it itself.
_RUN = re.compile(r"[0-9a-f]{16}")


def folder_of(run: str) -> str:
    """The folder of a run, where its script and its plan are."""
    return f"{STATE}\\{run}"


def _run_of(given: Given) -> str:
    run = given.text("run")
    if not _RUN.fullmatch(run):
        raise thrown(f"Not the name of a run: {run}")
    return run


def machine_policy(host: Host) -> str | None:
    """The execution policy that a group policy sets; None without one (the PowerShell ADMX)."""
    enabled, given = (
        host.registry.get(_POLICY_KEY, name) for name in ("EnableScripts", "ExecutionPolicy")
    )
    if enabled is None:
        return None
    return str(given[1]) if enabled[1] == 1 and given is not None else "Restricted"


def keeps_scripts_from_running(policy: str | None) -> bool:
    """True for a policy that the bypass of a command line does not overrule."""
    return policy in ("AllSigned", "Restricted")


def _needs_cmdlets(host: Host) -> None:
    """The module ScheduledTasks came with Windows Server 2012."""
    if host.release.build < _FIRST_CMDLETS:
        raise thrown("The term 'Get-ScheduledTask' is not recognized as the name of a cmdlet.")


def _arm(host: Host, files: FileSystem, given: Given) -> Mapping[str, object]:
    run = _run_of(given)
    policy = machine_policy(host)
    if keeps_scripts_from_running(policy):
        raise thrown(
            f"The policy 'Turn on Script Execution' of this host ({policy})"
            " keeps the task's script from running."
        )
    check_state_folder(files)
    folder = folder_of(run)
    files.make_folder(folder)
    script, plan, complete = (
        f"{folder}\\{name}" for name in ("dead_man.ps1", "plan.json", "complete")
    )
    asked = given.record("plan")
    swap = None
    if asked.has("swap"):
        swap = {**asked.record("swap").plain(), "complete": complete}
    write_whole(files, script, given.blob)
    content = json.dumps({"service": asked.text("service"), "swap": swap}, indent=4)
    write_whole(files, plan, content.encode())
    _needs_cmdlets(host)
    start = host.clock.now() + timedelta(seconds=given.number("seconds"))
    task = ScheduledTask(
        given.text("task"),
        EXECUTE,
        ARGUMENTS.format(script),
        start.replace(microsecond=0),
        _EVERY,
        _FOR,
    )
    host.tasks.register(task)
    return {"folder": folder, "script": script, "plan": plan, "complete": complete}


def _read(host: Host, files: FileSystem, given: Given) -> Mapping[str, object]:
    folder = folder_of(_run_of(given))
    script, plan = f"{folder}\\dead_man.ps1", f"{folder}\\plan.json"
    found: dict[str, object] = {"script_sha256": None, "plan": None}
    if find(files, script) is not None:
        found["script_sha256"] = sha256(read_whole(files, script))
    if find(files, plan) is not None:
        found["plan"] = _json(read_whole(files, plan))
    _needs_cmdlets(host)
    return {**_described(host.tasks.get(given.text("task"))), **found}


def _json(data: bytes) -> object:
    try:
        return json.loads(data.decode("utf-8", "replace"))
    except ValueError as error:
        raise thrown(f"Invalid JSON primitive: {error}.", INVALID_ARGUMENT) from error


def _described(task: ScheduledTask | None) -> dict[str, object]:
    if task is None:
        return {
            "exists": False,
            "enabled": False,
            "state": "",
            "user": "",
            "run_level": "",
            "actions": [],
            "triggers": [],
            "next_run": None,
        }
    return {
        "exists": True,
        "enabled": task.enabled,
        "state": "Ready" if task.enabled else "Disabled",
        "user": _SYSTEM if task.user == "SYSTEM" else task.user,
        "run_level": task.run_level,
        "actions": [{"execute": task.execute, "arguments": task.arguments}],
        "triggers": [
            {
                "start": written(task.start),
                "interval": _period(task.interval),
                "duration": _period(task.duration),
                "enabled": True,
            }
        ],
        "next_run": None if task.next_run is None else written(task.next_run),
    }


def _period(time: timedelta) -> str:
    """An ISO 8601 duration as the Task Scheduler keeps it."""
    if time.seconds == 0:
        return f"P{time.days}D"
    return f"PT{int(time.total_seconds()) // 60}M"


def _disarm(host: Host, files: FileSystem, given: Given) -> Mapping[str, object]:
    folder = folder_of(_run_of(given))
    _needs_cmdlets(host)
    host.tasks.remove(given.text("task"))
    left = host.tasks.get(given.text("task")) is not None
    if not left and find(files, folder) is not None:
        for entry in files.list_folder(folder):
            files.delete(entry.path)
        files.remove_empty_folder(folder)
    return {"removed": not left}


def _mark_complete(host: Host, files: FileSystem, given: Given) -> Mapping[str, object]:
    path = f"{folder_of(_run_of(given))}\\complete"
    files.open(path, "write", "read", make=True).close()
    return {"marked": find(files, path) is not None}


_TASK = record(
    exists=BOOLEAN,
    enabled=BOOLEAN,
    state=STRING,
    user=STRING,
    run_level=STRING,
    actions=array(record(execute=NAME, arguments=STRING)),
    triggers=array(record(start=TIME, interval=NAME, duration=NAME, enabled=BOOLEAN)),
    next_run=nullable(TIME),
    script_sha256=nullable(SHA256),
    plan=nullable(ANY_OBJECT),
)
_PLAN = record(service=NAME, swap=nullable(record(folder=NAME, aside=NAME)))

OPERATIONS = (
    file_operation(
        "arm_dead_man",
        record(run=NAME, task=NAME, seconds=COUNT, plan=_PLAN),
        record(folder=NAME, script=NAME, plan=NAME, complete=NAME),
        _arm,
        takes_blob=True,
    ),
    file_operation("read_dead_man", record(run=NAME, task=NAME), _TASK, _read),
    file_operation(
        "disarm_dead_man", record(run=NAME, task=NAME), record(removed=BOOLEAN), _disarm
    ),
    file_operation("mark_complete", record(run=NAME), record(marked=BOOLEAN), _mark_complete),
)
