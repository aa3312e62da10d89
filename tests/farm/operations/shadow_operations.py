# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations on copies of a live database: esentutl's snapshot, and files of a shadow copy."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping

from ..model.esentutl import SnapshotCopy, copy_recovered
from ..model.file_faults import FileError
from ..model.file_system import FileSystem
from ..model.host import Host
from .given import BLOCK, Given, create_new, file_operation, find, thrown
from .schemas import COUNT, INTEGER, NAME, STRING, array, nullable, record

_LAST = 2000
_WRONG_FORMAT = 0x80131537
_NOT_IN_NAMES = re.compile(r'["<>|:*?\\/\x00-\x1f]')


def _snapshot(host: Host, files: FileSystem, given: Given) -> Mapping[str, object]:
    destination = given.text("destination")
    wanted = SnapshotCopy(
        database=given.text("database"),
        base=given.text("base"),
        logs=given.text("logs"),
        system=given.text("system"),
        destination=destination,
    )
    code, said = copy_recovered(host, wanted)
    made = find(files, destination)
    return {
        "exit_code": code,
        "output": said[-_LAST:],
        "bytes": None if made is None or made.folder else made.bytes,
    }


def _copy_from_shadow(host: Host, files: FileSystem, given: Given) -> Mapping[str, object]:
    link = given.text("link")
    below = given.text("folder")[3:]
    try:
        files.link(link, given.text("device").rstrip("\\") + "\\")
    except FileError as error:
        raise thrown(f"mklink ended with 1: {error}") from error
    try:
        copied = []
        for name in given.texts("names"):
            if _NOT_IN_NAMES.search(name):
                raise thrown(f"Not a file name: {name}")
            target = f"{given.text('destination')}\\{name}"
            _copy(files, f"{link}\\{below}\\{name}", target)
            copied.append({"name": name, "bytes": files.stat(target).bytes})
    finally:
        files.remove_empty_folder(link)
    return {"files": copied}


def _copy(files: FileSystem, source: str, target: str) -> None:
    """File.Copy: a copy that fails is taken away again."""
    with files.open(source, "read", "readwrite") as read:
        write = create_new(files, target)
        try:
            while block := read.read(BLOCK):
                write.write(block)
        except FileError:
            write.close()
            files.delete(target)
            raise
        write.close()


def _delete_shadow(host: Host, files: FileSystem, given: Given) -> Mapping[str, object]:
    try:
        wanted = f"{{{str(uuid.UUID(given.text('id'))).upper()}}}"
    except ValueError as error:
        raise thrown("Unrecognized Guid format.", _WRONG_FORMAT) from error
    if host.shadows.delete(wanted):
        return {"exit_code": 0, "output": ""}
    return {"exit_code": 2, "output": "No items found that satisfy the query."}


OPERATIONS = (
    file_operation(
        "snapshot_database",
        record(database=NAME, base=NAME, logs=NAME, system=NAME, destination=NAME),
        record(exit_code=INTEGER, output=STRING, bytes=nullable(COUNT)),
        _snapshot,
    ),
    file_operation(
        "copy_from_shadow",
        record(device=NAME, folder=NAME, names=array(NAME), link=NAME, destination=NAME),
        record(files=array(record(name=NAME, bytes=COUNT))),
        _copy_from_shadow,
    ),
    file_operation(
        "delete_shadow", record(id=NAME), record(exit_code=INTEGER, output=STRING), _delete_shadow
    ),
)
