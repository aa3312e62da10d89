# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shells of a host: who has one open, and which kind it is (MS-WSMV 3.1.4.1.30 ff.)."""

from __future__ import annotations

import threading
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from xml.sax.saxutils import escape

from ..model.accounts import Identity
from ..model.host import Host
from ..operations import OperationSet
from . import namespaces as ns
from .cmd_shell import CmdShell
from .fault_message import ABORTED, INVALID_SELECTORS, SCHEMA_VALIDATION, SHELLS_QUOTA, WsmanFault
from .message import Header
from .namespaces import q
from .processes import Processes
from .reply import Outcome

_IDLE = timedelta(hours=2)
"""IdleTimeout of the shell resource (Microsoft Learn: Installation and configuration for WinRM)."""


class Shell(Protocol):
    """One shell.

    ``streams`` are the names of what goes in and of what comes out; ``gone``: its process ended.
    """

    id: str
    owner: Identity
    uri: str
    streams: tuple[str, str]
    gone: bool

    def command(self, header: Header, body: ET.Element) -> Outcome:
        """Begin a command or a pipeline."""

    def send(self, body: ET.Element) -> Outcome:
        """Take input."""

    def receive(self, header: Header, body: ET.Element) -> Outcome:
        """Give output."""

    def signal(self, body: ET.Element) -> Outcome:
        """Stop or forget a command."""


@dataclass(slots=True)
class _Open:
    """A shell and when it was last used."""

    shell: Shell
    used: datetime


class Shells:
    """The shells of one host."""

    def __init__(self, host: Host, operations: OperationSet) -> None:
        self.host = host
        self.operations = operations
        self._lock = threading.Lock()
        self._shells: dict[str, _Open] = {}
        self._processes = Processes(host.defects)

    @property
    def open(self) -> int:
        """How many shells are open."""
        with self._lock:
            return len(self._shells)

    def settle(self) -> None:
        """Wait until no process is at work any more."""
        self._processes.settle()

    def run(self, operation: str, header: Header, body: ET.Element, caller: Identity) -> Outcome:
        """Carry out one shell operation."""
        if operation == "ShellCreate":
            return self._create(header, body, caller)
        shell = self._shell(header, caller)
        match operation:
            case "ShellDelete":
                with self._lock:
                    self._shells.pop(shell.id, None)
                return Outcome(ns.DELETE + "Response", "")
            case "Command":
                return shell.command(header, body)
            case "Send":
                return shell.send(body)
            case "Receive":
                return shell.receive(header, body)
            case dummy:
                return shell.signal(body)

    def _shell(self, header: Header, caller: Identity) -> Shell:
        wanted = next((v for k, v in header.selectors.items() if k.lower() == "shellid"), None)
        if wanted is None:
            raise WsmanFault(INVALID_SELECTORS, detail="InsufficientSelectors", extra="ShellId")
        with self._lock:
            self._drop_idle()
            found = self._shells.get(wanted.strip().upper())
            if found is not None:
                found.used = self.host.clock.now()
                if found.shell.gone:
                    del self._shells[found.shell.id]
                    raise WsmanFault(ABORTED)
        # A shell is one of its own resource only: the id of another is not known there.
        if (
            found is None
            or found.shell.owner.user != caller.user
            or found.shell.uri.lower() != header.resource_uri.lower()
        ):
            raise WsmanFault(INVALID_SELECTORS, detail="UnexpectedSelectors", extra=wanted)
        return found.shell

    def _create(self, header: Header, body: ET.Element, caller: Identity) -> Outcome:
        request = body.find(q(ns.SHELL, "Shell"))
        if request is None:
            raise WsmanFault(SCHEMA_VALIDATION, extra="Shell")
        shell = self._made(header, request, caller)
        with self._lock:
            self._drop_idle()
            mine = sum(1 for each in self._shells.values() if each.shell.owner.user == caller.user)
            if mine >= self.host.plan.max_shells:
                raise WsmanFault(SHELLS_QUOTA)
            if shell.id in self._shells:
                raise WsmanFault(INVALID_SELECTORS, detail="AmbiguousSelectors", extra=shell.id)
            self._shells[shell.id] = _Open(shell, self.host.clock.now())
        return Outcome(ns.CREATE + "Response", self._created(shell))

    def _made(self, header: Header, request: ET.Element, caller: Identity) -> Shell:
        if header.resource_uri.lower() == ns.CMD_SHELL:
            return CmdShell(self.host, caller, self.operations, self._processes)
        # Here, since it needs psrpcore: a farm where nobody opens a runspace does without.
        from .runspace import open_runspace  # noqa: PLC0415

        return open_runspace(self.host, self.operations, self._processes, header, request, caller)

    def _created(self, shell: Shell) -> str:
        return (
            f"<x:ResourceCreated><a:Address>http://{self.host.address}/wsman</a:Address>"
            f"<a:ReferenceParameters><w:ResourceURI>{shell.uri}</w:ResourceURI><w:SelectorSet>"
            f'<w:Selector Name="ShellId">{shell.id}</w:Selector></w:SelectorSet>'
            "</a:ReferenceParameters></x:ResourceCreated>"
            f'<rsp:Shell xmlns:rsp="{ns.SHELL}"><rsp:ShellId>{shell.id}</rsp:ShellId>'
            f"<rsp:ResourceUri>{shell.uri}</rsp:ResourceUri>"
            f"<rsp:Owner>{escape(shell.owner.user)}</rsp:Owner>"
            f"<rsp:InputStreams>{shell.streams[0]}</rsp:InputStreams>"
            f"<rsp:OutputStreams>{shell.streams[1]}</rsp:OutputStreams></rsp:Shell>"
        )

    def _drop_idle(self) -> None:
        """Windows closes a shell that nobody used for long enough."""
        oldest = self.host.clock.now() - _IDLE
        for each in [each.shell.id for each in self._shells.values() if each.used < oldest]:
            del self._shells[each]
