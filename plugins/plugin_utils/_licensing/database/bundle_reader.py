# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a bundle on the controller, from anywhere: bounded memory, nothing written to disk.

Gives the same ``Contents`` as the operation read_bundle on the license server. Everything is
read in blocks; what is unpacked is hashed and forgotten. Sizes are held against limits before
anything is unpacked: deflate makes at most 1032 bytes of one (RFC 1951), and the packed entries
cannot be larger together than the file, so the work is bounded by the size of the file.
"""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from .bundle import HEAD_BYTES, MOST_DATABASES, TEXTS, USUAL_DATABASE, Contents, Entry
from .bundle_json import LIMIT, plain
from .zip_directory import BadArchive, find_directory

BLOCK = 1024 * 1024
"""Bytes that are held at a time."""
_MOST_ENTRIES, _DIRECTORY_LIMIT = 10_000, 8 * 1024 * 1024
"""A database has a few dozen files; the directory of an archive is read whole."""
_MOST_RATIO = 1100
_MOST_UNPACKED = 1 << 40
_ENCRYPTED = 0x1 | 0x40
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What the standard library raises for damaged archives, one way or the other."""


class NotReadableBundle(Exception):
    """The file cannot be read as a bundle; ``str()`` says why.

    :param reason: ``missing``, ``denied``, ``archive``, ``limit`` or ``read``.
    """

    def __init__(self, reason: str, why: str) -> None:
        super().__init__(why)
        self.reason = reason


def read_bundle_file(
    path: Path,
    *,
    deep: bool,
    texts: Iterable[str] = TEXTS,
    heads: Mapping[str, int] | None = None,
) -> Contents:
    """Read a bundle.

    :param deep: read and hash all of it.
    :param texts: the entries wanted whole; longer than 8 MiB they are left out.
    :param heads: entries, and how many of their first bytes are wanted; None: 64 KiB of the
        databases, three at most.
    :raises NotReadableBundle: it is not there, or no archive, or larger than any bundle.
    """
    wanted = set(texts)
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would never end
            raise NotReadableBundle("read", "it is not a file")
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            digest = _digest(file) if deep else None
            entries = _entries(file, deep, wanted, heads)
    except FileNotFoundError as exc:
        raise NotReadableBundle("missing", "there is no such file") from exc
    except PermissionError as exc:
        raise NotReadableBundle("denied", "the account may not read it") from exc
    except BadArchive as exc:
        raise NotReadableBundle("archive", str(exc)) from exc
    except OSError as exc:
        raise NotReadableBundle("read", exc.strerror or str(exc)) from exc
    modified = datetime.fromtimestamp(int(status.st_mtime), UTC)
    return Contents(
        size=status.st_size,
        modified=modified.strftime("%Y-%m-%dT%H:%M:%SZ"),
        deep=deep,
        entries=entries,
        sha256=digest,
    )


def _digest(file: BinaryIO) -> str:
    found = hashlib.sha256()
    while block := file.read(BLOCK):
        found.update(block)
    return found.hexdigest()


def _entries(
    file: BinaryIO, deep: bool, texts: set[str], heads: Mapping[str, int] | None
) -> tuple[Entry, ...]:
    directory = find_directory(file)
    if directory.entries > _MOST_ENTRIES or directory.size > _DIRECTORY_LIMIT:
        raise NotReadableBundle(
            "limit", f"it says it has {directory.entries} entries, more than any bundle has"
        )
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
            _check_limits(infos, directory.start)
            names = [each.orig_filename for each in infos]
            kept = dict(heads if heads is not None else _databases(names))
            return tuple(_entry(archive, each, deep, texts, kept) for each in infos)
    except _DAMAGE as exc:
        raise BadArchive(f"its directory is damaged: {plain(str(exc))}") from exc


def _check_limits(infos: list[zipfile.ZipInfo], room: int) -> None:
    """Refuse what unpacks to more than can have been packed into it.

    :param room: the bytes before the directory, which hold all entries.
    """
    if sum(each.compress_size for each in infos) > room:
        raise NotReadableBundle("limit", "its entries overlap: they are larger than the file")
    unpacked = sum(each.file_size for each in infos)
    if unpacked > _MOST_UNPACKED:
        raise NotReadableBundle("limit", f"it says it unpacks to {unpacked} bytes")
    for each in infos:
        if each.file_size > BLOCK and each.file_size > each.compress_size * _MOST_RATIO:
            raise NotReadableBundle(
                "limit",
                f"{plain(each.filename)} says it unpacks from {each.compress_size} to "
                f"{each.file_size} bytes, which deflate cannot do",
            )


def _databases(names: Iterable[str]) -> dict[str, int]:
    """What is looked into when nothing is named: the databases, the usual name first."""
    found = sorted({each for each in names if each.casefold().endswith(".edb")})
    found.sort(key=lambda each: each.casefold() != USUAL_DATABASE.casefold())
    return dict.fromkeys(found[:MOST_DATABASES], HEAD_BYTES)


def _entry(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    deep: bool,
    texts: set[str],
    heads: dict[str, int],
) -> Entry:
    """One entry. What is kept of it is taken off the lists: of equal names the first is kept."""
    # The name as it stands there: zipfile cuts it at a NUL.
    name, size = info.orig_filename, info.file_size
    as_text = name in texts and size <= LIMIT
    texts.discard(name)
    head = heads.pop(name, 0)
    fault = digest = None
    kept = b""
    if info.flag_bits & _ENCRYPTED:
        fault = "it is encrypted"
    elif info.compress_type not in _PACKINGS:
        fault = f"it is packed by method {info.compress_type}, which no bundle uses"
    elif deep or as_text or head:
        try:
            kept, digest = _read(archive, info, size if as_text else head, whole=deep)
        except _DAMAGE as exc:
            fault = f"it cannot be unpacked: {plain(str(exc)) or exc.__class__.__name__}"
    good = fault is None
    return Entry(
        name=name,
        size=size,
        compressed=info.compress_size,
        sha256=digest,
        text=kept if good and as_text else None,
        head=kept[:head] if good and head else None,
        fault=fault,
    )


def _read(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, keep: int, *, whole: bool
) -> tuple[bytes, str | None]:
    """The first bytes of an entry; with ``whole`` its digest as well, and the CRC is checked."""
    hashed = hashlib.sha256()
    kept = bytearray()
    count = 0
    with archive.open(info) as source:
        while whole or len(kept) < keep:
            block = source.read(BLOCK if whole else min(BLOCK, keep - len(kept)))
            if not block:
                break
            count += len(block)
            hashed.update(block)
            kept += block[: max(0, keep - len(kept))]
    if whole and count != info.file_size:
        raise ValueError(f"it unpacks to {count} bytes instead of {info.file_size}")
    return bytes(kept), hashed.hexdigest() if whole else None
