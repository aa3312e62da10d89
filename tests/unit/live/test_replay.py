# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records that answer in place of a host, and the records that are kept beside this file.

Every record below ``records/`` is replayed: the module's own action plugin runs, and its result
has to be the one that was recorded, in every part; ``live.replay.comparable`` says what may differ.
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
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.schema import (
    operating_system,
)
from live.bytes_kept import texts_in_heads
from live.errors import told
from live.messages import meaning_of, shortened
from live.on_farm import AWAY, CLOSED, HOSTS
from live.recording import Exchange, NotRecorded, Record, Step, read_record
from live.replay import NotAsked, ReplayCarrier, ReplaySteps, comparable, replay
from unit.plugin_utils.scripted import scripted
from unit.plugin_utils.soap import envelope, first_page, fragment

RECORDS = Path(__file__).with_name("records")
KEPT = sorted(RECORDS.rglob("*.json"))
SYSTEM = operating_system.OPERATING_SYSTEM
MODULES = {
    "debug_connection",
    "rds_cal_pack_facts",
    "rds_host_info",
    "rds_license_server",
    "rds_licensing_diagnosis",
    "rds_licensing_mode",
    "rds_lserver_backup",
    "rds_lserver_backup_info",
    "rds_lserver_info",
}
"""The modules that the kit runs."""


def name_of(path: Path) -> str:
    return "/".join(path.relative_to(RECORDS).with_suffix("").parts)


def kept(module: str, host: str = "") -> Record:
    """A record of the farm."""
    return read_record(
        next(path for path in KEPT if path.stem == module and host in path.parts[-2])
    )


def read(session: CimSession, where: str | None = None) -> list[dict[str, Any]]:
    return [dict(each) for each in session.enumerate(SYSTEM, ["CSName"], where)]


def recorded(where: str | None = None, error: Exception | None = None) -> Record:
    """A record of one reading; with an error one without an answer."""
    page = first_page(fragment({"CSName": "SH1"}))
    session, carrier = scripted(page)
    read(session, where)
    sent = carrier.sent[0]
    text = envelope(page, sent.message_id).decode()
    exchange = Exchange(sent.message.decode(), 200, text)
    if error is not None:
        exchange = Exchange(sent.message.decode(), error=told(error))
    return Record("any", "sh1", exchanges=[exchange])


# -- the records that are kept -----------------------------------------------------------------


@pytest.mark.parametrize("path", KEPT, ids=name_of)
def test_a_kept_record_gives_the_result_that_it_gave(path: Path) -> None:
    record = read_record(path)
    assert comparable(replay(record)) == comparable(record.result)


def test_where_lines_break_may_differ_and_nothing_else() -> None:
    record = kept("debug_connection", "license03")
    address = record.connection["options"]["remote_addr"]
    text = record.as_text().replace(address, "fe80::1234:5678:9abc:def0")
    longer = Record.of_text(text)
    result = replay(longer)
    assert result["msg"] != longer.result["msg"], "it is a longer address"
    assert comparable(result) == comparable(longer.result)
    result["checks"][0]["says"] += "x"
    assert comparable(result) != comparable(longer.result)


def test_there_is_a_record_of_each_module_and_of_each_ending() -> None:
    records = [read_record(path) for path in KEPT]
    assert {each.module for each in records} == MODULES
    denied = [each.result.get("code_name") for each in records if each.result.get("failed")]
    assert "WBEM_E_ACCESS_DENIED" in denied
    assert any(each.result.get("unreachable") for each in records)
    changed = {each.module for each in records if each.result["changed"] and not each.check_mode}
    assert changed == {"rds_license_server", "rds_licensing_mode", "rds_lserver_backup"}


@pytest.mark.parametrize("path", KEPT, ids=name_of)
def test_no_name_or_address_of_the_farm_is_in_them(path: Path) -> None:
    text = path.read_text(encoding="utf-8").casefold()
    heads = [head for step in read_record(path).steps for head in texts_in_heads(step.output)]
    assert bool(heads) == ("lserver_backup" in path.stem)
    text += "".join(heads).casefold()
    hidden = [*HOSTS, AWAY, CLOSED, "corp.", "=corp", "example", "passw0rd", "127.0."]
    text = text.replace("for example", "")
    assert [each for each in hidden if each in text] == []


def test_they_are_small() -> None:
    assert sum(path.stat().st_size for path in KEPT) < 250_000


# -- what a replay notices ---------------------------------------------------------------------


@pytest.mark.parametrize("module", sorted(MODULES - {"rds_lserver_backup_info"}))
def test_an_answer_that_is_missing_is_told(module: str) -> None:
    record = kept(module, "license03" if "lserver" in module else "")
    gone = record.exchanges.pop(len(record.exchanges) // 2)
    with pytest.raises(NotRecorded) as caught:
        replay(record)
    assert " ".join(meaning_of(gone.request)) in str(caught.value)


@pytest.mark.parametrize(
    ("module", "step"),
    [
        ("rds_lserver_backup", "write_bundle"),
        ("rds_lserver_backup_info", "read_bundle"),
        ("debug_connection", "read_powershell"),
    ],
)
def test_a_step_that_is_missing_is_told(module: str, step: str) -> None:
    record = kept(module, "license03")
    record.steps = [each for each in record.steps if each.operation != step]
    with pytest.raises(NotRecorded, match=f"PowerShell step {step}"):
        replay(record)


def test_another_number_of_bytes_is_not_the_same_step() -> None:
    record = kept("rds_lserver_backup")
    (sent,) = (each for each in record.steps if each.sent)
    sent.sent = 1 + (sent.sent or 0)
    with pytest.raises(NotRecorded, match="write_chunk"):
        replay(record)


@pytest.mark.parametrize("name", ["run_id", "process"])
def test_what_the_controller_did_not_give_is_told(name: str) -> None:
    record = kept("rds_lserver_backup")
    del record.given[name]
    with pytest.raises(NotRecorded, match=name):
        replay(record)


def test_what_is_left_over_is_told() -> None:
    record = kept("rds_host_info", "license03")
    record.exchanges.append(recorded().exchanges[0])
    record.steps.append(Step("gpupdate", {"wait_seconds": 1}, output={}))
    with pytest.raises(NotAsked, match=r"Win32_OperatingSystem.*gpupdate"):
        replay(record)


def test_another_answer_gives_another_result() -> None:
    record = kept("rds_licensing_mode")
    assert record.result["after"]["policy"] == "per_device"
    for each in record.exchanges:
        # It was written, and does not read back.
        each.answer = each.answer.replace(">2</p:uValue>", ">4</p:uValue>")
    with pytest.raises(NotAsked, match="Win32_TerminalServiceSetting"):
        replay(record)
    record.exchanges = [each for each in record.exchanges if "SetDWORD" not in each.request]
    with pytest.raises(NotRecorded, match="SetDWORDValue"):
        replay(record)


def test_other_options_or_times_give_another_result() -> None:
    record = kept("rds_cal_pack_facts")
    record.given["utc_now"] = ["2031-05-06T07:08:09+00:00"]
    facts = replay(record)["ansible_facts"]["rds_cal"]
    assert facts["collected_at"] == "2031-05-06T07:08:09Z"
    record.options = {}
    with pytest.raises(NotAsked, match="Win32_TSIssuedLicense"):
        replay(record)


def test_a_record_that_was_cut_short_is_not_replayed() -> None:
    record = kept("rds_host_info", "license03")
    record.left_out = 2
    with pytest.raises(NotRecorded, match="2 messages"):
        replay(record)


# -- messages ----------------------------------------------------------------------------------


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
    record = recorded(error=ConnectionLost("it broke", "mend it"))
    record.exchanges *= 2
    with pytest.raises(ConnectionLost, match="it broke") as caught:
        read(CimSession(ReplayCarrier(record)))
    assert caught.value.advice == "mend it"


def test_a_message_without_an_end_is_not_guessed() -> None:
    record = recorded()
    record.exchanges[0].status = None
    with pytest.raises(NotRecorded, match="broke off"):
        read(CimSession(ReplayCarrier(record)))


def test_a_shortened_request_asks_the_same() -> None:
    record = recorded("CSName = 'x'")
    long = record.exchanges[0].request
    record.exchanges[0].request = short = shortened(long)
    assert meaning_of(short) == meaning_of(long)
    assert len(short) < len(long) / 2
    assert read(CimSession(ReplayCarrier(record)), "CSName = 'x'") == [{"CSName": "SH1"}]


# -- steps -------------------------------------------------------------------------------------


def test_a_step_answers_once_with_the_same_options() -> None:
    steps = ReplaySteps(Record("any", "sh1", steps=[Step("claim", {"run": "1"}, output={"x": 1})]))
    with pytest.raises(NotRecorded, match="claim"):
        steps.run("claim", {"run": "2"})
    assert steps.run("claim", {"run": "1"}) == {"x": 1}
    assert steps.unused == []
    with pytest.raises(NotRecorded, match=r"no \(further\) answer"):
        steps.run("claim", {"run": "1"})


def test_a_step_that_failed_fails_again() -> None:
    error = ConnectionLost("it broke", "mend it")
    steps = ReplaySteps(Record("any", "sh1", steps=[Step("claim", {}, error=told(error))]))
    with pytest.raises(ConnectionLost, match="it broke"):
        steps.run("claim", {})
