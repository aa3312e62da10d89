# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which GPO delivers a value (RSoP), and the refresh."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import Fault
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows import group_policy
from unit.plugin_utils.fake_host import DOMAIN_GPO, POLICY, FakeHost
from unit.plugin_utils.fake_operations import FakeOperations
from unit.plugin_utils.soap import fault, provider_fault

LOCAL_GPO = "LocalGPO"
OTHER_GPO = DOMAIN_GPO.replace("{11}", "{22}")


def row(gpo: str = DOMAIN_GPO, key: str = POLICY, value: str = "LicensingMode") -> dict[str, Any]:
    return {"GPOID": gpo, "registryKey": key, "valueName": value}


def origin(*rows: dict[str, Any], gpos: dict[str, str] | None = None) -> group_policy.PolicyOrigin:
    host = FakeHost(rsop=list(rows))
    if gpos is not None:
        host.gpos = gpos
    return group_policy.origin_of(host.session(), POLICY, "LicensingMode")


def test_the_gpo_is_named_as_people_know_it() -> None:
    host = FakeHost().delivered("LicensingMode", "RDS licensing")
    assert group_policy.origin_of(
        host.session(), POLICY, "LicensingMode"
    ) == group_policy.PolicyOrigin(True, ("RDS licensing",))
    assert host.reads == ["RSOP_RegistryPolicySetting", "RSOP_GPO"]
    assert host.writes == []


@pytest.mark.parametrize(
    "key",
    [
        POLICY,
        POLICY.upper(),
        f"HKLM\\{POLICY}",
        f"HKEY_LOCAL_MACHINE\\{POLICY}\\",
        f"MACHINE\\{POLICY}",
        f"\\{POLICY}",
    ],
)
def test_the_key_in_any_spelling(key: str) -> None:
    assert origin(row(key=key), gpos={DOMAIN_GPO: "X"}).gpos == ("X",)


@pytest.mark.parametrize("key", [POLICY + r"\LicenseServers", r"SOFTWARE\Policies\Other", ""])
def test_the_same_value_under_another_key_is_another_policy(key: str) -> None:
    assert origin(row(key=key)) == group_policy.PolicyOrigin(True)


def test_the_value_in_any_case_and_no_other() -> None:
    assert origin(row(value="licensingmode"), gpos={DOMAIN_GPO: "X"}).gpos == ("X",)
    assert origin(row(value="LicensingModeX")) == group_policy.PolicyOrigin(True)


def test_the_local_policy_is_no_gpo_of_the_domain() -> None:
    assert origin(row(LOCAL_GPO)) == group_policy.PolicyOrigin(True)


def test_every_gpo_that_sets_it_is_named_once() -> None:
    found = origin(
        row(OTHER_GPO), row(DOMAIN_GPO), row(DOMAIN_GPO), gpos={DOMAIN_GPO: "B", OTHER_GPO: "A"}
    )
    assert found == group_policy.PolicyOrigin(True, ("A", "B"))


@pytest.mark.parametrize("names", [{}, {DOMAIN_GPO: ""}, {OTHER_GPO: "A"}])
def test_a_gpo_whose_name_is_not_known_is_shown_by_its_path(names: dict[str, str]) -> None:
    assert origin(row(), gpos=names).gpos == (DOMAIN_GPO,)


def test_the_prefix_ldap_makes_no_difference() -> None:
    plain = DOMAIN_GPO.removeprefix("LDAP://")
    assert origin(row(DOMAIN_GPO), gpos={plain.lower(): "X"}).gpos == ("X",)
    assert origin(row(plain), gpos={DOMAIN_GPO: "X"}).gpos == ("X",)


def test_no_row_means_none_only_where_something_was_logged() -> None:
    assert origin(gpos={DOMAIN_GPO: "Other settings"}) == group_policy.PolicyOrigin(True)
    assert origin(gpos={}) == group_policy.PolicyOrigin(False)


@pytest.mark.parametrize(
    "refusal",
    [
        fault(2150858752, "a:DestinationUnreachable", "x", provider_fault("2147749902")),
        fault(2150858778, "n:CannotProcessFilter", "x"),
        fault(5, "w:AccessDenied", "x"),
        fault(2150859010, "w:InternalError", "x", provider_fault("2147749891")),
    ],
    ids=["no namespace", "no class", "denied", "denied by WMI"],
)
def test_where_nothing_can_be_asked_it_is_unknown(refusal: str) -> None:
    host = FakeHost(rsop=refusal)
    assert group_policy.origin_of(
        host.session(), POLICY, "LicensingMode"
    ) == group_policy.PolicyOrigin(False)


def test_another_fault_is_an_error() -> None:
    host = FakeHost(rsop=fault(2150859174, "w:QuotaLimit", "too many"))
    with pytest.raises(Fault):
        group_policy.origin_of(host.session(), POLICY, "LicensingMode")


@pytest.mark.parametrize("output", [{"exit_code": 0}, {"exit_code": 1}, {"exit_code": -1}, {}])
def test_the_refresh_has_to_end_with_0(output: dict[str, int]) -> None:
    operations = FakeOperations(gpupdate=output)
    if output == {"exit_code": 0}:
        group_policy.refresh_policy(operations, 90)
    else:
        with pytest.raises(group_policy.RefreshFailed, match="not refreshed completely"):
            group_policy.refresh_policy(operations, 90)
    assert operations.asked == [("gpupdate", {"wait_seconds": 90}, None)]
