# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""rds_licensing_mode, by state, run and scope."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    CimError,
    Fault,
    MethodFailed,
    NothingThere,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    LAG_DELAYS,
    NotApplied,
    Outcome,
    Progress,
    Refused,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.session_hosts import (
    licensing_mode,
    session_host,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.session_hosts.modes import (
    LicensingMode,
)
from unit.plugin_utils.fake_host import LOCAL_MODE, POLICY, FakeHost, Glitch, lost
from unit.plugin_utils.fake_registry import DWORD, SZ
from unit.plugin_utils.soap import fault

SET = "StdRegProv.SetDWORDValue"
CREATE = "StdRegProv.CreateKey"
DELETE = "StdRegProv.DeleteValue"
CHANGE = "Win32_TerminalServiceSetting.ChangeMode"
VALUE = rf"HKLM\{POLICY}\LicensingMode"


class Run(NamedTuple):
    """What came of a run."""

    outcome: Outcome
    progress: Progress


def run(
    host: FakeHost, *, check: bool = False, mode: str | None = "per_user", **options: Any
) -> Run:
    progress = Progress(sleep=host.sleep)
    wanted = licensing_mode.ModeOptions(LicensingMode(mode) if mode else None, **options)
    outcome = licensing_mode.ensure_licensing_mode(
        session_host.SessionHost(host.session(read_only=check)), wanted, progress, check_mode=check
    )
    return Run(outcome, progress)


def refusal(host: FakeHost, **options: Any) -> Refused:
    """Run it really and in check mode: refused both times, nothing written."""
    for check in (True, False):
        with pytest.raises(Refused) as caught:
            run(host, check=check, **options)
    assert host.writes == []
    return caught.value


def state(policy: str, local: str, effective: str, source: str) -> dict[str, str]:
    return {"policy": policy, "local": local, "effective": effective, "source": source}


def host_in(start: str, scope: str) -> FakeHost:
    """A host whose scope holds no value, the wanted one, another, one of a wrong type."""
    host = FakeHost()
    number = {"equal": 4, "different": 2}.get(start)
    if number is not None:
        return host.policy(mode=number) if scope == "policy" else host.local(mode=number)
    if start == "wrong type":
        key = POLICY if scope == "policy" else LOCAL_MODE
        host.registry.put(key, "LicensingMode", SZ, "4")
    return host


STARTS = ("absent", "equal", "different", "wrong type")
MATRIX = pytest.mark.parametrize("start", STARTS)
SCOPES = pytest.mark.parametrize("scope", ["policy", "local"])


@MATRIX
@SCOPES
def test_a_run_brings_it_into_the_wanted_state(start: str, scope: str) -> None:
    host = host_in(start, scope)
    outcome, progress = run(host, scope=scope)
    assert outcome.changed is (start != "equal")
    assert outcome.values == {"mode": "per_user", "session_host": True, "pending": False}
    policy, local = "per_user", "not_configured"
    if scope == "local":
        policy, local = local, policy
    assert outcome.after == state(policy, local, "per_user", scope)
    assert (outcome.before == outcome.after) is (start == "equal")
    key = POLICY if scope == "policy" else LOCAL_MODE
    assert host.registry.look(key, "LicensingMode") == (DWORD, 4)
    assert progress.uncertain is None
    assert bool(progress.applied) is outcome.changed


@MATRIX
@SCOPES
def test_check_mode_writes_nothing_and_tells_the_same(start: str, scope: str) -> None:
    really = run(host_in(start, scope), scope=scope).outcome
    host = host_in(start, scope)
    checked = run(host, check=True, scope=scope).outcome
    assert host.writes == []
    assert checked.changed is really.changed
    assert (checked.before, checked.after, checked.values) == (
        really.before,
        really.after,
        really.values,
    )
    assert host.registry.look(POLICY, "LicensingMode") == host_in(start, scope).registry.look(
        POLICY, "LicensingMode"
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
    ("start", "writes"),
    [("absent", [CREATE, SET]), ("equal", []), ("different", [SET]), ("wrong type", [SET])],
)
def test_what_is_written_by_policy(start: str, writes: list[str]) -> None:
    host = host_in(start, "policy")
    run(host)
    assert host.writes == writes


def test_the_steps_are_told_in_words() -> None:
    assert run(FakeHost()).progress.applied == [
        rf"create the key HKLM\{POLICY}",
        f"set {VALUE} to 4 (REG_DWORD)",
    ]


@pytest.mark.parametrize(("mode", "number"), [("per_user", 4), ("per_device", 2)])
def test_both_modes_in_both_scopes(mode: str, number: int) -> None:
    host = FakeHost()
    assert run(host, mode=mode).outcome.values["mode"] == mode
    assert host.registry.look(POLICY, "LicensingMode") == (DWORD, number)
    host = FakeHost()
    assert run(host, mode=mode, scope="local").outcome.values["mode"] == mode
    assert host.registry.look(LOCAL_MODE, "LicensingMode") == (DWORD, number)
    assert host.writes == [CHANGE]


@pytest.mark.parametrize(
    ("host", "wanted"),
    [
        (FakeHost(), state("not_configured", "not_configured", "not_configured", "none")),
        (FakeHost().local(mode=2), state("not_configured", "per_device", "per_device", "local")),
        (
            FakeHost(deployment=(2, [])).local(mode=4),
            state("not_configured", "per_user", "per_device", "deployment"),
        ),
        (
            FakeHost(deployment=(2, []), deployment_central=False).local(mode=4),
            state("not_configured", "per_user", "per_user", "local"),
        ),
        (
            FakeHost(deployment=(2, [])).policy(mode=4).local(mode=2),
            state("per_user", "per_device", "per_user", "policy"),
        ),
        (
            FakeHost().policy(mode=6),
            state("aad_per_user", "not_configured", "aad_per_user", "policy"),
        ),
        (
            FakeHost(session_host=False).policy(mode=2),
            state("per_device", "not_configured", "remote_administration", "none"),
        ),
        (
            FakeHost(deployment_class=False).local(mode=4),
            state("not_configured", "per_user", "per_user", "local"),
        ),
    ],
    ids=range(8),
)
def test_what_a_host_says(host: FakeHost, wanted: dict[str, str]) -> None:
    assert run(host, check=True, rsop="never").outcome.before == wanted


# -- absent -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "writes"),
    [("absent", []), ("equal", [DELETE]), ("different", [DELETE]), ("wrong type", [DELETE])],
)
@pytest.mark.parametrize("check", [False, True])
def test_absent_removes_the_policy_value(start: str, writes: list[str], check: bool) -> None:
    host = host_in(start, "policy").local(mode=2)
    outcome = run(host, check=check, mode=None, state="absent").outcome
    assert outcome.changed is bool(writes)
    assert host.writes == ([] if check else writes)
    assert outcome.after == state("not_configured", "per_device", "per_device", "local")
    assert (host.registry.look(POLICY, "LicensingMode") is None) is (not check or not writes)


@pytest.mark.parametrize(
    ("host", "wanted"),
    [
        (FakeHost(), state("not_configured", "not_configured", "not_configured", "none")),
        (
            FakeHost(deployment=(2, [])),
            state("not_configured", "not_configured", "per_device", "deployment"),
        ),
        (
            FakeHost(session_host=False),
            state("not_configured", "not_configured", "remote_administration", "none"),
        ),
    ],
    ids=["none", "deployment", "no session host"],
)
def test_absent_lets_what_is_below_rule(host: FakeHost, wanted: dict[str, str]) -> None:
    host.policy(mode=4)
    expected = run(host, check=True, mode=None, state="absent").outcome
    assert expected.after == wanted
    assert run(host, mode=None, state="absent").outcome.after == wanted
    assert run(host, mode=None, state="absent").outcome.changed is False


def test_there_is_no_way_back_for_the_local_mode() -> None:
    refused = refusal(FakeHost().local(mode=4), mode=None, state="absent", scope="local")
    assert refused.reason == "no_way_back"
    assert "no documented way" in str(refused)


# -- refusals ---------------------------------------------------------------------------------


def test_per_user_on_a_workgroup_host() -> None:
    refused = refusal(FakeHost(domain=None))
    assert refused.reason == "workgroup"
    assert "60 minutes" in str(refused)
    assert "allow_workgroup_per_user: true" in (refused.advice or "")


def test_what_a_workgroup_host_may() -> None:
    assert run(FakeHost(domain=None), mode="per_device").outcome.changed
    assert run(FakeHost(domain=None), allow_workgroup_per_user=True).outcome.changed
    assert not run(
        FakeHost(domain=None).policy(mode=4), mode=None, state="absent", check=True
    ).outcome.warnings


@pytest.mark.parametrize("role", [0, 1])
def test_a_windows_client(role: int) -> None:
    def client() -> FakeHost:
        return FakeHost(session_host=False, domain_role=role)

    refused = refusal(client(), mode="per_device")
    assert refused.reason == "client_os"
    host = client()
    assert run(host, mode="per_device", allow_client_os=True).outcome.changed
    assert host.registry.look(POLICY, "LicensingMode") == (DWORD, 2)


@pytest.mark.parametrize("mode", [2, 4, 6])
def test_a_local_mode_below_a_policy(mode: int) -> None:
    refused = refusal(FakeHost().policy(mode=mode), scope="local")
    assert refused.reason == "policy_rules"
    assert "0x80041016" in str(refused)
    assert "scope: policy" in (refused.advice or "")


def test_a_local_mode_below_a_deployment() -> None:
    refused = refusal(FakeHost(deployment=(2, [])), scope="local")
    assert refused.reason == "deployment_rules"
    assert "deployment" in str(refused)


def test_a_deployment_that_does_not_rule_is_in_nobody_s_way() -> None:
    host = FakeHost(deployment=(2, []), deployment_central=False)
    assert run(host, scope="local").outcome.changed


def test_without_the_role_there_is_no_local_mode() -> None:
    refused = refusal(FakeHost(session_host=False), scope="local")
    assert refused.reason == "no_session_host"
    assert "RDS-RD-Server" in (refused.advice or "")


@pytest.mark.parametrize("check", [False, True])
def test_without_the_role_the_policy_is_written_with_a_warning(check: bool) -> None:
    host = FakeHost(session_host=False)
    outcome = run(host, check=check).outcome
    assert outcome.changed
    assert outcome.values == {
        "mode": "remote_administration",
        "session_host": False,
        "pending": False,
    }
    assert outcome.after == state("per_user", "not_configured", "remote_administration", "none")
    assert any("not installed" in each for each in outcome.warnings)
    assert host.writes == ([] if check else [CREATE, SET])


def test_a_value_that_a_domain_gpo_delivers() -> None:
    host = FakeHost().policy(mode=2).delivered("LicensingMode", "RDS <licensing>")
    refused = refusal(host)
    assert refused.reason == "gpo"
    assert "'RDS <licensing>'" in str(refused)
    assert "override_gpo: true" in (refused.advice or "")


def test_an_override_writes_and_warns() -> None:
    host = FakeHost().policy(mode=2).delivered("LicensingMode", "RDS licensing")
    outcome = run(host, override_gpo=True).outcome
    assert outcome.changed
    assert any("'RDS licensing'" in each and "undoes" in each for each in outcome.warnings)
    assert host.registry.look(POLICY, "LicensingMode") == (DWORD, 4)


@pytest.mark.parametrize(
    ("host", "options"),
    [
        (FakeHost().policy(mode=4).delivered("LicensingMode"), {}),
        (FakeHost().policy(mode=2).delivered("LicensingMode"), {"rsop": "never"}),
        (FakeHost().delivered("LicensingMode"), {"scope": "local"}),
        (FakeHost(domain=None).policy(mode=4), {"mode": "per_device"}),
    ],
    ids=["nothing to change", "never", "local", "workgroup"],
)
def test_where_no_gpo_is_asked_for(host: FakeHost, options: dict[str, Any]) -> None:
    run(host, **options)
    assert not [each for each in host.reads if each.startswith("RSOP")]


@pytest.mark.parametrize("rsop", [[], fault(5, "w:AccessDenied", "no")], ids=["no data", "denied"])
def test_where_it_cannot_be_told_it_is_a_warning(rsop: Any) -> None:
    host = FakeHost(rsop=rsop, gpos={})
    outcome = run(host).outcome
    assert outcome.changed
    assert [each for each in outcome.warnings if "could not be told" in each]


def test_the_gpo_of_another_value_is_in_nobody_s_way() -> None:
    outcome = run(FakeHost().delivered("LicenseServers")).outcome
    assert (outcome.changed, outcome.warnings) == (True, [])


def test_absent_below_a_gpo() -> None:
    host = FakeHost().policy(mode=4).delivered("LicensingMode")
    assert refusal(host, mode=None, state="absent").reason == "gpo"


# -- when WMI lags, and when things break -----------------------------------------------------


@pytest.mark.parametrize("lag", [1, 3, len(LAG_DELAYS) + 1])
def test_wmi_may_lag_behind_for_a_while(lag: int) -> None:
    host = FakeHost(lag=lag)
    outcome = run(host).outcome
    assert outcome.values["pending"] is False
    assert outcome.after == state("per_user", "not_configured", "per_user", "policy")
    # Two reads come before the first delay.
    assert host.delays == list(LAG_DELAYS[: lag - 1])


def test_what_lags_for_longer_is_pending_and_neither_success_nor_failure() -> None:
    host = FakeHost(lag=50)
    outcome = run(host).outcome
    assert (outcome.changed, outcome.values["pending"]) == (True, True)
    assert outcome.warnings == []
    assert outcome.after == state("per_user", "not_configured", "not_configured", "unknown")
    assert outcome.values["mode"] == "not_configured"
    assert host.delays == list(LAG_DELAYS)
    again = run(host).outcome
    assert (again.changed, again.values["pending"]) == (False, True)


def test_a_removed_value_may_lag_too() -> None:
    host = FakeHost(lag=2).policy(mode=4)
    outcome = run(host, mode=None, state="absent").outcome
    assert (outcome.values["pending"], host.delays) == (False, list(LAG_DELAYS[:1]))
    assert outcome.after == state("not_configured", "not_configured", "not_configured", "none")


@pytest.mark.parametrize("what", [SET, CREATE])
@pytest.mark.parametrize("done", [True, False])
def test_a_write_whose_answer_got_lost_is_sent_once(what: str, done: bool) -> None:
    host = FakeHost(glitches=[Glitch(what, lost(), done=done)])
    progress = Progress(sleep=host.sleep)
    options = licensing_mode.ModeOptions(LicensingMode.PER_USER)
    domain = session_host.SessionHost(host.session())
    if done:
        outcome = licensing_mode.ensure_licensing_mode(domain, options, progress, check_mode=False)
        assert outcome.values["mode"] == "per_user"
        assert len(progress.applied) == 2
    else:
        with pytest.raises(NotApplied, match="its answer got lost"):
            licensing_mode.ensure_licensing_mode(domain, options, progress, check_mode=False)
        assert len(progress.applied) == (1 if what == SET else 0)
    assert host.writes.count(what) == 1


def test_a_timed_out_call_that_was_done_after_all() -> None:
    late = Glitch(CHANGE, fault(2150858793, "w:TimedOut", "late"), done=True)
    host = FakeHost(glitches=[late])
    assert run(host, scope="local").outcome.values["mode"] == "per_user"
    assert host.writes == [CHANGE]


@pytest.mark.parametrize(
    ("glitch", "error"),
    [
        (Glitch(SET, 5), MethodFailed),
        (Glitch(SET, fault(5, "w:AccessDenied", "no")), Fault),
        (Glitch(CREATE, 5), MethodFailed),
    ],
    ids=["return value", "fault", "key"],
)
def test_a_refused_write_is_told_with_what_was_done_before(
    glitch: Glitch, error: type[CimError]
) -> None:
    host = FakeHost(glitches=[glitch])
    progress = Progress(sleep=host.sleep)
    options = licensing_mode.ModeOptions(LicensingMode.PER_USER)
    with pytest.raises(error):
        licensing_mode.ensure_licensing_mode(
            session_host.SessionHost(host.session()), options, progress, check_mode=False
        )
    assert progress.applied == ([] if glitch.what == CREATE else [rf"create the key HKLM\{POLICY}"])
    assert progress.uncertain is None


def test_a_local_value_that_windows_does_not_answer_by_is_set_again() -> None:
    host = FakeHost().local(mode=4).stale(1, LicensingType=5)
    outcome = run(host, scope="local").outcome
    assert (outcome.changed, host.writes, outcome.values["mode"]) == (True, [CHANGE], "per_user")


def test_a_mode_that_windows_refuses_to_change() -> None:
    host = FakeHost(glitches=[Glitch(CHANGE, 0x80041016)])
    with pytest.raises(MethodFailed) as caught:
        run(host, scope="local")
    assert caught.value.code is not None
    assert caught.value.code.name == "WBEM_E_INVALID_OPERATION"


def test_a_value_that_is_set_back_at_once() -> None:
    host = FakeHost(glitches=[Glitch(SET, 0)])
    with pytest.raises(NotApplied, match="Windows accepted it, but reading back does not show it"):
        run(host)


def test_an_account_without_rights() -> None:
    with pytest.raises(NothingThere):
        run(FakeHost(blind=True))


def test_a_value_of_another_type_is_named_in_a_warning() -> None:
    outcome = run(host_in("wrong type", "policy"), check=True).outcome
    assert outcome.before == state("unknown", "not_configured", "not_configured", "unknown")
    assert "LicensingMode is a REG_SZ where Windows looks for a REG_DWORD." in outcome.warnings


def test_reads_that_do_not_add_up_are_a_warning() -> None:
    host = FakeHost().local(mode=2)
    host.deployment = (4, [])
    host.deployment_class = False
    outcome = run(host, check=True, scope="policy").outcome
    assert outcome.before is not None
    assert outcome.before["source"] == "unknown"
    assert any("do not add up" in each for each in outcome.warnings)


def test_a_run_on_a_host_that_is_right_reads_each_field_once() -> None:
    host = FakeHost().policy(mode=4).local(mode=2)
    run(host)
    assert host.reads == [
        "Win32_TerminalServiceSetting",
        "StdRegProv.GetDWORDValue",
        "StdRegProv.GetDWORDValue",
        "Win32_TSDeploymentLicensing",
        "Win32_ComputerSystem",
    ]
