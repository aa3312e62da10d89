# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Log files of the farm's license database.

The layout is the farm's own: just enough to tell which database a log belongs to and what it would
bring back. From Microsoft's source of the engine come the names of the files (log, checkpoint,
reserves), the checksum, and the place of the file type.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from .ese_header import (
    FILETYPE_CHECKPOINT,
    FILETYPE_LOG,
    FILETYPE_OFFSET,
    HeaderError,
    Signature,
    header_checksum,
)

_HEADER_SIZE = 4096
_SMALLEST = 16384
_AT_GENERATION, _AT_LOG, _AT_DATABASE, _AT_LENGTH = 4, 8, 36, 64


@dataclass(frozen=True, slots=True)
class LogFile:
    """One file of a log set; ``state`` is what replaying it would bring back."""

    log: Signature
    database: Signature
    generation: int
    state: Mapping[str, object] | None = None
    checkpoint: bool = False

    @property
    def stored(self) -> bytes:
        """The whole file."""
        packed = b"" if self.state is None else zlib.compress(json.dumps(self.state).encode())
        header = bytearray(_HEADER_SIZE)
        struct.pack_into("<I28s", header, _AT_GENERATION, self.generation, self.log.stored)
        struct.pack_into("<28sI", header, _AT_DATABASE, self.database.stored, len(packed))
        kind = FILETYPE_CHECKPOINT if self.checkpoint else FILETYPE_LOG
        struct.pack_into("<I", header, FILETYPE_OFFSET, kind)
        whole = bytes(header) + packed
        whole += bytes(max(_SMALLEST - len(whole), -len(whole) % 4))
        return struct.pack("<I", header_checksum(whole)) + whole[4:]

    @classmethod
    def read(cls, data: bytes) -> LogFile:
        """Take a file apart; HeaderError when it is damaged."""
        if len(data) < _HEADER_SIZE or len(data) % 4:
            raise HeaderError("the log file is too short")
        if struct.unpack_from("<I", data)[0] != header_checksum(data):
            raise HeaderError("the checksum of the log file is wrong")
        (generation,) = struct.unpack_from("<I", data, _AT_GENERATION)
        (length,) = struct.unpack_from("<I", data, _AT_LENGTH)
        (kind,) = struct.unpack_from("<I", data, FILETYPE_OFFSET)
        state = None
        if length:
            state = json.loads(zlib.decompress(data[_HEADER_SIZE : _HEADER_SIZE + length]))
        return cls(
            Signature.read(data[_AT_LOG:]),
            Signature.read(data[_AT_DATABASE:]),
            generation,
            state,
            kind == FILETYPE_CHECKPOINT,
        )
