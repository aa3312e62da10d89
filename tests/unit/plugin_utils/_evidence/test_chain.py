# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tampering: what shows, where, and as what."""

from __future__ import annotations

import io
import json
import random
import shutil
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.delivery import (
    Wanted,
    deliver,
    said,
    verify,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.pack_manifest import (
    sha256_of,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.pack_name import (
    PackName,
    packs_among,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.place import (
    EvidenceError,
)
from unit.plugin_utils._evidence.evidence_builders import LocalPlace, given

BASE = "licensing_evidence"


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    """A folder with four packs."""
    folder = tmp_path / "evidence"
    for day in range(4):
        add(folder, day)
    return folder


def add(folder: Path, day: int, name: str = BASE, made_by: str = "operator") -> str:
    about = given()
    about = replace(about, now=about.now + timedelta(days=day))
    wanted = Wanted(path=str(folder), name=name, max_age=0.0, made_by=made_by)
    outcome = deliver(wanted, about, LocalPlace(), str(folder.parent), check_mode=False)
    pack: str = outcome.values["pack"]
    return pack


def check(folder: Path, *noted: str) -> dict[str, Any]:
    return verify(str(folder), BASE, list(noted), LocalPlace(), str(folder.parent))


def found(folder: Path, *noted: str) -> list[tuple[str, int | None]]:
    """The kinds of problems, with the numbers of the packs that they are about."""
    result = check(folder, *noted)
    assert result["valid"] is not bool(result["problems"])
    assert all(each["what"] for each in result["problems"])
    return [
        (each["kind"], int(each["pack"].split("-")[1]) if each["pack"] else None)
        for each in result["problems"]
    ]


def pack(folder: Path, number: int) -> Path:
    (path,) = folder.glob(f"{BASE}-{number:06}-*.zip")
    return path


def rewrite(path: Path, change: Callable[[dict[str, bytes]], object]) -> None:
    """Edit a pack's entries, as somebody with a ZIP program would."""
    with zipfile.ZipFile(path) as archive:
        entries = {each: archive.read(each) for each in archive.namelist()}
    change(entries)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


def resealed(entries: dict[str, bytes], **values: Any) -> None:
    """Make a manifest fit its entries again: a careful forger."""
    manifest = json.loads(entries.pop("manifest.json")) | values
    manifest["files"] = [
        {"name": name, "bytes": len(content), "sha256": sha256_of(content)}
        for name, content in entries.items()
    ]
    entries["manifest.json"] = json.dumps(manifest).encode()


def test_a_chain_that_nobody_touched(chain: Path) -> None:
    result = check(chain)
    assert result["valid"]
    assert result["problems"] == []
    assert [each["number"] for each in result["packs"]] == [1, 2, 3, 4]
    assert result["newest"] == pack(chain, 4).name
    heads = [each["manifest_sha256"] for each in result["packs"]]
    assert result["manifest_sha256"] == heads[-1]
    assert found(chain, *heads, heads[0].upper()) == []
    assert result["packs"][0]["made_by"] == "operator"


def test_a_pack_that_was_removed(chain: Path) -> None:
    pack(chain, 2).unlink()
    assert found(chain) == [("removed", 3)]
    assert "number 2 before it" in check(chain)["problems"][0]["what"]
    pack(chain, 3).unlink()
    assert "number 2 to 3" in check(chain)["problems"][0]["what"]
    pack(chain, 1).unlink()
    assert "number 1 to 3" in check(chain)["problems"][0]["what"]


def test_the_newest_pack_that_was_removed_shows_by_what_was_noted(chain: Path) -> None:
    head = check(chain)["manifest_sha256"]
    pack(chain, 4).unlink()
    assert found(chain) == []
    assert found(chain, head) == [("noted_missing", None)]


def test_a_file_that_was_edited(chain: Path) -> None:
    rewrite(pack(chain, 2), lambda entries: entries.update({"hosts.csv": b"all is well"}))
    assert found(chain) == [("edited", 2)]
    assert "hosts.csv" in check(chain)["problems"][0]["what"]


def test_an_edit_with_a_new_manifest_breaks_the_chain(chain: Path) -> None:
    def forge(entries: dict[str, bytes]) -> None:
        entries["hosts.csv"] = b"all is well"
        resealed(entries)

    rewrite(pack(chain, 2), forge)
    assert found(chain) == [("replaced", 2)]
    # Of the newest one nothing follows: that shows by what was noted only.
    head = check(chain)["manifest_sha256"]
    rewrite(pack(chain, 4), forge)
    assert found(chain) == [("replaced", 2)]
    assert found(chain, head) == [("replaced", 2), ("noted_missing", None)]


def test_files_that_were_taken_out_or_put_in(chain: Path) -> None:
    rewrite(pack(chain, 2), lambda entries: entries.pop("cals.csv"))
    rewrite(pack(chain, 3), lambda entries: entries.update({"more.txt": b"hello"}))
    assert found(chain) == [("missing_file", 2), ("extra_file", 3)]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_is_in_it_twice(chain: Path) -> None:
    with zipfile.ZipFile(pack(chain, 2), "a") as archive:
        archive.writestr("hosts.csv", b"another one")
    assert ("duplicate_file", 2) in found(chain)


def test_a_pack_that_was_renamed(chain: Path) -> None:
    third = pack(chain, 3)
    third.rename(third.with_name(third.name.replace("-000003-", "-000005-")))
    assert found(chain) == [("renamed", 5)]
    shutil.copy(pack(chain, 5), third)
    assert found(chain) == [("renamed", 5), ("forked", 5)]


def test_a_pack_in_place_of_another(chain: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    add(other, 0)
    add(other, 1, made_by="somebody else")
    shutil.copy(pack(other, 2), pack(chain, 2))
    assert found(chain) == [("replaced", 2)]


def test_a_pack_with_another_time_in_place(chain: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    add(other, 0)
    add(other, 2)
    pack(chain, 2).unlink()
    shutil.copy(pack(other, 2), chain)
    assert found(chain) == [("replaced", 2)]


def test_two_packs_of_one_number(chain: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    for day in (0, 1):
        add(other, day)
    late = add(other, 9)
    shutil.copy(other / late, chain)
    kinds = found(chain)
    assert ("forked", 3) in kinds


def test_a_chain_that_begins_anew(chain: Path) -> None:
    def orphan(entries: dict[str, bytes]) -> None:
        resealed(entries, previous=None)

    rewrite(pack(chain, 4), orphan)
    assert found(chain) == [("unchained", 4)]


def test_the_clock_goes_back(chain: Path) -> None:
    add(chain, -30)
    assert found(chain) == [("time_goes_back", 5)]


def test_no_packs(tmp_path: Path) -> None:
    assert found(tmp_path / "nowhere") == [("no_packs", None)]
    with pytest.raises(EvidenceError, match="not an absolute path"):
        verify("here", BASE, [], LocalPlace(), str(tmp_path))


def test_another_chain_in_the_same_folder(chain: Path) -> None:
    add(chain, 0, name="licensing_evidence-north")
    (chain / "licensing_evidence-notes.zip").write_bytes(b"mine")
    assert found(chain) == []


# -- what is no pack -----------------------------------------------------------------------------


def zipped(**entries: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


MANIFEST: dict[str, Any] = {
    "format": 1,
    "kind": "remote_desktop.licensing evidence pack",
    "name": "x",
    "number": 2,
    "created": "2026-11-22T09:30:00Z",
    "tool_version": "0",
    "made_by": "x",
    "job": None,
    "digest": "0" * 64,
    "previous": {"name": "x", "sha256": "0" * 64},
    "files": [],
}


def manifest(**values: Any) -> bytes:
    return zipped(**{"manifest.json": json.dumps(MANIFEST | values).encode()})


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "unreadable"),
        (b"PK\x05\x06", "unreadable"),
        (b"<html>", "unreadable"),
        (zipped(), "no_manifest"),
        (zipped(**{"hosts.csv": b""}), "no_manifest"),
        (zipped(**{"manifest.json": b"{"}), "bad_manifest"),
        (zipped(**{"manifest.json": b"[]"}), "bad_manifest"),
        (zipped(**{"manifest.json": b"[" * 100_000}), "bad_manifest"),
        (zipped(**{"manifest.json": b'{"format": 1, "format": 1}'}), "bad_manifest"),
        (manifest(kind="another"), "bad_manifest"),
        (manifest(format=2), "bad_manifest"),
        (manifest(number="2"), "bad_manifest"),
        (manifest(number=0), "bad_manifest"),
        (manifest(created="yesterday"), "bad_manifest"),
        (manifest(digest="x"), "bad_manifest"),
        (manifest(previous=[]), "bad_manifest"),
        (manifest(previous={"name": "x", "sha256": "x"}), "bad_manifest"),
        (manifest(files=[{"name": "a", "bytes": -1, "sha256": "0" * 64}]), "bad_manifest"),
        (manifest(files=[{"name": "a", "sha256": "0" * 64}]), "bad_manifest"),
        (manifest(files={}), "bad_manifest"),
        (manifest(), "renamed"),
    ],
)
def test_what_is_no_pack(chain: Path, content: bytes, kind: str) -> None:
    pack(chain, 2).write_bytes(content)
    assert (kind, 2) in found(chain)


def test_a_bomb_is_refused_before_it_is_unpacked(chain: Path) -> None:
    path = pack(chain, 2)
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"PK\x01\x02")
    # The size of its last entry: 4 GiB less one, of some hundred bytes.
    content[entry + 24 : entry + 28] = struct.pack("<I", 0xFFFFFFFE)
    path.write_bytes(content)
    (problem,) = [each for each in check(chain)["problems"] if each["kind"] == "unreadable"]
    assert "deflate cannot do" in problem["what"]


def test_names_that_lead_out_of_a_pack_lead_nowhere(chain: Path) -> None:
    rewrite(pack(chain, 2), lambda entries: entries.update({"../../evil": b"", "/etc/x": b""}))
    assert found(chain) == [("extra_file", 2), ("extra_file", 2)]
    assert not (chain.parent.parent / "evil").exists()


def test_damage_anywhere_is_told_and_never_raises(chain: Path) -> None:
    dice = random.Random(20261121)
    path = pack(chain, 2)
    whole = path.read_bytes()
    for dummy in range(60):
        damaged = bytearray(whole)
        for place in dice.sample(range(len(damaged)), 3):
            damaged[place] ^= 1 << dice.randrange(8)
        path.write_bytes(damaged[: dice.choice((len(damaged), dice.randrange(len(damaged))))])
        result = check(chain)
        named = {each["name"]: each for each in result["packs"]}[path.name]
        # What changed in the file without a problem is no content: a time, a flag.
        if not named["problems"]:
            assert named["manifest_sha256"] == check_whole(whole, chain)


def check_whole(whole: bytes, chain: Path) -> str:
    """The hash of the manifest in the undamaged pack."""
    copy = chain.parent / "whole.zip"
    copy.write_bytes(whole)
    with zipfile.ZipFile(copy) as archive:
        return sha256_of(archive.read("manifest.json"))


# -- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "licensing_evidence-1-20261121T093000Z.zip",
        "licensing_evidence-000001-20261121T093000.zip",
        "licensing_evidence-000001-20261321T093000Z.zip",
        "-000001-20261121T093000Z.zip",
        "a/b-000001-20261121T093000Z.zip",
        "licensing_evidence-000001-20261121T093000Z.zip.part",
        "licensing_evidence-\N{FULLWIDTH DIGIT ZERO}00001-20261121T093000Z.zip",
    ],
)
def test_names_of_no_pack(text: str) -> None:
    assert PackName.parse(text) is None


def test_names_sort_by_number_and_chains_stay_apart() -> None:
    names = [
        "e-000010-20250101T000000Z.zip",
        "e-000009-20260101T000000Z.zip",
        "e-x-000001-20260101T000000Z.zip",
    ]
    assert [each.number for each in packs_among(names, "e")] == [9, 10]
    assert [str(each) for each in packs_among(names, "e-x")] == names[2:]


def test_many_problems_in_a_sentence() -> None:
    told = said([{"pack": f"p{number}", "what": "odd"} for number in range(7)])
    assert told == "p0: odd; p1: odd; p2: odd; p3: odd; p4: odd; and 2 more"
    assert said([{"pack": "", "what": "odd"}]) == "odd"
