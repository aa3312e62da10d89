# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PowerShell operations that the farm can answer: one shipped ``.ps1`` file each.

A command line is an operation when its EncodedCommand is the shipped bootstrap, and its standard
input holds the script and the input, each as one line of base64. The script must be byte for byte
a registered file; input and output are checked against the operation's JSON Schema.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

from .json_schema import Schema, SchemaError, check
from .model.features import FeatureChange, FeatureError
from .model.host import Host

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "plugins" / "plugin_utils" / "_windows" / "operations"
_LINE = 76
_FIRST_CMDLETS = 9200

Run = Callable[[Host, Mapping[str, object]], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its script file, the schemas of its input and output, and the model's part."""

    name: str
    script: Path
    input_schema: Schema
    output_schema: Schema
    run: Run


class OperationError(Exception):
    """The script throws: the bootstrap hands its text and its HRESULT to the caller."""

    def __init__(self, text: str, code: int = -2146233087) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended."""

    stdout: str = ""
    stderr: str = ""
    code: int = 0


class OperationSet:
    """The operations of a farm. ``bootstrap`` is the shipped file that reads script and input."""

    def __init__(self, bootstrap: Path = SCRIPTS / "bootstrap.ps1") -> None:
        self.bootstrap = bootstrap
        self._lock = threading.Lock()
        self._operations: dict[str, Operation] = {}

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
        with self._lock:
            known = list(self._operations.values())
        for operation in known:
            shipped = operation.script
            if shipped.is_file() and _digest(shipped.read_bytes()) == _digest(script):
                return operation
        return None

    def run(self, host: Host, stdin: bytes) -> Ended:
        """Answer the standard input of a bootstrap process."""
        try:
            script, given = _read_input(stdin)
        except (ValueError, binascii.Error) as error:
            return Ended(stderr=f"The input is not what the bootstrap reads: {error}", code=1)
        operation = self._by_script(script)
        if operation is None:
            return Ended(stderr="The script is not one that this machine knows.", code=1)
        try:
            check(given, operation.input_schema)
        except SchemaError as error:
            return Ended(stderr=f"{operation.name}: wrong input: {error}", code=1)
        try:
            output = operation.run(host, given)
        except OperationError as error:
            return Ended(stdout=_framed({"ok": False, "error": str(error), "code": error.code}))
        check(output, operation.output_schema)
        return Ended(stdout=_framed({"ok": True, "output": output}))


def _digest(data: bytes) -> str:
    """SHA-256 of a script's text; a byte order mark is no part of the text."""
    return hashlib.sha256(data.removeprefix(b"\xef\xbb\xbf")).hexdigest()


def _read_input(stdin: bytes) -> tuple[bytes, Mapping[str, object]]:
    lines = [line.strip() for line in stdin.decode("ascii").splitlines() if line.strip()]
    if len(lines) != 2:
        raise ValueError(f"two lines are expected, not {len(lines)}")
    script = base64.b64decode(lines[0], validate=True)
    given = json.loads(base64.b64decode(lines[1], validate=True).decode("ascii"))
    if not isinstance(given, dict):
        raise SchemaError("the input is no JSON object")
    return script, given


def _framed(answer: Mapping[str, object]) -> str:
    text = base64.b64encode(json.dumps(answer, ensure_ascii=True).encode("ascii")).decode("ascii")
    lines = [text[i : i + _LINE] for i in range(0, len(text), _LINE)]
    return "\r\n".join(["-----BEGIN RDS-----", *lines, "-----END RDS-----", ""])


def _gpupdate(host: Host, given: Mapping[str, object]) -> Mapping[str, object]:
    host.refresh_policy()
    return {"exit_code": 0}


_FEATURE_RESULT: Schema = {
    "type": "object",
    "properties": {
        "success": {"type": "boolean"},
        "restart_needed": {"enum": ["no", "yes", "maybe"]},
        "exit_code": {"type": "string"},
        "changed": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["success", "restart_needed", "exit_code", "changed"],
    "additionalProperties": False,
}


def _feature_input(*required: str) -> Schema:
    return {
        "type": "object",
        "properties": {
            "names": {"type": "array", "items": {"type": "string", "minLength": 1}},
            "management_tools": {"type": "boolean"},
        },
        "required": list(required),
        "additionalProperties": False,
    }


def _change_features(host: Host, given: Mapping[str, object], *, install: bool) -> FeatureChange:
    if host.release.build < _FIRST_CMDLETS:
        raise OperationError("The cmdlet is not recognized.", _signed(0x80131501))
    names = [str(name) for name in cast("list[object]", given["names"])]
    try:
        if install:
            return host.features.install(names, tools=bool(given["management_tools"]))
        return host.features.remove(names)
    except FeatureError as error:
        raise OperationError(str(error), _signed(error.code)) from error


def _signed(code: int) -> int:
    """An HRESULT as .NET shows it."""
    return code - 2**32 if code >= 2**31 else code


def _feature_operation(name: str, *required: str, install: bool) -> Operation:
    def run(host: Host, given: Mapping[str, object]) -> Mapping[str, object]:
        change = _change_features(host, given, install=install)
        return {**asdict(change), "changed": list(change.changed)}

    script = SCRIPTS / f"{name}.ps1"
    return Operation(name, script, _feature_input(*required), _FEATURE_RESULT, run)


def shipped_operations() -> OperationSet:
    """The operations that the collection ships."""
    operations = OperationSet()
    operations.register(
        Operation(
            "gpupdate",
            SCRIPTS / "gpupdate.ps1",
            {
                "type": "object",
                "properties": {"wait_seconds": {"type": "integer", "minimum": 0}},
                "required": ["wait_seconds"],
                "additionalProperties": False,
            },
            {
                "type": "object",
                "properties": {"exit_code": {"type": "integer"}},
                "required": ["exit_code"],
                "additionalProperties": False,
            },
            _gpupdate,
        )
    )
    operations.register(
        _feature_operation("install_feature", "names", "management_tools", install=True)
    )
    operations.register(_feature_operation("remove_feature", "names", install=False))
    return operations
