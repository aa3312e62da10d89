# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures: farms of a few hosts, and clients for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from farm import Farm, load_scenario_dict

from .soap_client import SoapClient

FarmOf = Callable[..., Farm]


@pytest.fixture
def farm_of() -> Iterator[FarmOf]:
    """Start a farm: keyword arguments are hosts, ``top`` holds the scenario's other keys.

    At the end no host may have met an error that no code of the farm expected.
    """
    farms: list[Farm] = []
    with ExitStack() as stack:

        def make(*, top: dict[str, Any] | None = None, **hosts: Any) -> Farm:
            scenario = {"hosts": hosts or {"sh1": {}}, **(top or {})}
            farms.append(stack.enter_context(Farm(load_scenario_dict(scenario))))
            return farms[-1]

        yield make
        defects = [d for farm in farms for host in farm.hosts.values() for d in host.defects.seen]
    assert not defects, defects[0]


@pytest.fixture
def farm(farm_of: FarmOf) -> Farm:
    """One session host, sh1, and a license server, ls1."""
    return farm_of(sh1={}, ls1={"roles": ["licensing"]})


@pytest.fixture
def client(farm: Farm) -> Iterator[SoapClient]:
    """An administrator's client for sh1."""
    made = SoapClient(farm, "sh1")
    yield made
    made.close()
