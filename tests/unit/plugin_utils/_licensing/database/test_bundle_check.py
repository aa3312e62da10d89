# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The check of a bundle: each thing that can be wrong is found, and only that."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import BadAnswer
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.bundle import (
    Contents,
    contents_from,
    why_not_an_entry,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.bundle_check import (
    MOST_PROBLEMS,
    Findings,
    check_bundle,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.bundle_name import (
    BundleName,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.bundle_reader import (
    read_bundle_file,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.manifest import (
    BundleFile,
)
from unit.plugin_utils._licensing.database.bundle_parts import (
    PACK,
    SERVER,
    Parts,
    as_json,
    database,
    identity,
    packs,
)

EDB = "database/TLSLic.edb"


def checked(parts: Parts, folder: Path, *, deep: bool = True, **more: Any) -> Findings:
    """Write a bundle, read it and check it."""
    path = parts.write(folder, **more)
    return check_bundle(read_bundle_file(path, deep=deep), parts.name)


def codes(found: Findings) -> set[str]:
    return {each.code for each in found.problems}


def test_a_whole_bundle_has_no_problem(tmp_path: Path) -> None:
    found = checked(Parts(), tmp_path)
    assert (found.problems, found.notes, found.verified) == ([], [], True)
    assert found.manifest is not None
    assert found.manifest.server == SERVER
    assert found.identity is not None
    assert found.identity.machine.os_build == 20348
    assert found.packs is not None
    assert found.packs.issued_total == 37
    assert found.header is not None
    assert found.header.clean


def test_what_was_not_read_whole_is_not_verified(tmp_path: Path) -> None:
    found = checked(Parts(), tmp_path, deep=False)
    assert (found.problems, found.verified) == ([], None)
    assert found.header is not None


@pytest.mark.parametrize("name", sorted(Parts().entries))
def test_every_changed_file_is_found(tmp_path: Path, name: str) -> None:
    parts = Parts()
    parts.listed = parts.files()
    data = parts.entries[name]
    parts.entries[name] = data[:-1] + bytes([data[-1] ^ 1])
    found = checked(parts, tmp_path)
    assert "hash" in codes(found)
    assert [each.entry for each in found.problems if each.code == "hash"] == [name]
    assert found.verified is False


@pytest.mark.parametrize("name", sorted(Parts().entries))
def test_every_file_of_another_size_is_found_without_reading_it(tmp_path: Path, name: str) -> None:
    parts = Parts()
    parts.listed = parts.files()
    parts.entries[name] += b" "
    found = checked(parts, tmp_path, deep=False)
    assert [each.entry for each in found.problems if each.code == "size"] == [name]


@pytest.mark.parametrize("name", sorted(Parts().entries))
def test_every_missing_file_is_found(tmp_path: Path, name: str) -> None:
    parts = Parts()
    parts.listed = parts.files()
    del parts.entries[name]
    found = checked(parts, tmp_path, deep=False)
    assert ("missing", name) in {(each.code, each.entry) for each in found.problems}


@pytest.mark.parametrize("name", ["identity.json", "packs.json", "issued.json", "registry.json"])
def test_what_every_bundle_has_is_missed_even_if_the_manifest_does_not_list_it(
    tmp_path: Path, name: str
) -> None:
    parts = Parts()
    del parts.entries[name]
    assert codes(checked(parts, tmp_path)) == {"missing"}


def test_a_file_that_the_manifest_does_not_list_is_found(tmp_path: Path) -> None:
    found = checked(Parts(), tmp_path, more=[("database/edb00001.log", b"x")])
    assert [(each.code, each.entry) for each in found.problems] == [
        ("extra", "database/edb00001.log")
    ]


@pytest.mark.parametrize(
    "name",
    [
        "../evil.ps1",
        "database/../../evil.ps1",
        "database/..",
        "database/",
        "database/sub/x.edb",
        "database\\x.edb",
        "database/..\\x.edb",
        "/etc/passwd",
        "C:\\Windows\\x.dll",
        "C:/Windows/x.dll",
        "database/x.edb:stream",
        "database/nul",
        "database/COM1.log",
        "database/x.log.",
        "database/x.log ",
        "database/x\ny",
        "database/x\x1b[2J",
        "database/x\u202ey",
        "\\\\server\\share\\x",
        "other.json",
        "Database/x.log",
        "",
    ],
)
def test_a_name_that_leads_elsewhere_is_found_even_if_the_manifest_lists_it(
    tmp_path: Path, name: str
) -> None:
    found = checked(Parts().with_entry(name, b"x"), tmp_path)
    assert codes(found) >= {"entry_name"}
    assert all((each.entry or "").isprintable() for each in found.problems)
    assert all(each.text.isprintable() for each in found.problems)


def test_names_that_a_bundle_holds() -> None:
    names = ("database/TLSLic.edb", "database/edb.chk", "database/a b_1.jrs", "manifest.json")
    assert [why_not_an_entry(each) for each in (*names, *Parts().entries)] == [None] * 11


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_is_there_twice_is_found(tmp_path: Path) -> None:
    found = checked(Parts(), tmp_path, more=[(EDB, database())])
    assert codes(found) == {"duplicate"}


def test_names_that_are_one_to_windows_are_found(tmp_path: Path) -> None:
    found = checked(Parts().with_entry("database/tlslic.EDB", database()), tmp_path)
    assert codes(found) == {"case", "manifest_unreadable"}


def test_a_manifest_that_lists_a_file_twice_is_found(tmp_path: Path) -> None:
    parts = Parts()
    parts.listed = [*parts.files(), parts.files()[0]]
    assert codes(checked(parts, tmp_path)) == {"manifest_unreadable"}


def test_an_edited_manifest_is_found(tmp_path: Path) -> None:
    parts = Parts()
    parts.text = parts.manifest_text().replace(b'"started": "2026', b'"started": "2027')
    found = checked(parts, tmp_path)
    assert codes(found) == {"manifest_edited"}
    assert found.manifest is None


def test_edited_hashes_are_found(tmp_path: Path) -> None:
    parts = Parts()
    parts.listed = [replace(each, sha256="0" * 64) for each in parts.files()]
    found = checked(parts, tmp_path)
    assert [each.code for each in found.problems] == ["hash"] * len(parts.entries)


def test_a_hidden_change_of_identity_and_hash_is_found(tmp_path: Path) -> None:
    # Somebody who keeps the hashes right still has to make the manifest anew.
    parts = Parts().with_entry("identity.json", as_json(identity(license_server_id="OTHER")))
    assert codes(checked(parts, tmp_path)) == {"other_server"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("identity.json", identity(server="LS2")),
        ("identity.json", identity(server=None)),
        ("identity.json", identity(license_server_id=None)),
        ("packs.json", packs(server="LS2")),
        ("packs.json", packs(license_server_id="OTHER")),
    ],
)
def test_texts_of_another_server_are_found(tmp_path: Path, name: str, value: Any) -> None:
    found = checked(Parts().with_entry(name, as_json(value)), tmp_path)
    assert [(each.code, each.entry) for each in found.problems] == [("other_server", name)]


def test_upper_and_lower_case_of_the_server_do_not_matter(tmp_path: Path) -> None:
    parts = Parts(name=BundleName.make("ls1", Parts().name.created))
    assert checked(parts.with_entry("packs.json", as_json(packs(server="ls1"))), tmp_path).verified


def test_a_bundle_under_another_name_is_found(tmp_path: Path) -> None:
    path = Parts().write(tmp_path)
    contents = read_bundle_file(path, deep=True)
    for text, code in (
        ("LS2-20261121T220000Z.zip", "other_server"),
        ("LS1-20261121T220001Z.zip", "renamed"),
    ):
        assert codes(check_bundle(contents, BundleName.parse(text))) == {code}
    # A label may be added later, and nobody has to give the name.
    labelled = BundleName.parse("LS1-20261121T220000Z-keep_this.zip")
    assert check_bundle(contents, labelled).problems == []
    assert check_bundle(contents).problems == []


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("identity.json", b"{", "identity_unreadable"),
        ("identity.json", b"[]", "identity_unreadable"),
        ("packs.json", b"", "packs_unreadable"),
        ("packs.json", b"[" * 100_000, "packs_unreadable"),
        ("packs.json", as_json(packs(packs=None)), "packs_unreadable"),
        ("packs.json", as_json(packs(packs={})), "packs_unreadable"),
        ("packs.json", as_json(packs(server=None)), "packs_unreadable"),
        ("packs.json", as_json(packs(collected_at=1)), "packs_unreadable"),
        ("packs.json", as_json(packs(issued_total="37")), "packs_unreadable"),
        ("packs.json", as_json(packs({**PACK, "key_pack_id": None})), "packs_unreadable"),
        ("packs.json", as_json(packs({**PACK, "total": "100"})), "packs_unreadable"),
        ("packs.json", as_json(packs({**PACK, "issued": True})), "packs_unreadable"),
        ("packs.json", as_json(packs({**PACK, "type": None})), "packs_unreadable"),
        ("packs.json", as_json(packs({**PACK, "suite": 1})), "packs_unreadable"),
        ("packs.json", as_json(packs(*[PACK] * 10_001)), "packs_unreadable"),
    ],
)
def test_texts_that_cannot_be_read(tmp_path: Path, name: str, text: bytes, code: str) -> None:
    assert codes(checked(Parts().with_entry(name, text), tmp_path)) == {code}


def test_a_text_that_is_too_long_is_told(tmp_path: Path) -> None:
    long = as_json(packs(padding="x" * (8 * 1024 * 1024)))
    found = checked(Parts().with_entry("packs.json", long), tmp_path)
    assert codes(found) == {"unreadable_text"}


def test_a_bundle_full_of_faults_does_not_flood(tmp_path: Path) -> None:
    more = [(f"../{each}", b"") for each in range(400)]
    found = checked(Parts(), tmp_path, more=more)
    assert len(found.problems) == MOST_PROBLEMS


def from_server(contents: Contents) -> dict[str, Any]:
    """The same, as the operation read_bundle answers it."""

    def coded(data: bytes | None) -> str | None:
        return None if data is None else base64.b64encode(data).decode()

    return {
        "bytes": contents.size,
        "modified": contents.modified,
        "sha256": contents.sha256,
        "entries": [
            {
                "name": each.name,
                "bytes": each.size,
                "compressed": each.compressed,
                "sha256": each.sha256,
                "text": coded(each.text),
                "head": coded(each.head),
            }
            for each in contents.entries
        ],
    }


@pytest.mark.parametrize("deep", [False, True])
def test_what_the_server_answers_is_the_same(tmp_path: Path, deep: bool) -> None:
    contents = read_bundle_file(Parts().write(tmp_path), deep=deep)
    assert contents_from(from_server(contents), deep=deep) == contents


@pytest.mark.parametrize(
    "spoil",
    [
        lambda answer: answer.pop("bytes"),
        lambda answer: answer.pop("entries"),
        lambda answer: answer.update(entries=5),
        lambda answer: answer.update(entries=["x"]),
        lambda answer: answer.update(bytes="many"),
        lambda answer: answer["entries"][0].pop("compressed"),
        lambda answer: answer["entries"][0].update(text="*"),
        lambda answer: answer["entries"][0].update(text=5),
        lambda answer: answer["entries"][0].update(head="\u00e4"),
    ],
)
def test_an_answer_that_is_none(tmp_path: Path, spoil: Callable[[dict[str, Any]], Any]) -> None:
    answer = from_server(read_bundle_file(Parts().write(tmp_path), deep=False))
    spoil(answer)
    with pytest.raises(BadAnswer, match="read_bundle"):
        contents_from(answer, deep=False)


def test_a_reader_that_forgot_to_hash_does_not_pass(tmp_path: Path) -> None:
    contents = read_bundle_file(Parts().write(tmp_path), deep=False)
    found = check_bundle(replace(contents, deep=True))
    assert codes(found) == {"entry_damaged"}
    assert len(found.problems) == len(Parts().entries)


def test_files_of_the_manifest_are_compared_by_their_very_names(tmp_path: Path) -> None:
    parts = Parts()
    parts.listed = [
        BundleFile(each.name.replace("edb.log", "EDB.log"), each.size, each.sha256)
        for each in parts.files()
    ]
    assert codes(checked(parts, tmp_path)) == {"missing", "extra"}
