# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fault knobs: what the client sees, and what happened on the host."""

from __future__ import annotations

import http.client
import time
import xml.etree.ElementTree as ET

import pytest
from farm import Farm, Fault

from .conftest import FarmOf
from .soap_client import CIMV2, SETTING, A, S, SoapClient, context_of, page
from .test_http import GET, IDENTIFY

OS = CIMV2 + "Win32_OperatingSystem"
MODE = [("LicensingType", "4")]


def _mode(farm: Farm) -> object:
    return farm.hosts["sh1"].state()["local_mode"]


def test_drop_closes_before_anything_happens(farm: Farm, client: SoapClient) -> None:
    fault = farm.hosts["sh1"].faults.add(Fault("drop", at=2))
    assert client.get(OS).status == 200
    with pytest.raises(http.client.RemoteDisconnected):
        client.setting("ChangeMode", MODE)
    assert (_mode(farm), fault.hits) == (5, 1)
    assert farm.hosts["sh1"].requests[-1].writes is True
    client.close()
    assert client.setting("ChangeMode", MODE).value("ReturnValue") == "0"


def test_drop_after_closes_when_it_is_done(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].faults.add(Fault("drop_after", method="ChangeMode"))
    with pytest.raises(http.client.RemoteDisconnected):
        client.setting("ChangeMode", MODE)
    assert _mode(farm) == 4
    last = farm.hosts["sh1"].requests[-1]
    assert (last.method, last.status, last.writes) == ("ChangeMode", 0, True)


@pytest.mark.parametrize(("kind", "status"), [("http_500", 500), ("html_200", 200)])
def test_html(farm: Farm, client: SoapClient, kind: str, status: int) -> None:
    farm.hosts["sh1"].faults.add(Fault(kind))
    answer = client.get(OS)
    assert (answer.status, answer.headers["content-type"]) == (status, "text/html")
    assert answer.body.startswith(b"<html>")


def test_http_401(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].faults.add(Fault("http_401", times=1))
    answer = client.get(OS)
    assert (answer.status, answer.body) == (401, b"")
    assert "Negotiate" in answer.headers["www-authenticate"]
    assert client.get(OS).status == 200


@pytest.mark.parametrize("kind", ["half_envelope", "garbage"])
def test_bodies_that_are_no_xml(farm: Farm, client: SoapClient, kind: str) -> None:
    farm.hosts["sh1"].faults.add(Fault(kind))
    answer = client.get(OS)
    assert answer.status == 200
    with pytest.raises(ET.ParseError):
        ET.fromstring(answer.body)


def test_doctype_carries_an_entity_bomb(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].faults.add(Fault("doctype"))
    body = client.get(OS).body
    assert body.startswith(b"<!DOCTYPE")
    assert b"<s:Body>&h;" in body


def test_oversized_sends_what_was_asked_for(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].faults.add(Fault("oversized", size=1_000_000))
    answer = client.get(OS)
    assert len(answer.body) == 1_000_000
    assert answer.headers["content-length"] == "1000000"


def test_oversized_may_be_endless(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].faults.add(Fault("oversized", size=-1))
    client.http.request("POST", "/wsman", GET, {"Authorization": client.authorization})
    answer = client.http.getresponse()
    assert answer.getheader("Transfer-Encoding") == "chunked"
    assert sum(len(answer.read(65_536)) for dummy in range(50)) > 3_000_000
    answer.close()


def test_silent_never_answers(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].faults.add(Fault("silent"))
    client.http.timeout = 0.3
    client.close()
    with pytest.raises(TimeoutError):
        client.get(OS)


def test_slow_answers_late(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].faults.add(Fault("slow", seconds=0.3))
    before = time.monotonic()
    assert client.get(OS).status == 200
    assert time.monotonic() - before >= 0.3


def test_slower_than_the_operation_timeout_times_out(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].faults.add(Fault("slow", seconds=0.4, times=1))
    answer = client.send(
        SETTING + "/ChangeMode",
        SETTING,
        f'<m:ChangeMode_INPUT xmlns:m="{SETTING}"><m:LicensingType>4</m:LicensingType>'
        "</m:ChangeMode_INPUT>",
        selectors={"ServerName": "SH1"},
        replace={"OperationTimeout": "<w:OperationTimeout>PT0.1S</w:OperationTimeout>"},
    )
    assert (answer.code, answer.subcode) == (2150858793, "TimedOut")
    assert _mode(farm) == 5
    client.get(OS)
    assert _mode(farm) == 4


def test_a_timed_out_method_finishes_all_the_same(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].faults.add(Fault("timed_out", seconds=0.1, operation="Invoke", times=1))
    assert client.setting("ChangeMode", MODE).code == 2150858793
    assert _mode(farm) == 5
    assert client.get(OS).status == 200
    assert _mode(farm) == 4
    assert farm.hosts["sh1"].requests[0].writes is True


def test_access_denied(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].faults.add(Fault("access_denied", cls="win32_terminalservicesetting"))
    answer = client.setting("ChangeMode", MODE)
    assert (answer.code, answer.subcode, answer.wmi_code) == (5, "AccessDenied", 0x80041003)
    assert client.get(OS).status == 200
    assert _mode(farm) == 5


def test_access_denied_as_return_value(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].faults.add(Fault("access_denied_return"))
    assert client.setting("ChangeMode", MODE).value("ReturnValue") == str(0x80041003)
    assert client.registry("EnumKey", "SOFTWARE").values == {"ReturnValue": ["5"]}
    assert _mode(farm) == 5


def test_invalid_class(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].faults.add(Fault("invalid_class", cls="Win32_OperatingSystem"))
    farm.hosts["sh1"].faults.add(Fault("invalid_class", operation="Enumerate"))
    answer = client.get(OS)
    assert (answer.code, answer.wmi_code) == (2150858752, 0x80041010)
    answer = client.query("SELECT * FROM Win32_Service")
    assert (answer.code, answer.wmi_code) == (2150858778, 0x80041010)


def test_quota(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].faults.add(Fault("quota"))
    answer = client.get(OS)
    assert (answer.code, answer.subcode) == (2150859174, "QuotaLimit")


def test_a_fault_in_german(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].faults.add(Fault("fault_german"))
    answer = client.get(OS)
    assert answer.code == 2150859010
    assert answer.reason == "Der WMI-Anbieter hat einen Fehler gemeldet."
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert answer.root.find(f".//{{{S}}}Text[@{lang}='de-DE']") is not None


def test_empty_properties(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].faults.add(Fault("empty_properties"))
    values = client.get(SETTING, {"ServerName": "SH1"}).values
    assert set(map(tuple, values.values())) == {(None,)}
    (item,) = page(client.query("SELECT Caption FROM Win32_OperatingSystem"))
    assert [child.text for child in item] == [None]


def test_wrong_relates_to(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].faults.add(Fault("wrong_relates_to"))
    replace = {"MessageID": "<a:MessageID>uuid:MINE</a:MessageID>"}
    root = client.send(
        "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get", OS, replace=replace
    ).root
    assert root.findtext(f".//{{{A}}}RelatesTo") not in (None, "uuid:MINE")


def test_knobs_count_their_own_requests(farm: Farm, client: SoapClient) -> None:
    faults = farm.hosts["sh1"].faults
    faults.add(Fault("http_500", operation="Pull", at=2, times=2))
    uri = CIMV2 + "Win32_Service"
    answer = client.enumerate(uri)
    answer = client.pull(uri, context_of(answer), "1")
    context = context_of(answer)
    statuses = [client.pull(uri, context, "1").status for dummy in range(3)]
    assert statuses == [500, 500, 200]
    assert client.get(OS).status == 200


def test_a_knob_without_a_number_hits_every_request(farm: Farm, client: SoapClient) -> None:
    faults = farm.hosts["sh1"].faults
    faults.add(Fault("http_500"))
    assert [client.get(OS).status for dummy in range(3)] == [500, 500, 500]
    faults.clear()
    assert client.get(OS).status == 200


def test_scenarios_set_knobs_too(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"faults": [{"kind": "http_500", "at": 2}]})
    client = SoapClient(farm, "sh1")
    assert [client.get(OS).status for dummy in range(3)] == [200, 500, 200]


@pytest.mark.parametrize(
    "given", [{"kind": "nonsense"}, {"kind": "drop", "on": 3}, {"kind": "drop", "at": "x"}, {}]
)
def test_wrong_knobs_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"unknown|expected"):
        Fault.of(given)


def test_identify_can_be_hit_too(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].faults.add(Fault("http_500", operation="Identify"))
    assert client.post(IDENTIFY).status == 500
