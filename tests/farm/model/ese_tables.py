# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows, tables and the catalog of an ESE database.

Microsoft's source of the engine: RECHDR in rec.hxx, the columns of MSysObjects in cat.hxx and
cat.cxx (fidMSO_*), the flags fidb* in idb.hxx, keys in fldnorm.cxx; and the documentation of the
file format that comes with libesedb.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .ese_pages import Node

BIT, SHORT, LONG, BINARY, TEXT, UNSIGNED_LONG = 1, 3, 4, 9, 10, 14
_FIRST_VARIABLE = 128
_NULL = 0x8000
_TABLE, _COLUMN, _INDEX = 1, 2, 3
_NOT_NULL = 0x1
# fidbUnique | fidbNoNullSeg | fidbPrimary, and above them fIDXExtendedColumns.
_PRIMARY_INDEX = 0x1 | 0x10 | 0x20 | 0x1_0000
_DENSITY = 80
_UNICODE, _WESTERN = 1200, 1252
_LCID = 1033
_CATALOG_FIXED = "<IHIIIIIBH"
_FIXED_COUNT = 9

Value = int | str | bytes | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: fixed ones (numbers of 4 bytes) first, then variable ones (texts and bytes)."""

    name: str
    type: int
    size: int
    code_page: int = 0

    @property
    def fixed(self) -> bool:
        """True for a number."""
        return self.type not in (BINARY, TEXT)


def number(name: str, kind: int = LONG) -> Column:
    """A column of whole numbers."""
    return Column(name, kind, 4)


def text(name: str, size: int = 255) -> Column:
    """A column of Unicode texts of up to ``size`` bytes."""
    return Column(name, TEXT, size, _UNICODE)


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first column is the key; ``root`` is the page where its tree begins."""

    name: str
    objid: int
    root: int
    columns: tuple[Column, ...]

    def ids(self) -> Mapping[str, int]:
        """Column number by name: fixed ones from 1, variable ones from 128."""
        numbers = {}
        fixed, variable = 0, _FIRST_VARIABLE - 1
        for column in self.columns:
            if column.fixed:
                fixed += 1
            else:
                variable += 1
            numbers[column.name] = fixed if column.fixed else variable
        return numbers

    def node(self, row: Sequence[Value]) -> Node:
        """A row as a node."""
        pairs = list(zip(self.columns, row, strict=True))
        fixed = [value for column, value in pairs if column.fixed]
        variable = [_bytes(value) for column, value in pairs if not column.fixed]
        numbers = [value if isinstance(value, int) else 0 for value in fixed]
        packed = b"".join(struct.pack("<I", number & 0xFFFFFFFF) for number in numbers)
        nulls = [index for index, value in enumerate(fixed) if value is None]
        first = row[0]
        key = long_key(first) if isinstance(first, int) else b""
        return Node(key, record(len(fixed), packed, nulls, variable))

    def rows(self, nodes: Sequence[Node]) -> list[list[Value]]:
        """Rows of nodes: numbers as unsigned, texts and bytes as bytes."""
        return [self._row(node.data) for node in nodes]

    def _row(self, data: bytes) -> list[Value]:
        last_fixed, last_variable, offset = struct.unpack_from("<BBH", data)
        count = max(0, last_variable - _FIRST_VARIABLE + 1)
        numbers = list(struct.unpack_from(f"<{last_fixed}I", data, 4))
        ends = struct.unpack_from(f"<{count}H", data, offset)
        start, variable = offset + 2 * count, []
        begin = 0
        for end in ends:
            stop = end & 0x7FFF
            variable.append(None if end & _NULL else data[start + begin : start + stop])
            begin = stop
        return [*numbers, *variable]


def _bytes(value: Value) -> bytes | None:
    if isinstance(value, str):
        return value.encode("utf-16-le")
    return value if isinstance(value, bytes) else None


def record(
    fixed: int, packed: bytes, nulls: Sequence[int], variable: Sequence[bytes | None]
) -> bytes:
    """RECHDR, fixed values, a bit for each null of them, ends of the variable values, values."""
    bits = bytearray((fixed + 7) // 8)
    for index in nulls:
        bits[index // 8] |= 1 << index % 8
    ends, end = [], 0
    for value in variable:
        end += len(value or b"")
        ends.append(end | (_NULL if value is None else 0))
    header = struct.pack(
        "<BBH", fixed, _FIRST_VARIABLE - 1 + len(variable), 4 + len(packed) + len(bits)
    )
    tail = struct.pack(f"<{len(ends)}H", *ends) + b"".join(value or b"" for value in variable)
    return header + packed + bytes(bits) + tail


def long_key(value: int) -> bytes:
    """A number of 32 bits with sign as a key: a prefix for not null, the sign bit turned."""
    return b"\x7f" + struct.pack(">I", (value & 0xFFFFFFFF) ^ 0x80000000)


def _short_key(value: int) -> bytes:
    return b"\x7f" + struct.pack(">H", value ^ 0x8000)


# -- the catalog ----------------------------------------------------------------------------

CATALOG_COLUMNS = (
    number("ObjidTable"),
    Column("Type", SHORT, 2),
    number("Id"),
    number("ColtypOrPgnoFDP"),
    number("SpaceUsage"),
    number("Flags"),
    number("PagesOrLocale"),
    Column("RootFlag", BIT, 1),
    Column("RecordOffset", SHORT, 2),
    Column("Name", TEXT, 255, _WESTERN),
    Column("Stats", BINARY, 255),
    Column("TemplateTable", TEXT, 255, _WESTERN),
    Column("DefaultValue", BINARY, 255),
    Column("KeyFldIDs", BINARY, 255),
)


def _entry(
    table: int,
    kind: int,
    ident: int,
    fields: tuple[int, int, int, int],
    name: str,
    *,
    root: bool = False,
    offset: int | None = None,
    key_fields: bytes | None = None,
) -> Node:
    """A row of MSysObjects."""
    root_flag = 0xFF if root else 0
    packed = struct.pack(_CATALOG_FIXED, table, kind, ident, *fields, root_flag, offset or 0)
    nulls = [index for index, null in ((7, not root), (8, offset is None)) if null]
    variable: list[bytes | None] = [name.encode("ascii")]
    if key_fields is not None:
        variable += [None, None, None, key_fields]
    key = long_key(table) + _short_key(kind) + long_key(ident)
    return Node(key, record(_FIXED_COUNT, packed, nulls, variable))


def catalog_of(table: Table, key: Sequence[int] = (1,)) -> list[Node]:
    """The rows that describe a table: itself, its columns, its primary index."""
    nodes = [
        _entry(
            table.objid,
            _TABLE,
            table.objid,
            (table.root, _DENSITY, 0, 1),
            table.name,
            root=True,
        )
    ]
    ids, offset = table.ids(), 4
    for column in table.columns:
        flags = _NOT_NULL if ids[column.name] in key else 0
        place = None
        if column.fixed:
            place, offset = offset, offset + column.size
        fields = (column.type, column.size, flags, column.code_page)
        nodes.append(
            _entry(table.objid, _COLUMN, ids[column.name], fields, column.name, offset=place)
        )
    nodes.append(
        _entry(
            table.objid,
            _INDEX,
            table.objid,
            (table.root, _DENSITY, _PRIMARY_INDEX, _LCID),
            "primary",
            key_fields=b"".join(struct.pack("<HH", 0, field) for field in key),
        )
    )
    return nodes
