# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a drive of the farm consists of: drives, and files, folders and links as nodes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from .file_access import inherited

GIB = 1 << 30


@dataclass(slots=True)
class Drive:
    """One drive; ``type`` as System.IO.DriveType says it. ``free`` None: what is left of ``size``.

    A given ``free`` goes down and up with what is written and deleted; tests may set it.
    """

    type: str = "Fixed"
    format: str = "NTFS"
    size: int = 128 * GIB
    free: int | None = None
    ready: bool = True
    used: int = 0

    @property
    def left(self) -> int:
        """Bytes that can still be written."""
        return max(0, self.size - self.used if self.free is None else self.free)

    def take(self, count: int) -> int:
        """Use up to ``count`` bytes (below zero: give back); how many there were."""
        granted = min(count, self.left)
        self.used += granted
        if self.free is not None:
            self.free -= granted
        return granted


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file or folder as a listing shows it; ``path`` is its full path."""

    name: str
    path: str
    folder: bool
    bytes: int
    modified: datetime
    sddl: str
    link: bool = False


@dataclass(slots=True)
class OpenFile:
    """One open handle as the sharing rules see it."""

    reads: bool
    writes: bool
    share_read: bool
    share_write: bool

    def allows(self, other: OpenFile) -> bool:
        """True when this handle lets the other one be."""
        return (self.share_read or not other.reads) and (self.share_write or not other.writes)


@dataclass(slots=True, eq=False)
class Node:
    """A file (``real`` is where its bytes are), a link (``target``) or a folder."""

    name: str
    sddl: str
    modified: datetime
    real: Path | None = None
    target: str | None = None
    children: dict[str, Node] = field(default_factory=dict)
    handles: list[OpenFile] = field(default_factory=list)

    @property
    def folder(self) -> bool:
        """True for a folder and for a link to one."""
        return self.real is None

    @property
    def size(self) -> int:
        """Length of a file in bytes, 0 for a folder."""
        return 0 if self.real is None else self.real.stat().st_size

    def child(self, name: str) -> Node | None:
        """What is below a folder under that name, in any case."""
        return self.children.get(name.lower())

    def put(self, node: Node) -> None:
        """Take a node in."""
        self.children[node.name.lower()] = node

    def take(self, node: Node) -> None:
        """Let a node go."""
        del self.children[node.name.lower()]

    def walk(self) -> Iterator[Node]:
        """The node and all below."""
        yield self
        for child in self.children.values():
            yield from child.walk()

    @property
    def busy(self) -> bool:
        """True while something holds the file open, or a file below."""
        return any(node.handles for node in self.walk())

    def entry(self, path: str) -> FileEntry:
        """The node as a listing shows it."""
        return FileEntry(
            self.name,
            path,
            self.folder,
            self.size,
            self.modified,
            self.sddl,
            self.target is not None,
        )


def frozen_tree(files: Mapping[str, Path], sddl: str, now: datetime) -> Node:
    r"""A tree of files that are there already; the keys are paths such as ``Windows\x.edb``."""
    root = Node("", sddl, now)
    for path, real in files.items():
        at = root
        *folders, name = [part for part in path.split("\\") if part]
        for part in folders:
            below = at.child(part)
            if below is None:
                below = Node(part, inherited(at.sddl, folder=True), now)
                at.put(below)
            at = below
        at.put(Node(name, inherited(at.sddl, folder=False), now, real))
    return root


def copy_sparse(source: Path, target: Path) -> None:
    """Copy a file and leave its holes out."""
    with source.open("rb") as read, target.open("wb") as write:
        end = os.fstat(read.fileno()).st_size
        write.truncate(end)
        at = 0
        while at < end:
            try:
                at = os.lseek(read.fileno(), at, os.SEEK_DATA)
            except OSError:
                return
            stop = os.lseek(read.fileno(), at, os.SEEK_HOLE)
            read.seek(at)
            write.seek(at)
            while at < stop:
                block = read.read(min(1 << 20, stop - at))
                write.write(block)
                at += len(block)
    shutil.copystat(source, target)
