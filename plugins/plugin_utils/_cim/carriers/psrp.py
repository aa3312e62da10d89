# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The carrier for ``ansible_connection: psrp``: the HTTP transport of pypsrp's WSMan.

The connection plugin opens a runspace when it connects: three requests and a process on the
host. Its options are asked for instead, and a transport is made from them; one that is open
already is used.
"""

from __future__ import annotations

from inspect import signature
from typing import Any

from ..errors import CarrierUnavailable
from .contract import error_answer, rejected
from .http import bound_answers, error_from, waiting

try:
    # At the top: the parent process imports this once for all of its forked workers.
    from pypsrp.exceptions import AuthenticationError, WinRMTransportError
    from pypsrp.wsman import WSMan, _TransportHTTP
except ImportError:
    AuthenticationError = WinRMTransportError = WSMan = _TransportHTTP = None


class PsrpCarrier:
    """Sends over a pypsrp transport made of the options of a ``psrp`` connection.

    :param connection: the task's connection plugin.
    :raises CarrierUnavailable: pypsrp is not installed, older than 0.9.0, or refuses the options.
    """

    def __init__(self, connection: Any) -> None:
        if WSMan is None:
            raise CarrierUnavailable(
                "ansible_connection psrp needs pypsrp on the controller",
                "python -m pip install pypsrp",
            )
        # This parameter is new in 0.9.0; before, a transport that is given its session never
        # sets up the encryption.
        if "retries_on_read_timeout" not in signature(_TransportHTTP.send).parameters:
            raise CarrierUnavailable(
                "ansible_connection psrp needs pypsrp 0.9.0 or newer on the controller",
                'python -m pip install "pypsrp>=0.9.0"',
            )
        if connection.runspace is not None:
            wsman = connection.runspace.connection
        else:
            connection._build_kwargs()
            try:
                wsman = WSMan(**connection._psrp_conn_kwargs)
            except ValueError as exc:
                raise CarrierUnavailable(
                    f"pypsrp refuses the connection options: {exc}",
                    "look at ansible_psrp_auth, ansible_psrp_protocol and "
                    "ansible_psrp_message_encryption",
                ) from exc
        self._operation_timeout = float(wsman.operation_timeout)
        self._transport = wsman.transport

    @property
    def endpoint(self) -> str:
        return str(self._transport.endpoint)

    @property
    def operation_timeout(self) -> float:
        return self._operation_timeout

    @property
    def sealed(self) -> bool:
        """Whether messages are encrypted by now; before the first one they never are."""
        return self._transport.encryption is not None

    def send(self, message: bytes, wait: float | None = None) -> tuple[int, bytes]:
        transport = self._transport
        try:
            if transport.session is None:
                transport.session = transport._build_session()
            bound_answers(transport.session, lambda: self.sealed)
            with waiting(transport, "read_timeout", wait):
                return 200, transport.send(message)
        except AuthenticationError as exc:
            self.reset()
            raise rejected() from exc
        except WinRMTransportError as exc:
            return error_answer(exc.code, exc.response_text)
        except Exception as exc:  # a broken answer makes the libraries raise anything
            self.reset()
            raise error_from(exc) from exc

    def reset(self) -> None:
        self._transport.close()
        self._transport.session = None
        self._transport.encryption = None
