# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Request messages, compared in canonical form with what the protocol's pages show."""

from __future__ import annotations

import re
import uuid
import xml.etree.ElementTree as ET

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.envelope import (
    EnvelopeBuilder,
    Message,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.schema import (
    CimClass,
    Method,
    integer,
    string,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.values import CimValue
from unit.plugin_utils.soap import ADDRESSING, ENUMERATION, SOAP, WSMAN, Sent

MICROSOFT = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2"
READING = Method("Look", (string("Where"),), (integer("Found"),), static=True, reads=True)
WRITING = Method("Set", (string("List", array=True), integer("Number")))
SETTING = CimClass(
    "root/cimv2/TerminalServices",
    "Setting",
    "test",
    (string("ServerName", key=True), integer("Kind")),
    (READING, WRITING),
)
URI = f"{WMI}/TerminalServices/Setting"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"


def expected(uri: str, action: str, body: str, selectors: str = "", timeout: str = "20.000") -> str:
    return f"""
    <s:Envelope xmlns:s="{SOAP}" xmlns:a="{ADDRESSING}" xmlns:w="{WSMAN}" xmlns:p="{MICROSOFT}"
      xmlns:n="{ENUMERATION}">
     <s:Header>
      <a:To>http://windows-host:5985/wsman</a:To>
      <a:ReplyTo>
       <a:Address s:mustUnderstand="true">{ADDRESSING}/role/anonymous</a:Address>
      </a:ReplyTo>
      <w:MaxEnvelopeSize s:mustUnderstand="true">512000</w:MaxEnvelopeSize>
      <w:Locale xml:lang="en-US" s:mustUnderstand="false"/>
      <p:DataLocale xml:lang="en-US" s:mustUnderstand="false"/>
      <w:OperationTimeout>PT{timeout}S</w:OperationTimeout>
      <w:ResourceURI s:mustUnderstand="true">{uri}</w:ResourceURI>
      <a:Action s:mustUnderstand="true">{action}</a:Action>
      <a:MessageID>MESSAGE-ID</a:MessageID>
      {selectors}
     </s:Header>
     <s:Body>{body}</s:Body>
    </s:Envelope>"""


def canonical(text: str) -> str:
    return ET.canonicalize(text, strip_text=True, rewrite_prefixes=True)


def assert_same(message: Message, wanted: str) -> None:
    sent = message.body.decode().replace(message.message_id, "MESSAGE-ID")
    assert canonical(sent) == canonical(wanted)


@pytest.fixture
def builder() -> EnvelopeBuilder:
    return EnvelopeBuilder()


def test_get(builder: EnvelopeBuilder) -> None:
    message = builder.get(SETTING, {"ServerName": 'S&"H"1'})
    selectors = (
        '<w:SelectorSet><w:Selector Name="ServerName">S&amp;"H"1</w:Selector></w:SelectorSet>'
    )
    assert_same(message, expected(URI, f"{TRANSFER}/Get", "", selectors))
    assert not message.writes


def test_get_of_a_singleton_has_no_selectors(builder: EnvelopeBuilder) -> None:
    assert_same(builder.get(SETTING, None), expected(URI, f"{TRANSFER}/Get", ""))


def test_put(builder: EnvelopeBuilder) -> None:
    message = builder.put(SETTING, {"ServerName": "SH1"}, {"ServerName": "SH1", "Kind": 4})
    selectors = '<w:SelectorSet><w:Selector Name="ServerName">SH1</w:Selector></w:SelectorSet>'
    body = (
        f'<c:Setting xmlns:c="{URI}"><c:ServerName>SH1</c:ServerName><c:Kind>4</c:Kind></c:Setting>'
    )
    assert_same(message, expected(URI, f"{TRANSFER}/Put", body, selectors))
    assert message.writes


def test_invoke_of_a_static_method(builder: EnvelopeBuilder) -> None:
    message = builder.invoke(SETTING, READING, {"Where": "<a>"})
    body = f'<m:Look_INPUT xmlns:m="{URI}"><m:Where>&lt;a&gt;</m:Where></m:Look_INPUT>'
    assert_same(message, expected(URI, f"{URI}/Look", body))
    assert not message.writes


def test_invoke_on_an_instance(builder: EnvelopeBuilder) -> None:
    inputs: dict[str, CimValue] = {"List": ["a", "b"], "Number": 2}
    message = builder.invoke(SETTING, WRITING, inputs, {"ServerName": "SH1"})
    selectors = '<w:SelectorSet><w:Selector Name="ServerName">SH1</w:Selector></w:SelectorSet>'
    body = (
        f'<m:Set_INPUT xmlns:m="{URI}"><m:List>a</m:List><m:List>b</m:List>'
        "<m:Number>2</m:Number></m:Set_INPUT>"
    )
    assert_same(message, expected(URI, f"{URI}/Set", body, selectors))
    assert message.writes


def test_the_input_element_is_there_even_when_empty(builder: EnvelopeBuilder) -> None:
    message = builder.invoke(SETTING, WRITING, {})
    assert_same(message, expected(URI, f"{URI}/Set", f'<m:Set_INPUT xmlns:m="{URI}"/>'))


def test_a_parameter_that_the_method_has_not_cannot_be_sent(builder: EnvelopeBuilder) -> None:
    with pytest.raises(KeyError, match="where"):
        builder.invoke(SETTING, READING, {"where": "a"})


def test_enumerate_of_a_class(builder: EnvelopeBuilder) -> None:
    message = builder.enumerate(SETTING, max_elements=7)
    body = "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>7</w:MaxElements></n:Enumerate>"
    assert_same(message, expected(URI, f"{ENUMERATION}/Enumerate", body))
    assert not message.writes


def test_enumerate_of_a_query_goes_to_its_namespace(builder: EnvelopeBuilder) -> None:
    message = builder.enumerate(
        SETTING, "SELECT Kind FROM Setting WHERE Kind < 4 AND ServerName = 'a&b'"
    )
    body = (
        "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements>"
        '<w:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">'
        "SELECT Kind FROM Setting WHERE Kind &lt; 4 AND ServerName = 'a&amp;b'"
        "</w:Filter></n:Enumerate>"
    )
    uri = f"{WMI}/TerminalServices/*"
    assert_same(message, expected(uri, f"{ENUMERATION}/Enumerate", body))


@pytest.mark.parametrize(("query", "uri"), [(False, URI), (True, f"{WMI}/TerminalServices/*")])
def test_pull_and_release(builder: EnvelopeBuilder, query: bool, uri: str) -> None:
    context = "<n:EnumerationContext>uuid:1&lt;2</n:EnumerationContext>"
    pull = f"<n:Pull>{context}<n:MaxElements>32000</n:MaxElements></n:Pull>"
    assert_same(
        builder.pull(SETTING, "uuid:1<2", query), expected(uri, f"{ENUMERATION}/Pull", pull)
    )
    release = builder.release(SETTING, "uuid:1<2", query)
    wanted = expected(uri, f"{ENUMERATION}/Release", f"<n:Release>{context}</n:Release>")
    assert_same(release, wanted)
    assert not release.writes


def test_identify_has_an_empty_header(builder: EnvelopeBuilder) -> None:
    message = builder.identify()
    wanted = (
        f'<s:Envelope xmlns:s="{SOAP}"><s:Header/><s:Body><i:Identify '
        'xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"/>'
        "</s:Body></s:Envelope>"
    )
    assert canonical(message.body.decode()) == canonical(wanted)
    assert message.message_id == ""


def test_the_header_does_not_opt_into_full_duplex(builder: EnvelopeBuilder) -> None:
    text = builder.get(SETTING, None).body.decode()
    assert not re.search("OperationID|SequenceId|SessionId", text)


def test_every_message_has_an_id_of_its_own(builder: EnvelopeBuilder) -> None:
    ids = [builder.get(SETTING, None).message_id for dummy in range(50)]
    assert len(set(ids)) == 50
    for each in ids:
        # pypsrp and older servers expect exactly this spelling.
        assert each == f"uuid:{str(uuid.UUID(each.removeprefix('uuid:'))).upper()}"


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        (20, "20.000"),
        (59.9994, "59.999"),
        (60, "60.000"),
        (61, "60.000"),
        (3600, "60.000"),
        (1, "1.000"),
        (0.25, "1.000"),
        (0, "1.000"),
        (-5, "1.000"),
    ],
)
def test_the_operation_timeout_stays_between_1_and_60_seconds(asked: float, sent: str) -> None:
    message = EnvelopeBuilder(timeout=asked).get(SETTING, None)
    assert Sent.of(message.body).header("OperationTimeout") == f"PT{sent}S"


def test_the_locale_can_be_chosen() -> None:
    text = EnvelopeBuilder(locale="de-DE").get(SETTING, None).body.decode()
    assert text.count('xml:lang="de-DE"') == 2
