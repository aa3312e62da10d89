# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where bundles lie: in a folder of the license server or of the controller, read the same way."""

from __future__ import annotations

import ntpath
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from ..._cim.errors import CimError
from ..._windows.bundle_files import BundleFiles
from ..._windows.files import Files
from ..._windows.paths import folder_path
from ..._windows.powershell import OperationFailed, Operations
from .bundle import HEAD_BYTES, MOST_DATABASES, TEXTS, USUAL_DATABASE, Contents, contents_from
from .bundle_json import plain
from .bundle_name import SUFFIX
from .bundle_reader import NotReadableBundle, read_bundle_file


class NoFolder(CimError):
    """The folder cannot be listed."""

    def __init__(self, path: str, why: str, advice: str | None = None) -> None:
        super().__init__(f"{plain(path)}: {why}")
        self.operation = "listing the bundles"
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a folder: their names and bytes; None where there is no such folder."""

    folder: str
    files: Mapping[str, int] | None

    def find(self, name: str) -> str | None:
        """A file by its name, upper and lower case the same unless both are there."""
        files = self.files or {}
        if name in files:
            return name
        return next((each for each in files if each.casefold() == name.casefold()), None)


class Place(Protocol):
    """A folder, or one bundle in it.

    ``split`` tells which of both a path is; ``list_files`` lists a folder; ``path_of`` gives the
    path of a file in it; ``read`` reads a bundle.
    """

    def split(self, path: str) -> tuple[str, str | None]:
        """The folder, and the name of the one bundle where the path names one.

        :raises CimError: it cannot be the path of either.
        """

    def list_files(self, folder: str) -> Listing:
        """List a folder.

        :raises CimError: it is there and cannot be listed.
        """

    def path_of(self, folder: str, name: str) -> str:
        """The full path of a file."""

    def read(self, path: str, *, deep: bool) -> Contents:
        """Read a bundle.

        :raises NotReadableBundle: it is none.
        """


class OnController:
    """Bundles on the controller; nothing on Windows is asked."""

    def split(self, path: str) -> tuple[str, str | None]:
        """See ``Place``; ``~`` stands for the home of the account that runs Ansible."""
        full = Path(path).expanduser()
        if not full.is_absolute():
            raise NoFolder(path, "is no absolute path", "write it from / on")
        if full.name.casefold().endswith(SUFFIX) and not full.is_dir():
            return str(full.parent), full.name
        return str(full), None

    def list_files(self, folder: str) -> Listing:
        """See ``Place``."""
        try:
            with os.scandir(folder) as found:
                files = {each.name: each.stat().st_size for each in found if each.is_file()}
        except FileNotFoundError:
            return Listing(folder, None)
        except OSError as exc:
            raise NoFolder(folder, exc.strerror or str(exc)) from exc
        return Listing(folder, files)

    def path_of(self, folder: str, name: str) -> str:
        """See ``Place``."""
        return str(Path(folder, name))

    def read(self, path: str, *, deep: bool) -> Contents:
        """See ``Place``."""
        return read_bundle_file(Path(path), deep=deep)


@dataclass(frozen=True, slots=True)
class OnServer:
    """Bundles on the license server, by the operations list_folder and read_bundle."""

    files: Files
    bundles: BundleFiles

    @classmethod
    def of(cls, operations: Operations) -> OnServer:
        """Bundles of the host that the operations run on."""
        return cls(Files(operations), BundleFiles(operations))

    def split(self, path: str) -> tuple[str, str | None]:
        """See ``Place``."""
        full = folder_path("path", path)
        folder, name = ntpath.split(full)
        return (folder, name) if name.casefold().endswith(SUFFIX) else (full, None)

    def list_files(self, folder: str) -> Listing:
        """See ``Place``."""
        found = self.files.list_folder(folder)
        if found.exists and not found.is_folder:
            raise NoFolder(folder, "is a file, not a folder")
        if not found.exists:
            return Listing(folder, None)
        sizes = {each.name: each.bytes for each in found.entries if not each.is_folder}
        return Listing(folder, sizes)

    def path_of(self, folder: str, name: str) -> str:
        """See ``Place``."""
        return ntpath.join(folder, name)

    def read(self, path: str, *, deep: bool) -> Contents:
        """See ``Place``. A database of another name than the usual one takes a second look."""
        found = self._read(path, deep=deep, texts=TEXTS, heads=(USUAL_DATABASE,))
        missing = [
            each.name
            for each in found.entries
            if each.head is None and each.name.casefold().endswith(".edb")
        ]
        if not missing:
            return found
        again = self._read(path, deep=False, texts=(), heads=tuple(missing[:MOST_DATABASES]))
        heads = {each.name: each.head for each in again.entries}
        entries = tuple(replace(e, head=e.head or heads.get(e.name)) for e in found.entries)
        return replace(found, entries=entries)

    def _read(
        self, path: str, *, deep: bool, texts: tuple[str, ...], heads: tuple[str, ...]
    ) -> Contents:
        wanted = dict.fromkeys(heads, HEAD_BYTES)
        try:
            answer = self.bundles.read(path, deep=deep, texts=texts, heads=wanted)
        except OperationFailed as error:
            # The archive is damaged, or somebody took it away meanwhile.
            raise NotReadableBundle("read", str(error)) from error
        return contents_from(answer, deep=deep)
