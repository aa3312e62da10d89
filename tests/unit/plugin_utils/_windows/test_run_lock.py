# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock of a host, over operations that answer what the test says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.hresults import (
    SHARING_VIOLATION,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.powershell import (
    OperationFailed,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.run_lock import (
    Claimed,
    Lock,
    RunLock,
)
from unit.plugin_utils.fake_operations import FakeOperations, failed

RUN, OTHER = "0123456789abcdef", "fedcba9876543210"
STATE = "C:\\ProgramData\\remote_desktop.licensing"


def lock(run: str) -> dict[str, str]:
    return {
        "run": run,
        "holder": "awx-1",
        "operation": "backup",
        "taken": "2026-11-21T22:00:00Z",
        "until": "2026-11-21T22:20:00Z",
    }


def answer(run: str = RUN, **more: Any) -> dict[str, Any]:
    return {
        "claimed": run == RUN,
        "lock": lock(run),
        "replaced": None,
        "state_folder": STATE,
        "now": "2026-11-21T22:00:00Z",
    } | more


def claim(*answers: Any) -> tuple[Claimed, FakeOperations, list[float]]:
    operations, waits = FakeOperations(claim=list(answers)), list[float]()
    found = RunLock(operations, waits.append).claim(RUN, "awx-1", "backup", 1200)
    return found, operations, waits


def test_it_is_free() -> None:
    found, operations, waits = claim(answer())
    now = datetime(2026, 11, 21, 22, tzinfo=UTC)
    assert found == Claimed(True, Lock(**lock(RUN)), None, STATE, now)
    options = {"run": RUN, "holder": "awx-1", "operation": "backup", "seconds": 1200}
    assert operations.asked == [("claim", options, None)]
    assert waits == []


def test_it_is_held() -> None:
    found, *dummy = claim(answer(OTHER))
    assert not found.claimed
    assert found.lock.run == OTHER


def test_one_that_had_run_out_is_told() -> None:
    found, *dummy = claim(answer(replaced=lock(OTHER)))
    assert found.replaced == Lock(**lock(OTHER))


@pytest.mark.parametrize(
    "wrong",
    [
        {"claimed": False},
        {"lock": lock(OTHER)},
        {"lock": None},
        {"lock": {"run": RUN}},
        {"replaced": {}},
        {"now": "today"},
        {"state_folder": None},
    ],
)
def test_answers_that_are_none(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadAnswer, match="step claim"):
        claim(answer(**wrong))


def test_two_runs_that_meet_at_the_file() -> None:
    busy = failed("claim", SHARING_VIOLATION)
    found, operations, waits = claim(busy, busy, answer(OTHER))
    assert not found.claimed
    assert len(operations.asked) == 3
    assert waits == [1.0, 1.0]


def test_a_file_that_somebody_keeps_open() -> None:
    with pytest.raises(OperationFailed) as caught:
        claim(*[failed("claim", SHARING_VIOLATION)] * 4)
    assert caught.value.number == SHARING_VIOLATION


def test_another_failure_is_not_tried_again() -> None:
    operations = FakeOperations(claim=[failed("claim", -2146233087, "made by S-1-5-21")])
    with pytest.raises(OperationFailed, match="made by"):
        RunLock(operations, lambda dummy: pytest.fail("waited")).claim(RUN, "x", "y", 1)


@pytest.mark.parametrize("ours", [True, False])
def test_giving_it_back(ours: bool) -> None:
    operations = FakeOperations(release={"released": ours})
    assert RunLock(operations).release(RUN) is ours
    assert operations.asked == [("release", {"run": RUN}, None)]
