# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs shipped operations on a farm host as its bootstrap process would, without a network."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from farm import Farm
from farm.operations import SCRIPTS

RUN = "0123456789abcdef"
TASK = f"remote_desktop.licensing dead man {RUN}"
STATE = "C:\\ProgramData\\remote_desktop.licensing"


class Thrown(Exception):
    """The script ended with an error; ``code`` is its HRESULT, unsigned."""

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code & 0xFFFFFFFF


class Died(Exception):
    """The process ended without an answer."""


def stdin_of(name: str, options: dict[str, Any], blob: bytes | None = None) -> bytes:
    """What the bootstrap reads."""
    parts = [(SCRIPTS / f"{name}.ps1").read_bytes(), json.dumps(options).encode()]
    parts += [] if blob is None else [blob]
    return b"".join(base64.b64encode(part) + b"\n" for part in parts)


def _block(text: str, name: str) -> bytes | None:
    dummy, begin, rest = text.partition(f"-----BEGIN {name}-----\r\n")
    body, end, dummy = rest.partition(f"-----END {name}-----\r\n")
    if not begin:
        return None
    assert end
    assert all(len(line) <= 76 for line in body.split("\r\n"))
    try:
        return base64.b64decode(body.replace("\r\n", ""), validate=True)
    except binascii.Error as error:
        raise AssertionError(body) from error


def output_of(stdout: str, stderr: str, code: int) -> dict[str, Any]:
    """The output of a process, with ``blob`` when bytes came along."""
    answer = _block(stdout, "RDS")
    if answer is None:
        raise Died(stderr, code)
    found = json.loads(answer)
    if not found["ok"]:
        raise Thrown(found["error"], found["code"])
    blob = _block(stdout, "RDS BLOB")
    output: dict[str, Any] = found["output"]
    return output if blob is None else {**output, "blob": blob}


class OperationClient:
    """The operations of one host."""

    def __init__(self, farm: Farm, name: str) -> None:
        self.host = farm.hosts[name]
        self._operations = farm.operations

    def __call__(self, name: str, blob: bytes | None = None, **options: Any) -> dict[str, Any]:
        """Run one; ``from_`` stands for the option ``from``."""
        given = {key.rstrip("_"): value for key, value in options.items()}
        lines = stdin_of(name, given, blob).decode().splitlines()
        ended = self._operations.run(self.host, lines)
        return output_of(ended.stdout, ended.stderr, ended.code)

    def claim(self, run: str = RUN, seconds: int = 3600) -> dict[str, Any]:
        """Take the lock."""
        return self("claim", run=run, holder="awx-1", operation="backup", seconds=seconds)

    def arm(self, seconds: int = 900, swap: dict[str, str] | None = None) -> dict[str, Any]:
        """Arm the dead man of ``RUN``."""
        plan = {"service": "TermServLicensing", "swap": swap}
        script = (SCRIPTS / "dead_man.ps1").read_bytes()
        return self("arm_dead_man", script, run=RUN, task=TASK, seconds=seconds, plan=plan)
