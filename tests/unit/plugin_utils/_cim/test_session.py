# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations, over a carrier that answers from a script."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
    CimError,
    ConnectionLost,
    Fault,
    HttpError,
    MethodFailed,
    NotWinRM,
    Unreachable,
    WriteInCheckMode,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.schema import (
    CimClass,
    Method,
    integer,
    string,
)
from unit.plugin_utils.scripted import Reply, scripted
from unit.plugin_utils.soap import (
    Sent,
    envelope,
    fault,
    first_page,
    fragment,
    instance,
    outputs,
    wmi_error,
)

KEYS = {"Name": "a"}
THING = CimClass(
    "root/cimv2",
    "Thing",
    "test",
    (string("Name", key=True), integer("Size")),
    (
        Method("Look", outputs=(integer("Seen"),), static=True, reads=True),
        Method("Set", (integer("Size"),)),
    ),
)
ITEM = instance(THING.uri, "Thing", {"Name": "a", "Size": 1})
LOOKED = outputs(THING.uri, "Look", {"Seen": 3, "ReturnValue": 0})
SET = outputs(THING.uri, "Set", {"ReturnValue": 0})
IDENTIFIED = (
    '<i:IdentifyResponse xmlns:i="urn:i"><i:ProductVersion>OS: 10.0.20348</i:ProductVersion>'
    "</i:IdentifyResponse>"
)
LOST = ConnectionLost("the connection broke")


def test_get_reads_one_instance() -> None:
    session, carrier = scripted(ITEM)
    assert session.get(THING, KEYS) == {"Name": "a", "Size": 1}
    assert (carrier.actions, carrier.sent[0].selectors) == (["Get"], KEYS)


def test_put_writes_and_returns_what_the_host_has_then() -> None:
    session, carrier = scripted(ITEM)
    assert session.put(THING, {"Name": "a", "Size": 9}, KEYS) == {"Name": "a", "Size": 1}
    assert (carrier.actions, carrier.sent[0].inputs()["Size"]) == (["Put"], ["9"])


def test_invoke_returns_the_outputs_whatever_the_return_value() -> None:
    session, carrier = scripted(outputs(THING.uri, "Look", {"ReturnValue": 2147749910}))
    assert session.invoke(THING, "Look") == {"Seen": None, "ReturnValue": 2147749910}
    assert carrier.sent[0].selectors == {}


def test_call_wants_success() -> None:
    session, dummy = scripted(outputs(THING.uri, "Set", {"ReturnValue": 2147749910}))
    with pytest.raises(MethodFailed) as caught:
        session.call(THING, "Set", {"Size": 1}, KEYS)
    assert str(caught.value) == "Thing.Set returned 2147749910 (0x80041016)"
    assert caught.value.operation == "calling Thing.Set"
    assert caught.value.code is not None
    assert caught.value.code.name == "WBEM_E_INVALID_OPERATION"
    assert caught.value.advice == caught.value.code.advice


def test_call_returns_the_outputs() -> None:
    session, dummy = scripted(LOOKED)
    assert session.call(THING, "Look")["Seen"] == 3


def test_a_method_that_is_not_in_the_table_is_not_sent() -> None:
    session, carrier = scripted()
    with pytest.raises(KeyError, match="look"):
        session.invoke(THING, "look")
    assert carrier.sent == []


def test_identify() -> None:
    session, dummy = scripted(IDENTIFIED)
    assert session.identify() == {"ProductVersion": "OS: 10.0.20348"}
    assert session.endpoint == "http://host:5985/wsman"


def test_the_carrier_s_timeout_is_what_the_host_is_told() -> None:
    session, carrier = scripted(ITEM)
    session.get(THING, KEYS)
    assert carrier.sent[0].header("OperationTimeout") == "PT20.000S"


# -- check mode -------------------------------------------------------------------------------


def test_a_read_only_session_sends_no_write() -> None:
    session, carrier = scripted(read_only=True)
    with pytest.raises(WriteInCheckMode, match=r"calling Thing\.Set would write in check mode"):
        session.invoke(THING, "Set", {"Size": 1}, KEYS)
    with pytest.raises(WriteInCheckMode, match="writing Thing"):
        session.put(THING, {"Size": 1}, KEYS)
    with pytest.raises(WriteInCheckMode):
        session.call(THING, "Set", {"Size": 1}, KEYS)
    assert carrier.sent == []


def test_a_read_only_session_reads() -> None:
    session, carrier = scripted(ITEM, LOOKED, first_page(ITEM), IDENTIFIED, read_only=True)
    session.get(THING, KEYS)
    session.invoke(THING, "Look")
    list(session.enumerate(THING))
    session.identify()
    assert len(carrier.sent) == 4


# -- a connection that breaks -----------------------------------------------------------------


def test_a_get_is_repeated_once_over_a_new_connection() -> None:
    session, carrier = scripted(LOST, ITEM)
    assert session.get(THING, KEYS)["Name"] == "a"
    assert (carrier.actions, carrier.resets) == (["Get", "Get"], 1)


def test_a_method_that_only_reads_is_repeated_once() -> None:
    session, carrier = scripted(LOST, LOOKED)
    assert session.call(THING, "Look")["Seen"] == 3
    assert (carrier.actions, carrier.resets) == (["Look", "Look"], 1)


def test_the_start_of_an_enumeration_is_repeated_once() -> None:
    session, carrier = scripted(LOST, first_page(ITEM))
    assert len(list(session.enumerate(THING))) == 1
    assert (carrier.actions, carrier.resets) == (["Enumerate", "Enumerate"], 1)


def test_it_is_repeated_once_and_not_twice() -> None:
    session, carrier = scripted(LOST, LOST, ITEM)
    with pytest.raises(ConnectionLost):
        session.get(THING, KEYS)
    assert carrier.actions == ["Get", "Get"]


def test_a_write_is_never_repeated() -> None:
    session, carrier = scripted(LOST, LOST, SET, ITEM)
    with pytest.raises(ConnectionLost):
        session.invoke(THING, "Set", {"Size": 1}, KEYS)
    with pytest.raises(ConnectionLost):
        session.put(THING, {"Size": 1}, KEYS)
    assert (carrier.actions, carrier.resets) == (["Set", "Put"], 2)


def test_a_page_is_not_repeated_for_its_context_is_spent() -> None:
    session, carrier = scripted(first_page(ITEM, "uuid:1"), LOST)
    reading = session.enumerate(THING)
    assert next(reading)["Name"] == "a"
    with pytest.raises(ConnectionLost):
        next(reading)
    assert carrier.actions == ["Enumerate", "Pull"]


@pytest.mark.parametrize(
    "reply",
    [
        Unreachable("no connection"),
        BadAnswer("garbage"),
        HttpError(503),
        fault(2150858793, "w:TimedOut", "late"),
    ],
    ids=["unreachable", "bad answer", "503", "timed out"],
)
def test_nothing_else_is_repeated(reply: Reply) -> None:
    session, carrier = scripted(reply, ITEM)
    with pytest.raises(CimError):
        session.get(THING, KEYS)
    assert (carrier.actions, carrier.resets) == (["Get"], 0)


# -- what comes back instead of an answer -----------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        fault(2150859174, "w:QuotaLimit", "zu viele Vorgaenge"),
        wmi_error(2150859174, "w:QuotaLimit", "zu viele Vorgaenge"),
    ],
    ids=["WSManFault", "MSFT_WmiError"],
)
@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_fault_with_any_status(status: int, body: str) -> None:
    session, dummy = scripted((status, envelope(body)))
    with pytest.raises(Fault, match="zu viele Vorgaenge") as caught:
        session.get(THING, KEYS)
    assert caught.value.number == 2150859174
    assert caught.value.operation == "reading Thing"


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (404, "path"),
        (413, "MaxEnvelopeSizekb"),
        (503, "overloaded"),
        (500, "event log"),
    ],
)
def test_a_status_without_a_fault(status: int, advice: str) -> None:
    session, dummy = scripted((status, b"<html>error</html>"))
    with pytest.raises(HttpError, match=f"HTTP status {status} without") as caught:
        session.invoke(THING, "Look")
    assert advice in (caught.value.advice or "")
    assert caught.value.operation == "calling Thing.Look"


def test_a_web_page_with_status_200() -> None:
    session, dummy = scripted((200, b"<!DOCTYPE html><html></html>"))
    with pytest.raises(NotWinRM) as caught:
        session.get(THING, KEYS)
    assert caught.value.operation == "reading Thing"


def test_the_answer_to_another_request() -> None:
    session, dummy = scripted((200, envelope(ITEM, "uuid:another")))
    with pytest.raises(BadAnswer, match="another request"):
        session.get(THING, KEYS)


def test_an_operation_that_was_named_below_keeps_its_name() -> None:
    lost = ConnectionLost("x")
    lost.operation = "logging on"
    session, dummy = scripted(lost, lost)
    with pytest.raises(ConnectionLost) as caught:
        session.get(THING, KEYS)
    assert caught.value.operation == "logging on"


def test_requests_are_numbered_differently() -> None:
    session, carrier = scripted(LOST, ITEM, ITEM)
    session.get(THING, KEYS)
    session.get(THING, KEYS)
    assert carrier.sent[0].message_id != carrier.sent[2].message_id


def test_a_query_is_built_from_the_table() -> None:
    def check(sent: Sent) -> str:
        assert sent.header("Filter") == "SELECT Size FROM Thing WHERE Name = 'a'"
        assert sent.header("ResourceURI").endswith("/root/cimv2/*")
        return first_page(fragment({"Size": 5}))

    session, dummy = scripted(check)
    assert list(session.enumerate(THING, ["Size"], "Name = 'a'")) == [{"Size": 5}]


def test_a_condition_alone_asks_for_the_columns_of_the_table() -> None:
    session, carrier = scripted(first_page(fragment({"Name": "a", "Size": 5})))
    assert list(session.enumerate(THING, where="Size > 1")) == [{"Name": "a", "Size": 5}]
    assert carrier.sent[0].header("Filter") == "SELECT Name, Size FROM Thing WHERE Size > 1"


def test_without_names_and_condition_there_is_no_query() -> None:
    session, carrier = scripted(first_page(ITEM))
    list(session.enumerate(THING))
    assert carrier.sent[0].header("Filter") == ""
    assert carrier.sent[0].cls == "Thing"
