# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes one bundle on the license server: copy, write, read back, name."""

from __future__ import annotations

import ntpath
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..._cim.errors import CimError
from ..._version import VERSION
from ..change import Progress, Step
from . import ways
from .bundle import DATABASE_FOLDER, ISSUED
from .bundle_check import check_bundle
from .bundle_name import PART, BundleName
from .database_set import DatabaseSet
from .fetch import send_file
from .host import Host, Run
from .manifest import DatabaseNote, Manifest, ServiceNote
from .survey import Survey, issued_file, texts_of
from .ways import CopyFailed, Source, Way


class NoSnapshot(CimError):
    """No snapshot of the database can be made, and stopping the service was not allowed."""

    def __init__(self, why: Sequence[str]) -> None:
        super().__init__(f"no snapshot of the database can be made: {'; '.join(why)}")
        self.advice = "use method: auto or stop_service, which stops the service for the copy"


class BundleNotGood(CimError):
    """The bundle that was written is not what it should be; it was discarded."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(f"the new bundle is not whole and was discarded: {'; '.join(problems)}")
        self.advice = (
            "look at the drive of the license server (chkdsk, event log System, sources Disk and "
            "Ntfs), then run the task again; older bundles are untouched"
        )


@dataclass(frozen=True, slots=True)
class Made:
    """A bundle that lies on the server under its name."""

    name: BundleName
    path: str
    size: int
    files: int
    method: str
    sha256: str | None

    def as_dict(self) -> dict[str, Any]:
        """As the module returns it."""
        return {
            "path": self.path,
            "name": str(self.name),
            "files": self.files,
            "bytes": self.size,
            "sha256": self.sha256,
            "method": self.method,
        }


_WAYS: dict[str, tuple[Way, ...]] = {
    "auto": (ways.esentutl_copy, ways.shadow_copy, ways.stopped_copy),
    "snapshot": (ways.esentutl_copy, ways.shadow_copy),
    "stop_service": (ways.stopped_copy,),
}


@dataclass(slots=True)
class BundleMaker:
    """Makes a bundle.

    :param folder: where it goes, on the license server.
    :param method: ``auto``, ``snapshot`` or ``stop_service``.
    :param verify: read all of it back.
    :param keep_claim: called between the parts of long work.
    """

    host: Host
    run: Run
    name: BundleName
    folder: str
    found: Survey
    database: DatabaseSet
    method: str
    verify: bool
    keep_claim: Callable[[], None]
    progress: Progress
    fallbacks: list[str] = field(default_factory=list)
    """Why better ways to copy the database were not used."""
    stopped_seconds: float = 0.0
    """For how long the service was stopped."""

    @property
    def _part(self) -> str:
        return ntpath.join(self.folder, self.name.part)

    @property
    def _issued(self) -> str:
        return ntpath.join(self.folder, f"{self.name}.issued{PART}")

    def make(self) -> Made:
        """Make it.

        :raises NoSnapshot: none can be made, and the service may not be stopped.
        :raises BundleNotGood: what was written is not right; it was discarded.
        :raises CimError: it was not made; ``progress`` says what state was left.
        """
        files = self.host.files
        if not files.list_folder(self.folder).exists:
            self.progress.apply([self._making()])
        try:
            with issued_file(self.host.session) as rows:
                send_file(files, rows.file, rows.size, self._issued, self.keep_claim)
                texts = texts_of(self.host.session, self.found, rows.total)
            source, written = self._copy(texts)
            made = self._verified(source, written)
            self.progress.apply([self._naming(made.path)])
        except BaseException:
            # A bundle that has its name already is whole, and stays.
            self.host.sweep_file(self._part, self.progress)
            raise
        finally:
            self.host.sweep_file(self._issued, self.progress)
        self.stopped_seconds = source.pause.seconds if source.pause is not None else 0.0
        return made

    def _making(self) -> Step:
        return Step(
            f"make the folder {self.folder}",
            lambda: self.host.files.make_folder(self.folder),
            lambda: self.host.files.list_folder(self.folder).is_folder,
        )

    def _naming(self, path: str) -> Step:
        def named() -> bool:
            listed = self.host.files.list_folder(self.folder)
            return listed.entry(str(self.name)) is not None and not listed.entry(self.name.part)

        return Step(
            f"name the bundle {path}", lambda: self.host.files.move(self._part, path), named
        )

    def _copy(self, texts: dict[str, bytes]) -> tuple[Source, dict[str, tuple[int, str]]]:
        """Write the part in the first way that works."""
        for way in _WAYS[self.method]:
            try:
                with way(self.host, self.run, self.database, self.progress) as source:
                    return source, self._written(source, texts)
            except CopyFailed as failed:
                self.fallbacks.append(str(failed))
        raise NoSnapshot(self.fallbacks)

    def _written(self, source: Source, texts: dict[str, bytes]) -> dict[str, tuple[int, str]]:
        """Write the part; size and SHA-256 of each entry as they were copied."""
        manifest = Manifest(
            tool_version=VERSION,
            method=source.method,
            server=self.found.identity.machine.name,
            license_server_id=self.found.identity.license_server_id,
            started=self.name.created,
            service=ServiceNote(source.pause is not None),
            database=DatabaseNote(self.found.folder, self.database.file, source.log_base),
        )
        files = [(f"{DATABASE_FOLDER}{each}", path, False) for each, path in source.files]
        files.append((ISSUED, self._issued, True))
        written = self.host.bundles.write(self._part, files, texts, manifest.as_dict())
        return {each.name: (each.bytes, each.sha256) for each in written.files}

    def _verified(self, source: Source, written: dict[str, tuple[int, str]]) -> Made:
        """Read the part back: it has to hold what was copied, and what a bundle has to hold.

        :raises BundleNotGood: it does not.
        """
        contents = self.host.read_bundle(self._part, deep=self.verify)
        problems = [each.text for each in check_bundle(contents, self.name).problems]
        for entry, (size, sha256) in written.items():
            read = contents.entry(entry)
            if read is None or read.size != size or read.sha256 not in (None, sha256):
                problems.append(f"{entry} is not what was copied")
        if problems:
            raise BundleNotGood(problems)
        return Made(
            self.name,
            self._part.removesuffix(PART),
            contents.size,
            len(written),
            str(source.method),
            contents.sha256,
        )
