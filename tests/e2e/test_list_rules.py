# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of ``rds_license_server``: lists, refusals, scopes, absence, stray keys, verifying."""

from __future__ import annotations

from typing import Any

import pytest

from .cases import TASK, Case, check_case, check_mode_tells, run_cases, second_run_rests
from .runner import Json
from .stories import LABS, LOCAL_SERVERS, POLICY, STRAY, Story

ONE, TWO, THREE = "ls1.corp.example", "ls2.corp.example", "192.0.2.7"
OLD = "ls-old.corp.example"
DELIVERED: dict[str, Any] = {
    "gpo": {
        "name": "RDS Session Hosts (old)",
        "guid": "{3F2504E0-4F89-41D3-9A0C-0305E82C3301}",
        "values": {"LicenseServers": OLD},
    }
}
CENTRAL: dict[str, Any] = {"deployment": {"central": True, "mode": 2, "servers": [OLD]}}
SET, UNSET = ("SetStringValue",), ("DeleteValue",)
SET_LOCAL, EMPTY = ("SetSpecifiedLicenseServerList",), ("EmptySpecifiedLicenseServerList",)
STRAYS = {
    STRAY: {"": {"type": "sz", "data": OLD}},
    STRAY + r"\a\b": None,
    POLICY + r"\LicenseServers2\a": None,
    LOCAL_SERVERS + r"\a": None,
}
STATUSES = {f"status{number}.corp.example": number for number in range(13)}


def servers(*names: str, **options: Any) -> Json:
    """Options with a list."""
    return {"servers": list(names), **options}


def absent(*names: str, **options: Any) -> Json:
    """Options that take servers away; all without names."""
    return {"state": "absent", **({"servers": list(names)} if names else {}), **options}


def policy(text: str) -> dict[str, Any]:
    """A host with a policy value."""
    return {"policy": {"servers": text}}


def local(*names: str) -> dict[str, Any]:
    """A host with a list of its own."""
    return {"local": {"servers": list(names)}}


def by_policy(*names: str) -> Json:
    """What the state is when the policy rules."""
    return {"policy": list(names), "effective": list(names), "source": "policy"}


def by_local(*names: str) -> Json:
    """What the state is when the host's own list rules."""
    source = "local" if names else "none"
    return {"policy": None, "effective": list(names), "source": source}


NO_WINDOWS_LOOKS = "name license servers where Windows does not look"
CASES = [
    # Absent, equal, different.
    Case("fresh", {}, servers(ONE, TWO), SET, by_policy(ONE, TWO)),
    Case("equal", policy(f" {ONE} ,, {TWO.upper()},"), servers(ONE, TWO), (),
         by_policy(ONE, TWO.upper())),
    Case("order", policy(f"{TWO},{ONE}"), servers(ONE, TWO), SET, by_policy(ONE, TWO)),
    Case("more", policy(f"{ONE},{OLD}"), servers(ONE), SET, by_policy(ONE)),
    Case("twice", {}, servers(ONE, ONE.upper(), THREE), SET, by_policy(ONE, THREE)),
    Case("nopolicykey", {"workgroup": "W"}, servers("LS1"), ("CreateKey", *SET), by_policy("LS1")),
    Case("beats", {**CENTRAL, **local(TWO)}, servers(ONE), SET, by_policy(ONE)),
    # Not exclusive: what is missing is appended.
    Case("append", policy(f"{OLD},{TWO}"), servers(ONE, TWO, exclusive=False), SET,
         by_policy(OLD, TWO, ONE)),
    Case("appended", policy(f"{OLD},{ONE}"), servers(ONE.upper(), exclusive=False), (),
         by_policy(OLD, ONE)),
    Case("appendfirst", {}, servers(ONE, exclusive=False), SET, by_policy(ONE)),
    # Absence.
    Case("clear", {**policy(ONE), **local(TWO)}, absent(), UNSET, by_local(TWO)),
    Case("clearnone", {}, absent(), (), by_local()),
    Case("cleardep", {**policy(ONE), **CENTRAL}, absent(), UNSET,
         {"policy": None, "effective": [OLD], "source": "deployment"}),
    Case("take", policy(f"{ONE},{OLD},{TWO}"), absent(OLD.upper()), SET, by_policy(ONE, TWO)),
    Case("takelast", policy(ONE), absent(ONE, TWO), UNSET, by_local()),
    Case("takenone", policy(ONE), absent(TWO), (), by_policy(ONE)),
    Case("localclear", local(ONE), absent(scope="local"), EMPTY, by_local()),
    Case("localtake", local(ONE, OLD), absent(OLD, scope="local"), SET_LOCAL, by_local(ONE)),
    Case("localnone", {}, absent(scope="local"), (), by_local()),
    # The local scope.
    Case("local", {}, servers(ONE, TWO, scope="local"), SET_LOCAL, by_local(ONE, TWO)),
    Case("localsame", local(ONE, TWO), servers(ONE, TWO, scope="local"), (), by_local(ONE, TWO)),
    Case("localappend", local(OLD), servers(ONE, scope="local", exclusive=False), SET_LOCAL,
         by_local(OLD, ONE)),
    Case("localpolicy", policy(ONE), servers(TWO, scope="local"), refused="policy_rules",
         says=("0x80041016", "scope: policy")),
    Case("localdeploy", CENTRAL, servers(ONE, scope="local"), refused="deployment_rules",
         says=("Connection Broker", "Set-RDLicenseConfiguration")),
    Case("localnorole", {"roles": []}, servers(ONE, scope="local"), refused="no_session_host",
         says=("RDS-RD-Server",)),
    # Values that a domain GPO delivers.
    Case("gpo", DELIVERED, servers(ONE), refused="gpo", says=("'RDS Session Hosts (old)'",)),
    Case("gposame", DELIVERED, servers(OLD), (), by_policy(OLD)),
    Case("gpoabsent", DELIVERED, absent(), refused="gpo", says=("'RDS Session Hosts (old)'",)),
    Case("gpoover", DELIVERED, servers(ONE, override_gpo=True), SET, by_policy(ONE),
         says=("'RDS Session Hosts (old)'", "the next policy refresh undoes this change")),
    Case("gponever", DELIVERED, servers(ONE, rsop="never"), SET, by_policy(ONE)),
    Case("gpounknown", {"rsop": "absent"}, servers(ONE), ("CreateKey", *SET), by_policy(ONE),
         says=("could not be told",)),
    # Stray keys; they go although the list is right.
    Case("stray", {"registry": STRAYS}, servers(ONE), (*SET, *["DeleteKey"] * 3),
         {**by_policy(ONE), "stray_subkeys": []}),
    Case("strayright", {"registry": STRAYS, **policy(ONE)}, servers(ONE), ("DeleteKey",) * 3,
         {**by_policy(ONE), "stray_subkeys": []}),
    Case("strayleft", {"registry": STRAYS, **policy(ONE)}, servers(ONE, repair_subkeys=False), (),
         {**by_policy(ONE), "stray_subkeys": [
             "LicenseServers", r"LicenseServers\a", r"LicenseServers\a\b"]},
         says=(NO_WINDOWS_LOOKS, "repair_subkeys")),
    Case("strayabsent", {"registry": STRAYS, **policy(ONE)}, absent(),
         (*UNSET, *["DeleteKey"] * 3), {**by_local(), "stray_subkeys": []}),
    # Odd values.
    Case("multi", {"registry": {POLICY: {"LicenseServers": {"type": "multi_sz", "data": [ONE]}}}},
         servers(ONE), SET, by_policy(ONE),
         says=("LicenseServers is a REG_MULTI_SZ where Windows looks for a REG_SZ",)),
    Case("blank", policy(" , "), servers(ONE), SET, by_policy(ONE)),
    Case("codes", {"registry_codes": {"missing_value": 2, "wrong_type": 5},
                   "registry": {POLICY: {"LicenseServers": {"type": "dword", "data": 1}}}},
         servers(ONE), SET, by_policy(ONE), says=("LicenseServers is a REG_DWORD",)),
    # Verifying.
    Case("verify", {"connectivity": STATUSES}, servers(*STATUSES, verify=True), SET,
         by_policy(*STATUSES),
         says=("status3.corp.example: a beta", "status6.corp.example: no connection")),
    Case("verifygood", policy(f"ls1.corp.example,{TWO}"), servers(ONE, TWO, verify=True), (),
         by_policy(ONE, TWO)),
    Case("lag", {"faults": [{"kind": "policy_lag", "reads": 1000}]}, servers(ONE), SET,
         {"policy": [ONE], "effective": []}, pending=True),
]  # fmt: skip
NONE_REACHED = {
    "unreached": {"connectivity": {ONE: 6, TWO: 5}},
    "unreachedtoo": {"connectivity": {ONE: 4, TWO: 10}, **policy(f"{ONE},{TWO}")},
}
LICENSE_SERVERS = {
    "ls1": {"release": "2025", "roles": ["licensing"]},
    "ls2": {"release": "2025", "roles": ["licensing"]},
}


@pytest.fixture(scope="module")
def story(lab: LABS) -> Story:
    """All cases."""
    unreached = [
        Case(name, plan, servers(ONE, TWO, verify=True)) for name, plan in NONE_REACHED.items()
    ]
    return run_cases(lab, "rds_license_server", [*CASES, *unreached], LICENSE_SERVERS)


each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@each_case
def test_what_comes_of_it(story: Story, case: Case) -> None:
    check_case(story, case)


@each_case
def test_check_mode(story: Story, case: Case) -> None:
    check_mode_tells(story, case)


@each_case
def test_second_run(story: Story, case: Case) -> None:
    second_run_rests(story, case)


def test_nothing_else_is_touched(story: Story) -> None:
    """No other value changes, and no key is ever deleted but those that how-tos make."""
    for case in CASES:
        made = story.at_start[case.name].changes(story.after_first[case.name])
        list_value = {f"{sign}{POLICY} [LicenseServers]" for sign in "+-~"} | {f"+{POLICY}"}
        strays = {f"-{STRAY}", rf"-{STRAY}\a", rf"-{STRAY}\a\b"}
        own = {f"{sign}{LOCAL_SERVERS} [SpecifiedLicenseServers]" for sign in "+-~"}
        local_scope = case.options.get("scope") == "local"
        allowed = own | {f"+{LOCAL_SERVERS}"} if local_scope else list_value | strays
        assert made <= allowed, case.name
        assert strays <= made or not strays & made
        assert bool(made) == bool(case.writes), case.name


def test_the_value_is_one_text(story: Story) -> None:
    values = story.after_first["fresh"].values
    kind, data = values[POLICY, "LicenseServers"]
    assert (kind.name, data) == ("SZ", f"{ONE},{TWO}")


def test_what_each_status_means(story: Story) -> None:
    """GetTStoLSConnectivityStatus: 1, 2, 9, 11 are good, 0, 7, 8 say nothing, the rest is bad."""
    told = story.first.one(TASK, "verify")["connectivity"]
    assert [each["server"] for each in told] == list(STATUSES)
    reach = {each["status"]: each["reach"] for each in told}
    assert {number for number, word in reach.items() if word == "good"} == {1, 2, 9, 11}
    assert {number for number, word in reach.items() if word == "unknown"} == {0, 7, 8, 12}
    assert {number for number, word in reach.items() if word == "bad"} == {3, 4, 5, 6, 10}
    assert all(each["meaning"] for each in told)
    assert "no administrator there" in told[8]["meaning"], "the second hop"
    assert told[12]["name"] is None, "not documented"
    warned = story.first.one(TASK, "verify")["warnings"]
    assert len(warned) == 5
    assert all(each.startswith("verify: License server status") for each in warned)


def test_verifying_asks_the_host_about_each_server(story: Story) -> None:
    for run in (story.check, story.first):
        assert run.calls("verifygood").count("GetTStoLSConnectivityStatus") == 2
        assert "GetTStoLSConnectivityStatus" not in run.calls("equal")
    assert [each["status"] for each in story.first.one(TASK, "verifygood")["connectivity"]] == [
        11,
        11,
    ]


@pytest.mark.parametrize("host", NONE_REACHED)
def test_it_fails_only_when_no_server_is_reached(story: Story, host: str) -> None:
    """What was written stays written, and is told."""
    assert story.first.statuses(TASK)[host] == "failed"
    result = story.first.one(TASK, host)
    assert result["msg"].startswith(f"{host} (")
    assert "): verifying the license servers: " in result["msg"]
    assert "no license server can be used" in result["msg"]
    assert "What to do: check the names (DNS)" in result["msg"]
    assert result["after"]["effective"] == [ONE, TWO]
    assert [each["reach"] for each in result["connectivity"]] == ["bad", "bad"]
    assert result["changed"] == (host == "unreached")


def test_a_second_run_verifies_again(story: Story) -> None:
    """Nothing is written then, and it still fails."""
    result = story.second.one(TASK, "unreached")
    assert result["changed"] is False
    assert story.second.statuses(TASK)["unreached"] == "failed"
    assert story.second.writes("unreached") == []


def test_a_pending_host_is_neither_success_nor_failure(story: Story) -> None:
    for run in (story.first, story.second):
        assert run.recap["lag"]["failed"] == 0
        assert run.one(TASK, "lag")["pending"] is True
