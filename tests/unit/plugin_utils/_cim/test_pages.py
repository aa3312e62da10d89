# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of an enumeration, instances and outputs."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim import answer
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import BadAnswer
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.schema import (
    Method,
    integer,
    string,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.values import (
    CimValue,
    InstanceDecoder,
)
from unit.plugin_utils.soap import (
    ENUMERATION,
    SOAP,
    WSMAN,
    Value,
    envelope,
    first_page,
    fragment,
    instance,
    next_page,
    outputs,
)

URI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_Service"
SHAPE = (string("Name"), integer("ExitCode"))
METHOD = Method("Ask", outputs=(string("Names", array=True), integer("Number")))


def body(inner: str) -> ET.Element:
    found = ET.fromstring(envelope(inner)).find(f"{{{SOAP}}}Body")
    assert found is not None
    return found


def items(inner: str) -> list[dict[str, CimValue]]:
    page = answer.read_page(body(inner))
    return list(answer.read_instances(page, InstanceDecoder(SHAPE)))


@pytest.mark.parametrize("make", [first_page, next_page])
def test_a_page_that_goes_on(make: type) -> None:
    page = answer.read_page(body(make(instance(URI, "Win32_Service", {"Name": "a"}), "uuid:2")))
    assert (len(page.items), page.context) == (1, "uuid:2")


@pytest.mark.parametrize("make", [first_page, next_page])
def test_the_last_page(make: type) -> None:
    page = answer.read_page(body(make(instance(URI, "Win32_Service", {"Name": "a"}))))
    assert (len(page.items), page.context) == (1, None)


@pytest.mark.parametrize("prefix", ["n", "w"])
@pytest.mark.parametrize("response", ["EnumerateResponse", "PullResponse"])
def test_items_and_end_count_in_either_namespace(response: str, prefix: str) -> None:
    page = answer.read_page(
        body(
            f"<n:{response}><n:EnumerationContext>uuid:1</n:EnumerationContext>"
            f"<{prefix}:Items><x/><y/></{prefix}:Items><{prefix}:EndOfSequence/></n:{response}>"
        )
    )
    assert (len(page.items), page.context) == (2, None)


def test_the_end_counts_even_with_a_context() -> None:
    text = next_page("").replace(
        "<n:Items>", "<n:EnumerationContext>uuid:9</n:EnumerationContext><n:Items>"
    )
    assert answer.read_page(body(text)).context is None


def test_an_empty_first_page_is_legal() -> None:
    context = "<n:EnumerationContext>uuid:1</n:EnumerationContext>"
    text = f"<n:EnumerateResponse>{context}</n:EnumerateResponse>"
    page = answer.read_page(body(text))
    assert (page.items, page.context) == ([], "uuid:1")


@pytest.mark.parametrize("name", ["EndOfSequence", "EnumerationContext", "Items"])
def test_a_property_may_be_called_like_a_part_of_the_page(name: str) -> None:
    item = instance(URI, "Odd", {name: "x"})
    page = answer.read_page(body(next_page(item, "uuid:7")))
    assert (len(page.items), page.context) == (1, "uuid:7")
    decoder = InstanceDecoder((string(name),))
    assert list(answer.read_instances(page, decoder)) == [{name: "x"}]


@pytest.mark.parametrize("text", ["<n:ReleaseResponse/>", "<x/>", "<w:Items/>"])
def test_something_else_in_place_of_a_page(text: str) -> None:
    with pytest.raises(BadAnswer, match="in place of a page"):
        answer.read_page(body(text))


def test_an_empty_body_in_place_of_a_page() -> None:
    with pytest.raises(BadAnswer, match="the body of the answer is empty"):
        answer.read_page(body(""))


def test_whole_instances_and_projections_read_the_same() -> None:
    values: dict[str, Value] = {"Name": "TermService", "ExitCode": 0}
    whole = first_page(instance(URI, "Win32_Service", values))
    projected = first_page(fragment(values))
    assert items(whole) == items(projected) == [values]


def test_an_instance_of_a_derived_class_counts() -> None:
    text = first_page(
        instance(URI, "Win32_TerminalService", {"Name": "TermService", "TotalSessions": 3})
    )
    assert items(text) == [{"Name": "TermService", "ExitCode": None}]


def test_an_instance() -> None:
    found = answer.read_instance(body(instance(URI, "X", {"Name": "", "ExitCode": None})), SHAPE)
    assert found == {"Name": "", "ExitCode": None}


@pytest.mark.parametrize("name", ["Ask", "Thing_Ask", "Other"])
def test_outputs_count_whatever_their_element_is_called(name: str) -> None:
    text = outputs(URI, name, {"Names": ["a"], "ReturnValue": 0})
    assert answer.read_outputs(body(text), METHOD) == {
        "Names": ["a"],
        "Number": None,
        "ReturnValue": 0,
    }


@pytest.mark.parametrize("value", [None, "absent"])
def test_outputs_without_a_return_value(value: str | None) -> None:
    text = outputs(URI, "Ask", {"Number": 1} if value else {"Number": 1, "ReturnValue": None})
    with pytest.raises(BadAnswer, match="the answer to Ask holds no ReturnValue"):
        answer.read_outputs(body(text), METHOD)


def test_the_texts_of_identify() -> None:
    text = (
        '<i:IdentifyResponse xmlns:i="urn:i"><i:ProductVendor> Microsoft Corporation\n'
        "</i:ProductVendor><i:Nothing/></i:IdentifyResponse>"
    )
    assert answer.read_texts(body(text)) == {
        "ProductVendor": "Microsoft Corporation",
        "Nothing": "",
    }


def test_the_namespaces_of_the_builders_are_the_ones_of_the_protocol() -> None:
    page = body(first_page("<x/>"))[0]
    assert [each.tag for each in page] == [
        f"{{{ENUMERATION}}}EnumerationContext",
        f"{{{WSMAN}}}Items",
        f"{{{WSMAN}}}EndOfSequence",
    ]
