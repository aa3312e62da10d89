# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One client connection: authentication state, sealing, and the way of a request to the service."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hmac
import select
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

import spnego
from spnego.exceptions import SpnegoError

from ..log import Request
from ..model.accounts import Identity, Rights
from ..model.host import Host
from .http import Closed, HttpError, HttpRequest, HttpStream
from .reply import Reply
from .sealing import SEALED_TYPE, UnsealError, is_sealed, seal, unseal
from .service import Service

_SEALING_OVERHEAD = 1024
_NTLM = b"NTLMSSP\x00"


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """An answer that ends the matter before any SOAP was read."""

    status: int
    challenge: str = ""


class Connection:
    """Serves one connection until it closes. A new one has to authenticate anew."""

    def __init__(self, sock: socket.socket, service: Service, *, secure: bool) -> None:
        self._sock = sock
        self._service = service
        self._host: Host = service.host
        self._secure = secure
        self._stream = HttpStream(sock)
        self._context: spnego.ContextProxy | None = None
        self._identity: Identity | None = None
        self._generation = self._host.power.generation

    def serve(self) -> None:
        """Answer requests until the client leaves or a fault knob closes the connection."""
        with self._host.defects, contextlib.suppress(Closed, OSError):
            while self._one():
                pass

    def _one(self) -> bool:
        limit = self._host.max_envelope_bytes + _SEALING_OVERHEAD
        try:
            request = self._stream.read(limit)
        except HttpError as error:
            self._finish(Request(self._host.name, "unknown", status=error.status), 0)
            self._stream.write(error.status, headers=[("Connection", "close")])
            return False
        if not self._host.power.up or self._host.power.generation != self._generation:
            return False
        try:
            return self._answer(request) and request.keep_alive
        except Refused as refused:
            record = Request(self._host.name, "auth", status=refused.status)
            self._finish(record, len(request.body))
            self._stream.write(refused.status, headers=self._challenges(refused))
            return request.keep_alive

    def _finish(self, record: Request, bytes_in: int, bytes_out: int = 0) -> None:
        record.bytes_in, record.bytes_out = bytes_in, bytes_out
        self._host.log.add(record)

    def _challenges(self, refused: Refused) -> list[tuple[str, str]]:
        if refused.status != 401:
            return []
        if refused.challenge:
            return [("WWW-Authenticate", f"Negotiate {refused.challenge}")]
        offered = [("WWW-Authenticate", "Negotiate")]
        if self._basic_allowed:
            offered.append(("WWW-Authenticate", 'Basic realm="WSMAN"'))
        return offered

    @property
    def _basic_allowed(self) -> bool:
        return self._host.basic and (self._secure or self._host.allow_unencrypted)

    # -- one request ------------------------------------------------------------------------

    def _answer(self, request: HttpRequest) -> bool:
        if request.path.partition("?")[0].rstrip("/").lower() != "/wsman":
            raise Refused(404)
        if request.method != "POST":
            raise Refused(405)
        if request.headers.get("wsmanidentify", "").lower() == "unauthenticated":
            return self._send(self._service.identify(authenticated=False), request, sealed=False)
        identity, token = self._authenticate(request)
        if identity is None:
            # A sealed message without a context is what a client sends that has lost it.
            raise Refused(400 if is_sealed(request.headers) else 401)
        if not request.body:
            record = Request(self._host.name, "auth", user=identity.user, status=200)
            self._finish(record, 0)
            self._stream.write(200, headers=token)
            return True
        sealed = is_sealed(request.headers)
        body = self._plain(request, sealed=sealed)
        if len(body) > self._host.max_envelope_bytes:
            raise Refused(413)
        reply = self._service.handle(identity, body)
        return self._send(reply, request, sealed=sealed)

    def _plain(self, request: HttpRequest, *, sealed: bool) -> bytes:
        if not sealed:
            if not self._secure and not self._host.allow_unencrypted:
                raise Refused(500)
            return request.body
        if self._context is None or not self._context.complete:
            raise Refused(400)
        try:
            return unseal(self._context, request.headers, request.body)
        except UnsealError as error:
            raise Refused(400) from error

    def _send(self, reply: Reply, request: HttpRequest, *, sealed: bool) -> bool:
        body, content_type = reply.body, reply.content_type
        if sealed and reply.sealed and self._context is not None and body:
            body, content_type = seal(self._context, body), SEALED_TYPE
        reply.request.status = 0 if reply.drop or reply.hang else reply.status
        self._finish(reply.request, len(request.body), len(body))
        if reply.drop:
            return False
        if reply.hang:
            self._wait_for_close()
            return False
        if reply.stream is not None:
            self._stream.write_stream(reply.stream, reply.stream_length, content_type)
        else:
            challenge = self._challenges(Refused(401)) if reply.status == 401 else []
            self._stream.write(reply.status, body, content_type if body else "", challenge)
        if reply.after is not None and reply.background:
            threading.Thread(target=self._guarded, args=(reply.after,), daemon=True).start()
        elif reply.after is not None:
            reply.after()
        return True

    def _guarded(self, work: Callable[[], None]) -> None:
        with self._host.defects:
            work()

    def _wait_for_close(self) -> None:
        while True:
            select.select([self._sock], [], [])
            if not self._sock.recv(4096):
                return

    # -- authentication ---------------------------------------------------------------------

    def _authenticate(self, request: HttpRequest) -> tuple[Identity | None, list[tuple[str, str]]]:
        """The caller and what to tell the client; Refused while a handshake is under way.

        Negotiate authenticates the connection, Basic only the request that carries it.
        """
        scheme, dummy, text = request.headers.get("authorization", "").partition(" ")
        if not scheme:
            return self._identity, []
        if scheme.lower() == "basic" and self._basic_allowed:
            return self._basic(text), []
        if scheme.lower() != "negotiate":
            raise Refused(401)
        try:
            token = base64.b64decode(text, validate=True)
        except binascii.Error:
            raise Refused(401) from None
        return self._negotiate(token)

    def _basic(self, text: str) -> Identity:
        try:
            login, dummy, password = (
                base64.b64decode(text, validate=True).decode("utf-8").partition(":")
            )
        except (binascii.Error, UnicodeDecodeError):
            raise Refused(401) from None
        forest = self._host.forest
        known = forest.password(login)
        if known is None or not hmac.compare_digest(known.encode(), password.encode()):
            raise Refused(401)
        identity = forest.identify(self._host, login, local_only=True)
        return self._admitted(identity)

    def _negotiate(self, token: bytes) -> tuple[Identity, list[tuple[str, str]]]:
        if self._context is None or self._context.complete:
            self._identity = None
            protocol, option = "negotiate", spnego.NegotiateOptions.use_negotiate
            if token.startswith(_NTLM):
                protocol, option = "ntlm", spnego.NegotiateOptions.use_ntlm
            self._context = spnego.server(protocol=protocol, options=option)
        try:
            answer = self._context.step(token)
        except (SpnegoError, ValueError):
            self._context = None
            raise Refused(401) from None
        text = "" if answer is None else base64.b64encode(answer).decode("ascii")
        if not self._context.complete:
            raise Refused(401, text)
        login = self._context.client_principal or ""
        identity = self._admitted(self._host.forest.identify(self._host, login))
        self._identity = identity
        return identity, [("WWW-Authenticate", f"Negotiate {text}")] if text else []

    def _admitted(self, identity: Identity | None) -> Identity:
        """The service's security descriptor keeps plain users out: 401, no body."""
        if identity is None or identity.rights is Rights.PLAIN:
            raise Refused(401)
        return identity
