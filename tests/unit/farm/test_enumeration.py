# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Enumerate, Pull, Release: pages as recorded answers of Windows show them."""

from __future__ import annotations

import pytest
from farm import Farm, Rights

from .conftest import FarmOf
from .soap_client import (
    CIMV2,
    WMI,
    SoapClient,
    context_of,
    ended,
    fields,
    local,
    page,
)

SERVICE = CIMV2 + "Win32_Service"
ISSUED = CIMV2 + "Win32_TSIssuedLicense"
RSOP = WMI + "root/RSOP/Computer/"


@pytest.fixture
def licenses(farm_of: FarmOf) -> SoapClient:
    """A license server with 500 issued licenses."""
    return SoapClient(farm_of(ls1={"roles": ["licensing"], "issued_licenses": 500}), "ls1")


def _small(size: int) -> dict[str, str | None]:
    return {"MaxEnvelopeSize": f"<w:MaxEnvelopeSize>{size}</w:MaxEnvelopeSize>"}


def test_an_optimized_enumerate_brings_one_item_first(licenses: SoapClient) -> None:
    answer = licenses.enumerate(ISSUED)
    assert len(page(answer)) == 1
    assert context_of(answer)
    assert not ended(answer)


def test_pages_end_near_76800_bytes_whatever_is_asked(licenses: SoapClient) -> None:
    context = context_of(licenses.enumerate(ISSUED))
    answer = licenses.pull(ISSUED, context)
    assert 70_000 < len(answer.body) < 78_000
    assert not ended(answer)


def test_every_answer_has_a_new_context_and_the_old_one_is_gone(licenses: SoapClient) -> None:
    first = context_of(licenses.enumerate(ISSUED))
    second = context_of(licenses.pull(ISSUED, first))
    assert first != second
    answer = licenses.pull(ISSUED, first)
    assert (answer.code, answer.subcode) == (2150858779, "InvalidEnumerationContext")


def test_all_items_arrive_once_and_the_last_page_says_so(licenses: SoapClient) -> None:
    items = licenses.all_items(ISSUED)
    assert [fields(item)["LicenseId"] for item in items] == [str(n) for n in range(1, 501)]


def test_pull_without_max_elements_brings_one_item(licenses: SoapClient) -> None:
    context = context_of(licenses.enumerate(ISSUED))
    answer = licenses.pull(ISSUED, context, None)
    assert len(page(answer)) == 1
    assert len(page(licenses.pull(ISSUED, context_of(answer), "7"))) == 7


@pytest.mark.parametrize("number", ["0", "-1", "x"])
def test_max_elements_must_be_positive(licenses: SoapClient, number: str) -> None:
    context = context_of(licenses.enumerate(ISSUED))
    assert licenses.pull(ISSUED, context, number).code == 2150858817


def test_a_smaller_envelope_gives_smaller_pages(licenses: SoapClient) -> None:
    context = context_of(licenses.enumerate(ISSUED))
    answer = licenses.pull(ISSUED, context, replace=_small(10_000))
    assert 5_000 < len(answer.body) <= 10_000


def test_an_item_larger_than_the_envelope_is_a_fault(farm_of: FarmOf) -> None:
    farm = farm_of(
        sh1={
            "gpo": {
                "name": "n" * 9000,
                "guid": "{3F2504E0-4F89-41D3-9A0C-0305E82C3301}",
                "values": {"LicensingMode": 4},
            }
        }
    )
    answer = SoapClient(farm, "sh1").enumerate(RSOP + "RSOP_GPO", replace=_small(8192))
    assert (answer.code, answer.subcode) == (2150858805, "EncodingLimit")


def test_a_single_instance_comes_back_in_one_round_trip(client: SoapClient) -> None:
    answer = client.enumerate(CIMV2 + "Win32_OperatingSystem")
    assert [local(child) for child in answer.content] == [
        "EnumerationContext",
        "Items",
        "EndOfSequence",
    ]
    assert context_of(answer) == ""


def test_an_empty_set_ends_at_once(client: SoapClient) -> None:
    answer = client.query("SELECT * FROM Win32_Service WHERE Name = 'Nothing'")
    assert page(answer) == []
    assert ended(answer)


def test_items_belong_to_wsman_in_enumerate_and_to_enumeration_in_pull(
    licenses: SoapClient,
) -> None:
    first = licenses.enumerate(ISSUED)
    assert b"<w:Items>" in first.body
    assert b"<n:Items>" in licenses.pull(ISSUED, context_of(first)).body
    few = licenses.query("SELECT * FROM Win32_TSIssuedLicense WHERE LicenseId < 3")
    assert b"<w:EndOfSequence/>" not in few.body
    assert b"<n:EndOfSequence/>" in licenses.pull(CIMV2 + "*", context_of(few)).body


def test_without_optimization_enumerate_brings_only_a_context(client: SoapClient) -> None:
    answer = client.enumerate(SERVICE, optimize=False, max_elements=None)
    assert [local(child) for child in answer.content] == ["EnumerationContext"]
    assert len(page(client.pull(SERVICE, context_of(answer)))) == 3


def test_release_frees_the_context(farm: Farm, client: SoapClient) -> None:
    context = context_of(client.enumerate(SERVICE))
    assert farm.services["sh1"].cim.enumerations.open == 1
    answer = client.release(SERVICE, context)
    assert answer.status == 200
    assert farm.services["sh1"].cim.enumerations.open == 0
    assert client.release(SERVICE, context).code == 2150858779


def test_a_context_belongs_to_its_resource(client: SoapClient) -> None:
    context = context_of(client.enumerate(SERVICE))
    assert client.pull(CIMV2 + "Win32_OperatingSystem", context).code == 2150858779


def test_a_context_belongs_to_its_user(farm: Farm, client: SoapClient) -> None:
    context = context_of(client.enumerate(SERVICE))
    other = SoapClient(farm, "sh1", rights=Rights.REMOTE_MANAGEMENT_USER)
    assert other.pull(SERVICE, context).code == 2150858779
    assert client.pull(SERVICE, context).status == 200


def test_open_enumerations_count_against_the_quota(farm_of: FarmOf) -> None:
    client = SoapClient(farm_of(sh1={"max_operations": 2}), "sh1")
    contexts = [context_of(client.enumerate(SERVICE)) for dummy in range(2)]
    answer = client.enumerate(SERVICE)
    assert (answer.code, answer.subcode) == (2150859174, "QuotaLimit")
    assert b"MSFT_WmiError" in answer.body
    assert b"WSManFault" not in answer.body
    client.release(SERVICE, contexts[0])
    assert client.enumerate(SERVICE).status == 200


def test_the_quota_of_an_old_release_is_15(farm_of: FarmOf) -> None:
    farm = farm_of(old={"release": "2008r2"}, new={})
    assert [farm.hosts[name].max_operations for name in ("old", "new")] == [15, 1500]


@pytest.mark.parametrize("action", ["Enumerate", "Pull", "Release"])
def test_the_body_must_hold_its_element(client: SoapClient, action: str) -> None:
    uri = f"http://schemas.xmlsoap.org/ws/2004/09/enumeration/{action}"
    assert client.send(uri, SERVICE, "<n:Other/>").code == 2150858817


def test_a_whole_instance_has_its_own_namespace_and_type(client: SoapClient) -> None:
    items = client.all_items(SERVICE)
    types = {
        item.get("{http://www.w3.org/2001/XMLSchema-instance}type"): item.tag for item in items
    }
    assert types == {
        "p:Win32_Service_Type": f"{{{SERVICE}}}Win32_Service",
        "p:Win32_TerminalService_Type": f"{{{CIMV2}Win32_TerminalService}}Win32_TerminalService",
    }


def test_derived_classes_are_included_but_not_base_classes(client: SoapClient) -> None:
    names = [fields(item)["Name"] for item in client.all_items(SERVICE)]
    assert names == ["EventLog", "TermService", "WinRM"]
    derived = client.all_items(CIMV2 + "Win32_TerminalService")
    assert [fields(item)["Name"] for item in derived] == ["TermService"]
    assert "TotalSessions" in fields(derived[0])


def test_properties_come_in_alphabetical_order(client: SoapClient) -> None:
    for item in client.all_items(SERVICE):
        names = [local(child).lower() for child in item]
        assert names == sorted(names)


def test_null_scalars_are_nil_null_arrays_are_left_out_and_empty_strings_stay(
    farm_of: FarmOf,
) -> None:
    gpo = {
        "name": "GPO",
        "guid": "{3F2504E0-4F89-41D3-9A0C-0305E82C3301}",
        "values": {"LicensingMode": 4},
    }
    client = SoapClient(farm_of(sh1={"gpo": gpo}), "sh1")
    item, dummy = client.all_items(RSOP + "RSOP_GPO")
    values = fields(item)
    assert values["filterId"] is None
    assert "extensionIds" not in values
    (system,) = client.all_items(CIMV2 + "Win32_OperatingSystem")
    assert fields(system)["Organization"] == ""
    assert fields(system)["CSDVersion"] is None


def test_a_projection_is_a_fragment_without_namespaces(client: SoapClient) -> None:
    (item,) = page(client.query("SELECT LastBootUpTime, caption FROM Win32_OperatingSystem"))
    assert local(item) == "XmlFragment"
    assert [child.tag for child in item] == ["Caption", "LastBootUpTime"]
    assert [child.tag for child in item[1]] == ["Datetime"]


def test_datetimes_are_utc_without_trailing_zeros(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"clock": "2026-03-01T10:00:00.500000+02:00", "uptime_hours": 1})
    client = SoapClient(farm, "sh1")
    (item,) = page(client.query("SELECT InstallDate,LastBootUpTime FROM Win32_OperatingSystem"))
    values = fields(item)
    assert (values["LastBootUpTime"] or "").startswith("2026-03-01T07:00:00.5")
    assert (values["InstallDate"] or "").endswith("07:00:00Z")


def test_a_class_of_a_missing_role_does_not_exist(farm: Farm, client: SoapClient) -> None:
    answer = client.enumerate(ISSUED)
    assert (answer.code, answer.subcode, answer.wmi_code) == (
        2150858752,
        "DestinationUnreachable",
        0x80041010,
    )
    assert SoapClient(farm, "ls1").enumerate(ISSUED).status == 200


def test_a_class_without_instances_cannot_be_enumerated(client: SoapClient) -> None:
    answer = client.enumerate(WMI + "root/default/StdRegProv")
    assert answer.wmi_code == 0x80041024


def test_an_enumeration_takes_no_keys(client: SoapClient) -> None:
    action = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate"
    for name, code in (("Name", 2150858843), ("__cimnamespace", 2150858752)):
        answer = client.send(action, SERVICE, "<n:Enumerate/>", selectors={name: "WinRM"})
        assert answer.code == code


@pytest.mark.parametrize("mode", ["EnumerateEPR", "EnumerateObjectAndEPR"])
def test_other_enumeration_modes_are_refused(client: SoapClient, mode: str) -> None:
    body = f"<n:Enumerate><w:EnumerationMode>{mode}</w:EnumerationMode></n:Enumerate>"
    uri = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate"
    assert client.send(uri, SERVICE, body).code == 2150858818


def test_a_hundred_thousand_licenses_are_made_lazily(farm_of: FarmOf) -> None:
    farm = farm_of(ls1={"roles": ["licensing"], "issued_licenses": 100_000})
    client = SoapClient(farm, "ls1")
    text = "SELECT LicenseId FROM Win32_TSIssuedLicense"
    answer = client.query(text)
    for dummy in range(3):
        answer = client.pull(CIMV2 + "*", context_of(answer))
    assert len(page(answer)) > 100
    client.release(CIMV2 + "*", context_of(answer))
