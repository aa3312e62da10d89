# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader of ESE headers against two that nobody here wrote: libesedb and dissect.database."""

from __future__ import annotations

import importlib
import io
import random
import struct
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.ese_header import (
    NotAnEseDatabase,
    read_header,
)
from farm.model.ese_file import database_core
from farm.model.ese_header import DatabaseHeader, Signature
from unit.plugin_utils._licensing.database.bundle_parts import header_page, sealed

# Neither has types.
pyesedb: Any = importlib.import_module("pyesedb")
c_ese: Any = importlib.import_module("dissect.database.ese.c_ese").c_ese

CREATED = datetime(2024, 3, 1, 9, 12, 44, tzinfo=UTC)
CHANGED = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)


def farm_database(state: int = 3, page_size: int = 8192) -> bytes:
    """A whole database as the farm's license server keeps it."""
    header = DatabaseHeader(
        page_size,
        state,
        Signature(0x11223344, CREATED, "LS1"),
        Signature(0x55667788, CHANGED),
        CHANGED,
    )
    return database_core(header, [(3, 5, 7, 1, 100, 37, "a pack")], {"packs": 1})


def opened_by_libesedb(data: bytes) -> Any:
    """The file as libesedb sees it; None when it refuses it."""
    file = pyesedb.file()
    try:
        file.open_file_object(io.BytesIO(data))
    except OSError:
        return None
    return file


@pytest.mark.parametrize("page_size", [4096, 8192])
@pytest.mark.parametrize("state", [2, 3])
def test_libesedb_says_the_same_of_a_whole_database(state: int, page_size: int) -> None:
    data = farm_database(state, page_size)
    file = opened_by_libesedb(data)
    header = read_header(data[: 64 * 1024])
    assert file is not None
    assert header.page_size == file.get_page_size() == page_size
    # It keeps the version in the upper half, and the revision in the lower one.
    assert header.format_version == file.get_format_version() >> 32
    assert header.format_revision == file.get_format_version() & 0xFFFFFFFF
    assert file.get_type() == 0
    assert (header.from_shadow, header.shadow_fault) == (False, None)
    assert (header.state_number, header.clean) == (state, state == 3)


def test_libesedb_finds_the_same_headers_damaged() -> None:
    """It opens a file only when both headers are right: their checksums are the ones we compute.

    It sums up the 668 bytes that it knows the meaning of. The engine sums up the whole page, and
    so do we: what lies behind those bytes is zero here.
    """
    whole = farm_database(page_size=4096)
    places = [start + place for start in (0, 4096) for place in range(0, 668, 3)]
    for place in places:
        data = whole[:place] + bytes([whole[place] ^ 0x21]) + whole[place + 1 :]
        header = read_header(data[: 64 * 1024])
        assert opened_by_libesedb(data) is None, place
        assert header.from_shadow is (place < 4096)
        assert (header.shadow_fault is not None) is (place >= 4096)
    for place in (668, 2000, 4095):
        data = whole[:place] + b"\1" + whole[place + 1 :]
        assert read_header(data[: 64 * 1024]).from_shadow


@pytest.mark.parametrize("data", [b"", b"x" * 9000, bytes(9000), header_page(at_4=0x89ABCDEE) * 3])
def test_libesedb_refuses_what_is_no_database_too(data: bytes) -> None:
    assert opened_by_libesedb(data) is None
    with pytest.raises(NotAnEseDatabase):
        read_header(data)


def told(time: Any) -> str | None:
    """A LOGTIME as dissect took it apart."""
    try:
        when = datetime(
            1900 + time.bYear,
            time.bMonth,
            time.bDay,
            time.bHours,
            time.bMinutes,
            time.bSeconds,
            tzinfo=UTC,
        )
    except ValueError:
        return None
    return when.strftime("%Y-%m-%dT%H:%M:%S") + ("Z" if time.fTimeIsUTC else "")


def random_page(chance: random.Random) -> bytes:
    """A header whose every field is random, but for what makes it one."""
    page = bytearray(chance.randbytes(4096))
    struct.pack_into("<II", page, 4, 0x89ABCDEF, 0x620)
    struct.pack_into("<I", page, 12, 0)
    struct.pack_into("<I", page, 236, chance.choice((0, 4096)))
    for place in (28, 64, 72, 88, 112):
        # Times that are mostly possible.
        parts = [chance.randrange(limit) for limit in (61, 60, 24, 32, 13, 200, 256, 16)]
        page[place : place + 8] = bytes(parts)
    return sealed(page)


def test_dissect_takes_every_field_from_the_same_place() -> None:
    chance = random.Random(5)
    times: set[str | None] = set()
    for dummy in range(200):
        page = random_page(chance)
        ours, theirs = read_header(page), c_ese.DBFILEHDR(page)
        assert ours.format_version == theirs.ulVersion
        assert ours.format_revision == theirs.ulDaeUpdateMajor
        assert ours.page_size == (theirs.cbPageSize or 4096)
        assert ours.state_number == theirs.dbstate
        assert ours.signature.random == theirs.signDb.ulRandom
        assert ours.log_signature.random == theirs.signLog.ulRandom
        assert ours.signature.created == told(theirs.signDb.logtimeCreate)
        assert ours.log_signature.created == told(theirs.signLog.logtimeCreate)
        assert ours.consistent.generation == theirs.lgposConsistent.lGeneration & 0xFFFFFFFF
        assert ours.consistent.sector == theirs.lgposConsistent.isec
        assert ours.consistent.offset == theirs.lgposConsistent.ib
        assert ours.consistent_time == told(theirs.logtimeConsistent)
        assert ours.attached == told(theirs.logtimeAttach)
        assert ours.detached == told(theirs.logtimeDetach)
        assert ours.min_required == theirs.lGenMinRequired & 0xFFFFFFFF
        assert ours.max_required == theirs.lGenMaxRequired & 0xFFFFFFFF
        times.add(ours.consistent_time)
    assert len(times) > 100


def test_dissect_reads_the_computer_of_a_signature() -> None:
    data = farm_database()
    name = bytes(c_ese.DBFILEHDR(data).signDb.szComputerName).rstrip(b"\0").decode()
    assert read_header(data).signature.computer == name == "LS1"
