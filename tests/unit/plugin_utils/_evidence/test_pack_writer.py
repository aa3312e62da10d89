# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Large packs: streamed, and ZIP64 where they have to be."""

from __future__ import annotations

import stat
import tracemalloc
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.chain import (
    check_pack,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.pack_manifest import (
    PackManifest,
    read_manifest,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.pack_name import (
    PackName,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.pack_writer import (
    ContentChanged,
    PackSource,
    write_pack,
)

NAME = PackName("e", 1, datetime(2026, 11, 21, 9, 30, tzinfo=UTC))
EMPTY = PackManifest(
    name=str(NAME),
    number=1,
    created="2026-11-21T09:30:00Z",
    tool_version="0",
    digest="0" * 64,
    made_by="operator",
    job=None,
    previous=None,
    files=(),
)


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"b" * 3_000_000)
    sources = [PackSource("z.txt", b"z"), PackSource("a.pdf", path=tmp_path / "file")]
    path = tmp_path / "pack.zip"
    manifest, text = write_pack(path, sources, EMPTY)
    assert [each.name for each in manifest.files] == ["a.pdf", "z.txt"]
    assert read_manifest(text) == manifest
    found = check_pack(path, NAME)
    assert (found.problems, found.manifest) == ((), manifest)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
    assert {each.date_time for each in infos} == {(2026, 11, 21, 9, 30, 0)}
    packings = [each.compress_type for each in infos]
    assert packings == [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED]


def test_a_pack_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(b"here")
    with pytest.raises(FileExistsError):
        write_pack(path, [], EMPTY)
    assert path.read_bytes() == b"here"


def test_beyond_four_gigabytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The limit of the old format, moved to where a test can pass it.
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1_000_000)
    (tmp_path / "file").write_bytes(b"b" * 1_500_000)
    path = tmp_path / "pack.zip"
    sources = [PackSource(name, path=tmp_path / "file") for name in ("a.pdf", "b.pdf")]
    write_pack(path, sources, EMPTY)
    content = path.read_bytes()
    assert b"PK\x06\x06" in content[-200:], "there is no ZIP64 end record"
    assert check_pack(path, NAME).problems == ()


def test_large_files_are_not_held(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        file.truncate(96 * 1024 * 1024)
    path = tmp_path / "pack.zip"
    tracemalloc.start()
    try:
        write_pack(path, [PackSource("a.txt", path=tmp_path / "file")], EMPTY)
        assert check_pack(path, NAME).problems == ()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 24 * 1024 * 1024


def test_a_file_that_is_not_what_it_was(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"another")
    source = PackSource("a.pdf", path=tmp_path / "file", sha256="0" * 64)
    with pytest.raises(ContentChanged, match=r"a\.pdf"):
        write_pack(tmp_path / "pack.zip", [source], EMPTY)
