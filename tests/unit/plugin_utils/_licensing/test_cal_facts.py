# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CAL inventory of a license server."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    MethodFailed,
    NothingThere,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.cals import (
    per_user_report,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.cals.cal_facts import (
    Collected,
    FactsOptions,
    TooManyRows,
    collect_cal_facts,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.license_servers import (
    license_server,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.row_file import (
    FileNotWritten,
    open_row_file,
)
from unit.plugin_utils.stub_license_server import StubLicenseServer, issued_row, pack_row


@pytest.fixture
def server() -> StubLicenseServer:
    """Activated, with a pack of user CALs and one of device CALs."""
    server = StubLicenseServer()
    server.activation = 0
    server.packs = [pack_row(2, ProductType=0), pack_row(3)]
    return server


def collect(server: StubLicenseServer, check_mode: bool = False, **options: Any) -> Collected:
    return collect_cal_facts(
        server.session, FactsOptions(**options), open_row_file, check_mode=check_mode
    )


def test_the_server_stands_beside_its_packs(server: StubLicenseServer) -> None:
    facts = collect(server).facts
    assert facts["server"] == {
        "name": "LS1",
        "os_build": 26100,
        "product_id": "00000-00000-00000-AA000",
        "license_server_id": "A" * 35,
        "version": "10.0",
        "version_number": "10.0",
        "activated": True,
        "database_path": "C:\\Windows\\system32\\LServer",
        "role": "domain",
    }
    assert [pack["key_pack_id"] for pack in facts["packs"]] == [2, 3]
    assert [each["type"] for each in facts["summary"]] == ["per_device", "per_user"]
    assert facts["issued"] is facts["per_user"] is None
    assert json.loads(json.dumps(facts)) == facts


def test_the_builtin_pack_is_listed_only_when_asked_for(server: StubLicenseServer) -> None:
    server.packs.append(pack_row(1, ProductType=3, KeyPackType=6, ProductVersionID=0))
    assert [pack["key_pack_id"] for pack in collect(server).facts["packs"]] == [2, 3]
    listed = collect(server, include_builtin=True).facts["packs"]
    assert [pack["key_pack_id"] for pack in listed] == [1, 2, 3]
    assert len(collect(server).facts["summary"]) == 2


def test_an_account_without_rights_gets_an_error_and_no_empty_inventory() -> None:
    server = StubLicenseServer()
    server.properties = dict.fromkeys(server.properties)
    with pytest.raises(NothingThere, match="lacks the right"):
        collect(server)


def test_a_host_without_the_role_says_so() -> None:
    server = StubLicenseServer()
    server.installed = False
    with pytest.raises(license_server.NotALicenseServer):
        collect(server)


@pytest.mark.parametrize(
    ("status", "expected", "warned"),
    [(0, True, ""), (1, False, "not activated"), (2, None, "does not tell"), (7, None, "tell")],
)
def test_activation(
    server: StubLicenseServer, status: int, expected: bool | None, warned: str
) -> None:
    server.activation = status
    found = collect(server)
    assert found.facts["server"]["activated"] is expected
    assert warned in " ".join(found.warnings)
    assert bool(found.warnings) is bool(warned)


def test_undocumented_numbers_are_reported(server: StubLicenseServer) -> None:
    server.packs = [pack_row(2, KeyPackType=7, ProductVersionID=99)]
    (warning,) = collect(server).warnings
    assert "program unknown" in warning
    assert "version id 99" in warning


class TestIssued:
    """Issued per device CALs."""

    def test_the_summary_counts(self, server: StubLicenseServer) -> None:
        now = datetime.now(UTC)
        server.issued = [
            issued_row(1, ExpirationDate=now + timedelta(days=3)),
            issued_row(2, ExpirationDate=now + timedelta(days=20), sHardwareId="0x00000001"),
            issued_row(3, LicenseStatus=1, ExpirationDate=now + timedelta(days=80)),
            issued_row(4, LicenseStatus=4, ExpirationDate=now + timedelta(days=1)),
            issued_row(5, LicenseStatus=42, KeyPackId=77, ExpirationDate=None),
        ]
        assert collect(server, issued="summary").facts["issued"] == {
            "total": 5,
            "by_pack": {"2": 4, "77": 1},
            "by_status": {"active": 2, "revoked": 1, "temporary": 1, "unknown": 1},
            "by_type": {"per_device": 4, "unknown": 1},
            "expiring_7_days": 1,
            "expiring_30_days": 2,
            "devices_with_several": 1,
        }

    def test_rows_stand_beside_the_facts(self, server: StubLicenseServer) -> None:
        server.issued = [issued_row(1)]
        found = collect(server, issued="list")
        assert found.values["issued_rows"] == [
            {
                "license_id": 1,
                "key_pack_id": 2,
                "computer": "PC1",
                "user": "",
                "status": "active",
                "issued": "2026-01-01T00:00:00Z",
                "expires": "2026-12-31T00:00:00Z",
                "hardware_id": "0x00000001",
            }
        ]
        assert "issued_rows" not in found.facts

    def test_too_many_rows_name_the_way_out(self, server: StubLicenseServer) -> None:
        server.issued = [issued_row(number) for number in range(4)]
        assert len(collect(server, issued="list", issued_limit=4).values["issued_rows"]) == 4
        with pytest.raises(TooManyRows) as caught:
            collect(server, issued="list", issued_limit=3)
        assert "issued_file" in (caught.value.advice or "")

    def test_a_file_of_json_lines(self, server: StubLicenseServer, tmp_path: Path) -> None:
        server.issued = [issued_row(number) for number in range(3)]
        path = tmp_path / "issued.jsonl"
        found = collect(server, issued="list", issued_file=str(path))
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        assert [row["license_id"] for row in rows] == [0, 1, 2]
        assert found.values == {"issued_file": str(path)}
        assert path.stat().st_mode & 0o777 == 0o600
        assert list(tmp_path.iterdir()) == [path]

    def test_a_csv_file_holds_no_formula(self, server: StubLicenseServer, tmp_path: Path) -> None:
        server.issued = [issued_row(1, sIssuedToComputer="=cmd|' /C calc'!A0")]
        path = tmp_path / "issued.csv"
        collect(server, issued="summary", issued_file=str(path))
        header, row = path.read_text(encoding="utf-8").splitlines()
        assert header.startswith("license_id,key_pack_id,computer")
        assert row.split(",")[2] == "'=cmd|' /C calc'!A0"

    def test_check_mode_writes_no_file(self, server: StubLicenseServer, tmp_path: Path) -> None:
        server.issued = [issued_row(1)]
        found = collect(
            server, check_mode=True, issued="summary", issued_file=str(tmp_path / "issued.csv")
        )
        assert found.facts["issued"]["total"] == 1
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_that_is_not_there(self, server: StubLicenseServer, tmp_path: Path) -> None:
        with pytest.raises(FileNotWritten, match="cannot be written on the controller"):
            collect(server, issued="summary", issued_file=str(tmp_path / "no" / "issued.csv"))


def user_row(number: int) -> dict[str, Any]:
    """An entry of the per user report."""
    return {
        "User": f"CORP\\user{number}",
        "ExpirationDate": datetime(2026, 12, 31, tzinfo=UTC),
        "CALType": "RDS Per User CAL",
        "ProductVersion": "Windows Server 2022",
        "ProductVersionID": 7,
    }


class TestPerUser:
    """The per user report: the one option that writes."""

    def test_it_is_generated_counted_and_deleted(self, server: StubLicenseServer) -> None:
        server.users = [user_row(number) for number in range(2500)]
        found = collect(server, per_user_report=True)
        assert found.facts["per_user"] == {
            "available": True,
            "total": 2500,
            "by_version": {"2022": 2500},
            "by_type": {"RDS Per User CAL": 2500},
        }
        assert server.calls[-1][0] == "DeleteReport"
        assert ("patient", {}) in server.calls
        assert "per_user_rows" not in found.values

    def test_pages_halve_until_they_fit(self, server: StubLicenseServer) -> None:
        server.users = [user_row(number) for number in range(300)]
        server.largest_page = 130
        assert collect(server, per_user_report=True).facts["per_user"]["total"] == 300
        sizes = [inputs["Count"] for name, inputs in server.calls if name == "FetchReportEntries"]
        assert sizes[:4] == [1000, 500, 250, 125]

    def test_it_is_deleted_after_a_failure_as_well(self, server: StubLicenseServer) -> None:
        server.refuses["FetchReportEntries"] = 0x80041001
        report = collect(server, per_user_report=True).facts["per_user"]
        assert report["available"] is False
        assert "0x80041001" in report["why"]
        assert server.calls[-1][0] == "DeleteReport"

    @pytest.mark.parametrize("number", [0x4001, 4001])
    def test_no_more_data_is_the_end(self, server: StubLicenseServer, number: int) -> None:
        server.methods["FetchReportEntries"] = {"ReturnValue": number, "ReportEntries": []}
        assert collect(server, per_user_report=True).facts["per_user"]["total"] == 0

    def test_a_lost_answer_is_looked_for_and_not_repeated(self, server: StubLicenseServer) -> None:
        server.users = [user_row(1)]
        server.lose_answer_of = "GenerateReportEx"
        delays: list[float] = []
        found = per_user_report.per_user_report(server.session, None, delays.append)
        assert (found.available, found.total, delays) == (True, 1, [2.0])
        assert [name for name, dummy in server.calls].count("GenerateReportEx") == 1
        assert server.reports == ["of somebody else"]

    def test_a_lost_report_that_never_shows_is_told(self, server: StubLicenseServer) -> None:
        server.methods["GenerateReportEx"] = {}
        server.lose_answer_of = "GenerateReportEx"
        delays: list[float] = []
        found = per_user_report.per_user_report(server.session, None, delays.append)
        assert found.available is False
        assert "before it is generated again" in (found.why or "")
        assert sum(delays) > 580
        assert server.reports == ["of somebody else"]

    def test_windows_that_cannot_is_told(self, server: StubLicenseServer) -> None:
        server.methods["GenerateReportEx"] = MethodFailed("C", "GenerateReportEx", 0x8004100C)
        report = collect(server, per_user_report=True).facts["per_user"]
        assert report == {"available": False, "why": report["why"]}
        assert not any(name == "DeleteReport" for name, dummy in server.calls)

    def test_check_mode_does_not_ask(self, server: StubLicenseServer) -> None:
        report = collect(server, check_mode=True, per_user_report=True).facts["per_user"]
        assert report == {"available": False, "why": "not asked in check mode"}
        assert not any(name == "GenerateReportEx" for name, dummy in server.calls)

    def test_rows_when_listed(self, server: StubLicenseServer) -> None:
        server.users = [user_row(1)]
        found = collect(server, issued="list", per_user_report=True)
        assert found.values["per_user_rows"] == [
            {
                "user": "CORP\\user1",
                "expires": "2026-12-31T00:00:00Z",
                "type": "RDS Per User CAL",
                "version": "2022",
            }
        ]
