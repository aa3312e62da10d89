# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""rds_license_server: sub-keys that name license servers in the wrong place."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    NotApplied,
)
from unit.plugin_utils._licensing.server_lists import (
    DELETE_KEY,
    SET,
    STRAY,
    TWO,
    after,
    before,
    cleared,
    run,
    stray_host,
)
from unit.plugin_utils.fake_host import LOCAL_SERVERS, POLICY, Glitch
from unit.plugin_utils.fake_registry import MULTI_SZ, SZ


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
