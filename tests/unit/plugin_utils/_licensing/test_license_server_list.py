# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""rds_license_server, by state, run and scope."""

from __future__ import annotations

import pytest
from unit.plugin_utils._licensing.server_lists import (
    CREATE,
    DELETE,
    EMPTY_LOCAL,
    MATRIX,
    SCOPES,
    SET,
    SET_LOCAL,
    SETTING,
    TWO,
    UNCHANGED,
    after,
    before,
    cleared,
    host_in,
    run,
)
from unit.plugin_utils.fake_host import LOCAL_SERVERS, POLICY, FakeHost
from unit.plugin_utils.fake_registry import MULTI_SZ, SZ


@MATRIX
@SCOPES
def test_a_run_makes_the_list_exactly_this(start: str, scope: str) -> None:
    host = host_in(start, scope)
    outcome, progress = run(host, scope=scope)
    assert outcome.changed is (start not in UNCHANGED)
    assert [each.lower() for each in outcome.values["servers"]] == list(TWO)
    assert outcome.values["pending"] is False
    found = after(outcome)
    assert (found["source"], found["effective"]) == (scope, outcome.values["servers"])
    assert found[scope] == outcome.values["servers"]
    assert found["stray_subkeys"] == []
    if outcome.changed:
        if scope == "policy":
            assert host.registry.look(POLICY, "LicenseServers") == (SZ, ",".join(TWO))
        else:
            held = host.registry.look(LOCAL_SERVERS, "SpecifiedLicenseServers")
            assert held == (MULTI_SZ, list(TWO))
    assert bool(progress.applied) is outcome.changed


@MATRIX
@SCOPES
def test_check_mode_writes_nothing_and_tells_the_same(start: str, scope: str) -> None:
    really = run(host_in(start, scope), scope=scope).outcome
    host = host_in(start, scope)
    checked = run(host, check=True, scope=scope).outcome
    assert host.writes == []
    assert (checked.changed, checked.before, checked.after, checked.values) == (
        really.changed,
        really.before,
        really.after,
        really.values,
    )


@MATRIX
@SCOPES
def test_a_second_run_changes_nothing(start: str, scope: str) -> None:
    host = host_in(start, scope)
    first = run(host, scope=scope).outcome
    host.log.clear()
    second = run(host, scope=scope).outcome
    assert (second.changed, second.before, second.after) == (False, first.after, first.after)
    assert (host.writes, second.warnings) == ([], [])


@pytest.mark.parametrize(
    ("start", "scope", "writes"),
    [
        ("absent", "policy", [CREATE, SET]),
        ("different", "policy", [SET]),
        ("equal", "policy", []),
        ("absent", "local", [SET_LOCAL]),
        ("different", "local", [SET_LOCAL]),
        ("equal", "local", []),
    ],
)
def test_what_is_written(start: str, scope: str, writes: list[str]) -> None:
    host = host_in(start, scope)
    run(host, scope=scope)
    assert host.writes == writes


def test_servers_that_stand_twice_are_written_once() -> None:
    outcome = run(FakeHost(), "b", "a", "B", "a").outcome
    assert outcome.values["servers"] == ["b", "a"]


# -- exclusive: false, absent -----------------------------------------------------------------


@SCOPES
@pytest.mark.parametrize("check", [False, True])
def test_missing_servers_are_appended(scope: str, check: bool) -> None:
    host = FakeHost()
    host = host.policy(servers="old, A") if scope == "policy" else host.local(servers=["old", "A"])
    outcome = run(host, "a", "b", exclusive=False, scope=scope, check=check).outcome
    assert outcome.changed
    assert outcome.values["servers"] == ["old", "A", "b"]


@SCOPES
def test_nothing_is_appended_that_is_there(scope: str) -> None:
    host = host_in("longer", scope)
    outcome = run(host, TWO[1], exclusive=False, scope=scope).outcome
    assert (outcome.changed, host.writes) == (False, [])


@pytest.mark.parametrize(
    ("start", "writes"),
    [("absent", []), ("equal", [DELETE]), ("empty", [DELETE]), ("wrong type", [DELETE])],
)
@pytest.mark.parametrize("check", [False, True])
def test_absent_without_servers_removes_the_policy_value(
    start: str, writes: list[str], check: bool
) -> None:
    host = host_in(start, "policy").local(servers=["below"])
    outcome = cleared(host, check=check).outcome
    assert outcome.changed is bool(writes)
    assert host.writes == ([] if check else writes)
    found = after(outcome)
    assert (found["policy"], found["effective"], found["source"]) == (None, ["below"], "local")
    assert outcome.values["pending"] is False


@pytest.mark.parametrize(
    ("start", "writes"), [("absent", []), ("empty", []), ("equal", [EMPTY_LOCAL])]
)
@pytest.mark.parametrize("check", [False, True])
def test_absent_without_servers_empties_the_local_list(
    start: str, writes: list[str], check: bool
) -> None:
    host = host_in(start, "local")
    outcome = cleared(host, scope="local", check=check).outcome
    assert outcome.changed is bool(writes)
    assert host.writes == ([] if check else writes)
    assert (after(outcome)["effective"], after(outcome)["source"]) == ([], "none")


@SCOPES
def test_absent_with_servers_removes_only_those(scope: str) -> None:
    host = host_in("longer", scope)
    outcome = cleared(host, TWO[0].upper(), "nobody", scope=scope).outcome
    assert (outcome.changed, outcome.values["servers"]) == (True, [TWO[1], "ls3"])
    assert cleared(host, TWO[0], scope=scope).outcome.changed is False


def test_removing_the_last_one_leaves_no_empty_value() -> None:
    host = FakeHost().policy(servers="a")
    assert cleared(host, "A").outcome.changed
    assert host.registry.look(POLICY, "LicenseServers") is None
    host = FakeHost().local(servers=["a"])
    assert cleared(host, "A", scope="local").outcome.changed
    assert host.writes == [EMPTY_LOCAL]


def test_named_servers_are_not_removed_from_a_value_that_cannot_be_read() -> None:
    host = host_in("wrong type", "policy")
    outcome = cleared(host, TWO[0]).outcome
    assert (outcome.changed, host.writes) == (False, [])
    assert any("REG_MULTI_SZ" in each for each in outcome.warnings)


def test_absent_lets_a_deployment_rule() -> None:
    host = FakeHost(deployment=(4, ["broker-ls"])).policy(servers="a")
    expected = cleared(host, check=True).outcome.after
    found = cleared(host).outcome.after
    assert expected == found
    assert found is not None
    assert (found["effective"], found["source"]) == (["broker-ls"], "deployment")


# -- what a host says -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "policy", "local", "effective", "source"),
    [
        (FakeHost(), None, None, [], "none"),
        (FakeHost().local(servers=[]), None, [], [], "none"),
        (FakeHost().policy(servers=""), [], None, [], "none"),
        (FakeHost().policy(servers=" , "), [], None, [], "none"),
        (FakeHost().policy(servers="").local(servers=["a"]), [], ["a"], ["a"], "local"),
        (FakeHost().policy(servers=" a ,, b"), ["a", "b"], None, ["a", "b"], "policy"),
        (FakeHost().policy(servers="a").local(servers=["b"]), ["a"], ["b"], ["a"], "policy"),
        (FakeHost(deployment=(4, ["c"])).local(servers=["b"]), None, ["b"], ["c"], "deployment"),
        (FakeHost(deployment=(4, ["c"])).policy(servers="a"), ["a"], None, ["a"], "policy"),
        (FakeHost(session_host=False).policy(servers="a"), ["a"], None, [], "none"),
    ],
    ids=range(10),
)
def test_what_a_host_says(
    host: FakeHost,
    policy: list[str] | None,
    local: list[str] | None,
    effective: list[str],
    source: str,
) -> None:
    outcome = run(host, "z", check=True, rsop="never").outcome
    assert before(outcome) == {
        "policy": policy,
        "local": local,
        "effective": effective,
        "source": source,
        "stray_subkeys": [],
    }
    assert host.writes == []


def test_a_value_of_another_type_is_named_in_a_warning() -> None:
    outcome = run(host_in("wrong type", "policy"), check=True).outcome
    wanted = "LicenseServers is a REG_MULTI_SZ where Windows looks for a REG_SZ."
    assert (before(outcome)["policy"], wanted in outcome.warnings) == (None, True)


def test_a_run_on_a_host_that_is_right_reads_each_field_once() -> None:
    host = FakeHost().policy(servers=",".join(TWO))
    run(host)
    assert host.reads == [
        SETTING,
        "StdRegProv.GetStringValue",
        "StdRegProv.EnumValues",
        "StdRegProv.EnumKey",
        f"{SETTING}.GetSpecifiedLicenseServerList",
        "Win32_TSDeploymentLicensing",
        "StdRegProv.EnumKey",
    ]
