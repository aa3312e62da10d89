# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The SOAP header: each rule with one message that breaks it."""

from __future__ import annotations

import pytest
from farm.wire.message import parse_xml, read_message

from .conftest import FarmOf
from .soap_client import CIMV2, SETTING, WMI, A, S, SoapClient, X, envelope, header

OS = CIMV2 + "Win32_OperatingSystem"
GET = X + "/Get"


def _envelope_size(size: str) -> str:
    return f'<w:MaxEnvelopeSize s:mustUnderstand="true">{size}</w:MaxEnvelopeSize>'


@pytest.mark.parametrize(
    ("name", "xml", "code", "subcode"),
    [
        ("ReplyTo", None, 2150858769, "MessageInformationHeaderRequired"),
        (
            "ReplyTo",
            "<a:ReplyTo><a:Address>http://me/</a:Address></a:ReplyTo>",
            2150858818,
            "UnsupportedFeature",
        ),
        ("MessageID", None, 2150858769, "MessageInformationHeaderRequired"),
        ("MessageID", "<a:MessageID/>", 2150858769, "MessageInformationHeaderRequired"),
        (
            "MessageID",
            f"<a:MessageID>{'x' * 2049}</a:MessageID>",
            2150858767,
            "InvalidMessageInformationHeader",
        ),
        ("Action", None, 2150858769, "MessageInformationHeaderRequired"),
        ("ResourceURI", None, 2150858769, "MessageInformationHeaderRequired"),
        (
            "Locale",
            '<w:Locale xml:lang="en-US" s:mustUnderstand="true"/>',
            2150858818,
            "UnsupportedFeature",
        ),
        (
            "DataLocale",
            '<p:DataLocale xml:lang="en-US" s:mustUnderstand="1"/>',
            2150858818,
            "UnsupportedFeature",
        ),
        ("MaxEnvelopeSize", _envelope_size("8191"), 2150858805, "EncodingLimit"),
        ("MaxEnvelopeSize", _envelope_size("x"), 2150858767, "InvalidMessageInformationHeader"),
        (
            "OperationTimeout",
            "<w:OperationTimeout>PT-1S</w:OperationTimeout>",
            2150858767,
            "InvalidMessageInformationHeader",
        ),
        (
            "OperationTimeout",
            "<w:OperationTimeout>20</w:OperationTimeout>",
            2150858767,
            "InvalidMessageInformationHeader",
        ),
        ("New", '<b:X xmlns:b="urn:b" s:mustUnderstand="true"/>', 2150858768, ""),
    ],
)
def test_header_rule(
    client: SoapClient, name: str, xml: str | None, code: int, subcode: str
) -> None:
    answer = client.send(GET, OS, replace={name: xml})
    assert (answer.code, answer.subcode) == (code, subcode)


@pytest.mark.parametrize(
    ("name", "xml"),
    [
        ("To", None),
        ("Locale", None),
        ("OperationTimeout", None),
        ("MaxEnvelopeSize", None),
        ("MaxEnvelopeSize", _envelope_size("8192")),
        ("MaxEnvelopeSize", _envelope_size("99999999")),
        ("OperationTimeout", "<w:OperationTimeout>P1DT2H3M4.5S</w:OperationTimeout>"),
        ("MessageID", "<a:MessageID>anything</a:MessageID>"),
        ("New", '<b:X xmlns:b="urn:b" s:mustUnderstand="false"/>'),
    ],
)
def test_header_freedom(client: SoapClient, name: str, xml: str | None) -> None:
    assert client.send(GET, OS, replace={name: xml}).status == 200


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("PT20.000S", 20.0), ("PT1M", 60.0), ("P1D", 60.0), ("PT0.1S", 0.1), ("", 60.0)],
)
def test_the_operation_timeout_is_capped(text: str, seconds: float) -> None:
    xml = f"<w:OperationTimeout>{text}</w:OperationTimeout>" if text else None
    data = envelope(header(GET, OS, replace={"OperationTimeout": xml}), "")
    message = read_message(parse_xml(data), 512_000)
    assert message.header is not None
    assert message.header.timeout == seconds


def test_relates_to_echoes_the_message_id(client: SoapClient) -> None:
    replace = {"MessageID": "<a:MessageID>uuid:ABC-1</a:MessageID>"}
    for uri in (OS, CIMV2 + "Win32_Nothing"):
        root = client.send(GET, uri, replace=replace).root
        assert root.findtext(f".//{{{A}}}RelatesTo") == "uuid:ABC-1"
        assert (root.findtext(f".//{{{A}}}MessageID") or "").startswith("uuid:")


def test_the_operation_id_is_echoed(client: SoapClient) -> None:
    extra = '<p:OperationID s:mustUnderstand="false">uuid:77</p:OperationID>'
    assert b"OperationID" in client.send(GET, OS, extra=extra).body
    assert b"OperationID" not in client.send(GET, OS).body


@pytest.mark.parametrize(
    ("action", "uri", "code"),
    [
        (X + "/Frobnicate", OS, 2150858771),
        (X + "/Create", OS, 2150858771),
        (X + "/Delete", OS, 2150858771),
        (CIMV2 + "Win32_Service/StartService", OS, 2150858771),
        (GET, "http://example.invalid/what", 2150858752),
        (GET, "http://schemas.microsoft.com/wbem/wsman/1/config", 2150858752),
        (GET, WMI + "root/cimv2/", 2150858752),
        (GET, WMI + "cimv2/Win32_OperatingSystem", 2150858752),
        (GET, WMI + "root/nowhere/Win32_OperatingSystem", 2150858752),
        (GET, CIMV2 + "TerminalServices/Win32_OperatingSystem", 2150858752),
    ],
)
def test_unknown_actions_and_resources(
    client: SoapClient, action: str, uri: str, code: int
) -> None:
    assert client.send(action, uri).code == code


@pytest.mark.parametrize(
    "data",
    [
        b"no xml",
        b"<a/>",
        f'<s:Envelope xmlns:s="{S}"><s:Header/></s:Envelope>'.encode(),
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + envelope(header(GET, OS), ""),
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><x/>'.encode("utf-16"),
    ],
    ids=["text", "other root", "no body", "doctype", "doctype in utf-16"],
)
def test_what_is_no_soap_is_refused(client: SoapClient, data: bytes) -> None:
    assert client.post(data).code == 2150858819


def test_selectors_ignore_case_and_refuse_repeats(client: SoapClient) -> None:
    assert client.get(SETTING, {"servername": "sh1"}).value("ServerName") == "SH1"
    twice = '<w:SelectorSet><w:Selector Name="A">1</w:Selector><w:Selector Name="a">1</w:Selector>'
    answer = client.send(GET, SETTING, replace={"New": twice + "</w:SelectorSet>"})
    assert (answer.code, answer.subcode) == (2150858843, "InvalidSelectors")


def test_cimnamespace_must_be_that_of_the_uri(client: SoapClient) -> None:
    good = {"ServerName": "SH1", "__cimnamespace": "root/cimv2/terminalservices"}
    assert client.get(SETTING, good).status == 200
    assert client.get(SETTING, {**good, "__cimnamespace": "root/cimv2"}).code == 2150858752


def test_fault_texts_follow_the_language_of_the_host(farm_of: FarmOf) -> None:
    farm = farm_of(en={}, de={"language": "de"})
    texts = {
        name: SoapClient(farm, name).get(CIMV2 + "Win32_Nothing").reason for name in ("en", "de")
    }
    assert texts == {
        "en": "The resource was not found.",
        "de": "Die Ressource wurde nicht gefunden.",
    }
