# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``esentutl /y DATABASE /vssrec BASE LOGS /vsssystempath SYSTEM /d COPY /o`` does.

It takes a snapshot of the volume, copies the database out of it and replays the logs into the
copy, which is clean then. Microsoft Learn: Esentutl, Extensible Storage Engine error codes; that
the exit code is the engine's error is a guess, and so is what it says without esevss.dll.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .file_faults import ACCESS_DENIED, DISK_FULL, EXISTS, SHARING_VIOLATION, FileError

if TYPE_CHECKING:
    from .host import Host

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Jet:
    """An error of the database engine."""

    code: int
    name: str
    text: str

    @property
    def said(self) -> str:
        return (
            f"Operation terminated with error {self.code} ({self.name}, {self.text})"
            " after 0.31 seconds.\n"
        )


_MISSING_LOG = _Jet(-528, "JET_errMissingLogFile", "Current log file missing")
_DISK_IO = _Jet(-1022, "JET_errDiskIO", "Disk IO error")
_FILE_ACCESS = _Jet(-1032, "JET_errFileAccessDenied", "Cannot access file")
_DISK_FULL = _Jet(-1808, "JET_errDiskFull", "No space left on disk")
_NOT_FOUND = _Jet(-1811, "JET_errFileNotFound", "File not found")
_EXISTS = _Jet(-1814, "JET_errFileAlreadyExists", "File already exists")
_SNAPSHOT = _Jet(-2402, "JET_errOSSnapshotTimeOut", "Snapshot ended with timeout")
_BY_HRESULT = {
    ACCESS_DENIED: _FILE_ACCESS,
    SHARING_VIOLATION: _FILE_ACCESS,
    DISK_FULL: _DISK_FULL,
    EXISTS: _EXISTS,
}


@dataclass(frozen=True, slots=True)
class SnapshotCopy:
    """The command line: paths, and the base name of the logs."""

    database: str
    base: str
    logs: str
    system: str
    destination: str


def copy_recovered(host: Host, wanted: SnapshotCopy) -> tuple[int, str]:
    """Run it: exit code and output. A copy that fails leaves what it has written."""
    said = f"Initiating COPY FILE mode...\n     Source File: {wanted.database}\n"
    error = _refusal(host, wanted) or _copy(host, wanted.destination)
    if error is not None:
        return error.code, said + error.said
    return 0, f"{said}Operation completed successfully in 0.31 seconds.\n"


def _refusal(host: Host, wanted: SnapshotCopy) -> _Jet | None:
    files = host.files
    try:
        files.stat(wanted.database)
        database, logs, system = (
            files.full_path(path) for path in (wanted.database, wanted.logs, wanted.system)
        )
    except FileError as error:
        return _BY_HRESULT.get(error.hresult, _NOT_FOUND)
    server = host.license_server
    if server is None or database.lower() != server.database.path.lower():
        return _NOT_FOUND
    if host.plan.storage.snapshot == "no_esevss":
        return _Jet(_NOT_FOUND.code, _NOT_FOUND.name, "esevss.dll cannot be loaded")
    if host.plan.storage.snapshot == "fails":
        return _SNAPSHOT
    folder = server.database.folder.lower()
    same_folder = logs.lower() == folder and system.lower() == folder
    if not same_folder or wanted.base.lower() != server.plan.database.log_base.lower():
        return _MISSING_LOG
    return None


def _copy(host: Host, destination: str) -> _Jet | None:
    server = host.license_server
    if server is None:
        return _NOT_FOUND
    copy = server.database.recovered()
    try:
        with copy.open("rb") as source, host.files.create(destination) as target:
            while block := source.read(_BLOCK):
                target.write(block)
    except FileError as error:
        return _BY_HRESULT.get(error.hresult, _DISK_IO)
    finally:
        copy.unlink()
    return None
