# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The header of an ESE database file.

Fields and offsets: struct DBFILEHDR in daedef.hxx of microsoft/Extensible-Storage-Engine (MIT);
the same are in the documentation of the file format that comes with libesedb. The header is the
first page of the file, its copy (the shadow) the second; all beyond the fields is zero.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from .ese_pages import xor32

MAGIC = 0x89ABCDEF
VERSION = 0x620
# ulDAEUpdateMajor of Windows Server 2012 and later, which read and keep it.
REVISION = 20
JUST_CREATED, DIRTY, CLEAN = 1, 2, 3
FILETYPE_OFFSET = 667
FILETYPE_DATABASE, FILETYPE_LOG, FILETYPE_CHECKPOINT = 1, 3, 4

_NAME_SIZE = 16
_AT_CHECKSUM = 0
_AT_MAGIC = 4  # ulMagic
_AT_VERSION = 8  # ulVersion
_AT_DBTIME = 16  # dbtimeDirtied
_AT_DB_SIGNATURE = 24  # signDb
_AT_STATE = 52  # dbstate
_AT_CONSISTENT = 56  # lgposConsistent, then logtimeConsistent
_AT_ATTACH = 72  # logtimeAttach, then lgposAttach
_AT_DETACH = 88  # logtimeDetach, then lgposDetach
_AT_DBID = 104  # dbid
_AT_LOG_SIGNATURE = 108  # signLog
_AT_LAST_OBJECT = 212  # objidLast
_AT_WINDOWS = 216  # dwMajorVersion, dwMinorVersion, dwBuildNumber, lSPNumber
_AT_REVISION = 232  # ulDaeUpdateMajor
_AT_PAGE_SIZE = 236  # cbPageSize
_AT_REQUIRED = 296  # lGenMinRequired, lGenMaxRequired
_AT_CREATED_BY = 340  # ulCreateVersion, ulCreateUpdate
_AT_COMMITTED = 416  # lGenMaxCommitted


class HeaderError(Exception):
    """A header that is none, or whose checksum is wrong."""


@dataclass(frozen=True, slots=True)
class Signature:
    """SIGNATURE: a random number, a time and a computer name; equal ones belong together."""

    random: int
    created: datetime
    computer: str = ""

    @property
    def stored(self) -> bytes:
        """The 28 bytes."""
        name = self.computer.encode("ascii", "replace")[: _NAME_SIZE - 1]
        return struct.pack("<I", self.random) + _logtime(self.created) + name.ljust(16, b"\0")

    @classmethod
    def read(cls, data: bytes) -> Signature:
        """Take the 28 bytes apart."""
        (number,) = struct.unpack_from("<I", data)
        name = data[12:28].split(b"\0")[0].decode("ascii", "replace")
        return cls(number, _time(data[4:12]), name)


@dataclass(frozen=True, slots=True)
class DatabaseHeader:
    """What the farm keeps in a header. ``changed`` is the time of the state."""

    page_size: int
    state: int
    database: Signature
    log: Signature
    changed: datetime
    build: int = 20348
    last_object: int = 0

    @property
    def stored(self) -> bytes:
        """One page, checksum included."""
        page = bytearray(self.page_size)
        clean = self.state == CLEAN
        moment = _logtime(self.changed)
        position = struct.pack("<HHi", 0, 8, 1)
        struct.pack_into("<II", page, _AT_MAGIC, MAGIC, VERSION)
        struct.pack_into("<Q", page, _AT_DBTIME, 0x1000)
        struct.pack_into("<28s", page, _AT_DB_SIGNATURE, self.database.stored)
        struct.pack_into("<I", page, _AT_STATE, self.state)
        if clean:
            struct.pack_into("<8s8s", page, _AT_CONSISTENT, position, moment)
            struct.pack_into("<8s8s", page, _AT_DETACH, moment, position)
        else:
            struct.pack_into("<ii", page, _AT_REQUIRED, 1, 1)
        struct.pack_into("<8s8s", page, _AT_ATTACH, moment, position)
        struct.pack_into("<I28s", page, _AT_DBID, 1, self.log.stored)
        struct.pack_into("<I", page, _AT_LAST_OBJECT, self.last_object)
        struct.pack_into("<IIIi", page, _AT_WINDOWS, 10, 0, self.build, 0)
        struct.pack_into("<II", page, _AT_REVISION, REVISION, self.page_size)
        struct.pack_into("<II", page, _AT_CREATED_BY, VERSION, REVISION)
        struct.pack_into("<i", page, _AT_COMMITTED, 1)
        struct.pack_into("<I", page, FILETYPE_OFFSET, FILETYPE_DATABASE)
        struct.pack_into("<I", page, _AT_CHECKSUM, header_checksum(bytes(page)))
        return bytes(page)

    @classmethod
    def read(cls, page: bytes) -> DatabaseHeader:
        """Read one copy of the header; HeaderError when it is none or damaged."""
        if len(page) <= FILETYPE_OFFSET + 4:
            raise HeaderError("the file is too short")
        checksum, magic, version = struct.unpack_from("<III", page)
        if magic != MAGIC or version != VERSION:
            raise HeaderError("the file is no database of this engine")
        if checksum != header_checksum(page):
            raise HeaderError("the checksum of the header is wrong")
        (state,) = struct.unpack_from("<I", page, _AT_STATE)
        (size,) = struct.unpack_from("<I", page, _AT_PAGE_SIZE)
        (build,) = struct.unpack_from("<I", page, _AT_WINDOWS + 8)
        (last,) = struct.unpack_from("<I", page, _AT_LAST_OBJECT)
        return cls(
            size,
            state,
            Signature.read(page[_AT_DB_SIGNATURE:]),
            Signature.read(page[_AT_LOG_SIGNATURE:]),
            _time(page[_AT_ATTACH : _AT_ATTACH + 8]),
            build,
            last,
        )

    def now(self, state: int, at: datetime) -> DatabaseHeader:
        """The header in another state."""
        return replace(self, state=state, changed=at)


def header_checksum(page: bytes) -> int:
    """Exclusive-or of all words behind the checksum itself, begun with the magic number."""
    return xor32(page[4:]) ^ MAGIC


def _logtime(at: datetime) -> bytes:
    """LOGTIME: second, minute, hour, day, month, year since 1900, a flag for UTC, 0."""
    at = at.astimezone(UTC)
    parts = (at.second, at.minute, at.hour, at.day, at.month, at.year - 1900, 1, 0)
    return struct.pack("<8B", *parts)


def _time(data: bytes) -> datetime:
    second, minute, hour, day, month, year = data[:6]
    try:
        return datetime(1900 + year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise HeaderError(f"a time of the header is none: {error}") from error
