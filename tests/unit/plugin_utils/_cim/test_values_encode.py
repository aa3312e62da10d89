# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CIM values on their way out."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta, timezone

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.schema import (
    CimClass,
    CimType,
    Element,
    integer,
    string,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.values import (
    NIL,
    XSI,
    CimValue,
    InstanceDecoder,
    encode_value,
    xml_text,
)

WIDTHS = (8, 16, 32, 64)
UNSIGNED = [(f"uint{bits}", 0, 2**bits - 1) for bits in WIDTHS]
SIGNED = [(f"sint{bits}", -(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in WIDTHS]
SERVER = CimClass("root/x", "Server", "test", (string("Name"), integer("Ports", array=True)))


def encoded(kind: str, value: CimValue) -> str:
    return encode_value(Element("P", CimType(kind)), value, "m")


@pytest.mark.parametrize(("kind", "low", "high"), UNSIGNED + SIGNED)
def test_both_ends_of_every_integer_fit(kind: str, low: int, high: int) -> None:
    assert encoded(kind, low) == f"<m:P>{low}</m:P>"
    assert encoded(kind, high) == f"<m:P>{high}</m:P>"


@pytest.mark.parametrize(("kind", "low", "high"), UNSIGNED + SIGNED)
def test_one_more_does_not_fit(kind: str, low: int, high: int) -> None:
    for value in (low - 1, high + 1):
        with pytest.raises(ValueError, match=f"P takes {kind}: {value} is outside {low} to {high}"):
            encoded(kind, value)


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (False, "false")])
def test_booleans_are_words(value: bool, text: str) -> None:
    assert encoded("boolean", value) == f"<m:P>{text}</m:P>"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("uint32", True),
        ("uint32", "4"),
        ("boolean", 1),
        ("boolean", "true"),
        ("string", 4),
        ("string", {"Name": "x"}),
        ("datetime", "20260101000000.000000+000"),
        ("datetime", datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)),
        ("datetime", timedelta(seconds=-1)),
        ("object", {"Name": "x"}),
        ("object", "x"),
    ],
)
def test_another_type_is_refused(kind: str, value: CimValue) -> None:
    with pytest.raises(ValueError, match=r"^P takes "):
        encoded(kind, value)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 7, 31, 23, 59, 58, 123456, UTC), "20260731235958.123456+000"),
        (
            datetime(2026, 1, 1, 1, 0, tzinfo=timezone(timedelta(hours=2))),
            "20251231230000.000000+000",
        ),
        (
            timedelta(days=3, hours=4, minutes=5, seconds=6, microseconds=7),
            "00000003040506.000007:000",
        ),
        (timedelta(0), "00000000000000.000000:000"),
    ],
)
def test_datetimes_go_out_in_dmtf_form_and_utc(moment: datetime | timedelta, text: str) -> None:
    assert encoded("datetime", moment) == f"<m:P>{text}</m:P>"


def test_null_and_an_empty_array_are_left_out_and_an_empty_string_is_not() -> None:
    assert encoded("string", None) == ""
    assert encode_value(string("P", array=True), [], "m") == ""
    assert encoded("string", "") == "<m:P></m:P>"


def test_an_array_is_the_element_repeated() -> None:
    assert encode_value(string("P", array=True), ["b", "a"], "m") == "<m:P>b</m:P><m:P>a</m:P>"
    assert encode_value(string("P", array=True), ["one"], "m") == "<m:P>one</m:P>"


@pytest.mark.parametrize(
    ("array", "value", "why"),
    [
        (True, "one", "an array"),
        (False, ["one"], "one value"),
        (False, [], "one value"),
        (True, [["a"]], "string"),
        (True, [None], "string"),
    ],
)
def test_scalars_and_arrays_are_not_mixed_up(array: bool, value: CimValue, why: str) -> None:
    with pytest.raises(ValueError, match=f"P takes {why}"):
        encode_value(string("P", array=array), value, "m")


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("a<b>&'\"", "a&lt;b&gt;&amp;'&quot;"),
        ("nul\x00 bell\x07 esc\x1b", "nul? bell? esc?"),
        ("tab\tline\nfeed\r", "tab\tline\nfeed\r"),
        ("\ud800 \udfff \ufffe \uffff", "? ? ? ?"),
        ("\U0001f600 \u00e4", "\U0001f600 \u00e4"),
        ("]]>", "]]&gt;"),
    ],
)
def test_what_xml_forbids_becomes_a_question_mark(text: str, sent: str) -> None:
    assert xml_text(text) == sent


@pytest.mark.parametrize("number", [*range(0x20), 0xD800, 0xDFFF, 0xFFFE, 0xFFFF, 0x20, 0x7F])
def test_every_text_is_accepted_by_a_parser(number: int) -> None:
    sent = encoded("string", f"a{chr(number)}b")
    root = ET.fromstring(f'<r xmlns:m="urn:m">{sent}</r>'.encode())
    assert len(root[0].text or "") == 3


def test_an_embedded_instance_says_its_class_and_comes_back() -> None:
    element = Element("Target", CimType.OBJECT, embedded=SERVER)
    sent = encode_value(element, {"Name": "a<b", "Ports": [1, 2]}, "m")
    root = ET.fromstring(f'<r xmlns:m="urn:m">{sent}</r>')
    assert root[0].tag == "{urn:m}Target"
    assert root[0].get(f"{{{XSI}}}type") == "e:Server_Type"
    assert [each.tag for each in root[0]] == [
        f"{{{SERVER.uri}}}{name}" for name in ("Name", "Ports", "Ports")
    ]
    decoded = InstanceDecoder((element,)).decode(root)
    assert decoded == {"Target": {"Name": "a<b", "Ports": [1, 2]}}


def test_an_array_of_embedded_instances_comes_back() -> None:
    element = Element("Targets", CimType.OBJECT, array=True, embedded=SERVER)
    targets: list[CimValue] = [{"Name": "a", "Ports": []}, {"Name": None, "Ports": [7]}]
    sent = encode_value(element, targets, "m")
    root = ET.fromstring(f'<r xmlns:m="urn:m">{sent}</r>')
    assert [each.get(NIL) for each in root] == [None, None]
    assert InstanceDecoder((element,)).decode(root) == {"Targets": targets}


def test_a_property_that_the_embedded_class_has_not_is_a_mistake_of_the_caller() -> None:
    element = Element("Target", CimType.OBJECT, embedded=SERVER)
    with pytest.raises(KeyError, match="Nmae"):
        encode_value(element, {"Nmae": "a"}, "m")
