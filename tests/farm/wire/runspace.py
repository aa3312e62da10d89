# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A runspace pool as a shell of WS-Management (MS-PSRP 2.2.5, 3.2.5.3; MS-WSMV 3.1.4.1.30 ff.)."""

from __future__ import annotations

import base64
import binascii
import threading
import uuid
import xml.etree.ElementTree as ET
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from ..model.accounts import Identity
from ..model.host import Host
from ..operations import Ended, OperationSet
from . import namespaces as ns
from .cmd_shell import command_id
from .fault_message import (
    ABORTED,
    INVALID_PARAMETER,
    PSRP_BROKEN,
    PSRP_COMMAND,
    PSRP_INPUT,
    PSRP_INPUT_STREAM,
    PSRP_NO_VERSION,
    PSRP_OUTPUT_STREAM,
    PSRP_STREAM_SETS,
    PSRP_VERSION,
    TIMED_OUT,
    WsmanFault,
)
from .message import Header
from .namespaces import q
from .processes import Processes
from .psrp_session import Fragments, NotPsrp, PsrpSession, Script
from .reply import Outcome
from .script import run_script

_CREATION = q("http://schemas.microsoft.com/powershell", "creationXml")
_STATE = ns.SHELL + "/CommandState/"
_STOP = frozenset({"powershell/signal/ctrl_c", "powershell/signal/crtl_c"})
"""Both spellings are in use."""
_FORGET = f"{ns.SHELL}/signal/terminate"
_ENVELOPE = 2048
"""Bytes of an answer around its streams, at most."""
_AROUND = 200
"""Bytes around the content of one stream, at most."""
_FIRST_WITH_2_3 = 14393
_FIRST_WITH_2_2 = 9200
_Found = TypeVar("_Found")


@dataclass(slots=True)
class _Channel:
    """What goes out to the pool or to one pipeline, answer by answer."""

    answers: deque[Fragments] = field(default_factory=deque)
    started: bool = False
    ended: bool = False

    def next_answer(self, size: int) -> Fragments:
        """As much of the next answer as fits."""
        if not self.answers:
            return []
        answer, taken = self.answers[0], 0
        for fragment in answer:
            size -= (len(fragment) + 2) // 3 * 4 + _AROUND
            if taken and size < 0:
                break
            taken += 1
        found, rest = answer[:taken], answer[taken:]
        if rest:
            self.answers[0] = rest
        else:
            self.answers.popleft()
        return found


def open_runspace(
    host: Host,
    operations: OperationSet,
    processes: Processes,
    header: Header,
    request: ET.Element,
    caller: Identity,
) -> RunspaceShell:
    """Open a pool for a wxf:Create; a fault for what Windows' plug-in refuses."""
    options = {name.lower(): text for name, text in header.options.items()}
    version = options.get("protocolversion", "").strip()
    if not version:
        raise WsmanFault(PSRP_NO_VERSION)
    if version.partition(".")[0] != "2":
        raise WsmanFault(PSRP_VERSION, extra=version)
    streams = tuple(
        " ".join((request.findtext(q(ns.SHELL, name)) or "").split())
        for name in ("InputStreams", "OutputStreams")
    )
    if streams != RunspaceShell.streams:
        raise WsmanFault(PSRP_STREAM_SETS)
    try:
        number = uuid.UUID(request.get("ShellId") or str(uuid.uuid4()))
    except ValueError as error:
        raise WsmanFault(INVALID_PARAMETER, extra="ShellId") from error
    shell = RunspaceShell(number, host, caller, operations, processes)
    shell.start(_decoded(request.findtext(_CREATION)))
    return shell


def _decoded(text: str | None) -> bytes:
    try:
        data = base64.b64decode(text or "", validate=True)
    except binascii.Error as error:
        raise WsmanFault(PSRP_INPUT) from error
    if not data:
        raise WsmanFault(PSRP_INPUT)
    return data


def _protocol(host: Host) -> str:
    """By the PowerShell that Windows came with: 2.0, then 3.0 or 4.0, then 5.1."""
    if host.release.build >= _FIRST_WITH_2_3:
        return "2.3"
    return "2.2" if host.release.build >= _FIRST_WITH_2_2 else "2.1"


class RunspaceShell:
    """One runspace pool and its pipelines."""

    uri = ns.RUNSPACE
    streams = ("stdin pr", "stdout")

    def __init__(
        self,
        number: uuid.UUID,
        host: Host,
        owner: Identity,
        operations: OperationSet,
        processes: Processes,
    ) -> None:
        self.id = str(number).upper()
        self.owner = owner
        self.gone = False
        self._host = host
        self._operations = operations
        self._processes = processes
        self._session = PsrpSession(number, _protocol(host))
        self._pool = _Channel()
        self._pipelines: dict[str, _Channel] = {}
        self._changed = threading.Condition()

    def start(self, data: bytes) -> None:
        """Open the pool with what creationXml holds."""
        try:
            self._pool.answers.extend(self._session.open(data))
        except NotPsrp as error:
            raise WsmanFault(PSRP_INPUT, extra=str(error)) from error

    # -- the operations -----------------------------------------------------------------------

    def command(self, header: Header, body: ET.Element) -> Outcome:
        """Begin a pipeline: the first fragment of CREATE_PIPELINE is its one argument."""
        request = body.find(q(ns.SHELL, "CommandLine"))
        if request is None:
            raise WsmanFault(PSRP_INPUT, extra="CommandLine")
        data = _decoded("".join(a.text or "" for a in request.iterfind(q(ns.SHELL, "Arguments"))))
        number = command_id(request)
        with self._changed:
            if number in self._pipelines:
                raise WsmanFault(PSRP_COMMAND, extra=number)
            self._pipelines[number] = _Channel()
        script = self._fed(number, data)
        answer = (
            f'<rsp:CommandResponse xmlns:rsp="{ns.SHELL}"><rsp:CommandId>{number}'
            "</rsp:CommandId></rsp:CommandResponse>"
        )
        log: dict[str, object] = {} if script is None else {"params": {"command": script.text}}
        return Outcome(f"{ns.SHELL}/CommandResponse", answer, log)

    def send(self, body: ET.Element) -> Outcome:
        """Take fragments for a pipeline, or for the pool when no command is named."""
        stream = body.find(f"{q(ns.SHELL, 'Send')}/{q(ns.SHELL, 'Stream')}")
        if stream is None or stream.get("Name") not in ("stdin", "pr"):
            raise WsmanFault(PSRP_INPUT_STREAM)
        data = _decoded(stream.text)
        if stream.get("CommandId"):
            if self._channel(stream).ended:
                raise WsmanFault(PSRP_COMMAND, extra="it has ended")
            self._fed(stream.get("CommandId", "").upper(), data)
        else:
            with self._changed:
                answer = self._understood(lambda: self._session.tell(data))
                if answer:
                    self._pool.answers.append(answer)
                self._changed.notify_all()
        return Outcome(f"{ns.SHELL}/SendResponse", f'<rsp:SendResponse xmlns:rsp="{ns.SHELL}"/>')

    def receive(self, header: Header, body: ET.Element) -> Outcome:
        """Give fragments of a pipeline, or of the pool when no command is named."""
        wanted = body.find(f"{q(ns.SHELL, 'Receive')}/{q(ns.SHELL, 'DesiredStream')}")
        if wanted is None or (wanted.text or "").strip() != "stdout":
            raise WsmanFault(PSRP_OUTPUT_STREAM)
        channel = self._channel(wanted)
        with self._changed:
            there = self._changed.wait_for(
                lambda: channel.answers or channel.ended or self.gone, header.timeout
            )
            if self.gone:
                raise WsmanFault(ABORTED)
            if not there:
                raise WsmanFault(TIMED_OUT)
            found = channel.next_answer(header.max_envelope - _ENVELOPE)
            ended = channel.ended and not channel.answers
        of = f' CommandId="{wanted.get("CommandId", "").upper()}"' if channel.started else ""
        parts = "".join(
            f'<rsp:Stream Name="stdout"{of}>{base64.b64encode(each).decode("ascii")}</rsp:Stream>'
            for each in found
        )
        if of:
            parts += f'<rsp:CommandState{of} State="{_STATE}{"Done" if ended else "Running"}"/>'
        answer = f'<rsp:ReceiveResponse xmlns:rsp="{ns.SHELL}">{parts}</rsp:ReceiveResponse>'
        return Outcome(f"{ns.SHELL}/ReceiveResponse", answer)

    def signal(self, body: ET.Element) -> Outcome:
        """Stop a pipeline, or forget one that has ended."""
        request = body.find(q(ns.SHELL, "Signal"))
        code = "" if request is None else (request.findtext(q(ns.SHELL, "Code")) or "").strip()
        known = code.lower() in _STOP or code.lower() == _FORGET
        if request is None or not request.get("CommandId") or not known:
            raise WsmanFault(INVALID_PARAMETER, extra=f"signal {code}")
        channel = self._channel(request)
        number = request.get("CommandId", "").upper()
        with self._changed:
            if code.lower() in _STOP and not channel.ended:
                channel.answers.append(self._session.stop(uuid.UUID(number)))
                channel.ended = True
                self._changed.notify_all()
            else:
                del self._pipelines[number]
                self._session.forget(uuid.UUID(number))
        answer = f'<rsp:SignalResponse xmlns:rsp="{ns.SHELL}"/>'
        return Outcome(f"{ns.SHELL}/SignalResponse", answer)

    # -- what they share ----------------------------------------------------------------------

    def _channel(self, element: ET.Element) -> _Channel:
        wanted = element.get("CommandId")
        if not wanted:
            return self._pool
        with self._changed:
            found = self._pipelines.get(wanted.upper())
        if found is None:
            raise WsmanFault(PSRP_COMMAND, extra=wanted)
        return found

    def _understood(self, work: Callable[[], _Found]) -> _Found:
        """What is not PSRP, or too large, ends the session: nothing after it would make sense."""
        try:
            return work()
        except NotPsrp as error:
            self._end()
            raise WsmanFault(PSRP_BROKEN, extra=str(error)) from error

    def _end(self) -> None:
        self.gone = True
        self._changed.notify_all()

    def _fed(self, number: str, data: bytes) -> Script | None:
        with self._changed:
            channel = self._pipelines[number]
            channel.started = True
            script = self._understood(lambda: self._session.feed(uuid.UUID(number), data))
        if script is not None:
            self._run(number, channel, script)
        return script

    def _run(self, number: str, channel: _Channel, script: Script) -> None:
        def work() -> Ended:
            return run_script(script.text, script.given, self._host, self.owner, self._operations)

        def then(ended: Ended) -> None:
            with self._changed:
                if ended.died:
                    # The pipelines run in the process of the pool, which is the one that died.
                    self._end()
                elif not channel.ended:
                    channel.answers.append(self._session.end(uuid.UUID(number), ended))
                    channel.ended = True
                    self._changed.notify_all()

        self._processes.start(work, then)
