# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes one bundle on the license server: copy, write, read back, name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..._cim.errors import CimError
from ..._version import VERSION
from ..change import Progress, Step
from . import ways
from .bundle import DATABASE_FOLDER, ISSUED, TEXTS
from .bundle_check import check_bundle
from .bundle_name import PART, BundleName
from .database_set import DatabaseSet
from .host import Host, Run
from .manifest import DatabaseNote, Manifest, ServiceNote
from .survey import Survey, issued_file, texts_of
from .ways import CopyFailed, Source, Way


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


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a bundle is made of."""

    options: BackupOptions
    folder: str
    found: Survey
    database: DatabaseSet


_WAYS: dict[str, tuple[Way, ...]] = {
    "auto": (ways.esentutl_copy, ways.shadow_copy, ways.stopped_copy),
    "snapshot": (ways.esentutl_copy, ways.shadow_copy),
    "stop_service": (ways.stopped_copy,),
}


def _make(
    host: Host,
    run: Run,
    name: BundleName,
    plan: _Plan,
    fallbacks: list[str],
    progress: Progress,
) -> tuple[Made, float]:
    """Make the bundle; return it, and for how many seconds the service was stopped for it."""
    if not host.files.list_folder(plan.folder).exists:
        progress.apply([_making(host, plan.folder)])
    part = f"{plan.folder}\\{name.part}"
    issued = f"{plan.folder}\\{name}.issued{PART}"
    try:
        with issued_file(host.session) as rows:
            host.upload(rows.file, rows.size, issued)
            texts = texts_of(host.session, plan.found, rows.total)
        for way in _WAYS[plan.options.method]:
            try:
                with way(host, run, plan.database, progress) as source:
                    written = _write(host, name, plan, source, part, issued, texts)
                break
            except CopyFailed as failed:
                fallbacks.append(str(failed))
        else:
            raise BadOption(
                f"no snapshot of the database can be made: {'; '.join(fallbacks)}",
                "use method: auto or stop_service, which stops the service for the copy",
            )
        made = _verify(host, name, plan, source, written, part)
        progress.apply([_naming(host, part, made.path)])
    except BaseException:
        host.sweep_file(part, progress)
        raise
    finally:
        host.sweep_file(issued, progress)
    return made, source.pause.seconds if source.pause is not None else 0.0


def _making(host: Host, folder: str) -> Step:
    return Step(
        f"make the folder {folder}",
        lambda: host.files.make_folder(folder),
        lambda: host.files.list_folder(folder).is_folder,
    )


def _naming(host: Host, part: str, path: str) -> Step:
    def named() -> bool:
        folder, dummy, name = path.rpartition("\\")
        listed = {each.name.casefold() for each in host.files.list_folder(folder).entries}
        return name.casefold() in listed and f"{name}{PART}".casefold() not in listed

    return Step(f"name the bundle {path}", lambda: host.files.move(part, path), named)


def _write(
    host: Host,
    name: BundleName,
    plan: _Plan,
    source: Source,
    part: str,
    issued: str,
    texts: dict[str, bytes],
) -> dict[str, tuple[int, str]]:
    """Write the part; return size and SHA-256 of each entry as they were copied."""
    manifest = Manifest(
        tool_version=VERSION,
        method=source.method,
        server=plan.found.identity.machine.name,
        license_server_id=plan.found.identity.license_server_id,
        started=name.created,
        service=ServiceNote(source.pause is not None),
        database=DatabaseNote(plan.found.folder, plan.database.file, source.log_base),
    )
    files = [(f"{DATABASE_FOLDER}{each}", path, False) for each, path in source.files]
    files.append((ISSUED, issued, True))
    written = host.bundles.write(part, files, texts, manifest.as_dict())
    return {each.name: (each.bytes, each.sha256) for each in written.files}


def _verify(
    host: Host,
    name: BundleName,
    plan: _Plan,
    source: Source,
    written: dict[str, tuple[int, str]],
    part: str,
) -> Made:
    """Read the part back: it has to hold what was copied, and what a bundle has to hold.

    :raises BundleNotGood: it does not.
    """
    contents = host.bundles.read(part, deep=plan.options.verify, texts=TEXTS)
    findings = check_bundle(contents, name)
    problems = [each.text for each in findings.problems]
    for entry, (size, sha256) in written.items():
        read = contents.entry(entry)
        if read is None or read.size != size or read.sha256 not in (None, sha256):
            problems.append(f"{entry} is not what was copied")
    if problems:
        raise BundleNotGood(problems)
    return Made(
        name,
        part.removesuffix(PART),
        contents.size,
        len(written),
        str(source.method),
        contents.sha256,
    )


