# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors of the farm's file system, and the knobs that cause them.

The numbers are Win32 error codes as HRESULT (Microsoft Learn: System Error Codes; winerror.h).
"""

from __future__ import annotations

import fnmatch
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

NOT_FOUND = 0x80070002
PATH_NOT_FOUND = 0x80070003
ACCESS_DENIED = 0x80070005
OTHER_DEVICE = 0x80070011
NOT_READY = 0x80070015
SHARING_VIOLATION = 0x80070020
BAD_NET_PATH = 0x80070035
DISK_FULL = 0x80070070
BAD_NAME = 0x8007007B
NOT_EMPTY = 0x80070091
EXISTS = 0x800700B7
TOO_LONG = 0x800700CE
NOT_A_FOLDER = 0x8007010B
IO_DEVICE = 0x8007045D

TEXTS: dict[int, str] = {
    NOT_FOUND: "The system cannot find the file specified.",
    PATH_NOT_FOUND: "The system cannot find the path specified.",
    ACCESS_DENIED: "Access is denied.",
    OTHER_DEVICE: "The system cannot move the file to a different disk drive.",
    NOT_READY: "The device is not ready.",
    SHARING_VIOLATION: "The process cannot access the file because it is being used by another"
    " process.",
    BAD_NET_PATH: "The network path was not found.",
    DISK_FULL: "There is not enough space on the disk.",
    BAD_NAME: "The filename, directory name, or volume label syntax is incorrect.",
    NOT_EMPTY: "The directory is not empty.",
    EXISTS: "Cannot create a file when that file already exists.",
    TOO_LONG: "The filename or extension is too long.",
    NOT_A_FOLDER: "The directory name is invalid.",
    IO_DEVICE: "The request could not be performed because of an I/O device error.",
}

KINDS = frozenset({"io_error", "disk_full", "die", "corrupt", "access_denied"})
_CODES = {"io_error": IO_DEVICE, "disk_full": DISK_FULL, "access_denied": ACCESS_DENIED}


class FileError(Exception):
    """What Windows answers; ``hresult`` is unsigned, ``signed`` as .NET shows it."""

    def __init__(self, text: str, hresult: int) -> None:
        super().__init__(text)
        self.text = text
        self.hresult = hresult

    @classmethod
    def of(cls, hresult: int, path: str) -> FileError:
        """The error of a number, about a path."""
        return cls(f"{TEXTS[hresult]} : '{path}'", hresult)

    @property
    def signed(self) -> int:
        """The HRESULT as a signed number of 32 bits."""
        return self.hresult - (1 << 32) if self.hresult & 0x80000000 else self.hresult


class ProcessDied(BaseException):
    """The process that asked is gone; no code of its own runs any more, and no answer comes.

    No Exception, so that what handles errors does not take it for one.
    """


@dataclass(slots=True)
class FileFault:
    """One knob.

    ``at`` is the number of the file operation that it hits, counted from 1 over the operations
    since the knob was added (those that match ``path`` and ``operation``, when given); without it
    the first one. It hits ``times`` times in a row, None for ever. ``path`` is a full path or a
    pattern such as ``*.part``, ``operation`` a kind such as ``write``.

    io_error, disk_full and access_denied end the operation with that error; disk_full and die
    leave the first half of a block that was being written. ``die`` raises ProcessDied and makes
    every later operation of the same process raise it, too. ``corrupt`` flips a bit of what is
    written or read, and does nothing to other operations.
    """

    kind: str
    at: int | None = None
    times: int | None = 1
    path: str | None = None
    operation: str | None = None
    seen: int = field(default=0, init=False)
    hits: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown file fault {self.kind!r}; known: {', '.join(sorted(KINDS))}")

    @property
    def code(self) -> int | None:
        """The HRESULT that the operation ends with, if it is one that does."""
        return _CODES.get(self.kind)

    def matches(self, operation: str, path: str) -> bool:
        """True when the operation is one that this knob is about."""
        if self.operation is not None and self.operation != operation:
            return False
        if self.path is None:
            return True
        wanted = self.path.lower().replace("[", "[[]")
        return fnmatch.fnmatchcase(path.lower(), wanted)


class FileFaultBoard:
    """The knobs of one file system."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[FileFault] = []

    def add(self, fault: FileFault) -> FileFault:
        """Set one more knob and return it (its ``hits`` can be read later)."""
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Take all knobs away."""
        with self._lock:
            self._faults.clear()

    def __iter__(self) -> Iterator[FileFault]:
        with self._lock:
            return iter(list(self._faults))

    def strike(self, operation: str, path: str) -> FileFault | None:
        """Count one operation and return the first knob that hits it."""
        struck: FileFault | None = None
        with self._lock:
            for fault in self._faults:
                if not fault.matches(operation, path):
                    continue
                fault.seen += 1
                due = fault.seen >= (fault.at or 1)
                if struck is None and due and (fault.times is None or fault.hits < fault.times):
                    fault.hits += 1
                    struck = fault
        return struck
