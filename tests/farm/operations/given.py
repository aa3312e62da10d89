# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operations on files have in common: typed options, one process, times and hashes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import cast

from ..json_schema import Schema
from ..model.file_faults import EXISTS, FileError
from ..model.file_handle import FileHandle
from ..model.file_nodes import FileEntry
from ..model.file_system import FileSystem
from ..model.host import Host
from .protocol import SCRIPTS, Operation, OperationError, signed

PROTECTED_FOLDER = "O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"
PROTECTED_FILE = "O:BAG:SYD:P(A;;FA;;;SY)(A;;FA;;;BA)"
BLOCK = 1 << 20
FILE_EXISTS = 0x80070050
INVALID_ARGUMENT = 0x80070057
INVALID_DATA = 0x80131501


class Given:
    """The options of one call; the schema has been checked, so that the types are right."""

    def __init__(self, options: Mapping[str, object]) -> None:
        self._options = options

    def text(self, name: str) -> str:
        """A text."""
        return cast(str, self._options[name])

    def optional_text(self, name: str) -> str | None:
        """A text or null."""
        return cast("str | None", self._options[name])

    def number(self, name: str) -> int:
        """A whole number."""
        return cast(int, self._options[name])

    def flag(self, name: str) -> bool:
        """True or false."""
        return cast(bool, self._options[name])

    def texts(self, name: str) -> list[str]:
        """A list of texts."""
        return cast("list[str]", self._options[name])

    def record(self, name: str) -> Given:
        """An object."""
        return Given(cast("Mapping[str, object]", self._options[name]))

    def records(self, name: str) -> list[Given]:
        """A list of objects."""
        return [Given(each) for each in cast("list[Mapping[str, object]]", self._options[name])]

    def has(self, name: str) -> bool:
        """True when it is not null."""
        return self._options[name] is not None

    def plain(self) -> dict[str, object]:
        """The options as they came."""
        return dict(self._options)

    @property
    def blob(self) -> bytes:
        """The bytes that came along."""
        return cast(bytes, self._options["blob"])


Step = Callable[[Host, FileSystem, Given], Mapping[str, object]]


def file_operation(
    name: str,
    options: Schema,
    result: Schema,
    step: Step,
    *,
    takes_blob: bool = False,
    gives_blob: bool = False,
) -> Operation:
    """An operation that works on the machine's files, as one process."""

    def run(host: Host, given: Mapping[str, object]) -> Mapping[str, object]:
        with host.files.process():
            return step(host, host.files, Given(given))

    script = SCRIPTS / f"{name}.ps1"
    return Operation(name, script, options, result, run, takes_blob, gives_blob)


def thrown(text: str, hresult: int = INVALID_DATA) -> OperationError:
    """The error that a script ends with."""
    return OperationError(text, signed(hresult))


def written(time: datetime) -> str:
    """A time as the scripts write it: ISO 8601 in UTC, whole seconds."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sha256(data: bytes) -> str:
    """A hash as the scripts write it."""
    return hashlib.sha256(data).hexdigest()


def encoded(data: bytes) -> str:
    """Bytes as Convert.ToBase64String writes them."""
    return base64.b64encode(data).decode("ascii")


def find(files: FileSystem, path: str) -> FileEntry | None:
    """What is at a path; None when there is nothing, or it cannot be told.

    File.Exists and Directory.Exists of .NET answer false for every error.
    """
    try:
        return files.stat(path)
    except FileError:
        return None


def create_new(files: FileSystem, path: str, sddl: str | None = None) -> FileHandle:
    """A new file, nobody else's while it is open (FileMode.CreateNew, with its own number)."""
    try:
        return files.create(path, sddl)
    except FileError as error:
        if error.hresult == EXISTS:
            raise FileError(f"The file '{path}' already exists.", FILE_EXISTS) from error
        raise


def read_whole(files: FileSystem, path: str) -> bytes:
    """The content of a file (File.ReadAllBytes)."""
    with files.open(path, "read", "read") as file:
        return file.read()


def write_whole(files: FileSystem, path: str, data: bytes) -> None:
    """Make a file or overwrite what is in it (File.WriteAllBytes)."""
    with files.open(path, "write", "read", make=True) as file:
        if file.length:
            file.truncate(0)
        file.write(data)
