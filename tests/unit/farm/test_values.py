# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values as XML, where no class of today needs them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from farm.cim.errors import CimError, Wbem
from farm.cim.instance import Embedded, Value
from farm.cim.schema import CimType
from farm.wire.values import property_xml, scalar


@pytest.mark.parametrize(
    ("value", "kind", "xml"),
    [
        (None, "string", '<p:X xsi:nil="true"/>'),
        (None, "string[]", ""),
        ([], "string[]", ""),
        ("", "string", "<p:X></p:X>"),
        ("<&>", "string", "<p:X>&lt;&amp;&gt;</p:X>"),
        (["a", "b"], "string[]", "<p:X>a</p:X><p:X>b</p:X>"),
        (True, "boolean", "<p:X>true</p:X>"),
        (2**64 - 1, "uint64", "<p:X>18446744073709551615</p:X>"),
        (-1, "sint8", "<p:X>-1</p:X>"),
        (
            datetime(2013, 4, 15, 18, 28, 43, 488170, tzinfo=timezone(timedelta(hours=2))),
            "datetime",
            "<p:X><cim:Datetime>2013-04-15T16:28:43.48817Z</cim:Datetime></p:X>",
        ),
        (
            timedelta(days=2000, hours=2, minutes=2, seconds=2, microseconds=2),
            "datetime",
            "<p:X><cim:Interval>P2000DT2H2M2.000002S</cim:Interval></p:X>",
        ),
        (
            timedelta(0),
            "datetime",
            "<p:X><cim:Interval>P0DT0H0M0S</cim:Interval></p:X>",
        ),
    ],
)
def test_output(value: Value, kind: str, xml: str) -> None:
    assert property_xml("X", value, CimType.parse(kind), "p:", "cim:") == xml


def test_embedded_instances_keep_their_nulls() -> None:
    server = Embedded("Win32_TSDiscoveredLicenseServer", {"LicenseServer": "a"})
    kind = CimType.parse("Win32_TSDiscoveredLicenseServer[]")
    xml = property_xml("X", [server], kind, "p:", "cim:")
    assert 'xsi:type="q1:Win32_TSDiscoveredLicenseServer_Type"' in xml
    assert '<q1:HowDiscovered xsi:nil="true"/>' in xml
    assert "<q1:LicenseServer>a</q1:LicenseServer>" in xml


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        (" 7 ", "uint8", 7),
        ("-128", "sint8", -128),
        ("TRUE", "boolean", True),
        ("0", "boolean", False),
        (" x ", "string", " x "),
        ("2026-01-02T03:04:05Z", "datetime", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
    ],
)
def test_input(text: str, kind: str, value: object) -> None:
    assert scalar(text, CimType.parse(kind), "x") == value


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("256", "uint8", Wbem.VALUE_OUT_OF_RANGE),
        ("-129", "sint8", Wbem.VALUE_OUT_OF_RANGE),
        ("1.0", "uint32", Wbem.TYPE_MISMATCH),
        ("0x10", "uint32", Wbem.TYPE_MISMATCH),
        ("yes", "boolean", Wbem.TYPE_MISMATCH),
        ("yesterday", "datetime", Wbem.TYPE_MISMATCH),
        ("x", "real32", Wbem.NOT_SUPPORTED),
    ],
)
def test_refused_input(text: str, kind: str, code: Wbem) -> None:
    with pytest.raises(CimError) as caught:
        scalar(text, CimType.parse(kind), "x")
    assert caught.value.code is code
