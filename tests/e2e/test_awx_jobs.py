# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Job templates with their surveys, run by ansible-runner as AWX does, against the farm.

Every private data directory is destroyed after its job; only the fact cache, which AWX keeps in its
database, and the output folder remain.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from farm import Farm, load_scenario_dict

from .awx_jobs import Awx, Job

MONTHLY = ("RDS - collect the CAL inventory", "RDS - diagnose for the audit")
"""The nodes of the monthly workflow that ask hosts."""
REPORTS = ("RDS - report the CAL inventory", "RDS - audit")
"""Those that write, from the fact cache."""
SERVERS: dict[str, Any] = {
    name: {
        "roles": ["licensing"],
        "license_server": {"packs": [{"type": "per_device", "total": total, "version": "2022"}]},
    }
    for name, total in (("ls1", 30), ("ls2", 12), ("ls3", 5))
}
BOUGHT = 2
"""The key pack after the built-in one."""
SESSION_HOSTS: dict[str, Any] = {
    "sh1": {},
    "sh2": {"policy": {"mode": 2, "servers": "ls9.example.com"}},
}


@pytest.fixture(scope="module")
def volume() -> Iterator[Path]:
    """A folder on a mount of its own, as a volume is one in a job's container."""
    mount = Path("/dev/shm")
    assert mount.is_mount()
    folder = Path(tempfile.mkdtemp(prefix="rds_awx_", dir=mount))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def awx_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Awx]]:
    """Make an AWX with a farm of these hosts."""
    with ExitStack() as stack:

        def make(output: Path, hosts: dict[str, Any], **options: Any) -> Awx:
            farm = stack.enter_context(Farm(load_scenario_dict({"hosts": hosts})))
            return Awx(tmp_path_factory.mktemp("awx"), farm, output, **options)

        yield make


@dataclass
class Months:
    """Two monthly inventories, and everything that is there afterwards."""

    awx: Awx
    jobs: list[Job]
    output: Path
    asked: dict[str, int]

    def report(self) -> dict[str, Any]:
        """The report in JSON."""
        text = (self.output / "cal_inventory" / "cal_inventory.json").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text)
        return found


@pytest.fixture(scope="module")
def months(awx_at: Callable[..., Awx], volume: Path) -> Months:
    """Collect in two slices and report; 40 days and 6 more issued CALs later, the same again."""
    awx = awx_at(volume, {**SERVERS, **SESSION_HOSTS})
    farm = awx.farm
    jobs = [awx.launch(name) for name in MONTHLY]
    before = {name: len(host.requests) for name, host in farm.hosts.items()}
    jobs += [awx.launch(name) for name in REPORTS]
    asked = {name: len(farm.hosts[name].requests) - before[name] for name in before}
    grow_older(volume / "cal_inventory" / "cal_inventory.history", 40)
    server = farm.hosts["ls1"].license_server
    assert server is not None
    for number in range(6):
        server.issue(BOUGHT, f"PC{number}")
    jobs += [awx.launch(name) for name in (*MONTHLY, *REPORTS)]
    return Months(awx, jobs, volume, asked)


def grow_older(history: Path, days: int) -> None:
    """Have the one snapshot of a history been taken so many days ago."""
    (path,) = history.glob("*.json")
    day = (date.fromisoformat(path.stem) - timedelta(days=days)).isoformat()
    body = {**json.loads(path.read_text(encoding="utf-8")), "first": day, "last": day}
    path.with_name(f"{day}.json").write_text(json.dumps(body) + "\n", encoding="utf-8")
    path.unlink()


def test_all_jobs_succeed(months: Months) -> None:
    for job in months.jobs:
        assert job.status == "successful", job.output


def test_slices_share_the_hosts_and_the_report_has_all(months: Months) -> None:
    report = months.report()
    assert {each["name"] for each in report["servers"]} == set(SERVERS)
    assert report["complete"] is True
    assert set(months.awx.facts) == {*SERVERS, *SESSION_HOSTS}


def test_reporting_asks_no_host(months: Months) -> None:
    assert set(months.asked.values()) == {0}


def test_nothing_of_a_job_is_left_but_its_output(months: Months) -> None:
    assert not list(months.awx.folder.glob("awx_*"))
    assert (months.output / "cal_inventory" / "cal_inventory.html").is_file()


def test_the_trend_goes_on_over_jobs_that_are_gone(months: Months) -> None:
    history = sorted((months.output / "cal_inventory" / "cal_inventory.history").glob("*.json"))
    assert len(history) == 2
    first, second = (date.fromisoformat(path.stem) for path in history)
    assert (second - first).days == 40
    (trend,) = months.report()["trends"]
    assert [point["issued"] for point in trend["points"]] == [0, 6]


def test_the_second_report_changes_what_the_first_wrote(months: Months) -> None:
    first, second = (months.jobs[number].one("Write the report") for number in (2, 6))
    assert first["changed"] is second["changed"] is True


def test_the_account_of_the_credential_is_in_no_event(months: Months) -> None:
    dummy, password = months.awx.farm.login("ls1")
    assert all(password not in job.output + job.artifacts for job in months.jobs)


def test_the_chain_of_evidence_goes_on_over_jobs_that_are_gone(months: Months) -> None:
    first, second = (months.jobs[number].one("Keep the evidence") for number in (3, 7))
    old, new = sorted((months.output / "audit" / "evidence").glob("*.zip"))
    manifests = [read_manifest(path) for path in (old, new)]
    assert manifests[0]["previous"] is None
    assert manifests[1]["previous"]["sha256"] == first["manifest_sha256"]
    assert second["changed"] is True
    assert [each["made_by"] for each in manifests] == ["operator", "operator"]
    assert [each["job"] for each in manifests] == ["5", "10"]
    with zipfile.ZipFile(new) as archive:
        state = json.loads(archive.read("state.json"))
    assert set(SESSION_HOSTS) <= set(state["hosts"])


def test_what_was_found_goes_to_the_next_node_and_into_mails(months: Months) -> None:
    report, audit = (months.jobs[number].set_stats for number in (6, 7))
    assert report["cal_inventory"]["facts"]["missing"] == []
    assert "licensing_audit" in audit


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of an evidence pack."""
    with zipfile.ZipFile(path) as archive:
        found: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return found
