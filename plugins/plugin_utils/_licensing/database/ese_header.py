# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The header of an ESE database file, as far as public sources document it.

Sources: ``ESE`` is microsoft/Extensible-Storage-Engine (MIT license), the structures DBFILEHDR,
SIGNATURE, LGPOS and LOGTIME of daedef.hxx and the old checksum format of checksum.cxx; ``EDB`` is
"Extensible Storage Engine (ESE) Database File (EDB) format", the documentation of libesedb, chapter
"File header". Both agree on every offset that is read here.

The header fills the first page of the file and its shadow, a copy, the second (EDB, "Overview").
Both have the size of the database's pages. ESE takes the shadow when the first is damaged.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

SIGNATURE = 0x89ABCDEF
"""ESE ulDAEMagic; EDB "File header": the signature, at offset 4."""
_SEED = 0x89ABCDEF
"""ESE ulChecksumMagicNumber: what the checksum begins with."""
PAGE_SIZES = (2048, 4096, 8192, 16384, 32768)
"""Microsoft Learn: JET_paramDatabasePageSize; 2048 up to Windows Server 2003."""
_DATABASE, _STREAMING = 0, 1
"""ESE attrib, EDB "file type": a database, or a file of streamed values beside one."""

# Offsets: (ESE field) EDB field.
_CHECKSUM = 0  # (le_ulChecksum) checksum
_MAGIC = 4  # (le_ulMagic) signature
_VERSION = 8  # (le_ulVersion) file format version
_ATTRIB = 12  # (le_attrib) file type
_SIGN_DB = 24  # (signDb) database signature, 28 bytes
_STATE = 52  # (le_dbstate) database state
_CONSISTENT = 56  # (le_lgposConsistent, logtimeConsistent) consistent position and time
_ATTACH = 72  # (logtimeAttach, le_lgposAttach) attach time and position
_DETACH = 88  # (logtimeDetach, le_lgposDetach) detach time and position
_SIGN_LOG = 108  # (signLog) log signature, 28 bytes
_UPDATE = 232  # (le_ulDaeUpdateMajor) file format revision
_PAGE_SIZE = 236  # (le_cbPageSize) page size; 0 stands for 4096
_MIN_REQUIRED = 296  # (le_lGenMinRequired) required log, low
_MAX_REQUIRED = 300  # (le_lGenMaxRequired) required log, high
_ENOUGH = 304
"""The bytes that are looked at; a header page is never smaller than 2048."""


class State(StrEnum):
    """JET_dbstate (Microsoft Learn: JET_DBINFOMISC; ESE jethdr.w)."""

    JUST_CREATED = "just_created"
    DIRTY_SHUTDOWN = "dirty_shutdown"
    CLEAN_SHUTDOWN = "clean_shutdown"
    BEING_CONVERTED = "being_converted"
    FORCE_DETACH = "force_detach"
    INCREMENTAL_RESEED = "incremental_reseed"
    DIRTY_AND_PATCHED = "dirty_and_patched_shutdown"
    REVERT = "revert"
    UNKNOWN = "unknown"


_STATES = {
    1: State.JUST_CREATED,
    2: State.DIRTY_SHUTDOWN,
    3: State.CLEAN_SHUTDOWN,
    4: State.BEING_CONVERTED,
    5: State.FORCE_DETACH,
    6: State.INCREMENTAL_RESEED,
    7: State.DIRTY_AND_PATCHED,
    8: State.REVERT,
}


class NotAnEseDatabase(ValueError):
    """Not an ESE database, or its header is damaged; ``str()`` says what is wrong.

    :param reason: ``too_short``, ``signature``, ``checksum``, ``page_size`` or ``file_type``.
    """

    def __init__(self, reason: str, why: str) -> None:
        super().__init__(why)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Signature:
    """What tells databases, and sets of logs, apart (ESE SIGNATURE, EDB "Database signature").

    :param created: ISO 8601, UTC where it ends with Z, else in the local time of the host.
    :param computer: empty: newer versions do not fill it in.
    """

    random: int
    created: str | None
    computer: str


@dataclass(frozen=True, slots=True)
class LogPosition:
    """A place in the transaction logs (ESE LGPOS)."""

    generation: int
    sector: int
    offset: int


@dataclass(frozen=True, slots=True)
class EseHeader:
    """The header of a database.

    :param format_version: 0x620 for everything since Windows 2000.
    :param state_number: as it stands in the file, where ``state`` is unknown.
    :param min_required: the oldest log generation that recovery needs; 0 for none.
    :param max_required: the newest.
    :param from_shadow: the first header is damaged, and this is the second.
    :param shadow_fault: what is wrong with the second header; None when it is good too, or was
        not there to be read.
    """

    format_version: int
    format_revision: int
    page_size: int
    state: State
    state_number: int
    signature: Signature
    log_signature: Signature
    consistent: LogPosition
    consistent_time: str | None
    attached: str | None
    detached: str | None
    min_required: int
    max_required: int
    from_shadow: bool = False
    shadow_fault: str | None = None

    @property
    def clean(self) -> bool:
        """Whether the database was shut down in order: it needs no logs."""
        return self.state is State.CLEAN_SHUTDOWN


def read_header(head: bytes) -> EseHeader:
    """Read the header from the beginning of a file.

    :param head: the first bytes, up to 64 KiB are of use; two pages suffice.
    :raises NotAnEseDatabase: neither header is good.
    """
    try:
        first = _header_at(head, 0, None)
    except NotAnEseDatabase as fault:
        return _from_shadow(head, fault)
    try:
        if len(head) >= 2 * first.page_size:
            _header_at(head, first.page_size, first.page_size)
    except NotAnEseDatabase as fault:
        return _with(first, shadow_fault=str(fault))
    return first


def _from_shadow(head: bytes, fault: NotAnEseDatabase) -> EseHeader:
    """The second header. Where it is depends on the page size, which the first one cannot tell."""
    for page_size in PAGE_SIZES:
        try:
            return _with(_header_at(head, page_size, page_size), from_shadow=True)
        except NotAnEseDatabase:
            continue
    raise fault


def _with(
    header: EseHeader, *, from_shadow: bool = False, shadow_fault: str | None = None
) -> EseHeader:
    fields = {name: getattr(header, name) for name in EseHeader.__slots__}
    return EseHeader(**{**fields, "from_shadow": from_shadow, "shadow_fault": shadow_fault})


def _header_at(head: bytes, start: int, expected: int | None) -> EseHeader:
    """One header.

    :param expected: the page size that it has to name; None for any.
    """
    page = head[start:]
    if len(page) < _ENOUGH:
        raise NotAnEseDatabase("too_short", f"{len(page)} bytes are too few for a header")
    if _number(page, _MAGIC) != SIGNATURE:
        raise NotAnEseDatabase(
            "signature",
            f"at offset {start + _MAGIC} there is 0x{_number(page, _MAGIC):08x} instead of the "
            f"signature 0x{SIGNATURE:08x}",
        )
    page_size = _number(page, _PAGE_SIZE) or 4096
    if page_size not in PAGE_SIZES or (expected is not None and page_size != expected):
        raise NotAnEseDatabase("page_size", f"no database has pages of {page_size} bytes here")
    if len(page) < page_size:
        raise NotAnEseDatabase("too_short", f"the file ends within its header ({len(page)} bytes)")
    stored, computed = _number(page, _CHECKSUM), checksum(page[:page_size])
    if stored != computed:
        raise NotAnEseDatabase(
            "checksum",
            f"the checksum of the header is 0x{stored:08x}, and 0x{computed:08x} would be right",
        )
    if _number(page, _ATTRIB) != _DATABASE:
        kind = "streamed values" if _number(page, _ATTRIB) == _STREAMING else "something else"
        raise NotAnEseDatabase("file_type", f"the file holds {kind}, not a database")
    return _decode(page, page_size)


def checksum(page: bytes) -> int:
    """The checksum of a header page: all 32-bit words but the first, XORed, from a seed on.

    ESE checksum.cxx, the old format, which header pages kept; EDB "File header", checksum.
    """
    found = _SEED
    for (word,) in struct.iter_unpack("<I", page[4 : len(page) // 4 * 4]):
        found ^= word
    return found


def _decode(page: bytes, page_size: int) -> EseHeader:
    state = _number(page, _STATE)
    return EseHeader(
        format_version=_number(page, _VERSION),
        format_revision=_number(page, _UPDATE),
        page_size=page_size,
        state=_STATES.get(state, State.UNKNOWN),
        state_number=state,
        signature=_signature(page, _SIGN_DB),
        log_signature=_signature(page, _SIGN_LOG),
        consistent=_position(page, _CONSISTENT),
        consistent_time=_log_time(page, _CONSISTENT + 8),
        attached=_log_time(page, _ATTACH),
        detached=_log_time(page, _DETACH),
        min_required=_number(page, _MIN_REQUIRED),
        max_required=_number(page, _MAX_REQUIRED),
    )


def _number(page: bytes, offset: int) -> int:
    return int.from_bytes(page[offset : offset + 4], "little")


def _signature(page: bytes, offset: int) -> Signature:
    """ESE SIGNATURE: a random number, the time of creation, the computer (obsolete)."""
    computer = page[offset + 12 : offset + 28].partition(b"\0")[0]
    return Signature(
        random=_number(page, offset),
        created=_log_time(page, offset + 4),
        computer="".join(chr(byte) if 32 < byte < 127 else "?" for byte in computer),
    )


def _position(page: bytes, offset: int) -> LogPosition:
    """ESE LGPOS: offset within the sector, sector, generation."""
    within, sector, generation = struct.unpack_from("<HHI", page, offset)
    return LogPosition(generation, sector, within)


def _log_time(page: bytes, offset: int) -> str | None:
    """ESE LOGTIME: seconds, minutes, hours, day, month from 1, years since 1900, is it UTC.

    None for a time that was not set, or that there never was.
    """
    second, minute, hour, day, month, year, flags = page[offset : offset + 7]
    try:
        when = datetime(1900 + year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return when.strftime("%Y-%m-%dT%H:%M:%S") + ("Z" if flags & 1 else "")
