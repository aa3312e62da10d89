# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shell of cmd.exe (MS-WSMV 3.1.4.1.30 ff., messages of 4.2)."""

from __future__ import annotations

import base64
import binascii
import threading
import uuid
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

from ..model.accounts import Identity
from ..model.host import Host
from ..operations import Ended, OperationSet
from . import command_line
from . import namespaces as ns
from .command_line import Program, program_of
from .fault_message import INVALID_PARAMETER, SCHEMA_VALIDATION, TIMED_OUT, WsmanFault
from .message import Header
from .namespaces import q
from .processes import Processes
from .reply import Outcome

_STATE = ns.SHELL + "/CommandState/"
_OUTPUT_BYTES = 60_000
_SIGNALS = frozenset(f"{ns.SHELL}/signal/{name}" for name in ("terminate", "ctrl_c", "ctrl_break"))


@dataclass(slots=True)
class Command:
    """A command in a shell: what it still reads, and what it has written."""

    id: str
    program: Program
    skip_cmd: bool
    stdin: bytearray = field(default_factory=bytearray)
    eof: bool = False
    done: threading.Event = field(default_factory=threading.Event)
    output: dict[str, bytes] = field(default_factory=lambda: {"stdout": b"", "stderr": b""})
    sent: dict[str, int] = field(default_factory=lambda: {"stdout": 0, "stderr": 0})
    code: int = 0

    def next_piece(self, stream: str) -> tuple[bytes, bool]:
        """What comes next of a stream, and whether that is all."""
        start = self.sent[stream]
        piece = self.output[stream][start : start + _OUTPUT_BYTES]
        self.sent[stream] += len(piece)
        return piece, self.sent[stream] == len(self.output[stream])


def mangled(text: str) -> bytes:
    """Standard output as it arrives: what is not ASCII does not survive the console."""
    return text.encode("ascii", "replace")


def command_id(request: ET.Element) -> str:
    """The client's own id of the command, when it gives one, else a new one."""
    given = request.get("CommandId")
    try:
        return str(uuid.UUID(given) if given else uuid.uuid4()).upper()
    except ValueError as error:
        raise WsmanFault(INVALID_PARAMETER, extra="CommandId") from error


class CmdShell:
    """One shell and its commands."""

    uri = ns.CMD_SHELL
    streams = ("stdin", "stdout stderr")
    gone = False

    def __init__(
        self, host: Host, owner: Identity, operations: OperationSet, processes: Processes
    ) -> None:
        self.id = str(uuid.uuid4()).upper()
        self.owner = owner
        self.host = host
        self.operations = operations
        self._processes = processes
        self._commands: dict[str, Command] = {}

    def command(self, header: Header, body: ET.Element) -> Outcome:
        """Begin a command; it starts when it has all that it reads."""
        request = body.find(q(ns.SHELL, "CommandLine"))
        text = None if request is None else request.findtext(q(ns.SHELL, "Command"))
        if request is None or not text:
            raise WsmanFault(SCHEMA_VALIDATION, extra="CommandLine")
        arguments = [a.text or "" for a in request.iterfind(q(ns.SHELL, "Arguments"))]
        skip = header.options.get("WINRS_SKIP_CMD_SHELL", "FALSE").upper() in ("TRUE", "1")
        program = program_of(" ".join([text, *arguments]))
        command = Command(command_id(request), program, skip)
        self._commands[command.id] = command
        if not program.reads_stdin(self.operations):
            self._start(command)
        answer = (
            f'<rsp:CommandResponse xmlns:rsp="{ns.SHELL}"><rsp:CommandId>{command.id}'
            "</rsp:CommandId></rsp:CommandResponse>"
        )
        log: dict[str, object] = {"params": {"command": program.line}}
        return Outcome(f"{ns.SHELL}/CommandResponse", answer, log)

    def _start(self, command: Command) -> None:
        def work() -> Ended:
            return command_line.run(
                command.program,
                bytes(command.stdin),
                self.host,
                self.owner,
                self.operations,
                skip_cmd=command.skip_cmd,
            )

        def then(ended: Ended) -> None:
            command.output["stdout"] = mangled(ended.stdout)
            command.output["stderr"] = mangled(ended.stderr)
            command.code = ended.code
            command.done.set()

        self._processes.start(work, then)

    def _of(self, element: ET.Element | None) -> Command:
        wanted = "" if element is None else element.get("CommandId", "")
        command = self._commands.get(wanted.upper())
        if command is None:
            raise WsmanFault(INVALID_PARAMETER, extra=f"CommandId {wanted}")
        return command

    def send(self, body: ET.Element) -> Outcome:
        """Take standard input."""
        stream = body.find(f"{q(ns.SHELL, 'Send')}/{q(ns.SHELL, 'Stream')}")
        command = self._of(stream)
        if stream is None or stream.get("Name") != "stdin" or command.eof:
            raise WsmanFault(INVALID_PARAMETER, extra="stdin")
        try:
            command.stdin += base64.b64decode(stream.text or "", validate=False)
        except binascii.Error as error:
            raise WsmanFault(SCHEMA_VALIDATION, extra="Stream") from error
        if stream.get("End", "").lower() in ("true", "1"):
            command.eof = True
            if command.program.reads_stdin(self.operations):
                self._start(command)
        answer = f'<rsp:SendResponse xmlns:rsp="{ns.SHELL}"/>'
        return Outcome(f"{ns.SHELL}/SendResponse", answer)

    def receive(self, header: Header, body: ET.Element) -> Outcome:
        """Give what a command has written."""
        wanted = body.find(f"{q(ns.SHELL, 'Receive')}/{q(ns.SHELL, 'DesiredStream')}")
        command = self._of(wanted)
        if not command.done.wait(header.timeout):
            raise WsmanFault(TIMED_OUT)
        parts, ended = "", True
        for name in ("stdout", "stderr"):
            piece, last = command.next_piece(name)
            text = base64.b64encode(piece).decode("ascii")
            start = f'<rsp:Stream Name="{name}" CommandId="{command.id}"'
            if piece:
                parts += f"{start}>{text}</rsp:Stream>"
            if last:
                parts += f'{start} End="true"></rsp:Stream>'
            else:
                ended = False
        if ended:
            code = command.code & 0xFFFFFFFF
            state = f'"{_STATE}Done"><rsp:ExitCode>{code}</rsp:ExitCode></rsp:CommandState>'
        else:
            state = f'"{_STATE}Running"/>'
        answer = (
            f'<rsp:ReceiveResponse xmlns:rsp="{ns.SHELL}">{parts}'
            f'<rsp:CommandState CommandId="{command.id}" State={state}</rsp:ReceiveResponse>'
        )
        return Outcome(f"{ns.SHELL}/ReceiveResponse", answer)

    def signal(self, body: ET.Element) -> Outcome:
        """Forget a command."""
        request = body.find(q(ns.SHELL, "Signal"))
        code = "" if request is None else (request.findtext(q(ns.SHELL, "Code")) or "").strip()
        if code.lower() not in _SIGNALS:
            raise WsmanFault(INVALID_PARAMETER, extra=f"signal {code}")
        command = self._of(request)
        del self._commands[command.id]
        answer = f'<rsp:SignalResponse xmlns:rsp="{ns.SHELL}"/>'
        return Outcome(f"{ns.SHELL}/SignalResponse", answer)
