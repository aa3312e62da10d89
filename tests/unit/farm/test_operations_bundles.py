# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operations on bundles: what they write and read, and what a fault leaves behind."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from farm.model.file_faults import FileFault

from .conftest import FarmOf
from .operation_client import Died, OperationClient, Thrown

PROTECTED_FILE = "O:BAG:SYD:P(A;;FA;;;SY)(A;;FA;;;BA)"
PART = "D:\\Backup\\ls1.zip.part"


@pytest.fixture
def run(farm_of: FarmOf) -> OperationClient:
    """The operations of a host with a second drive and a folder for bundles."""
    client = OperationClient(farm_of(sh1={"drives": {"D:": {}}}), "sh1")
    client("make_folder", path="D:\\Backup", like=None)
    return client


def _place(run: OperationClient, path: str, data: bytes) -> None:
    run.host.files.place(path, data)


def _hashed(name: str, data: bytes) -> dict[str, Any]:
    return {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _write(run: OperationClient, data: bytes, **more: Any) -> dict[str, Any]:
    _place(run, "C:\\db\\TLSLic.edb", data)
    _place(run, "D:\\Backup\\issued.part", gzip.compress(b"[1]"))
    files = [
        {"name": "database/TLSLic.edb", "path": "C:\\db\\TLSLic.edb", "gzip": False},
        {"name": "issued.json", "path": "D:\\Backup\\issued.part", "gzip": True},
    ]
    texts = [{"name": "packs.json", "base64": base64.b64encode(b"{}").decode()}]
    options = {"part": PART, "files": files, "texts": texts, "manifest": {"format": 1}, **more}
    return run("write_bundle", **options)


def test_a_bundle_is_written_read_and_unpacked(run: OperationClient) -> None:
    data = bytes(range(256)) * 10_000
    wrote = _write(run, data)
    hashed = [
        _hashed("database/TLSLic.edb", data),
        _hashed("issued.json", b"[1]"),
        _hashed("packs.json", b"{}"),
    ]
    real = run.host.files.real(PART)
    assert wrote == {"files": hashed, "bytes": real.stat().st_size}
    assert run.host.files.stat(PART).sddl == PROTECTED_FILE
    with zipfile.ZipFile(real) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[-1] == "manifest.json"
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest == {"files": hashed, "format": 1}
    heads = [{"name": "database/TLSLic.edb", "bytes": 16}]
    read = run("read_bundle", path=PART, deep=True, texts=["packs.json"], heads=heads)
    assert read["sha256"] == hashlib.sha256(real.read_bytes()).hexdigest()
    entries = {each["name"]: each for each in read["entries"]}
    for each in hashed:
        assert entries[each["name"]]["sha256"] == each["sha256"]
        assert entries[each["name"]]["bytes"] == each["bytes"]
    assert base64.b64decode(entries["database/TLSLic.edb"]["head"]) == data[:16]
    assert entries["database/TLSLic.edb"]["text"] is None
    assert base64.b64decode(entries["packs.json"]["text"]) == b"{}"
    run("make_folder", path="C:\\new", like=None)
    files = run("unpack_bundle", bundle=PART, prefix="database/", destination="C:\\new")["files"]
    assert files == [_hashed("TLSLic.edb", data)]
    assert run.host.files.real("C:\\new\\TLSLic.edb").read_bytes() == data


def test_a_shallow_look_hashes_nothing(run: OperationClient) -> None:
    _write(run, b"x" * 5_000_000)
    run.host.files.clear()
    read = run("read_bundle", path=PART, deep=False, texts=["packs.json"], heads=[])
    assert read["sha256"] is None
    assert all(each["sha256"] is None for each in read["entries"])


def test_a_part_is_never_overwritten(run: OperationClient) -> None:
    _write(run, b"x")
    with pytest.raises(Thrown) as caught:
        _write(run, b"y")
    assert caught.value.code == 0x80070050


def test_a_locked_source_ends_a_bundle(run: OperationClient) -> None:
    _place(run, "C:\\db\\TLSLic.edb", b"x")
    with (
        run.host.files.open("C:\\db\\TLSLic.edb", "readwrite", "none"),
        pytest.raises(Thrown) as caught,
    ):
        _write_locked(run)
    assert caught.value.code == 0x80070020
    assert not zipfile.is_zipfile(run.host.files.real(PART))


def _write_locked(run: OperationClient) -> None:
    files = [{"name": "database/TLSLic.edb", "path": "C:\\db\\TLSLic.edb", "gzip": False}]
    run("write_bundle", part=PART, files=files, texts=[], manifest={})


def test_every_file_fault_ends_a_bundle_without_a_valid_zip(run: OperationClient) -> None:
    """Each file operation in turn fails, in each way; what is left is no zip."""
    _write(run, b"x" * 3_000_000)
    run.host.files.delete(PART)
    run.host.files.clear()
    _write(run, b"x" * 3_000_000)
    count = len(run.host.files.operations)
    assert count > 8
    for kind in ("io_error", "disk_full", "access_denied", "die"):
        for number in range(1, count + 1):
            run("remove", paths=[PART])
            run.host.files.faults.add(FileFault(kind, at=number))
            with pytest.raises((Thrown, Died)):
                _write(run, b"x" * 3_000_000)
            run.host.files.faults.clear()
            left = run("list_folder", path="D:\\Backup")["entries"]
            if any(each["name"] == "ls1.zip.part" for each in left):
                assert not zipfile.is_zipfile(run.host.files.real(PART)), (kind, number)


def test_a_full_disk_ends_a_bundle(run: OperationClient) -> None:
    run.host.files.drives["D:"].free = 100
    with pytest.raises(Thrown) as caught:
        _write(run, bytes(range(256)) * 8)
    assert caught.value.code == 0x80070070


def _zip(*names: str, **more: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
        for name, data in more.items():
            archive.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize(
    "names",
    [
        ("database/../evil",),
        ("database/a/b",),
        ("database/a\\b",),
        ("database/C:x",),
        ("database/",),
        ("database/..",),
        ("database/a.",),
        ("database/A", "database/a"),
    ],
)
def test_odd_names_are_refused_before_anything_is_written(
    run: OperationClient, names: tuple[str, ...]
) -> None:
    _place(run, "D:\\b.zip", _zip("database/good", *names))
    run.host.files.place("C:\\new")
    with pytest.raises(Thrown, match="plain file name"):
        run("unpack_bundle", bundle="D:\\b.zip", prefix="database/", destination="C:\\new")
    assert run.host.files.entries("C:\\new") == []


def test_a_bundle_is_unpacked_into_an_empty_folder_only(run: OperationClient) -> None:
    _place(run, "D:\\b.zip", _zip("database/good"))
    _place(run, "C:\\new\\old", b"x")
    with pytest.raises(Thrown) as caught:
        run("unpack_bundle", bundle="D:\\b.zip", prefix="database/", destination="C:\\new")
    assert caught.value.code == 0x80070091


def _damaged(data: bytes) -> bytes:
    """A zip whose first entry has other content than it had; CRC and directory are as before."""
    at = data.index(b"payload")
    return data[:at] + b"PAYLOAD" + data[at + 7 :]


def test_damaged_content_is_read_as_it_is(run: OperationClient) -> None:
    """The .NET Framework checks no CRC: only the hash tells."""
    _place(run, "D:\\b.zip", _damaged(_zip(a=b"payload")))
    read = run("read_bundle", path="D:\\b.zip", deep=True, texts=["a"], heads=[])
    assert read["entries"][0]["sha256"] == hashlib.sha256(b"PAYLOAD").hexdigest()


def _liar(claimed: int) -> bytes:
    """A zip whose directory says that its entry is shorter than it is."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"x" * 100)
    data = bytearray(stream.getvalue())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = claimed.to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize("data", [b"", b"no zip", _zip("a")[:-10], _liar(5)])
def test_what_is_no_zip_is_an_error(run: OperationClient, data: bytes) -> None:
    _place(run, "D:\\b.zip", data)
    with pytest.raises(Thrown) as caught:
        run("read_bundle", path="D:\\b.zip", deep=True, texts=[], heads=[])
    assert caught.value.code == 0x80131501
