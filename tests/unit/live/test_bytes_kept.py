# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a record keeps of bytes, and what comes back of it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database import (
    ese_header,
    manifest,
)
from farm.model.ese_header import CLEAN, DatabaseHeader, Signature
from live.bytes_kept import (
    ANSWERED,
    SENT,
    heads_cleaned,
    number_of,
    options_kept,
    output_again,
    output_kept,
)
from live.recording import NotRecorded

OPERATIONS = Path(__file__).parents[3] / "plugins" / "plugin_utils" / "_windows" / "operations"
MANIFEST = manifest.Manifest(
    tool_version="1.2.3",
    method=manifest.Method.ESENTUTL,
    server="LICENSE03",
    license_server_id="ABC",
    started=datetime(2026, 11, 22, tzinfo=UTC),
    service=manifest.ServiceNote(False),
    database=manifest.DatabaseNote("C:\\x", "TLSLic.edb"),
)


def text64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def answer(**entry: Any) -> dict[str, Any]:
    return {"bytes": 1, "entries": [{"name": "x", "text": None, "head": None, **entry}]}


def entry_again(kept: dict[str, Any]) -> dict[str, Any]:
    return dict(output_again("read_bundle", {}, None, kept)["entries"][0])


def test_of_what_is_sent_the_number_is_kept() -> None:
    options = {"part": "C:\\x", "texts": [{"name": "a", "base64": text64(b"secret")}]}
    kept = options_kept("write_bundle", options)
    assert kept == {"part": "C:\\x", "texts": [{"name": "a", "base64": "(6 bytes)"}]}
    assert options_kept("other", {"base64": "AAAA"}) == {"base64": "AAAA"}
    assert number_of(None) is None
    assert number_of(b"abc") == 3
    assert number_of(gzip.compress(b"a" * 5000)) == 5000


def test_what_the_host_tells_of_sent_bytes_follows_the_bytes() -> None:
    one, other = b"names of one", b"names of the other"
    told = {"bytes": 100 + len(one), "sha256": hashlib.sha256(one).hexdigest(), "at": "C:"}
    options = {"path": "C:\\x", "offset": 100}
    kept = output_kept("write_chunk", options, one, told)
    assert "C:" in kept.values()
    assert told["sha256"] not in kept.values()
    again = output_again("write_chunk", options, other, kept)
    assert again["bytes"] == 100 + len(other)
    assert again["sha256"] == hashlib.sha256(other).hexdigest()
    assert output_again("write_chunk", options, one, kept) == told


def test_a_wrong_digest_stays_wrong() -> None:
    told = {"bytes": 3, "sha256": "0" * 64}
    assert output_kept("write_chunk", {"offset": 0}, b"abc", told)["sha256"] == "0" * 64


def test_texts_of_a_bundle_can_be_read_and_come_back() -> None:
    text = json.dumps({"server": "LICENSE03", "packs": [1, None]}).encode()
    kept = output_kept("read_bundle", {}, None, answer(text=text64(text)))
    assert kept["entries"][0]["text"] == {"json": json.loads(text)}
    assert json.loads(base64.b64decode(entry_again(kept)["text"])) == json.loads(text)
    assert entry_again(kept)["head"] is None


def test_a_seal_fits_again_after_names_were_taken_out_and_a_broken_one_stays_broken() -> None:
    text = json.dumps(MANIFEST.as_dict() | {"files": []})
    kept = output_kept("read_bundle", {}, None, answer(text=text64(text.encode())))
    said = json.loads(json.dumps(kept).replace("LICENSE03", "QWERTYU47"))
    again = base64.b64decode(entry_again(said)["text"])
    assert manifest.Manifest.from_text(again).server == "QWERTYU47"
    edited = text.replace("LICENSE03", "LICENSE04").encode()
    kept = output_kept("read_bundle", {}, None, answer(text=text64(edited)))
    with pytest.raises(manifest.ManifestEdited):
        manifest.Manifest.from_text(base64.b64decode(entry_again(kept)["text"]))


def header(computer: str) -> bytes:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    own, log = Signature(7, now, computer), Signature(8, now)
    page = DatabaseHeader(8192, CLEAN, own, log, now).stored
    return (page * 2).ljust(65536, b"\x5a")


def test_of_a_database_the_header_pages_are_kept_without_its_name() -> None:
    head = header("LICENSE03")
    kept = output_kept("read_bundle", {}, None, answer(head=text64(head)))
    cleaned = heads_cleaned(kept, lambda said: said.replace("LICENSE03", "QWERTYU47"))
    again = base64.b64decode(entry_again(cleaned)["head"])
    assert len(again) == len(head)
    assert b"LICENSE03" not in again
    assert b"\x5a" * 100 not in again, "pages with data are not kept"
    before, after = ese_header.read_header(head), ese_header.read_header(again)
    assert after.signature.computer == "QWERTYU47"
    assert after.shadow_fault is None
    assert (after.state, after.page_size) == (before.state, before.page_size)


def test_a_header_that_changes_its_length_is_not_kept() -> None:
    kept = output_kept("read_bundle", {}, None, answer(head=text64(header("LICENSE03"))))
    cleaned = heads_cleaned(kept, lambda said: said.replace("LICENSE03", ""))
    assert cleaned["entries"][0]["head"] == {"bytes": 65536}
    with pytest.raises(NotRecorded, match="65536 bytes"):
        entry_again(cleaned)


@pytest.mark.parametrize("data", [b"\xff\xfe\xfd", b"\0" * 4096])
def test_other_bytes_are_a_number_and_cannot_be_had_again(data: bytes) -> None:
    kept = output_kept("read_bundle", {}, None, answer(head=text64(data)))
    assert kept["entries"][0]["head"] == {"bytes": len(data)}
    with pytest.raises(NotRecorded):
        entry_again(kept)


def test_a_piece_of_a_file_is_a_number_too() -> None:
    kept = output_kept("read_chunk", {}, None, {"bytes": 3, "blob": b"abc"})
    assert kept == {"bytes": 3, "blob": "(3 bytes)"}
    with pytest.raises(NotRecorded, match="read_chunk"):
        output_again("read_chunk", {}, None, kept)


def test_the_steps_with_bytes_among_their_values_are_the_ones_named() -> None:
    found: dict[str, set[str]] = {"From": set(), "To": set()}
    for path in OPERATIONS.glob("*.ps1"):
        for each in re.findall(r"(From|To)Base64String", path.read_text(encoding="utf-8")):
            found[each].add(path.stem)
    assert found["From"] - {"bootstrap"} == set(SENT)
    assert found["To"] - {"bootstrap"} == set(ANSWERED)
