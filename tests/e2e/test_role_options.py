# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role session_host does when it is asked: restart, verify, report what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from .runner import Json, Run
from .stories import LABS, Story, tell

LIST = "Set the license servers"
RESTART, VERIFY = "Restart the Remote Desktop service", "Verify that the license servers"
SERVERS = ["ls1.corp.example", "ls2.corp.example"]
WANTED = {"session_host_mode": "per_user", "session_host_license_servers": SERVERS}
HOSTS: dict[str, Any] = {
    "ls1": {"release": "2025", "roles": ["licensing"]},
    "ls2": {"release": "2025", "roles": ["licensing"]},
    "asked": {"release": "2019"},
    "unasked": {},
    "right": {"policy": {"mode": 4, "servers": ",".join(SERVERS)}},
    "unreached": {"connectivity": dict.fromkeys(SERVERS, 6)},
    "workgroup": {"workgroup": "WORKGROUP"},
    "gpo": {
        "policy": {"mode": 4},
        "gpo": {
            "name": "RDS Session Hosts (old)",
            "guid": "{3F2504E0-4F89-41D3-9A0C-0305E82C3301}",
            "values": {"LicenseServers": "ls-old.corp.example"},
        },
    },
    "failing": {"faults": [{"kind": "access_denied", "method": "SetStringValue"}]},
    "local": {},
}
OPTIONS: dict[str, Json] = {
    "asked": {"session_host_restart_termservice": True, "session_host_verify": True},
    "right": {"session_host_restart_termservice": True, "session_host_verify": True},
    "unreached": {"session_host_verify": True},
    "workgroup": {"session_host_report_refusals": True, "session_host_verify": True},
    "gpo": {"session_host_report_refusals": True, "session_host_restart_termservice": True},
    "failing": {"session_host_report_refusals": True},
    "local": {"session_host_scope": "local", "session_host_exclusive": False},
}


@pytest.fixture(scope="module")
def story(lab: LABS) -> Story:
    controller = lab({"hosts": HOSTS})
    controller.environment["ANSIBLE_STRATEGY"] = "free"
    controller.host_variables = OPTIONS

    def run(*arguments: str) -> Run:
        name = "remote_desktop.licensing.configure_session_hosts"
        return controller.run(name, *arguments, **WANTED)

    return tell(controller, run)


def test_a_restart_comes_after_a_change_and_when_asked_for(story: Story) -> None:
    assert story.check.statuses(RESTART)["asked"] == "ok"
    assert story.check.one(RESTART, "asked")["changed"] is True
    assert story.check.writes("asked") == []
    assert story.first.writes("asked") == [
        "CreateKey",
        "SetDWORDValue",
        "SetStringValue",
        "StopService",
        "StartService",
    ]
    assert story.first.one(RESTART, "asked")["after"]["state"] == "Running"
    assert story.second.statuses(RESTART)["asked"] == "skipped"
    for run in (story.first, story.second):
        for host in set(HOSTS) - {"asked"}:
            assert not {"StopService", "StartService"} & set(run.calls(host)), host
    assert story.first.statuses(RESTART)["unasked"] == "skipped"
    assert story.first.statuses(RESTART)["right"] == "skipped"


def test_verifying(story: Story) -> None:
    for run in (story.first, story.second):
        for host in ("asked", "right"):
            reach = [each["reach"] for each in run.one(VERIFY, host)["connectivity"]]
            assert reach == ["good", "good"]
            assert run.one(VERIFY, host)["changed"] is False
        assert run.statuses(VERIFY)["unasked"] == "skipped"
        assert run.statuses(VERIFY)["unreached"] == "failed"
        assert "no license server can be used" in run.one(VERIFY, "unreached")["msg"]
        assert run.recap["unreached"]["failed"] == 1


@pytest.mark.parametrize(
    ("host", "says"),
    [("workgroup", "this host is in a workgroup"), ("gpo", "'RDS Session Hosts (old)'")],
)
def test_refusals_are_reported(story: Story, host: str, says: str) -> None:
    """The host is not failed for it, and nothing more is done there."""
    for run in (story.check, story.first, story.second):
        assert run.recap[host]["failed"] == 0
        assert says in run.one("Report what was refused", host)["msg"]
        assert run.writes(host) == []
        assert run.statuses(RESTART)[host] == run.statuses(VERIFY)[host] == "skipped"


def test_failures_stay_failures(story: Story) -> None:
    """A missing right is no refusal: it is not reported away."""
    assert story.first.statuses(LIST)["failing"] == "failed"
    assert story.first.one(LIST, "failing")["code_name"] == "WBEM_E_ACCESS_DENIED"
    assert story.first.recap["failing"]["failed"] == 1


def test_the_other_options_reach_the_modules(story: Story) -> None:
    result = story.first.one(LIST, "local")
    assert (result["after"]["source"], result["after"]["policy"]) == ("local", None)
    assert result["after"]["local"] == SERVERS
