# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make mesh``: collect and diagnose a farm in slices on two execution nodes, lose one, report.

Every job goes the way that AWX sends it: ansible-runner transmit, a Receptor work unit,
ansible-runner worker, ansible-runner process, facts in one cache. First collecting and diagnosing
run as one job each. Then the monthly workflow: collecting in slices, a report that is not sliced,
and diagnosing in slices, which are handed what the report knows of all license servers; that again
with an execution node that is killed in the middle, whose slice is run again. Later, unsliced jobs
write the reports from the cache.

Ends with 1 unless each host is once in cache and report with its newest time, the slices that
finished were not asked again, and each diagnosis of a slice says what the one job said.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))

from mesh import checks, fact_cache, private_data  # noqa: E402  # after the path is set
from mesh.dispatch import dispatch  # noqa: E402  # the same
from mesh.farm_hosts import MODE, TELLING, MeshFarm  # noqa: E402  # the same
from mesh.figures import HEAD, LEGEND, Figures, Meter  # noqa: E402  # the same
from mesh.job import Attempt, Job, Office  # noqa: E402  # the same
from mesh.killer import Killer  # noqa: E402  # the same
from mesh.nodes import Mesh  # noqa: E402  # the same
from mesh.private_data import JobPlan  # noqa: E402  # the same

TREE = TESTS.parents[3]
OUTPUT = TREE.parent / "mesh"
NODES = ("execution-1", "execution-2")
VICTIM = NODES[1]
SLICES = 4
SMALLEST = 24
"""Hosts; in a slice of less nothing has a middle."""


@dataclass(frozen=True)
class Kind:
    """What a playbook makes: the fact, of the hosts of which groups, and where it is reported.

    ``section``: the keys that lead to the list of the hosts in the report ``file``.
    """

    playbook: str
    fact: str
    groups: tuple[str, ...]
    file: str
    section: tuple[str, ...]


KINDS = {
    "collect": Kind(
        "collect_cal_inventory.yml",
        "rds_cal",
        ("rds_license_servers",),
        "cal_inventory.json",
        ("servers",),
    ),
    "diagnose": Kind(
        "diagnose.yml",
        "rds_diagnosis",
        ("rds_license_servers", "rds_session_hosts"),
        "licensing_audit.json",
        ("farm", "hosts"),
    ),
}


class Trial:
    """The whole of it."""

    def __init__(self, options: argparse.Namespace, farm: MeshFarm, mesh: Mesh) -> None:
        self._options = options
        self._farm = farm
        self._mesh = mesh
        self._meter = Meter(mesh, farm)
        self._figures: list[Figures] = []
        self._inventory = farm.hosts()
        self._before: dict[str, checks.Told] = {}
        self._handed: Mapping[str, Any] = {}
        self.cache = OUTPUT / "cache"
        self.report = OUTPUT / "report"
        environment = {
            "ANSIBLE_COLLECTIONS_PATH": str(TREE),
            "ANSIBLE_LOCALHOST_WARNING": "0",
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        }
        office = Office(OUTPUT / "jobs", options.project, self.cache, environment)
        self._job = Job(
            mesh,
            office,
            lambda folder, plan: fact_cache.take_back(folder, plan.hosts, self.cache),
        )

    def plan(self, name: str, tags: str) -> JobPlan:
        """A job over the whole inventory."""
        variables = {
            "cal_inventory_output_path": str(self.report),
            # A report is written when something but times changed; here the times are looked at.
            "cal_inventory_refresh_times": True,
            "licensing_audit_output_path": str(self.report),
            "licensing_audit_refresh_times": True,
            "licensing_audit_wanted_mode": MODE,
            # For the project's check that no group is missing: in a slice one may be empty.
            "rds_sliced": True,
        }
        forks = self._options.forks
        playbook = KINDS[name].playbook
        return JobPlan(name, playbook, tags, self._inventory, forks, variables=variables)

    def told(self, name: str) -> set[str]:
        """The hosts that such a job tells about."""
        groups = self._inventory["all"]["children"]
        return {host for each in KINDS[name].groups for host in groups[each]["hosts"]}

    def run(self) -> list[str]:
        """Everything; returns what does not hold."""
        collect = self.plan("collect", "collect")
        diagnose = self.plan("diagnose", "diagnose")
        steps: list[Callable[[], list[str]]] = [
            lambda: self._whole(collect),
            lambda: self._whole(diagnose),
            self._before_slices,
            lambda: self._sliced(collect),
            lambda: self._reported("collect", "report of the CALs"),
            self._handed_on,
            lambda: self._sliced(self._with_artifacts(diagnose)),
            lambda: self._with_a_loss(self._with_artifacts(diagnose)),
            lambda: self._reported("collect", "report of the CALs, again"),
            lambda: self._reported("diagnose", "report of the diagnoses"),
        ]
        said: list[str] = []
        for step in steps:
            said = step()
            if said:
                break
        print(f"\n{HEAD}")
        for each in self._figures:
            print(each.line(self._options.hosts))
        print(LEGEND, flush=True)
        return said

    def _measured(
        self, name: str, plans: Sequence[JobPlan], run: Callable[[JobPlan, str], Attempt]
    ) -> list[Attempt]:
        print(f"{name} ...", flush=True)
        nodes = [each for each in NODES if self._mesh.nodes[each].process.poll() is None]
        attempts, figures = self._meter.measure(name, lambda: dispatch(plans, nodes, run))
        self._figures.append(figures)
        for each in attempts:
            how = "well" if each.good else "its node was lost" if each.lost else "NOT well"
            print(
                f"  {each.plan.name} {each.plan.number} of {each.plan.count} on {each.node}:"
                f" {len(each.plan.hosts)} hosts, {each.ended - each.started:.1f} s, ended {how},"
                f" facts of {len(each.taken)} hosts came back",
                flush=True,
            )
        return attempts

    def _whole(self, plan: JobPlan) -> list[str]:
        attempts = self._measured(f"{plan.name}, one job", [plan], self._job.run)
        return _failed(attempts) + self._cached(attempts, plan.name)

    def _before_slices(self) -> list[str]:
        """Keep what the one job said."""
        self._before = self._diagnoses()
        return checks.telling(self._before, TELLING)

    def _sliced(self, plan: JobPlan) -> list[str]:
        plans = private_data.slices(plan, SLICES)
        attempts = self._measured(f"{plan.name}, {SLICES} slices", plans, self._job.run)
        return _failed(attempts) + self._cached(attempts, plan.name) + self._same(plan)

    def _with_artifacts(self, plan: JobPlan) -> JobPlan:
        """The job as the node of a workflow behind the report, whose artifacts AWX hands on."""
        return replace(plan, handed=self._handed)

    def _handed_on(self) -> list[str]:
        """Have facts of all license servers among the artifacts of the report."""
        known = set(json.loads(self._handed.get("cal_inventory_facts", "{}")))
        servers = self.told("collect")
        if known == servers:
            return []
        return [f"the report handed on the facts of {len(known)} of {len(servers)} license servers"]

    def _same(self, plan: JobPlan) -> list[str]:
        """A diagnosis says what the one job said."""
        if plan.name != "diagnose":
            return []
        return checks.differences(self._before, self._diagnoses())

    def _diagnoses(self) -> dict[str, checks.Told]:
        found = {
            host: fact_cache.facts_of(self.cache, host).get(KINDS["diagnose"].fact)
            for host in sorted(self.told("diagnose"))
        }
        return {host: checks.Told.of(each) for host, each in found.items() if each is not None}

    def _cached(self, attempts: Sequence[Attempt], name: str) -> list[str]:
        hosts = sorted(self.told(name))
        return checks.cached_once(self.cache, attempts, KINDS[name].fact, hosts)

    def _with_a_loss(self, plan: JobPlan) -> list[str]:
        log, own = self._farm.log(), self._farm.log()
        log.skip()
        killer = Killer(self._mesh, self._job, VICTIM, own)
        plans = private_data.slices(plan, SLICES)
        attempts = self._measured(f"{plan.name}, a node killed", plans, killer.run)
        lost = next((each for each in attempts if each.lost), None)
        if killer.killed_at is None or lost is None:
            return ["no node was killed in the middle of a slice"]
        print(
            f"  {VICTIM} was killed ({killer.processes} processes) when"
            f" {len(killer.asked_before)} of the {len(lost.plan.hosts)} hosts of slice"
            f" {lost.plan.number} had been asked; that was noticed"
            f" {lost.ended - killer.killed_at:.1f} s later"
        )
        asked = log.more()
        told = [host for each in attempts if each.lost for host in each.taken]
        return [
            *checks.attempts_fit(attempts, SLICES),
            *checks.asked_once(attempts, asked),
            *self._cached(attempts, plan.name),
            *self._same(plan),
            *(f"{host}: facts of a lost job were taken" for host in told),
        ]

    def _reported(self, name: str, row: str) -> list[str]:
        """Report from the cache; keep what the report hands on, as AWX does for the next nodes."""
        log = self._farm.log()
        log.skip()
        kind, plan = KINDS[name], self.plan(name, "report")
        attempts = self._measured(row, [plan], self._job.run)
        said = _failed(attempts)
        if not said:
            entries = checks.entries_of(self.report / kind.file, kind.section)
            said += checks.reported_once(entries, self.cache, self.told(name), kind.fact)
        for each in attempts:
            self._handed = {**self._handed, **each.artifacts}
        asked = {each.host for each in log.more()}
        return said + ([f"the report asked {len(asked)} hosts"] if asked else [])


def _failed(attempts: Sequence[Attempt]) -> list[str]:
    return [
        f"{each.plan.name}, slice {each.plan.number} of {each.plan.count}, on {each.node}:"
        f"\n{each.output}"
        for each in attempts
        if not each.good
    ]


def receptor() -> Path | None:
    """The program: as ``make mesh`` fetched it, or from the path."""
    fetched = TREE.parent / "receptor" / "usr" / "bin" / "receptor"
    found = str(fetched) if fetched.is_file() else shutil.which("receptor")
    return Path(found) if found else None


def main() -> int:
    """Run it; the exit status of the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=1000)
    parser.add_argument("--forks", type=int, default=10)
    parser.add_argument("--project", type=Path, default=TESTS.parent / "awx" / "project")
    options = parser.parse_args()
    if options.hosts < SMALLEST:
        parser.error(f"--hosts: {SMALLEST} or more, so that a slice has a middle")
    program = receptor()
    if program is None:
        print(
            "mesh: Receptor is missing. Debian 13 and newer have it (apt-get install receptor);"
            " elsewhere put a program receptor on the path.",
            file=sys.stderr,
        )
        return 1
    for each in ("cache", "report", "jobs"):
        shutil.rmtree(OUTPUT / each, ignore_errors=True)
        (OUTPUT / each).mkdir(parents=True)
    print(
        f"{options.hosts} hosts, {len(NODES)} execution nodes, {options.forks} forks per job,"
        f" Python {platform.python_version()}, {os.cpu_count()} processors for everything:"
        " nodes, control node and farm",
        flush=True,
    )
    farm = MeshFarm(options.hosts, OUTPUT)
    with farm, Mesh(program, OUTPUT / "nodes", NODES) as mesh:
        said = Trial(options, farm, mesh).run()
    for each in checks.first(said):
        print(f"NOT as it should be: {each}")
    if not said:
        print("Each host is once in the cache and in the report, with its newest time;")
        print("the slices that finished were not asked again, and each diagnosis of a slice says")
        print("what the one job said.")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
