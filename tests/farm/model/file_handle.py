# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An open file of the farm: reads and writes in blocks, each of them one file operation."""

from __future__ import annotations

import os
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO

from .file_faults import ACCESS_DENIED, DISK_FULL, FileError, FileFault
from .file_nodes import Drive, Node, OpenFile

if TYPE_CHECKING:
    from .file_system import FileSystem

BLOCK = 1 << 20


def _flipped(data: bytes) -> bytes:
    """The data with one bit of its middle byte turned over."""
    if not data:
        return data
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0x10]) + data[middle + 1 :]


class FileHandle:
    """A handle as ``FileSystem.create`` and ``FileSystem.open`` give it.

    It has what zipfile and gzip want of a file object. Reading and writing take one file
    operation per MiB begun; flush and close are free. FileError is the answer of Windows.
    """

    def __init__(
        self,
        files: FileSystem,
        path: str,
        node: Node,
        drive: Drive,
        opened: OpenFile,
        raw: BinaryIO,
    ) -> None:
        self._files, self._node, self._drive, self._opened = files, node, drive, opened
        self._raw = raw
        self.path = path
        self.name = path

    # -- reading ----------------------------------------------------------------------------

    def read(self, count: int = -1) -> bytes:
        """So many bytes, fewer at the end of the file; all that is left without a number."""
        if not self._opened.reads:
            raise FileError.of(ACCESS_DENIED, self.path)
        parts: list[bytes] = []
        left = self.length - self.tell() if count < 0 else count
        while left > 0:
            block = self._read_block(min(left, BLOCK))
            if not block:
                break
            parts.append(block)
            left -= len(block)
        return b"".join(parts)

    def _read_block(self, count: int) -> bytes:
        fault = self._files.begin("read", self.path)
        with self._files.lock:
            block = self._raw.read(count)
        return _flipped(block) if fault is not None else block

    # -- writing ----------------------------------------------------------------------------

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Write all of it; when the disk is full as much as there is room for, then FileError."""
        if not self._opened.writes:
            raise FileError.of(ACCESS_DENIED, self.path)
        whole = memoryview(data).cast("B")
        for start in range(0, len(whole), BLOCK):
            self._write_block(bytes(whole[start : start + BLOCK]))
        return len(whole)

    def _write_block(self, block: bytes) -> None:
        fault = self._files.begin("write", self.path)
        with self._files.lock:
            if fault is None:
                self._put(block)
                return
            if fault.kind == "corrupt":
                self._put(_flipped(block))
            elif fault.kind in ("die", "disk_full"):
                self._put(block[: len(block) // 2])
        self._fail(fault)

    def _fail(self, fault: FileFault) -> None:
        if fault.kind == "die":
            self._files.die()
        if fault.code is not None:
            raise FileError.of(fault.code, self.path)

    def _put(self, block: bytes) -> None:
        growth = max(0, self.tell() + len(block) - self.length)
        granted = self._drive.take(growth)
        fitting = block[: len(block) - growth + granted]
        self._raw.write(fitting)
        self._node.modified = self._files.now()
        if granted < growth:
            raise FileError.of(DISK_FULL, self.path)

    def truncate(self, size: int | None = None) -> int:
        """Set the length (SetLength); the new part reads as zeros."""
        wanted = self.tell() if size is None else size
        self._files.begin("set_length", self.path)
        with self._files.lock:
            growth = wanted - self.length
            granted = self._drive.take(growth)
            if granted < growth:
                self._drive.take(-granted)
                raise FileError.of(DISK_FULL, self.path)
            self._raw.truncate(wanted)
            self._node.modified = self._files.now()
        return wanted

    # -- what costs nothing -----------------------------------------------------------------

    @property
    def length(self) -> int:
        """Length of the file now."""
        return os.fstat(self._raw.fileno()).st_size

    @property
    def closed(self) -> bool:
        """True after close."""
        return self._raw.closed

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place; the new place."""
        return self._raw.seek(offset, whence)

    def tell(self) -> int:
        """The place in the file."""
        return self._raw.tell()

    def readable(self) -> bool:
        """True for a handle that reads."""
        return self._opened.reads

    def writable(self) -> bool:
        """True for a handle that writes."""
        return self._opened.writes

    def seekable(self) -> bool:
        """Always true."""
        return True

    def flush(self) -> None:
        """Nothing is kept back, so that there is nothing to do."""

    def close(self) -> None:
        """Give the file free; closing twice does no harm."""
        with self._files.lock:
            if not self._raw.closed:
                self._raw.close()
                self._node.handles.remove(self._opened)

    def __enter__(self) -> FileHandle:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
