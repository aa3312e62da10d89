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
from pathlib import Path
from typing import Any

from .._cim.carriers.http import error_from
from .._cim.carriers.winrm import ready_for_shell
from .._cim.codes import look_up
from .._cim.errors import BadAnswer, CimError

BEGIN, END = "-----BEGIN RDS-----", "-----END RDS-----"
_FOLDER = Path(__file__).with_name("operations")
# The prefix by which Ansible's plugins know a command that is PowerShell already.
_PREFIX = "PowerShell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand "


class OperationFailed(CimError):
    """The script failed on the host."""

    def __init__(self, operation: str, said: str, number: int | None) -> None:
        super().__init__(f"the PowerShell step {operation} failed: {' '.join(said.split())[:600]}")
        self.operation = f"running the PowerShell step {operation}"
        self.code = None if number is None else look_up(number)
        self.advice = self.code.advice if self.code else None


def run_operation(connection: Any, operation: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Run ``operations/<operation>.ps1`` on the host.

    :param connection: the task's connection plugin.
    :param options: JSON values; they reach the script as its one argument.
    :returns: what the script returned.
    :raises OperationFailed: it failed on the host.
    :raises BadAnswer: what came back is not its answer.
    :raises Unreachable: the connection failed.
    """
    command = _script("bootstrap")
    if connection.transport != "winrm":
        # psrp takes this for a script whose input comes in lines. winrm encodes what it is given
        # by itself; ansible-core 2.18 also what is encoded already, which cmd.exe then refuses
        # for its length.
        command = _PREFIX + base64.b64encode(command.encode("utf-16-le")).decode()
    lines = _script(operation), json.dumps(options, ensure_ascii=True)
    data = b"".join(base64.b64encode(each.encode("utf-8")) + b"\n" for each in lines)
    try:
        if connection.transport == "winrm":
            ready_for_shell(connection)
        status, stdout, stderr = connection.exec_command(command, in_data=data, sudoable=False)
    except Exception as exc:
        if type(exc).__module__.startswith("ansible."):
            raise  # the plugin's own verdict: unreachable, timed out
        raise error_from(exc) from exc
    said = _text(stderr).strip()
    answer = _answer_in(_text(stdout))
    if answer is None:
        why = said or f"it ended with status {status} and no answer"
        raise OperationFailed(operation, why, None)
    if answer.get("ok") is not True:
        number = answer.get("code")
        raise OperationFailed(
            operation, str(answer.get("error")), number if isinstance(number, int) else None
        )
    output = answer.get("output")
    return output if isinstance(output, dict) else {}


def _script(name: str) -> str:
    return (_FOLDER / f"{name}.ps1").read_text(encoding="utf-8")


def _text(data: bytes | str) -> str:
    return data if isinstance(data, str) else data.decode("utf-8", "replace")


def _answer_in(stdout: str) -> dict[str, Any] | None:
    dummy, begin, rest = stdout.partition(BEGIN)
    encoded, end, dummy = rest.partition(END)
    if not begin or not end:
        return None
    try:
        answer = json.loads(base64.b64decode("".join(encoded.split()), validate=True))
    except (binascii.Error, ValueError) as exc:
        raise BadAnswer(f"the answer of a PowerShell step is garbled: {exc}") from exc
    return answer if isinstance(answer, dict) else None
