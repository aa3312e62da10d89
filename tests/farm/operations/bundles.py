# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations on bundles: write one, read one, unpack one."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import IO, cast

from ..model.file_faults import NOT_EMPTY, FileError
from ..model.file_handle import FileHandle
from ..model.file_system import FileSystem
from ..model.host import Host
from .given import (
    BLOCK,
    PROTECTED_FILE,
    Given,
    create_new,
    encoded,
    file_operation,
    thrown,
    written,
)
from .schemas import (
    ANY_OBJECT,
    BASE64,
    BOOLEAN,
    COUNT,
    NAME,
    SHA256,
    STRING,
    TIME,
    array,
    nullable,
    record,
)
from .zip_stream import ZipOut, entry_of, reading, writing

_MOST_TEXT = 8 << 20
_FORBIDDEN = frozenset('"<>|:*?\\/') | {chr(number) for number in range(32)}
_HASHED = record(name=NAME, bytes=COUNT, sha256=SHA256)


# -- writing --------------------------------------------------------------------------------


class _Packer:
    """Puts sources into an archive and hashes them on the way."""

    def __init__(self, archive: ZipOut, now: datetime) -> None:
        self._archive, self._now = archive, now

    def pack(self, name: str, source: IO[bytes], length: int) -> dict[str, object]:
        info = zipfile.ZipInfo(name, self._now.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        info.file_size = length
        digest, total = hashlib.sha256(), 0

        def blocks() -> Iterator[bytes]:
            nonlocal total
            while block := source.read(BLOCK):
                digest.update(block)
                total += len(block)
                yield block

        self._archive.add(info, blocks())
        return {"name": name, "bytes": total, "sha256": digest.hexdigest()}

    def pack_file(self, name: str, file: FileHandle, *, packed: bool) -> dict[str, object]:
        with file:
            plain = cast("IO[bytes]", file)
            if not packed:
                return self.pack(name, plain, file.length)
            try:
                return self.pack(name, cast("IO[bytes]", gzip.GzipFile(fileobj=plain)), 0)
            except (gzip.BadGzipFile, EOFError, zlib.error) as error:
                raise thrown(f"The magic number in GZip header is not correct: {error}") from error

    def pack_bytes(self, name: str, data: bytes) -> dict[str, object]:
        return self.pack(name, io.BytesIO(data), len(data))


def _write_bundle(host: Host, files: FileSystem, given: Given) -> Mapping[str, object]:
    with create_new(files, given.text("part"), PROTECTED_FILE) as part:
        with writing(part) as archive:
            packer = _Packer(archive, host.clock.now())
            packed = [
                packer.pack_file(
                    each.text("name"),
                    files.open(each.text("path"), "read", "readwrite"),
                    packed=each.flag("gzip"),
                )
                for each in given.records("files")
            ]
            packed += [
                packer.pack_bytes(each.text("name"), base64.b64decode(each.text("base64")))
                for each in given.records("texts")
            ]
            manifest = {"files": packed, **given.record("manifest").plain()}
            packer.pack_bytes("manifest.json", json.dumps(manifest, indent=4).encode())
        return {"files": packed, "bytes": part.length}


# -- reading --------------------------------------------------------------------------------


def _read_bundle(host: Host, files: FileSystem, given: Given) -> Mapping[str, object]:
    path, deep = given.text("path"), given.flag("deep")
    texts = frozenset(given.texts("texts"))
    heads = {each.text("name"): each.number("bytes") for each in given.records("heads")}
    with files.open(path, "read", "read") as file:
        whole = _hash_of(file) if deep else None
        with reading(file) as archive:
            entries = [
                _entry(archive, info, deep, info.orig_filename in texts, heads)
                for info in archive.infolist()
            ]
        length = file.length
    modified = written(files.stat(path).modified)
    return {"bytes": length, "modified": modified, "sha256": whole, "entries": entries}


def _hash_of(file: FileHandle) -> str:
    """The hash of what is left of a file."""
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _entry(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    deep: bool,
    wanted: bool,
    heads: Mapping[str, int],
) -> dict[str, object]:
    wanted = wanted and info.file_size <= _MOST_TEXT
    start = heads.get(info.orig_filename, 0)
    keep = max(start, info.file_size) if wanted else start
    kept, digest, total = bytearray(), hashlib.sha256(), 0
    with entry_of(archive, info) as source:
        while (deep or total < keep) and (block := source.read(BLOCK)):
            kept += block[: max(0, keep - total)]
            digest.update(block)
            total += len(block)
            if total > info.file_size:
                raise thrown(f"{info.orig_filename} is longer than the zip's directory says.")
    return {
        "name": info.orig_filename,
        "bytes": info.file_size,
        "compressed": info.compress_size,
        "sha256": digest.hexdigest() if deep else None,
        "text": encoded(bytes(kept)) if wanted else None,
        "head": encoded(bytes(kept[:start])) if start else None,
    }


# -- unpacking ------------------------------------------------------------------------------


def _unpack_bundle(host: Host, files: FileSystem, given: Given) -> Mapping[str, object]:
    prefix, destination = given.text("prefix"), given.text("destination")
    if files.list_folder(destination):
        raise FileError.of(NOT_EMPTY, destination)
    unpacked: list[dict[str, object]] = []
    with files.open(given.text("bundle"), "read", "read") as file, reading(file) as archive:
        wanted = [i for i in archive.infolist() if i.orig_filename.startswith(prefix)]
        names = [info.orig_filename[len(prefix) :] for info in wanted]
        _check_names(names, prefix)
        for info, name in zip(wanted, names, strict=True):
            with entry_of(archive, info) as source:
                path = f"{destination}\\{name}"
                unpacked.append(_unpacked(source, create_new(files, path), name))
    return {"files": unpacked}


def _check_names(names: list[str], prefix: str) -> None:
    known: set[str] = set()
    for name in names:
        odd = not name or _FORBIDDEN & set(name) or name.strip(" .") != name
        if odd or name.upper() in known:
            raise thrown(f"The entry {prefix}{name} does not have a plain file name of its own.")
        known.add(name.upper())


def _unpacked(source: IO[bytes], file: FileHandle, name: str) -> dict[str, object]:
    with file:
        while block := source.read(BLOCK):
            file.write(block)
        file.seek(0)
        digest = _hash_of(file)
        return {"name": name, "bytes": file.length, "sha256": digest}


OPERATIONS = (
    file_operation(
        "write_bundle",
        record(
            part=NAME,
            files=array(record(name=NAME, path=NAME, gzip=BOOLEAN)),
            texts=array(record(name=NAME, base64=BASE64)),
            manifest=ANY_OBJECT,
        ),
        record(files=array(_HASHED), bytes=COUNT),
        _write_bundle,
    ),
    file_operation(
        "read_bundle",
        record(
            path=NAME,
            deep=BOOLEAN,
            texts=array(NAME),
            heads=array(record(name=NAME, bytes=COUNT)),
        ),
        record(
            bytes=COUNT,
            modified=TIME,
            sha256=nullable(SHA256),
            entries=array(
                record(
                    name=STRING,
                    bytes=COUNT,
                    compressed=COUNT,
                    sha256=nullable(SHA256),
                    text=nullable(BASE64),
                    head=nullable(BASE64),
                )
            ),
        ),
        _read_bundle,
    ),
    file_operation(
        "unpack_bundle",
        record(bundle=NAME, prefix=NAME, destination=NAME),
        record(files=array(_HASHED)),
        _unpack_bundle,
    ),
)
