# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make bench``: what a task costs, as ratios against a baseline of the same run.

A report, not a test: nothing here fails because it was slow. Baselines are a task that does
nothing (ansible.builtin.assert over the same inventory), a bare pypsrp script that reads the
same state, and a bare expat pass over the same bytes. Takes some minutes, most of them for the
largest database (--mib).
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))

from bench import bundles, issued, parsing  # noqa: E402  # after the path is set
from bench.farm_process import FarmProcess  # noqa: E402  # the same
from bench.playbooks import FARM_REPORTS, TASKS, Cost, Lab  # noqa: E402  # the same

OUTPUT = TESTS.parents[3].parent / "bench"
FORKS = 10
ROUNDS = {1: 5, 50: 5, 500: 1}
"""Hosts, and how often each pair of runs is repeated; the median counts."""


def main() -> int:
    """Run the benchmark and print the report."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--hosts", type=int, nargs="*", default=list(ROUNDS))
    options.add_argument("--instances", type=int, default=100_000)
    options.add_argument("--mib", type=int, nargs="*", default=[64, 2048])
    chosen = options.parse_args()
    OUTPUT.mkdir(parents=True, exist_ok=True)
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, {FORKS} forks,")
    print("winrm with NTLM and sealed messages. CPU: the tree of ansible-playbook, not the farm.")
    marginal: dict[int, dict[str, Cost]] = {}
    for hosts in chosen.hosts:
        marginal[hosts] = measure_hosts(hosts, ROUNDS.get(hosts, 1))
    report_without_startup(marginal)
    parsing.report(chosen.instances)
    issued.report(chosen.instances, OUTPUT)
    bundles.report(chosen.mib, OUTPUT)
    return 0


def measure_hosts(hosts: int, rounds: int) -> dict[str, Cost]:
    """Measure the tasks over a farm of that many hosts; return the second runs' costs."""
    print(f"\n== {hosts} host{'s' if hosts > 1 else ''} ==", flush=True)
    print(f"{'task':34}{'requests':>9}{'auth':>6}{'kB up':>7}{'kB down':>9}   (per host)")
    with FarmProcess(["--hosts", str(hosts)], OUTPUT, str(hosts)) as farm:
        lab = Lab(farm, OUTPUT, FORKS)
        for task in TASKS:
            for which, arguments in (("check", ["--check"]), ("first", []), ("second", [])):
                traffic = lab.traffic(task, arguments)
                print(
                    f"{task + ', ' + which:34}{traffic.requests / hosts:9.1f}"
                    f"{traffic.logins / hosts:6.1f}{traffic.up / hosts / 1000:7.1f}"
                    f"{traffic.down / hosts / 1000:9.1f}",
                    flush=True,
                )
        return measure_times(lab, hosts, rounds)


def measure_times(lab: Lab, hosts: int, rounds: int) -> dict[str, Cost]:
    """CPU and wall time of the tasks on correct hosts, in turn with the task that does nothing."""
    runs: dict[str, list[Cost]] = {}
    for dummy in range(rounds):
        for task in ("no-op", *TASKS):
            runs.setdefault(task, []).append(lab.cost(task))
        for which in FARM_REPORTS:
            runs.setdefault(which, []).append(lab.farm_report(which))
    runs["bare pypsrp"] = [lab.floor() for dummy in range(min(rounds, 3))]
    medians = {name: median(costs) for name, costs in runs.items()}
    base = medians["no-op"]
    print(f"\n{'time, start-up included':34}{'CPU ms':>9}{'wall ms':>9}   (per host)  CPU ratio")
    for name, cost in medians.items():
        ratio = "" if name == "no-op" else f"{cost.cpu / base.cpu:22.2f}"
        print(
            f"{name:34}{1000 * cost.cpu / hosts:9.1f}{1000 * cost.wall / hosts:9.1f}{ratio}",
            flush=True,
        )
    return medians


def median(costs: list[Cost]) -> Cost:
    """The medians of CPU and wall time."""
    return Cost(
        statistics.median(each.cpu for each in costs),
        statistics.median(each.wall for each in costs),
    )


def report_without_startup(marginal: dict[int, dict[str, Cost]]) -> None:
    """What each further host costs: the difference between many hosts and one."""
    many = [hosts for hosts in marginal if hosts > 1]
    if 1 not in marginal or not many:
        return
    print(f"\n{'time, each further host':34}{'CPU ms':>9}{'ratio':>9}")
    for hosts in many:
        costs = {
            name: 1000 * (cost.cpu - marginal[1][name].cpu) / (hosts - 1)
            for name, cost in marginal[hosts].items()
        }
        for name, cost in costs.items():
            label = f"{name} ({hosts} hosts)"
            print(f"{label:34}{cost:9.1f}{cost / costs['no-op']:9.2f}")


if __name__ == "__main__":
    sys.exit(main())
