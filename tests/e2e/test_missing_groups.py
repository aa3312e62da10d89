# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped playbooks with inventories that lack a group: a red run that says what is missing."""

from __future__ import annotations

from typing import Any

import pytest

from .runner import Controller, Run
from .stories import LABS

BOTH = "rds_license_servers and rds_session_hosts"
SAID = {
    "audit": f"The inventory has no hosts in {BOTH}.",
    "backup_license_servers": "The inventory has no hosts in rds_license_servers.",
    "collect_cal_inventory": "The inventory has no hosts in rds_license_servers.",
    "configure_session_hosts": "The inventory has no hosts in rds_session_hosts.",
    "debug_connection": "The inventory has no hosts in rds_license_servers or rds_session_hosts.",
    "diagnose": "The inventory has no hosts in rds_license_servers or rds_session_hosts.",
    "set_up_license_servers": "The inventory has no hosts in rds_license_servers.",
    "site": f"The inventory has no hosts in {BOTH}.",
}


def ran(controller: Controller, name: str, *arguments: str) -> Run:
    return controller.run(f"remote_desktop.licensing.{name}", *arguments)


def refusal(run: Run) -> str:
    """What the first play says, the only one that ran."""
    assert run.returncode != 0
    assert {each.task for each in run.events} == {"Have hosts in the groups"}
    assert not any(run.requests.values())
    (result,) = run.of("Have hosts in the groups")
    return str(result["msg"])


@pytest.fixture(scope="module")
def strangers(lab: LABS) -> Controller:
    """A controller whose only host is in neither group."""
    scenario: dict[str, Any] = {"hosts": {"web1": {"groups": []}}}
    return lab(scenario)


@pytest.mark.parametrize("name", sorted(SAID))
def test_without_hosts_nothing_is_green(strangers: Controller, name: str) -> None:
    said = refusal(ran(strangers, name))
    assert said.startswith(SAID[name])
    assert said.endswith("make the groups, and put the hosts into them.")


def test_everything_is_known_before_the_first_change(lab: LABS) -> None:
    """The site has a license server to set up, and no session host."""
    controller = lab({"hosts": {"ls1": {"roles": [], "groups": ["rds_license_servers"]}}})
    assert refusal(ran(controller, "site")).startswith(
        "The inventory has no hosts in rds_session_hosts."
    )


def test_one_group_is_enough_to_diagnose(lab: LABS) -> None:
    run = ran(lab({"hosts": {"sh1": {}}}), "diagnose")
    assert run.returncode == 0, run.output
    assert run.of("Diagnose", "sh1")
