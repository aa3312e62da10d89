# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a playbook asks the inventory for is what its plays run on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

PLAYBOOKS = Path(__file__).resolve().parents[3] / "playbooks"
GROUPS = {"rds_license_servers", "rds_session_hosts"}
NAMED_BY_VARIABLES = {
    "migrate_license_server.yml",
    "recover_after_reinstall.yml",
    "correct_cal_channel.yml",
}
"""Their first play looks for the hosts that the user named, wherever the inventory has them."""


def plays_of(name: str) -> list[dict[str, Any]]:
    plays: list[dict[str, Any]] = yaml.safe_load((PLAYBOOKS / name).read_text(encoding="utf-8"))
    return plays


def names() -> list[str]:
    return sorted(path.name for path in PLAYBOOKS.glob("*.yml"))


def groups_of(name: str) -> set[str]:
    """The groups that the plays run on, those of imported playbooks too."""
    found: set[str] = set()
    for play in plays_of(name):
        inside = play.get("ansible.builtin.import_playbook", "")
        if inside.startswith("remote_desktop.licensing."):
            found |= groups_of(f"{inside.rpartition('.')[2]}.yml")
        found |= {group for group in play.get("hosts", "").split(":") if group in GROUPS}
    return found


@pytest.mark.parametrize("name", sorted(set(names()) - NAMED_BY_VARIABLES))
def test_the_needed_groups_are_those_of_the_plays(name: str) -> None:
    first = plays_of(name)[0]
    assert first["ansible.builtin.import_playbook"] in (
        "parts/know_the_inventory.yml",
        # The first playbook of site.yml begins with it.
        "remote_desktop.licensing.set_up_license_servers",
    )
    assert set(first["vars"]["rds_needed_groups"]) == groups_of(name)


@pytest.mark.parametrize("name", sorted(NAMED_BY_VARIABLES))
def test_the_others_look_for_the_host_that_the_user_names(name: str) -> None:
    assert groups_of(name) == set()
    (task,) = plays_of(name)[0]["tasks"]
    assert task["ansible.builtin.import_role"]["tasks_from"] == "targets"
