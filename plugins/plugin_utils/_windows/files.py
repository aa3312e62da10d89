# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and folders of a Windows host: the PowerShell operations on them, typed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .._cim.errors import BadAnswer
from .operation_output import Output
from .powershell import Operations


class ChunkDamaged(BadAnswer):
    """A piece of a file is not what it was on the other side."""

    def __init__(self, path: str, offset: int) -> None:
        super().__init__(f"the piece of {path} at {offset} is not what was sent: its hash differs")
        self.advice = (
            "run the task again; if it stays, look at the drive of the host and at what stands "
            "between it and the controller"
        )


@dataclass(frozen=True, slots=True)
class Drive:
    """The drive of a path. ``free`` and ``size`` are bytes, 0 when it is not ready."""

    name: str
    """With a colon: ``C:``."""
    type: str
    """As .NET's DriveType names it: Fixed, Removable, Network, CDRom, Ram, Unknown."""
    format: str
    free: int
    size: int
    ready: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """What a folder holds."""

    name: str
    bytes: int
    modified: datetime
    is_folder: bool


@dataclass(frozen=True, slots=True)
class Folder:
    """A path as the host sees it; ``entries`` only when it is a folder."""

    full: str
    """The full path; empty when Windows could not have such a path."""
    exists: bool
    is_folder: bool
    drive: Drive | None
    """None when there is no such drive."""
    sddl: str | None
    """Owner, group and permissions; None when it does not exist."""
    entries: tuple[Entry, ...]

    def entry(self, name: str) -> Entry | None:
        """Return an entry by name, as Windows compares names."""
        wanted = name.casefold()
        return next((each for each in self.entries if each.name.casefold() == wanted), None)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a file, and how long the file is."""

    size: int
    modified: datetime
    data: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """What could not be removed."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Removed:
    """What is gone now, and what is not."""

    removed: tuple[str, ...]
    kept: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class HashedFile:
    """A file as it was copied or read back."""

    name: str
    bytes: int
    sha256: str


class Files:
    r"""Files of a host. Paths are full, with a drive: ``D:\\Backup``."""

    def __init__(self, operations: Operations) -> None:
        self._operations = operations

    def list_folder(self, path: str) -> Folder:
        """List a folder; also tells of a file, or of what does not exist.

        :raises OperationFailed: it is there and cannot be listed.
        """
        found = Output("list_folder", self._operations.run("list_folder", {"path": path}))
        return Folder(
            full=found.text("full"),
            exists=found.flag("exists"),
            is_folder=found.flag("folder"),
            drive=None if found.absent("drive") else _drive(found.record("drive")),
            sddl=None if found.absent("sddl") else found.text("sddl"),
            entries=tuple(
                Entry(
                    each.text("name"),
                    each.count("bytes"),
                    each.time("modified"),
                    each.flag("folder"),
                )
                for each in found.records("entries")
            ),
        )

    def make_folder(self, path: str, like: str | None = None) -> bool:
        """Make a folder; one that is there is left as it is. Safe to repeat.

        :param like: a folder whose owner and permissions it gets; without one, only SYSTEM and
            Administrators may touch it.
        :returns: whether it was made now.
        """
        options = {"path": path, "like": like}
        return Output("make_folder", self._operations.run("make_folder", options)).flag("created")

    def set_access(self, path: str, sddl: str) -> str:
        """Give a folder an owner and permissions, which its files inherit. Safe to repeat.

        :returns: them as read back.
        """
        options = {"path": path, "sddl": sddl}
        return Output("set_access", self._operations.run("set_access", options)).text("sddl")

    def move(self, source: str, target: str) -> None:
        """Rename a file or folder within its volume, in one step.

        :raises OperationFailed: ``ALREADY_EXISTS``: there is one of that name; and others.
        """
        options = {"from": source, "to": target}
        if not Output("move", self._operations.run("move", options)).flag("moved"):
            raise BadAnswer(f"the PowerShell step move neither moved {source} nor failed")

    def remove(self, paths: Sequence[str]) -> Removed:
        """Remove files and empty folders; what is not there counts as removed. Safe to repeat."""
        found = Output("remove", self._operations.run("remove", {"paths": list(paths)}))
        kept = tuple(Kept(each.text("path"), each.text("why")) for each in found.records("kept"))
        removed = found.texts("removed")
        if {*removed, *(each.path for each in kept)} != set(paths):
            raise BadAnswer("the PowerShell step remove answered about other paths")
        return Removed(removed, kept)

    def read_chunk(self, path: str, offset: int, count: int) -> Chunk:
        """Read a piece of a file; it is shorter at the end, and empty behind it.

        :raises ChunkDamaged: its hash is another one here than there.
        """
        options = {"path": path, "offset": offset, "count": count}
        found = Output("read_chunk", self._operations.run("read_chunk", options))
        size, data = found.count("bytes"), found.blob()
        if hashlib.sha256(data).hexdigest() != found.sha256("sha256"):
            raise ChunkDamaged(path, offset)
        if len(data) != max(0, min(count, size - offset)):
            raise BadAnswer(f"the PowerShell step read_chunk answered {len(data)} bytes of {path}")
        return Chunk(size, found.time("modified"), data)

    def write_chunk(self, path: str, offset: int, data: bytes) -> int:
        """Append to a file; at offset 0, make it. Not safe to repeat: look how long it is.

        :param data: at least one byte.
        :returns: how long the file is now.
        :raises ChunkDamaged: its hash is another one there than here.
        """
        if not data:
            raise ValueError("nothing to write")
        options = {"path": path, "offset": offset}
        found = Output("write_chunk", self._operations.run("write_chunk", options, data))
        if found.sha256("sha256") != hashlib.sha256(data).hexdigest():
            raise ChunkDamaged(path, offset)
        return found.count("bytes")


def _drive(found: Output) -> Drive:
    return Drive(
        found.text("name"),
        found.text("type"),
        found.text("format"),
        found.count("free"),
        found.count("size"),
        found.flag("ready"),
    )
