# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads signals one by one: counts what that costs, and survives what cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from ..._cim.errors import CimError, Unreachable
from .observations import Unknown

T = TypeVar("T")

GROUPS = (
    "settings",
    "servers",
    "grace",
    "events",
    "connectivity",
    "network",
    "license_server",
    "hardening",
    "policy",
)
"""What a task may ask for. What all of them need is read besides, as the group ``system``."""
SYSTEM = "system"
_LONGEST = 400


class Collector:
    """Reads, and remembers what could not be read and what each group took.

    :param sent: how many requests went to the host so far.
    :param asked: the groups that are asked for.
    """

    def __init__(self, sent: Callable[[], int], asked: frozenset[str]) -> None:
        self._sent = sent
        self._asked = asked
        self.unknown: list[Unknown] = []
        self.requests: dict[str, int] = {}
        self._failed: set[str] = set()
        self._group = SYSTEM

    def asks(self, group: str) -> bool:
        """Whether the task asks for a group."""
        return group in self._asked

    @contextmanager
    def group(self, name: str) -> Iterator[None]:
        """What is read inside counts for this group."""
        before, outer = self._sent(), self._group
        self._group = name
        try:
            yield
        finally:
            self._group = outer
            self.requests[name] = self.requests.get(name, 0) + self._sent() - before

    def read(self, signal: str, look: Callable[[], T]) -> T | None:
        """Read a signal; None when the host does not answer this question.

        :raises Unreachable: the host is gone, and with it all other answers.
        """
        try:
            return look()
        except Unreachable:
            raise
        except CimError as error:
            self.miss(signal, why(error))
            return None

    def miss(self, signal: str, reason: str) -> None:
        """Remember that a signal is not known."""
        self._failed.add(self._group)
        if all(each.signal != signal for each in self.unknown):
            self.unknown.append(Unknown(signal, reason))

    def as_dict(self) -> dict[str, dict[str, int | bool]]:
        """The groups with their requests, and whether all of each was read."""
        return {
            name: {"requests": count, "done": name not in self._failed}
            for name, count in self.requests.items()
            if name == SYSTEM or name in self._asked
        }


def why(error: CimError) -> str:
    """An error as a reason: its sentence, and the number that Windows gave."""
    said = str(error).rstrip(".")
    if error.code is not None and error.code.hex not in said:
        said += f" ({error.code.hex}{' ' + error.code.name if error.code.name else ''})"
    return said if len(said) <= _LONGEST else said[: _LONGEST - 3] + "..."
