# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a pack says of itself: its files with their hashes, and the pack before it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .._licensing.database.bundle_json import (
    NotReadable,
    integer_or_none,
    moment,
    object_in,
    objects_in,
    read_object,
    text_in,
    text_or_none,
)

NAME = "manifest.json"
FORMAT = 1
_KIND = "remote_desktop.licensing evidence pack"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class PackFile:
    """One file of a pack."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Previous:
    """The pack before this one.

    :param sha256: of its manifest, ``None`` where that could not be read when this one was made.
    """

    name: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class PackManifest:
    """The manifest of a pack.

    :param digest: of what was found, whenever it was collected.
    :param made_by: the account on the controller, or of AWX; ``job`` is AWX's number.
    """

    name: str
    number: int
    created: str
    tool_version: str
    digest: str
    made_by: str
    job: str | None
    previous: Previous | None
    files: tuple[PackFile, ...]

    def to_json(self) -> bytes:
        """As it stands in the pack."""
        previous = self.previous
        body: dict[str, Any] = {
            "format": FORMAT,
            "kind": _KIND,
            "name": self.name,
            "number": self.number,
            "created": self.created,
            "tool_version": self.tool_version,
            "made_by": self.made_by,
            "job": self.job,
            "digest": self.digest,
            "previous": {"name": previous.name, "sha256": previous.sha256} if previous else None,
            "files": [
                {"name": each.name, "bytes": each.size, "sha256": each.sha256}
                for each in self.files
            ],
        }
        return (json.dumps(body, indent=1, sort_keys=True) + "\n").encode()

    @property
    def created_at(self) -> datetime:
        """When it was made."""
        return moment(self.created)


def sha256_of(manifest: bytes) -> str:
    """The hash by which a manifest is known in the next pack, and elsewhere."""
    return hashlib.sha256(manifest).hexdigest()


def read_manifest(text: bytes) -> PackManifest:
    """Read a manifest that may come from anywhere.

    :raises NotReadable: it is none.
    """
    data = read_object(text)
    if data.get("kind") != _KIND or data.get("format") != FORMAT:
        raise NotReadable("it is no manifest of an evidence pack, or of another version")
    number = integer_or_none(data, "number")
    if not number:
        raise NotReadable("number is missing")
    created = text_in(data, "created")
    moment(created)
    return PackManifest(
        name=text_in(data, "name"),
        number=number,
        created=created,
        tool_version=text_in(data, "tool_version"),
        digest=_hash(text_in(data, "digest")),
        made_by=text_in(data, "made_by"),
        job=text_or_none(data, "job"),
        previous=_previous(data),
        files=tuple(_file(each) for each in objects_in(data, "files")),
    )


def _previous(data: dict[str, Any]) -> Previous | None:
    if data.get("previous") is None:
        return None
    about = object_in(data, "previous")
    digest = text_or_none(about, "sha256")
    return Previous(text_in(about, "name"), None if digest is None else _hash(digest))


def _file(data: dict[str, Any]) -> PackFile:
    size = integer_or_none(data, "bytes")
    if size is None:
        raise NotReadable("a file has no size")
    return PackFile(text_in(data, "name"), size, _hash(text_in(data, "sha256")))


def _hash(text: str) -> str:
    if not _SHA256.fullmatch(text):
        raise NotReadable("a hash is no SHA-256")
    return text
