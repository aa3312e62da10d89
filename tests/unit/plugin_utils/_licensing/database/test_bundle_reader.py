# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader of archives on the controller: hostile ones, damaged ones, large ones."""

from __future__ import annotations

import hashlib
import io
import os
import random
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database import (
    bundle_reader,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.bundle import (
    Entry,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.bundle_check import (
    check_bundle,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.bundle_reader import (
    NotReadableBundle,
    read_bundle_file,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.zip_directory import (
    BadArchive,
    find_directory,
)
from unit.plugin_utils._licensing.database.bundle_parts import Parts, database

MEGABYTE = 1024 * 1024


def entry(path: Path, name: str, *, deep: bool = True) -> Entry:
    found = read_bundle_file(path, deep=deep).entry(name)
    assert found is not None
    return found


def refused(path: Path, *, deep: bool = True) -> NotReadableBundle:
    with pytest.raises(NotReadableBundle) as caught:
        read_bundle_file(path, deep=deep)
    return caught.value


def test_all_of_a_bundle_is_read_and_hashed(tmp_path: Path) -> None:
    parts = Parts()
    path = parts.write(tmp_path)
    os.utime(path, (1_795_298_400, 1_795_298_400))
    found = read_bundle_file(path, deep=True)
    assert found.size == path.stat().st_size
    assert found.modified == "2026-11-21T22:00:00Z"
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    for name, data in parts.entries.items():
        one = found.entry(name)
        assert one is not None
        assert (one.size, one.fault) == (len(data), None)
        assert one.sha256 == hashlib.sha256(data).hexdigest()
    assert entry(path, "packs.json").text == parts.entries["packs.json"]
    assert entry(path, "issued.json").text is None
    assert entry(path, "database/TLSLic.edb").head == database()
    assert entry(path, "database/edb.log").head is None


def test_at_first_sight_nothing_is_hashed(tmp_path: Path) -> None:
    found = read_bundle_file(Parts().write(tmp_path), deep=False)
    assert found.sha256 is None
    assert {each.sha256 for each in found.entries} == {None}
    assert sum(each.text is not None for each in found.entries) == 3


def test_what_is_wanted_can_be_named(tmp_path: Path) -> None:
    path = Parts().write(tmp_path)
    found = read_bundle_file(path, deep=False, texts=["issued.json"], heads={"packs.json": 5})
    told = {each.name: (each.text, each.head) for each in found.entries if each.text or each.head}
    assert told == {
        "issued.json": (b"[]", None),
        "packs.json": (None, Parts().entries["packs.json"][:5]),
    }


def test_a_long_entry_passes_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = random.Random(1).randbytes(MEGABYTE) * 24
    path = Parts().with_entry("database/TLSLic.edb", database() + data).write(tmp_path)
    monkeypatch.setattr(bundle_reader, "BLOCK", 64 * 1024)
    tracemalloc.start()
    try:
        found = read_bundle_file(path, deep=True)
        dummy, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert check_bundle(found).verified is True
    assert peak < 4 * MEGABYTE


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_many_equal_names_and_databases_little_is_kept(tmp_path: Path) -> None:
    more = [("packs.json", bytes(200_000)) for dummy in range(40)]
    more += [(f"database/{each}.edb", bytes(200_000)) for each in range(40)]
    found = read_bundle_file(Parts().write(tmp_path, more=more), deep=True).entries
    assert [each.name for each in found if each.text is not None].count("packs.json") == 1
    heads = [each.name for each in found if each.head is not None]
    assert heads == ["database/TLSLic.edb", "database/0.edb", "database/1.edb"]
    assert all(each.sha256 for each in found)


# -- what is no archive ------------------------------------------------------------------


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refused(tmp_path / "no.zip").reason == "missing"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.zip")
    assert refused(tmp_path / "pipe.zip").reason == "read"
    assert refused(tmp_path).reason == "read"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*dummy: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert refused(Parts().write(tmp_path)).reason == "denied"


@pytest.mark.parametrize("data", [b"", b"x", b"PK\x05\x06", bytes(22), b"<html>" * 1000])
def test_files_that_are_no_archive(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    assert refused(path).reason == "archive"


def test_a_cut_archive_is_refused_wherever_it_was_cut(tmp_path: Path) -> None:
    whole = Parts().write(tmp_path).read_bytes()
    path = tmp_path / "cut.zip"
    for length in [*range(0, len(whole), 97), *range(len(whole) - 60, len(whole))]:
        path.write_bytes(whole[:length])
        assert refused(path).reason == "archive"


def test_an_archive_with_something_before_or_after_it_is_refused(tmp_path: Path) -> None:
    whole = Parts().write(tmp_path).read_bytes()
    path = tmp_path / "more.zip"
    for data in (b"MZ" + whole, whole + b"\0", whole[:-2] + b"\1\0c"):
        path.write_bytes(data)
        assert refused(path).reason == "archive"


# -- zip64 -------------------------------------------------------------------------------


def zip64(
    data: bytes, *, offset: int | None = None, size: int = 44, entries: int | None = None
) -> bytes:
    """The same archive with the end records of a large one (APPNOTE.TXT 4.3.14, 4.3.15)."""
    count, length, start = struct.unpack_from("<HII", data, len(data) - 12)
    counted = count if entries is None else entries
    record = struct.pack(
        "<4sQHHIIQQQQ", b"PK\x06\x06", size, 45, 45, 0, 0, counted, counted, length, start
    )
    there = len(data) - 22 if offset is None else offset
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, there, 1)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return data[:-22] + record + locator + end


def test_the_end_records_of_a_large_archive_are_read(tmp_path: Path) -> None:
    path = Parts().write(tmp_path)
    small = read_bundle_file(path, deep=True).entries
    path.write_bytes(zip64(path.read_bytes()))
    assert read_bundle_file(path, deep=True).entries == small


def test_entries_of_a_large_archive_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("database/TLSLic.edb", "w", force_zip64=True) as target,
    ):
        target.write(database())
    assert entry(path, "database/TLSLic.edb").head == database()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: zip64(data, offset=5),
        lambda data: zip64(data, size=45),
        lambda data: zip64(data).replace(b"PK\x06\x06", b"PK\x06\x08"),
        lambda data: zip64(data, entries=10_001),
        lambda data: zip64(data, entries=2**63),
        lambda data: data[:-22] + data[-22:].replace(b"\0\0\0\0", b"\1\0\1\0", 1),
        lambda data: data[:-10] + struct.pack("<IIH", 0xFFFFFFFF, 0, 0),
        lambda data: data[:-10] + struct.pack("<IIH", 0, 0, 0),
    ],
)
def test_end_records_that_do_not_fit(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    path = Parts().write(tmp_path)
    path.write_bytes(spoil(path.read_bytes()))
    assert refused(path).reason in ("archive", "limit")


def test_a_directory_is_measured_before_it_is_read() -> None:
    large = 3 * 1024 * MEGABYTE
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, large, 0, 0)

    class Large(io.BytesIO):
        """A file of 3 GB of which nothing but the end may be asked for."""

        def seek(self, offset: int, whence: int = 0) -> int:
            place = large + 22 + offset if whence == os.SEEK_END else offset
            assert place >= large - 20
            super().seek(place - large + 20)
            return place

    directory = find_directory(Large(bytes(20) + end))
    assert directory.size == large


def test_a_directory_that_is_too_long_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Parts().write(tmp_path)
    monkeypatch.setattr(bundle_reader, "_DIRECTORY_LIMIT", 100)
    assert refused(path).reason == "limit"


def test_parts_of_an_archive_are_refused() -> None:
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 1, 1, 0, 0, 0, 0, 0)
    with pytest.raises(BadArchive, match="several parts"):
        find_directory(io.BytesIO(end))


# -- bombs and other entries -------------------------------------------------------------


def directory_edit(data: bytes, name: bytes, offset: int, value: bytes) -> bytes:
    """Change a field of an entry in the central directory (APPNOTE.TXT 4.3.12)."""
    place = data.rindex(b"PK\x01\x02", 0, data.rindex(name))
    return data[: place + offset] + value + data[place + offset + len(value) :]


@pytest.mark.parametrize(
    ("offset", "value"),
    [
        (24, struct.pack("<I", 0x7FFFFFFF)),  # 2 GB out of a few bytes
        (20, struct.pack("<I", 0x7FFFFFFF)),  # more packed bytes than the file has
    ],
)
def test_sizes_that_cannot_be_are_refused(tmp_path: Path, offset: int, value: bytes) -> None:
    path = Parts().write(tmp_path)
    path.write_bytes(directory_edit(path.read_bytes(), b"issued.json", offset, value))
    assert refused(path, deep=False).reason == "limit"


def test_a_total_that_no_bundle_has_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle_reader, "_MOST_UNPACKED", 50_000)
    assert "unpacks to" in str(refused(Parts().write(tmp_path)))


def test_entries_that_share_their_bytes_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(9):
            archive.writestr(f"database/{number}", random.Random(number).randbytes(3000))
    data = path.read_bytes()
    for number in range(8):
        data = directory_edit(data, b"database/%d" % number, 42, struct.pack("<I", 0))
    path.write_bytes(data)
    # Each names the first one's bytes; the name there is another one.
    found = read_bundle_file(path, deep=True)
    assert [each.fault is None for each in found.entries] == [True, *[False] * 7, True]


def test_zeros_are_no_bomb(tmp_path: Path) -> None:
    data = database() + bytes(20 * MEGABYTE)
    path = Parts().with_entry("database/TLSLic.edb", data).write(tmp_path)
    assert check_bundle(read_bundle_file(path, deep=True)).verified is True


def test_an_encrypted_entry_is_told(tmp_path: Path) -> None:
    path = Parts().write(tmp_path)
    for flags in (b"\x01\x00", b"\x41\x00"):
        path.write_bytes(directory_edit(path.read_bytes(), b"packs.json", 8, flags))
        one = entry(path, "packs.json")
        assert (one.fault, one.text, one.sha256) == ("it is encrypted", None, None)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 97])
def test_an_oddly_packed_entry_is_told(tmp_path: Path, method: int) -> None:
    path = Parts().write(tmp_path)
    path.write_bytes(
        directory_edit(path.read_bytes(), b"packs.json", 10, struct.pack("<H", method))
    )
    assert f"by method {method}" in str(entry(path, "packs.json").fault)
    problems = check_bundle(read_bundle_file(path, deep=False)).problems
    assert ("entry_damaged", "packs.json") in {(each.code, each.entry) for each in problems}


def test_a_damaged_entry_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    path = Parts().write(tmp_path)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        place = archive.getinfo("packs.json").header_offset + 30 + len("packs.json") + 20
    data[place] ^= 0xFF
    path.write_bytes(bytes(data))
    found = read_bundle_file(path, deep=True)
    assert [each.name for each in found.entries if each.fault] == ["packs.json"]
    assert check_bundle(found).verified is False


def test_an_entry_that_is_shorter_than_it_says_is_told(tmp_path: Path) -> None:
    path = Parts().write(tmp_path)
    path.write_bytes(
        directory_edit(path.read_bytes(), b"packs.json", 24, struct.pack("<I", 100_000))
    )
    assert "it unpacks to" in str(entry(path, "packs.json").fault)


def test_a_name_with_a_nul_is_not_cut(tmp_path: Path) -> None:
    path = Parts().with_entry("database/xXy", b"1").write(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"database/xXy", b"database/x\0y"))
    names = [each.name for each in read_bundle_file(path, deep=False).entries]
    assert "database/x\0y" in names


def test_no_byte_of_a_bundle_can_be_changed_unseen(tmp_path: Path) -> None:
    """Flip each byte in turn: refused, told as a problem, or the very same content."""
    parts = Parts()
    parts.entries["database/TLSLic.edb"] = database(page_size=2048, pages=3)
    parts.entries["database/edb.log"] = b"log"
    whole = parts.write(tmp_path).read_bytes()
    good = {
        (e.name, e.size, e.sha256)
        for e in read_bundle_file(tmp_path / str(parts.name), deep=True).entries
    }
    path = tmp_path / "flipped.zip"
    outcomes = {"refused": 0, "problem": 0, "same": 0}
    for index in range(len(whole)):
        path.write_bytes(whole[:index] + bytes([whole[index] ^ 0x55]) + whole[index + 1 :])
        try:
            found = read_bundle_file(path, deep=True)
        except NotReadableBundle:
            outcomes["refused"] += 1
            continue
        if check_bundle(found, parts.name).verified is not True:
            outcomes["problem"] += 1
            continue
        # Dates, attributes and versions of the archive itself, which nobody reads.
        assert {(e.name, e.size, e.sha256) for e in found.entries} == good
        outcomes["same"] += 1
    assert sum(outcomes.values()) == len(whole)
    assert outcomes["refused"] > 20
    assert outcomes["problem"] > outcomes["same"]


def test_random_damage_never_raises_anything_else(tmp_path: Path) -> None:
    chance = random.Random(4)
    whole = Parts().write(tmp_path).read_bytes()
    path = tmp_path / "x.zip"
    read = 0
    for dummy in range(400):
        data = bytearray(whole)
        # Mostly in the directory, where the sizes and places are.
        for place in chance.sample(range(len(data) - 700, len(data)), chance.choice((1, 4, 30))):
            data[place] = chance.randrange(256)
        if chance.random() < 0.3:
            start = chance.randrange(len(data))
            del data[start : start + chance.randrange(200)]
        path.write_bytes(bytes(data))
        try:
            check_bundle(read_bundle_file(path, deep=chance.random() < 0.5))
            read += 1
        except NotReadableBundle:
            continue
    assert 20 < read < 400
