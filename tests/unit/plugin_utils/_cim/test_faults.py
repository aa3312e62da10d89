# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults in the shapes that Windows sends; what they mean is told by numbers and subcodes."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.answer import read_fault
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.codes import (
    ADVICE_RIGHTS,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import Fault
from unit.plugin_utils.soap import SOAP, envelope, fault, provider_fault, wmi_error

GERMAN = "Zugriff verweigert. "


def read(body: str) -> Fault:
    found = ET.fromstring(envelope(body)).find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault")
    assert found is not None
    return read_fault(found)


def test_a_wsman_fault_with_a_provider_s_status() -> None:
    body = fault(
        2150859010, "w:InternalError", "The WS-Management service", provider_fault("2147749902")
    )
    found = read(body)
    assert (found.number, found.wmi_code) == (2150859010, 0x8004100E)
    assert (found.subcode, found.text) == ("InternalError", "The WS-Management service")
    assert found.code is not None
    assert found.code.name == "WBEM_E_INVALID_NAMESPACE"


@pytest.mark.parametrize("status", ["2147749904", "0x80041010", "-2147217392", " 2147749904\n"])
def test_a_status_in_any_notation(status: str) -> None:
    found = read(fault(2150858752, "a:DestinationUnreachable", "x", provider_fault(status)))
    assert found.wmi_code == 0x80041010
    assert found.no_such_class


def test_the_fault_inside_a_provider_fault_has_the_wmi_number() -> None:
    inside = provider_fault("0", number=2147749891)
    found = read(fault(2150859010, "w:InternalError", "x", inside))
    assert (found.number, found.wmi_code) == (2150859010, 0x80041003)
    assert found.access_denied


@pytest.mark.parametrize(
    "body",
    [
        fault(2150859010, "w:InternalError", "x", provider_fault("2147954575")),
        fault(2150859010, "w:InternalError", "x", provider_fault("0", number=2147954575)),
        wmi_error(2150859010, "w:InternalError", "x", "HRESULT 0x80072F8F"),
    ],
    ids=["status", "inner fault", "message id"],
)
def test_what_a_provider_hands_on_of_windows_itself(body: str) -> None:
    found = read(body)
    assert (found.number, found.wmi_code) == (2150859010, 0x80072F8F)
    assert found.code is not None
    assert found.code.number == 0x80072F8F


def test_the_outer_number_stays_that_of_the_fault() -> None:
    inside = provider_fault("0", number=2150858999)
    assert read(fault(2150859010, "w:InternalError", "x", inside)).number == 2150859010


@pytest.mark.parametrize("number", [2150859174, -2144108122], ids=["unsigned", "signed"])
def test_an_msft_wmi_error(number: int) -> None:
    found = read(wmi_error(number, "w:QuotaLimit", "too many operations"))
    assert (found.number, found.subcode) == (2150859174, "QuotaLimit")
    assert found.wmi_code is None
    assert "forks" in (found.advice or "")


def test_an_msft_wmi_error_with_the_wmi_number_in_its_message_id() -> None:
    found = read(wmi_error(1, "w:InternalError", "x", "HRESULT 0x80041010"))
    assert (found.number, found.wmi_code) == (1, 0x80041010)
    assert found.no_such_class


def test_an_msft_wmi_error_with_a_wmi_number() -> None:
    found = read(wmi_error(0x80041003, "w:InternalError", "x"))
    assert found.wmi_code == 0x80041003
    assert found.access_denied


@pytest.mark.parametrize("text", ["", "\n   \n"])
def test_without_a_reason_the_message_is_shown(text: str) -> None:
    body = fault(5, "w:AccessDenied", "the message").replace(
        '<s:Text xml:lang="en-US">the message</s:Text>', f"<s:Text>{text}</s:Text>"
    )
    assert read(body).text == "the message"


@pytest.mark.parametrize("code", ["", "many", "0x"])
def test_a_fault_without_a_number_is_still_a_fault(code: str) -> None:
    body = fault(5, "w:SchemaValidationError", "x").replace('Code="5"', f'Code="{code}"')
    found = read(body)
    assert (found.number, found.subcode) == (0, "SchemaValidationError")


def test_a_fault_without_any_detail() -> None:
    found = read("<s:Fault/>")
    assert (found.number, found.subcode, found.text, found.wmi_code) == (0, "", "", None)
    assert str(found) == "Windows answered with a fault"


@pytest.mark.parametrize(
    ("number", "subcode", "wmi_code"),
    [
        (5, "", None),
        (0, "AccessDenied", None),
        (0x80070005, "", None),
        (2150859012, "InternalError", None),
        (2150859013, "InternalError", None),
        (2150859014, "InternalError", None),
        (2150859010, "InternalError", 0x80041003),
    ],
)
def test_access_denied_by_number_or_subcode(
    number: int, subcode: str, wmi_code: int | None
) -> None:
    found = Fault(number, subcode, "", wmi_code)
    assert found.access_denied
    assert not found.timed_out
    assert not found.no_such_class
    assert found.advice == ADVICE_RIGHTS


@pytest.mark.parametrize(
    ("number", "subcode"), [(2150858793, ""), (0, "TimedOut"), (1, "TimedOut")]
)
def test_timed_out_by_number_or_subcode(number: int, subcode: str) -> None:
    found = Fault(number, subcode)
    assert found.timed_out
    assert not found.access_denied


@pytest.mark.parametrize(
    ("number", "wmi_code", "missing"),
    [
        (2150858752, None, True),
        (2150858752, 0x80041010, True),
        (2150858778, None, True),
        (2150858778, 0x80041010, True),
        (2150859010, 0x8004100E, True),
        (0, 0x80041010, True),
        (2150858778, 0x80041017, False),
        (2150858752, 0x80041002, False),
        (2150858752, 0x80041003, False),
        (2150859010, None, False),
        (2150859174, None, False),
    ],
)
def test_a_class_that_is_not_there(number: int, wmi_code: int | None, missing: bool) -> None:
    assert Fault(number, "", "", wmi_code).no_such_class is missing


@pytest.mark.parametrize("text", [GERMAN, "Access is denied.", "Invalid class", "Timed out", ""])
def test_the_words_decide_nothing(text: str) -> None:
    found = read(fault(2150859010, "w:InternalError", text))
    assert (found.access_denied, found.timed_out, found.no_such_class) == (False, False, False)


def test_german_words_are_shown() -> None:
    found = read(fault(5, "w:AccessDenied", GERMAN))
    assert found.access_denied
    assert str(found) == "Windows answered with a fault (AccessDenied): Zugriff verweigert."


def test_what_a_host_says_is_one_line_of_bounded_length() -> None:
    found = read(fault(5, "", "a\n\n  b\tc" + "x" * 5000))
    assert found.text.startswith("a b cxxx")
    assert len(found.text) == 600
    assert "\n" not in str(found)
