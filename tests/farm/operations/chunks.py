# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations that carry a file over in pieces."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from ..model.file_system import FileSystem
from ..model.host import Host
from .given import BLOCK, PROTECTED_FILE, Given, create_new, file_operation, sha256, thrown, written
from .schemas import COUNT, NAME, SHA256, TIME, record


def _read_chunk(host: Host, files: FileSystem, given: Given) -> Mapping[str, object]:
    path, offset = given.text("path"), given.number("offset")
    with files.open(path, "read", "read") as file:
        length = file.length
        count = max(0, min(given.number("count"), length - offset))
        file.seek(offset)
        blob = file.read(count)
        if len(blob) < count:
            raise thrown("The file became shorter while it was read.")
    modified = files.stat(path).modified
    return {"bytes": length, "modified": written(modified), "sha256": sha256(blob), "blob": blob}


def _write_chunk(host: Host, files: FileSystem, given: Given) -> Mapping[str, object]:
    path, offset = given.text("path"), given.number("offset")
    if offset == 0:
        opened = create_new(files, path, PROTECTED_FILE)
    else:
        opened = files.open(path, "readwrite", "none")
    with opened as file:
        if file.length != offset:
            raise thrown(
                f"The file has {file.length} bytes and not {offset}: it does not go on there."
            )
        file.seek(offset)
        file.write(given.blob)
        file.seek(offset)
        digest = hashlib.sha256()
        while block := file.read(BLOCK):
            digest.update(block)
        return {"bytes": file.length, "sha256": digest.hexdigest()}


OPERATIONS = (
    file_operation(
        "read_chunk",
        record(path=NAME, offset=COUNT, count=COUNT),
        record(bytes=COUNT, modified=TIME, sha256=SHA256),
        _read_chunk,
        gives_blob=True,
    ),
    file_operation(
        "write_chunk",
        record(path=NAME, offset=COUNT),
        record(bytes=COUNT, sha256=SHA256),
        _write_chunk,
        takes_blob=True,
    ),
)
