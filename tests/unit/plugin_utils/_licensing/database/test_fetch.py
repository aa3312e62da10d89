# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a transfer keeps and removes on the controller: never what was good once."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database import (
    fetch,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.bundle_reader import (
    NotReadableBundle,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.files import (
    Chunk,
    Files,
)

from .bundle_parts import CREATED, Parts

PATH = r"D:\Backup\LS1-20261121T220000Z.zip"


class OneFile(Files):
    """A license server that holds one file.

    :param asked: the offsets that were read.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.asked: list[int] = []

    def read_chunk(self, path: str, offset: int, count: int) -> Chunk:
        assert path == PATH
        self.asked.append(offset)
        return Chunk(len(self.data), CREATED, self.data[offset : offset + count])


@pytest.fixture
def parts() -> Parts:
    return Parts()


@pytest.fixture
def server(parts: Parts, tmp_path: Path) -> OneFile:
    return OneFile(parts.write(tmp_path, file="source").read_bytes())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "a" / "bundles"


def bring(server: OneFile, parts: Parts, folder: Path) -> fetch.Fetched:
    return fetch.fetch_bundle(server, PATH, parts.name, folder, lambda: None)


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_a_bundle_arrives_in_chunks(
    server: OneFile, parts: Parts, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "CHUNK", 1000)
    found = bring(server, parts, folder)
    assert found.path.read_bytes() == server.data
    assert names(folder) == [str(parts.name)]
    assert found.path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert server.asked == list(range(0, len(server.data), 1000))


def test_what_arrived_before_is_not_asked_again(
    server: OneFile, parts: Parts, folder: Path
) -> None:
    folder.mkdir(parents=True)
    part = folder / parts.name.part
    part.write_bytes(server.data[:700])
    part.chmod(0o644)
    found = bring(server, parts, folder)
    assert server.asked == [700]
    assert found.path.read_bytes() == server.data
    assert found.path.stat().st_mode & 0o777 == 0o600


def test_a_damaged_part_is_removed(server: OneFile, parts: Parts, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / parts.name.part).write_bytes(b"\0" * 700)
    with pytest.raises(fetch.TransferFailed, match=str(parts.name)):
        bring(server, parts, folder)
    assert names(folder) == []
    assert bring(server, parts, folder).sha256


def test_a_part_that_is_a_link_is_not_written_through(
    server: OneFile, parts: Parts, folder: Path, tmp_path: Path
) -> None:
    folder.mkdir(parents=True)
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (folder / parts.name.part).symlink_to(victim)
    with pytest.raises(fetch.NotOnController, match="cannot be written"):
        bring(server, parts, folder)
    assert victim.read_bytes() == b"precious"


@pytest.mark.parametrize("reason", ["denied", "read", "missing"])
@pytest.mark.parametrize("final", [True, False])
def test_what_cannot_be_read_stays(
    server: OneFile,
    parts: Parts,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    reason: str,
    final: bool,
) -> None:
    def unreadable(path: Path, *, deep: bool) -> None:
        raise NotReadableBundle(reason, f"{path.name} {deep}")

    folder.mkdir(parents=True)
    file = folder / (str(parts.name) if final else parts.name.part)
    file.write_bytes(server.data)
    monkeypatch.setattr(fetch, "read_bundle_file", unreadable)
    with pytest.raises(fetch.NotOnController, match="cannot be read on the controller"):
        bring(server, parts, folder)
    assert names(folder) == [file.name]
    assert file.read_bytes() == server.data


def test_a_damaged_bundle_from_before_is_reported_and_left(
    server: OneFile, parts: Parts, folder: Path
) -> None:
    folder.mkdir(parents=True)
    file = folder / str(parts.name)
    file.write_bytes(server.data[:-30])
    with pytest.raises(fetch.NotOnController, match="was there before and is damaged") as caught:
        bring(server, parts, folder)
    assert "move it out of the way" in (caught.value.advice or "")
    assert file.read_bytes() == server.data[:-30]
    assert server.asked == []


def test_a_good_bundle_from_before_is_not_brought_again(
    server: OneFile, parts: Parts, folder: Path
) -> None:
    first = bring(server, parts, folder)
    server.asked.clear()
    assert bring(server, parts, folder) == first
    assert server.asked == []
