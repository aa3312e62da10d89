# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Zip files on a Windows host: written, read and unpacked there, hashed on the way."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._cim.errors import BadAnswer
from .files import HashedFile
from .operation_output import Output
from .powershell import Operations


@dataclass(frozen=True, slots=True)
class WrittenBundle:
    """A zip that was written: its size, and every entry but the manifest."""

    bytes: int
    files: tuple[HashedFile, ...]


class BundleFiles:
    """The zip files of a host."""

    def __init__(self, operations: Operations) -> None:
        self._operations = operations

    def write(
        self,
        part: str,
        files: Iterable[tuple[str, str, bool]],
        texts: Mapping[str, bytes],
        manifest: Mapping[str, Any],
    ) -> WrittenBundle:
        """Write a new zip; after a failure what is there of it is no zip, and stays.

        :param part: its full path; it must not be there.
        :param files: the name of an entry, the path of the file, and whether that is packed with
            gzip (the entry holds what it unpacks to).
        :param texts: small entries by name.
        :param manifest: becomes ``manifest.json``, with the hashes of the others as ``files``.
        """
        named = [{"name": name, "path": path, "gzip": gzip} for name, path, gzip in files]
        options = {
            "part": part,
            "files": named,
            "texts": [
                {"name": name, "base64": base64.b64encode(text).decode()}
                for name, text in texts.items()
            ],
            "manifest": dict(manifest),
        }
        found = Output("write_bundle", self._operations.run("write_bundle", options))
        written = WrittenBundle(found.count("bytes"), _hashed(found))
        if [each.name for each in written.files] != [*(each["name"] for each in named), *texts]:
            raise BadAnswer("the PowerShell step write_bundle answered about other entries")
        return written

    def read(
        self,
        path: str,
        *,
        deep: bool,
        texts: Sequence[str] = (),
        heads: Mapping[str, int] | None = None,
    ) -> Mapping[str, Any]:
        """Read a zip; the answer of the operation as it came: what it means is the caller's.

        :param deep: also the hashes of every entry and of the whole file.
        :param texts: entries wanted whole, up to 8 MiB each.
        :param heads: entries of which so many bytes are wanted.
        :raises OperationFailed: it is not there, or no zip that can be read.
        """
        options = {
            "path": path,
            "deep": deep,
            "texts": list(texts),
            "heads": [{"name": name, "bytes": size} for name, size in (heads or {}).items()],
        }
        return self._operations.run("read_bundle", options)

    def unpack(self, bundle: str, prefix: str, destination: str) -> tuple[HashedFile, ...]:
        """Unpack the entries below a prefix; the hashes are of what is then on the disk.

        :param destination: an empty folder.
        :raises OperationFailed: it is not empty, an entry has no plain file name (nothing was
            written then), or writing failed.
        """
        options = {"bundle": bundle, "prefix": prefix, "destination": destination}
        return _hashed(Output("unpack_bundle", self._operations.run("unpack_bundle", options)))


def _hashed(found: Output) -> tuple[HashedFile, ...]:
    return tuple(
        HashedFile(each.text("name"), each.count("bytes"), each.sha256("sha256"))
        for each in found.records("files")
    )
