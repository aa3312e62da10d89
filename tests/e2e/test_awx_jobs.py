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
from mesh import fact_cache

from .awx_jobs import Awx, Job

MONTHLY = "RDS - monthly inventory and audit"
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

        def make(output: Path, hosts: dict[str, Any], *, domain: Any = None, **options: Any) -> Awx:
            scenario = {"hosts": hosts, **({"domain": domain} if domain else {})}
            farm = stack.enter_context(Farm(load_scenario_dict(scenario)))
            return Awx(tmp_path_factory.mktemp("awx"), farm, output, **options)

        yield make


@dataclass
class Months:
    """Two monthly inventories, and everything that is there afterwards."""

    awx: Awx
    first: dict[str, Job]
    second: dict[str, Job]
    """The jobs by the nodes of the workflow."""
    output: Path

    @property
    def jobs(self) -> list[Job]:
        """All of them."""
        return [*self.first.values(), *self.second.values()]

    def report(self) -> dict[str, Any]:
        """The report in JSON."""
        text = (self.output / "cal_inventory" / "cal_inventory.json").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text)
        return found


@pytest.fixture(scope="module")
def months(awx_at: Callable[..., Awx], volume: Path) -> Months:
    """The monthly workflow; 40 days and 6 more issued CALs later, the same again."""
    awx = awx_at(volume, {**SERVERS, **SESSION_HOSTS})
    first = awx.follow(MONTHLY)
    grow_older(volume / "cal_inventory" / "cal_inventory.history", 40)
    server = awx.farm.hosts["ls1"].license_server
    assert server is not None
    for number in range(6):
        server.issue(BOUGHT, f"PC{number}")
    return Months(awx, first, awx.follow(MONTHLY), volume)


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
    for node in ("report", "audit"):
        assert set(months.second[node].asked.values()) == {0}
    assert all(months.second["diagnose"].asked.values())


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
    first, second = (
        each["report"].one("Write the report") for each in (months.first, months.second)
    )
    assert first["changed"] is second["changed"] is True


def test_the_account_of_the_credential_is_in_no_event(months: Months) -> None:
    dummy, password = months.awx.farm.login("ls1")
    assert all(password not in job.output + job.artifacts for job in months.jobs)


def test_the_chain_of_evidence_goes_on_over_jobs_that_are_gone(months: Months) -> None:
    first, second = (
        each["audit"].one("Keep the evidence") for each in (months.first, months.second)
    )
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
    report, audit = (months.second[node].set_stats for node in ("report", "audit"))
    assert report["cal_inventory"]["facts"]["missing"] == []
    assert set(json.loads(report["cal_inventory_facts"])) == set(SERVERS)
    assert set(audit) == {"licensing_audit"}


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of an evidence pack."""
    with zipfile.ZipFile(path) as archive:
        found: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return found


USERS = {"type": "per_user", "total": 30, "version": "2022"}
DEVICES = {"type": "per_device", "total": 30, "version": "2022"}
FARM: dict[str, Any] = {
    # By name, every other host is in the same slice.
    "a1": {"roles": ["licensing"], "license_server": {"packs": [USERS], "issued": 20}},
    "a2": {"roles": ["licensing"], "license_server": {"packs": [DEVICES], "issued": 20}},
    "b1": {"policy": {"mode": 4, "servers": "a2.corp.example"}},
    "b2": {"policy": {"mode": 4, "servers": "a1.corp.example"}},
    "b3": {"policy": {"mode": 4, "servers": "a1.corp.example,a2.corp.example"}},
}
DOMAIN = {"dns": "corp.example", "netbios": "CORP"}


def diagnoses(awx: Awx) -> dict[str, tuple[Any, ...]]:
    """What the fact cache says of the hosts, without times."""
    found = {}
    for host in FARM:
        facts = next(fact_cache.facts_in(text) for text in awx.facts[host].values())
        told = facts["rds_diagnosis"]
        findings = [(each["id"], each["evidence"]) for each in told["findings"]]
        found[host] = (told["verdict"], findings, told["unknown"])
    return found


@dataclass
class Ways:
    """The same farm diagnosed in one job, and by two slices that were told, and not told."""

    awx: Awx
    jobs: dict[str, Job]
    whole: dict[str, tuple[Any, ...]]
    sliced: dict[str, tuple[Any, ...]]
    untold: dict[str, tuple[Any, ...]]


@pytest.fixture(scope="module")
def ways(awx_at: Callable[..., Awx], volume: Path) -> Ways:
    output = volume / "ways"
    output.mkdir()
    found = []
    for slices in (1, 2):
        awx = awx_at(output, FARM, site={"rds_awx_session_host_slices": slices}, domain=DOMAIN)
        jobs = awx.follow(MONTHLY)
        found.append(diagnoses(awx))
    awx.launch("RDS - diagnose for the audit")
    return Ways(awx, jobs, found[0], found[1], diagnoses(awx))


def test_slices_with_what_the_report_hands_on_say_what_one_job_says(ways: Ways) -> None:
    assert {job.status for job in ways.jobs.values()} == {"successful"}
    assert ways.sliced == ways.whole
    dummy, findings, unknown = ways.whole["b1"]
    assert [name for name, evidence in findings] == ["cals_of_other_type", "single_license_server"]
    assert unknown == []


def test_slices_that_are_told_nothing_miss_the_license_servers_of_others(ways: Ways) -> None:
    dummy, findings, unknown = ways.untold["b1"]
    assert [name for name, evidence in findings] == ["single_license_server"]
    assert [each["signal"] for each in unknown] == ["facts of a2.corp.example"]


def test_a_report_that_cannot_be_written_still_hands_the_facts_on(ways: Ways) -> None:
    """The folder is none; the diagnosis comes all the same, and has to know the license servers."""
    (ways.awx.output / "cal_inventory").rename(ways.awx.output / "kept")
    (ways.awx.output / "cal_inventory").write_text("", encoding="utf-8")
    job = ways.awx.launch("RDS - report the CAL inventory")
    assert job.status == "failed"
    assert set(json.loads(job.set_stats["cal_inventory_facts"])) == {"a1", "a2"}


def test_what_is_not_answered_is_not_there(awx_at: Callable[..., Awx], tmp_path: Path) -> None:
    """An empty answer comes to ansible-core 2.19 and newer as null."""
    numbers = {"one": {"license_number": "01234567", "authorization_number": "ABCDEFGHIJKLMNO"}}
    awx = awx_at(tmp_path, {**SERVERS, **SESSION_HOSTS}, numbers=numbers)
    job = awx.launch(
        "RDS - plan a migration", lserver_migration_new="ls2", lserver_migration_old="ls1"
    )
    assert job.status == "successful", job.output
    assert "KEY PACKS THERE" in job.one("Show the plan")["msg"]
