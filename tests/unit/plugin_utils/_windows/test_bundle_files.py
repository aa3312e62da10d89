# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Zip files on a host, and copies of databases, over operations that answer what the test says."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.bundle_files import (
    BundleFiles,
    WrittenBundle,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.database_snapshot import (
    Snapshot,
    snapshot_database,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.files import (
    HashedFile,
)
from unit.plugin_utils.fake_operations import FakeOperations

ONE = {"name": "database/TLSLic.edb", "bytes": 8192, "sha256": "0a" * 32}
TWO = {"name": "packs.json", "bytes": 2, "sha256": "0b" * 32}
HASHED = (
    HashedFile("database/TLSLic.edb", 8192, "0a" * 32),
    HashedFile("packs.json", 2, "0b" * 32),
)
FILES = [("database/TLSLic.edb", "D:\\lserver\\TLSLic.edb", False)]


def write(answer: dict[str, Any]) -> tuple[WrittenBundle, FakeOperations]:
    operations = FakeOperations(write_bundle=answer)
    found = BundleFiles(operations).write("D:\\x.part", FILES, {"packs.json": b"[]"}, {"v": 1})
    return found, operations


def test_a_bundle_is_written() -> None:
    found, operations = write({"bytes": 900, "files": [ONE, TWO]})
    assert found == WrittenBundle(900, HASHED)
    ((name, options, blob),) = operations.asked
    assert (name, blob) == ("write_bundle", None)
    assert options == {
        "part": "D:\\x.part",
        "files": [
            {"name": "database/TLSLic.edb", "path": "D:\\lserver\\TLSLic.edb", "gzip": False}
        ],
        "texts": [{"name": "packs.json", "base64": base64.b64encode(b"[]").decode()}],
        "manifest": {"v": 1},
    }


@pytest.mark.parametrize("files", [[], [ONE], [TWO, ONE], [ONE, TWO, TWO], [ONE | {"name": "x"}]])
def test_a_bundle_of_other_entries(files: list[dict[str, Any]]) -> None:
    with pytest.raises(BadAnswer, match="other entries"):
        write({"bytes": 900, "files": files})


def test_a_bundle_without_hashes() -> None:
    with pytest.raises(BadAnswer, match="sha256"):
        write({"bytes": 900, "files": [ONE | {"sha256": None}, TWO]})


def test_a_bundle_is_read_as_it_came() -> None:
    answer = {"bytes": 1, "entries": []}
    operations = FakeOperations(read_bundle=answer)
    bundles = BundleFiles(operations)
    assert bundles.read("D:\\x.zip", deep=True, texts=("a",), heads={"b": 4}) == answer
    assert bundles.read("D:\\x.zip", deep=False) == answer
    assert [options for dummy, options, dummy_blob in operations.asked] == [
        {"path": "D:\\x.zip", "deep": True, "texts": ["a"], "heads": [{"name": "b", "bytes": 4}]},
        {"path": "D:\\x.zip", "deep": False, "texts": [], "heads": []},
    ]


def test_a_bundle_is_unpacked() -> None:
    operations = FakeOperations(unpack_bundle={"files": [ONE | {"name": "TLSLic.edb"}]})
    found = BundleFiles(operations).unpack("D:\\x.zip", "database/", "D:\\new")
    assert found == (HashedFile("TLSLic.edb", 8192, "0a" * 32),)
    options = {"bundle": "D:\\x.zip", "prefix": "database/", "destination": "D:\\new"}
    assert operations.asked == [("unpack_bundle", options, None)]


WANTED = {
    "database": "D:\\lserver\\TLSLic.edb",
    "base": "edb",
    "logs": "D:\\lserver",
    "system": "D:\\lserver",
    "destination": "D:\\x.staging\\TLSLic.edb",
}


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({"exit_code": 0, "output": "ok", "bytes": 8192}, Snapshot(0, "ok", 8192)),
        ({"exit_code": -1, "output": "a\n  b", "bytes": None}, Snapshot(-1, "a b", None)),
    ],
)
def test_a_snapshot(answer: dict[str, Any], found: Snapshot) -> None:
    operations = FakeOperations(snapshot_database=answer)
    assert snapshot_database(operations, **WANTED) == found
    assert operations.asked == [("snapshot_database", WANTED, None)]
