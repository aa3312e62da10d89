# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped action plugins, over a stand-in of one host."""

from __future__ import annotations

from typing import Any

import pytest
from ansible import context
from ansible.utils.context_objects import CLIArgs
from ansible_collections.remote_desktop.licensing.plugins.action import (
    rds_license_server,
    rds_licensing_diagnosis,
    rds_licensing_mode,
    rds_policy_refresh,
    rds_service,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils import _action
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing import (
    change,
    role_services,
)
from unit.plugin_utils.fake_host import POLICY, FakeHost
from unit.plugin_utils.fake_registry import DWORD, SZ
from unit.plugin_utils.task_stand_ins import Connection, Task, action_of


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> FakeHost:
    """The host behind every connection."""
    fake = FakeHost()
    monkeypatch.setattr(_action, "carrier_for", lambda dummy: fake)
    monkeypatch.setattr(context, "CLIARGS", CLIArgs({}))
    return fake


def run(module: Any, check_mode: bool = False, **options: Any) -> dict[str, Any]:
    task = Task(options, check_mode=check_mode, diff=True)
    action = action_of(module.ActionModule, task, Connection())
    result: dict[str, Any] = action.run(None, {"inventory_hostname": "sh1"})
    return result


BOTH = pytest.mark.parametrize("check_mode", [True, False])


@BOTH
def test_the_licensing_mode(host: FakeHost, check_mode: bool) -> None:
    result = run(rds_licensing_mode, check_mode, mode="per_user")
    assert (result["changed"], result["mode"], result["session_host"], result["pending"]) == (
        True,
        "per_user",
        True,
        False,
    )
    assert (
        set(result["before"]) == set(result["after"]) == {"policy", "local", "effective", "source"}
    )
    assert result["diff"]["after"] == result["after"]
    assert host.registry.look(POLICY, "LicensingMode") == (None if check_mode else (DWORD, 4))
    assert bool(host.writes) is not check_mode


@BOTH
def test_the_license_servers(host: FakeHost, check_mode: bool) -> None:
    host.connectivity = {"ls1": 11, "ls2": 11}
    result = run(rds_license_server, check_mode, servers=["ls1", "ls2"], verify=True)
    assert (result["changed"], result["servers"]) == (True, ["ls1", "ls2"])
    assert set(result["before"]) == {"policy", "local", "effective", "source", "stray_subkeys"}
    assert [each["reach"] for each in result["connectivity"]] == ["good", "good"]
    held = host.registry.look(POLICY, "LicenseServers")
    assert held == (None if check_mode else (SZ, "ls1,ls2"))
    assert bool(host.writes) is not check_mode


@pytest.mark.parametrize(
    ("module", "options", "words"),
    [
        (rds_licensing_mode, {}, "mode"),
        (rds_licensing_mode, {"mode": "PER_USER"}, "per_user, per_device"),
        (rds_licensing_mode, {"mode": "per_user", "scope": "gpo"}, "policy, local"),
        (rds_license_server, {}, "servers"),
        (rds_license_server, {"servers": ["a"], "state": "cleared"}, "present, absent"),
        (rds_service, {}, "name"),
        (rds_service, {"name": "TermService"}, "session_host, licensing"),
        (rds_policy_refresh, {"wait": "long"}, "wait"),
    ],
)
def test_bad_options(host: FakeHost, module: Any, options: dict[str, Any], words: str) -> None:
    result = run(module, **options)
    assert result["failed"]
    assert words in result["msg"]
    assert host.log == []


@pytest.mark.parametrize("servers", [[], ["a,b"], ["https://a"], ["x" * 300]])
def test_bad_names_are_refused(host: FakeHost, servers: list[str]) -> None:
    result = run(rds_license_server, servers=servers)
    assert result["failed"]
    assert result["refused"] in ("no_servers", "bad_name")
    assert host.log == []


def test_absent_needs_no_mode_and_no_servers(host: FakeHost) -> None:
    host.policy(mode=4, servers="a")
    assert run(rds_licensing_mode, state="absent")["changed"]
    assert run(rds_license_server, state="absent")["changed"]
    assert host.registry.look(POLICY, "LicensingMode") is None
    assert host.registry.look(POLICY, "LicenseServers") is None


@pytest.mark.parametrize("text", ["ls1,ls2", " ls1, ls2 "])
def test_servers_as_one_text_with_commas_are_a_list(host: FakeHost, text: str) -> None:
    # Ansible splits a string for a list at its commas, and leaves the blanks.
    assert run(rds_license_server, servers=text)["servers"] == ["ls1", "ls2"]
    assert host.registry.look(POLICY, "LicenseServers") == (SZ, "ls1,ls2")


def test_blanks_around_wanted_servers_do_not_count(
    monkeypatch: pytest.MonkeyPatch, host: FakeHost
) -> None:
    wanted = []

    class Seen:
        def __init__(self, *given: Any) -> None:
            wanted.append(given[3].wanted.servers)

        def of(self, dummy: str) -> dict[str, Any]:
            return {}

    monkeypatch.setattr(rds_licensing_diagnosis, "Diagnosis", Seen)
    monkeypatch.setattr(rds_licensing_diagnosis, "carrier_for", lambda dummy: host)
    assert not run(rds_licensing_diagnosis, wanted_servers="ls1 , ls2").get("failed")
    assert wanted == [("ls1", "ls2")]


@BOTH
@pytest.mark.parametrize(
    ("options", "role", "restart", "wait"),
    [
        ({"name": "session_host"}, role_services.RoleService.SESSION_HOST, False, 60),
        (
            {"name": "licensing", "state": "restarted", "wait": 5},
            role_services.RoleService.LICENSING,
            True,
            5,
        ),
    ],
)
def test_the_service(
    monkeypatch: pytest.MonkeyPatch,
    host: FakeHost,
    check_mode: bool,
    options: dict[str, Any],
    role: role_services.RoleService,
    restart: bool,
    wait: int,
) -> None:
    asked: list[Any] = []

    def ensure(services: object, found: object, **given: Any) -> change.Outcome:
        del services
        given.pop("progress")
        asked.append((found, given))
        return change.Outcome(True)

    monkeypatch.setattr(rds_service, "ensure_service", ensure)
    assert run(rds_service, check_mode, **options)["changed"]
    assert asked == [(role, {"restart": restart, "wait": wait, "check_mode": check_mode})]
    assert host.log == []


@BOTH
def test_the_policy_refresh(
    monkeypatch: pytest.MonkeyPatch, host: FakeHost, check_mode: bool
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(
        rds_policy_refresh, "refresh_policy", lambda dummy, wait: asked.append(wait)
    )
    assert run(rds_policy_refresh, check_mode, wait=7)["changed"] is True
    assert asked == ([] if check_mode else [7])
    assert host.log == []


@pytest.mark.parametrize(
    "module", [rds_licensing_mode, rds_license_server, rds_policy_refresh, rds_service]
)
def test_every_action_says_what_it_does(module: Any) -> None:
    doing = module.ActionModule.DOING
    assert doing[0].islower()
    assert doing.split()[0].endswith("ing")
    assert not doing.endswith(".")
