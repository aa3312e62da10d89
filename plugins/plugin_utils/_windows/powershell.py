# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs an operation that has no CIM form: one ``.ps1`` file of ``operations/``, one step.

A fixed bootstrap reads the script and its input from standard input; nothing of the input
ever becomes script text. It runs through the connection plugin's own command execution, so it
works as that plugin works.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleAuthenticationFailure, AnsibleConnectionFailure, AnsibleError

from .._cim.carriers.http import ADVICE_NETWORK, error_from
from .._cim.carriers.winrm import ready_for_shell
from .._cim.errors import (
    BadAnswer,
    CimError,
    ConnectionLost,
    HttpError,
    Unreachable,
    WriteInCheckMode,
)
from .hresults import code_of

BEGIN, END = "-----BEGIN RDS-----", "-----END RDS-----"
BEGIN_BLOB, END_BLOB = "-----BEGIN RDS BLOB-----", "-----END RDS BLOB-----"
BLOB = "blob"
"""The name under which bytes come back, beside the JSON values."""
READ_ONLY = frozenset(
    {
        "list_folder",
        "probe_network",
        "read_admin_events",
        "read_bundle",
        "read_chunk",
        "read_dead_man",
        "read_firewall",
        "read_powershell",
    }
)
"""The operations that change nothing: only these run in check mode."""
_BAD_REQUEST = 400
_FOLDER = Path(__file__).with_name("operations")
# The prefix by which Ansible's plugins know a command that is PowerShell already.
_PREFIX = "PowerShell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand "


class OperationFailed(CimError):
    """The script failed on the host; ``code`` tells why where .NET gave a number of its own."""

    def __init__(self, operation: str, said: str, number: int | None) -> None:
        super().__init__(f"the PowerShell step {operation} failed: {' '.join(said.split())[:600]}")
        self.operation = f"running the PowerShell step {operation}"
        self.code = None if number is None else code_of(number)
        self.advice = self.code.advice if self.code else None

    @property
    def number(self) -> int | None:
        """The HRESULT, unsigned; None when there is none that says anything."""
        return self.code.number if self.code else None


class OperationUnanswered(OperationFailed, BadAnswer):
    """The process on the host ended without an answer: what it did is not known."""


class Operations:
    """Runs operations on a host.

    :param connection: the task's connection plugin.
    :param read_only: refuse every operation that writes (check mode).
    """

    def __init__(self, connection: Any, *, read_only: bool = False) -> None:
        self._connection = connection
        self._read_only = read_only

    def run(
        self, operation: str, options: Mapping[str, Any], blob: bytes | None = None
    ) -> dict[str, Any]:
        """Run ``operations/<operation>.ps1``.

        :param options: JSON values; they reach the script as its one argument.
        :param blob: bytes, at least one, that go along beside them.
        :returns: what the script returned; bytes that came along stand under ``blob``.
        :raises OperationFailed: it failed on the host.
        :raises BadAnswer: what came back is not its answer; it may have been done.
        :raises ConnectionLost: the connection broke; it may have been done. (One of READ_ONLY was
            sent twice by then.)
        :raises Unreachable: there is no connection.
        :raises WriteInCheckMode: it would write where only reading is allowed.
        """
        if self._read_only and operation not in READ_ONLY:
            raise WriteInCheckMode(f"the PowerShell step {operation}")
        lines = [_line(script(operation).encode()), _line(json.dumps(options).encode("ascii"))]
        if blob is not None:
            lines.append(_line(blob))
        data = b"".join(lines)
        try:
            status, stdout, stderr = self._sent(data, again=operation in READ_ONLY)
        except CimError as error:
            error.operation = error.operation or f"running the PowerShell step {operation}"
            raise
        answer = _answer_in(stdout)
        if answer is None:
            said = stderr.decode("utf-8", "replace").strip()
            why = said or f"it ended with status {status} and no answer"
            raise OperationUnanswered(operation, why, None)
        return _output_of(operation, answer, stdout)

    def _sent(self, data: bytes, *, again: bool) -> tuple[int, bytes, bytes]:
        """Send it; what only reads is sent a second time when the connection broke, once."""
        try:
            return self._exchange(data)
        except ConnectionLost:
            if not again:
                raise
            return self._exchange(data)

    def _exchange(self, data: bytes) -> tuple[int, bytes, bytes]:
        """Send one command with its standard input; whatever breaks becomes our own error."""
        connection = self._connection
        try:
            if connection.transport == "winrm":
                ready_for_shell(connection)
            status, stdout, stderr = connection.exec_command(
                _command(connection.transport), in_data=data, sudoable=False
            )
        except AnsibleAuthenticationFailure as exc:
            raise Unreachable(str(exc)) from exc
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


def run_operation(
    connection: Any, operation: str, options: Mapping[str, Any], blob: bytes | None = None
) -> dict[str, Any]:
    """Run a single operation; see ``Operations.run``."""
    return Operations(connection).run(operation, options, blob)


@cache
def script(name: str) -> str:
    """The text of a shipped ``.ps1`` file."""
    return (_FOLDER / f"{name}.ps1").read_text(encoding="utf-8")


def _command(transport: str) -> str:
    command = script("bootstrap")
    if transport == "winrm":
        # winrm encodes what it is given by itself; ansible-core 2.18 also what is encoded
        # already, which cmd.exe then refuses for its length.
        return command
    # psrp takes this for a script whose input comes in lines.
    return _PREFIX + base64.b64encode(command.encode("utf-16-le")).decode()


def _error_of(exc: Exception) -> CimError:
    """What the libraries under the connection plugins raise, as one of our own errors."""
    status = getattr(exc, "code", None)
    if exc.__class__.__name__ != "WinRMTransportError" or not isinstance(status, int):
        return error_from(exc)
    if status == _BAD_REQUEST:
        # A message sealed for a connection that is gone: the plugin went on over a new one.
        return ConnectionLost("the connection broke, and its session with it", ADVICE_NETWORK)
    return HttpError(status)


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


def _line(data: bytes) -> bytes:
    return base64.b64encode(data) + b"\n"


def _bytes(data: bytes | str) -> bytes:
    return data if isinstance(data, bytes) else data.encode("utf-8", "replace")


def _block(stdout: bytes, begin: str, end: str) -> memoryview | None:
    """What stands between two markers, without a copy; None when it is not there whole."""
    start = stdout.find(begin.encode())
    stop = stdout.find(end.encode(), start + len(begin)) if start >= 0 else -1
    return memoryview(stdout)[start + len(begin) : stop] if stop >= 0 else None


def _answer_in(stdout: bytes) -> dict[str, Any] | None:
    block = _block(stdout, BEGIN, END)
    if block is None:
        return None
    try:
        answer = json.loads(base64.b64decode(b"".join(bytes(block).split()), validate=True))
    except (binascii.Error, ValueError) as exc:
        raise BadAnswer(f"the answer of a PowerShell step is garbled: {exc}") from exc
    return answer if isinstance(answer, dict) else None


def _output_of(operation: str, answer: Mapping[str, Any], stdout: bytes) -> dict[str, Any]:
    if answer.get("ok") is not True:
        number = answer.get("code")
        raise OperationFailed(
            operation, str(answer.get("error")), number if isinstance(number, int) else None
        )
    output = answer.get("output")
    if not isinstance(output, dict):
        raise BadAnswer(f"the PowerShell step {operation} answered no set of values")
    block = _block(stdout, BEGIN_BLOB, END_BLOB)
    if block is not None:
        try:
            # It passes over the line breaks; the bytes exist once, besides what came in.
            output[BLOB] = binascii.a2b_base64(block)
        except binascii.Error as exc:
            raise BadAnswer(f"the bytes of the PowerShell step {operation} are garbled") from exc
    return output
