# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task that starts the service again: what is registered, and what counts as registered."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.dead_man import (
    DeadMan,
    DeadManPlan,
    DeadManWrong,
    FolderSwap,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.powershell import (
    script,
)
from unit.plugin_utils.fake_operations import FakeOperations

RUN = "0123456789abcdef"
TASK = f"remote_desktop.licensing dead man {RUN}"
FOLDER = f"C:\\ProgramData\\remote_desktop.licensing\\{RUN}"
SINCE = datetime(2026, 11, 21, 22, tzinfo=UTC)
PLAN = DeadManPlan(RUN, "TermServLicensing", 900, since=SINCE)
SWAP = DeadManPlan(
    RUN, "TermServLicensing", 900, FolderSwap("D:\\lserver", "D:\\lserver.old"), SINCE
)
TEXT = script("dead_man").encode()
ARGUMENTS = f'-NoProfile -NonInteractive -ExecutionPolicy Bypass -File "{FOLDER}\\dead_man.ps1"'
TRIGGER = {"start": "2026-11-21T22:15:00Z", "interval": "PT1M", "duration": "P1D", "enabled": True}
ACTION = {"execute": "powershell.exe", "arguments": ARGUMENTS}
WRITTEN = {"service": "TermServLicensing", "swap": None}
EXCHANGED = {
    "folder": "D:\\lserver",
    "aside": "D:\\lserver.old",
    "complete": f"{FOLDER}\\complete",
}
WRITTEN_SWAP = {"service": "TermServLicensing", "swap": EXCHANGED}
REGISTERED = {
    "exists": True,
    "enabled": True,
    "state": "Ready",
    "user": "S-1-5-18",
    "run_level": "Highest",
    "actions": [ACTION],
    "triggers": [TRIGGER],
    "next_run": "2026-11-21T22:15:00Z",
    "script_sha256": hashlib.sha256(TEXT).hexdigest(),
    "plan": WRITTEN,
}


def verify(wanted: DeadManPlan = PLAN, /, **different: Any) -> bool:
    return DeadMan(FakeOperations(read_dead_man=REGISTERED | different)).verify(wanted)


def test_what_is_registered() -> None:
    names = {"script": "dead_man.ps1", "plan": "plan.json", "complete": "complete"}
    paths = {"folder": FOLDER} | {key: f"{FOLDER}\\{name}" for key, name in names.items()}
    operations = FakeOperations(arm_dead_man=paths)
    DeadMan(operations).arm(SWAP)
    ((name, options, blob),) = operations.asked
    assert name == "arm_dead_man"
    assert options == {
        "run": RUN,
        "task": TASK,
        "seconds": 900,
        "plan": {
            "service": "TermServLicensing",
            "swap": {"folder": "D:\\lserver", "aside": "D:\\lserver.old"},
        },
    }
    assert blob == TEXT
    assert SWAP.minutes == 15


def test_files_of_another_run() -> None:
    paths = dict.fromkeys(("folder", "script", "plan", "complete"), FOLDER.replace("0", "1"))
    with pytest.raises(BadAnswer, match="another folder"):
        DeadMan(FakeOperations(arm_dead_man=paths)).arm(PLAN)


def test_it_is_as_planned() -> None:
    assert verify()
    assert verify(SWAP, plan=WRITTEN_SWAP)
    assert verify(state="Running")
    assert verify(triggers=[TRIGGER | {"duration": "PT24H"}])
    assert verify(triggers=[TRIGGER | {"start": "2026-11-21T23:55:00Z"}])
    assert verify(DeadManPlan(RUN, "TermServLicensing", 900), triggers=[TRIGGER])


def test_it_is_not_there() -> None:
    gone = {"exists": False, "enabled": False, "state": "", "user": "", "run_level": ""}
    lists: dict[str, Any] = {"actions": [], "triggers": [], "next_run": None}
    assert verify(**gone, **lists, script_sha256=None, plan=None) is False


DIFFERENT: list[tuple[dict[str, Any], str]] = [
    ({"enabled": False}, "state"),
    ({"state": "Disabled"}, "Disabled"),
    ({"state": ""}, "unknown"),
    ({"user": "S-1-5-21-1-2-3-500"}, "S-1-5-21-1-2-3-500 and not as SYSTEM"),
    ({"user": ""}, "nobody"),
    ({"run_level": "Limited"}, "Limited"),
    ({"actions": []}, "0 actions"),
    ({"actions": [ACTION, ACTION]}, "2 actions"),
    ({"actions": [ACTION | {"execute": "C:\\Temp\\powershell.exe"}]}, "executes C:"),
    ({"actions": [ACTION | {"arguments": ARGUMENTS + " -x"}]}, "arguments"),
    ({"actions": [ACTION | {"arguments": ARGUMENTS.replace(RUN, "0" * 16)}]}, "arguments"),
    ({"actions": [ACTION | {"arguments": ARGUMENTS.replace("dead_man.ps1", "x.ps1")}]}, "argum"),
    ({"actions": [ACTION | {"arguments": ""}]}, "arguments"),
    ({"triggers": []}, "0 triggers"),
    ({"triggers": [TRIGGER, TRIGGER]}, "2 triggers"),
    ({"triggers": [TRIGGER | {"enabled": False}]}, "disabled"),
    ({"triggers": [TRIGGER | {"interval": "PT1H"}]}, "repeats every 1:00:00"),
    ({"triggers": [TRIGGER | {"duration": "PT5M"}]}, "for 0:05:00"),
    ({"triggers": [TRIGGER | {"start": "2026-11-21T22:14:00Z"}]}, "starts at 2026-11-21T22:14"),
    ({"triggers": [TRIGGER | {"start": "2026-11-23T22:00:00Z"}]}, "starts at 2026-11-23"),
    ({"next_run": None}, "no next run"),
    ({"script_sha256": None}, "script"),
    ({"script_sha256": "0" * 64}, "script"),
    ({"plan": None}, "its plan"),
    ({"plan": [1]}, "its plan"),
    ({"plan": WRITTEN | {"service": "Spooler"}}, "its plan"),
    ({"plan": WRITTEN_SWAP}, "another folder"),
    ({"plan": {"service": "TermServLicensing", "swap": {"folder": "x"}}}, "another marker"),
]


@pytest.mark.parametrize(("different", "words"), DIFFERENT)
def test_it_is_there_and_different(different: dict[str, Any], words: str) -> None:
    with pytest.raises(DeadManWrong, match=words) as caught:
        verify(**different)
    assert "nothing was stopped" in str(caught.value.advice)


@pytest.mark.parametrize(
    "swap",
    [
        None,
        EXCHANGED | {"folder": "D:\\else"},
        EXCHANGED | {"aside": "D:\\else"},
        EXCHANGED | {"complete": "C:\\complete"},
    ],
)
def test_the_plan_of_a_swap_has_to_be_the_one(swap: Any) -> None:
    with pytest.raises(DeadManWrong, match="its plan"):
        verify(SWAP, plan=WRITTEN | {"swap": swap})


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("PT1M", timedelta(minutes=1)),
        ("PT60S", timedelta(minutes=1)),
        ("P1DT2H3M4S", timedelta(days=1, hours=2, minutes=3, seconds=4)),
    ],
)
def test_durations(text: str, time: timedelta) -> None:
    answer = REGISTERED | {"triggers": [TRIGGER | {"interval": text}]}
    found = DeadMan(FakeOperations(read_dead_man=answer)).read(PLAN)
    assert found.triggers[0].interval == time


@pytest.mark.parametrize("text", ["", "P", "PT", "P1M", "1 day", "-PT1M"])
def test_durations_that_are_none(text: str) -> None:
    with pytest.raises(BadAnswer, match="duration"):
        verify(triggers=[TRIGGER | {"interval": text}])


def test_it_is_removed() -> None:
    operations = FakeOperations(disarm_dead_man={"removed": True})
    DeadMan(operations).disarm(PLAN)
    assert operations.asked == [("disarm_dead_man", {"run": RUN, "task": TASK}, None)]


def test_it_stays() -> None:
    with pytest.raises(DeadManWrong, match="still there"):
        DeadMan(FakeOperations(disarm_dead_man={"removed": False})).disarm(PLAN)


@pytest.mark.parametrize("marked", [True, False])
def test_the_mark(marked: bool) -> None:
    operations = FakeOperations(mark_complete={"marked": marked})
    assert DeadMan(operations).mark_complete(PLAN) is marked
    assert operations.asked == [("mark_complete", {"run": RUN}, None)]


def test_the_script_removes_the_task_that_was_registered() -> None:
    assert "'remote_desktop.licensing dead man {0}' -f $run" in TEXT.decode()
    assert "run.lock" in TEXT.decode()
