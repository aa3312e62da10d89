# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The farm's ESE files: readers that nobody here wrote open them, and damage is found."""

from __future__ import annotations

import importlib
import io
import random
import struct
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from farm.model.ese_file import (
    PackRow,
    check_system_pages,
    database_core,
    filler,
    read_header,
    read_state,
)
from farm.model.ese_header import CLEAN, DIRTY, DatabaseHeader, HeaderError, Signature
from farm.model.ese_logs import LogFile
from farm.model.ese_pages import PageError, ecc32, page_checksum, read_page, xor32

NOW = datetime(2026, 11, 21, 22, 5, 7, tzinfo=UTC)
SIZES = (4096, 8192)
PACK: PackRow = (1, 5, 7, 0, 100, 3, "A02-10.02-S")


def _header(size: int, state: int = CLEAN) -> DatabaseHeader:
    database, log = Signature(0x11111111, NOW, "LS1"), Signature(0x22222222, NOW, "LS1")
    return DatabaseHeader(size, state, database, log, NOW)


def _packs(count: int) -> list[PackRow]:
    return [(number, 5, 7, 0, 100 + number, number, f"pack {number}") for number in range(1, count)]


def _noise(count: int) -> dict[str, object]:
    """A state that cannot be compressed away."""
    return {"noise": random.Random(1).randbytes(count).hex()}


# -- checksums ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "checksum"), [(4096, 0x0980098004040415), (8192, 0x0700070004040415)]
)
def test_the_checksum_of_a_page_is_that_of_libesedb(size: int, checksum: int) -> None:
    """What libesedb's own function gives for these bytes as page 17."""
    page = bytes(index % 251 for index in range(size))
    assert page_checksum(page, 17) == checksum


@pytest.mark.parametrize("size", SIZES)
def test_the_code_finds_the_flipped_bit(size: int) -> None:
    page = bytearray(random.Random(size).randbytes(size))
    before = ecc32(bytes(page))
    for place in (8, 9, 1000, size // 2, size - 1):
        page[place] ^= 0x20
        changed = before ^ ecc32(bytes(page))
        page[place] ^= 0x20
        bit = place * 8 + 5
        assert changed & 0xFFFF == bit
        assert changed >> 16 == bit ^ (size * 8 - 1)


def test_words_are_exclusive_ored() -> None:
    data = struct.pack("<7I", 1, 2, 4, 8, 16, 0xF0000000, 0x80000000)
    assert xor32(data) == 0x7000001F


# -- the header -----------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", [CLEAN, DIRTY])
def test_a_header_is_read_as_it_was_written(size: int, state: int) -> None:
    header = _header(size, state)
    assert len(header.stored) == size
    assert DatabaseHeader.read(header.stored) == header


def test_a_damaged_header_is_replaced_by_its_shadow() -> None:
    data = bytearray(database_core(_header(8192), [PACK], {}))
    data[60] ^= 1
    assert read_header(io.BytesIO(data)) == _header(8192)
    data[8192 + 60] ^= 1
    with pytest.raises(HeaderError, match="checksum"):
        read_header(io.BytesIO(data))


@pytest.mark.parametrize(
    ("data", "why"), [(b"", "short"), (bytes(9000), "no database"), (b"PK" * 9000, "no database")]
)
def test_what_is_no_database_is_told(data: bytes, why: str) -> None:
    with pytest.raises(HeaderError, match=why):
        read_header(io.BytesIO(data))


# -- the farm's own reader ------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("amount", [0, 100, 30_000])
def test_the_state_comes_back(size: int, amount: int) -> None:
    state = _noise(amount)
    file = io.BytesIO(database_core(_header(size), _packs(40), state))
    assert read_state(file, size) == state
    check_system_pages(file, size)


@pytest.mark.parametrize("size", SIZES)
def test_a_flipped_bit_in_any_used_page_is_found(size: int) -> None:
    whole = database_core(_header(size), _packs(40), _noise(3000))
    pages = [place for place in range(2, len(whole) // size) if any(whole[place * size :][:size])]
    assert len(pages) > 8
    for place in pages:
        damaged = bytearray(whole[place * size : (place + 1) * size])
        damaged[size // 3] ^= 4
        with pytest.raises(PageError, match="checksum"):
            read_page(bytes(damaged), place - 1)


def test_a_file_that_was_cut_off_is_found() -> None:
    whole = database_core(_header(8192), [PACK], _noise(200_000))
    with pytest.raises(PageError, match="missing"):
        read_state(io.BytesIO(whole[:-8192]), 8192)


@pytest.mark.parametrize("size", SIZES)
def test_filler_is_made_of_valid_pages(size: int) -> None:
    whole = b"".join(filler(size, 70, 300))
    assert len(whole) == 300 * size
    for index in range(300):
        assert read_page(whole[index * size : (index + 1) * size], 70 + index).nodes == ()
    assert len(zlib.compress(whole)) > 0.99 * len(whole), "as large in a bundle as on the disk"


def test_a_log_tells_what_it_belongs_to() -> None:
    one, two = Signature(1, NOW, "LS1"), Signature(2, NOW, "LS1")
    log = LogFile(one, two, 7, {"packs": [1, 2]})
    assert LogFile.read(log.stored) == log
    assert len(log.stored) % 4 == 0
    checkpoint = LogFile(one, two, 7, checkpoint=True)
    assert LogFile.read(checkpoint.stored) == checkpoint
    damaged = bytearray(log.stored)
    damaged[4100] ^= 1
    with pytest.raises(HeaderError, match="checksum"):
        LogFile.read(bytes(damaged))


# -- readers that nobody here wrote ---------------------------------------------------------


def _database(tmp_path: Path, size: int, state: int, count: int) -> Path:
    path = tmp_path / "TLSLic.edb"
    with path.open("wb") as file:
        file.write(database_core(_header(size, state), _packs(count), _noise(20_000)))
        first = file.tell() // size - 1
        for block in filler(size, first, 9):
            file.write(block)
        file.truncate(file.tell() + 1000 * size)
    return path


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", [CLEAN, DIRTY])
@pytest.mark.parametrize("count", [1, 4, 200])
def test_libesedb_opens_it(tmp_path: Path, size: int, state: int, count: int) -> None:
    pyesedb: Any = importlib.import_module("pyesedb")
    file = pyesedb.file()
    file.open(str(_database(tmp_path, size, state, count)))
    names = [file.get_table(index).name for index in range(file.number_of_tables)]
    assert names == ["MSysObjects", "MSysObjectsShadow", "LICENSEPACK", "FARMSTATE"]
    table = file.get_table_by_name("LICENSEPACK")
    assert table.number_of_records == count - 1
    for index in range(count - 1):
        record = table.get_record(index)
        numbers = [record.get_value_data_as_integer(place) for place in range(6)]
        assert numbers == [index + 1, 5, 7, 0, 101 + index, index + 1]
        assert record.get_value_data_as_string(6) == f"pack {index + 1}"
    assert file.get_table_by_name("FARMSTATE").number_of_records > 70
    file.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", [CLEAN, DIRTY])
@pytest.mark.parametrize("count", [4, 200])
def test_dissect_opens_it(tmp_path: Path, size: int, state: int, count: int) -> None:
    ese: Any = importlib.import_module("dissect.database.ese").ESE
    with _database(tmp_path, size, state, count).open("rb") as file:
        database = ese(file)
        header = database.header
        assert (header.dbstate, header.cbPageSize, header.ulVersion) == (state, size, 0x620)
        assert (header.signDb.ulRandom, header.signLog.ulRandom) == (0x11111111, 0x22222222)
        assert header.signDb.szComputerName.rstrip(b"\0") == b"LS1"
        time = header.logtimeAttach
        assert (time.bYear, time.bMonth, time.bDay, time.bHours) == (126, 11, 21, 22)
        assert (header.lGenMinRequired, header.filetype) == (0 if state == CLEAN else 1, 1)
        table = database.table("LICENSEPACK")
        rows = [record.as_dict() for record in table.records()]
        assert [row["Description"] for row in rows] == [f"pack {n}" for n in range(1, count)]
        assert rows[-1]["TotalLicenses"] == 99 + count
        assert table.index("primary").search(KeyPackId=2).get("IssuedLicenses") == 2
        system = database.table("MSysObjects")
        assert {record.get("Name") for record in system.records()} >= {"MSysObjects", "FARMSTATE"}
