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

from .._cim.errors import BadAnswer, CimError, ConnectionLost, WriteInCheckMode
from .hresults import code_of
from .powershell_carrier import run_script

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
_FOLDER = Path(__file__).with_name("operations")


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
        :raises Unreachable: there is no connection; it was not done.
        :raises Fault: Windows refuses to open a shell; it was not done.
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
            return run_script(self._connection, script("bootstrap"), data)
        except ConnectionLost:
            if not again:
                raise
            return run_script(self._connection, script("bootstrap"), data)


def run_operation(
    connection: Any, operation: str, options: Mapping[str, Any], blob: bytes | None = None
) -> dict[str, Any]:
    """Run a single operation; see ``Operations.run``."""
    return Operations(connection).run(operation, options, blob)


@cache
def script(name: str) -> str:
    """The text of a shipped ``.ps1`` file."""
    return (_FOLDER / f"{name}.ps1").read_text(encoding="utf-8")


def _line(data: bytes) -> bytes:
    return base64.b64encode(data) + b"\n"


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
