# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collect in one run, report in another: as AWX does it, with the fact cache between them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .runner import Run
from .stories import LABS

PLAYBOOK = "remote_desktop.licensing.collect_cal_inventory"
SERVERS = {
    name: {
        "roles": ["licensing"],
        "license_server": {"packs": [{"type": "per_user", "total": total, "version": "2022"}]},
    }
    for name, total in (("ls1", 30), ("ls2", 12), ("ls3", 5))
}


@pytest.fixture(scope="module")
def runs(lab: LABS) -> tuple[list[Run], Path]:
    """Two slices collect, and a third host is left out; then two reports."""
    controller = lab({"hosts": SERVERS})
    controller.environment = {
        "ANSIBLE_CACHE_PLUGIN": "jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(controller.folder / "cache"),
    }
    report = controller.folder / "report"
    collect = [
        controller.run(PLAYBOOK, "--tags", "collect", "--limit", name) for name in ("ls1", "ls2")
    ]
    reports = [
        controller.run(PLAYBOOK, "--tags", "report", cal_inventory_output_path=str(report))
        for dummy in range(2)
    ]
    return [*collect, *reports], report


def test_collecting_never_reports(runs: tuple[list[Run], Path]) -> None:
    for run, host in zip(runs[0], ("ls1", "ls2"), strict=False):
        assert run.returncode == 0, run.output
        assert run.of("Write the report") == []
        assert run.soap(host) != []


def test_reporting_asks_no_license_server(runs: tuple[list[Run], Path]) -> None:
    for run in runs[0][2:]:
        assert run.returncode == 0, run.output
        assert all(run.soap(host) == [] for host in SERVERS)


def test_the_report_holds_what_was_collected_and_says_what_was_not(
    runs: tuple[list[Run], Path],
) -> None:
    found = json.loads((runs[1] / "cal_inventory.json").read_text(encoding="utf-8"))
    text = json.dumps(found)
    assert '"total": 42' in text, "30 and 12"
    assert runs[0][2].one("Write the report")["facts"]["missing"] == ["ls3"]


def test_the_same_facts_change_nothing(runs: tuple[list[Run], Path]) -> None:
    first, second = (run.one("Write the report") for run in runs[0][2:])
    assert (first["changed"], second["changed"]) == (True, False)
