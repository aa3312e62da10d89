# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The WS-Management service of one host: from request bytes to a reply, fault knobs included."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import cast

from ..cim.errors import CimError, Wbem
from ..faults import Fault
from ..log import Request
from ..model.accounts import Identity
from ..model.host import Host
from ..operations import OperationSet
from .cim_operations import CimOperations
from .fault_message import (
    ACCESS_DENIED,
    OPERATIONS_QUOTA,
    PROVIDER_FAILED,
    TIMED_OUT,
    FaultAddress,
    WsmanFault,
    from_cim,
    render_fault,
)
from .message import Message, message_id_of, parse_xml, read_message
from .reply import SOAP_TYPE, Outcome, Reply, envelope, identify_envelope, new_message_id
from .shell import Shells
from .target import Target, may_write, target_of

_HTML = b"<html><head><title>Error</title></head><body><h1>Service unavailable</h1></body></html>"
_BOMB = (
    '<!DOCTYPE s:Envelope [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">'
    '<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">'
    '<!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;"><!ENTITY h "&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;">]>'
)
_CHUNK = b"<p:Padding>" + b"x" * 65_000 + b"</p:Padding>"


class Service:
    """One host's service. ``handle`` may run in many threads at once."""

    def __init__(self, host: Host, operations: OperationSet) -> None:
        self.host = host
        self.cim = CimOperations(host)
        self.shells = Shells(host, operations)
        self._operations = operations
        host.power.on_boot(self._booted)

    def _booted(self) -> None:
        """Open enumerations and shells do not outlive a restart."""
        self.cim = CimOperations(self.host)
        self.shells = Shells(self.host, self._operations)

    # -- entry points -----------------------------------------------------------------------

    def identify(self, *, authenticated: bool) -> Reply:
        """wsmid:Identify; without authentication the version is not told."""
        version = self.host.release.version if authenticated else "0.0.0"
        body = identify_envelope(version).encode("utf-8")
        return Reply(Request(self.host.name, "Identify"), body=body)

    def handle(self, caller: Identity, data: bytes) -> Reply:
        """Answer one request of an authenticated caller."""
        self.host.tasks.run_due()
        request = Request(self.host.name, "unknown", user=caller.user)
        relates_to = ""
        try:
            root = parse_xml(data)
            relates_to = message_id_of(root)
            message = read_message(root, self.host.max_envelope_bytes)
            if message.header is None:
                return self._struck_identify(request)
            target = target_of(message.header)
        except WsmanFault as fault:
            return self._fault_reply(request, fault, relates_to, self.host.german)
        request.operation = target.operation
        request.namespace, request.cls, request.method = (
            target.namespace,
            self.cim.class_of(target, message.body),
            target.method,
        )
        request.selectors = dict(message.header.selectors)
        request.writes = may_write(target)
        struck = self.host.faults.strike(target.operation, request.cls, target.method)
        return self._struck(request, target, message, caller, struck)

    def _struck_identify(self, request: Request) -> Reply:
        reply = self.identify(authenticated=True)
        reply.request.user = request.user
        struck = self.host.faults.strike("Identify", "", "")
        return _instead(reply.request, struck) or reply

    # -- faults before, during and after ----------------------------------------------------

    def _struck(
        self,
        request: Request,
        target: Target,
        message: Message,
        caller: Identity,
        struck: Mapping[str, Fault],
    ) -> Reply:
        german = self.host.german or "fault_german" in struck
        header = message.header
        relates_to = "" if header is None else header.message_id
        instead = _instead(request, struck)
        if instead is not None:
            return instead

        def work() -> Outcome:
            return self._run(target, message, caller, struck)

        try:
            _refuse(struck, target)
            late = _late(struck, 60.0 if header is None else header.timeout)
            if late is not None:
                reply = self._fault_reply(request, WsmanFault(TIMED_OUT), relates_to, german)
                reply.after = self._later(work, late, request)
                reply.background = any(fault.background for fault in struck.values())
                return reply
            outcome = work()
        except WsmanFault as fault:
            return self._fault_reply(request, fault, relates_to, german)
        self._note(request, outcome)
        operation_id = None if header is None else header.operation_id
        if "wrong_relates_to" in struck:
            relates_to = new_message_id()
        text = envelope(outcome.action, outcome.body, relates_to, operation_id, german)
        return _spoiled(Reply(request), text, struck)

    def _run(
        self, target: Target, message: Message, caller: Identity, struck: Mapping[str, Fault]
    ) -> Outcome:
        if target.shell and message.header is not None:
            return self.shells.run(target.operation, message.header, message.body, caller)
        return self.cim.run(target, message, caller, frozenset(struck))

    def _note(self, request: Request, outcome: Outcome) -> None:
        request.params = cast("Mapping[str, object]", outcome.log.get("params", {}))
        request.query = str(outcome.log.get("query", ""))

    def _later(
        self, work: Callable[[], Outcome], seconds: float, request: Request
    ) -> Callable[[], None]:
        """The work of a timed-out request goes on; its failure is nobody's business any more."""

        def after() -> None:
            time.sleep(seconds)
            try:
                self._note(request, work())
            except WsmanFault:
                return

        return after

    def _fault_reply(
        self, request: Request, fault: WsmanFault, relates_to: str, german: bool
    ) -> Reply:
        address = FaultAddress(self.host.netbios, relates_to, new_message_id(), german)
        return Reply(request, 500, render_fault(fault, address).encode("utf-8"))


def _refuse(struck: Mapping[str, Fault], target: Target) -> None:
    if "access_denied" in struck:
        error = CimError(Wbem.ACCESS_DENIED, "fault knob")
        raise WsmanFault(ACCESS_DENIED, wmi=error, operation=target.operation)
    if "quota" in struck:
        raise WsmanFault(OPERATIONS_QUOTA)
    if "invalid_class" in struck and target.operation != "Enumerate":
        raise from_cim(CimError(Wbem.INVALID_CLASS, "fault knob", target.cls), target.operation)
    if "fault_german" in struck:
        raise WsmanFault(PROVIDER_FAILED, wmi=CimError(Wbem.FAILED, "fault knob"))


def _late(struck: Mapping[str, Fault], timeout: float) -> float | None:
    """Seconds by which the work outlives its timeout; None when the answer comes in time."""
    if "timed_out" in struck:
        return struck["timed_out"].seconds
    if "slow" not in struck:
        return None
    seconds = struck["slow"].seconds
    time.sleep(min(seconds, timeout))
    return seconds - timeout if seconds > timeout else None


def _instead(request: Request, struck: Mapping[str, Fault]) -> Reply | None:
    """An answer that replaces the operation altogether."""
    if "drop" in struck:
        return Reply(request, drop=True)
    if "silent" in struck:
        return Reply(request, hang=True)
    if "http_401" in struck:
        return Reply(request, 401, sealed=False)
    if "http_500" in struck:
        return Reply(request, 500, _HTML, "text/html", sealed=False)
    if "html_200" in struck:
        return Reply(request, 200, _HTML, "text/html", sealed=False)
    if "oversized" in struck:
        size = struck["oversized"].size
        length = None if size < 0 else size
        return Reply(request, sealed=False, stream=_endless(length), stream_length=length)
    return None


def _spoiled(reply: Reply, text: str, struck: Mapping[str, Fault]) -> Reply:
    """A correct answer, damaged on its way out when a knob says so."""
    if "drop_after" in struck:
        return replace(reply, drop=True)
    if "doctype" in struck:
        text = _BOMB + text.replace("<s:Body>", "<s:Body>&h;", 1)
    body = text.encode("utf-8")
    if "half_envelope" in struck:
        body = body[: len(body) // 2]
    if "garbage" in struck:
        body = bytes(range(256)) * 4
    return replace(reply, body=body, content_type=SOAP_TYPE)


def _endless(length: int | None) -> Iterator[bytes]:
    start = (
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
        b'<p:Items xmlns:p="urn:endless">'
    )
    sent = 0
    piece = start
    while length is None or sent < length:
        if length is not None:
            piece = piece[: length - sent]
        yield piece
        sent += len(piece)
        piece = _CHUNK
