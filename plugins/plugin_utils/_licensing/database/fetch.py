# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings a bundle to the controller, and one from there to the license server.

Chunk by chunk, each with its hash, into a ``.part`` file that a later run continues; the file has
its name when it is whole. Memory holds one chunk, however large the bundle is. (Ansible's own
fetch starts one PowerShell for every 512 KB.)
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ..._cim.errors import CimError
from ..._reporting.ephemeral import vanishes
from ..._windows.files import Files
from .bundle_check import check_bundle
from .bundle_name import PART, BundleName
from .bundle_reader import NotReadableBundle, read_bundle_file
from .retention import prunable

CHUNK = 8 * 1024 * 1024
"""Bytes per command: PowerShell takes longer to start than to read this much."""
SENT = 4 * 1024 * 1024
"""Bytes per command the other way: as base64 they stay below the 10 MB that a session configuration
takes in one object (Microsoft Learn: Register-PSSessionConfiguration)."""
_OWNER_ONLY = 0o600
_DAMAGED = ("archive", "limit")
"""Why a bundle cannot be read when that is the bundle's fault."""


class NotOnController(CimError):
    """The controller cannot keep or read the file."""

    def __init__(self, why: str, advice: str) -> None:
        super().__init__(why)
        self.advice = advice


class TransferFailed(CimError):
    """What arrived is not what was sent."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"the transfer of {what} failed: {why}")
        self.advice = "run the task again; what arrived whole is not transferred again"


@dataclass(frozen=True, slots=True)
class Fetched:
    """The copy on the controller."""

    path: Path
    size: int
    sha256: str

    def as_dict(self) -> dict[str, Any]:
        """As the module returns it."""
        return {"path": str(self.path), "bytes": self.size, "sha256": self.sha256}


def local_folder(path: str | None, *, allow_ephemeral: bool) -> Path | None:
    """The folder of ``fetch_to``, checked; None when nothing is to be fetched.

    :raises NotOnController: it vanishes with the execution environment, or is none.
    """
    if path is None:
        return None
    folder = Path(path)
    if not allow_ephemeral and vanishes(str(folder.absolute())):
        raise NotOnController(
            f"fetch_to: {folder} vanishes with the execution environment when the job ends",
            "mount a volume there (container group or isolated path), or set allow_ephemeral: "
            "true when something later in the job takes the bundle away",
        )
    if folder.exists() and not folder.is_dir():
        raise NotOnController(f"fetch_to: {folder} is no folder", "name a folder")
    return folder


def fetch_bundle(
    files: Files, path: str, name: BundleName, folder: Path, keep_claim: Callable[[], None]
) -> Fetched:
    """Bring a bundle to the controller and verify it there.

    :param path: on the license server.
    :param keep_claim: called between chunks, so that the lock does not run out.
    :raises NotOnController: the folder cannot be written.
    :raises TransferFailed: what arrived is not the bundle.
    """
    target = folder / str(name)
    part = target.with_name(f"{target.name}{PART}")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not target.exists():
            _receive(files, path, part, keep_claim)
        digest = _verified(target if target.exists() else part, name)
        if not target.exists():
            part.replace(target)
        return Fetched(target, target.stat().st_size, digest)
    except OSError as error:
        raise NotOnController(
            f"fetch_to: {folder} cannot be written on the controller: {error.strerror}",
            "name a folder that is writable where the playbook runs and has room for the bundle",
        ) from error


def _receive(files: Files, path: str, part: Path, keep_claim: Callable[[], None]) -> None:
    # The folder may be anybody's: no link that somebody put there, no mode from before.
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as out:
        os.fchmod(descriptor, _OWNER_ONLY)
        offset = out.seek(0, os.SEEK_END)
        while True:
            chunk = files.read_chunk(path, offset, CHUNK)
            if offset > chunk.size:
                raise TransferFailed(path, f"{part} is longer than the bundle; remove it")
            out.write(chunk.data)
            out.flush()
            offset += len(chunk.data)
            if offset >= chunk.size:
                break
            if not chunk.data:
                raise TransferFailed(path, f"it ends at {offset} of {chunk.size} bytes")
            keep_claim()
        os.fsync(out.fileno())


def _verified(file: Path, name: BundleName) -> str:
    """Hold a fetched bundle against its manifest; return its SHA-256.

    A damaged ``.part`` is removed, since a later run would otherwise continue it. What cannot be
    read is not known to be damaged, and what has its final name was good once: both stay.

    :raises NotOnController: it is there and cannot be read, or is a damaged one from before.
    :raises TransferFailed: what arrived is damaged.
    """
    try:
        contents = read_bundle_file(file, deep=True)
        digest, problems = contents.sha256, check_bundle(contents, name).problems
        wrong = "; ".join(each.text for each in problems)
    except NotReadableBundle as error:
        if error.reason not in _DAMAGED:
            raise NotOnController(
                f"fetch_to: {file} cannot be read on the controller: {error}",
                "look at the owner and the permissions of the file; it was left as it is",
            ) from error
        digest, wrong = None, str(error)
    if digest is not None and not wrong:
        return digest
    if file.name == str(name):
        raise NotOnController(
            f"fetch_to: {file} was there before and is damaged: {wrong}",
            "move it out of the way and run the task again; it was left as it is",
        )
    file.unlink(missing_ok=True)
    raise TransferFailed(str(name), wrong or "it could not be hashed")


def prune_fetched(folder: Path, server: str, keep: int, newest_good: BundleName) -> list[str]:
    """Remove old bundles of a server from the controller's folder; return their names.

    Transfers of older bundles that broke go with them: nobody continues those.
    """
    try:
        names = [each.name for each in folder.iterdir() if each.is_file()]
        old = prunable(names, server, keep, newest_good)
        broken = [
            found.part
            for each in names
            if each.endswith(PART)
            and (found := BundleName.find(each.removesuffix(PART))) is not None
            and found.of_server(server)
            and found < newest_good
        ]
        for each in (*map(str, old), *broken):
            (folder / each).unlink(missing_ok=True)
    except OSError as error:
        raise NotOnController(
            f"fetch_to: old bundles in {folder} cannot be removed: {error.strerror}",
            "look at the permissions of the folder",
        ) from error
    return [str(each) for each in old]


def send_file(
    files: Files, file: IO[bytes], size: int, path: str, keep_claim: Callable[[], None]
) -> str:
    """Bring a file to the license server; return its SHA-256.

    :param path: on the license server; it must not be there yet.
    :raises TransferFailed: it is not as long there as it should be.
    """
    digest, offset = hashlib.sha256(), 0
    while offset < size or not offset:
        data = file.read(SENT)
        digest.update(data)
        length = files.write_chunk(path, offset, data)
        offset += len(data)
        if length != offset:
            raise TransferFailed(path, f"it has {length} bytes there, and should have {offset}")
        if not data:
            break
        keep_claim()
    return digest.hexdigest()
