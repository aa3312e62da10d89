# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The drives of one simulated machine, with real files behind them.

Each method here is what a Windows program would call, and one file operation: it is counted, and
a fault knob can hit it. What tests and other parts of the farm call (``place``, ``real``,
``entries``, ``freeze``, ``mount``) is in ``file_tree`` and none. Microsoft Learn: CreateFile
(sharing), MoveFileEx, System Error Codes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple, NoReturn

from .file_access import complete, inherited, renewed
from .file_faults import (
    ACCESS_DENIED,
    EXISTS,
    NOT_A_FOLDER,
    NOT_EMPTY,
    NOT_FOUND,
    OTHER_DEVICE,
    SHARING_VIOLATION,
    FileError,
    FileFault,
    FileFaultBoard,
    ProcessDied,
)
from .file_handle import FileHandle
from .file_nodes import Drive, FileEntry, Node, OpenFile
from .file_paths import split
from .file_tree import FileTree


class FileOperation(NamedTuple):
    """One file operation: its number since ``clear``, its kind, and the full path."""

    number: int
    kind: str
    path: str


@dataclass(slots=True)
class _Process:
    """What ends with a process: its handles. ``dead`` once a fault killed it."""

    handles: list[FileHandle] = field(default_factory=list)
    dead: bool = False


class _Local(threading.local):
    """Per thread: the process that it works for, and whether it is one that faults spare."""

    def __init__(self) -> None:
        self.process: _Process | None = None
        self.exempt = 0


class FileSystem(FileTree):
    """The drives of a machine. ``operations`` are those since ``clear``, ``faults`` the knobs.

    ``now`` is the machine's clock. ``settle`` is called before each operation: what was to happen
    by now (a service that ends) happens then.
    """

    def __init__(
        self,
        root: Path,
        drives: Mapping[str, Drive] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(root, drives, now)
        self.faults = FileFaultBoard()
        self.operations: list[FileOperation] = []
        self.settle: Callable[[], None] = lambda: None
        self._local = _Local()

    def clear(self) -> None:
        """Forget the operations; the numbers begin at 1 again."""
        with self.lock:
            self.operations.clear()

    # -- who is at work ---------------------------------------------------------------------

    @contextmanager
    def process(self) -> Iterator[None]:
        """The calls of this thread are those of one process: its handles end with it."""
        before, self._local.process = self._local.process, _Process()
        try:
            yield
        finally:
            for handle in self._local.process.handles:
                handle.close()
            self._local.process = before

    @contextmanager
    def exempt(self) -> Iterator[None]:
        """The calls of this thread are neither counted nor hit by faults; space still counts.

        They are those of another process, so that handles last.
        """
        before, self._local.process = self._local.process, None
        self._local.exempt += 1
        try:
            yield
        finally:
            self._local.exempt -= 1
            self._local.process = before

    def begin(self, kind: str, path: str) -> FileFault | None:
        """Count an operation and let the faults have it.

        FileError or ProcessDied when one ends it; the knob when the caller has to apply it.
        """
        process = self._local.process
        if process is not None and process.dead:
            raise ProcessDied(path)
        self.settle()
        if self._local.exempt:
            return None
        with self.lock:
            self.operations.append(FileOperation(len(self.operations) + 1, kind, path))
        fault = self.faults.strike(kind, path)
        if fault is None or kind == "write":
            return fault
        if fault.kind == "die":
            self.die()
        if fault.code is not None:
            raise FileError.of(fault.code, path)
        return fault

    def die(self) -> NoReturn:
        """End the process of this thread."""
        if self._local.process is not None:
            self._local.process.dead = True
        raise ProcessDied

    # -- looking ----------------------------------------------------------------------------

    def stat(self, path: str) -> FileEntry:
        """A file, folder or link; FileError when there is none."""
        self.begin("stat", path)
        with self.lock:
            full, dummy, node = self._find(path)
            return node.entry(full)

    def exists(self, path: str) -> bool:
        """True for a file or folder; also a ``stat``. A path that is none is not there."""
        self.begin("stat", path)
        with self.lock:
            try:
                self._find(path)
            except FileError:
                return False
            return True

    def list_folder(self, path: str) -> list[FileEntry]:
        """What is directly in a folder, by name."""
        self.begin("list", path)
        with self.lock:
            full, dummy, node = self._find(path)
            node = self._follow(node, path, 0)
            if not node.folder:
                raise FileError.of(NOT_A_FOLDER, path)
            base = full.rstrip("\\")
            found = [child.entry(f"{base}\\{child.name}") for child in node.children.values()]
            return sorted(found, key=lambda entry: entry.name.lower())

    def drive(self, path: str) -> tuple[str, Drive] | None:
        """Name and state of the drive of a path, None when there is no such drive."""
        self.begin("drive", path)
        name, dummy = split(path)
        found = self.drives.get(name)
        return None if found is None else (name, found)

    # -- opening ----------------------------------------------------------------------------

    def create(self, path: str, sddl: str | None = None, *, share: str = "none") -> FileHandle:
        """A new file, open for reading and writing; FileError when the name is taken.

        ``share`` is what others may do meanwhile: none, read, write or readwrite.
        """
        self.begin("create", path)
        with self.lock:
            spot = self._spot(path)
            if spot.parent.child(spot.name) is not None:
                raise FileError.of(EXISTS, path)
            node = self._new_file(spot.parent, spot.name, sddl)
            return self._handle(spot.path, spot.drive, node, "readwrite", share)

    def open(
        self,
        path: str,
        access: str = "read",
        share: str = "read",
        *,
        make: bool = False,
        sddl: str | None = None,
    ) -> FileHandle:
        """A file that is there; ``access`` is read, write, readwrite or append.

        ``make`` makes an empty one when it is not there (OpenOrCreate), with ``sddl``.
        FileError for a folder and for a file that somebody else holds otherwise.
        """
        self.begin("open", path)
        with self.lock:
            try:
                full, drive, node = self._find(path)
            except FileError as error:
                if not make or error.hresult != NOT_FOUND:
                    raise
                full, drive, parent, name = self._spot(path)
                node = self._new_file(parent, name, sddl)
            if node.folder:
                raise FileError.of(ACCESS_DENIED, path)
            return self._handle(full, drive, node, access, share)

    def _handle(self, path: str, drive: Drive, node: Node, access: str, share: str) -> FileHandle:
        opened = OpenFile("read" in access, access != "read", "read" in share, "write" in share)
        if not all(held.allows(opened) and opened.allows(held) for held in node.handles):
            raise FileError.of(SHARING_VIOLATION, path)
        if node.real is None:
            raise FileError.of(ACCESS_DENIED, path)
        raw: BinaryIO = node.real.open("r+b" if opened.writes else "rb", buffering=0)
        if access == "append":
            raw.seek(0, 2)
        node.handles.append(opened)
        handle = FileHandle(self, path, node, drive, opened, raw)
        if self._local.process is not None:
            self._local.process.handles.append(handle)
        return handle

    # -- changing ---------------------------------------------------------------------------

    def make_folder(self, path: str, sddl: str | None = None) -> bool:
        """A folder and those above it, all with ``sddl`` if given; False when it is there."""
        self.begin("make_folder", path)
        with self.lock:
            return self._make_folders(path, sddl)

    def rename(self, source: str, target: str) -> None:
        """Move a file or folder within its drive, in one piece; it keeps its permissions."""
        self.begin("rename", source)
        with self.lock:
            full, drive, node = self._find(source)
            old, new = self._spot(source), self._spot(target)
            if drive is not new.drive:
                raise FileError.of(OTHER_DEVICE, source)
            if new.parent.child(new.name) not in (None, node):
                raise FileError.of(EXISTS, target)
            if node.busy:
                raise FileError.of(ACCESS_DENIED if node.folder else SHARING_VIOLATION, full)
            if any(below is new.parent for below in node.walk()):
                raise FileError.of(SHARING_VIOLATION, source)
            old.parent.take(node)
            node.name = new.name
            new.parent.put(node)

    def delete(self, path: str) -> None:
        """Delete a file or a link."""
        self.begin("delete", path)
        with self.lock:
            full, drive, node = self._find(path)
            if node.folder and node.target is None:
                raise FileError.of(ACCESS_DENIED, path)
            if node.handles:
                raise FileError.of(SHARING_VIOLATION, path)
            self._spot(full).parent.take(node)
            if node.real is not None:
                drive.take(-node.size)
                node.real.unlink()

    def remove_empty_folder(self, path: str) -> None:
        """Remove a folder without anything in it, or a link."""
        self.begin("remove_folder", path)
        with self.lock:
            full, dummy, node = self._find(path)
            if not node.folder:
                raise FileError.of(NOT_A_FOLDER, path)
            if node.children:
                raise FileError.of(NOT_EMPTY, path)
            self._spot(full).parent.take(node)

    def set_sddl(self, path: str, sddl: str) -> None:
        """Set owner and DACL; what is below and inherits gets the new entries."""
        self.begin("set_sddl", path)
        with self.lock:
            node = self._find(path)[2]
            node.sddl = complete(sddl)
            self._hand_down(node)

    def _hand_down(self, node: Node) -> None:
        for child in node.children.values():
            child.sddl = renewed(child.sddl, node.sddl, folder=child.folder)
            self._hand_down(child)

    def link(self, path: str, target: str) -> None:
        """A link to a folder, or to a place on a mounted device; the target need not be there."""
        self.begin("link", path)
        with self.lock:
            spot = self._spot(path)
            if spot.parent.child(spot.name) is not None:
                raise FileError.of(EXISTS, path)
            own = inherited(spot.parent.sddl, folder=True)
            spot.parent.put(Node(spot.name, own, self.now(), target=target))
