# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords, and what ``no_log`` covers, appear nowhere, at any verbosity, failures included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .runner import Controller, Run
from .stories import LABS

PASSWORD = "Pa55-Never-Shown-7F3A"
HIDDEN = "hidden-server.corp.example"
MODE = "remote_desktop.licensing.rds_licensing_mode"
LIST = "remote_desktop.licensing.rds_license_server"
SCENARIO: dict[str, Any] = {
    "accounts": [{"name": "administrator", "password": PASSWORD}],
    "hosts": {
        "good": {},
        "refused": {"workgroup": "WORKGROUP"},
        "german": {"faults": [{"kind": "fault_german"}]},
        "garbage": {"faults": [{"kind": "garbage"}]},
        "http500": {"faults": [{"kind": "http_500"}]},
        "http401": {"faults": [{"kind": "http_401"}]},
        "drops": {"faults": [{"kind": "drop"}]},
        "wrong": {},
        "noport": {},
    },
}
TASKS: list[dict[str, Any]] = [
    {"name": "mode", MODE: {"mode": "per_user"}, "register": "answer"},
    {"name": "list", LIST: {"servers": ["{{ hidden }}"]}, "no_log": True},
    {
        "name": "items",
        LIST: {"servers": ["{{ hidden }}", "{{ item }}"]},
        "loop": ["ls1", "not a name"],
        "no_log": True,
        "ignore_errors": True,
    },
    {"name": "facts", "ansible.builtin.set_fact": {"kept": "{{ answer }}", "cacheable": True}},
]


def leaks(controller: Controller, run: Run, secret: str) -> list[str]:
    """Where a secret stands: in the output, the results or a file that the run left."""
    found = [line for line in run.output.splitlines() if secret in line]
    found += [each.task for each in run.events if secret in json.dumps(each.result)]
    # The inventory holds the password because the test put it there.
    files = [
        path
        for path in controller.folder.rglob("*")
        if path.is_file() and path.name not in ("inventory.yml", "play.yml")
    ]
    return found + [str(path) for path in files if secret.encode() in path.read_bytes()]


@pytest.fixture(scope="module", params=["winrm-http-ntlm", "psrp-https-basic"])
def controller(request: pytest.FixtureRequest, lab: LABS) -> Controller:
    connection, scheme, auth = request.param.split("-")
    made = lab(SCENARIO, connection=connection, scheme=scheme, auth=auth)
    made.environment |= {
        "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(made.folder / "facts"),
        "ANSIBLE_LOG_PATH": str(made.folder / "ansible.log"),
    }
    made.host_variables = {name: {"hidden": HIDDEN} for name in SCENARIO["hosts"]}
    made.host_variables["wrong"] |= {"ansible_password": PASSWORD + "-wrong"}
    made.host_variables["noport"] |= {"ansible_port": 1}
    return made


@pytest.fixture(scope="module")
def run(controller: Controller) -> Run:
    return controller.play(*TASKS, arguments=["-vvvvv", "--diff"])


def test_no_password_is_shown(controller: Controller, run: Run) -> None:
    assert run.recap["good"]["changed"] >= 2, run.output
    statuses = set(run.statuses("mode").values())
    assert statuses == {"ok", "failed", "unreachable"}
    assert Path(controller.folder / "facts").is_dir()
    assert len((controller.folder / "ansible.log").read_text(encoding="utf-8")) > 10_000
    assert leaks(controller, run, PASSWORD) == []


def test_no_log_covers_results_diffs_and_failing_items(controller: Controller, run: Run) -> None:
    assert run.statuses("list")["good"] == "ok"
    assert controller.farm.state()["good"]["policy_servers"] == [HIDDEN, "ls1"]
    assert leaks(controller, run, HIDDEN) == []
    # From 2.19 on ansible-core itself prints (and logs) the message of a failed action in spite of
    # no_log; ansible.builtin.fail shows the same. Nothing else may show it.
    core = ("[ERROR]: Task failed: Action failed: ", str(controller.folder / "ansible.log"))
    shown = [each for each in leaks(controller, run, "not a name") if not each.startswith(core)]
    assert shown == []
