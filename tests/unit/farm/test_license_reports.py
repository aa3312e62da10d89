# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports of issued licenses, and revoking them."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from farm import Rights

from .conftest import FarmOf
from .license_client import FAILED, ISSUED, NOT_SUPPORTED, REPORT, LicenseClient
from .soap_client import Answer, SoapClient, fields, local

END = 0x4001
Rows = list[dict[str, str | None]]
PACKS: list[dict[str, Any]] = [
    {"type": "per_user", "total": 10, "issued": 3, "version": 2019},
    {"type": "per_device", "total": 10, "issued": 10},
    {"type": "per_user", "total": 20, "issued": 19},
    {"type": "per_device", "program": "temporary", "total": "unlimited", "issued": 2},
]


def _client(
    farm_of: FarmOf, packs: list[dict[str, Any]] | None = None, **section: Any
) -> LicenseClient:
    chosen = PACKS if packs is None else packs
    plan = {"roles": ["licensing"], "license_server": {"packs": chosen, **section}}
    return LicenseClient(farm_of(ls1=plan))


def _generate(client: LicenseClient) -> dict[str, object]:
    name = client.call(REPORT, "GenerateReportEx").value("FileName")
    assert name
    return {"FileName": name}


def _fetch(
    client: LicenseClient, keys: dict[str, object], what: str, start: int = 0, count: int = 0
) -> tuple[int, int, Rows]:
    answer = client.call(REPORT, f"Fetch{what}", {"StartIndex": start, "Count": count}, keys)
    rows = [fields(item) for item in answer.content if local(item) == what]
    assert answer.value("Count") == str(len(rows))
    return int(answer.value("ReturnValue") or ""), len(rows), rows


def test_a_report_of_users(farm_of: FarmOf) -> None:
    hostile = "=cmd|' /C calc'!A0"
    client = _client(farm_of, report={"users": ["CORP\\anna", hostile]})
    keys = _generate(client)
    code, count, rows = _fetch(client, keys, "ReportEntries")
    assert (code, count) == (0, 22)
    assert [row["User"] for row in rows[:3]] == ["CORP\\anna", hostile, "CORP\\user000003"]
    assert [row["ProductVersionID"] for row in rows[2:4]] == ["6", "7"]
    assert {row["CALType"] for row in rows} == {"RDS Per User CAL"}
    assert (rows[0]["ExpirationDate"] or "").endswith("Z")
    assert client.soap.get(REPORT, {k: str(v) for k, v in keys.items()}).value("Version") == "1"


def test_pages_of_a_report(farm_of: FarmOf) -> None:
    client = _client(farm_of)
    keys = _generate(client)
    seen: list[str | None] = []
    codes = []
    for start in range(0, 30, 8):
        code, dummy, rows = _fetch(client, keys, "ReportEntries", start, 8)
        codes.append(code)
        seen += [row["User"] for row in rows]
    assert codes == [0, 0, 0, END]
    assert len(set(seen)) == len(seen) == 22


def test_the_end_may_come_with_the_last_page_and_as_4001(farm_of: FarmOf) -> None:
    client = _client(farm_of, report={"no_more_data": 4001, "end_with_last_page": True})
    keys = _generate(client)
    assert _fetch(client, keys, "ReportEntries", 0, 21)[:2] == (0, 21)
    assert _fetch(client, keys, "ReportEntries", 0, 22)[:2] == (4001, 22)
    assert _fetch(client, keys, "ReportEntries", 0, 0)[:2] == (4001, 22)
    assert _fetch(client, keys, "ReportEntries", 22, 5)[:2] == (4001, 0)


def test_a_page_that_does_not_fit_is_a_fault(farm_of: FarmOf) -> None:
    client = _client(farm_of, [{"type": "per_user", "total": 9000, "issued": 9000}])
    keys = _generate(client)
    params: dict[str, object] = {"StartIndex": 0, "Count": 0}
    answer: Answer = client.call(REPORT, "FetchReportEntries", params, keys)
    assert (answer.code, answer.subcode) == (2150858805, "EncodingLimit")
    assert _fetch(client, keys, "ReportEntries", 8500, 1000)[1] == 500


def test_devices_summary_and_failures(farm_of: FarmOf) -> None:
    client = _client(farm_of, report={"failed": ["CORP\\a", "CORP\\b", "OTHER\\c"]})
    keys = _generate(client)
    dummy, count, devices = _fetch(client, keys, "ReportPerDeviceEntries", 7, 2)
    assert (count, devices[0]["sIssuedToComputer"]) == (2, "PC000008.corp.example")
    assert devices[0]["CALType"] == "RDS Per Device CAL"
    dummy, dummy, summary = _fetch(client, keys, "ReportSummaryEntries")
    found = [
        (r["ProductVersionID"], r["TSCALType"], r["InstalledLicenses"], r["TSCALAvailability"])
        for r in summary
    ]
    assert found == [
        ("6", "Per User", "10", "Available"),
        ("7", "Per Device", "10", "None"),
        ("7", "Per User", "20", "Limited"),
    ]
    dummy, dummy, failed = _fetch(client, keys, "ReportFailedPerUserEntries", 1, 1)
    assert [row["User"] for row in failed] == ["CORP\\b"]
    domains = _fetch(client, keys, "ReportFailedPerUserSummaryEntries")[2]
    assert [(d["DomainName"], d["FailedIssuanceCount"]) for d in domains] == [
        ("CORP", "2"),
        ("OTHER", "1"),
    ]


def test_a_report_shows_what_was_there_when_it_was_made(farm_of: FarmOf) -> None:
    client = _client(farm_of)
    keys = _generate(client)
    client.server.packs.remove(2)
    assert _fetch(client, keys, "ReportEntries")[1] == 22
    assert _fetch(client, _generate(client), "ReportEntries")[1] == 19


def test_reports_are_deleted_one_by_one(farm_of: FarmOf) -> None:
    client = _client(farm_of, report={"existing": ["Monthly report"]})
    keys = _generate(client)
    names = [fields(item)["FileName"] for item in client.soap.all_items(REPORT)]
    assert names == ["Monthly report", keys["FileName"]]
    assert client.code(REPORT, "DeleteReport", None, keys) == 0
    assert client.call(REPORT, "DeleteReport", None, keys).wmi_code == 0x80041002
    assert client.call(REPORT, "DeleteReport").code == 2150858843
    assert client.server.state()["reports"] == ["Monthly report"]


def test_reports_that_windows_does_not_make(farm_of: FarmOf) -> None:
    farm = farm_of(
        new={"roles": ["licensing"]},
        old={"roles": ["licensing"], "release": "2008r2"},
        wg={"roles": ["licensing"], "workgroup": "WG"},
    )
    new, old, wg = (LicenseClient(farm, name) for name in farm.hosts)
    scope: dict[str, object] = {"ScopeType": 1, "ScopeValue": ""}
    assert new.code(REPORT, "GenerateReport", scope) == NOT_SUPPORTED
    assert old.code(REPORT, "GenerateReport", scope) == 0
    assert old.call(REPORT, "GenerateReportEx").wmi_code == 0x8004102E
    assert wg.code(REPORT, "GenerateReportEx") == FAILED
    user = SoapClient(farm, "new", rights=Rights.REMOTE_MANAGEMENT_USER)
    assert user.invoke(REPORT, "GenerateReportEx").code == 5
    missing = new.call(REPORT, "FetchReportEntries", {"StartIndex": 0}, {"FileName": "x"})
    assert missing.status == 500


def _revoke(client: LicenseClient, license_id: int, pack: int = 2) -> Answer:
    return client.call(ISSUED, "Revoke", None, {"LicenseId": license_id, "KeyPackId": pack})


def _issued(client: LicenseClient) -> int:
    pack = client.server.packs.get(2)
    assert pack is not None
    return pack.issued


def test_one_in_five_may_be_revoked(farm_of: FarmOf) -> None:
    packs = [{"type": "per_device", "total": 10, "issued": 6}]
    client = _client(farm_of, packs)
    first = _revoke(client, 1)
    assert (first.value("ReturnValue"), first.value("RevokableCals")) == ("0", "1")
    assert "NextRevokeAllowedOn" not in first.values
    row = client.soap.get(ISSUED, {"LicenseId": "1", "KeyPackId": "2"})
    assert row.value("LicenseStatus") == "4"
    assert _issued(client) == 5
    assert _revoke(client, 1).value("ReturnValue") == str(NOT_SUPPORTED)
    assert _revoke(client, 2).value("RevokableCals") == "0"
    third = _revoke(client, 3)
    assert third.value("ReturnValue") == str(FAILED)
    assert (third.value("NextRevokeAllowedOn") or "").endswith("Z")
    assert _issued(client) == 4


def test_the_share_counts_per_version_and_returns_with_time(farm_of: FarmOf) -> None:
    packs = [
        {"type": "per_device", "total": 5, "issued": 5},
        {"type": "per_device", "total": 5, "issued": 5, "version": 2019},
    ]
    client = _client(farm_of, packs, revoke_days=30)
    assert _revoke(client, 1).value("ReturnValue") == "0"
    assert _revoke(client, 2).value("ReturnValue") == str(FAILED)
    assert _revoke(client, 6, 3).value("ReturnValue") == "0"
    client.farm.hosts["ls1"].clock.advance(timedelta(days=31))
    assert _revoke(client, 2).value("ReturnValue") == "0"


def test_what_cannot_be_revoked(farm_of: FarmOf) -> None:
    client = _client(farm_of, revoke_percent=100)
    assert _revoke(client, 11, 5).value("ReturnValue") == str(NOT_SUPPORTED)
    assert _revoke(client, 99).wmi_code == 0x80041002
    assert client.call(ISSUED, "Revoke", None, {"LicenseId": 1}).code == 2150858843
    assert client.call(ISSUED, "Revoke", {"Count": 1}, {"LicenseId": 1}).status == 500


@pytest.mark.parametrize("name", ["ReportEntries", "ReportPerDeviceEntries"])
def test_a_late_page_of_a_large_report_comes_quickly(farm_of: FarmOf, name: str) -> None:
    packs = [
        {"type": "per_user", "total": 100_000, "issued": 100_000},
        {"type": "per_device", "total": 100_000, "issued": 100_000},
    ]
    client = _client(farm_of, packs)
    keys = _generate(client)
    before = time.monotonic()
    assert _fetch(client, keys, name, 99_990, 100)[1] == 10
    assert time.monotonic() - before < 0.5
