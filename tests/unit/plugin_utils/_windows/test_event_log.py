# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events: both forms of an id, filtered queries, bounded counts, the answers of the step."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import BadAnswer
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows import event_log
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.event_log import (
    all_forms,
    plain_id,
    read_channels,
    read_classic_log,
)
from unit.plugin_utils.scripted import scripted
from unit.plugin_utils.soap import first_page, fragment

SINCE = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
WANTED = {("Source A", "Old A"): (1128, 1069), ("Source B",): (17,)}


def row(code: int, source: str = "Source A", time: str = "20261121100000.000000+060") -> str:
    return fragment(
        {
            "EventCode": code,
            "SourceName": source,
            "TimeGenerated": time,
            "InsertionStrings": ["one", "two"],
        }
    )


@pytest.mark.parametrize(
    ("shown", "plain"), [(1128, 1128), (50280, 1128), (33897, 1129), (50282, 1130), (4105, 4105)]
)
def test_an_id_in_any_form(shown: int, plain: int) -> None:
    assert plain_id(shown) == plain
    assert shown in all_forms([plain])


def test_events_with_their_plain_ids_and_times_in_utc() -> None:
    session, carrier = scripted(first_page(row(50280) + row(17, "Source B")))
    found = read_classic_log(session, "System", WANTED, SINCE, 10)
    assert found.complete
    assert [(each.id, each.source) for each in found.events] == [
        (1128, "Source A"),
        (17, "Source B"),
    ]
    assert found.events[0].time == datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert found.events[0].strings == ("one", "two")
    assert carrier.actions == ["Enumerate"]


def test_a_query_names_log_time_sources_and_both_forms_of_the_ids() -> None:
    session, carrier = scripted(first_page(""))
    here = SINCE.astimezone(timezone(timedelta(hours=2)))
    assert read_classic_log(session, "System", WANTED, here, 10).events == ()
    query = carrier.sent[0].header("Filter")
    assert "Logfile = 'System' AND TimeGenerated >= '20261120083000.000000+000' AND (" in query
    assert "(SourceName = 'Source A' OR SourceName = 'Old A') AND (" in query
    for number in (1128, 50280, 33896, 17, 0xC011):
        assert f"EventCode = {number}" in query
    assert "Message" not in query


def test_no_more_than_the_limit() -> None:
    session, dummy = scripted(first_page(row(1128) * 3))
    found = read_classic_log(session, "System", WANTED, SINCE, 2)
    assert len(found.events) == 2
    assert not found.complete


def test_an_event_without_an_id_is_an_error() -> None:
    session, dummy = scripted(first_page(fragment({"EventCode": None, "SourceName": "x"})))
    with pytest.raises(BadAnswer, match="no id"):
        read_classic_log(session, "System", WANTED, SINCE, 2)


EVENT = {
    "channel": "X/Admin",
    "id": 50280,
    "time": "2026-11-21T10:00:00Z",
    "level": 2,
    "provider": "X",
    "message": "",
}


def channels(monkeypatch: pytest.MonkeyPatch, output: dict[str, Any]) -> list[dict[str, Any]]:
    """Answer the step; return what it is given."""
    given: list[dict[str, Any]] = []

    def run(connection: Any, operation: str, options: dict[str, Any]) -> dict[str, Any]:
        assert (connection, operation) == ("connection", "read_admin_events")
        given.append(options)
        return output

    monkeypatch.setattr(event_log, "run_operation", run)
    return given


def test_events_of_channels(monkeypatch: pytest.MonkeyPatch) -> None:
    given = channels(
        monkeypatch,
        {"events": [EVENT], "missing": ["Y"], "denied": ["Z"], "truncated": True},
    )
    found = read_channels("connection", ["X/Admin", "Y"], [1128], SINCE, 5)
    assert [(each.id, each.log) for each in found.events] == [(1128, "X/Admin")]
    assert (found.missing, found.denied, found.complete) == (("Y",), ("Z",), False)
    assert given == [
        {
            "channels": ["X/Admin", "Y"],
            "ids": [1128, 33896, 50280],
            "since": "2026-11-20T08:30:00Z",
            "max": 5,
        }
    ]


def test_no_events_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    channels(monkeypatch, {"events": [], "missing": [], "denied": [], "truncated": False})
    found = read_channels("connection", ["X"], [1], SINCE, 5)
    assert (found.events, found.complete, found.missing) == ((), True, ())


@pytest.mark.parametrize(
    "event",
    [
        None,
        "text",
        {},
        {**EVENT, "id": "x"},
        {**EVENT, "time": "2026-11-21"},
        {**EVENT, "time": "2026-11-21T10:00:00"},
    ],
)
def test_a_broken_event_is_an_error(monkeypatch: pytest.MonkeyPatch, event: Any) -> None:
    channels(monkeypatch, {"events": [event]})
    with pytest.raises(BadAnswer, match="an event that is none"):
        read_channels("connection", ["X"], [1], SINCE, 5)
