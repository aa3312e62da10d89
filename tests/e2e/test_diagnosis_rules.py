# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every rule under the real ansible-playbook: where it has to fire, and where it must not.

One farm holds all troubles at once, another one their near misses; the rules over all hosts get a
farm for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis import (
    farm_rules,
)
from farm.cases import CASES, Kind, firing, quiet, together
from farm.cases.case import with_names
from farm.log import Request

from .runner import Controller, Run
from .stories import LABS

KINDS: tuple[Kind, ...] = ("firing", "quiet")
ALONE = [rule for rule, case in CASES.items() if case.alone]
FACTS, DIAGNOSIS = "Read the packs", "Diagnose"
TASKS = (
    {
        "name": FACTS,
        "remote_desktop.licensing.rds_cal_pack_facts": {},
        "when": "'rds_license_servers' in group_names",
        # Where the service is stopped there is nothing to read.
        "ignore_errors": True,
    },
    {
        "name": DIAGNOSIS,
        "remote_desktop.licensing.rds_licensing_diagnosis": {
            "network": "{{ probe | default(false) }}",
            "wanted_mode": "{{ wanted.wanted_mode | default(omit) }}",
            "wanted_servers": "{{ wanted.wanted_servers | default(omit) }}",
        },
    },
)


def diagnosed(controller: Controller) -> Run:
    """Both tasks on all hosts."""
    return controller.play(*TASKS, hosts="all", vars={"wanted": {}, "probe": False})


def changes(requests: list[Request]) -> list[str]:
    """Writing requests that are not those of a shell."""
    return [each.method for each in requests if each.writes and each.operation == "Invoke"]


Story = tuple[Kind, Controller, Run, dict[str, str]]


@pytest.fixture(scope="module", params=KINDS)
def story(request: pytest.FixtureRequest, lab: LABS) -> Story:
    """A run over all cases of a kind."""
    kind: Kind = request.param
    scenario, about = together(kind)
    controller = lab(scenario)
    for rule, host in about.items():
        case = CASES[rule]
        options = with_names(case.options, host.removesuffix(case.on))
        if case.options:
            controller.host_variables[host] = {"wanted_state": options}
        if "network" in case.needs:
            controller.host_variables[host] = {"probe_network": True}
    run = controller.play(
        *TASKS,
        hosts="all",
        vars={
            "wanted": "{{ wanted_state | default({}) }}",
            "probe": "{{ probe_network | default(false) }}",
        },
    )
    return kind, controller, run, about


def found(result: Mapping[str, Any]) -> list[str]:
    """The ids of the findings."""
    return [each["id"] for each in result["findings"]]


def test_each_rule_fires_where_it_has_to_and_nowhere_else(story: Story) -> None:
    kind, dummy, run, about = story
    assert len(about) == len(CASES) - len(ALONE)
    wrong = {
        rule: found(run.one(DIAGNOSIS, host))
        for rule, host in about.items()
        if (rule in found(run.one(DIAGNOSIS, host))) is not (kind == "firing")
    }
    assert wrong == {}


def test_no_event_log_is_read_whole_and_nothing_is_written(story: Story) -> None:
    controller, run = story[1:3]
    for name, host in controller.farm.hosts.items():
        assert host.events.whole_reads == 0, name
        assert all(read.codes_named for read in host.events.reads), name
        assert changes(run.soap(name)) == [], name


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rule", ALONE)
def test_rules_over_all_hosts(lab: LABS, rule: str, kind: Kind) -> None:
    controller = lab(firing(rule) if kind == "firing" else quiet(rule))
    run = diagnosed(controller)
    hosts = {}
    for name, host in controller.farm.hosts.items():
        facts = run.one(FACTS, name).get("ansible_facts", {}) if host.licensing_role else {}
        cal = facts.get("rds_cal", {})
        hosts[name] = farm_rules.FarmHost(name, run.one(DIAGNOSIS, name), cal)
    names = [(name, each.rule.id) for name, each in farm_rules.judge_farm(hosts)]
    assert ((CASES[rule].on, rule) in names) is (kind == "firing")
