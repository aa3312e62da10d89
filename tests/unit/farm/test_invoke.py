# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Invoke: methods and parameters are checked against the definitions, name by name."""

from __future__ import annotations

import pytest
from farm import Farm

from .soap_client import CIMV2, HKLM, REGISTRY, SETTING, SoapClient

KEY = [("hDefKey", HKLM), ("sSubKeyName", "SOFTWARE")]
METHOD = 0x8004102E
PARAMETER = 0x8004102F
TYPE = 0x80041005
RANGE = 0x8004102B


@pytest.mark.parametrize(
    ("method", "params", "wmi_code"),
    [
        ("SetLicensingType", [("LicensingType", "4")], METHOD),
        ("changemode", [("LicensingType", "4")], METHOD),
        ("ChangeMode", [("licensingtype", "4")], PARAMETER),
        ("ChangeMode", [("Mode", "4")], PARAMETER),
        ("ChangeMode", [], PARAMETER),
        ("ChangeMode", [("LicensingType", "4"), ("LicensingType", "4")], PARAMETER),
        ("ChangeMode", [("LicensingType", "4"), ("More", "1")], PARAMETER),
        ("ChangeMode", [("LicensingType", "PerUser")], TYPE),
        ("ChangeMode", [("LicensingType", "")], TYPE),
        ("ChangeMode", [("LicensingType", "-1")], RANGE),
        ("ChangeMode", [("LicensingType", "4294967296")], RANGE),
        ("SetSpecifiedLicenseServerList", [], PARAMETER),
        ("SetSpecifiedLicenseServerList", [("SpecifiedLsList", "ls1")], PARAMETER),
        ("SetSpecifiedLicenseServerList", [("LicenseServers", "ls1")], PARAMETER),
        ("GetSpecifiedLicenseServerList", [("SpecifiedLSList", "ls1")], PARAMETER),
        (
            "AddLSToSpecifiedLicenseServerList",
            [("LicenseServerName", "a"), ("LicenseServerName", "b")],
            PARAMETER,
        ),
    ],
)
def test_wrong_calls(
    farm: Farm, client: SoapClient, method: str, params: list[tuple[str, str]], wmi_code: int
) -> None:
    before = farm.hosts["sh1"].state()
    answer = client.setting(method, params)
    reads = method.startswith("Get")
    assert farm.hosts["sh1"].requests[-1].writes is not reads
    assert (answer.code, answer.wmi_code) == (2150859010, wmi_code)
    assert farm.hosts["sh1"].state() == before


def test_a_nil_parameter_is_a_missing_one(client: SoapClient) -> None:
    body = f'<m:ChangeMode_INPUT xmlns:m="{SETTING}"><m:LicensingType xsi:nil="true"/>'
    answer = client.send(
        SETTING + "/ChangeMode",
        SETTING,
        body + "</m:ChangeMode_INPUT>",
        selectors={"ServerName": "SH1"},
    )
    assert answer.wmi_code == PARAMETER


def test_a_parameter_with_child_elements_is_refused(client: SoapClient) -> None:
    body = f'<m:ChangeMode_INPUT xmlns:m="{SETTING}"><m:LicensingType><m:string>4</m:string>'
    body += "</m:LicensingType></m:ChangeMode_INPUT>"
    answer = client.send(SETTING + "/ChangeMode", SETTING, body, selectors={"ServerName": "SH1"})
    assert answer.wmi_code == TYPE


@pytest.mark.parametrize(
    "body",
    [
        "",
        f'<m:ChangeMode xmlns:m="{SETTING}"/>',
        f'<m:Other_INPUT xmlns:m="{SETTING}"/>',
    ],
    ids=["no element", "no _INPUT", "another method"],
)
def test_the_input_element_is_required(client: SoapClient, body: str) -> None:
    uri = SETTING + "/GetDomain"
    answer = client.send(uri, SETTING, body, selectors={"ServerName": "SH1"})
    assert (answer.code, answer.subcode) == (2150858817, "SchemaValidationError")


def test_the_input_belongs_to_the_namespace_of_the_resource(client: SoapClient) -> None:
    body = '<GetDomain_INPUT xmlns="urn:other"/>'
    answer = client.send(SETTING + "/GetDomain", SETTING, body, selectors={"ServerName": "SH1"})
    assert answer.wmi_code == PARAMETER


def test_a_parameter_belongs_to_the_namespace_of_the_resource(client: SoapClient) -> None:
    body = f'<m:ChangeMode_INPUT xmlns:m="{SETTING}"><LicensingType>4</LicensingType>'
    answer = client.send(
        SETTING + "/ChangeMode",
        SETTING,
        body + "</m:ChangeMode_INPUT>",
        selectors={"ServerName": "SH1"},
    )
    assert answer.wmi_code == PARAMETER


def test_an_instance_method_needs_its_instance(client: SoapClient) -> None:
    assert client.invoke(SETTING, "GetDomain").code == 2150858843
    answer = client.invoke(SETTING, "GetDomain", selectors={"ServerName": "OTHER"})
    assert answer.wmi_code == 0x80041002


def test_a_static_method_takes_no_selectors(client: SoapClient) -> None:
    assert client.invoke(REGISTRY, "EnumKey", KEY).value("ReturnValue") == "0"
    answer = client.invoke(REGISTRY, "EnumKey", KEY, {"ServerName": "SH1"})
    assert (answer.code, answer.detail) == (2150858843, "UnexpectedSelectors")


def test_methods_of_a_class_that_is_not_there(client: SoapClient) -> None:
    uri = CIMV2 + "Win32_TSLicenseServer"
    assert client.invoke(uri, "GetActivationStatus").wmi_code == 0x80041010


def test_a_derived_class_has_the_methods_of_its_base(client: SoapClient) -> None:
    uri = CIMV2 + "Win32_TerminalService"
    selectors = {"Name": "TermService"}
    assert client.invoke(uri, "InterrogateService", selectors=selectors).value("ReturnValue") == "0"
    assert (
        client.invoke(uri, "InterrogateService", selectors={"Name": "WinRM"}).wmi_code == 0x80041002
    )


def test_the_answer_names_the_method(client: SoapClient) -> None:
    answer = client.setting("GetDomain")
    assert answer.content.tag == f"{{{SETTING}}}GetDomain_OUTPUT"
    assert f"{SETTING}/GetDomainResponse".encode() in answer.body
    assert list(answer.values) == ["Domain", "ReturnValue"]


def test_the_log_tells_reads_from_writes(farm: Farm, client: SoapClient) -> None:
    client.setting("GetDomain")
    client.setting("ChangeMode", [("LicensingType", "4")])
    client.registry("EnumKey", "SOFTWARE")
    client.registry("CreateKey", "SOFTWARE\\New")
    seen = [(r.method, r.writes, r.params) for r in farm.hosts["sh1"].requests]
    assert seen == [
        ("GetDomain", False, {}),
        ("ChangeMode", True, {"LicensingType": 4}),
        ("EnumKey", False, {"hDefKey": int(HKLM), "sSubKeyName": "SOFTWARE"}),
        ("CreateKey", True, {"hDefKey": int(HKLM), "sSubKeyName": "SOFTWARE\\New"}),
    ]


def test_control_characters_become_question_marks(farm: Farm, client: SoapClient) -> None:
    farm.hosts["sh1"].registry.set("HKLM\\SOFTWARE\\T", "v", "SZ", "a\x01b\tc\x1f")
    answer = client.registry("GetStringValue", "SOFTWARE\\T", ("sValueName", "v"))
    assert answer.value("sValue") == "a?b\tc?"


def test_embedded_instances_have_the_type_of_their_class(client: SoapClient) -> None:
    servers = [("SpecifiedLSList", "ls1"), ("SpecifiedLSList", "gone")]
    client.setting("SetSpecifiedLicenseServerList", servers)
    answer = client.setting("FindLicenseServers")
    assert answer.value("Count") == "2"
    assert b'type="q1:Win32_TSDiscoveredLicenseServer_Type"' in answer.body
    found = [e for e in answer.content if e.tag.endswith("}LicenseServersList")]
    rows = [{c.tag.rpartition("}")[2]: c.text for c in e} for e in found]
    assert [(r["LicenseServer"], r["IsLSAvailable"]) for r in rows] == [("ls1", "1"), ("gone", "0")]
