# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get and Put: selectors, read-only properties, whole instances."""

from __future__ import annotations

import pytest
from farm import Farm, Rights

from .conftest import FarmOf
from .soap_client import CIMV2, SETTING, TS, WMI, SoapClient, envelope, header

SERVICE = CIMV2 + "Win32_Service"
DEPLOYMENT = TS + "Win32_TSDeploymentLicensing"
PUT = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Put"
GET = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get"
KEY = {"ServerName": "SH1"}
FRAGMENT = '<w:FragmentTransfer s:mustUnderstand="true">LicensingType</w:FragmentTransfer>'


def test_get_needs_exactly_the_keys(client: SoapClient) -> None:
    assert client.get(SERVICE, {"Name": "winrm"}).value("Name") == "WinRM"
    for selectors, detail in (
        ({}, "InsufficientSelectors"),
        ({"Caption": "x"}, "UnexpectedSelectors"),
        ({"Name": "WinRM", "State": "Running"}, "UnexpectedSelectors"),
    ):
        answer = client.get(SERVICE, selectors)
        assert (answer.code, answer.subcode, answer.detail) == (
            2150858843,
            "InvalidSelectors",
            detail,
        )


def test_get_of_an_instance_that_is_not_there(client: SoapClient) -> None:
    answer = client.get(SETTING, {"ServerName": "OTHER"})
    assert (answer.code, answer.wmi_code) == (2150858752, 0x80041002)


def test_a_singleton_takes_no_selectors(client: SoapClient) -> None:
    os = CIMV2 + "Win32_OperatingSystem"
    assert client.get(os).value("BuildNumber") == "20348"
    assert client.get(os, {"Name": "x"}).code == 2150858843


def test_class_and_namespace_ignore_case(client: SoapClient) -> None:
    answer = client.get(WMI + "ROOT/CimV2/win32_operatingsystem")
    assert answer.content.tag.endswith("}Win32_OperatingSystem")


def test_there_is_no_property_for_the_server_list(client: SoapClient) -> None:
    assert "SpecifiedLicenseServers" not in client.get(SETTING, KEY).values


def test_a_property_that_newer_releases_lost(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"release": "2016"}, sh2={"release": "2019"})
    name = "PolicySourceDisableForcibleLogoff"
    old = SoapClient(farm, "sh1").get(SETTING, {"ServerName": "SH1"}).values
    new = SoapClient(farm, "sh2").get(SETTING, {"ServerName": "SH2"}).values
    assert (name in old, name in new) == (True, False)


def _instance(client: SoapClient, uri: str, selectors: dict[str, str], **changed: str) -> str:
    """The XML of the instance as it was read, with some texts changed."""
    root = client.get(uri, selectors).content
    inner = ""
    for child in root:
        name = child.tag.rpartition("}")[2]
        nil = child.get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true"
        text = changed.pop(name, None if nil else child.text or "")
        inner += f'<p:{name} xsi:nil="true"/>' if text is None else f"<p:{name}>{text}</p:{name}>"
    inner += "".join(f"<p:{name}>{text}</p:{name}>" for name, text in changed.items())
    cls = uri.rpartition("/")[2]
    return f'<p:{cls} xmlns:p="{uri}">{inner}</p:{cls}>'


def test_put_writes_read_write_properties(farm: Farm, client: SoapClient) -> None:
    body = _instance(client, SETTING, KEY, SessionBrokerDrainMode="1")
    assert client.put(SETTING, body, KEY).value("SessionBrokerDrainMode") == "1"
    assert client.get(SETTING, KEY).value("SessionBrokerDrainMode") == "1"
    assert [r.writes for r in farm.hosts["sh1"].requests] == [False, True, False]


@pytest.mark.parametrize(
    ("changed", "wmi_code"),
    [
        ({"LicensingType": "4"}, 0x80041023),
        ({"LimitedUserSessions": "many"}, 0x80041005),
        ({"LimitedUserSessions": "4294967296"}, 0x8004102B),
        ({"SpecifiedLicenseServers": "ls1"}, 0x80041002),
    ],
)
def test_put_refuses(client: SoapClient, changed: dict[str, str], wmi_code: int) -> None:
    body = _instance(client, SETTING, KEY, **changed)
    assert client.put(SETTING, body, KEY).wmi_code == wmi_code


def test_put_wants_the_whole_instance(client: SoapClient) -> None:
    body = f'<p:Win32_TerminalServiceSetting xmlns:p="{SETTING}"><p:Logons>1</p:Logons></p:Win32_'
    answer = client.put(SETTING, body + "TerminalServiceSetting>", KEY)
    assert answer.wmi_code == 0x80041028
    assert client.get(SETTING, KEY).value("Logons") == "0"


def test_put_wants_the_element_of_the_class(client: SoapClient) -> None:
    assert client.put(SETTING, "<x/>", KEY).code == 2150858817
    assert client.put(SETTING, "", KEY).code == 2150858817


def test_fragments_are_refused(client: SoapClient) -> None:
    for action in (GET, PUT):
        answer = client.send(action, SETTING, selectors=KEY, extra=FRAGMENT)
        assert (answer.code, answer.detail) == (2150858818, "FragmentLevelAccess")


def test_put_needs_an_administrator(farm: Farm, client: SoapClient) -> None:
    body = _instance(client, SETTING, KEY, Logons="1")
    user = SoapClient(farm, "sh1", rights=Rights.REMOTE_MANAGEMENT_USER)
    answer = user.put(SETTING, body, KEY)
    assert (answer.code, answer.wmi_code) == (5, 0x80041003)


def test_put_on_the_deployment(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"deployment": {"central": False}})
    client = SoapClient(farm, "sh1")
    body = _instance(
        client,
        DEPLOYMENT,
        {},
        UseCentralLicensingSettings="true",
        LicensingType="4",
        LicenseServers="ls9",
    )
    answer = client.put(DEPLOYMENT, body)
    assert (answer.value("LicensingType"), answer.value("LicenseServers")) == ("4", "ls9")
    state = farm.hosts["sh1"].state()
    assert (state["effective_mode"], state["mode_source"]) == (4, "deployment")
    body = _instance(client, DEPLOYMENT, {}, LicensingType="3")
    assert client.put(DEPLOYMENT, body).wmi_code == 0x8004102B


def test_the_deployment_class_is_missing_before_2012(farm_of: FarmOf) -> None:
    farm = farm_of(old={"release": "2008r2"}, new={"release": "2012r2"})
    assert SoapClient(farm, "old").enumerate(DEPLOYMENT).wmi_code == 0x80041010
    assert SoapClient(farm, "new").all_items(DEPLOYMENT) == []


def test_a_user_without_remote_enable_is_denied(farm: Farm) -> None:
    answer = SoapClient(farm, "sh1", rights=Rights.NO_REMOTE_ENABLE).get(SETTING, KEY)
    assert (answer.code, answer.subcode) == (5, "AccessDenied")


def test_license_server_classes_are_empty_for_others_than_administrators(farm_of: FarmOf) -> None:
    farm = farm_of(ls1={"roles": ["licensing"], "issued_licenses": 2})
    admin = SoapClient(farm, "ls1")
    user = SoapClient(farm, "ls1", rights=Rights.REMOTE_MANAGEMENT_USER)
    uri = CIMV2 + "Win32_TSLicenseServer"
    assert admin.get(uri).value("DatabasePath") == "C:\\Windows\\system32\\lserver"
    assert set(map(tuple, user.get(uri).values.values())) == {(None,)}
    items = user.all_items(CIMV2 + "Win32_TSIssuedLicense")
    assert [[child.text for child in item] for item in items] == [[None] * 8] * 2
    refused = user.invoke(uri, "GetActivationStatus")
    assert (refused.code, refused.wmi_code) == (5, 0x80041003)


def test_put_without_a_body_element_is_no_xml_error(client: SoapClient) -> None:
    assert client.post(envelope(header(PUT, SETTING, selectors=KEY), "")).code == 2150858817
