# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends a PowerShell script over a connection plugin: in a shell of winrm, or a runspace of psrp.

Opening one runs nothing of ours. So what fails there is told apart from what breaks afterwards,
when nobody knows what was done.
"""

from __future__ import annotations

import base64
from typing import Any

from ansible.errors import AnsibleAuthenticationFailure, AnsibleConnectionFailure, AnsibleError

from .._cim.carriers.contract import ADVICE_CREDENTIALS, rejected
from .._cim.carriers.http import ADVICE_NETWORK, error_from
from .._cim.carriers.winrm import ready_for_shell
from .._cim.errors import (
    BadAnswer,
    CimError,
    ConnectionLost,
    Fault,
    HttpError,
    Trouble,
    Unreachable,
)

_BAD_REQUEST = 400
# The prefix by which Ansible's plugins know a command that is PowerShell already.
_PREFIX = "PowerShell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand "


def run_script(connection: Any, script: str, data: bytes) -> tuple[int, bytes, bytes]:
    """Run a script on the host.

    :param data: lines; the script finds them as ``$input``.
    :returns: exit status, standard output, standard error.
    :raises Unreachable: there is no connection, or no shell to be had; nothing was done.
    :raises Fault: Windows refuses to open a shell; nothing was done.
    :raises ConnectionLost, HttpError, BadAnswer: it broke off; it may have been done.
    """
    _have_shell(connection)
    try:
        status, stdout, stderr = connection.exec_command(
            _command(connection.transport, script), in_data=data, sudoable=False
        )
    except AnsibleAuthenticationFailure as exc:
        raise Unreachable(str(exc), ADVICE_CREDENTIALS, Trouble.CREDENTIALS) from exc
    except AnsibleError as exc:
        # The plugin's own verdict: it timed out, or could not send all of the input.
        _start_over(connection)
        told = isinstance(exc, AnsibleConnectionFailure)
        why = str(exc) if told else "the connection broke while the input was sent"
        raise ConnectionLost(why, ADVICE_NETWORK) from exc
    except Exception as exc:  # a broken answer makes the libraries raise anything
        _start_over(connection)
        raise _error_of(exc) from exc
    return status, _bytes(stdout), _bytes(stderr)


def _have_shell(connection: Any) -> None:
    """Open the shell or runspace, unless there is one; when the connection breaks, once again."""
    try:
        _open(connection)
    except ConnectionLost:
        try:
            _open(connection)
        except ConnectionLost as lost:
            raise Unreachable(str(lost), lost.advice) from lost


def _open(connection: Any) -> None:
    try:
        if not connection.connected:
            connection._connect()
        if connection.transport == "winrm":
            ready_for_shell(connection)
    except Exception as exc:  # the libraries raise anything
        _start_over(connection)
        raise _not_opened(exc) from exc


def _not_opened(exc: Exception) -> CimError:
    """Why there is no shell or runspace."""
    if isinstance(exc, AnsibleAuthenticationFailure):
        return Unreachable(str(exc), ADVICE_CREDENTIALS, Trouble.CREDENTIALS)
    # The plugin psrp wraps what its library raised.
    cause = exc.__context__ if isinstance(exc, AnsibleError) else exc
    if not isinstance(cause, Exception) or isinstance(cause, AnsibleError):
        return Unreachable(str(exc), ADVICE_NETWORK)
    match type(cause).__name__:
        case "AuthenticationError" | "InvalidCredentialsError":
            return rejected()
        case "WSManFaultError":
            return _fault_of(cause)
        case dummy:
            return _error_of(cause)


def _command(transport: str, script: str) -> str:
    if transport == "winrm":
        # winrm encodes what it is given by itself; ansible-core 2.18 also what is encoded
        # already, which cmd.exe then refuses for its length.
        return script
    # psrp takes this for a script whose input comes in lines.
    return _PREFIX + base64.b64encode(script.encode("utf-16-le")).decode()


def _error_of(exc: Exception) -> CimError:
    """What the libraries under the connection plugins raise, as one of our own errors."""
    if type(exc).__name__ == "WSManFaultError":
        # The process of the shell or runspace ended, or Windows closed it.
        fault = _fault_of(exc)
        return BadAnswer(f"it broke off: {fault}")
    status = getattr(exc, "code", None)
    if type(exc).__name__ != "WinRMTransportError" or not isinstance(status, int):
        return error_from(exc)
    if status == _BAD_REQUEST:
        # A message sealed for a connection that is gone: the plugin went on over a new one.
        return ConnectionLost("the connection broke, and its session with it", ADVICE_NETWORK)
    return HttpError(status)


def _fault_of(exc: Any) -> Fault:
    """The fault in an error of pywinrm or pypsrp, which are called the same."""
    if hasattr(exc, "wsman_fault_code"):  # pywinrm: its ``code`` is the HTTP status
        number, subcode = exc.wsman_fault_code or exc.wmierror_code, exc.fault_subcode
    else:  # pypsrp: the subcode stands in for a number that it does not read
        number = subcode = exc.code
    known = number if isinstance(number, int) else 0
    name = "" if known else str(subcode or "").rpartition(":")[2]
    return Fault(known, name, str(exc.reason or ""))


def _start_over(connection: Any) -> None:
    """Let the next command log in anew: over a session that broke, Windows answers nothing more.

    What the host still holds of the old one goes when it has been idle for long enough.
    """
    if connection.transport == "winrm":
        if connection.protocol is not None:
            connection.protocol.transport.close_session()
            connection.protocol.transport.encryption = None
        connection.shell_id = None
    elif connection.transport == "psrp":
        connection.runspace = None
        connection._connected = False


def _bytes(data: bytes | str) -> bytes:
    return data if isinstance(data, bytes) else data.encode("utf-8", "replace")
