# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records that answer in place of a host, and the records that are kept beside this file.

A record of a real Windows Server that somebody adds to ``records/`` is replayed from then on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    ConnectionLost,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.session import (
    CimSession,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.migration import (
    host_reading,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.schema import (
    operating_system,
)
from live.recording import Exchange, Record, read_record
from live.replay import NotRecorded, ReplayCarrier
from unit.plugin_utils.scripted import scripted
from unit.plugin_utils.soap import envelope, first_page, fragment

KEPT = sorted(Path(__file__).with_name("records").glob("**/*-rds_host_info.json"))
SYSTEM = operating_system.OPERATING_SYSTEM


def read(session: CimSession, where: str | None = None) -> list[dict[str, Any]]:
    return [dict(each) for each in session.enumerate(SYSTEM, ["CSName"], where)]


def recorded(where: str | None = None, error: str | None = None) -> Record:
    """A record of one reading; with an error one without an answer."""
    page = first_page(fragment({"CSName": "SH1"}))
    session, carrier = scripted(page)
    read(session, where)
    sent = carrier.sent[0]
    text = envelope(page, sent.message_id).decode()
    exchange = Exchange(sent.message.decode(), 200, text)
    if error is not None:
        exchange = Exchange(sent.message.decode(), error=error)
    return Record("any", "sh1", exchanges=[exchange])


def test_it_answers_another_message_that_asks_the_same() -> None:
    carrier = ReplayCarrier(recorded())
    assert read(CimSession(carrier)) == [{"CSName": "SH1"}]
    assert carrier.unused == []


def test_it_answers_once_and_nothing_else() -> None:
    session = CimSession(ReplayCarrier(recorded()))
    with pytest.raises(NotRecorded, match="Win32_OperatingSystem"):
        read(session, "CSName = 'other'")
    read(session)
    with pytest.raises(NotRecorded):
        read(session)


def test_times_in_a_query_may_differ() -> None:
    first = "LocalDateTime > '20261121220000.000000+000'"
    later = "LocalDateTime > '20270101000000.000000+000'"
    assert read(CimSession(ReplayCarrier(recorded(first))), later) == [{"CSName": "SH1"}]


def test_a_lost_answer_is_lost_again() -> None:
    record = recorded(error="ConnectionLost: it broke")
    record.exchanges *= 2
    with pytest.raises(ConnectionLost, match="it broke"):
        read(CimSession(ReplayCarrier(record)))


def test_there_are_records() -> None:
    assert KEPT


@pytest.mark.parametrize("path", KEPT, ids=lambda each: str(each.parent.name))
def test_a_kept_record_gives_the_result_that_it_gave(path: Path) -> None:
    record = read_record(path)
    carrier = ReplayCarrier(record)
    assert host_reading.read_host(CimSession(carrier, read_only=True)) == record.result["host"]
    assert carrier.unused == []
