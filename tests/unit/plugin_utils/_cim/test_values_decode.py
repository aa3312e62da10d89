# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CIM values on their way in."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import BadAnswer
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.schema import (
    CimClass,
    CimType,
    Element,
    integer,
    string,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.values import (
    MAX_DEPTH,
    XSI,
    CimValue,
    InstanceDecoder,
    decode_datetime,
)

CIM = "http://schemas.dmtf.org/wbem/wscim/1/common"
SERVER = CimClass("root/x", "Server", "test", (string("Name"), integer("Ports", array=True)))


def decoded(inner: str, *shape: Element) -> dict[str, CimValue]:
    text = (
        f'<p:Thing xmlns:p="urn:thing" xmlns:q="urn:q" xmlns:xsi="{XSI}" xmlns:cim="{CIM}">'
        f"{inner}</p:Thing>"
    )
    return InstanceDecoder(shape).decode(ET.fromstring(text))


def one(kind: str, inner: str) -> CimValue:
    return decoded(inner, Element("P", CimType(kind)))["P"]


@pytest.mark.parametrize("bits", [8, 16, 32, 64])
def test_integers_of_every_width(bits: int) -> None:
    high = 2**bits - 1
    assert one(f"uint{bits}", f"<p:P>{high}</p:P>") == high
    low = -(2 ** (bits - 1))
    assert one(f"sint{bits}", f"<p:P>\n {low} </p:P>") == low


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("TRUE", True),
        ("True", True),
        ("1", True),
        (" true\n", True),
        ("false", False),
        ("FALSE", False),
        ("False", False),
        ("0", False),
    ],
)
def test_every_spelling_of_booleans(text: str, value: bool) -> None:
    assert one("boolean", f"<p:P>{text}</p:P>") is value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("boolean", "yes"),
        ("boolean", ""),
        ("boolean", "2"),
        ("uint32", ""),
        ("uint32", "four"),
        ("uint32", "4.0"),
        ("uint32", "0x4"),
        ("uint32", "9" * 6000),
        ("datetime", ""),
        ("datetime", "yesterday"),
        ("datetime", "2026-13-01T00:00:00Z"),
        ("datetime", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_a_value_of_another_type_names_the_property(kind: str, text: str) -> None:
    with pytest.raises(BadAnswer, match=r"the value of P is not of the type"):
        one(kind, f"<p:P>{text}</p:P>")


MOMENT = datetime(2013, 4, 15, 16, 28, 43, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2013-04-15T16:28:43Z", MOMENT),
        ("2013-04-15T16:28:43.4Z", MOMENT.replace(microsecond=400000)),
        ("2013-04-15T16:28:43.48817Z", MOMENT.replace(microsecond=488170)),
        ("2013-04-15T16:28:43.488171Z", MOMENT.replace(microsecond=488171)),
        ("2013-04-15T16:28:43.488171900Z", MOMENT.replace(microsecond=488171)),
        ("2013-04-15T18:28:43+02:00", MOMENT),
        ("2013-04-15T08:58:43.5-07:30", MOMENT.replace(microsecond=500000)),
        ("2013-04-15T16:28:43", MOMENT),
        ("20130415162843.000000+000", MOMENT),
        ("20130415182843.000000+120", MOMENT),
        ("20130415085843.000001-450", MOMENT.replace(microsecond=1)),
        ("  20130415162843.000000+000 \n", MOMENT),
        ("P2000DT2H2M2.000002S", timedelta(2000, 7322, 2)),
        ("PT1M", timedelta(minutes=1)),
        ("P7D", timedelta(days=7)),
        ("PT0.5S", timedelta(milliseconds=500)),
        ("PT0S", timedelta(0)),
        ("00002000020202.000002:000", timedelta(2000, 7322, 2)),
    ],
)
def test_every_form_of_datetime(text: str, value: datetime | timedelta) -> None:
    assert decode_datetime(text) == value
    assert one("datetime", f"<p:P>{text}</p:P>") == value
    assert one("datetime", f"<p:P><cim:Datetime>{text}</cim:Datetime></p:P>") == value
    assert one("datetime", f"<P><Datetime>{text}</Datetime></P>") == value


def test_moments_come_in_utc() -> None:
    found = decode_datetime("2013-04-15T18:28:43+02:00")
    assert isinstance(found, datetime)
    assert found.utcoffset() == timedelta(0)
    assert found.hour == 16


@pytest.mark.parametrize("text", ["", "P", "P1Y", "2013-04-15", "20130415******.******+***"])
def test_what_is_no_datetime(text: str) -> None:
    with pytest.raises(ValueError, match="is no CIM datetime"):
        decode_datetime(text)


def test_nil_missing_and_empty_strings_are_told_apart() -> None:
    shape = (string("Nil"), string("Gone"), string("Empty"), string("Text"))
    found = decoded('<p:Nil xsi:nil="true"/><p:Empty></p:Empty><p:Text> x </p:Text>', *shape)
    assert found == {"Nil": None, "Gone": None, "Empty": "", "Text": " x "}


@pytest.mark.parametrize(
    ("nil", "value"), [("true", None), ("TRUE", None), ("1", None), ("false", "")]
)
def test_every_spelling_of_nil(nil: str, value: str | None) -> None:
    assert one("string", f'<p:P xsi:nil="{nil}"></p:P>') == value


@pytest.mark.parametrize(
    ("inner", "value"),
    [
        ("", []),
        ("<p:P>a</p:P>", ["a"]),
        ("<p:P>a</p:P><p:Other>x</p:Other><p:P>b</p:P>", ["a", "b"]),
        ("<p:P></p:P>", [""]),
        ('<p:P xsi:nil="true"/>', []),
        ('<p:P>a</p:P><p:P xsi:nil="true"/>', ["a"]),
    ],
)
def test_arrays(inner: str, value: list[str]) -> None:
    assert decoded(inner, string("P", array=True))["P"] == value


def test_instances_do_not_share_their_arrays() -> None:
    decoder = InstanceDecoder((string("P", array=True),))
    full = decoder.decode(ET.fromstring("<T><P>a</P></T>"))
    empty = decoder.decode(ET.fromstring("<T/>"))
    assert (full, empty) == ({"P": ["a"]}, {"P": []})


def test_properties_that_nobody_asked_for_are_passed_over() -> None:
    found = decoded("<p:TotalSessions>3</p:TotalSessions><p:P>x</p:P><p:p>y</p:p>", string("P"))
    assert found == {"P": "x"}


def test_a_property_counts_whatever_its_namespace() -> None:
    assert one("string", "<P>x</P>") == one("string", "<q:P>x</q:P>") == "x"


def test_other_attributes_do_not_hide_a_value() -> None:
    assert one("uint32", '<p:P xsi:type="q:unsignedInt">4</p:P>') == 4
    with pytest.raises(BadAnswer, match="P"):
        one("uint32", '<p:P xsi:type="q:unsignedInt">x</p:P>')


def test_an_endless_supply_of_new_properties_does_not_hide_a_known_one() -> None:
    decoder = InstanceDecoder((string("P"),))
    for number in range(0, 3000, 100):
        inner = "".join(f"<X{number + step}/>" for step in range(100))
        found = decoder.decode(ET.fromstring(f"<T>{inner}<P>x</P></T>"))
    assert found == {"P": "x"}
    assert len(decoder._seen) <= 1000


def test_an_embedded_instance() -> None:
    element = Element("Target", CimType.OBJECT, embedded=SERVER)
    inner = '<p:Target xsi:type="q:Server_Type"><q:Name>a</q:Name><q:Ports>1</q:Ports></p:Target>'
    assert decoded(inner, element) == {"Target": {"Name": "a", "Ports": [1]}}
    assert decoded("", element) == {"Target": None}
    assert decoded('<p:Target xsi:nil="true"/>', element) == {"Target": None}


def test_embedded_instances_in_an_array() -> None:
    element = Element("Targets", CimType.OBJECT, array=True, embedded=SERVER)
    inner = "<p:Targets><q:Name>a</q:Name></p:Targets><p:Targets><q:Ports>2</q:Ports></p:Targets>"
    assert decoded(inner, element) == {
        "Targets": [{"Name": "a", "Ports": []}, {"Name": None, "Ports": [2]}]
    }


def test_a_bad_value_within_an_embedded_instance_is_named() -> None:
    element = Element("Target", CimType.OBJECT, embedded=SERVER)
    with pytest.raises(BadAnswer, match="the value of Ports"):
        decoded("<p:Target><q:Ports>x</q:Ports></p:Target>", element)


def chain(length: int) -> Element:
    """A property whose instance holds one that holds one and so on."""
    element = string("Inner")
    for number in range(length):
        cls = CimClass("root/x", f"Level{number}", "test", (element,))
        element = Element("Inner", CimType.OBJECT, embedded=cls)
    return element


@pytest.mark.parametrize(("length", "fits"), [(MAX_DEPTH, True), (MAX_DEPTH + 2, False)])
def test_the_depth_of_embedding_is_bounded(length: int, fits: bool) -> None:
    inner = "<Inner>" * length + "<Inner>x</Inner>" + "</Inner>" * length
    if fits:
        assert "x" in str(decoded(inner, chain(length)))
    else:
        with pytest.raises(BadAnswer, match=f"more than {MAX_DEPTH} deep"):
            decoded(inner, chain(length))


def test_an_instance_of_a_class_that_is_not_in_the_table_is_not_read() -> None:
    assert one("object", "<p:P><q:Name>a</q:Name></p:P>") is None
