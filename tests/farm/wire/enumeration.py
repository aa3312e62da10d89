# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Open enumerations and how their answers are cut into pages.

Recorded answers: an optimized Enumerate brings one item first, pages end near 76,800 bytes
whatever was asked for, and every answer carries a new EnumerationContext.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

PAGE_BYTES = 76_800
IDLE_SECONDS = 240.0


class ItemTooLarge(Exception):
    """A single item does not fit into the envelope that the client allows."""


@dataclass(slots=True)
class Enumeration:
    """Items still to be sent, already rendered, with one item of look-ahead."""

    items: Iterator[str]
    user: str
    resource_uri: str
    cls: str = ""
    ahead: str | None = None
    used: float = field(default_factory=time.monotonic)

    def peek(self) -> str | None:
        """The next item, None at the end."""
        if self.ahead is None:
            self.ahead = next(self.items, None)
        return self.ahead

    def page(self, max_items: int, max_bytes: int) -> list[str]:
        """Up to ``max_items`` items in at most ``max_bytes``, but at least one if there is any."""
        taken: list[str] = []
        size = 0
        while len(taken) < max_items:
            item = self.peek()
            if item is None:
                break
            # The outer limit counts bytes; most items are ASCII, so encoding is rarely needed.
            cost = len(item) if item.isascii() else len(item.encode("utf-8"))
            if cost > max_bytes:
                raise ItemTooLarge
            if taken and size + cost > min(PAGE_BYTES, max_bytes):
                break
            taken.append(item)
            size += cost
            self.ahead = None
        return taken


class Enumerations:
    """The open enumerations of one host, by context."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._open: dict[str, Enumeration] = {}
        self._clock = clock

    def count(self, user: str) -> int:
        """How many enumerations a user holds open; idle ones are dropped first."""
        with self._lock:
            limit = self._clock() - IDLE_SECONDS
            self._open = {c: e for c, e in self._open.items() if e.used >= limit}
            return sum(1 for e in self._open.values() if e.user == user)

    def keep(self, enumeration: Enumeration) -> str:
        """Store under a new context and return it."""
        context = f"uuid:{str(uuid.uuid4()).upper()}"
        enumeration.used = self._clock()
        with self._lock:
            self._open[context] = enumeration
        return context

    def take(self, context: str, user: str) -> Enumeration | None:
        """Remove and return the enumeration of a context; None when it is not this user's."""
        with self._lock:
            found = self._open.get(context)
            if found is None or found.user != user or found.used < self._clock() - IDLE_SECONDS:
                return None
            del self._open[context]
            return found

    def class_of(self, context: str) -> str:
        """The class that an open enumeration is about; empty when there is none."""
        with self._lock:
            found = self._open.get(context)
            return "" if found is None else found.cls

    @property
    def open(self) -> int:
        """How many are open in all."""
        with self._lock:
            return len(self._open)
