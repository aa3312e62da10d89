# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cases of the rules: each pair shows its trouble, and only where it has to."""

from __future__ import annotations

import pytest
from farm import Farm, load_scenario_dict
from farm.cases import CASES, Case, Kind, firing, quiet, together
from farm.cases.case import with_names
from farm.model.host import Host


def parts(farm: Farm, prefix: str) -> dict[str, Host]:
    """The hosts of a case by their parts."""
    return {
        name.removeprefix(prefix): host
        for name, host in farm.hosts.items()
        if name.startswith(prefix)
    }


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_trouble_shows_where_the_rule_has_to_fire(case: Case) -> None:
    farm = Farm(load_scenario_dict(firing(case.rule, "x")))
    at = parts(farm, "x")
    assert case.on in at
    assert case.shows(at)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_trouble_is_not_in_the_near_miss(case: Case) -> None:
    farm = Farm(load_scenario_dict(quiet(case.rule, "x")))
    at = parts(farm, "x")
    assert case.on in at
    assert not case.shows(at)


@pytest.mark.parametrize("kind", ["firing", "quiet"])
def test_all_cases_fit_into_one_farm(kind: Kind) -> None:
    scenario, about = together(kind)
    farm = Farm(load_scenario_dict(scenario))
    shared = {rule for rule, case in CASES.items() if not case.alone}
    assert set(about) == shared
    for rule, name in about.items():
        case, prefix = CASES[rule], name.removesuffix(CASES[rule].on)
        assert case.shows(parts(farm, prefix)) is (kind == "firing"), rule


def test_names_stand_where_a_case_means_a_host() -> None:
    assert with_names({"wanted_servers": ["<ls>", "<ls2>"]}, "f1") == {
        "wanted_servers": ["f1ls.corp.example", "f1ls2.corp.example"]
    }
    hosts = firing("license_server_incompatible", "f2")["hosts"]
    assert hosts["f2sh"]["connectivity"] == {"f2ls.corp.example": 10}


def test_options_are_given_where_they_are_needed() -> None:
    for case in CASES.values():
        assert bool(case.options) is ("wanted" in case.needs), case.rule
