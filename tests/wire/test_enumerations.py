# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches, pages and releases over the wire."""

from __future__ import annotations

from collections.abc import Generator
from itertools import islice

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers.choose import (
    carrier_for,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    ConnectionLost,
    Fault,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.session import (
    CimSession,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.schema import (
    license_server,
)
from farm import Farm
from farm import Fault as Knob
from wire.conftest import Connect

NAMES = ["LicenseId", "sIssuedToComputer"]


@pytest.fixture
def licenses(connect: Connect) -> CimSession:
    """CIM on ls1, which has issued 1,500 licenses."""
    return CimSession(carrier_for(connect("ls1")))


def operations(farm: Farm) -> list[str]:
    return [each.operation for each in farm.hosts["ls1"].requests if each.operation != "auth"]


@pytest.mark.parametrize("names", [None, NAMES], ids=["whole", "projection"])
def test_every_instance_comes_once(
    licenses: CimSession, farm: Farm, names: list[str] | None
) -> None:
    ids = [each["LicenseId"] for each in licenses.enumerate(license_server.ISSUED_LICENSE, names)]
    assert len(ids) == len(set(ids)) == 1500
    seen = operations(farm)
    assert seen == ["Enumerate", *["Pull"] * (len(seen) - 1)]
    # As Windows does it: one item first, then pages near 76,800 bytes.
    assert 3 < len(seen) < 40


def test_pages_of_the_size_asked_for(licenses: CimSession, farm: Farm) -> None:
    rows = list(licenses.enumerate(license_server.ISSUED_LICENSE, NAMES, max_elements=100))
    assert len(rows) == 1500
    assert len(operations(farm)) in (16, 17)


def test_a_condition_is_the_host_s_work(licenses: CimSession, farm: Farm) -> None:
    rows = list(licenses.enumerate(license_server.ISSUED_LICENSE, NAMES, "LicenseId < 4"))
    assert 0 < len(rows) < 10
    assert len(operations(farm)) <= 2


def test_an_enumeration_that_is_given_up_is_released(licenses: CimSession, farm: Farm) -> None:
    reading = licenses.enumerate(license_server.ISSUED_LICENSE, NAMES)
    assert len(list(islice(reading, 5))) == 5
    assert isinstance(reading, Generator)
    reading.close()
    assert operations(farm) == ["Enumerate", "Pull", "Release"]


def test_giving_up_in_the_first_page_releases_too(licenses: CimSession, farm: Farm) -> None:
    assert next(iter(licenses.enumerate(license_server.ISSUED_LICENSE, NAMES)))
    assert operations(farm) == ["Enumerate", "Release"]


def test_what_was_released_cannot_be_pulled(licenses: CimSession, farm: Farm) -> None:
    # So that the release above is one that the host took.
    for dummy in range(30):
        reading = licenses.enumerate(license_server.ISSUED_LICENSE, NAMES)
        next(reading)
        assert isinstance(reading, Generator)
        reading.close()
    assert operations(farm).count("Release") == 30
    assert {each.status for each in farm.hosts["ls1"].requests} <= {200, 401}


def test_a_connection_that_breaks_between_pages_is_not_repaired_in_silence(
    licenses: CimSession, farm: Farm
) -> None:
    farm.hosts["ls1"].faults.add(Knob("drop", operation="Pull", at=3))
    reading = licenses.enumerate(license_server.ISSUED_LICENSE, NAMES)
    with pytest.raises(ConnectionLost):
        list(reading)
    assert operations(farm).count("Pull") == 3
    assert operations(farm).count("Enumerate") == 1


def test_a_fault_between_pages(licenses: CimSession, farm: Farm) -> None:
    farm.hosts["ls1"].faults.add(Knob("quota", operation="Pull", at=2))
    with pytest.raises(Fault) as caught:
        list(licenses.enumerate(license_server.ISSUED_LICENSE, NAMES))
    assert caught.value.subcode == "QuotaLimit"
    assert "forks" in (caught.value.advice or "")
