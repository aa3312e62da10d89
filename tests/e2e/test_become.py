# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CIM cannot become another account: such a task fails, says where it comes from and the cure."""

from __future__ import annotations

from typing import Any

import pytest

from .runner import Controller, Json, Run
from .stories import LABS

MODE = "remote_desktop.licensing.rds_licensing_mode"
CURE: Json = {"vars": {"ansible_become": False}}


def task(name: str, **keywords: Any) -> Json:
    """A task that may fail."""
    return {"name": name, MODE: {"mode": "per_user"}, "ignore_errors": True, **keywords}


@pytest.fixture(scope="module")
def controller(lab: LABS) -> Controller:
    return lab({"hosts": {"sh1": {"policy": {"mode": 4}}, "sh2": {"policy": {"mode": 4}}}})


def refused(run: Run, name: str, origin: str) -> None:
    """The task was refused before anything was sent, and says where become comes from."""
    message = run.one(name)["msg"]
    assert message.startswith("sh1 (127."), message
    assert "become does not apply" in message
    assert r"CORP\administrator" in message, "the account that it would run as"
    assert f"it is set by {origin}" in message
    assert "What to do: add vars: {ansible_become: false}" in message
    assert run.statuses(name) == {"sh1": "ignored"}


def test_by_keyword_and_by_variable(controller: Controller) -> None:
    controller.host_variables = {"sh2": {"ansible_become": True}}
    run = controller.play(
        task("keyword", become=True),
        task("variable", vars={"ansible_become": True}),
        task("both", become=False, vars={"ansible_become": True}),
        task("delegated", delegate_to="sh2"),
        task("cured", become=True, **CURE),
        hosts="sh1",
    )
    refused(run, "keyword", "the keyword become of the task, its block, role or play")
    refused(run, "variable", "the variable ansible_become")
    refused(run, "both", "the variable ansible_become")
    message = run.one("delegated")["msg"]
    assert message.startswith("sh2 (127.")
    assert "become does not apply" in message
    assert run.one("cured")["changed"] is False
    assert run.requests["sh2"] == []
    assert len(run.soap("sh1")) == 5, "those of the last task"


def test_by_command_line(controller: Controller) -> None:
    run = controller.play(
        task("option"), task("cured", **CURE), hosts="sh1", arguments=["--become"]
    )
    refused(run, "option", "the command line (--become)")
    assert run.one("cured")["changed"] is False


def test_by_configuration(controller: Controller) -> None:
    path = controller.folder / "ansible.cfg"
    path.write_text("[privilege_escalation]\nbecome = true\n", encoding="utf-8")
    controller.environment["ANSIBLE_CONFIG"] = str(path)
    run = controller.play(task("option"), task("cured", **CURE), hosts="sh1")
    refused(run, "option", f"the configuration ({path})")
    assert run.one("cured")["changed"] is False
