# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections that break, and answers that are none."""

from __future__ import annotations

import time
from typing import Any

import certifi
import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers.choose import (
    carrier_for,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
    CimError,
    ConnectionLost,
    Fault,
    HttpError,
    NotWinRM,
    Unreachable,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.session import (
    CimSession,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.registry import (
    Registry,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.schema import (
    operating_system,
    session_host,
)
from farm import Farm, Rights
from farm import Fault as Knob
from wire.conftest import WAYS, Connect, Way

KEYS = {"ServerName": "SH1"}
KEY = r"SOFTWARE\Wire"
FULL = "HKLM\\" + KEY
OVER_TLS = [each for each in WAYS.values() if each.scheme == "https"]


def requests(farm: Farm) -> list[str]:
    """What was asked for, logins left out."""
    return [
        each.method or each.operation
        for each in farm.hosts["sh1"].requests
        if each.operation != "auth"
    ]


def spoil(farm: Farm, kind: str, **limits: Any) -> None:
    farm.hosts["sh1"].faults.add(Knob(kind, **limits))


@pytest.fixture(autouse=True)
def key(farm: Farm) -> None:
    """A key to write into."""
    farm.hosts["sh1"].registry.create_key(FULL)
    if farm.hosts["sh1"].registry.get(FULL, "Number") is not None:
        farm.hosts["sh1"].registry.delete_value(FULL, "Number")


def read(session: CimSession) -> object:
    return session.get(session_host.TERMINAL_SERVICE_SETTING, KEYS)["ServerName"]


# -- connections that break -------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["drop", "drop_after"])
def test_a_read_is_repeated_once(session: CimSession, farm: Farm, kind: str) -> None:
    spoil(farm, kind, at=1)
    assert read(session) == "SH1"
    assert requests(farm) == ["Get", "Get"]


@pytest.mark.parametrize("kind", ["drop", "drop_after"])
def test_a_read_in_the_middle_of_a_session_is_repeated_once(
    session: CimSession, farm: Farm, kind: str
) -> None:
    spoil(farm, kind, at=3)
    for dummy in range(4):
        assert read(session) == "SH1"
    assert requests(farm) == ["Get"] * 5


def test_a_method_that_only_reads_is_repeated_once(session: CimSession, farm: Farm) -> None:
    spoil(farm, "drop_after", at=1)
    session.call(
        operating_system.STD_REG_PROV, "EnumKey", {"hDefKey": 0x80000002, "sSubKeyName": "SOFTWARE"}
    )
    assert requests(farm) == ["EnumKey", "EnumKey"]


def test_it_is_not_repeated_twice(session: CimSession, farm: Farm) -> None:
    spoil(farm, "drop", times=2)
    with pytest.raises(ConnectionLost) as caught:
        read(session)
    assert requests(farm) == ["Get", "Get"]
    assert caught.value.operation == "reading Win32_TerminalServiceSetting"
    assert read(session) == "SH1"


@pytest.mark.parametrize(("kind", "done"), [("drop", False), ("drop_after", True)])
@pytest.mark.parametrize("warm", [False, True], ids=["first request", "later request"])
def test_a_write_is_never_repeated(
    session: CimSession, farm: Farm, kind: str, done: bool, warm: bool
) -> None:
    host = farm.hosts["sh1"]
    if warm:
        read(session)
    spoil(farm, kind, method="SetDWORDValue")
    registry = Registry(session)
    with pytest.raises(ConnectionLost):
        registry.set_dword(KEY, "Number", 7)
    assert [each.method for each in host.requests if each.writes] == ["SetDWORDValue"]
    assert (host.registry.get(FULL, "Number") is not None) is done
    # The state is read again instead, over a new connection.
    host.faults.clear()
    assert (registry.dword(KEY, "Number") == 7) is done


def test_a_call_that_times_out_may_still_be_done(session: CimSession, farm: Farm) -> None:
    host = farm.hosts["sh1"]
    spoil(farm, "timed_out", method="SetDWORDValue", at=1, seconds=0.0)
    registry = Registry(session)
    with pytest.raises(Fault) as caught:
        registry.set_dword(KEY, "Number", 7)
    assert caught.value.timed_out
    assert not isinstance(caught.value, Unreachable)
    deadline = time.monotonic() + 5
    while registry.dword(KEY, "Number") != 7:
        assert time.monotonic() < deadline
    assert [each.method for each in host.requests if each.writes] == ["SetDWORDValue"]


def test_a_host_that_never_answers(connect: Connect, farm: Farm, way: Way) -> None:
    connection = connect()
    carrier: Any = carrier_for(connection)
    session = CimSession(carrier)
    read(session)
    name = "read_timeout_sec" if way.connection == "winrm" else "read_timeout"
    setattr(carrier._transport, name, 0.2)
    spoil(farm, "silent", times=1)
    with pytest.raises(ConnectionLost, match="no answer came in the time allowed"):
        Registry(session).set_dword(KEY, "Number", 7)
    assert requests(farm) == ["Get", "SetDWORDValue"]


# -- faults -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "denied", "missing"),
    [("access_denied", True, False), ("invalid_class", False, True), ("quota", False, False)],
)
def test_faults(session: CimSession, farm: Farm, kind: str, denied: bool, missing: bool) -> None:
    spoil(farm, kind)
    with pytest.raises(Fault) as caught:
        read(session)
    assert (caught.value.access_denied, caught.value.no_such_class) == (denied, missing)
    assert caught.value.code is not None
    assert caught.value.code.name is not None
    assert requests(farm) == ["Get"]


def test_german_words_are_shown_and_decide_nothing(session: CimSession, farm: Farm) -> None:
    spoil(farm, "fault_german")
    with pytest.raises(Fault) as caught:
        read(session)
    assert caught.value.wmi_code == 0x80041001
    assert not caught.value.access_denied
    assert caught.value.text
    assert caught.value.text in str(caught.value)


# -- answers that are none --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "plain", "sealed"),
    [
        ("html_200", NotWinRM, BadAnswer),
        ("http_500", HttpError, HttpError),
        ("half_envelope", BadAnswer, BadAnswer),
        ("garbage", BadAnswer, BadAnswer),
        ("doctype", BadAnswer, BadAnswer),
        ("wrong_relates_to", BadAnswer, BadAnswer),
    ],
)
@pytest.mark.parametrize("warm", [False, True], ids=["first request", "later request"])
def test_spoiled_answers_end_in_a_clear_error(
    session: CimSession,
    farm: Farm,
    way: Way,
    kind: str,
    plain: type[CimError],
    sealed: type[CimError],
    warm: bool,
) -> None:
    if warm:
        read(session)
    spoil(farm, kind)
    with pytest.raises(sealed if way.sealed else plain) as caught:
        read(session)
    assert caught.value.__class__ is (sealed if way.sealed else plain)
    assert caught.value.operation == "reading Win32_TerminalServiceSetting"
    assert caught.value.advice
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("warm", [False, True], ids=["first request", "later request"])
def test_a_host_that_asks_for_another_login_each_time(
    session: CimSession, farm: Farm, way: Way, warm: bool
) -> None:
    if warm:
        read(session)
    spoil(farm, "http_401")
    with pytest.raises(CimError) as caught:
        read(session)
    if way.sealed:
        # The libraries log in again and repeat a message that the old session sealed.
        assert isinstance(caught.value, HttpError | Unreachable)
    else:
        assert caught.value.__class__ is Unreachable
        assert "credentials" in str(caught.value)


@pytest.mark.parametrize(
    "kind",
    [
        "html_200",
        "http_500",
        "half_envelope",
        "garbage",
        "doctype",
        "wrong_relates_to",
        "drop",
    ],
)
def test_the_session_is_usable_afterwards(session: CimSession, farm: Farm, kind: str) -> None:
    spoil(farm, kind, times=2)
    with pytest.raises(CimError):
        read(session)
    farm.hosts["sh1"].faults.clear()
    assert read(session) == "SH1"


@pytest.mark.parametrize("size", [200_000_000, -1], ids=["200 MB", "endless"])
@pytest.mark.parametrize("warm", [False, True], ids=["first request", "later request"])
def test_an_oversized_answer_is_not_read_to_its_end(
    session: CimSession, farm: Farm, size: int, warm: bool
) -> None:
    host = farm.hosts["sh1"]
    if warm:
        read(session)
    spoil(farm, "oversized", size=size, times=1)
    with pytest.raises(BadAnswer):
        read(session)
    assert read(session) == "SH1"
    assert max(each.bytes_out for each in host.requests) < 60_000_000


def test_what_a_german_host_answers_to_a_missing_class(session: CimSession, farm: Farm) -> None:
    spoil(farm, "invalid_class")
    spoil(farm, "fault_german")
    with pytest.raises(Fault) as caught:
        read(session)
    assert caught.value.no_such_class


# -- logins -----------------------------------------------------------------------------------


def test_a_wrong_password_is_unreachable(connect: Connect, farm: Farm) -> None:
    session = CimSession(carrier_for(connect(ansible_password="wrong")))
    with pytest.raises(Unreachable, match="the credentials were rejected") as caught:
        read(session)
    assert caught.value.__class__ is Unreachable
    assert requests(farm) == []
    assert "ansible_password" in (caught.value.advice or "")


@pytest.mark.parametrize("rights", [Rights.PLAIN, Rights.NO_REMOTE_ENABLE])
def test_an_account_without_rights(connect: Connect, farm: Farm, way: Way, rights: Rights) -> None:
    user, password = farm.login("sh1", auth=way.auth, rights=rights)
    connection = connect(ansible_user=user, ansible_password=password)
    with pytest.raises(CimError) as caught:
        read(CimSession(carrier_for(connection)))
    denied = isinstance(caught.value, Fault) and caught.value.access_denied
    assert denied or isinstance(caught.value, Unreachable)
    assert "Administrators" in (caught.value.advice or "")


def test_nobody_listens(connect: Connect) -> None:
    # Port 9 (discard) of a loopback address that nobody uses.
    connection = connect(ansible_host="127.255.255.254", ansible_port=9)
    with pytest.raises(Unreachable, match=r"no connection: .*refused") as caught:
        read(CimSession(carrier_for(connection)))
    # Nothing went out: this is not a lost answer.
    assert not isinstance(caught.value, ConnectionLost)


@pytest.mark.parametrize("way", OVER_TLS, indirect=True)
def test_a_certificate_that_is_not_trusted(connect: Connect, way: Way) -> None:
    name = f"ansible_{way.connection}_ca_" + ("trust_path" if way.connection == "winrm" else "cert")
    with pytest.raises(Unreachable, match="TLS failed") as caught:
        read(CimSession(carrier_for(connect(**{name: certifi.where()}))))
    assert "trust" in (caught.value.advice or "")
