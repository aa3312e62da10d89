# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of ``rds_licensing_mode``: precedence, refusals, scopes, absence, odd registries."""

from __future__ import annotations

from typing import Any

import pytest

from .cases import Case, check_case, check_mode_tells, run_cases, second_run_rests
from .stories import LABS, LOCAL_MODE, POLICY, Story

DELIVERED: dict[str, Any] = {
    "gpo": {
        "name": "RDS Session Hosts (old)",
        "guid": "{3F2504E0-4F89-41D3-9A0C-0305E82C3301}",
        "values": {"LicensingMode": 2, "LicenseServers": "ls-old.corp.example"},
    }
}
CENTRAL: dict[str, Any] = {
    "deployment": {"central": True, "mode": 2, "servers": ["ls-old.corp.example"]}
}
WORKGROUP, CLIENT = {"workgroup": "WORKGROUP"}, {"release": "win11-24h2", "roles": []}
SET, UNSET, CHANGE = ("SetDWORDValue",), ("DeleteValue",), ("ChangeMode",)
USER, DEVICE = {"mode": "per_user"}, {"mode": "per_device"}
ABSENT = {"state": "absent"}


def state(policy: str, local: str, effective: str, source: str) -> dict[str, str]:
    """The whole of ``after``."""
    names = {"u": "per_user", "d": "per_device", "-": "not_configured"}
    return {
        "policy": names.get(policy, policy),
        "local": names.get(local, local),
        "effective": names.get(effective, effective),
        "source": source,
    }


def local(**options: Any) -> dict[str, Any]:
    """Options with the local scope."""
    return {"scope": "local", **options}


def odd(kind: str, data: object) -> dict[str, Any]:
    """A host whose policy value is odd."""
    return {"registry": {POLICY: {"LicensingMode": {"type": kind, "data": data}}}}


CASES = [
    # Absent, equal, different.
    Case("device", {}, DEVICE, SET, state("d", "-", "d", "policy")),
    Case("equal", {"policy": {"mode": 2}}, DEVICE, (), state("d", "-", "d", "policy")),
    Case("other", {"policy": {"mode": 4}}, DEVICE, SET, state("d", "-", "d", "policy")),
    Case("beats", CENTRAL, USER, SET, state("u", "-", "u", "policy")),
    # Workgroup, client, no role.
    Case("workgroup", WORKGROUP, USER, refused="workgroup", says=("60 minutes", "per_device")),
    Case(
        "allowed",
        WORKGROUP,
        {**USER, "allow_workgroup_per_user": True},
        ("CreateKey", *SET),
        state("u", "-", "u", "policy"),
    ),
    Case("wgdevice", WORKGROUP, DEVICE, ("CreateKey", *SET), state("d", "-", "d", "policy")),
    Case("client", CLIENT, DEVICE, refused="client_os", says=("Windows client", "allow_client_os")),
    Case(
        "clientok",
        CLIENT,
        {**DEVICE, "allow_client_os": True},
        SET,
        state("d", "remote_administration", "remote_administration", "none"),
        says=("clientok: RD Session Host is not installed",),
    ),
    Case(
        "norole",
        {"roles": []},
        DEVICE,
        SET,
        state("d", "remote_administration", "remote_administration", "none"),
        says=("takes effect once it is",),
    ),
    # Values that a domain GPO delivers.
    Case("gpo", DELIVERED, USER, refused="gpo", says=("'RDS Session Hosts (old)'", "override_gpo")),
    Case("gposame", DELIVERED, DEVICE, (), state("d", "-", "d", "policy")),
    Case(
        "gpoover",
        DELIVERED,
        {**USER, "override_gpo": True},
        SET,
        state("u", "-", "u", "policy"),
        says=("'RDS Session Hosts (old)'", "the next policy refresh undoes this change"),
    ),
    Case(
        "gponever", DELIVERED, {**USER, "rsop": "never"}, SET, state("u", "-", "u", "policy")
    ),
    Case("gpoabsent", DELIVERED, ABSENT, refused="gpo", says=("RDS Session Hosts (old)",)),
    *(
        Case(
            f"rsop-{how}",
            {"rsop": how, "policy": {"mode": 4}},
            DEVICE,
            SET,
            state("d", "-", "d", "policy"),
            says=("could not be told",),
        )
        for how in ("absent", "denied", "empty")
    ),
    # The local scope.
    Case("local", {}, local(**DEVICE), CHANGE, state("-", "d", "d", "local")),
    Case("localsame", {"local": {"mode": 4}}, local(**USER), (), state("-", "u", "u", "local")),
    Case(
        "localpolicy",
        {"policy": {"mode": 4}},
        local(**DEVICE),
        refused="policy_rules",
        says=("0x80041016", "scope: policy"),
    ),
    Case(
        "localdeploy",
        CENTRAL,
        local(**USER),
        refused="deployment_rules",
        says=("Connection Broker", "Set-RDLicenseConfiguration"),
    ),
    Case(
        "localnorole",
        {"roles": []},
        local(**DEVICE),
        refused="no_session_host",
        says=("RDS-RD-Server",),
    ),
    Case("localwg", WORKGROUP, local(**USER), refused="workgroup", says=("60 minutes",)),
    # A deployment without central settings does not rule.
    Case(
        "notcentral",
        {"deployment": {"central": False, "mode": 2}},
        local(**USER),
        CHANGE,
        state("-", "u", "u", "local"),
    ),
    # Absence.
    Case("absent", {"policy": {"mode": 4}, "local": {"mode": 2}}, ABSENT, UNSET,
         state("-", "d", "d", "local")),
    Case("absentdep", {"policy": {"mode": 4}, **CENTRAL}, ABSENT, UNSET,
         state("-", "-", "d", "deployment")),
    Case("absentnone", {}, ABSENT, (), state("-", "-", "-", "none")),
    Case(
        "absentlocal",
        {"local": {"mode": 4}},
        local(**ABSENT),
        refused="no_way_back",
        says=("no documented way", "choose the other mode"),
    ),
    # Odd registries.
    Case("text", odd("sz", "2"), DEVICE, SET, state("d", "-", "d", "policy"),
         says=("LicensingMode is a REG_SZ where Windows looks for a REG_DWORD",)),
    Case("textgone", odd("sz", "2"), ABSENT, UNSET, state("-", "-", "-", "none"),
         says=("LicensingMode is a REG_SZ",)),
    Case("strange", {"policy": {"mode": 3}}, DEVICE, SET, state("d", "-", "d", "policy")),
    Case("azure", {"policy": {"mode": 6}}, USER, SET, state("u", "-", "u", "policy")),
    # Nothing depends on the numbers that StdRegProv returns for what is not there.
    Case(
        "codes1",
        {"registry_codes": {"missing_value": 2, "wrong_type": 1}, **odd("qword", 4)},
        USER,
        SET,
        state("u", "-", "u", "policy"),
        says=("LicensingMode is a REG_QWORD",),
    ),
    Case(
        "codes2",
        {"registry_codes": {"missing_value": 2147749890, "wrong_type": 2}, **CENTRAL},
        DEVICE,
        SET,
        state("d", "-", "d", "policy"),
    ),
    # Windows goes on answering by the old policy.
    Case(
        "lag",
        {"faults": [{"kind": "policy_lag", "reads": 1000}]},
        USER,
        SET,
        {"policy": "per_user", "effective": "not_configured"},
        pending=True,
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def story(lab: LABS) -> Story:
    """All cases."""
    return run_cases(lab, "rds_licensing_mode", CASES, {})


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


def test_only_the_one_value_changes(story: Story) -> None:
    for case in CASES:
        made = story.at_start[case.name].changes(story.after_first[case.name])
        key = LOCAL_MODE if case.writes == CHANGE else POLICY
        places = {f"{sign}{key} [LicensingMode]" for sign in "+-~"} | {f"+{POLICY}"}
        assert made <= places, case.name
        assert bool(made) == bool(case.writes), case.name


def test_a_host_that_is_right_is_not_asked_about_its_gpos(story: Story) -> None:
    def asked(host: str) -> bool:
        return any("RSOP" in each.query for each in story.first.soap(host))

    assert asked("other")
    assert not asked("equal")
    assert not asked("gposame")
    assert not asked("gponever")
    assert not asked("wgdevice"), "no domain, no GPO"


def test_a_pending_host_is_neither_success_nor_failure(story: Story) -> None:
    """It is waited for some seconds; a later run still says so, without writing again."""
    for run in (story.first, story.second):
        assert run.recap["lag"]["failed"] == 0
        assert run.one("The task of the case", "lag")["pending"] is True
    assert 5 <= len(story.first.soap("lag")) - len(story.first.soap("device")) <= 10
