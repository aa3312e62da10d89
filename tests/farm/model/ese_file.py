# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole ESE database files, written and read: small, valid, with one table of packs.

The places of the system tables are those of the engine (daedef.hxx: pgnoSystemRoot 1,
pgnoFDPMSO 4, pgnoFDPMSO_NameIndex 7, pgnoFDPMSO_RootObjectIndex 10, pgnoFDPMSOShadow 24). Page N
is at N + 1 page sizes, behind the header and its shadow. Pages that are all zero were never used.
The tables are the farm's own: nobody documents those of the licensing service.
"""

from __future__ import annotations

import json
import random
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Protocol

from .ese_header import DatabaseHeader, HeaderError
from .ese_pages import (
    EMPTY,
    HEADER_SIZE,
    LEAF,
    ROOT,
    SPACE_TREE,
    Node,
    Page,
    PageError,
    Place,
    build_page,
    build_tree,
    read_page,
    sealed,
    space_header,
    walk_tree,
)
from .ese_tables import (
    BINARY,
    CATALOG_COLUMNS,
    UNSIGNED_LONG,
    Column,
    Table,
    catalog_of,
    number,
    text,
)

MSYSOBJECTS = Table("MSysObjects", 2, 4, CATALOG_COLUMNS)
SHADOW = Table("MSysObjectsShadow", 3, 24, CATALOG_COLUMNS)
PACKS = Table(
    "LICENSEPACK",
    10,
    32,
    (
        number("KeyPackId"),
        number("KeyPackType"),
        number("ProductVersionId"),
        number("ProductType"),
        number("TotalLicenses", UNSIGNED_LONG),
        number("IssuedLicenses", UNSIGNED_LONG),
        text("Description"),
    ),
)
# Everything that the farm's license server has to know again, cut into pieces.
STATE = Table("FARMSTATE", 11, 40, (number("Part"), Column("Data", BINARY, 255)))
_PIECE = 255
_MOST_PACKS = 300
_SMALLEST = 64
# So many different pages, so that none comes again within the 32 KiB that deflate looks back on.
_FILLERS, _BLOCK = 16, 128
_NAME_INDEX, _ROOT_INDEX = (7, 4), (10, 5)
_CATALOG_LEAVES = 12

PackRow = tuple[int, int, int, int, int, int, str]


class Readable(Protocol):
    """What a database is read from."""

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place."""

    def read(self, count: int = -1) -> bytes:
        """So many bytes."""


class Writable(Protocol):
    """What a database is written to."""

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place."""

    def write(self, data: bytes) -> object:
        """Write all of it."""


# -- writing --------------------------------------------------------------------------------


def database_core(
    header: DatabaseHeader, packs: Sequence[PackRow], state: Mapping[str, object]
) -> bytes:
    """The used part of a database: both headers, system tables, packs, state.

    What comes behind it in a larger file may be anything that is a page.
    """
    size = header.page_size
    shown = [PACKS.node(row) for row in packs[:_MOST_PACKS]]
    packed = zlib.compress(json.dumps(state).encode("utf-8"))
    pieces = [packed[start : start + _PIECE] for start in range(0, len(packed), _PIECE)]
    pages = _system_pages(size)
    packs_tree = build_tree(size, PACKS.root, PACKS.objid, shown)
    room = STATE.root - PACKS.root
    while len(packs_tree) > room:
        shown = shown[: len(shown) // 2]
        packs_tree = build_tree(size, PACKS.root, PACKS.objid, shown)
    rows = [STATE.node((index, piece)) for index, piece in enumerate(pieces)]
    pages |= packs_tree
    pages |= build_tree(size, STATE.root, STATE.objid, rows)
    last = max(_SMALLEST, *pages)
    blank = bytes(size)
    body = b"".join(pages.get(number, blank) for number in range(1, last + 1))
    return header.stored * 2 + body


@cache
def _system_pages(size: int) -> dict[int, bytes]:
    """The root of the database with its space, and the catalog in both copies."""
    nodes = sorted(
        (node for table in (MSYSOBJECTS, SHADOW) for node in catalog_of(table, (1, 2, 3))),
        key=lambda node: node.key,
    )
    nodes += [node for table in (PACKS, STATE) for node in catalog_of(table)]
    owned = Node(struct.pack(">I", _SMALLEST), struct.pack("<I", _SMALLEST))
    root = ROOT | LEAF
    pages = {
        1: build_page(size, Place(1, 1, root), space_header(_SMALLEST, 0, 2), ()),
        2: build_page(size, Place(2, 1, root | SPACE_TREE), bytes(16), (owned,)),
        3: build_page(size, Place(3, 1, root | SPACE_TREE), bytes(16), ()),
    }
    pages |= build_tree(size, MSYSOBJECTS.root, MSYSOBJECTS.objid, nodes, _CATALOG_LEAVES)
    for place, objid in (_NAME_INDEX, _ROOT_INDEX):
        pages |= build_tree(size, place, objid, ())
    return pages | build_tree(size, SHADOW.root, SHADOW.objid, nodes)


def filler(page_size: int, first: int, count: int) -> Iterator[bytes]:
    """Emptied pages full of noise from a page number on, in blocks, as a used database has them.

    Noise, so that a compressed copy is no smaller; valid, so that a checker finds nothing.
    """
    bodies = [_noise(page_size, index) for index in range(_FILLERS)] * (_BLOCK // _FILLERS)
    block = bytearray(b"".join(bodies))
    sums = [struct.unpack_from("<I", body)[0] for body in bodies]
    at = first
    while at < first + count:
        length = min(_BLOCK, first + count - at)
        for index in range(length):
            struct.pack_into("<I", block, index * page_size, sums[index] ^ (at + index))
        yield bytes(block[: length * page_size])
        at += length


@cache
def _noise(page_size: int, seed: int) -> bytes:
    """One such page as number 0: the number of a page is only a part of its checksum."""
    noise = random.Random(seed).randbytes(page_size)
    header = build_page(page_size, Place(0, STATE.objid, EMPTY), b"", ())[:HEADER_SIZE]
    return sealed(header + noise[HEADER_SIZE:-4] + bytes(4), 0)


# -- reading --------------------------------------------------------------------------------


def read_header(file: Readable) -> DatabaseHeader:
    """The header, or its shadow when the header is damaged; HeaderError when both are."""
    file.seek(0)
    start = file.read(2 * 8192)
    for size in (8192, 4096):
        for copy in (start[:size], start[size : 2 * size]):
            try:
                header = DatabaseHeader.read(copy)
            except HeaderError:
                continue
            if header.page_size == size:
                return header
    return DatabaseHeader.read(start[:4096])


def read_state(file: Readable, page_size: int) -> dict[str, object]:
    """What ``database_core`` put in as state; PageError when a page of it is damaged."""
    nodes = list(_tree(file, page_size, STATE.root))
    parts = sorted((row[0], row[1]) for row in STATE.rows(nodes))
    packed = b"".join(part for dummy, part in parts if isinstance(part, bytes))
    try:
        found = json.loads(zlib.decompress(packed))
    except (zlib.error, ValueError) as error:
        raise PageError(f"the state cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise PageError("the state is none")
    return found


def check_system_pages(file: Readable, page_size: int) -> None:
    """PageError when a page of the catalog is damaged."""
    for place in (1, MSYSOBJECTS.root, SHADOW.root, PACKS.root):
        list(_tree(file, page_size, place))


def _load(file: Readable, page_size: int, place: int) -> Page:
    file.seek((place + 1) * page_size)
    data = file.read(page_size)
    if len(data) < page_size:
        raise PageError(f"page {place} is missing")
    return read_page(data, place)


def _tree(file: Readable, page_size: int, root: int) -> Iterator[Node]:
    top = _load(file, page_size, root)
    below: dict[int, Page] = {}
    if not top.flags & LEAF:
        for node in top.nodes:
            (place,) = struct.unpack_from("<I", node.data)
            below[place] = _load(file, page_size, place)
    yield from walk_tree(top, below)
