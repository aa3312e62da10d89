# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""rds_license_server, by state, run and scope."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    CimError,
    Fault,
    MethodFailed,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    LAG_DELAYS,
    NotApplied,
    Outcome,
    Progress,
    Refused,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.session_hosts import (
    license_server_list,
    session_host,
)
from unit.plugin_utils.fake_host import LOCAL_SERVERS, POLICY, FakeHost, Glitch, lost
from unit.plugin_utils.fake_registry import DWORD, MULTI_SZ, SZ
from unit.plugin_utils.soap import fault

SET = "StdRegProv.SetStringValue"
CREATE = "StdRegProv.CreateKey"
DELETE = "StdRegProv.DeleteValue"
DELETE_KEY = "StdRegProv.DeleteKey"
SETTING = "Win32_TerminalServiceSetting"
SET_LOCAL = f"{SETTING}.SetSpecifiedLicenseServerList"
EMPTY_LOCAL = f"{SETTING}.EmptySpecifiedLicenseServerList"
STRAY = rf"{POLICY}\LicenseServers"
TWO = ("ls1.example.com", "ls2.example.com")


class Run(NamedTuple):
    """What came of a run."""

    outcome: Outcome
    progress: Progress


def run(host: FakeHost, *servers: str, check: bool = False, **options: Any) -> Run:
    progress = Progress(sleep=host.sleep)
    wanted = license_server_list.ListOptions(servers or TWO, **options)
    outcome = license_server_list.ensure_license_servers(
        session_host.SessionHost(host.session(read_only=check)), wanted, progress, check_mode=check
    )
    return Run(outcome, progress)


def cleared(host: FakeHost, *servers: str, check: bool = False, **options: Any) -> Run:
    progress = Progress(sleep=host.sleep)
    wanted = license_server_list.ListOptions(servers, state="absent", **options)
    outcome = license_server_list.ensure_license_servers(
        session_host.SessionHost(host.session(read_only=check)), wanted, progress, check_mode=check
    )
    return Run(outcome, progress)


def refusal(host: FakeHost, *servers: str, **options: Any) -> Refused:
    """Run it really and in check mode: refused both times, nothing written."""
    for check in (True, False):
        with pytest.raises(Refused) as caught:
            run(host, *servers, check=check, **options)
    assert host.writes == []
    return caught.value


def after(outcome: Outcome) -> dict[str, Any]:
    assert outcome.after is not None
    return outcome.after


def before(outcome: Outcome) -> dict[str, Any]:
    assert outcome.before is not None
    return outcome.before


def host_in(start: str, scope: str) -> FakeHost:
    """A host whose scope holds no list, the wanted one, another, one of a wrong type."""
    lists = {
        "equal": list(TWO),
        "other case": [each.upper() for each in TWO],
        "different": ["old"],
        "other order": list(reversed(TWO)),
        "longer": [*TWO, "ls3"],
        "empty": [],
    }
    host = FakeHost()
    if start in lists:
        names = lists[start]
        return (
            host.policy(servers=" , ".join(names))
            if scope == "policy"
            else host.local(servers=names)
        )
    if start == "wrong type" and scope == "policy":
        host.registry.put(POLICY, "LicenseServers", MULTI_SZ, list(TWO))
    if start == "wrong type" and scope == "local":
        host.registry.put(LOCAL_SERVERS, "SpecifiedLicenseServers", SZ, ",".join(TWO))
    return host


STARTS = (
    "absent",
    "empty",
    "equal",
    "other case",
    "different",
    "other order",
    "longer",
    "wrong type",
)
UNCHANGED = ("equal", "other case")
MATRIX = pytest.mark.parametrize("start", STARTS)
SCOPES = pytest.mark.parametrize("scope", ["policy", "local"])


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


# -- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("servers", "reason", "words"),
    [
        (("ls1,ls2",), "bad_name", "comma"),
        (("ls1", "ls 2"), "bad_name", "blank"),
        (("ls1", '"ls2"'), "bad_name", "quotation"),
        (("l" * 300,), "bad_name", "300 characters"),
        (("https://ls1.example.com",), "bad_name", "URL"),
        (("ls1", ""), "bad_name", "empty"),
    ],
)
@SCOPES
@pytest.mark.parametrize("exclusive", [True, False])
def test_bad_names_are_refused_before_anything_is_asked(
    servers: tuple[str, ...], reason: str, words: str, scope: str, exclusive: bool
) -> None:
    host = FakeHost()
    refused = refusal(host, *servers, scope=scope, exclusive=exclusive)
    assert (refused.reason, host.log) == (reason, [])
    assert words in str(refused)
    assert len(str(refused)) < 300
    with pytest.raises(Refused):
        cleared(host, *servers, scope=scope)
    assert host.log == []


def test_an_empty_list_is_refused() -> None:
    host = FakeHost()
    options = license_server_list.ListOptions(())
    with pytest.raises(Refused, match="is empty") as caught:
        license_server_list.ensure_license_servers(
            session_host.SessionHost(host.session()), options, Progress(), check_mode=False
        )
    assert caught.value.reason == "no_servers"
    assert "state: absent" in (caught.value.advice or "")
    assert host.log == []


def test_a_local_list_below_a_policy() -> None:
    refused = refusal(FakeHost().policy(servers="a"), scope="local")
    assert refused.reason == "policy_rules"
    assert "list of license servers" in str(refused)


def test_an_empty_policy_is_in_nobody_s_way() -> None:
    assert run(FakeHost().policy(servers=""), scope="local").outcome.changed


def test_a_local_list_below_a_deployment() -> None:
    assert refusal(FakeHost(deployment=(4, ["c"])), scope="local").reason == "deployment_rules"


def test_a_local_list_without_the_role() -> None:
    assert refusal(FakeHost(session_host=False), scope="local").reason == "no_session_host"


@pytest.mark.parametrize("check", [False, True])
def test_without_the_role_the_policy_is_written_with_a_warning(check: bool) -> None:
    outcome = run(FakeHost(session_host=False), check=check).outcome
    assert outcome.changed
    assert (after(outcome)["policy"], after(outcome)["effective"]) == (list(TWO), [])
    assert after(outcome)["source"] == "none"
    assert any("not installed" in each for each in outcome.warnings)


def test_a_list_that_a_domain_gpo_delivers() -> None:
    host = FakeHost().policy(servers="gpo-ls").delivered("LicenseServers", "RDS licensing")
    refused = refusal(host)
    assert refused.reason == "gpo"
    assert "'RDS licensing'" in str(refused)
    with pytest.raises(Refused):
        cleared(host)
    assert host.writes == []
    outcome = run(host, override_gpo=True).outcome
    assert outcome.changed
    assert any("'RDS licensing'" in each for each in outcome.warnings)


@pytest.mark.parametrize("options", [{"rsop": "never"}, {"scope": "local"}])
def test_where_no_gpo_is_asked_for(options: dict[str, Any]) -> None:
    host = FakeHost().delivered("LicenseServers")
    run(host, **options)
    assert not [each for each in host.reads if each.startswith("RSOP")]


# -- stray sub-keys ---------------------------------------------------------------------------


def stray_host() -> FakeHost:
    host = FakeHost()
    host.registry.put(rf"{STRAY}\SRV1", "x", DWORD, 1)
    host.registry.create(rf"{STRAY}\SRV2")
    return host


def test_stray_sub_keys_go_after_the_value_was_written_and_read_back() -> None:
    host = stray_host()
    outcome, progress = run(host)
    assert host.writes == [SET, DELETE_KEY, DELETE_KEY, DELETE_KEY]
    whole = [each.what for each in host.log]
    assert "StdRegProv.GetStringValue" in whole[whole.index(SET) : whole.index(DELETE_KEY)]
    assert len(before(outcome)["stray_subkeys"]) == 4
    assert after(outcome)["stray_subkeys"] == []
    assert not host.registry.has(STRAY)
    assert host.registry.look(POLICY, "LicenseServers") == (SZ, ",".join(TWO))
    assert len(progress.applied) == 4
    assert run(host).outcome.changed is False


def test_stray_sub_keys_alone_are_a_change() -> None:
    host = stray_host().policy(servers=",".join(TWO))
    checked = run(host, check=True).outcome
    assert (checked.changed, after(checked)["stray_subkeys"], host.writes) == (True, [], [])
    assert run(host).outcome.changed
    assert set(host.writes) == {DELETE_KEY}


def test_stray_sub_keys_stay_when_the_value_is_not_written() -> None:
    host = stray_host()
    host.glitches.append(Glitch(SET, 0))
    with pytest.raises(NotApplied):
        run(host)
    assert host.writes == [SET]
    assert host.registry.has(rf"{STRAY}\SRV1")


@pytest.mark.parametrize("check", [False, True])
def test_stray_sub_keys_may_stay_with_a_warning(check: bool) -> None:
    host = stray_host()
    outcome = run(host, repair_subkeys=False, check=check).outcome
    assert after(outcome)["stray_subkeys"] == before(outcome)["stray_subkeys"] != []
    assert any("repair_subkeys: true" in each for each in outcome.warnings)
    assert DELETE_KEY not in host.writes
    assert host.registry.has(rf"{STRAY}\SRV1")


@pytest.mark.parametrize("scope", ["policy", "local"])
def test_stray_sub_keys_are_repaired_in_either_scope_and_state(scope: str) -> None:
    host = stray_host()
    run(host, scope=scope)
    assert not host.registry.has(STRAY)
    host = stray_host()
    assert cleared(host, scope=scope).outcome.changed
    assert not host.registry.has(STRAY)


def test_the_key_of_that_name_under_the_service_is_left_alone() -> None:
    host = stray_host().local(servers=["own"])
    host.registry.create(rf"{LOCAL_SERVERS}\Below")
    run(host)
    assert host.registry.has(rf"{LOCAL_SERVERS}\Below")
    assert host.registry.look(LOCAL_SERVERS, "SpecifiedLicenseServers") == (MULTI_SZ, ["own"])


# -- verify -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "two", "fails"),
    [(11, 11, False), (6, 11, False), (6, 8, False), (6, 4, True), (5, 5, True)],
)
def test_it_fails_only_when_no_server_is_good_or_unknown(one: int, two: int, fails: bool) -> None:
    host = FakeHost(connectivity={TWO[0]: one, TWO[1]: two})
    outcome = run(host, verify=True).outcome
    assert [each["status"] for each in outcome.values["connectivity"]] == [one, two]
    assert (outcome.failure is not None) is fails
    if outcome.failure is not None:
        assert TWO[0] in str(outcome.failure)
        assert "135" in (outcome.failure.advice or "")
    bad = [number for number in (one, two) if number in (4, 5, 6)]
    assert len([each for each in outcome.warnings if "License server" in each]) == len(bad)
    # What was written stays written, and is told.
    assert (outcome.changed, outcome.values["servers"]) == (True, list(TWO))


def test_without_verify_nobody_is_asked() -> None:
    host = FakeHost()
    assert "connectivity" not in run(host).outcome.values
    assert f"{SETTING}.GetTStoLSConnectivityStatus" not in host.reads


def test_verify_asks_about_the_servers_that_windows_uses_in_check_mode_too() -> None:
    host = FakeHost(connectivity={TWO[0]: 11})
    outcome = run(host, verify=True, check=True).outcome
    assert [each["server"] for each in outcome.values["connectivity"]] == list(TWO)
    assert host.writes == []


# -- when WMI lags, and when things break -----------------------------------------------------


@pytest.mark.parametrize("lag", [1, 3, len(LAG_DELAYS) + 1])
def test_wmi_may_lag_behind_for_a_while(lag: int) -> None:
    host = FakeHost(lag=lag)
    outcome = run(host).outcome
    assert (outcome.values["pending"], after(outcome)["source"]) == (False, "policy")
    assert host.delays == list(LAG_DELAYS[: lag - 1])


def test_what_lags_for_longer_is_pending() -> None:
    host = FakeHost(lag=50)
    outcome = run(host).outcome
    assert (outcome.changed, outcome.values["pending"]) == (True, True)
    assert after(outcome)["source"] == "unknown"
    again = run(host).outcome
    assert (again.changed, again.values["pending"]) == (False, True)


@pytest.mark.parametrize("what", [SET, CREATE, SET_LOCAL])
@pytest.mark.parametrize("done", [True, False])
def test_a_write_whose_answer_got_lost_is_sent_once(what: str, done: bool) -> None:
    scope = "local" if what == SET_LOCAL else "policy"
    host = FakeHost(glitches=[Glitch(what, lost(), done=done)])
    if done:
        assert run(host, scope=scope).outcome.values["servers"] == list(TWO)
    else:
        with pytest.raises(NotApplied, match="its answer got lost"):
            run(host, scope=scope)
    assert host.writes.count(what) == 1


@pytest.mark.parametrize(
    ("glitch", "scope", "error"),
    [
        (Glitch(SET, 5), "policy", MethodFailed),
        (Glitch(SET, fault(5, "w:AccessDenied", "no")), "policy", Fault),
        (Glitch(SET_LOCAL, 0x80041016), "local", MethodFailed),
        (Glitch(SET_LOCAL, 0), "local", NotApplied),
    ],
)
def test_a_write_that_is_refused(glitch: Glitch, scope: str, error: type[CimError]) -> None:
    host = FakeHost(glitches=[glitch])
    with pytest.raises(error):
        run(host, scope=scope)
    assert host.writes[-1] == glitch.what


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
