# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Event logs over CIM: what Win32_NTLogEvent shows, how it is narrowed, and what is counted."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from farm import Farm, Rights, ScenarioError, load_scenario_dict
from farm.cim.errors import CimError
from farm.cim.instance import Value
from farm.cim.narrowing import may_match, time_bounds
from farm.cim.repository import Repository
from farm.cim.wql import parse_query
from farm.model.accounts import Identity
from farm.model.event_kinds import EVENTS, LICENSING, RCM, Level
from farm.model.signal_plan import EventPlan

from .conftest import FarmOf
from .soap_client import CIMV2, SoapClient, fields

ADMIN = Identity("administrator", Rights.ADMINISTRATOR)
EVENT = CIMV2 + "Win32_NTLogEvent"


def dmtf(hours_ago: float, minutes: int = 0) -> str:
    """A time in DMTF form, with an offset from UTC."""
    moment = datetime.now(UTC) - timedelta(hours=hours_ago) + timedelta(minutes=minutes)
    return moment.strftime("%Y%m%d%H%M%S.%f") + f"{minutes:+04}"


def rows(farm: Farm, where: str, host: str = "sh1") -> list[dict[str, Value]]:
    query = f"SELECT * FROM Win32_NTLogEvent WHERE {where}"
    found = Repository(farm.hosts[host], ADMIN).query("root/cimv2", query).instances
    return [dict(instance.properties) for instance in found]


def with_events(*records: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"event_log": {"records": list(records), **more}}


def test_a_record_has_the_properties_of_the_class(farm_of: FarmOf) -> None:
    given = {"id": 4105, "hours_ago": 2, "strings": ["EVA", "CORP", "0x80070005"]}
    farm = farm_of(sh1=with_events(given))
    (row,) = rows(farm, "Logfile = 'System' AND EventCode = 4105")
    assert row["EventIdentifier"] == 0x80000000 + 4105
    assert (row["EventType"], row["Type"], row["SourceName"]) == (2, "Warning", LICENSING)
    assert row["ComputerName"] == "sh1.corp.example"
    assert row["InsertionStrings"] == ["EVA", "CORP", "0x80070005"]
    assert "EVA in the domain CORP" in str(row["Message"])
    written = row["TimeWritten"]
    assert isinstance(written, datetime)
    assert timedelta(hours=2) <= datetime.now(UTC) - written < timedelta(hours=2, minutes=2)


def test_a_german_host_words_its_events_in_german(farm_of: FarmOf) -> None:
    farm = farm_of(sh1=with_events({"id": 1004}) | {"language": "de"})
    (row,) = rows(farm, f"Logfile = 'System' AND SourceName = '{RCM}'")
    assert (row["Type"], row["Message"]) == ("Fehler", EVENTS[1004].german)


def test_the_class_knows_no_channel(farm_of: FarmOf) -> None:
    farm = farm_of(sh1=with_events({"id": 1128}, {"id": 1130, "log": "system"}))
    own = f"SourceName = '{RCM}'"
    assert [row["EventCode"] for row in rows(farm, own)] == [1130]
    assert rows(farm, f"Logfile = '{RCM}/Admin'") == []
    assert [each.code for each in farm.hosts["sh1"].events.records(f"{RCM}/Admin")] == [1128]


@pytest.mark.parametrize(
    ("number", "code", "identifier"),
    [(1128, 50280, 0xC000C468), (1130, 50282, 0xC000C46A), (1011, 33779, 0x800083F3)],
)
def test_some_hosts_keep_the_severity_in_the_code(
    farm_of: FarmOf, number: int, code: int, identifier: int
) -> None:
    given = {"id": number, "log": "system"}
    farm = farm_of(sh1=with_events(given, codes="severity_bits"), sh2=with_events(given))
    (row,) = rows(farm, f"EventCode = {code}")
    assert (row["EventCode"], row["EventIdentifier"]) == (code, identifier)
    assert identifier & 0x3FFF == number
    assert not [row for row in rows(farm, f"EventCode = {number}") if row["SourceName"] == RCM]
    (plain,) = rows(farm, f"EventCode = {number} AND SourceName = '{RCM}'", "sh2")
    assert plain["EventIdentifier"] == identifier & 0xC0000000 | number


def test_old_sources_are_an_option(farm_of: FarmOf) -> None:
    farm = farm_of(sh1=with_events({"id": 1004}, {"id": 18}, legacy_sources=True))
    own = "SourceName = 'TermService' OR SourceName = 'TermServLicensing'"
    assert sorted(str(row["EventCode"]) for row in rows(farm, own)) == ["1004", "18"]


def test_others_use_the_same_ids(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={})
    for number in (1003, 1004, 1129):
        found = rows(farm, f"EventCode = {number}")
        assert found
        assert not any(row["SourceName"] in (RCM, LICENSING) for row in found)


CLAUSES = [
    "Logfile = 'System'",
    "Logfile = 'system' AND EventType = 1",
    "Logfile = 'Application' AND TimeGenerated > '{recent}'",
    "Logfile = 'System' AND (EventCode = 1004 OR EventCode = 50172 OR EventCode = 1129)",
    "Logfile = 'System' AND EventCode = 7036 AND TimeGenerated >= '{old}' AND "
    "TimeWritten < '{recent}'",
    "(Logfile = 'System' OR Logfile = 'Application') AND TimeGenerated >= '{recent}'",
    "TimeGenerated >= '{old}' AND (EventIdentifier = 1004 OR EventIdentifier = 3221226476)",
    "NOT (Logfile = 'System') AND NOT SourceName = 'ESENT'",
    "Logfile LIKE 'S%' AND SourceName LIKE 'Microsoft-Windows-%'",
    "'{recent}' <= TimeGenerated AND Logfile <> 'Application'",
    "TimeGenerated = '{old}' OR EventCode = 102",
    "NOT TimeGenerated < '{recent}'",
    "RecordNumber <= 4",
    "Message LIKE '%license%'",
    "EventCode < 40 OR EventCode > 7038",
    "User IS NULL AND Logfile = 'System'",
]


@pytest.mark.parametrize("clause", CLAUSES)
def test_a_narrowed_answer_is_what_filtering_everything_gives(farm_of: FarmOf, clause: str) -> None:
    farm = farm_of(sh1=with_events({"id": 1004, "hours_ago": 30, "count": 5}, {"id": 18}))
    where = clause.format(recent=dmtf(100), old=dmtf(400, 60))
    query = parse_query(f"SELECT * FROM Win32_NTLogEvent WHERE {where}")
    repository = Repository(farm.hosts["sh1"], ADMIN)
    definition = repository.find_class("root/cimv2", "Win32_NTLogEvent")
    everything = [dict(each.properties) for each in repository.instances(definition)]
    wanted = [row for row in everything if query.matches(row)]
    assert wanted
    assert rows(farm, where) == wanted


def test_records_come_newest_first_and_keep_their_numbers(farm_of: FarmOf) -> None:
    farm = farm_of(sh1=with_events({"id": 1004, "hours_ago": 30, "count": 9, "every_hours": 31}))
    found = rows(farm, "Logfile = 'System'")
    assert len(found) == 69
    times = [row["TimeGenerated"] for row in found]
    assert times == sorted(times, key=str, reverse=True)
    assert [row["RecordNumber"] for row in found] == list(range(69, 0, -1))
    host = farm.hosts["sh1"]
    for row in found:
        number = row["RecordNumber"]
        assert isinstance(number, int)
        again = host.events.find("System", number)
        assert again is not None
        assert (again.time, again.code) == (row["TimeGenerated"], row["EventCode"])
    assert host.events.find("System", 70) is host.events.find("System", 0) is None


def test_a_huge_log_costs_nothing_when_it_is_asked_well(farm_of: FarmOf) -> None:
    given = {"id": 1128, "log": "system", "hours_ago": 5, "count": 3, "every_hours": 1}
    farm = farm_of(sh1=with_events(given, system=200_000, days=300))
    events = farm.hosts["sh1"].events
    start = time.process_time()
    where = (
        f"Logfile = 'System' AND TimeGenerated >= '{dmtf(200)}' AND "
        "(EventCode = 1128 OR EventCode = 50280 OR EventCode = 4105)"
    )
    assert len(rows(farm, where)) == 3
    assert (events.whole_reads, events.produced) == (0, 3)
    assert events.reads[0].codes_named
    few = rows(farm, f"Logfile = 'System' AND EventCode = 1129 AND TimeWritten > '{dmtf(24)}'")
    assert 80 < len(few) < 100
    assert events.produced == 3 + 3 + len(few)
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(
    ("where", "whole"),
    [
        ("Logfile = 'System' AND TimeGenerated > '{time}'", False),
        ("Logfile = 'System' AND TimeGenerated > '{time}' AND EventCode = 1", False),
        ("(Logfile = 'System' OR Logfile = 'Application') AND TimeWritten >= '{time}'", False),
        ("Logfile = 'System' AND EventCode = 1", True),
        ("Logfile = 'System' AND TimeGenerated < '{time}'", True),
        ("TimeGenerated > '{time}' AND EventCode = 1", True),
        ("(Logfile = 'System' AND TimeGenerated > '{time}') OR EventCode = 1", True),
        ("Logfile <> 'System' AND TimeGenerated > '{time}'", True),
        ("Logfile LIKE 'Sys%' AND TimeGenerated > 'yesterday'", True),
    ],
)
def test_reading_a_log_whole_is_counted(farm_of: FarmOf, where: str, whole: bool) -> None:
    farm = farm_of(sh1={})
    rows(farm, where.format(time=dmtf(24)))
    events = farm.hosts["sh1"].events
    assert events.whole_reads == int(whole)
    named = "AND EventCode" in where
    assert [read.codes_named for read in events.reads] == [named]


def test_an_enumeration_reads_all_logs_whole(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"event_log": {"security_readable": True}})
    found = [fields(item) for item in SoapClient(farm, "sh1").all_items(EVENT)]
    assert {row["Logfile"] for row in found} == {"System", "Application", "Security"}
    assert farm.hosts["sh1"].events.whole_reads == 1
    hidden = farm_of(sh1={})
    assert not rows(hidden, "Logfile = 'Security'")


def test_over_the_wire(farm_of: FarmOf) -> None:
    farm = farm_of(sh1=with_events({"id": 1069, "log": "system"}))
    client = SoapClient(farm, "sh1")
    where = f"Logfile='System' AND EventCode=1069 AND TimeGenerated>='{dmtf(3)}'"
    text = f"SELECT RecordNumber,EventCode,TimeGenerated FROM Win32_NTLogEvent WHERE {where}"
    (item,) = client.all_items(CIMV2 + "*", text)
    found = fields(item)
    assert found["EventCode"] == "1069"
    moment = datetime.fromisoformat(found["TimeGenerated"] or "")
    assert datetime.now(UTC) - moment < timedelta(hours=1, minutes=1)
    number = found["RecordNumber"] or ""
    one = client.get(EVENT, {"Logfile": "system", "RecordNumber": number})
    assert one.value("EventCode") == "1069"
    for log, missing in (("System", "900"), ("x", "1"), ("System", "one")):
        answer = client.get(EVENT, {"Logfile": log, "RecordNumber": missing})
        assert answer.wmi_code == 0x80041002


def test_who_may_not_read(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={}, sh2={"stopped_services": ["EventLog"]})
    user = Repository(farm.hosts["sh1"], Identity("rmuser", Rights.REMOTE_MANAGEMENT_USER))
    text = "SELECT * FROM Win32_NTLogEvent WHERE Logfile = 'System'"
    with pytest.raises(CimError, match="ACCESS_DENIED"):
        list(user.query("root/cimv2", text).instances)
    with pytest.raises(CimError, match="FAILED"):
        rows(farm, "Logfile = 'System'", "sh2")


def test_the_times_are_those_of_the_host(farm_of: FarmOf) -> None:
    farm = farm_of(sh1=with_events({"id": 18, "hours_ago": 1}) | {"clock": "2031-01-01T12:00:00Z"})
    (row,) = rows(farm, "EventCode = 18")
    assert str(row["TimeGenerated"]).startswith("2031-01-01 11:00")
    farm.hosts["sh1"].clock.advance(timedelta(days=1))
    farm.hosts["sh1"].events.write(EventPlan(18))
    assert str(rows(farm, "EventCode = 18")[0]["TimeGenerated"]).startswith("2031-01-02 11:00")


def test_an_offset_is_part_of_a_time() -> None:
    row: dict[str, Value] = {"At": datetime(2026, 5, 1, 12, tzinfo=UTC)}
    for text, equal in (
        ("20260501120000.000000+000", True),
        ("20260501140000.000000+120", True),
        ("20260501070000.000000-300", True),
        ("20260501120000.000000+060", False),
    ):
        query = parse_query(f"SELECT * FROM x WHERE At = '{text}'")
        assert query.matches(row) is equal, text


@pytest.mark.parametrize(
    ("where", "bounds"),
    [
        ("At > '{a}'", ("a", None)),
        ("At >= '{a}' AND At < '{b}'", ("a", "b")),
        ("At >= '{a}' AND At >= '{b}'", ("b", None)),
        ("At >= '{a}' OR At >= '{b}'", ("a", None)),
        ("At = '{a}' OR At = '{b}'", ("a", "b")),
        ("At >= '{a}' OR Other = 1", (None, None)),
        ("NOT At < '{a}'", (None, None)),
        ("'{a}' <= At", ("a", None)),
        ("Else >= '{a}'", (None, None)),
        ("At >= 5", (None, None)),
        ("At <> '{a}'", (None, None)),
    ],
)
def test_bounds_of_a_time(where: str, bounds: tuple[str | None, str | None]) -> None:
    texts = {"a": "20260501000000.000000+000", "b": "20260601000000.000000+000"}
    times = {"a": datetime(2026, 5, 1, tzinfo=UTC), "b": datetime(2026, 6, 1, tzinfo=UTC)}
    query = parse_query("SELECT * FROM x WHERE " + where.format(**texts))
    low, high = (None if name is None else times[name] for name in bounds)
    assert time_bounds(query.where, ("at",)) == (low, high)


@pytest.mark.parametrize(
    ("where", "known", "may"),
    [
        ("A = 1", {}, True),
        ("A = 1", {"a": 1}, True),
        ("A = 1", {"a": 2}, False),
        ("NOT A = 1", {"a": 1}, False),
        ("A = 1 AND B = 2", {"a": 1}, True),
        ("A = 1 AND B = 2", {"b": 1}, False),
        ("A = 1 OR B = 2", {"b": 1}, True),
        ("A = 1 OR B = 2", {"a": 2, "b": 1}, False),
        ("NOT (A = 1 OR B = 2)", {"b": 2}, False),
    ],
)
def test_what_a_row_may_match(where: str, known: dict[str, Value], may: bool) -> None:
    query = parse_query("SELECT * FROM x WHERE " + where)
    assert may_match(query.where, known) is may
    assert may_match(None, known)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"records": [{"id": 50280}]}, "an id from 0 to 16383"),
        ({"records": [{"id": 1, "log": "setup"}]}, "'setup' is not one of"),
        ({"records": [{"id": 1, "at": "2026-01-01"}]}, "the time needs a zone"),
        ({"records": [{"id": 1, "at": "soon"}]}, "an ISO 8601 time"),
        ({"records": [{"id": 1, "hour": 1}]}, "unknown key"),
        ({"system": -1}, "not negative"),
        ({"days": 0}, "at least one day"),
        ({"codes": "odd"}, "'odd' is not one of"),
    ],
)
def test_wrong_logs_in_a_scenario(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        load_scenario_dict({"hosts": {"sh1": {"event_log": given}}})


def test_levels_of_both_worlds() -> None:
    assert [(int(level), level.winevt, level.severity) for level in Level] == [
        (1, 2, 3),
        (2, 3, 2),
        (3, 4, 1),
    ]
