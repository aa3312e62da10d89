# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of a host, over operations that answer what the test says."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.files import (
    Chunk,
    ChunkDamaged,
    Drive,
    Entry,
    Files,
    Kept,
    Removed,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.hresults import (
    ALREADY_EXISTS,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.powershell import (
    OperationFailed,
)
from unit.plugin_utils.fake_operations import FakeOperations, failed

TIME = "2026-11-21T22:00:00Z"
MODIFIED = datetime(2026, 11, 21, 22, tzinfo=UTC)
DRIVE = {"name": "D:", "type": "Fixed", "format": "NTFS", "free": 10, "size": 20, "ready": True}
LISTED = {
    "exists": True,
    "folder": True,
    "full": "D:\\Backup",
    "drive": DRIVE,
    "sddl": "O:BAG:SYD:",
    "entries": [
        {"name": "TLSLic.edb", "bytes": 5_000_000_000, "modified": TIME, "folder": False},
        {"name": "old", "bytes": 0, "modified": TIME, "folder": True},
    ],
}
ABSENT: dict[str, Any] = {
    "exists": False,
    "folder": False,
    "drive": None,
    "sddl": None,
    "entries": [],
}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# -- folders ----------------------------------------------------------------------------------


def test_a_folder() -> None:
    operations = FakeOperations(list_folder=LISTED)
    found = Files(operations).list_folder("D:\\Backup")
    assert operations.asked == [("list_folder", {"path": "D:\\Backup"}, None)]
    assert (found.full, found.exists, found.is_folder) == ("D:\\Backup", True, True)
    assert found.drive == Drive("D:", "Fixed", "NTFS", 10, 20, True)
    assert found.sddl == "O:BAG:SYD:"
    assert found.entries == (
        Entry("TLSLic.edb", 5_000_000_000, MODIFIED, False),
        Entry("old", 0, MODIFIED, True),
    )
    assert found.entry("tlslic.EDB") == found.entries[0]
    assert found.entry("tlslic") is None


def test_a_folder_on_a_drive_that_is_missing() -> None:
    found = Files(FakeOperations(list_folder=LISTED | ABSENT)).list_folder("D:\\Backup")
    assert (found.exists, found.is_folder, found.drive, found.sddl) == (False, False, None, None)
    assert found.entries == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"exists": None},
        {"drive": {"name": "D:"}},
        {"drive": DRIVE | {"free": -1}},
        {"entries": [{"name": "x"}]},
        {"entries": None},
        {"sddl": 1},
    ],
)
def test_a_listing_that_is_none(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadAnswer, match="list_folder"):
        Files(FakeOperations(list_folder=LISTED | wrong)).list_folder("D:\\Backup")


@pytest.mark.parametrize("like", [None, "C:\\Windows\\System32\\lserver"])
def test_a_folder_is_made(like: str | None) -> None:
    operations = FakeOperations(make_folder={"created": True, "sddl": "O:BA"})
    assert Files(operations).make_folder("D:\\new", like) is True
    assert operations.asked == [("make_folder", {"path": "D:\\new", "like": like}, None)]


def test_permissions_come_back_as_read() -> None:
    operations = FakeOperations(set_access={"sddl": "O:SYG:SYD:AI"})
    assert Files(operations).set_access("D:\\new", "O:SYG:SYD:") == "O:SYG:SYD:AI"
    assert operations.asked == [("set_access", {"path": "D:\\new", "sddl": "O:SYG:SYD:"}, None)]


def test_a_move() -> None:
    operations = FakeOperations(move={"moved": True})
    Files(operations).move("D:\\a", "D:\\b")
    assert operations.asked == [("move", {"from": "D:\\a", "to": "D:\\b"}, None)]


def test_a_move_onto_something_tells_by_number() -> None:
    operations = FakeOperations(move=failed("move", ALREADY_EXISTS - 2**32))
    with pytest.raises(OperationFailed) as caught:
        Files(operations).move("D:\\a", "D:\\b")
    assert caught.value.number == ALREADY_EXISTS


def test_a_move_that_says_nothing() -> None:
    with pytest.raises(BadAnswer):
        Files(FakeOperations(move={"moved": False})).move("D:\\a", "D:\\b")


def test_removing() -> None:
    answer = {"removed": ["D:\\a"], "kept": [{"path": "D:\\b", "why": "in use"}]}
    operations = FakeOperations(remove=answer)
    found = Files(operations).remove(("D:\\a", "D:\\b"))
    assert found == Removed(("D:\\a",), (Kept("D:\\b", "in use"),))
    assert operations.asked == [("remove", {"paths": ["D:\\a", "D:\\b"]}, None)]


@pytest.mark.parametrize("removed", [[], ["D:\\a", "D:\\else"]])
def test_removing_something_else(removed: list[str]) -> None:
    operations = FakeOperations(remove={"removed": removed, "kept": []})
    with pytest.raises(BadAnswer, match="other paths"):
        Files(operations).remove(["D:\\a"])


# -- pieces of files --------------------------------------------------------------------------


def piece(data: bytes, size: int = 10) -> dict[str, Any]:
    return {"bytes": size, "modified": TIME, "sha256": sha256(data), "blob": data}


@pytest.mark.parametrize(("offset", "data"), [(0, b"01234567"), (8, b"89"), (10, b""), (50, b"")])
def test_a_piece_is_read(offset: int, data: bytes) -> None:
    operations = FakeOperations(read_chunk=piece(data))
    assert Files(operations).read_chunk("D:\\a", offset, 8) == Chunk(10, MODIFIED, data)
    options = {"path": "D:\\a", "offset": offset, "count": 8}
    assert operations.asked == [("read_chunk", options, None)]


def test_a_piece_that_was_damaged_on_the_way() -> None:
    operations = FakeOperations(read_chunk=piece(b"01234567") | {"blob": b"0123x567"})
    with pytest.raises(ChunkDamaged, match=r"the piece of D:\\a at 0") as caught:
        Files(operations).read_chunk("D:\\a", 0, 8)
    assert "run the task again" in str(caught.value.advice)


@pytest.mark.parametrize("data", [b"", b"0", b"012345678"])
def test_a_piece_of_another_length(data: bytes) -> None:
    with pytest.raises(BadAnswer, match=f"answered {len(data)} bytes"):
        Files(FakeOperations(read_chunk=piece(data))).read_chunk("D:\\a", 0, 8)


def test_a_piece_without_bytes() -> None:
    answer = piece(b"01234567")
    del answer["blob"]
    with pytest.raises(BadAnswer, match="no blob"):
        Files(FakeOperations(read_chunk=answer)).read_chunk("D:\\a", 0, 8)


def test_a_piece_is_written() -> None:
    operations = FakeOperations(write_chunk={"bytes": 12, "sha256": sha256(b"abcd")})
    assert Files(operations).write_chunk("D:\\a", 8, b"abcd") == 12
    assert operations.asked == [("write_chunk", {"path": "D:\\a", "offset": 8}, b"abcd")]


def test_a_piece_that_the_disk_has_otherwise() -> None:
    operations = FakeOperations(write_chunk={"bytes": 12, "sha256": sha256(b"abce")})
    with pytest.raises(ChunkDamaged):
        Files(operations).write_chunk("D:\\a", 8, b"abcd")


def test_nothing_is_not_written() -> None:
    operations = FakeOperations()
    with pytest.raises(ValueError, match="nothing"):
        Files(operations).write_chunk("D:\\a", 0, b"")
    assert operations.asked == []
