# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the request log says about queries."""

from __future__ import annotations

from farm import Farm, Fault

from .conftest import FarmOf
from .soap_client import CIMV2, SoapClient, context_of


def test_a_query_and_its_pulls_are_logged_under_the_class_of_the_query(farm_of: FarmOf) -> None:
    farm = farm_of(ls1={"roles": ["licensing"], "issued_licenses": 5})
    client = SoapClient(farm, "ls1")
    answer = client.query("SELECT LicenseId FROM Win32_TSIssuedLicense")
    answer = client.pull(CIMV2 + "*", context_of(answer), "2")
    client.release(CIMV2 + "*", context_of(answer))
    assert [(r.operation, r.cls) for r in farm.hosts["ls1"].requests] == [
        ("Enumerate", "Win32_TSIssuedLicense"),
        ("Pull", "Win32_TSIssuedLicense"),
        ("Release", "Win32_TSIssuedLicense"),
    ]


def test_what_names_no_class_keeps_the_star(farm: Farm, client: SoapClient) -> None:
    client.query("SELEKT * FROM Win32_Service")
    client.pull(CIMV2 + "*", "uuid:1")
    client.enumerate(CIMV2 + "*")
    assert [r.cls for r in farm.hosts["sh1"].requests] == ["*", "*", "*"]


def test_a_knob_of_a_class_hits_its_queries(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].faults.add(Fault("http_500", cls="Win32_Service"))
    assert client.query("SELECT * FROM Win32_OperatingSystem").status == 200
    assert client.query("SELECT * FROM Win32_Service").headers["content-type"] == "text/html"
