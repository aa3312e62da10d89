# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The check of the database in a bundle: its header, its state, its logs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.bundle_check import (
    Findings,
    check_bundle,
    missing_logs,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.bundle_reader import (
    read_bundle_file,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.ese_header import (
    read_header,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.manifest import (
    DatabaseNote,
    Method,
)
from unit.plugin_utils._licensing.database.bundle_parts import (
    CLEAN,
    DIRTY,
    Parts,
    database,
    manifest,
)

EDB = "database/TLSLic.edb"


def checked(parts: Parts, folder: Path, *, deep: bool = True, **more: Any) -> Findings:
    """Write a bundle, read it and check it."""
    path = parts.write(folder, **more)
    return check_bundle(read_bundle_file(path, deep=deep), parts.name)


def codes(found: Findings) -> set[str]:
    return {each.code for each in found.problems}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_database"),
        (b"SQLite format 3\0" * 1000, "not_a_database"),
        (b"PK\x03\x04" + bytes(70_000), "not_a_database"),
        (database()[:5000], "not_a_database"),
        (database() + b"x", "page_size"),
        (database(state=1), "state"),
        (database(state=4), "state"),
        (database(state=7), "state"),
        (database(state=99), "state"),
        (database(state=DIRTY), "logs"),
    ],
)
def test_a_database_that_is_none(tmp_path: Path, data: bytes, code: str) -> None:
    assert codes(checked(Parts().with_entry(EDB, data), tmp_path)) == {code}


def test_a_damaged_second_header_is_told(tmp_path: Path) -> None:
    found = checked(Parts().with_entry(EDB, database()[:8192] + bytes(8192)), tmp_path)
    assert found.verified is True
    assert "The second header" in found.notes[0]


def test_a_damaged_header_is_found_and_a_good_second_one_is_told(tmp_path: Path) -> None:
    data = bytearray(database())
    data[60] ^= 1
    found = checked(Parts().with_entry(EDB, bytes(data)), tmp_path)
    assert found.problems == []
    assert "the second is good" in found.notes[0]
    data[8192 + 60] ^= 1
    found = checked(Parts().with_entry(EDB, bytes(data)), tmp_path)
    assert codes(found) == {"header_checksum"}


@pytest.mark.parametrize("file", ["other.edb", "edb.log"])
def test_a_bundle_without_its_database_is_found(tmp_path: Path, file: str) -> None:
    about = manifest(database=DatabaseNote("C:\\x", file, "edb"))
    assert codes(checked(Parts(about=about), tmp_path)) == {"no_database"}


def test_a_reader_that_did_not_look_into_the_database_does_not_pass(tmp_path: Path) -> None:
    path = Parts().write(tmp_path)
    contents = read_bundle_file(path, deep=True, heads={})
    assert codes(check_bundle(contents)) == {"no_database"}


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("state", [CLEAN, DIRTY])
def test_which_copy_may_be_dirty(tmp_path: Path, method: Method, state: int) -> None:
    parts = Parts(about=manifest(method=method))
    parts.with_entry(EDB, database(state, required=(4, 5)))
    parts.with_entry("database/edb00004.log", b"4").with_entry("database/edb00003.log", b"3")
    found = checked(parts, tmp_path)
    if state == CLEAN:
        assert found.verified is True
    elif method is Method.ESENTUTL:
        assert codes(found) == {"state"}
    else:
        # 5 is edb.log, the one that was being written.
        assert found.verified is True
        assert "replayed when the service starts" in found.notes[0]


@pytest.mark.parametrize(
    ("required", "base", "names", "lacking"),
    [
        ((1, 1), "edb", ["edb.log"], None),
        ((1, 3), "edb", ["edb00001.log", "edb00002.log", "edb.log"], None),
        ((1, 3), "edb", ["edb00001.log", "edb00002.log", "edb00003.log"], None),
        ((10, 11), "tls", ["tls0000000a.log", "tls.log"], None),
        ((10, 11), "TLS", ["tls0000a.jtx", "tls.jtx"], None),
        ((1, 3), "edb", ["edb00001.log", "edb.log"], "1 of the logs"),
        ((1, 3), "edb", ["edb00002.log", "edb00003.log", "edb.log"], "1 of the logs"),
        ((1, 3), "edb", ["edb00001.log", "edb00002.log"], "1 of the logs"),
        ((1, 3), "edb", ["tls00001.log", "tls00002.log", "tls.log"], "3 of the logs"),
        ((1, 3), "e.b", ["edb00001.log", "edb00002.log", "edb.log"], "3 of the logs"),
        ((1, 2**31 - 1), "edb", ["edb.log"], "2147483646 of the logs"),
        ((1, 2), None, ["edb00001.log", "edb.log"], "base name"),
        ((0, 0), "edb", ["edb.log"], "does not name the logs"),
        ((3, 2), "edb", ["edb.log"], "does not name the logs"),
        ((1, 0xFFFFFFFF), "edb", ["edb.log"], "does not name the logs"),
    ],
)
def test_which_logs_a_dirty_database_lacks(
    required: tuple[int, int], base: str | None, names: list[str], lacking: str | None
) -> None:
    found = missing_logs(read_header(database(DIRTY, required=required)), base, iter(names))
    if lacking is None:
        assert found is None
    else:
        assert lacking in str(found)
