# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sub-keys that how-tos make where a value belongs."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    MethodFailed,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    Progress,
    Refused,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.session_hosts import (
    stray_subkeys,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.registry import (
    Registry,
    RegistryUnreadable,
)
from unit.plugin_utils.fake_host import LOCAL_SERVERS, POLICY, FakeHost
from unit.plugin_utils.fake_registry import SZ, FakeRegistry

STRAY = rf"{POLICY}\LicenseServers"
DELETE = "StdRegProv.DeleteKey"


@pytest.fixture
def host() -> FakeHost:
    """As a how-to leaves it: a key per server, one with a key and values of its own."""
    fake = FakeHost().local(servers=["legitimate"])
    fake.registry.put(rf"{STRAY}\SRV1", "Name", SZ, "srv1")
    fake.registry.put(rf"{STRAY}\SRV1\Deep", "", SZ, "x")
    fake.registry.create(rf"{STRAY}\SRV2")
    fake.registry.put(STRAY, "1", SZ, "srv1")
    return fake


def read(host: FakeHost) -> stray_subkeys.StraySubkeys:
    return stray_subkeys.read_stray_subkeys(Registry(host.session()))


def test_everything_in_the_stray_key_is_listed(host: FakeHost) -> None:
    assert read(host).as_list() == [
        "LicenseServers",
        "LicenseServers [1]",
        r"LicenseServers\SRV1",
        r"LicenseServers\SRV1 [Name]",
        r"LicenseServers\SRV1\Deep",
        r"LicenseServers\SRV1\Deep [(default)]",
        r"LicenseServers\SRV2",
    ]
    assert host.writes == []


def test_keys_come_before_those_below_them(host: FakeHost) -> None:
    keys = read(host).keys
    for key in keys[1:]:
        assert keys.index(key.rpartition("\\")[0]) < keys.index(key)


def test_where_there_is_none_it_costs_one_request() -> None:
    fake = FakeHost().policy(servers="ls1")
    fake.registry.create(rf"{POLICY}\Client")
    found = read(fake)
    assert (found, found.as_list()) == (stray_subkeys.StraySubkeys(), [])
    assert fake.reads == ["StdRegProv.EnumKey"]


def test_the_key_counts_in_any_case() -> None:
    fake = FakeHost()
    fake.registry.create(rf"{POLICY}\LICENSESERVERS\srv1")
    assert len(read(fake).keys) == 2


def test_a_key_with_a_similar_name_is_somebody_else_s() -> None:
    fake = FakeHost()
    fake.registry.create(rf"{POLICY}\LicenseServersX\srv1")
    fake.registry.create(rf"{POLICY}\Other\LicenseServers")
    assert read(fake).keys == ()


def test_they_are_deleted_bottom_up_and_nothing_else(host: FakeHost) -> None:
    host.policy(mode=4, servers="ls1")
    host.registry.create(rf"{POLICY}\Client")
    registry = Registry(host.session())
    Progress().apply(stray_subkeys.repair_steps(registry, read(host)))
    deleted = [each.inputs["sSubKeyName"][0] for each in host.log if each.what == DELETE]
    assert set(host.writes) == {DELETE}
    assert len(deleted) == 4
    assert deleted[-1] == STRAY
    for key in deleted:
        assert key == STRAY or key.startswith(STRAY + "\\")
        assert not any(later.startswith(key + "\\") for later in deleted[deleted.index(key) :])
    assert not host.registry.has(STRAY)
    assert host.registry.look(POLICY, "LicenseServers") == (SZ, "ls1")
    assert host.registry.has(rf"{POLICY}\Client")
    assert host.registry.look(LOCAL_SERVERS, "SpecifiedLicenseServers") is not None


def test_each_step_says_which_key(host: FakeHost) -> None:
    steps = stray_subkeys.repair_steps(Registry(host.session()), read(host))
    assert steps[-1].says == rf"delete the stray key HKLM\{STRAY}"


@pytest.mark.parametrize(
    "key",
    [
        POLICY,
        LOCAL_SERVERS,
        rf"{POLICY}\LicenseServersX",
        rf"{POLICY}\Client",
        rf"{POLICY}\LicenseServers2\SRV1",
        "",
        "SOFTWARE",
    ],
)
def test_a_key_outside_is_never_deleted(key: str) -> None:
    fake = FakeHost()
    with pytest.raises(ValueError, match="is not the stray key"):
        stray_subkeys.repair_steps(
            Registry(fake.session()), stray_subkeys.StraySubkeys((STRAY, key))
        )
    assert fake.log == []


@pytest.mark.parametrize(("below", "fits"), [(499, True), (500, False)])
def test_more_than_500_keys_are_no_how_to_s(below: int, fits: bool) -> None:
    fake = FakeHost()
    for number in range(below):
        fake.registry.create(rf"{STRAY}\S{number}")
    if fits:
        assert len(read(fake).keys) == 500
    else:
        with pytest.raises(Refused, match="more than 500 keys") as caught:
            read(fake)
        assert caught.value.reason == "stray_keys"
    assert fake.writes == []


def test_a_tree_that_is_deep_ends() -> None:
    fake = FakeHost()
    fake.registry.create(STRAY + r"\Deeper" * 120)
    assert len(read(fake).keys) == 121


def test_a_key_that_may_not_be_opened_is_an_error_and_not_passed_over(host: FakeHost) -> None:
    host.registry.denied.add(rf"{STRAY}\SRV1")
    with pytest.raises(RegistryUnreadable, match="SRV1"):
        read(host)


def test_a_key_that_may_not_be_deleted_stops_the_repair(host: FakeHost) -> None:
    stray = read(host)
    host.registry.denied.add(rf"{STRAY}\SRV2")
    progress = Progress()
    with pytest.raises(MethodFailed):
        progress.apply(stray_subkeys.repair_steps(Registry(host.session()), stray))
    assert progress.applied == [rf"delete the stray key HKLM\{STRAY}\SRV1\Deep"]
    assert host.registry.has(STRAY)


def test_what_is_gone_already_counts_as_repaired() -> None:
    fake = FakeHost(FakeRegistry())
    fake.registry.create(STRAY)
    steps = stray_subkeys.repair_steps(Registry(fake.session()), read(fake))
    assert [each.holds() for each in steps] == [False]
    steps[0].do()
    assert [each.holds() for each in steps] == [True]
