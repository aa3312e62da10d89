# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has no CIM form runs in a shell or a runspace, on the connection that carried CIM.

The step is the policy refresh.
"""

from __future__ import annotations

from typing import Any

import pytest

from .runner import Controller, Json, Run
from .stories import LABS

MODE = "remote_desktop.licensing.rds_licensing_mode"
REFRESH = "remote_desktop.licensing.rds_policy_refresh"
STEP = {
    "winrm": ["Command", "Send", "Receive", "Signal"],
    # The plugin ends a pipeline when the next one begins; the last one goes with its runspace.
    "psrp": ["Command", "Send", "Receive"],
}
OPENING = {"winrm": ["ShellCreate"], "psrp": ["ShellCreate", "Receive", "Receive"]}
HOSTS: dict[str, Any] = {
    "sh1": {},
    "ruled": {
        "gpo": {
            "name": "RDS Session Hosts",
            "guid": "{3F2504E0-4F89-41D3-9A0C-0305E82C3301}",
            "values": {"LicensingMode": 4, "LicenseServers": "ls1.corp.example"},
        }
    },
}


@pytest.fixture(
    scope="module",
    params=["winrm-http-ntlm", "winrm-https-basic", "psrp-http-ntlm", "psrp-https-basic"],
)
def controller(request: pytest.FixtureRequest, lab: LABS) -> Controller:
    connection, scheme, auth = request.param.split("-")
    return lab({"hosts": HOSTS}, connection=connection, scheme=scheme, auth=auth)


@pytest.fixture(scope="module")
def run(controller: Controller) -> Run:
    """A refresh between tasks over CIM and over a shell, and in a loop."""
    tasks: list[Json] = [
        {"name": "before", MODE: {"mode": "per_user"}},
        {"name": "plain command", "ansible.builtin.raw": "hostname"},
        {"name": "refresh", REFRESH: {"wait": 30}, "loop": [1, 2]},
        {"name": "afterwards", MODE: {"mode": "per_user"}},
    ]
    return controller.play(*tasks, hosts="sh1")


def test_the_shell_is_opened_when_it_is_needed(controller: Controller, run: Run) -> None:
    """The loop logs on once; each item runs its step in the one shell."""
    assert run.returncode == 0, run.output
    assert [each["changed"] for each in run.items("refresh")] == [True, True]
    operations = [each.operation for each in run.soap("sh1")]
    begin = operations.index("ShellDelete") + 1
    used = operations[begin : operations.index("ShellDelete", begin) + 1]
    step, opening = STEP[controller.connection], OPENING[controller.connection]
    between = ["Signal"] if controller.connection == "psrp" else []
    assert used == [*opening, *step, *between, *step, "ShellDelete"]


def test_tasks_before_and_after_go_on(run: Run) -> None:
    assert run.one("plain command")["stdout"].strip() == "sh1"
    assert run.one("before")["changed"] is True
    assert run.one("afterwards")["changed"] is False


def test_the_role_refreshes_after_a_change_only(controller: Controller) -> None:
    """The GPO puts its own values back: those of the playbook are the same here."""
    ruled = controller.farm.hosts["ruled"]
    ruled.registry.delete_value(
        r"HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services", "LicensingMode"
    )
    name = "remote_desktop.licensing.configure_session_hosts"
    wanted = {
        "session_host_mode": "per_user",
        "session_host_license_servers": ["ls1.corp.example"],
        "session_host_override_gpo": True,
        "session_host_gpupdate": True,
    }
    check = controller.run(name, "--limit", "ruled", "--check", **wanted)
    assert not {"ShellCreate", "Command"} & {each.operation for each in check.requests["ruled"]}
    first = controller.run(name, "--limit", "ruled", **wanted)
    assert first.recap["ruled"]["changed"] == 2, "the mode, and the refresh"
    assert "Command" in [each.operation for each in first.requests["ruled"]]
    second = controller.run(name, "--limit", "ruled", **wanted)
    assert second.recap["ruled"]["changed"] == 0
    assert "ShellCreate" not in [each.operation for each in second.requests["ruled"]]
    assert controller.farm.state()["ruled"]["effective_mode"] == 4
