# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations on folders and names: list, make, move, remove, permissions."""

from __future__ import annotations

from collections.abc import Mapping

from ..model.file_access import complete, owner_of
from ..model.file_faults import (
    BAD_NET_PATH,
    EXISTS,
    NOT_FOUND,
    OTHER_DEVICE,
    PATH_NOT_FOUND,
    FileError,
)
from ..model.file_system import FileSystem
from ..model.host import Host
from .given import (
    INVALID_ARGUMENT,
    PROTECTED_FOLDER,
    Given,
    file_operation,
    find,
    thrown,
    written,
)
from .schemas import BOOLEAN, COUNT, NAME, STRING, TIME, array, nullable, record

_DRIVE = record(
    name={"type": "string", "pattern": "^[A-Z]:$"},
    type=NAME,
    format=STRING,
    free=COUNT,
    size=COUNT,
    ready=BOOLEAN,
)


def _list_folder(host: Host, files: FileSystem, given: Given) -> Mapping[str, object]:
    path = given.text("path")
    try:
        full = files.full_path(path)
    except FileError as error:
        network = error.hresult == BAD_NET_PATH
        return {
            "exists": False,
            "folder": False,
            "full": path if network else "",
            "drive": None,
            "sddl": None,
            "entries": [],
        }
    drive = _drive(files, full)
    entry = find(files, full)
    folder = entry is not None and entry.folder
    return {
        "exists": entry is not None,
        "folder": folder,
        "full": full,
        "drive": drive,
        "sddl": None if entry is None else entry.sddl,
        "entries": [
            {
                "name": each.name,
                "bytes": each.bytes,
                "modified": written(each.modified),
                "folder": each.folder,
            }
            for each in (files.list_folder(full) if folder else [])
        ],
    }


def _drive(files: FileSystem, path: str) -> dict[str, object] | None:
    found = files.drive(path)
    if found is None:
        return None
    name, drive = found
    return {
        "name": name,
        "type": drive.type,
        "format": drive.format if drive.ready else "",
        "free": drive.left if drive.ready else 0,
        "size": drive.size if drive.ready else 0,
        "ready": drive.ready,
    }


def _make_folder(host: Host, files: FileSystem, given: Given) -> Mapping[str, object]:
    path, like = given.text("path"), given.optional_text("like")
    there = find(files, path)
    created = there is None or not there.folder
    if created:
        wanted = PROTECTED_FOLDER if like is None else files.stat(like).sddl
        files.make_folder(path, _owned_by(wanted, "BA"))
        if owner_of(wanted) != "BA":
            files.set_sddl(path, wanted)
    return {"created": created, "sddl": files.stat(path).sddl}


def _owned_by(sddl: str, owner: str) -> str:
    """The same descriptor with another owner."""
    return f"O:{owner}{sddl[len('O:') + len(owner_of(sddl)) :]}"


def _move(host: Host, files: FileSystem, given: Given) -> Mapping[str, object]:
    source, target = given.text("from"), given.text("to")
    if source[:2].upper() != target[:2].upper():
        raise FileError.of(OTHER_DEVICE, source)
    if find(files, target) is not None:
        raise FileError.of(EXISTS, target)
    files.rename(source, target)
    return {"moved": True}


def _remove(host: Host, files: FileSystem, given: Given) -> Mapping[str, object]:
    kept: dict[str, str] = {}
    for path in given.texts("paths"):
        try:
            if files.stat(path).folder:
                files.remove_empty_folder(path)
            else:
                files.delete(path)
        except FileError as error:
            if error.hresult not in (NOT_FOUND, PATH_NOT_FOUND):
                kept[path] = str(error)
    return {
        "removed": [path for path in given.texts("paths") if path not in kept],
        "kept": [{"path": path, "why": why} for path, why in kept.items()],
    }


def _set_access(host: Host, files: FileSystem, given: Given) -> Mapping[str, object]:
    path, sddl = given.text("path"), given.text("sddl")
    try:
        wanted = complete(sddl)
    except ValueError as error:
        raise thrown(str(error), INVALID_ARGUMENT) from error
    before = files.stat(path)
    files.set_sddl(path, _owned_by(wanted, owner_of(before.sddl)))
    if sddl.startswith("O:"):
        files.set_sddl(path, wanted)
    return {"sddl": files.stat(path).sddl}


OPERATIONS = (
    file_operation(
        "list_folder",
        record(path=STRING),
        record(
            exists=BOOLEAN,
            folder=BOOLEAN,
            full=STRING,
            drive=nullable(_DRIVE),
            sddl=nullable(STRING),
            entries=array(record(name=NAME, bytes=COUNT, modified=TIME, folder=BOOLEAN)),
        ),
        _list_folder,
    ),
    file_operation(
        "make_folder",
        record(path=NAME, like=nullable(NAME)),
        record(created=BOOLEAN, sddl=NAME),
        _make_folder,
    ),
    file_operation("move", record(**{"from": NAME, "to": NAME}), record(moved=BOOLEAN), _move),
    file_operation(
        "remove",
        record(paths=array(NAME)),
        record(removed=array(NAME), kept=array(record(path=NAME, why=STRING))),
        _remove,
    ),
    file_operation("set_access", record(path=NAME, sddl=NAME), record(sddl=NAME), _set_access),
)
