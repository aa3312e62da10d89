# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader of ESE headers: every field at its place, every damage told."""

from __future__ import annotations

import random
import struct

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.ese_header import (
    PAGE_SIZES,
    LogPosition,
    NotAnEseDatabase,
    State,
    checksum,
    read_header,
)
from unit.plugin_utils._licensing.database.bundle_parts import (
    CLEAN,
    DIRTY,
    database,
    header_page,
    sealed,
)


def test_every_field_is_read_from_its_place() -> None:
    header = read_header(database(DIRTY, required=(7, 9)))
    assert (header.format_version, header.format_revision, header.page_size) == (0x620, 20, 8192)
    assert (header.state, header.state_number, header.clean) == (State.DIRTY_SHUTDOWN, 2, False)
    assert header.signature.random == 0x1F2E3D4C
    assert header.signature.created == "2024-03-01T09:12:44Z"
    assert header.signature.computer == ""
    assert (header.log_signature.random, header.log_signature.computer) == (0xABAD1DEA, "LS1")
    assert header.consistent == LogPosition(generation=0x33, sector=0x22, offset=0x11)
    assert header.consistent_time == "2026-11-20T01:02:03Z"
    assert header.attached == "2026-11-19T04:05:06"
    assert header.detached == "2026-11-20T01:02:03Z"
    assert (header.min_required, header.max_required) == (7, 9)
    assert (header.from_shadow, header.shadow_fault) == (False, None)


@pytest.mark.parametrize(
    ("number", "state"),
    [
        (0, State.UNKNOWN),
        (1, State.JUST_CREATED),
        (2, State.DIRTY_SHUTDOWN),
        (3, State.CLEAN_SHUTDOWN),
        (4, State.BEING_CONVERTED),
        (5, State.FORCE_DETACH),
        (6, State.INCREMENTAL_RESEED),
        (7, State.DIRTY_AND_PATCHED),
        (8, State.REVERT),
        (9, State.UNKNOWN),
        (0xFFFFFFFF, State.UNKNOWN),
    ],
)
def test_states(number: int, state: State) -> None:
    header = read_header(database(number))
    assert (header.state, header.state_number) == (state, number)
    assert header.clean is (number == CLEAN)


@pytest.mark.parametrize("page_size", PAGE_SIZES)
def test_page_sizes(page_size: int) -> None:
    assert read_header(database(page_size=page_size)).page_size == page_size
    # The head that a reader asks for holds both headers of the largest pages.
    whole = read_header(database(page_size=page_size)[: 64 * 1024])
    assert whole.shadow_fault is None


def test_a_page_size_of_zero_is_4096() -> None:
    assert read_header(header_page(page_size=4096, at_236=0) * 2).page_size == 4096


@pytest.mark.parametrize("page_size", [1, 1024, 4095, 65536, 0xFFFFFFFF])
def test_page_sizes_that_no_database_has(page_size: int) -> None:
    with pytest.raises(NotAnEseDatabase) as caught:
        read_header(header_page(page_size=4096, at_236=page_size) + bytes(100_000))
    assert caught.value.reason == "page_size"


def test_times_that_were_not_set_or_never_were() -> None:
    page = bytearray(header_page())
    page[64:72] = bytes(8)
    page[88:96] = bytes([61, 0, 0, 30, 2, 126, 1, 0])
    header = read_header(sealed(page) * 2)
    assert (header.consistent_time, header.detached) == (None, None)


def test_a_computer_name_is_made_harmless() -> None:
    page = bytearray(header_page())
    page[120:136] = b"A\x1b[31m\xff" + b"z" * 9
    assert read_header(sealed(page)).log_signature.computer.startswith("A?[31m?z")


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"", "too_short"),
        (b"PK\x03\x04" * 30, "too_short"),
        (b"not a database, but long enough to be looked at. " * 2000, "signature"),
        (bytes(65536), "signature"),
        (header_page()[:4000], "too_short"),
        (header_page(at_12=1), "file_type"),
        (header_page(at_12=77), "file_type"),
    ],
)
def test_what_is_no_database(head: bytes, reason: str) -> None:
    with pytest.raises(NotAnEseDatabase) as caught:
        read_header(head)
    assert caught.value.reason == reason


def test_any_changed_byte_of_a_header_is_found() -> None:
    page = header_page(page_size=2048)
    for index in range(len(page)):
        changed = page[:index] + bytes([page[index] ^ 0x10]) + page[index + 1 :]
        with pytest.raises(NotAnEseDatabase):
            read_header(changed + bytes(2048))


def test_a_wrong_checksum_names_both_numbers() -> None:
    page = header_page()
    wrong = struct.pack("<I", 1) + page[4:]
    with pytest.raises(NotAnEseDatabase, match=f"0x00000001, and 0x{checksum(page):08x}"):
        read_header(wrong * 2)


@pytest.mark.parametrize("page_size", PAGE_SIZES)
@pytest.mark.parametrize("damage", [0, 4, 52, 236, 1500])
def test_the_second_header_stands_in_for_the_first(page_size: int, damage: int) -> None:
    whole = bytearray(database(page_size=page_size))
    whole[damage] ^= 0xFF
    header = read_header(bytes(whole))
    assert header.from_shadow
    assert (header.page_size, header.state) == (page_size, State.CLEAN_SHUTDOWN)


def test_a_damaged_second_header_is_told() -> None:
    whole = bytearray(database())
    whole[8192 + 60] ^= 1
    header = read_header(bytes(whole))
    assert not header.from_shadow
    assert "checksum" in str(header.shadow_fault)


def test_a_second_header_for_other_pages_is_told() -> None:
    head = header_page(page_size=4096) + header_page(page_size=8192)
    assert "8192" in str(read_header(head).shadow_fault)


def test_two_damaged_headers_tell_what_is_wrong_with_the_first() -> None:
    whole = bytearray(database())
    whole[100] ^= 1
    whole[8192 + 4] ^= 1
    with pytest.raises(NotAnEseDatabase) as caught:
        read_header(bytes(whole))
    assert caught.value.reason == "checksum"


def test_random_bytes_never_raise_anything_else() -> None:
    chance = random.Random(20261121)
    told: set[bool | str] = set()
    for dummy in range(600):
        head = bytearray(database(page_size=chance.choice(PAGE_SIZES), pages=2))
        for place in chance.sample(range(400), chance.choice((1, 3, 40))):
            head[place] = chance.randrange(256)
        cut = bytes(head[: chance.choice((len(head), chance.randrange(len(head))))])
        try:
            told.add(read_header(cut).from_shadow)
        except NotAnEseDatabase as error:
            told.add(error.reason)
    assert {True, "too_short", "checksum"} <= told
