# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scheduled tasks on a machine's clock, and the task that saves a run that was cut."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from farm import Farm
from farm.model.file_faults import FileFault
from farm.model.host import Host
from farm.model.scheduled_tasks import ScheduledTask
from farm.operations import SCRIPTS

from .conftest import FarmOf
from .operation_client import RUN, STATE, TASK, OperationClient, Thrown
from .soap_client import SoapClient

SERVICE = "TermServLicensing"
FOLDER = "C:\\Windows\\system32\\lserver"
ASIDE = f"{FOLDER}.before"
SWAP = {"folder": FOLDER, "aside": ASIDE}


@pytest.fixture
def run(farm_of: FarmOf) -> OperationClient:
    """The operations of a license server that holds the lock."""
    client = OperationClient(farm_of(ls1={"roles": ["licensing"]}), "ls1")
    client.claim()
    return client


def _wait(host: Host, state: str) -> None:
    until = time.monotonic() + 5
    while host.services[SERVICE].state != state:
        assert time.monotonic() < until
        time.sleep(0.01)


def _stop(host: Host) -> None:
    assert host.services[SERVICE].stop() == 0
    _wait(host, "Stopped")


def _read(run: OperationClient) -> dict[str, Any]:
    return run("read_dead_man", run=RUN, task=TASK)


# -- the scheduler --------------------------------------------------------------------------


def _task(host: Host, name: str = "t", minutes: int = 10) -> ScheduledTask:
    start = host.clock.now() + timedelta(minutes=minutes)
    return ScheduledTask(name, "x.exe", "", start, timedelta(minutes=1), timedelta(hours=1))


def _recorded(farm: Farm) -> tuple[Host, list[str]]:
    host, ran = farm.hosts["sh1"], []
    host.tasks.run_program = lambda dummy, task: ran.append(task.name)
    return host, ran


def test_a_task_runs_when_its_time_has_come_and_again_every_minute(farm: Farm) -> None:
    host, ran = _recorded(farm)
    host.tasks.register(_task(host))
    host.clock.advance(timedelta(minutes=9))
    assert ran == []
    host.clock.advance(timedelta(minutes=1, seconds=1))
    assert ran == ["t"]
    host.clock.advance(timedelta(minutes=2))
    assert len(ran) == 3
    host.clock.advance(timedelta(days=2))
    task = host.tasks.get("T")
    assert task is not None
    assert (task.next_run, len(ran) < 12) == (None, True)


def test_a_disabled_task_and_a_machine_that_is_down_run_nothing(farm: Farm) -> None:
    host, ran = _recorded(farm)
    host.tasks.register(replace(_task(host, "off"), enabled=False))
    host.tasks.register(_task(host, "on"))
    host.power.up = False
    host.clock.advance(timedelta(minutes=11))
    assert ran == []
    host.power.up = True
    host.tasks.run_due()
    assert ran == ["on"] * 2


def test_a_request_runs_what_is_due(farm: Farm, client: SoapClient) -> None:
    host, ran = _recorded(farm)
    host.tasks.register(_task(host, minutes=-1))
    client.get("http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_OperatingSystem")
    assert ran


# -- arming ---------------------------------------------------------------------------------


def test_what_was_armed_is_read_back(run: OperationClient) -> None:
    armed = run.arm(seconds=900, swap=SWAP)
    folder = f"{STATE}\\{RUN}"
    assert armed == {
        "folder": folder,
        "script": f"{folder}\\dead_man.ps1",
        "plan": f"{folder}\\plan.json",
        "complete": f"{folder}\\complete",
    }
    found = _read(run)
    script = (SCRIPTS / "dead_man.ps1").read_bytes()
    assert found["script_sha256"] == hashlib.sha256(script).hexdigest()
    assert found["plan"] == {"service": SERVICE, "swap": {**SWAP, "complete": armed["complete"]}}
    assert (found["exists"], found["enabled"], found["state"]) == (True, True, "Ready")
    assert (found["user"], found["run_level"]) == ("S-1-5-18", "Highest")
    arguments = f'-NoProfile -NonInteractive -ExecutionPolicy Bypass -File "{folder}\\dead_man.ps1"'
    assert found["actions"] == [{"execute": "powershell.exe", "arguments": arguments}]
    (trigger,) = found["triggers"]
    assert (trigger["interval"], trigger["duration"]) == ("PT1M", "P1D")
    assert trigger["start"] == found["next_run"]


def test_disarming_leaves_neither_task_nor_files(run: OperationClient) -> None:
    run.arm()
    assert run("disarm_dead_man", run=RUN, task=TASK) == {"removed": True}
    assert run("disarm_dead_man", run=RUN, task=TASK) == {"removed": True}
    found = _read(run)
    assert (found["exists"], found["script_sha256"], found["plan"]) == (False, None, None)
    assert run("list_folder", path=f"{STATE}\\{RUN}")["exists"] is False


def test_the_name_of_a_run_is_no_path(run: OperationClient) -> None:
    for name in ("disarm_dead_man", "read_dead_man"):
        with pytest.raises(Thrown, match="Not the name of a run"):
            run(name, run="..\\..\\Windows", task=TASK)


def test_a_task_that_gets_lost_is_not_read_back(run: OperationClient) -> None:
    run.host.tasks.on_register = lambda dummy: None
    run.arm()
    assert _read(run)["exists"] is False


def test_a_host_without_the_cmdlets_arms_nothing(farm_of: FarmOf) -> None:
    client = OperationClient(farm_of(old={"release": "2008r2", "roles": ["licensing"]}), "old")
    client.claim()
    with pytest.raises(Thrown, match="not recognized"):
        client.arm()


POLICY = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\PowerShell"


def _set_policy(host: Host, enabled: int, policy: str | None) -> None:
    host.registry.set(POLICY, "EnableScripts", "DWORD", enabled)
    if policy is not None:
        host.registry.set(POLICY, "ExecutionPolicy", "SZ", policy)


@pytest.mark.parametrize(("enabled", "policy"), [(0, None), (1, "AllSigned")])
def test_a_policy_against_scripts_is_told_before_anything_is_armed(
    run: OperationClient, enabled: int, policy: str | None
) -> None:
    _set_policy(run.host, enabled, policy)
    with pytest.raises(Thrown, match="Turn on Script Execution"):
        run.arm()
    assert run.host.tasks.all() == []


def test_a_policy_that_comes_later_keeps_the_task_from_its_work(run: OperationClient) -> None:
    run.arm(seconds=600)
    _set_policy(run.host, 1, "AllSigned")
    assert "policy" in _cut(run)
    _set_policy(run.host, 1, "RemoteSigned")
    run.host.clock.advance(timedelta(seconds=61))
    assert run.host.services[SERVICE].state == "Running"


# -- what it does ---------------------------------------------------------------------------


def test_the_service_runs_again_and_everything_is_cleared_up(run: OperationClient) -> None:
    run.arm(seconds=600)
    _stop(run.host)
    run.host.clock.advance(timedelta(seconds=570))
    assert run.host.services[SERVICE].state == "Stopped"
    run.host.clock.advance(timedelta(seconds=31))
    assert run.host.services[SERVICE].state == "Running"
    state = run.host.state()["storage"]
    assert isinstance(state, dict)
    assert (state["tasks"], state["lock"]) == ([], None)
    outcome = json.loads(run.host.files.real(f"{STATE}\\{RUN}\\outcome.json").read_bytes())
    assert (outcome["state"], outcome["error"], outcome["put_back"]) == ("Running", None, False)


def test_the_lock_of_another_run_stays(run: OperationClient) -> None:
    run.arm(seconds=600)
    run.host.clock.advance(timedelta(seconds=1))
    run("release", run=RUN)
    run.claim("f" * 16)
    run.host.clock.advance(timedelta(seconds=700))
    assert run.host.tasks.all() == []
    assert run("claim", run=RUN, holder="x", operation="y", seconds=1)["claimed"] is False


def test_faults_of_the_run_do_not_hit_the_task(run: OperationClient) -> None:
    run.arm(seconds=600)
    _stop(run.host)
    run.host.files.faults.add(FileFault("io_error", times=None))
    run.host.clock.advance(timedelta(seconds=601))
    assert run.host.services[SERVICE].state == "Running"


def _packs(host: Host) -> int:
    server = host.license_server
    assert server is not None
    return len(server.packs.all())


@pytest.fixture
def full(farm_of: FarmOf) -> OperationClient:
    """A license server with packs that holds the lock."""
    pack = {"type": "per_device", "total": 10}
    plan = {"roles": ["licensing"], "license_server": {"packs": [pack, pack]}}
    client = OperationClient(farm_of(ls1=plan), "ls1")
    client.claim()
    return client


@pytest.mark.parametrize("with_new", [False, True])
def test_the_old_database_comes_back_before_the_service_starts(
    full: OperationClient, with_new: bool
) -> None:
    before = _packs(full.host)
    full.arm(seconds=600, swap=SWAP)
    _stop(full.host)
    full("move", from_=FOLDER, to=ASIDE)
    if with_new:
        full("make_folder", path=FOLDER, like=ASIDE)
    starts = full.host.services[SERVICE].starts
    full.host.clock.advance(timedelta(seconds=601))
    assert full.host.services[SERVICE].state == "Running"
    assert (full.host.services[SERVICE].starts - starts, _packs(full.host)) == (1, before)
    failed = full("list_folder", path=f"{FOLDER}.failed-{RUN}")["exists"]
    assert (failed, full("list_folder", path=ASIDE)["exists"]) == (with_new, False)


def test_a_new_database_that_is_complete_stays(full: OperationClient) -> None:
    full.arm(seconds=600, swap=SWAP)
    _stop(full.host)
    full("move", from_=FOLDER, to=ASIDE)
    full("make_folder", path=FOLDER, like=ASIDE)
    assert full("mark_complete", run=RUN) == {"marked": True}
    full.host.clock.advance(timedelta(seconds=601))
    assert full.host.services[SERVICE].state == "Running"
    assert _packs(full.host) == 1
    assert full("list_folder", path=ASIDE)["exists"] is True


def test_it_never_starts_the_service_over_a_missing_folder(full: OperationClient) -> None:
    full.arm(seconds=600, swap=SWAP)
    _stop(full.host)
    full("move", from_=FOLDER, to="C:\\gone")
    starts = full.host.services[SERVICE].starts
    full.host.clock.advance(timedelta(seconds=700))
    assert full.host.services[SERVICE].starts == starts
    assert full.host.tasks.all() != []
    full("move", from_="C:\\gone", to=ASIDE)
    full.host.clock.advance(timedelta(seconds=61))
    assert full.host.services[SERVICE].state == "Running"
    assert full.host.tasks.all() == []


# -- what keeps it from running -------------------------------------------------------------


def _cut(run: OperationClient) -> str:
    """Let the time come; why the task did nothing."""
    _stop(run.host)
    run.host.clock.advance(timedelta(seconds=601))
    assert run.host.services[SERVICE].state == "Stopped"
    return run.host.tasks.refused[0]


def test_another_script_is_not_run(run: OperationClient) -> None:
    run.arm(seconds=600)
    run.host.files.place(f"{STATE}\\{RUN}\\dead_man.ps1", b"Remove-Item C:\\ -Recurse")
    assert "not the shipped one" in _cut(run)


def test_a_folder_open_to_others_is_not_trusted(run: OperationClient) -> None:
    run.arm(seconds=600)
    sddl = "O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;BU)"
    run.host.files.set_sddl(STATE, sddl)
    assert "others may write" in _cut(run)


@pytest.mark.parametrize(
    "change",
    [
        {"user": "CORP\\admin"},
        {"run_level": "Limited"},
        {"arguments": "-File x.ps1"},
        {"execute": "pwsh.exe"},
        {"name": "another task"},
    ],
)
def test_a_task_that_is_another_does_nothing(run: OperationClient, change: dict[str, Any]) -> None:
    run.host.tasks.on_register = lambda task: replace(task, **change)
    run.arm(seconds=600)
    assert _cut(run)
