# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the directory of a ZIP archive lies: read before anything else, since it is read whole.

APPNOTE.TXT (PKWARE) 4.3.14 to 4.3.16. An archive of ours ends with its end record and has no
comment, so there is only one way to read it.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import BinaryIO

_END, _END64, _LOCATOR = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_END_BYTES, _END64_BYTES, _LOCATOR_BYTES = 22, 56, 20


class BadArchive(Exception):
    """The file is not an archive that a bundle could be; ``str()`` says why."""


@dataclass(frozen=True, slots=True)
class Directory:
    """The central directory.

    :param start: its offset in the file.
    :param size: its bytes.
    :param entries: how many it says it has.
    """

    start: int
    size: int
    entries: int


def find_directory(file: BinaryIO) -> Directory:
    """Find it from the end of the file.

    :raises BadArchive: the file does not end as an archive does, or is in several parts.
    """
    length = file.seek(0, os.SEEK_END)
    if length < _END_BYTES:
        raise BadArchive(f"it is no ZIP archive: it has {length} bytes")
    end = _read(file, length - _END_BYTES, _END_BYTES)
    if not end.startswith(_END) or end[-2:] != b"\0\0":
        raise BadArchive("it is no ZIP archive, or it was cut off: it does not end as one")
    disk, start_disk, here, entries, size, start = struct.unpack_from("<HHHHII", end, 4)
    limit = length - _END_BYTES
    locator = _read(file, limit - _LOCATOR_BYTES, _LOCATOR_BYTES)
    if locator.startswith(_LOCATOR):
        limit -= _LOCATOR_BYTES + _END64_BYTES
        disk, start_disk, here, entries, size, start = _zip64(file, locator, limit)
    if disk or start_disk or here != entries:
        raise BadArchive("it is one part of an archive in several parts")
    if start + size != limit:
        raise BadArchive("its directory is not where it says")
    return Directory(start, size, entries)


def _zip64(file: BinaryIO, locator: bytes, expected: int) -> tuple[int, int, int, int, int, int]:
    """The fields of the end record for large archives: it has to lie before its locator."""
    dummy, offset, dummy = struct.unpack_from("<IQI", locator, 4)
    if offset != expected:
        raise BadArchive("its ZIP64 end record is not where it says")
    record = _read(file, expected, _END64_BYTES)
    if not record.startswith(_END64) or struct.unpack_from("<Q", record, 4)[0] != 44:
        raise BadArchive("its ZIP64 end record is damaged")
    disk, start_disk, here, entries, size, start = struct.unpack_from("<IIQQQQ", record, 16)
    return disk, start_disk, here, entries, size, start


def _read(file: BinaryIO, offset: int, count: int) -> bytes:
    if offset < 0:
        return b""
    file.seek(offset)
    return file.read(count)
