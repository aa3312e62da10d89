# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Windows Firewall of a host, as the operation shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest
from farm import Farm, ScenarioError, load_scenario_dict
from farm.operations.protocol import OperationError

from .conftest import FarmOf

LS1: dict[str, Any] = {"roles": ["licensing"]}
OURS = {"ports": ["RPC", "rpcepmap", "135"], "services": ["termservlicensing"], "max": 50}


def read(farm: Farm, host: str = "ls1", **more: object) -> Mapping[str, object]:
    return farm.operations.known["read_firewall"].run(farm.hosts[host], {**OURS, **more})


def names(found: Mapping[str, object]) -> list[str]:
    return [each["name"] for each in cast("list[dict[str, str]]", found["rules"])]


def test_rules_come_with_the_role(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={}, ls1=LS1)
    found = read(farm)
    assert names(found) == ["TermSrvLicensing-RPC-In-TCP", "TermSrvLicensing-RPCSS-In-TCP"]
    assert found["profiles"] == [
        {"name": name, "enabled": True, "inbound": "Block"}
        for name in ("Domain", "Private", "Public")
    ]
    assert names(read(farm, "sh1")) == []
    assert names(read(farm, "sh1", ports=["5985"])) == ["WINRM-HTTP-In-TCP"]


def test_a_scenario_has_its_own_rules(farm_of: FarmOf) -> None:
    rules = [
        {"name": "by port", "ports": ["80", "135"], "remote": ["10.0.0.0/8"]},
        {"name": "by service", "service": "TermServLicensing", "profiles": ["Domain"]},
        {"name": "disabled", "ports": ["RPC"], "enabled": False},
        {"name": "out", "ports": ["RPC"], "direction": "Outbound"},
        {"name": "block", "ports": ["RPC"], "action": "Block"},
        {"name": "other", "ports": ["1350"]},
    ]
    profiles = {"Public": "disabled", "Private": "allow"}
    farm = farm_of(ls1=LS1 | {"firewall": {"rules": rules, "profiles": profiles}})
    found = read(farm)
    shown = {"display": "by port", "group": "", "service": "Any", "profiles": ["Any"]}
    assert cast("list[object]", found["rules"])[0] == {
        "name": "by port",
        "ports": ["80", "135"],
        "remote": ["10.0.0.0/8"],
        **shown,
    }
    assert names(found) == ["by port", "by service"]
    assert found["truncated"] is False
    assert [
        (each["enabled"], each["inbound"])
        for each in cast("list[dict[str, object]]", found["profiles"])
    ] == [(True, "Block"), (True, "Allow"), (False, "Block")]
    assert (names(read(farm, max=1)), read(farm, max=1)["truncated"]) == (["by port"], True)


def test_without_rights_it_fails(farm_of: FarmOf) -> None:
    farm = farm_of(ls1=LS1 | {"denied": ["root\\StandardCimv2"]})
    with pytest.raises(OperationError, match="Access is denied"):
        read(farm)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"profiles": {"Public": "off"}}, "'off' is not one of"),
        ({"profiles": {"Work": "disabled"}}, "unknown key"),
        ({"rules": [{"name": "x", "port": ["135"]}]}, "unknown key"),
        ({"rules": [{"name": "x", "direction": "in"}]}, "'in' is not one of"),
        ({"rules": [{"ports": ["135"]}]}, "name"),
    ],
)
def test_wrong_firewalls_in_a_scenario(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        load_scenario_dict({"hosts": {"ls1": LS1 | {"firewall": given}}})
