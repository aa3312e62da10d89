# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a pack: one ZIP file, ZIP64 where it has to be, streamed, and the same for the same input.

The entries come in the order of their names, all with the time of the pack; the manifest is last.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from .pack_manifest import NAME, PackFile, PackManifest

BLOCK = 1024 * 1024
_COMPRESSED = (".zip", ".pdf", ".png", ".jpg", ".jpeg", ".docx", ".xlsx", ".msg", ".7z", ".gz")
"""Packing these again costs time and gains nothing."""


class ContentChanged(Exception):
    """A file that goes into the pack is not what was hashed before; ``str()`` names it."""


@dataclass(frozen=True, slots=True)
class PackSource:
    """What becomes one entry: bytes, or a file on the controller.

    :param sha256: what the file's hash has to be, where it was looked at before.
    """

    name: str
    content: bytes | None = None
    path: Path | None = field(default=None, repr=False)
    sha256: str | None = None

    def blocks(self) -> Iterator[bytes]:
        """The content in blocks."""
        if self.content is not None:
            yield self.content
        elif self.path is not None:
            with self.path.open("rb") as file:
                while block := file.read(BLOCK):
                    yield block


def write_pack(
    path: Path, sources: Iterable[PackSource], manifest: PackManifest
) -> tuple[PackManifest, bytes]:
    """Write it to a file that is not there yet, readable by its owner only.

    :param manifest: everything but the files.
    :returns: the manifest with the files, and as it stands in the pack.
    :raises ContentChanged: a file changed since it was hashed.
    :raises OSError: reading or writing failed.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w+b") as file, zipfile.ZipFile(file, "w") as archive:
        written = [
            _add(archive, each, manifest)
            for each in sorted(sources, key=lambda source: source.name)
        ]
        whole = replace(manifest, files=tuple(written))
        text = whole.to_json()
        _add(archive, PackSource(NAME, text), manifest)
    return whole, text


def _add(archive: zipfile.ZipFile, source: PackSource, manifest: PackManifest) -> PackFile:
    digest, size = hashlib.sha256(), 0
    # The size of a file is not known before it was read: it may grow meanwhile.
    large = source.path is not None
    with archive.open(_info(source.name, manifest), "w", force_zip64=large) as entry:
        for block in source.blocks():
            entry.write(block)
            digest.update(block)
            size += len(block)
    found = digest.hexdigest()
    if source.sha256 is not None and source.sha256 != found:
        raise ContentChanged(source.name)
    return PackFile(source.name, size, found)


def _info(name: str, manifest: PackManifest) -> zipfile.ZipInfo:
    created = manifest.created_at
    info = zipfile.ZipInfo(
        name,
        (created.year, created.month, created.day, created.hour, created.minute, created.second),
    )
    packed = name.lower().endswith(_COMPRESSED)
    info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    info.create_system = 3  # Unix: the permissions below count
    info.external_attr = 0o600 << 16
    return info
