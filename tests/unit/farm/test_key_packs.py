# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Key packs and issued licenses as they are read."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from farm import Rights, ScenarioError, load_scenario_dict

from .conftest import FarmOf
from .soap_client import CIMV2, SoapClient, fields

PACK = CIMV2 + "Win32_TSLicenseKeyPack"
ISSUED = CIMV2 + "Win32_TSIssuedLicense"
SERVER = CIMV2 + "Win32_TSLicenseServer"
Row = dict[str, str | None]


def _client(farm_of: FarmOf, section: dict[str, Any] | None = None, **host: Any) -> SoapClient:
    plan = {"roles": ["licensing"], "license_server": section or {}, **host}
    return SoapClient(farm_of(ls1=plan), "ls1")


def _packs(client: SoapClient) -> list[Row]:
    return [fields(item) for item in client.all_items(PACK)]


def test_a_fresh_server_has_the_built_in_pack(farm_of: FarmOf) -> None:
    (pack,) = _packs(_client(farm_of))
    assert pack == {
        "AccessRights": "7",
        "AvailableLicenses": "4294967295",
        "Description": "A02-5.00-EX",
        "ExpirationDate": "2035-12-31T23:00:00Z",
        "IssuedLicenses": "0",
        "KeyPackId": "1",
        "KeyPackType": "6",
        "ProductType": "3",
        "ProductVersion": "Windows 2000 Server",
        "ProductVersionID": "0",
        "TotalLicenses": "4294967295",
        "TypeAndModel": "Built-in TS Per Device CAL",
    }


@pytest.mark.parametrize(("given", "total"), [("zero", ["0"]), (17, ["17"]), (None, [])])
def test_the_built_in_pack_varies(farm_of: FarmOf, given: object, total: list[str]) -> None:
    packs = _packs(_client(farm_of, {"builtin": given}))
    assert [pack["TotalLicenses"] for pack in packs] == total


def test_packs_of_every_version_and_program(farm_of: FarmOf) -> None:
    versions = ["2008", "2008r2", 2012, 2016, 2019, 2022, 2025]
    programs = ["retail", "volume", "concurrent", "temporary", "open", 7, 8]
    packs = [
        {"program": p, "version": v, "type": "per_user", "total": 5, "issued": 2}
        for p, v in zip(programs, versions, strict=True)
    ]
    rows = _packs(_client(farm_of, {"packs": packs, "builtin": None}))
    assert [row["ProductVersionID"] for row in rows] == ["2", "3", "4", "5", "6", "7", "8"]
    assert [row["KeyPackType"] for row in rows] == ["1", "2", "3", "4", "5", "7", "8"]
    assert {row["AvailableLicenses"] for row in rows} == {"3"}
    assert [row["KeyPackId"] for row in rows] == ["1", "2", "3", "4", "5", "6", "7"]
    assert rows[0]["ProductVersion"] == "Windows Server 2008 or Windows Server 2008 R2"
    assert rows[4]["Description"] == "C50-10.01-S"
    assert (rows[0]["TypeAndModel"], rows[6]["TypeAndModel"]) == (
        "TS or RDS Per User CAL",
        "RDS Per User CAL",
    )


def test_odd_packs(farm_of: FarmOf) -> None:
    packs = [
        {"version": 99, "type": 5, "total": "unlimited", "id": 4},
        {"type": "per_device", "total": 10, "issued": 14, "id": 4, "suite": "vdi"},
        {"type": "per_user", "total": 10, "issued": 14, "available": 4294967292},
    ]
    odd, device, user = _packs(_client(farm_of, {"packs": packs, "builtin": None}))
    assert (odd["ProductVersionID"], odd["ProductType"]) == ("99", "5")
    assert (odd["TotalLicenses"], odd["AvailableLicenses"]) == ("4294967295", "4294967295")
    assert (odd["KeyPackId"], device["KeyPackId"]) == ("4", "4")
    assert (device["IssuedLicenses"], device["AvailableLicenses"]) == ("14", "0")
    assert device["TypeAndModel"] == "VDI Standard Suite Per Device subscription license"
    assert (user["KeyPackId"], user["AvailableLicenses"]) == ("5", "4294967292")


def test_texts_are_localized_or_given(farm_of: FarmOf) -> None:
    packs = [
        {"version": "2008", "type": "per_user", "total": 1},
        {"type": "per_user", "total": 1, "version_text": "v", "type_text": "t", "description": "d"},
    ]
    rows = _packs(_client(farm_of, {"packs": packs, "builtin": None}, language="de"))
    assert rows[0]["ProductVersion"] == "Windows Server 2008 oder Windows Server 2008 R2"
    assert "Benutzer" in (rows[0]["TypeAndModel"] or "")
    assert [rows[1][n] for n in ("ProductVersion", "TypeAndModel", "Description")] == [
        "v",
        "t",
        "d",
    ]


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("datetime", "2038-01-01T00:00:00Z"),
        ("dmtf", "20380101000000.000000-000"),
        ("us", "01/01/2038 00:00:00"),
        ("absent", None),
    ],
)
def test_forms_of_the_expiration(farm_of: FarmOf, form: str, shown: str | None) -> None:
    pack = {"type": "per_user", "total": 1}
    section = {"packs": [pack], "builtin": None, "expires_form": form}
    assert _packs(_client(farm_of, section))[0]["ExpirationDate"] == shown


def test_expirations_in_the_scenarios_own_words(farm_of: FarmOf) -> None:
    packs = [
        {"type": "per_user", "total": 1, "expires": expires}
        for expires in ("2026-02-03T04:05:06+01:00", "garbage", None)
    ]
    rows = _packs(_client(farm_of, {"packs": packs, "builtin": None}))
    assert [row["ExpirationDate"] for row in rows] == ["2026-02-03T03:05:06Z", "garbage", None]


def test_fifty_packs_of_one_entry(farm_of: FarmOf) -> None:
    section = {"packs": [{"type": "per_user", "total": 20, "count": 50}]}
    client = _client(farm_of, section)
    assert [row["KeyPackId"] for row in _packs(client)] == [str(n) for n in range(1, 52)]
    assert client.get(PACK, {"keypackid": "51"}).value("TotalLicenses") == "20"
    assert client.get(PACK, {"KeyPackId": "52"}).wmi_code == 0x80041002


def test_issued_licenses_belong_to_their_packs(farm_of: FarmOf) -> None:
    section = {
        "packs": [
            {"type": "per_device", "total": 5, "issued": 3, "id": 7},
            {"type": "per_user", "total": 5, "issued": 4},
            {"type": "per_device", "program": "temporary", "total": 9, "issued": 2},
        ],
        "issued_rows": [{"pack": 7, "computer": "<script>", "user": "=cmd|' /C calc'!A0"}],
    }
    client = _client(farm_of, section, clock="2026-05-01T00:00:00Z")
    rows = [fields(item) for item in client.all_items(ISSUED)]
    assert [(r["KeyPackId"], r["LicenseId"], r["LicenseStatus"]) for r in rows] == [
        ("7", "1", "2"),
        ("7", "2", "2"),
        ("7", "3", "2"),
        ("9", "4", "1"),
        ("9", "5", "1"),
        ("7", "6", "2"),
    ]
    assert (rows[5]["sIssuedToComputer"], rows[5]["sIssuedToUser"]) == (
        "<script>",
        "=cmd|' /C calc'!A0",
    )
    now = datetime(2026, 5, 1, tzinfo=UTC)
    for row in rows:
        issued = datetime.fromisoformat(row["IssueDate"] or "")
        expires = datetime.fromisoformat(row["ExpirationDate"] or "")
        assert issued <= now < expires
        assert 51 <= (expires - issued).days <= 90
    one = client.get(ISSUED, {"LicenseId": "4", "KeyPackId": "9"})
    assert one.value("sIssuedToComputer") == rows[3]["sIssuedToComputer"]
    assert client.get(ISSUED, {"LicenseId": "4", "KeyPackId": "7"}).wmi_code == 0x80041002
    assert client.get(ISSUED, {"LicenseId": "x", "KeyPackId": "7"}).wmi_code == 0x80041002


def test_many_licenses_bring_their_packs_and_one_is_found_quickly(farm_of: FarmOf) -> None:
    client = _client(farm_of, {"issued": 100_000})
    packs = _packs(client)
    assert [(p["KeyPackType"], p["IssuedLicenses"]) for p in packs] == [
        ("6", "0"),
        ("1", "45000"),
        ("2", "45000"),
        ("4", "10000"),
    ]
    before = time.monotonic()
    answer = client.get(ISSUED, {"LicenseId": "90000", "KeyPackId": "3"})
    assert answer.value("LicenseStatus") == "2"
    assert time.monotonic() - before < 0.5


def test_others_than_administrators_see_empty_packs(farm_of: FarmOf) -> None:
    farm = farm_of(ls1={"roles": ["licensing"]})
    user = SoapClient(farm, "ls1", rights=Rights.REMOTE_MANAGEMENT_USER)
    (item,) = user.all_items(PACK)
    assert set(fields(item).values()) == {None}
    assert user.invoke(SERVER, "GetActivationStatus").code == 5


def test_a_stopped_service_answers_nothing(farm_of: FarmOf) -> None:
    client = _client(farm_of, stopped_services=["TermServLicensing"])
    assert client.get(SERVER).wmi_code == 0x80041009
    assert client.enumerate(PACK).wmi_code == 0x80041009
    assert client.query("SELECT * FROM Win32_TSIssuedLicense").wmi_code == 0x80041009
    assert client.invoke(SERVER, "GetActivationStatus").wmi_code == 0x80041009


def test_a_device_that_asks_gets_a_license(farm_of: FarmOf) -> None:
    farm = farm_of(
        ls1={
            "roles": ["licensing"],
            "license_server": {"packs": [{"type": "per_device", "total": 2}]},
        }
    )
    server = farm.hosts["ls1"].license_server
    assert server is not None
    server.issue(2, "PC9.corp.example", "CORP\\anna")
    client = SoapClient(farm, "ls1")
    (row,) = client.all_items(ISSUED)
    assert fields(row)["sIssuedToUser"] == "CORP\\anna"
    assert client.get(PACK, {"KeyPackId": "2"}).value("AvailableLicenses") == "1"
    with pytest.raises(ValueError, match="no key pack 9"):
        server.issue(9, "x")


def test_contact_data_is_put_and_read_back(farm_of: FarmOf) -> None:
    farm = farm_of(
        ls1={"roles": ["licensing"], "license_server": {"contact": {"City": "Bonn"}}},
    )
    client = SoapClient(farm, "ls1")
    old = client.get(SERVER)
    assert (old.value("City"), old.value("Company"), len(old.values)) == ("Bonn", "", 15)

    def body(**changed: str) -> str:
        inner = "".join(
            f"<p:{name}>{changed.get(name, texts[0] or '')}</p:{name}>"
            for name, texts in old.values.items()
        )
        return f'<p:Win32_TSLicenseServer xmlns:p="{SERVER}">{inner}</p:Win32_TSLicenseServer>'

    assert client.put(SERVER, body(Company="Test", FirstName="A")).value("Company") == "Test"
    server = farm.hosts["ls1"].license_server
    assert server is not None
    assert (server.contact["City"], server.contact["FirstName"]) == ("Bonn", "A")
    assert client.put(SERVER, body(ProductId="x")).wmi_code == 0x80041023
    assert client.put(SERVER, body(company="x").replace("Company", "company")).status == 500
    assert farm.state()["ls1"]["license_server"] == server.state()


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"pakcs": []}, "license_server.pakcs: unknown key"),
        ({"packs": [{"total": 1}]}, "packs.0.type: None is no number"),
        ({"packs": [{"type": "per_user"}]}, "packs.0.total: None is no number"),
        ({"packs": [{"type": "x", "total": 1}]}, "'x' is no number and not one of per_device"),
        ({"packs": [{"type": 0, "total": -1}]}, "-1 is no 32-bit number"),
        ({"packs": [{"type": 0, "total": 1, "version": "2003"}]}, "'2003' is no number"),
        ({"packs": [{"type": 0, "total": 1, "count": 0}]}, "at least 1"),
        ({"packs": [{"type": 0, "total": 1, "expires": 5}]}, "an ISO 8601 time"),
        ({"contact": {"Firstname": "x"}}, "contact.Firstname: unknown key"),
        ({"license_server_id": "x"}, "35 characters"),
        ({"clearinghouse": "down"}, "'down' is no number and not one of reachable"),
        ({"issued_rows": [{"pack": 1}]}, "issued_rows.0.computer: a text is expected"),
    ],
)
def test_errors_of_the_scenario(section: dict[str, Any], message: str) -> None:
    plan = {"roles": ["licensing"], "license_server": section}
    with pytest.raises(ScenarioError) as caught:
        load_scenario_dict({"hosts": {"a": plan}})
    assert message in str(caught.value)


def test_packs_need_the_role() -> None:
    plan = {"license_server": {"packs": [{"type": 0, "total": 1}]}}
    with pytest.raises(ScenarioError, match="need the role licensing"):
        load_scenario_dict({"hosts": {"a": plan}})
