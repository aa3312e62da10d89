# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Windows remote shell (MS-WSMV 3.1.4.1.30 ff., messages of 4.2)."""

from __future__ import annotations

import base64
import binascii
import threading
import uuid
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from ..model.accounts import Identity
from ..model.host import Host
from ..operations import Ended, OperationSet
from . import command_line
from . import namespaces as ns
from .command_line import Program, program_of
from .fault_message import (
    INVALID_PARAMETER,
    INVALID_SELECTORS,
    SCHEMA_VALIDATION,
    SHELLS_QUOTA,
    TIMED_OUT,
    WsmanFault,
)
from .message import Header
from .namespaces import q
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


_IDLE = timedelta(hours=2)
"""IdleTimeout of the shell resource (Microsoft Learn: Installation and configuration for WinRM)."""


@dataclass(slots=True)
class Shell:
    """One shell and its commands."""

    id: str
    owner: Identity
    used: datetime
    commands: dict[str, Command] = field(default_factory=dict)


def mangled(text: str) -> bytes:
    """Standard output as it arrives: what is not ASCII does not survive the console."""
    return text.encode("ascii", "replace")


def _command_id(request: ET.Element) -> str:
    """The client's own id of the command, when it gives one, else a new one."""
    given = request.get("CommandId")
    try:
        return str(uuid.UUID(given) if given else uuid.uuid4()).upper()
    except ValueError as error:
        raise WsmanFault(INVALID_PARAMETER, extra="CommandId") from error


class Shells:
    """The shells of one host."""

    def __init__(self, host: Host, operations: OperationSet) -> None:
        self.host = host
        self.operations = operations
        self._lock = threading.Lock()
        self._shells: dict[str, Shell] = {}
        self._processes: set[threading.Thread] = set()

    @property
    def open(self) -> int:
        """How many shells are open."""
        with self._lock:
            return len(self._shells)

    def run(self, operation: str, header: Header, body: ET.Element, caller: Identity) -> Outcome:
        """Carry out one shell operation."""
        if operation == "ShellCreate":
            return self._create(body, caller)
        shell = self._shell(header, caller)
        match operation:
            case "ShellDelete":
                with self._lock:
                    self._shells.pop(shell.id, None)
                return Outcome(ns.DELETE + "Response", "")
            case "Command":
                return self._command(shell, header, body)
            case "Send":
                return self._send(shell, body)
            case "Receive":
                return self._receive(shell, header, body)
            case dummy:
                return self._signal(shell, body)

    def _shell(self, header: Header, caller: Identity) -> Shell:
        wanted = next((v for k, v in header.selectors.items() if k.lower() == "shellid"), None)
        if wanted is None:
            raise WsmanFault(INVALID_SELECTORS, detail="InsufficientSelectors", extra="ShellId")
        with self._lock:
            self._drop_idle()
            shell = self._shells.get(wanted.strip().upper())
            if shell is not None:
                shell.used = self.host.clock.now()
        if shell is None or shell.owner.user != caller.user:
            raise WsmanFault(INVALID_SELECTORS, detail="UnexpectedSelectors", extra=wanted)
        return shell

    def _create(self, body: ET.Element, caller: Identity) -> Outcome:
        if body.find(q(ns.SHELL, "Shell")) is None:
            raise WsmanFault(SCHEMA_VALIDATION, extra="Shell")
        shell = Shell(str(uuid.uuid4()).upper(), caller, self.host.clock.now())
        with self._lock:
            self._drop_idle()
            mine = sum(1 for s in self._shells.values() if s.owner.user == caller.user)
            if mine >= self.host.plan.max_shells:
                raise WsmanFault(SHELLS_QUOTA)
            self._shells[shell.id] = shell
        created = (
            f"<x:ResourceCreated><a:Address>http://{self.host.address}/wsman</a:Address>"
            f"<a:ReferenceParameters><w:ResourceURI>{ns.CMD_SHELL}</w:ResourceURI><w:SelectorSet>"
            f'<w:Selector Name="ShellId">{shell.id}</w:Selector></w:SelectorSet>'
            "</a:ReferenceParameters></x:ResourceCreated>"
            f'<rsp:Shell xmlns:rsp="{ns.SHELL}"><rsp:ShellId>{shell.id}</rsp:ShellId>'
            f"<rsp:ResourceUri>{ns.CMD_SHELL}</rsp:ResourceUri><rsp:Owner>{escape(caller.user)}</rsp:Owner>"
            "<rsp:InputStreams>stdin</rsp:InputStreams>"
            "<rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>"
        )
        return Outcome(ns.CREATE + "Response", created)

    def _drop_idle(self) -> None:
        """Windows closes a shell that nobody used for long enough."""
        oldest = self.host.clock.now() - _IDLE
        for each in [shell for shell in self._shells.values() if shell.used < oldest]:
            del self._shells[each.id]

    def _command(self, shell: Shell, header: Header, body: ET.Element) -> Outcome:
        request = body.find(q(ns.SHELL, "CommandLine"))
        text = None if request is None else request.findtext(q(ns.SHELL, "Command"))
        if request is None or not text:
            raise WsmanFault(SCHEMA_VALIDATION, extra="CommandLine")
        arguments = [a.text or "" for a in request.iterfind(q(ns.SHELL, "Arguments"))]
        skip = header.options.get("WINRS_SKIP_CMD_SHELL", "FALSE").upper() in ("TRUE", "1")
        program = program_of(" ".join([text, *arguments]))
        command = Command(_command_id(request), program, skip)
        shell.commands[command.id] = command
        if not program.reads_stdin(self.operations):
            self._start(shell, command)
        answer = (
            f'<rsp:CommandResponse xmlns:rsp="{ns.SHELL}"><rsp:CommandId>{command.id}'
            "</rsp:CommandId></rsp:CommandResponse>"
        )
        log: dict[str, object] = {"params": {"command": program.line}}
        return Outcome(f"{ns.SHELL}/CommandResponse", answer, log)

    def settle(self) -> None:
        """Wait until no process is at work any more."""
        for thread in list(self._processes):
            thread.join()

    def _start(self, shell: Shell, command: Command) -> None:
        """Begin a process; it goes on to its end, whether or not anybody asks for its output."""

        def work() -> None:
            ended = Ended(stderr="the simulated program is broken\r\n", code=1)
            with self.host.defects:
                ended = command_line.run(
                    command.program,
                    bytes(command.stdin),
                    self.host,
                    shell.owner,
                    self.operations,
                    skip_cmd=command.skip_cmd,
                )
            command.output["stdout"] = mangled(ended.stdout)
            command.output["stderr"] = mangled(ended.stderr)
            command.code = ended.code
            command.done.set()
            self._processes.discard(threading.current_thread())

        thread = threading.Thread(target=work, daemon=True)
        self._processes.add(thread)
        thread.start()

    def _of(self, shell: Shell, element: ET.Element | None) -> Command:
        wanted = "" if element is None else element.get("CommandId", "")
        command = shell.commands.get(wanted.upper())
        if command is None:
            raise WsmanFault(INVALID_PARAMETER, extra=f"CommandId {wanted}")
        return command

    def _send(self, shell: Shell, body: ET.Element) -> Outcome:
        stream = body.find(f"{q(ns.SHELL, 'Send')}/{q(ns.SHELL, 'Stream')}")
        command = self._of(shell, stream)
        if stream is None or stream.get("Name") != "stdin" or command.eof:
            raise WsmanFault(INVALID_PARAMETER, extra="stdin")
        try:
            command.stdin += base64.b64decode(stream.text or "", validate=False)
        except binascii.Error as error:
            raise WsmanFault(SCHEMA_VALIDATION, extra="Stream") from error
        if stream.get("End", "").lower() in ("true", "1"):
            command.eof = True
            if command.program.reads_stdin(self.operations):
                self._start(shell, command)
        answer = f'<rsp:SendResponse xmlns:rsp="{ns.SHELL}"/>'
        return Outcome(f"{ns.SHELL}/SendResponse", answer)

    def _receive(self, shell: Shell, header: Header, body: ET.Element) -> Outcome:
        wanted = body.find(f"{q(ns.SHELL, 'Receive')}/{q(ns.SHELL, 'DesiredStream')}")
        command = self._of(shell, wanted)
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

    def _signal(self, shell: Shell, body: ET.Element) -> Outcome:
        request = body.find(q(ns.SHELL, "Signal"))
        code = "" if request is None else (request.findtext(q(ns.SHELL, "Code")) or "").strip()
        if code.lower() not in _SIGNALS:
            raise WsmanFault(INVALID_PARAMETER, extra=f"signal {code}")
        command = self._of(shell, request)
        del shell.commands[command.id]
        answer = f'<rsp:SignalResponse xmlns:rsp="{ns.SHELL}"/>'
        return Outcome(f"{ns.SHELL}/SignalResponse", answer)
