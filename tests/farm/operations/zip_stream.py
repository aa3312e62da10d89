# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Zip archives on the farm's files, in blocks of a MiB as the scripts' file streams have them."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, cast

from ..model.file_handle import FileHandle
from .given import BLOCK, thrown

# What Python's zip reader says where .NET throws InvalidDataException.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class ZipSink:
    """What a zip writer writes to: collects a block before it writes.

    After an error nothing is written any more: an archive that was given up must not be finished
    when its writer is cleaned away.
    """

    def __init__(self, file: FileHandle) -> None:
        self._file = file
        self._kept = bytearray()
        self._at = 0
        self._given_up = False

    def give_up(self) -> None:
        """Write nothing from now on."""
        self._given_up = True

    def write(self, data: bytes) -> int:
        """Take bytes, and write whole blocks."""
        self._kept += data
        self._at += len(data)
        while len(self._kept) >= BLOCK:
            self._put(BLOCK)
        return len(data)

    def _put(self, count: int) -> None:
        piece, self._kept = self._kept[:count], self._kept[count:]
        if not self._given_up and piece:
            try:
                self._file.write(bytes(piece))
            except BaseException:
                self._given_up = True
                raise

    def flush(self) -> None:
        """Write what is kept."""
        self._put(len(self._kept))

    def seek(self, offset: int) -> int:
        """Go to a place."""
        self.flush()
        if not self._given_up:
            self._file.seek(offset)
        self._at = offset
        return offset

    def tell(self) -> int:
        """The place, what is kept included."""
        return self._at

    def seekable(self) -> bool:
        """Always true: the sizes of an entry are put into its header afterwards."""
        return True


class ZipSource:
    """What a zip reader reads from: reads a block and gives from it."""

    def __init__(self, file: FileHandle) -> None:
        self._file = file
        self._length = file.length
        self._at = 0
        self._start = 0
        self._kept = b""

    def read(self, count: int = -1) -> bytes:
        """So many bytes, fewer at the end."""
        left = max(0, self._length - self._at)
        wanted = left if count < 0 else min(count, left)
        parts: list[bytes] = []
        while wanted > 0:
            piece = self._from_block(wanted)
            if not piece:
                break
            parts.append(piece)
            wanted -= len(piece)
        return b"".join(parts)

    def _from_block(self, wanted: int) -> bytes:
        inside = self._at - self._start
        if not 0 <= inside < len(self._kept):
            self._file.seek(self._at)
            self._kept, self._start, inside = self._file.read(BLOCK), self._at, 0
        piece = self._kept[inside : inside + wanted]
        self._at += len(piece)
        return piece

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}[whence]
        if base + offset < 0:
            raise OSError("before the beginning of the file")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        """The place."""
        return self._at

    def seekable(self) -> bool:
        """Always true."""
        return True


class ZipOut:
    """A new archive. Without ``finish`` it never gets a directory at its end."""

    def __init__(self, file: FileHandle) -> None:
        self._sink = ZipSink(file)
        stream = cast("IO[bytes]", self._sink)
        self._archive = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1)

    def add(self, info: zipfile.ZipInfo, blocks: Iterable[bytes]) -> None:
        """Write an entry; an error ends the archive as it is."""
        target = self._archive.open(info, "w")
        try:
            for block in blocks:
                target.write(block)
        except BaseException:
            self._sink.give_up()
            raise
        finally:
            target.close()

    def finish(self) -> None:
        """Write the directory."""
        self._archive.close()
        self._sink.flush()

    def give_up(self) -> None:
        """Leave the file as it is."""
        self._sink.give_up()
        self._archive.close()


@contextmanager
def writing(file: FileHandle) -> Iterator[ZipOut]:
    """A new archive that gets its directory only when all went well."""
    archive = ZipOut(file)
    try:
        yield archive
        archive.finish()
    finally:
        archive.give_up()


@contextmanager
def reading(file: FileHandle) -> Iterator[zipfile.ZipFile]:
    """An archive that is there; what is none, or a broken one, is an error as .NET throws it."""
    try:
        with zipfile.ZipFile(cast("IO[bytes]", ZipSource(file))) as archive:
            yield archive
    except BROKEN as error:
        raise thrown(f"The archive cannot be read: {error}") from error


@contextmanager
def entry_of(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    """An entry, unpacked as .NET does it: no check of its CRC, and no end but that of its data."""
    if info.compress_type not in _METHODS:
        raise NotImplementedError(f"compression method {info.compress_type}")
    with archive.open(info) as source:
        vars(source).update(_expected_crc=None, _left=1 << 62)
        yield source
