# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a PowerShell operation comes in and goes out: one shipped ``.ps1`` file each.

A PowerShell script is an operation when it is the shipped bootstrap, and its ``$input`` holds the
operation's script, the input and, when there is one, a blob, each as base64: lines of standard
input over a remote shell, objects of the pipeline in a runspace. The operation's script must be
byte for byte a registered file; input and output are checked against the operation's JSON Schema.
A blob of the answer stands in a block of its own behind it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..json_schema import Schema, SchemaError, check
from ..model.file_faults import FileError, ProcessDied
from ..model.host import Host

ROOT = Path(__file__).resolve().parents[3]
SCRIPTS = ROOT / "plugins" / "plugin_utils" / "_windows" / "operations"
_BLOB_LINES = 3

Run = Callable[[Host, Mapping[str, object]], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its script file, the schemas of its input and output, and the model's part.

    With ``takes_blob`` the model finds the bytes that came along as ``blob`` in its input; with
    ``gives_blob`` its output holds ``blob``, which leaves beside the JSON. The schemas are about
    the JSON alone.
    """

    name: str
    script: Path
    input_schema: Schema
    output_schema: Schema
    run: Run
    takes_blob: bool = False
    gives_blob: bool = False


class OperationError(Exception):
    """The script throws: the bootstrap hands its text and its HRESULT to the caller."""

    def __init__(self, text: str, code: int = -2146233087) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program or a script ended, and what it wrote.

    Each of the ``output`` is one object of PowerShell, and a line or more on a console.
    ``exited``: by the statement ``exit``; ``thrown``: by an error that nobody caught; ``died``: in
    the middle, without a word.
    """

    output: tuple[str, ...] = ()
    stderr: str = ""
    code: int = 0
    exited: bool = False
    thrown: bool = False
    died: bool = False

    @property
    def stdout(self) -> str:
        """What a console shows of the output."""
        return "".join(f"{each}\r\n" for each in self.output)


@dataclass(frozen=True, slots=True)
class _Given:
    """What the bootstrap reads from its standard input."""

    script: bytes
    options: Mapping[str, object]
    blob: bytes | None


class OperationSet:
    """The operations of a farm. ``bootstrap`` is the shipped file that reads script and input."""

    def __init__(self, bootstrap: Path = SCRIPTS / "bootstrap.ps1") -> None:
        self.bootstrap = bootstrap
        self._lock = threading.Lock()
        self._operations: dict[str, Operation] = {}

    @property
    def known(self) -> Mapping[str, Operation]:
        """The operations by name."""
        with self._lock:
            return dict(self._operations)

    def register(self, operation: Operation) -> None:
        """Make an operation known; a later one of the same name replaces it."""
        with self._lock:
            self._operations[operation.name] = operation

    def is_bootstrap(self, text: str) -> bool:
        """True when a decoded command is the shipped bootstrap."""
        if not self.bootstrap.is_file():
            return False
        return _digest(text.encode("utf-8")) == _digest(self.bootstrap.read_bytes())

    def _by_script(self, script: bytes) -> Operation | None:
        for operation in self.known.values():
            shipped = operation.script
            if shipped.is_file() and _digest(shipped.read_bytes()) == _digest(script):
                return operation
        return None

    def run(self, host: Host, given: Sequence[str]) -> Ended:
        """Run the bootstrap with what its ``$input`` holds."""
        try:
            read = _read_input(given)
        except (ValueError, binascii.Error) as error:
            return _uncaught(f"The input is not what the bootstrap reads: {error}")
        operation = self._by_script(read.script)
        if operation is None:
            return _uncaught("The script is not one that this machine knows.")
        try:
            check(read.options, operation.input_schema)
        except SchemaError as error:
            return _uncaught(f"{operation.name}: wrong input: {error}")
        if operation.takes_blob is (read.blob is None):
            why = "a blob is missing" if operation.takes_blob else "a blob is not expected"
            return _uncaught(f"{operation.name}: wrong input: {why}")
        return _run(operation, host, read)


def _run(operation: Operation, host: Host, given: _Given) -> Ended:
    options = dict(given.options)
    if given.blob is not None:
        options["blob"] = given.blob
    try:
        output = dict(operation.run(host, options))
    except ProcessDied:
        return Ended(code=1, died=True)
    except FileError as error:
        return _thrown(OperationError(str(error), error.signed))
    except OperationError as error:
        return _thrown(error)
    blob = output.pop("blob") if operation.gives_blob else None
    check(output, operation.output_schema)
    framed = _framed({"ok": True, "output": output})
    return Ended(framed + _blob_block(blob) if isinstance(blob, bytes) else framed)


def _thrown(error: OperationError) -> Ended:
    return Ended(_framed({"ok": False, "error": str(error), "code": error.code}))


def _uncaught(text: str) -> Ended:
    return Ended(stderr=text, code=1, thrown=True)


def signed(code: int) -> int:
    """An HRESULT as .NET shows it."""
    return code - 2**32 if code >= 2**31 else code


def _digest(data: bytes) -> str:
    """SHA-256 of a script's text; a byte order mark is no part of the text."""
    return hashlib.sha256(data.removeprefix(b"\xef\xbb\xbf")).hexdigest()


def _read_input(given: Sequence[str]) -> _Given:
    # The bootstrap cuts what it is given at white space: some clients send all of it as one.
    lines = [line for each in given for line in each.split()]
    if len(lines) not in (_BLOB_LINES - 1, _BLOB_LINES):
        raise ValueError(f"two lines are expected, and a third for a blob, not {len(lines)}")
    script = base64.b64decode(lines[0], validate=True)
    options = json.loads(base64.b64decode(lines[1], validate=True).decode("ascii"))
    if not isinstance(options, dict):
        raise SchemaError("the input is no JSON object")
    blob = base64.b64decode(lines[2], validate=True) if len(lines) == _BLOB_LINES else None
    return _Given(script, options, blob)


def _framed(answer: Mapping[str, object]) -> tuple[str, ...]:
    data = json.dumps(answer, ensure_ascii=True).encode("ascii")
    return ("-----BEGIN RDS-----", _lines(data), "-----END RDS-----")


def _blob_block(blob: bytes) -> tuple[str, ...]:
    return ("-----BEGIN RDS BLOB-----", _lines(blob), "-----END RDS BLOB-----")


def _lines(data: bytes) -> str:
    """Base64 as InsertLineBreaks writes it: 76 characters a line."""
    text = base64.encodebytes(data).decode("ascii")
    return text.removesuffix("\n").replace("\n", "\r\n")
