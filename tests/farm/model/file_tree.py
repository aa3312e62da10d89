# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drives with real files behind them: what is where, without counting who asks.

Tests and other parts of the farm look and put things here; what a program of the machine does is
in ``file_system``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from .file_access import ROOT_SDDL, complete, inherited
from .file_faults import (
    ACCESS_DENIED,
    EXISTS,
    NOT_FOUND,
    NOT_READY,
    PATH_NOT_FOUND,
    FileError,
)
from .file_nodes import Drive, FileEntry, Node, copy_sparse, frozen_tree
from .file_paths import join, split

_MOST_LINKS = 8


def _system_drive() -> dict[str, Drive]:
    return {"C:": Drive()}


class Spot(NamedTuple):
    """Full path, drive, folder and name of something that is to be made."""

    path: str
    drive: Drive
    parent: Node
    name: str


class FileTree:
    """The drives of a machine; ``root`` is an empty folder that keeps the bytes."""

    def __init__(
        self,
        root: Path,
        drives: Mapping[str, Drive] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.drives: dict[str, Drive] = dict(_system_drive() if drives is None else drives)
        self.now = now
        self.lock = threading.RLock()
        self._root = root
        self._made = 0
        self._trees = {name: Node("", ROOT_SDDL, now()) for name in self.drives}
        self._mounts: dict[str, Node] = {}

    # -- finding ----------------------------------------------------------------------------

    def full_path(self, path: str) -> str:
        """The path as Windows resolves it; FileError for one that is none. No operation."""
        return join(*split(path))

    def _tree(self, drive: str, path: str) -> Node:
        if drive not in self._trees:
            raise FileError.of(PATH_NOT_FOUND, path)
        if not self.drives[drive].ready:
            raise FileError.of(NOT_READY, path)
        return self._trees[drive]

    def _follow(self, node: Node, path: str, depth: int) -> Node:
        if node.target is None:
            return node
        if depth > _MOST_LINKS:
            raise FileError.of(PATH_NOT_FOUND, path)
        target = node.target.rstrip("\\")
        for device, tree in self._mounts.items():
            if target.lower() == device or target.lower().startswith(f"{device}\\"):
                names = tuple(part for part in target[len(device) :].split("\\") if part)
                return self._walk(tree, names, path, depth + 1)
        drive, names = split(target)
        return self._walk(self._tree(drive, path), names, path, depth + 1)

    def _walk(self, at: Node, names: tuple[str, ...], path: str, depth: int = 0) -> Node:
        for index, name in enumerate(names):
            last = index == len(names) - 1
            below = at.child(name) if at.folder else None
            if below is None:
                raise FileError.of(NOT_FOUND if last and at.folder else PATH_NOT_FOUND, path)
            at = below if last and not depth else self._follow(below, path, depth)
        return at

    def _find(self, path: str) -> tuple[str, Drive, Node]:
        drive, names = split(path)
        tree = self._tree(drive, path)
        return join(drive, names), self.drives[drive], self._walk(tree, names, path)

    def _spot(self, path: str) -> Spot:
        """Where something is to be made; its folder must be there."""
        drive, names = split(path)
        tree = self._tree(drive, path)
        if not names:
            raise FileError.of(ACCESS_DENIED, path)
        try:
            parent = self._follow(self._walk(tree, names[:-1], path), path, 0)
        except FileError as error:
            missing = error.hresult == NOT_FOUND
            raise FileError.of(PATH_NOT_FOUND, path) if missing else error from None
        if not parent.folder:
            raise FileError.of(PATH_NOT_FOUND, path)
        return Spot(join(drive, names), self.drives[drive], parent, names[-1])

    def _make_folders(self, path: str, sddl: str | None) -> bool:
        drive, names = split(path)
        at = self._tree(drive, path)
        made = False
        for name in names:
            at = self._follow(at, path, 0)
            below = at.child(name)
            if below is not None and not below.folder:
                raise FileError.of(EXISTS, path)
            if below is None:
                own = inherited(at.sddl, folder=True) if sddl is None else complete(sddl)
                below, made = Node(name, own, self.now()), True
                at.put(below)
            at = below
        return made

    def _new_file(self, parent: Node, name: str, sddl: str | None) -> Node:
        own = inherited(parent.sddl, folder=False) if sddl is None else complete(sddl)
        node = Node(name, own, self.now(), self._fresh())
        parent.put(node)
        return node

    def _fresh(self) -> Path:
        self._made += 1
        path = self._root / f"{self._made:08}"
        path.touch(exist_ok=False)
        return path

    # -- for tests and the rest of the farm: no operations ----------------------------------

    def place(self, path: str, data: bytes | Path | None = None, sddl: str | None = None) -> None:
        """Put a file (bytes, or a copy of a real one) or without data a folder there.

        Folders above are made; a file that is there is replaced. No space is used up.
        """
        with self.lock:
            if data is None:
                self._make_folders(path, sddl)
                return
            drive, names = split(path)
            self._make_folders(join(drive, names[:-1]), None)
            spot = self._spot(path)
            node = spot.parent.child(spot.name) or self._new_file(spot.parent, spot.name, sddl)
            if node.real is None:
                raise FileError.of(ACCESS_DENIED, path)
            if isinstance(data, bytes):
                node.real.write_bytes(data)
            else:
                copy_sparse(data, node.real)
            node.modified = self.now()

    def add_drive(self, path: str) -> Drive:
        """The drive of a path, made when there is none."""
        with self.lock:
            name = split(path)[0]
            self._trees.setdefault(name, Node("", ROOT_SDDL, self.now()))
            return self.drives.setdefault(name, Drive())

    def copy_of(self, path: str) -> Path:
        """A copy of the bytes of a file, for the caller to delete."""
        with self.lock:
            copy = self._fresh()
            copy_sparse(self.real(path), copy)
            return copy

    def real(self, path: str) -> Path:
        """Where the bytes of a file are."""
        with self.lock:
            node = self._find(path)[2]
            if node.real is None:
                raise FileError.of(ACCESS_DENIED, path)
            return node.real

    def entries(self, path: str) -> list[FileEntry]:
        """All files and folders below a folder, itself left out; none when it is not there."""
        with self.lock:
            try:
                full, dummy, node = self._find(path)
            except FileError:
                return []
            return list(_entries(node, full.rstrip("\\")))

    def freeze(self, folder: str) -> dict[str, Path]:
        r"""Copies of the files below a folder as they are now, by path without drive."""
        frozen: dict[str, Path] = {}
        with self.lock:
            for entry in self.entries(folder):
                if not entry.folder:
                    frozen[entry.path[3:]] = self.copy_of(entry.path)
        return frozen

    def mount(self, device: str, files: Mapping[str, Path]) -> None:
        """Make frozen files reachable through links to ``device``."""
        with self.lock:
            self._mounts[device.lower().rstrip("\\")] = frozen_tree(files, ROOT_SDDL, self.now())

    def unmount(self, device: str) -> None:
        """Take a device away, and the bytes of its files."""
        with self.lock:
            tree = self._mounts.pop(device.lower().rstrip("\\"))
            for node in tree.walk():
                if node.real is not None:
                    node.real.unlink()


def _entries(node: Node, path: str) -> Iterator[FileEntry]:
    for child in sorted(node.children.values(), key=lambda each: each.name.lower()):
        below = f"{path}\\{child.name}"
        yield child.entry(below)
        yield from _entries(child, below)
