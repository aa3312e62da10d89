# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The WQL subset, and the faults of queries that Windows would not run."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from farm.cim.instance import Value
from farm.cim.wql import WqlError, parse_query

from .conftest import FarmOf
from .soap_client import CIMV2, WMI, SoapClient, fields

ROW: dict[str, Value] = {
    "Name": "TermService",
    "ProcessId": 42,
    "Started": True,
    "TagId": None,
    "Path": "C:\\Windows\\x.exe",
    "When": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    "List": ["a"],
}


@pytest.mark.parametrize(
    ("where", "selected"),
    [
        ("Name = 'termservice'", True),
        ("name='TERMSERVICE'", True),
        ("'TermService' = Name", True),
        ('Name = "TermService"', True),
        ("Name <> 'TermService'", False),
        ("Name != 'Other'", True),
        ("ProcessId = 42", True),
        ("ProcessId = '42'", True),
        ("ProcessId = 'x'", False),
        ("ProcessId < 42", False),
        ("ProcessId <= 42 AND ProcessId >= 42", True),
        ("ProcessId > 41.5", True),
        ("41 < ProcessId", True),
        ("Started = TRUE", True),
        ("Started = 'true'", True),
        ("Started = 0", False),
        ("Started <> FALSE", True),
        ("TagId IS NULL", True),
        ("TagId IS NOT NULL", False),
        ("TagId = 0", False),
        ("Name IS NOT NULL", True),
        ("Name LIKE 'Term%'", True),
        ("Name LIKE 'term_ervice'", True),
        ("Name LIKE '%[a-s]ervice'", True),
        ("Name LIKE '%[^s]ervice'", False),
        ("Name LIKE 'Term'", False),
        ("Name NOT LIKE 'X%'", True),
        ("NOT Name = 'X'", True),
        ("Path = 'C:\\\\Windows\\\\x.exe'", True),
        ("Path LIKE 'C:\\\\\\\\%'", False),
        ("Name = 'X' OR ProcessId = 42 AND Started = TRUE", True),
        ("(Name = 'X' OR ProcessId = 42) AND Started = FALSE", False),
        ("NOT (Name = 'X' OR Name = 'Y')", True),
        ("When > '20260101000000.000000+000'", True),
        ("When < '20260101'", False),
        ("List = 'a'", False),
    ],
)
def test_where(where: str, selected: bool) -> None:
    assert parse_query(f"SELECT * FROM C WHERE {where}").matches(ROW) is selected


def test_quotes_are_escaped_by_a_backslash() -> None:
    query = parse_query("select Name from C where Name = 'it\\'s \\\"x\\\"'")
    assert query.matches({"Name": 'it\'s "x"'})
    assert query.select == ("Name",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT",
        "SELECT * FROM",
        "SELECT FROM C",
        "SELECT *, Name FROM C",
        "SELECT Name, FROM C",
        "SELECT * FROM C WHERE",
        "SELECT * FROM C WHERE Name",
        "SELECT * FROM C WHERE Name =",
        "SELECT * FROM C WHERE Name = x",
        "SELECT * FROM C WHERE Name == 'x'",
        "SELECT * FROM C WHERE Name = 'x",
        "SELECT * FROM C WHERE Name = 'C:\\Windows'",
        "SELECT * FROM C WHERE (Name = 'x'",
        "SELECT * FROM C WHERE Name = 'x')",
        "SELECT * FROM C WHERE Name IS 'x'",
        "SELECT * FROM C WHERE Name NOT 'x'",
        "SELECT * FROM C LIMIT 3",
        "SELECT * FROM C; DROP",
        "UPDATE C SET x = 1",
        "ASSOCIATORS OF {C.x=1}",
        "SELECT * FROM select",
    ],
)
def test_bad_syntax(text: str) -> None:
    with pytest.raises(WqlError):
        parse_query(text)


@pytest.mark.parametrize(
    ("text", "wmi_code"),
    [
        ("SELECT * FROM Win32_Nothing", 0x80041010),
        ("SELECT Nothing FROM Win32_Service", 0x80041017),
        ("SELECT * FROM Win32_Service WHERE Nothing = 1", 0x80041017),
        ("SELECT * FROM Win32_Service WHERE", 0x80041017),
        ("SELECT SpecifiedLicenseServers FROM Win32_Service", 0x80041017),
        ("SELECT * FROM Win32_TSIssuedLicense", 0x80041010),
    ],
)
def test_faults_carry_the_query(client: SoapClient, text: str, wmi_code: int) -> None:
    answer = client.query(text)
    assert (answer.code, answer.subcode, answer.wmi_code) == (
        2150858778,
        "CannotProcessFilter",
        wmi_code,
    )
    shown = [e.text for e in answer.root.iter() if e.tag.endswith("}ParameterInfo")]
    assert shown == [text]


def test_an_unknown_namespace_is_unreachable(client: SoapClient) -> None:
    answer = client.query("SELECT * FROM Win32_Service", WMI + "root/nowhere/")
    assert (answer.code, answer.wmi_code) == (2150858752, 0x8004100E)


def test_a_query_needs_the_star_and_the_star_a_query(client: SoapClient) -> None:
    text = "SELECT * FROM Win32_Service"
    assert client.enumerate(CIMV2 + "Win32_Service", query=text).code == 2150858778
    assert client.enumerate(CIMV2 + "*").code == 2150858778


def test_another_dialect_is_refused(client: SoapClient) -> None:
    answer = client.enumerate(CIMV2 + "*", query="x", dialect="http://www.w3.org/TR/xpath")
    assert (answer.code, answer.subcode) == (2150858777, "FilterDialectRequestedUnavailable")
    body = "<n:Enumerate><n:Filter>SELECT * FROM Win32_Service</n:Filter></n:Enumerate>"
    uri = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate"
    assert client.send(uri, CIMV2 + "*", body).code == 2150858777


def test_queries_select_and_project(farm_of: FarmOf) -> None:
    client = SoapClient(farm_of(sh1={"stopped_services": ["TermService"]}), "sh1")
    text = "SELECT Name,State FROM Win32_Service WHERE State = 'Stopped' OR Name LIKE 'Win%'"
    found = [fields(item) for item in client.all_items(CIMV2 + "*", text)]
    assert found == [
        {"Name": "TermService", "State": "Stopped"},
        {"Name": "WinRM", "State": "Running"},
    ]


def test_class_names_ignore_case_in_queries(client: SoapClient) -> None:
    found = client.all_items(CIMV2 + "*", "select NAME from win32_terminalservice")
    assert [fields(item) for item in found] == [{"Name": "TermService"}]


def test_the_query_is_logged(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={})
    SoapClient(farm, "sh1").query("SELECT Name FROM Win32_Service")
    assert farm.hosts["sh1"].requests[0].query == "SELECT Name FROM Win32_Service"
