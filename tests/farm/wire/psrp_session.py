# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages of a runspace pool (MS-PSRP), without any I/O: psrpcore plays the server.

What comes in and goes out are fragments (MS-PSRP 2.2.4).
"""

from __future__ import annotations

import struct
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from psrpcore import (
    CreatePipelineEvent,
    EndOfPipelineInputEvent,
    GetCommandMetadataEvent,
    InitRunspacePoolEvent,
    PipelineInputEvent,
    PSRPCoreError,
    PSRPEvent,
    PSRPPayload,
    ServerPipeline,
    ServerRunspacePool,
    StreamType,
)
from psrpcore.types import (
    ErrorCategory,
    ErrorCategoryInfo,
    ErrorRecord,
    HostMethodIdentifier,
    NETException,
    PipelineState,
    PSInvocationState,
    PSVersion,
    RunspacePoolState,
)

from ..operations import Ended

MAX_OBJECT = 10 * 1024 * 1024
MAX_COMMAND = 50 * 1024 * 1024
"""Bytes that a session configuration takes in one object and for one command (Microsoft Learn:
Register-PSSessionConfiguration, MaximumReceivedObjectSizeMB, MaximumReceivedDataSizePerCommandMB).
"""
_FRAGMENT = 32 * 1024
"""Bytes of a fragment that PowerShell sends, with its header."""
_HEADER = struct.Struct(">QQBI")
_START, _END = 1, 2

Fragments = list[bytes]
_Event = PSRPEvent[Any, Any]


class NotPsrp(Exception):
    """What came is not PSRP, or more than the session configuration takes."""


@dataclass(frozen=True, slots=True)
class Script:
    """What a pipeline runs, and what its ``$input`` holds."""

    text: str
    given: tuple[str, ...]


@dataclass(slots=True)
class _Pipeline:
    """A pipeline that is still being told what to do."""

    server: ServerPipeline
    script: str | None = None
    given: list[str] = field(default_factory=list)
    complete: bool = False
    received: int = 0

    def told(self) -> Script | None:
        """The script, once all of it is there, and all of its input."""
        if self.script is None or not self.complete:
            return None
        self.server.state = PSInvocationState.Running
        return Script(self.script, tuple(self.given))


class PsrpSession:
    """One runspace pool. Not safe for several threads at once.

    :param pool: the id that the client gave to it.
    :param protocol: the version of MS-PSRP that the host speaks.
    """

    def __init__(self, pool: uuid.UUID, protocol: str) -> None:
        self._id = pool
        self._pool = ServerRunspacePool()
        self._pool.our_capability.protocolversion = PSVersion(protocol)
        self._pipelines: dict[uuid.UUID, _Pipeline] = {}
        self._objects: dict[int, int] = {}

    def open(self, data: bytes) -> list[Fragments]:
        """Take what creationXml holds; return what the client receives, answer by answer.

        :raises NotPsrp: it is not all that opens a pool (MS-PSRP 3.1.5.4.1, 3.1.5.4.2).
        """
        answers = []
        for event in self._events(data, None):
            answers.append(self._outgoing())
            if isinstance(event, InitRunspacePoolEvent):
                break
        if self._pool.state != RunspacePoolState.Opened:
            raise NotPsrp("creationXml opens no runspace pool")
        if self._pool.runspace_pool_id != self._id:
            raise NotPsrp("the runspace pool and its shell have different ids")
        return answers

    def tell(self, data: bytes) -> Fragments:
        """Take what is for the pool, and return the answer."""
        for dummy in self._events(data, None):
            pass
        return self._outgoing()

    def feed(self, pipeline: uuid.UUID, data: bytes) -> Script | None:
        """Take what is for a pipeline; return its script once it has all of its input.

        A script without the blocks begin and process runs when its input has ended.
        """
        known = self._pipelines.get(pipeline)
        if known is None:
            known = _Pipeline(ServerPipeline(self._pool, pipeline))
            self._pipelines[pipeline] = known
        if known.complete:
            raise NotPsrp("the input of this pipeline has ended")
        known.received += len(data)
        if known.received > MAX_COMMAND:
            raise NotPsrp(f"more than {MAX_COMMAND} bytes for one command")
        for event in self._events(data, pipeline):
            self._heard(known, event)
        return known.told()

    def end(self, pipeline: uuid.UUID, ended: Ended) -> Fragments:
        """What the client receives of a script that has ended."""
        server = self._pipelines[pipeline].server
        for each in ended.output:
            server.write_output(each)
        if ended.exited:
            server.host_call(HostMethodIdentifier.SetShouldExit, [ended.code])
        if ended.thrown:
            server.prepare_message(
                PipelineState(
                    PipelineState=int(PSInvocationState.Failed),
                    ExceptionAsErrorRecord=_uncaught(ended.stderr),
                )
            )
            server.state = PSInvocationState.Failed
        else:
            if ended.stderr:
                server.write_error(
                    NETException(Message=ended.stderr.strip()),
                    ErrorCategoryInfo(Category=ErrorCategory.ObjectNotFound),
                    fully_qualified_error_id="CommandNotFoundException",
                )
            server.complete()
        return self._outgoing()

    def stop(self, pipeline: uuid.UUID) -> Fragments:
        """End a pipeline that is at work or waits for input; what it does is not undone."""
        server = self._pipelines[pipeline].server
        server.state = PSInvocationState.Running
        server.stop()
        return self._outgoing()

    def forget(self, pipeline: uuid.UUID) -> None:
        """Let go of a pipeline that has ended."""
        known = self._pipelines.pop(pipeline, None)
        if known is not None:
            known.server.state = PSInvocationState.Completed
            known.server.close()

    def _heard(self, pipeline: _Pipeline, event: _Event) -> None:
        if isinstance(event, CreatePipelineEvent):
            told = event.pipeline
            pipeline.script = " | ".join(str(each.command_text) for each in told.commands)
            pipeline.complete = bool(told.no_input)
        elif isinstance(event, PipelineInputEvent):
            pipeline.given.append(str(event.data))
        elif isinstance(event, EndOfPipelineInputEvent):
            pipeline.complete = True
        elif isinstance(event, GetCommandMetadataEvent):
            raise NotPsrp("the metadata of commands are not simulated")

    def _events(self, data: bytes, pipeline: uuid.UUID | None) -> Iterator[_Event]:
        self._measure(data)
        self._pool.receive_data(PSRPPayload(data, StreamType.default, pipeline))
        while True:
            try:
                event = self._pool.next_event()
            except (PSRPCoreError, ET.ParseError, ValueError, KeyError, AttributeError) as error:
                raise NotPsrp(f"a message that cannot be read: {error}") from error
            if event is None:
                return
            if event.pipeline_id != pipeline:
                raise NotPsrp("a message for another pipeline than its carrier says")
            yield event

    def _measure(self, data: bytes) -> None:
        for number, dummy, flags, piece in _fragments(data):
            size = self._objects.pop(number, 0) + len(piece)
            if size > MAX_OBJECT:
                raise NotPsrp(f"an object of more than {MAX_OBJECT} bytes")
            if not flags & _END:
                self._objects[number] = size

    def _outgoing(self) -> Fragments:
        found = []
        while (payload := self._pool.data_to_send()) is not None:
            for number, dummy, dummy, whole in _fragments(payload.data):
                found += _cut(number, whole)
        return found


def _fragments(data: bytes) -> Iterator[tuple[int, int, int, memoryview]]:
    """Object, number, flags and content of each fragment."""
    rest = memoryview(data)
    while rest:
        if len(rest) < _HEADER.size:
            raise NotPsrp("half a fragment")
        number, fragment, flags, length = _HEADER.unpack_from(rest)
        piece = rest[_HEADER.size : _HEADER.size + length]
        if len(piece) != length:
            raise NotPsrp("half a fragment")
        yield number, fragment, flags, piece
        rest = rest[_HEADER.size + length :]


def _cut(number: int, message: memoryview) -> Fragments:
    """A message in fragments as small as PowerShell makes them."""
    most = _FRAGMENT - _HEADER.size
    pieces = [message[at : at + most] for at in range(0, len(message), most)]
    last = len(pieces) - 1
    return [
        _HEADER.pack(number, at, (at == 0) * _START | (at == last) * _END, len(piece)) + piece
        for at, piece in enumerate(pieces)
    ]


def _uncaught(text: str) -> ErrorRecord:
    return ErrorRecord(
        Exception=NETException(Message=text),
        CategoryInfo=ErrorCategoryInfo(Category=ErrorCategory.OperationStopped),
        FullyQualifiedErrorId="RuntimeException",
    )
