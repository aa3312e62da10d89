# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of an ESE database: checksums, nodes, and trees of them.

Microsoft's source of the engine (microsoft/Extensible-Storage-Engine): PGHDR, CPAGE and TAG in
cpage.hxx, the flags fPage* there, ChecksumNewFormat in checksum.cxx, SPACE_HEADER in node.hxx;
and the documentation of the file format that comes with libesedb. Only pages of up to 8192 bytes,
whose header has 40 bytes and whose tags hold the flags of a node.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

HEADER_SIZE = 40
ROOT, LEAF, PARENT_OF_LEAF, EMPTY = 0x1, 0x2, 0x4, 0x8
SPACE_TREE = 0x20
# fPageNewRecordFormat and fPageNewChecksumFormat: every page of a current database has both.
NEW_FORMATS = 0x0800 | 0x2000
_TAG_SIZE = 4
_SIZE_MASK = 0x1FFF
_HEADER = struct.Struct("<QQIIIHHHHI")
_SPACE = struct.Struct("<IIII")
_DIRTIED = 0x1000


class PageError(Exception):
    """A page whose checksum or content is wrong."""


# -- checksums ------------------------------------------------------------------------------


def xor32(data: bytes) -> int:
    """All the 32-bit words of the data, exclusive-or."""
    number, bits = int.from_bytes(data, "little"), len(data) * 8
    while bits > 32:
        half = (bits // 2 + 31) // 32 * 32
        number, bits = (number >> half) ^ (number & ((1 << half) - 1)), half
    return number


@cache
def _index_masks(size: int) -> tuple[int, ...]:
    """For each bit of a bit's number: a mask of all bits of a page in whose number it is set."""
    masks = []
    total = size * 8
    for step in (1 << bit for bit in range((total - 1).bit_length())):
        run = ((1 << step) - 1) << step
        period, length = run, step * 2
        while length < total:
            period |= period << length
            length *= 2
        masks.append(period)
    return tuple(masks)


def ecc32(page: bytes) -> int:
    """The code that finds one flipped bit; the first 8 bytes count as zeros.

    The low half is the exclusive-or of the numbers of all set bits, the high half that of their
    complements.
    """
    number = int.from_bytes(page, "little") >> 64 << 64
    low = 0
    for bit, mask in enumerate(_index_masks(len(page))):
        low |= ((number & mask).bit_count() & 1) << bit
    odd = number.bit_count() & 1
    every = len(page) * 8 - 1
    return low | ((low ^ (every if odd else 0)) << 16)


def page_checksum(page: bytes, number: int) -> int:
    """The 64 bits at the start of a page: the ECC above the words' exclusive-or with its number."""
    return (ecc32(page) << 32) | (xor32(page[8:]) ^ number)


def sealed(page: bytes, number: int) -> bytes:
    """The page with its checksum."""
    return struct.pack("<Q", page_checksum(page, number)) + page[8:]


# -- nodes ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Node:
    """One entry of a tree: in a leaf a record, above a leaf the number of the page below."""

    key: bytes
    data: bytes

    @property
    def stored(self) -> bytes:
        """The node without prefix compression: length of the key, key, data."""
        return struct.pack("<H", len(self.key)) + self.key + self.data


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page belongs: its number, its neighbors, the object, and its flags."""

    number: int
    objid: int
    flags: int
    previous: int = 0
    next: int = 0


def build_page(size: int, place: Place, external: bytes, nodes: Iterable[Node]) -> bytes:
    """A page: header, external header, nodes, and at the end the tags from the last byte down."""
    values = [external, *(node.stored for node in nodes)]
    body = b"".join(values)
    free = size - HEADER_SIZE - len(body) - _TAG_SIZE * len(values)
    if free < 0:
        raise ValueError("the nodes do not fit into a page")
    tags, at = [], 0
    for value in values:
        tags.append(struct.pack("<HH", len(value), at))
        at += len(value)
    header = _HEADER.pack(
        0,
        _DIRTIED,
        place.previous,
        place.next,
        place.objid,
        free,
        0,
        len(body),
        len(values),
        place.flags | NEW_FORMATS,
    )
    page = header + body + bytes(free) + b"".join(reversed(tags))
    return sealed(page, place.number)


def room(size: int) -> int:
    """Bytes that external header and nodes of a page may take, each with its tag."""
    return size - HEADER_SIZE


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was read."""

    number: int
    flags: int
    objid: int
    next: int
    external: bytes
    nodes: tuple[Node, ...]


def read_page(page: bytes, number: int) -> Page:
    """Take a page apart; PageError when its checksum or a tag is wrong."""
    fields = _HEADER.unpack_from(page)
    found, following, objid = fields[0], fields[3], fields[4]
    used, count, flags = fields[7:]
    if found != page_checksum(page, number):
        raise PageError(f"page {number}: the checksum is wrong")
    values = []
    for index in range(count & 0x0FFF):
        length, at = struct.unpack_from("<HH", page, len(page) - _TAG_SIZE * (index + 1))
        start = HEADER_SIZE + (at & _SIZE_MASK)
        end = start + (length & _SIZE_MASK)
        if end > HEADER_SIZE + used:
            raise PageError(f"page {number}: a tag is wrong")
        values.append(page[start:end])
    nodes = []
    for value in values[1:]:
        (length,) = struct.unpack_from("<H", value)
        nodes.append(Node(value[2 : 2 + length], value[2 + length :]))
    return Page(number, flags, objid, following, values[0] if values else b"", tuple(nodes))


# -- trees ----------------------------------------------------------------------------------


def space_header(pages: int, parent: int, owned: int = 0) -> bytes:
    """The external header of a root: primary pages, parent FDP, and the root of the owned extents.

    Without ``owned`` the tree has a single extent and no space trees.
    """
    return _SPACE.pack(pages, parent, int(owned != 0), owned)


def _leaves(size: int, nodes: Sequence[Node]) -> list[list[Node]]:
    leaves: list[list[Node]] = [[]]
    used = _SPACE.size + _TAG_SIZE
    for node in nodes:
        cost = len(node.stored) + _TAG_SIZE
        if used + cost > room(size):
            leaves.append([])
            used = _SPACE.size + _TAG_SIZE
        leaves[-1].append(node)
        used += cost
    return leaves


def build_tree(
    size: int, root: int, objid: int, nodes: Sequence[Node], first_leaf: int | None = None
) -> dict[int, bytes]:
    """The pages of a tree by number: one leaf, or a parent and its leaves.

    ``nodes`` are in the order of their keys. Leaves beside the root begin at ``first_leaf``, behind
    the root when there is none. ValueError when one parent cannot hold all leaves.
    """
    first = root + 1 if first_leaf is None else first_leaf
    leaves = _leaves(size, nodes)
    count = 1 if len(leaves) == 1 else len(leaves) + 1
    header = space_header(count, 1)
    if count == 1:
        place = Place(root, objid, ROOT | LEAF)
        return {root: build_page(size, place, header, leaves[0])}
    pages: dict[int, bytes] = {}
    children = []
    for index, leaf in enumerate(leaves):
        number, last = first + index, index == len(leaves) - 1
        above = Place(number, objid, LEAF, number - 1 if index else 0, 0 if last else number + 1)
        pages[number] = build_page(size, above, b"", leaf)
        separator = b"" if last else leaves[index + 1][0].key
        children.append(Node(separator, struct.pack("<I", number)))
    place = Place(root, objid, ROOT | PARENT_OF_LEAF)
    pages[root] = build_page(size, place, header, children)
    return pages


def walk_tree(root: Page, load: dict[int, Page]) -> Iterator[Node]:
    """The records of a tree whose pages are at hand; PageError when one is missing."""
    if root.flags & LEAF:
        yield from root.nodes
        return
    for node in root.nodes:
        (number,) = struct.unpack_from("<I", node.data)
        if number not in load:
            raise PageError(f"page {number} is missing")
        yield from walk_tree(load[number], load)
