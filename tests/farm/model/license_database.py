# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The database of the licensing service: its folder, its files, and what a start makes of them.

Microsoft Learn, RD Licensing: the folder is DatabasePath, the file TLSLic.edb; events 44, 88 and
4100; what comes back with a restored database. Which files surround it and how the service reacts
to damaged ones is a guess that follows the rules of the database engine (a log belongs to one
database, a dirty database needs its logs, nothing starts on a broken one).
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from . import license_state
from .ese_file import (
    PackRow,
    check_system_pages,
    database_core,
    filler,
    read_header,
    read_state,
)
from .ese_header import CLEAN, DIRTY, DatabaseHeader, HeaderError, Signature
from .ese_logs import LogFile
from .ese_pages import PageError
from .file_access import same_access
from .file_faults import FileError
from .file_handle import FileHandle
from .file_system import FileSystem
from .signal_plan import EventPlan

if TYPE_CHECKING:
    from .license_server import LicenseServer

DATABASE = "TLSLic.edb"
# Network Service is the account of the service; which entries Windows makes is a guess.
ACCESS = "O:SYG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;NS)"
_MIB = 1 << 20


class _Refused(Exception):
    """The service does not start on what it finds; ``event`` is what it logs."""

    def __init__(self, event: int, text: str) -> None:
        super().__init__(f"{event}: {text}")
        self.event = event


def _event_of(error: Exception) -> int:
    """The event of a start that failed. Which one follows on an error of the disk is a guess."""
    if isinstance(error, _Refused):
        return error.event
    return 4100 if isinstance(error, FileError) else 9


class LicenseDatabase:
    """The files of one license server; nothing happens before somebody uses the host's drives.

    While the service runs it holds all of them open and lets nobody else in.
    """

    def __init__(self, server: LicenseServer) -> None:
        self._server = server
        self._plan = server.plan.database
        self._files: FileSystem | None = None
        self._held: dict[str, FileHandle] = {}
        self._header: DatabaseHeader | None = None

    @property
    def _known(self) -> DatabaseHeader:
        if self._header is None:
            raise ValueError("there is no database")
        return self._header

    @property
    def folder(self) -> str:
        """DatabasePath."""
        return self._server.plan.database_path

    @property
    def path(self) -> str:
        """Full path of the database itself."""
        return f"{self.folder}\\{DATABASE}"

    @property
    def names(self) -> list[str]:
        """The files of the set, the database first."""
        base = self._plan.log_base
        logs = [f"{base}.log", f"{base}00001.log", f"{base}.chk"]
        return [DATABASE, *logs, f"{base}res00001.jrs", f"{base}res00002.jrs"]

    # -- the life of the files --------------------------------------------------------------

    def lay_out(self, files: FileSystem, *, running: bool) -> None:
        """Make the files say what the server knows now, on new drives; it takes no free space."""
        self._files = files
        drive = files.add_drive(self.folder)
        free, drive.free = drive.free, None
        with files.exempt():
            files.place(self.folder, sddl=ACCESS)
            for name in self.names:
                if files.exists(f"{self.folder}\\{name}"):
                    files.delete(f"{self.folder}\\{name}")
            self._create(files)
            if not running:
                self._finish()
        drive.free = free

    def forget(self) -> None:
        """The drives are gone."""
        self._let_go()
        self._files = None

    def start(self) -> bool:
        """The service opens its database; False when it gives up, and why in start_failures."""
        if self._files is None:
            return True
        with self._files.exempt():
            try:
                self._open(self._files)
            except (_Refused, FileError, HeaderError, PageError) as error:
                self._server.start_failures.append(str(error))
                self._log(_event_of(error))
                self._let_go()
                return False
        return True

    def _log(self, event: int) -> None:
        """Write an event of the licensing service to the System log, now."""
        self._server.host.events.write(EventPlan(event, hours_ago=0))

    def stop(self) -> None:
        """The service ends: the file is written and marked clean; on a full disk it stays dirty."""
        if self._files is None or not self._held:
            return
        with self._files.exempt():
            try:
                self._finish()
            except FileError as error:
                self._server.start_notes.append(f"The database was left dirty: {error}")
                self._let_go()

    def flush(self) -> None:
        """Bring the log of a running service up to date, as every change of it does."""
        if self._files is not None and self._held:
            with self._files.exempt():
                self._write_log()

    def recovered(self) -> Path:
        """A clean copy of the database as of now, for the caller to delete.

        What a snapshot of the live file and its logs yields once the logs are replayed.
        """
        if self._files is None:
            raise ValueError("nobody uses the drives")
        copy = self._files.copy_of(self.path)
        if self._held:
            with copy.open("r+b") as file:
                file.write(self._core(self._known.now(CLEAN, self._now())))
        return copy

    # -- making -----------------------------------------------------------------------------

    def _now(self) -> datetime:
        return self._server.host.clock.now().replace(microsecond=0)

    def _signature(self) -> Signature:
        return Signature(random.getrandbits(32), self._now(), self._server.host.netbios)

    def _create(self, files: FileSystem) -> None:
        """A new database and a new log set, open and dirty."""
        build = self._server.host.release.build
        self._header = DatabaseHeader(
            self._plan.page_size, DIRTY, self._signature(), self._signature(), self._now(), build
        )
        handle = self._held[DATABASE] = files.create(self.path)
        handle.write(self._core(self._known))
        size = self._plan.mib * _MIB
        first = handle.length // self._plan.page_size - 1
        if size > handle.length and self._plan.fill == "empty":
            handle.truncate(size)
        elif size > handle.length:
            count = (size - handle.length) // self._plan.page_size
            for block in filler(self._plan.page_size, first, count):
                handle.write(block)
        self._make_logs(files)

    def _make_logs(self, files: FileSystem) -> None:
        """A new log set in place of one that is not there; what is left of one is overwritten."""
        for name in self.names[1:]:
            path = f"{self.folder}\\{name}"
            handle = self._held[name] = files.open(path, "readwrite", "none", make=True)
            handle.truncate(0)
            checkpoint = name.endswith(".chk")
            generation = 1 if name.endswith("00001.log") else 2
            log = LogFile(self._known.log, self._known.database, generation, checkpoint=checkpoint)
            handle.write(bytes(16384) if name.endswith(".jrs") else log.stored)
        self._write_log()

    def _write_log(self) -> None:
        handle = self._held[self.names[1]]
        state = license_state.dump(self._server)
        handle.seek(0)
        handle.write(LogFile(self._known.log, self._known.database, 2, state).stored)

    def _core(self, header: DatabaseHeader) -> bytes:
        """The used part of the file as of now, under a header."""
        rows: list[PackRow] = [
            (p.id, p.program, p.version, p.type, p.total, p.issued, p.shown_description())
            for p in self._server.packs.all()
        ]
        return database_core(header, rows, license_state.dump(self._server))

    def _finish(self) -> None:
        self._write_log()
        handle = self._held[DATABASE]
        self._header = self._known.now(CLEAN, self._now())
        handle.seek(0)
        handle.write(self._core(self._header))
        self._let_go()

    def _let_go(self) -> None:
        for handle in self._held.values():
            handle.close()
        self._held.clear()

    # -- opening ----------------------------------------------------------------------------

    def _open(self, files: FileSystem) -> None:
        if not files.exists(self.folder):
            files.make_folder(self.folder, ACCESS)
        if not same_access(files.stat(self.folder).sddl, ACCESS):
            raise _Refused(4100, "the permissions of the folder are not those of the service")
        if not files.exists(self.path):
            self._start_empty(files)
            return
        handle = self._held[DATABASE] = files.open(self.path, "readwrite", "none")
        self._header = read_header(handle)
        logs = self._read_logs(files)
        foreign = [name for name, log in logs.items() if log.log != self._known.log]
        if foreign:
            raise _Refused(9, f"{foreign[0]} belongs to another database (JET -530)")
        self._take(self._state_of(handle, logs))
        if self.names[1] not in logs:
            self._header = replace(self._known, log=self._signature())
        self._header = self._known.now(DIRTY, self._now())
        handle.seek(0)
        handle.write(self._known.stored * 2)
        if self.names[1] not in logs:
            self._make_logs(files)
            return
        for name in self.names[1:]:
            path = f"{self.folder}\\{name}"
            self._held[name] = files.open(path, "readwrite", "none", make=True)
        self._write_log()

    def _start_empty(self, files: FileSystem) -> None:
        license_state.clear(self._server)
        self._server.start_notes.append("88: a new, empty database was made")
        self._log(88)
        self._create(files)

    def _read_logs(self, files: FileSystem) -> dict[str, LogFile]:
        """The logs and the checkpoint that are there, by name."""
        found = {}
        for name in self.names[1:4]:
            path = f"{self.folder}\\{name}"
            if files.exists(path):
                with files.open(path, "read", "none") as handle:
                    found[name] = LogFile.read(handle.read())
        return found

    def _state_of(self, handle: FileHandle, logs: Mapping[str, LogFile]) -> Mapping[str, object]:
        """What the database holds, by its logs when it was not closed."""
        check_system_pages(handle, self._known.page_size)
        if self._known.state == CLEAN:
            return read_state(handle, self._known.page_size)
        current = logs.get(self.names[1])
        if current is None or current.state is None:
            raise _Refused(9, "the database was not closed and its logs are missing (JET -543)")
        if current.database != self._known.database:
            raise _Refused(9, "the logs belong to another database (JET -531)")
        return current.state

    def _take(self, state: Mapping[str, object]) -> None:
        lost = license_state.load(self._server, state)
        if state["machine"] != str(self._server.host.machine_id):
            note = f"The database of another machine: {lost} unissued licenses were not restored"
            self._server.start_notes.append(note)
