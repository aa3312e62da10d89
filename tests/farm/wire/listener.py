# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listening sockets of all hosts, one acceptor thread, one thread per live connection."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import selectors
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass

from .connection import Connection
from .service import Service

_BACKLOG = 64
_HANDSHAKE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a host listens; ``secure`` builds its TLS context when it is first needed."""

    service: Service
    secure: Callable[[], ssl.SSLContext] | None


def raise_file_limit(wanted: int) -> None:
    """Lift the soft limit of open files towards ``wanted`` as far as the hard limit allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    ceiling = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < ceiling:
        resource.setrlimit(resource.RLIMIT_NOFILE, (ceiling, hard))


def _bind(address: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((address, port))
        sock.listen(_BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock


def bind_block(addresses: list[str]) -> tuple[list[socket.socket], int]:
    """Bind all addresses to one ephemeral port; OSError when no port is free on all of them."""
    last: OSError | None = None
    for dummy in range(20):
        bound: list[socket.socket] = []
        try:
            bound.append(_bind(addresses[0], 0))
            port: int = bound[0].getsockname()[1]
            bound += [_bind(address, port) for address in addresses[1:]]
        except OSError as error:
            last = error
            for sock in bound:
                sock.close()
            if error.errno != errno.EADDRINUSE:
                break
        else:
            return bound, port
    raise last or OSError("no port")


def bind_each(count: int) -> list[socket.socket]:
    """One ephemeral port of 127.0.0.1 for each host, for systems with one loopback address."""
    return [_bind("127.0.0.1", 0) for dummy in range(count)]


class Listener:
    """Accepts on all sockets until stopped."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._sockets: list[socket.socket] = []
        self._live: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._wake_read, self._wake_write = os.pipe()
        self._selector.register(self._wake_read, selectors.EVENT_READ, None)
        self._thread = threading.Thread(target=self._accept_loop, daemon=True, name="farm-acceptor")

    def add(self, sock: socket.socket, endpoint: Endpoint) -> None:
        """Listen on ``sock`` for ``endpoint``."""
        sock.setblocking(False)
        self._sockets.append(sock)
        self._selector.register(sock, selectors.EVENT_READ, endpoint)

    def start(self) -> None:
        """Begin to accept."""
        self._thread.start()

    def stop(self) -> None:
        """Close all sockets and wait for the acceptor."""
        os.write(self._wake_write, b"x")
        self._thread.join()
        for sock in self._sockets:
            sock.close()
        with self._lock:
            live = list(self._live)
        for sock in live:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._selector.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _accept_loop(self) -> None:
        while True:
            for key, dummy in self._selector.select():
                endpoint = key.data
                if endpoint is None:
                    return
                listening = key.fileobj
                if not isinstance(listening, socket.socket):
                    continue
                with contextlib.suppress(OSError):
                    self._spawn(listening.accept()[0], endpoint)

    def _spawn(self, sock: socket.socket, endpoint: Endpoint) -> None:
        with self._lock:
            self._live.add(sock)
        threading.Thread(target=self._serve, args=(sock, endpoint), daemon=True).start()

    def _serve(self, sock: socket.socket, endpoint: Endpoint) -> None:
        plain = sock
        try:
            sock.setblocking(True)
            if not endpoint.service.host.power.up:
                # Closed with a reset, as good as a machine that is not there.
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if endpoint.secure is not None:
                sock.settimeout(_HANDSHAKE_SECONDS)
                sock = endpoint.secure().wrap_socket(sock, server_side=True)
                sock.settimeout(None)
                with self._lock:
                    self._live.add(sock)
            Connection(sock, endpoint.service, secure=endpoint.secure is not None).serve()
        except (OSError, ssl.SSLError):
            return
        finally:
            with self._lock:
                self._live.discard(plain)
                self._live.discard(sock)
            sock.close()
