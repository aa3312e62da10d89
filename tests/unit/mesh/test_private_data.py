# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What jobs are given by the jobs before them."""

from __future__ import annotations

import json
from pathlib import Path

import yaml
from mesh import private_data
from mesh.job import artifacts_of
from mesh.private_data import JobPlan

HOSTS = {"hosts": dict.fromkeys(["sh1", "sh2", "sh3"])}
PLAN = JobPlan(
    "diagnose",
    "diagnose.yml",
    "diagnose",
    {"all": {"children": {"rds_session_hosts": HOSTS}}},
    forks=5,
    variables={"own": "{{ 1 }}"},
    handed={"handed": "{{ 2 }}"},
)


class _Loader(yaml.SafeLoader):
    """Tells texts that are no templates by the mark before them."""


_Loader.add_constructor("!unsafe", lambda dummy, node: f"no template: {node.value}")


def test_slices_have_all_that_their_job_has() -> None:
    first, second = private_data.slices(PLAN, 2)
    assert (first.hosts, second.hosts) == (["sh1", "sh3"], ["sh2"])
    assert (second.number, second.count) == (2, 2)
    for each in (first, second):
        assert (each.variables, each.handed) == (PLAN.variables, PLAN.handed)


def test_artifacts_are_extra_variables_and_no_templates() -> None:
    facts = {"ls1": {"packs": [{"version": "2022", "total": None}]}}
    text = private_data.extra_variables(
        {"own": "{{ 1 }}", "number": 5, "both": "template"},
        {"both": "{{ 2 }}", "cal_inventory_facts": facts},
    )
    assert _Loader(text).get_single_data() == {
        "own": "{{ 1 }}",
        "number": 5,
        "no template: both": "no template: {{ 2 }}",
        "no template: cal_inventory_facts": {
            "no template: ls1": {
                "no template: packs": [
                    {"no template: version": "no template: 2022", "no template: total": None}
                ]
            }
        },
    }


def test_a_job_without_artifacts_has_its_own_variables() -> None:
    assert yaml.safe_load(private_data.extra_variables({"own": [1]}, {})) == {"own": [1]}


def test_artifacts_come_from_the_event_at_the_end(tmp_path: Path) -> None:
    events = tmp_path / "job_events"
    events.mkdir()
    assert artifacts_of(tmp_path) == {}
    for name, event, data in (
        ("1-a", "runner_on_ok", {"res": {"artifact_data": {"wrong": 1}}}),
        ("2-b", "playbook_on_stats", {"artifact_data": {"cal_inventory_facts": {"ls1": {}}}}),
    ):
        body = json.dumps({"event": event, "event_data": data})
        (events / f"{name}.json").write_text(body, encoding="utf-8")
    assert artifacts_of(tmp_path) == {"cal_inventory_facts": {"ls1": {}}}
