# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP/1.1 on one accepted connection, with what of it WinRM uses."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

MAX_HEAD = 65_536
_REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Request Entity Too Large",
    500: "Internal Server Error",
}


class HttpError(Exception):
    """The client speaks no HTTP that can be answered, or asks for what cannot be."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class Closed(Exception):
    """The client has closed the connection."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request with its body."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def keep_alive(self) -> bool:
        """False when the client asked to close."""
        return self.headers.get("connection", "").lower() != "close"


class HttpStream:
    """Reads requests from a socket and writes answers in one piece."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._buffer = bytearray()

    def _more(self) -> None:
        data = self._sock.recv(65_536)
        if not data:
            raise Closed
        self._buffer += data

    def _exactly(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._more()
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def _line(self) -> bytes:
        while (end := self._buffer.find(b"\r\n")) < 0:
            if len(self._buffer) > MAX_HEAD:
                raise HttpError(400)
            self._more()
        return self._exactly(end + 2)[:-2]

    def read(self, max_body: int) -> HttpRequest:
        """The next request. HttpError 413 when the body is larger than ``max_body``."""
        start = self._line().decode("latin-1").split(" ")
        if len(start) != 3 or not start[2].startswith("HTTP/1."):
            raise HttpError(400)
        headers: dict[str, str] = {}
        size = 0
        while line := self._line():
            size += len(line)
            name, colon, value = line.decode("latin-1").partition(":")
            if not colon or size > MAX_HEAD:
                raise HttpError(400)
            headers[name.strip().lower()] = value.strip()
        if headers.get("expect", "").lower() == "100-continue":
            self._sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        return HttpRequest(start[0], start[1], headers, self._body(headers, max_body))

    def _body(self, headers: Mapping[str, str], max_body: int) -> bytes:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return self._chunks(max_body)
        text = headers.get("content-length", "0")
        if not text.isdigit():
            raise HttpError(400)
        if int(text) > max_body:
            # Reading on lets the client see the answer instead of a reset connection.
            left = int(text)
            while left > 0:
                left -= len(self._exactly(min(left, 65_536)))
            raise HttpError(413)
        return self._exactly(int(text))

    def _chunks(self, max_body: int) -> bytes:
        body = bytearray()
        while True:
            try:
                size = int(self._line().split(b";")[0], 16)
            except ValueError:
                raise HttpError(400) from None
            if size == 0:
                while self._line():
                    pass
                return bytes(body)
            body += self._exactly(size)
            self._exactly(2)
            if len(body) > max_body:
                raise HttpError(413)

    def write(
        self,
        status: int,
        body: bytes = b"",
        content_type: str = "",
        headers: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Send an answer as one segment run."""
        self._sock.sendall(_head(status, len(body), content_type, headers) + body)

    def write_stream(self, pieces: Iterable[bytes], length: int | None, content_type: str) -> None:
        """Send a body piece by piece, chunked when its length is not known."""
        self._sock.sendall(_head(200, length, content_type, ()))
        for piece in pieces:
            framed = piece if length is not None else b"%x\r\n%s\r\n" % (len(piece), piece)
            self._sock.sendall(framed)


def _head(
    status: int, length: int | None, content_type: str, headers: Iterable[tuple[str, str]]
) -> bytes:
    lines = [f"HTTP/1.1 {status} {_REASONS[status]}"]
    lines += [f"{name}: {value}" for name, value in headers]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    lines.append("Server: Microsoft-HTTPAPI/2.0")
    lines.append(f"Date: {datetime.now(UTC).strftime('%a, %d %b %Y %H:%M:%S GMT')}")
    lines.append("Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
