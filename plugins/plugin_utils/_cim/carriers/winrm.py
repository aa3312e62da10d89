# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The carrier for ``ansible_connection: winrm``: pywinrm's Transport.

Its connection plugin opens a WinRS shell when it connects: two requests and a process on the
host, for nothing. A shell id that is set beforehand keeps it from doing so, and everything
else of its connecting (managed Kerberos tickets, options, transports) stays the plugin's own.
"""

from __future__ import annotations

from typing import Any

from ..errors import CarrierUnavailable
from .contract import error_answer, rejected
from .http import bound_answers, error_from, waiting

try:
    # At the top: the parent process imports this once for all of its forked workers.
    from winrm import exceptions
    from winrm.exceptions import InvalidCredentialsError, WinRMTransportError
except ImportError:
    exceptions = InvalidCredentialsError = WinRMTransportError = None


class WinrmCarrier:
    """Sends over the pywinrm transport of a ``winrm`` connection.

    :param connection: the task's connection plugin.
    :raises CarrierUnavailable: pywinrm is not installed, or older than 0.5.0.
    """

    def __init__(self, connection: Any) -> None:
        if WinRMTransportError is None:
            raise CarrierUnavailable(
                "ansible_connection winrm needs pywinrm on the controller",
                "python -m pip install pywinrm",
            )
        # New in 0.5.0, as is the way in which the transport logs in: an older one hands over no
        # session, and builds another one for every message.
        if not hasattr(exceptions, "WSManFaultError"):
            raise CarrierUnavailable(
                "ansible_connection winrm needs pywinrm 0.5.0 or newer on the controller",
                'python -m pip install "pywinrm>=0.5.0"',
            )
        if connection.protocol is None:
            connection.shell_id = "none"
            try:
                connection._connect()
            finally:
                connection.shell_id = None
        self._protocol = connection.protocol
        self._transport = connection.protocol.transport
        if not hasattr(self._transport, "unbounded_setup_encryption"):
            # pywinrm logs in while it builds its session: the bound has to be there before.
            self._transport.unbounded_setup_encryption = self._transport.setup_encryption
            self._transport.setup_encryption = self._set_up_encryption

    @property
    def endpoint(self) -> str:
        return str(self._transport.endpoint)

    @property
    def operation_timeout(self) -> float:
        return float(self._protocol.operation_timeout_sec)

    @property
    def sealed(self) -> bool:
        """Whether messages are encrypted by now; before the first one they never are."""
        return self._transport.encryption is not None

    def send(self, message: bytes, wait: float | None = None) -> tuple[int, bytes]:
        transport = self._transport
        try:
            bound_answers(transport.build_session(), lambda: self.sealed)
            with waiting(transport, "read_timeout_sec", wait):
                return 200, transport.send_message(message)
        except InvalidCredentialsError as exc:
            self.reset()
            raise rejected() from exc
        except WinRMTransportError as exc:
            return error_answer(exc.code, exc.response_text)
        except Exception as exc:  # a broken answer makes the libraries raise anything
            self.reset()
            raise error_from(exc) from exc

    def reset(self) -> None:
        self._transport.close_session()
        self._transport.encryption = None

    def _set_up_encryption(self, session: Any) -> None:
        bound_answers(session, lambda: self.sealed)
        self._transport.unbounded_setup_encryption(session)


def ready_for_shell(connection: Any) -> None:
    """Open the shell that was not opened before, for a command on the same connection.

    Without it the plugin would send its command with no shell id, which Windows refuses.
    """
    if connection.protocol is not None and not connection.shell_id:
        connection.shell_id = connection.protocol.open_shell(codepage=65001)
