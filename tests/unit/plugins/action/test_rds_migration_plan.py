# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugins of migrations: what they return, and what they mask."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible import context
from ansible.utils.context_objects import CLIArgs
from ansible_collections.remote_desktop.licensing.plugins.action import (
    rds_clearinghouse_sheet,
    rds_migration_plan,
)
from unit.plugin_utils._licensing.migration.plans import (
    agreement,
    facts,
    host,
    new_facts,
    pack,
    row,
)
from unit.plugin_utils.task_stand_ins import Connection, Task, action_of

NUMBERS = ("12345678", "ABCDEFGHJKLMN12", "7654321")


@pytest.fixture(autouse=True)
def _no_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "CLIARGS", CLIArgs({}))


def run(module: Any, check_mode: bool = False, **options: Any) -> dict[str, Any]:
    task = Task(options, check_mode=check_mode, diff=True)
    action = action_of(module.ActionModule, task, Connection())
    result: dict[str, Any] = action.run(None, {"inventory_hostname": "lsnew"})
    return result


def bare(values: dict[str, Any]) -> dict[str, Any]:
    """A row as a playbook holds it."""
    return {name: value for name, value in values.items() if value is not None}


OPTIONS: dict[str, Any] = {
    "packs": [bare(row()), bare(agreement(quantity=30))],
    "old_facts": facts(pack(), pack(3, type="per_device", program="volume", total=30)),
    "new_facts": new_facts(),
    "new_host": host("LSNEW", release="2025"),
    "new_entry": "lsnew.corp.example",
    "session_hosts": {"sh1": host()},
}


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_plan_is_data_and_lines_and_holds_no_number(check_mode: bool) -> None:
    result = run(rds_migration_plan, check_mode, **OPTIONS)
    assert (result["changed"], result["ready"], result["done"]) == (False, True, False)
    assert result["plan"]["story"] == "migrate"
    assert result["table"][0] == "Migration to lsnew.corp.example"
    told = json.dumps(result)
    assert not [each for each in NUMBERS if each in told]


def test_a_mistake_in_a_row_shows_no_number() -> None:
    wrong = {**bare(row()), "licence_number": "12345678", "channel": "opne"}
    result = run(rds_migration_plan, **{**OPTIONS, "packs": [wrong]})
    assert result["failed"]
    assert not [each for each in NUMBERS if each in json.dumps(result)]


def test_what_a_story_needs_is_asked_for() -> None:
    for story, option in (("migrate", "new_entry"), ("correct_channel", "key_pack_id")):
        result = run(rds_migration_plan, story=story)
        assert result["failed"]
        assert option in result["msg"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"packs": []}, "no purchase"),
        ({"path": "relative"}, "no absolute path"),
    ],
)
def test_a_sheet_that_cannot_be_made_is_told(
    options: dict[str, Any], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cls = rds_clearinghouse_sheet.ActionModule
    monkeypatch.setattr(cls, "_remote_expand_user", lambda dummy, path: path)
    monkeypatch.setattr(cls, "_remove_tmp_path", lambda *_dummies: None)
    usual = {"path": "/srv/x", "request": "move", "packs": [bare(row())]}
    result = run(rds_clearinghouse_sheet, **{**usual, **options})
    assert result["failed"]
    assert says in result["msg"]
    assert "What to do: " in result["msg"]
    assert not [each for each in NUMBERS if each in json.dumps(result)]
