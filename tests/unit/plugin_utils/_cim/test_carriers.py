# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carriers over stand-ins for the libraries and for Ansible's connection plugins."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pypsrp.exceptions
import pytest
import requests
import winrm.exceptions
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers import (
    psrp,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers import (
    winrm as winrm_carrier,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers.choose import (
    carrier_for,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers.psrp import (
    PsrpCarrier,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers.winrm import (
    WinrmCarrier,
    ready_for_shell,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
    CarrierUnavailable,
    CimError,
    ConnectionLost,
    HttpError,
    Unreachable,
)

Answer = bytes | Exception


class Transport:
    """A transport of pywinrm or pypsrp: both have about the same face."""

    endpoint = "https://host:5986/wsman"

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.sent: list[bytes] = []
        self.closed = 0
        self.encryption: object | None = object()
        self.session: SimpleNamespace | None = None

    def _build_session(self) -> SimpleNamespace:
        return SimpleNamespace(adapters={})

    def build_session(self) -> SimpleNamespace:
        self.session = self.session or self._build_session()
        return self.session

    def setup_encryption(self, session: object) -> None:
        del session

    def send(self, message: bytes) -> bytes:
        self.sent.append(message)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    send_message = send

    def close(self) -> None:
        self.closed += 1

    close_session = close


class Winrm:
    """The winrm connection plugin: it opens a shell when it connects, unless it has one."""

    transport = "winrm"

    def __init__(self, *answers: Answer, connects: Exception | None = None) -> None:
        self.wire = Transport(*answers)
        self.protocol: SimpleNamespace | None = None
        self.shell_id: str | None = None
        self.shells = 0
        self._connects = connects

    def _connect(self) -> None:
        if self._connects is not None:
            raise self._connects
        self.protocol = SimpleNamespace(
            transport=self.wire, operation_timeout_sec=25, open_shell=self._open_shell
        )
        if not self.shell_id:
            self.shell_id = self._open_shell(codepage=65001)

    def _open_shell(self, codepage: int) -> str:
        assert codepage == 65001
        self.shells += 1
        return f"shell-{self.shells}"


class Psrp:
    """The psrp connection plugin."""

    transport = "psrp"

    def __init__(self, open_with: Transport | None = None) -> None:
        self.runspace: SimpleNamespace | None = None
        if open_with is not None:
            wsman = SimpleNamespace(transport=open_with, operation_timeout=20)
            self.runspace = SimpleNamespace(connection=wsman)
        self.built = 0

    def _build_kwargs(self) -> None:
        self.built += 1
        self._psrp_conn_kwargs = {"server": "host", "operation_timeout": 25}


Make = Callable[..., tuple[Any, Transport]]


def over_winrm(*answers: Answer) -> tuple[WinrmCarrier, Transport]:
    connection = Winrm(*answers)
    return WinrmCarrier(connection), connection.wire


def over_psrp(*answers: Answer) -> tuple[PsrpCarrier, Transport]:
    transport = Transport(*answers)
    return PsrpCarrier(Psrp(transport)), transport


BOTH = pytest.mark.parametrize("make", [over_winrm, over_psrp])


def error_of(make: Make, code: int, text: str | None) -> Exception:
    library: Any = winrm if make is over_winrm else pypsrp
    error: Exception = library.exceptions.WinRMTransportError("http", code, text)
    return error


@BOTH
def test_a_message_goes_out_and_its_answer_comes_back(make: Make) -> None:
    carrier, transport = make(b"<answer/>", b"<more/>")
    assert carrier.send(b"<message/>") == (200, b"<answer/>")
    assert carrier.send(b"<second/>") == (200, b"<more/>")
    assert transport.sent == [b"<message/>", b"<second/>"]
    assert (carrier.endpoint, transport.closed) == ("https://host:5986/wsman", 0)


@BOTH
def test_an_http_error_with_a_body(make: Make) -> None:
    carrier, dummy = make(error_of(make, 500, "<fault>\u00e4</fault>"))
    assert carrier.send(b"x") == (500, "<fault>\u00e4</fault>".encode())


@BOTH
@pytest.mark.parametrize("text", ["", None])
def test_an_http_error_without_a_body(make: Make, text: str | None) -> None:
    carrier, dummy = make(error_of(make, 404, text))
    with pytest.raises(HttpError, match="404"):
        carrier.send(b"x")


@BOTH
def test_rejected_credentials_are_unreachable(make: Make) -> None:
    kind = (
        winrm.exceptions.InvalidCredentialsError
        if make is over_winrm
        else pypsrp.exceptions.AuthenticationError
    )
    carrier, transport = make(kind("401"))
    with pytest.raises(Unreachable, match="the credentials were rejected") as caught:
        carrier.send(b"x")
    assert caught.value.__class__ is Unreachable
    assert "ansible_password" in (caught.value.advice or "")
    assert caught.value.trouble == "credentials"
    assert transport.closed == 1


@BOTH
@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (requests.ConnectionError("x"), ConnectionLost),
        (requests.ReadTimeout("x"), ConnectionLost),
        (requests.ConnectTimeout("x"), Unreachable),
        (requests.exceptions.SSLError("x"), Unreachable),
        (ValueError("not a boundary"), BadAnswer),
        (RuntimeError("cannot unseal"), BadAnswer),
    ],
)
def test_errors_become_our_own_and_the_connection_is_dropped(
    make: Make, raised: Exception, kind: type[CimError]
) -> None:
    carrier, transport = make(raised)
    with pytest.raises(kind) as caught:
        carrier.send(b"x")
    assert caught.value.__class__ is kind
    assert caught.value.__cause__ is raised
    # A security context does not outlive its connection: Windows answers a bare 400.
    assert (transport.closed, transport.encryption) == (1, None)


@BOTH
def test_reset_drops_connection_and_security_context(make: Make) -> None:
    carrier, transport = make(b"<x/>")
    carrier.reset()
    assert (transport.closed, transport.encryption) == (1, None)


# -- winrm ------------------------------------------------------------------------------------


def test_winrm_opens_no_shell_and_leaves_the_plugin_without_one() -> None:
    connection = Winrm(b"<x/>")
    carrier = WinrmCarrier(connection)
    carrier.send(b"x")
    assert (connection.shells, connection.shell_id) == (0, None)
    assert carrier.operation_timeout == 25.0


def test_winrm_uses_a_connection_that_is_open_and_its_shell_stays() -> None:
    connection = Winrm(b"<x/>")
    connection._connect()
    WinrmCarrier(connection).send(b"x")
    assert (connection.shells, connection.shell_id) == (1, "shell-1")


def test_winrm_clears_the_shell_id_when_connecting_fails() -> None:
    connection = Winrm(connects=ValueError("kinit"))
    with pytest.raises(ValueError, match="kinit"):
        WinrmCarrier(connection)
    assert connection.shell_id is None


def test_a_shell_is_opened_when_a_command_needs_one() -> None:
    connection = Winrm()
    WinrmCarrier(connection)
    ready_for_shell(connection)
    assert (connection.shells, connection.shell_id) == (1, "shell-1")
    ready_for_shell(connection)
    assert connection.shells == 1


def test_a_plugin_that_did_not_connect_opens_its_own_shell() -> None:
    connection = Winrm()
    ready_for_shell(connection)
    assert (connection.shells, connection.shell_id) == (0, None)


def test_winrm_bounds_what_the_login_reads() -> None:
    connection = Winrm()
    WinrmCarrier(connection)
    adapter = SimpleNamespace(send=lambda: None)
    session = SimpleNamespace(adapters={"http://": adapter})
    connection.wire.setup_encryption(session)
    assert hasattr(adapter, "unbounded_send")


def test_a_second_carrier_on_the_same_connection_does_not_wrap_twice() -> None:
    connection = Winrm()
    WinrmCarrier(connection)
    once = connection.wire.setup_encryption
    WinrmCarrier(connection)
    assert connection.wire.setup_encryption == once


# -- psrp -------------------------------------------------------------------------------------


def test_psrp_uses_a_runspace_that_is_open() -> None:
    transport = Transport(b"<x/>")
    connection = Psrp(transport)
    assert PsrpCarrier(connection).send(b"x") == (200, b"<x/>")
    assert connection.built == 0


def test_psrp_opens_no_runspace_and_asks_the_plugin_for_its_options(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: dict[str, Any] = {}

    def wsman(**options: Any) -> SimpleNamespace:
        given.update(options)
        return SimpleNamespace(
            transport=Transport(), operation_timeout=options["operation_timeout"]
        )

    monkeypatch.setattr(psrp, "WSMan", wsman)
    connection = Psrp()
    carrier = PsrpCarrier(connection)
    assert given == {"server": "host", "operation_timeout": 25}
    assert (connection.runspace, carrier.operation_timeout) == (None, 25.0)


def test_options_that_pypsrp_refuses_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def wsman(**options: Any) -> SimpleNamespace:
        del options
        raise ValueError("Cannot set auth to basic with message encryption")

    monkeypatch.setattr(psrp, "WSMan", wsman)
    with pytest.raises(CarrierUnavailable, match="Cannot set auth to basic") as caught:
        PsrpCarrier(Psrp())
    assert "ansible_psrp_auth" in (caught.value.advice or "")


# -- which one --------------------------------------------------------------------------------


def test_the_plugin_decides_about_the_carrier() -> None:
    assert isinstance(carrier_for(Winrm()), WinrmCarrier)
    assert isinstance(carrier_for(Psrp(Transport())), PsrpCarrier)


@pytest.mark.parametrize("name", ["ssh", "local", "paramiko", "ansible.netcommon.httpapi"])
def test_other_connections_are_refused_by_name(name: str) -> None:
    with pytest.raises(CarrierUnavailable, match=f"'{name}' cannot carry CIM") as caught:
        carrier_for(SimpleNamespace(transport=name))
    assert "ansible_connection to winrm or psrp" in (caught.value.advice or "")


def test_a_connection_without_a_name_is_refused() -> None:
    with pytest.raises(CarrierUnavailable, match="'unknown'"):
        carrier_for(SimpleNamespace())


@pytest.mark.parametrize(
    ("module", "name", "connection", "library"),
    [
        (winrm_carrier, "WinRMTransportError", Winrm(), "pywinrm"),
        (psrp, "WSMan", Psrp(), "pypsrp"),
    ],
)
def test_a_library_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, connection: Any, library: str
) -> None:
    monkeypatch.setattr(module, name, None)
    with pytest.raises(CarrierUnavailable, match=f"needs {library} on the controller") as caught:
        carrier_for(connection)
    assert caught.value.advice == f"python -m pip install {library}"
