# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reader finds in a bundle: one shape, on the license server and on the controller."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..._cim.errors import BadAnswer
from .manifest import NAME as MANIFEST

DATABASE_FOLDER = "database/"
IDENTITY, PACKS, ISSUED, REGISTRY = "identity.json", "packs.json", "issued.json", "registry.json"
TEXTS = (MANIFEST, IDENTITY, PACKS)
"""The entries that are read whole."""
REQUIRED = (IDENTITY, PACKS, ISSUED, REGISTRY)
HEAD_BYTES = 64 * 1024
"""What is read of a database: two pages of the largest size hold the header and its shadow."""
MOST_DATABASES = 3
"""A license server has one, and its engine a temporary one."""
USUAL_DATABASE = f"{DATABASE_FOLDER}TLSLic.edb"

_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a bundle's archive.

    :param name: as the archive says it; anything may stand there.
    :param size: bytes, unpacked.
    :param sha256: None unless everything was read.
    :param text: the whole content, where it was asked for and is not too long.
    :param head: the first bytes, where they were asked for.
    :param fault: why it cannot be read, where it cannot.
    """

    name: str
    size: int
    compressed: int
    sha256: str | None = None
    text: bytes | None = None
    head: bytes | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """A bundle as it was read.

    :param size: bytes of the file.
    :param modified: ISO 8601 UTC, of the file.
    :param deep: whether all of it was read and hashed.
    :param sha256: of the whole file, where all of it was read.
    """

    size: int
    modified: str
    deep: bool
    entries: tuple[Entry, ...]
    sha256: str | None = None

    def entry(self, name: str) -> Entry | None:
        """The first entry of that very name."""
        return next((each for each in self.entries if each.name == name), None)


def contents_from(answer: Mapping[str, Any], *, deep: bool) -> Contents:
    """What the operation ``read_bundle`` answered.

    :raises BadAnswer: it is not its answer.
    """
    try:
        return Contents(
            size=int(answer["bytes"]),
            modified=str(answer["modified"]),
            deep=deep,
            entries=tuple(_entry(each) for each in answer["entries"]),
            sha256=answer.get("sha256"),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise BadAnswer(f"read_bundle: {exc.__class__.__name__}: {exc}") from exc


def _entry(data: Mapping[str, Any]) -> Entry:
    return Entry(
        name=str(data["name"]),
        size=int(data["bytes"]),
        compressed=int(data["compressed"]),
        sha256=data.get("sha256"),
        text=_decoded(data.get("text")),
        head=_decoded(data.get("head")),
    )


def _decoded(text: str | None) -> bytes | None:
    if text is None:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as exc:
        raise ValueError(f"not base64: {exc}") from exc


def why_not_an_entry(name: str) -> str | None:
    """What is wrong with the name of an entry; None for a name that a bundle may hold.

    An entry is one of five texts, or a plain file below ``database/``: never a path that could
    lead out of a folder, and never a name that Windows would change or take for a device
    (Microsoft Learn: Naming files, paths, and namespaces).
    """
    if name in (MANIFEST, *REQUIRED):
        return None
    file = name.removeprefix(DATABASE_FOLDER)
    if file == name:
        return f"only texts of the bundle and files below {DATABASE_FOLDER} belong in it"
    if not file or file in (".", "..") or _FORBIDDEN.search(file):
        return "it is not a plain file name"
    if file[-1] in " ." or _DEVICES.fullmatch(file):
        return "Windows has no file of that name"
    if len(file) > 255 or not file.isprintable():
        return "it is not a name that Windows shows"
    return None
