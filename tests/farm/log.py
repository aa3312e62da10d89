# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The request log of a simulated host."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime


@dataclass(slots=True)
class Request:
    """One HTTP request as the host saw it.

    ``operation`` is Get, Enumerate, Pull, Release, Put, Invoke, Identify, ShellCreate, Command,
    Send, Receive, Signal, ShellDelete, ``auth`` for a leg of the authentication, or ``unknown``.
    ``writes`` is True when the request may change the host. Bytes are those of the HTTP bodies.
    """

    host: str
    operation: str
    namespace: str = ""
    cls: str = ""
    method: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    selectors: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    writes: bool = False
    bytes_in: int = 0
    bytes_out: int = 0
    user: str = ""
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat())
    status: int = 0

    def as_json(self) -> str:
        """One line of a JSON Lines file."""
        return json.dumps(asdict(self), default=repr, sort_keys=True)


class RequestLog:
    """An append-only list of requests with an optional listener; safe from many threads."""

    def __init__(self, listener: Callable[[Request], None] | None = None) -> None:
        self._lock = threading.Lock()
        self._requests: list[Request] = []
        self._listener = listener

    def add(self, request: Request) -> None:
        """Append and tell the listener."""
        with self._lock:
            self._requests.append(request)
        if self._listener is not None:
            self._listener(request)

    def listen(self, listener: Callable[[Request], None] | None) -> None:
        """Set the one listener."""
        self._listener = listener

    def all(self) -> list[Request]:
        """A copy of what was seen so far."""
        with self._lock:
            return list(self._requests)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._requests.clear()
