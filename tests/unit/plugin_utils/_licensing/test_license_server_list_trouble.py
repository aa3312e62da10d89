# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""rds_license_server: servers that are not reached, WMI that lags, connections that break."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    CimError,
    Fault,
    MethodFailed,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    LAG_DELAYS,
    NotApplied,
)
from unit.plugin_utils._licensing.server_lists import (
    CREATE,
    SET,
    SET_LOCAL,
    SETTING,
    TWO,
    after,
    run,
)
from unit.plugin_utils.fake_host import FakeHost, Glitch, lost
from unit.plugin_utils.soap import fault

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
