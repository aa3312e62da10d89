# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifest and the strict JSON below it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database import (
    bundle_json,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.bundle_json import (
    NotReadable,
    moment,
    plain,
    read_object,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.manifest import (
    BundleFile,
    DatabaseNote,
    Manifest,
    ManifestEdited,
    Method,
    ServiceNote,
    seal_of,
)
from unit.plugin_utils._licensing.database.bundle_parts import as_json, manifest

FILES = (BundleFile("database/TLSLic.edb", 8192, "a" * 64), BundleFile("issued.json", 2, "b" * 64))
WHOLE = manifest(
    method=Method.SHADOW_COPY,
    finished=datetime(2026, 11, 21, 22, 1, 2, tzinfo=UTC),
    service=ServiceNote(True, 12),
    database=DatabaseNote("D:\\lserver \u00e4", "TLSLic.edb", None, "dirty_shutdown"),
    files=FILES,
)


@pytest.mark.parametrize(
    "one", [WHOLE, replace(WHOLE, license_server_id=None, finished=None), manifest(files=FILES)]
)
def test_there_and_back(one: Manifest) -> None:
    assert Manifest.from_text(as_json(one.as_dict())) == one


def test_what_stands_in_it() -> None:
    told = WHOLE.as_dict()
    assert told["format"] == 1
    assert told["started"] == "2026-11-21T22:00:00Z"
    assert told["method"] == "shadow_copy"
    assert told["service"] == {"stopped": True, "stopped_seconds": 12}
    assert told["files"][0] == {"name": "database/TLSLic.edb", "bytes": 8192, "sha256": "a" * 64}
    assert "not a system state backup" in told["note"]
    assert "files" not in manifest().as_dict()


def test_the_seal_does_not_depend_on_how_the_json_is_written() -> None:
    # The host writes it anew: in another order, indented, escaped, with a byte order mark.
    told = WHOLE.as_dict()
    turned = json.dumps(dict(reversed(told.items())), indent=4, ensure_ascii=False)
    assert Manifest.from_text(b"\xef\xbb\xbf" + turned.encode()) == WHOLE
    escaped = json.dumps(told).replace("'", "\\u0027")
    assert Manifest.from_text(escaped.encode()) == WHOLE


def test_every_field_is_sealed() -> None:
    told = WHOLE.as_dict()
    changed = 0
    for name, value in told.items():
        if name in ("files", "format"):
            continue
        others: tuple[object, ...] = ("edited", None, {}, 1)
        for other in others:
            if other != value:
                changed += 1
                with pytest.raises(NotReadable):
                    Manifest.from_text(as_json({**told, name: other}))
    assert changed >= 36
    with pytest.raises(ManifestEdited):
        Manifest.from_text(as_json({**told, "more": 1}))
    with pytest.raises(ManifestEdited):
        Manifest.from_text(as_json({**told, "service": {"stopped": False, "stopped_seconds": 12}}))


def test_the_files_are_not_sealed_since_the_host_writes_them() -> None:
    told = WHOLE.as_dict() | {"files": [{"name": "x", "bytes": 1, "sha256": "c" * 64}]}
    assert Manifest.from_text(as_json(told)).files == (BundleFile("x", 1, "c" * 64),)


def resealed(changes: dict[str, Any]) -> bytes:
    told = {**WHOLE.as_dict(), **changes}
    sealed = {name: value for name, value in told.items() if name not in ("digest", "files")}
    return as_json({**told, "digest": seal_of(sealed)})


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"format": 2}, "use a newer one"),
        ({"format": 0}, "no format number"),
        ({"format": True}, "no format number"),
        ({"format": "1"}, "no format number"),
        ({"method": "robocopy"}, "the method robocopy is not known"),
        ({"server": ""}, "server is missing"),
        ({"server": 5}, "server is missing"),
        ({"license_server_id": 5}, "license_server_id is neither"),
        ({"started": "yesterday"}, "'yesterday' is not a time"),
        ({"started": "2026-02-30T00:00:00Z"}, "never was"),
        ({"started": None}, "started is missing"),
        ({"finished": 5}, "finished is neither"),
        ({"finished": "2026-11-21 22:00:00"}, "is not a time"),
        ({"service": None}, "service is missing"),
        ({"service": {"stopped": 1}}, "neither true nor false"),
        ({"service": {"stopped": True, "stopped_seconds": -1}}, "neither a number"),
        ({"service": {"stopped": True, "stopped_seconds": 1.5}}, "neither a number"),
        ({"service": {"stopped": True, "stopped_seconds": 2**63}}, "neither a number"),
        ({"database": []}, "database is missing"),
        ({"database": {"folder": "x"}}, "file is missing"),
        ({"files": None}, "files is missing"),
        ({"files": [1]}, "files is missing"),
        ({"files": [{"bytes": 1}]}, "name is missing"),
        ({"files": [{"name": "x", "bytes": 1}]}, "x has no size or no SHA-256"),
        ({"files": [{"name": "x", "bytes": 1, "sha256": "A" * 64}]}, "no SHA-256"),
        ({"files": [{"name": "x", "bytes": True, "sha256": "a" * 64}]}, "bytes is neither"),
        ({"files": [{"name": "x", "bytes": -1, "sha256": "a" * 64}]}, "bytes is neither"),
        ({"files": [{"name": "x", "sha256": "a" * 64}]}, "no size"),
    ],
)
def test_what_is_no_manifest_though_its_seal_is_right(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(NotReadable, match=why):
        Manifest.from_text(resealed(changes))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "not JSON"),
        (b"null", "not a JSON object"),
        (b"[]", "not a JSON object"),
        (b"{", "not JSON"),
        (b"\xff\xfe{}", "not JSON"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b'{"a": -Infinity}', "-Infinity is not JSON"),
        (b'{"a": 1, "a": 2}', "stands twice"),
        (b'{"a": {"b": 1, "b": 1}}', "stands twice"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON"),
    ],
)
def test_texts_that_are_refused(text: bytes, why: str) -> None:
    with pytest.raises(NotReadable, match=why):
        read_object(text)


def test_a_text_that_is_too_long_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_json, "LIMIT", 10)
    assert read_object(b'{"a": 1}  ') == {"a": 1}
    with pytest.raises(NotReadable, match="longer than 10 bytes"):
        read_object(b'{"a": 1}   ')


def test_what_is_shown_cannot_steer_a_terminal() -> None:
    assert plain("a\x1b[2Jb\r\n\u202ec\ud800") == r"a\x1b[2Jb\r\n\u202ec\ud800"
    assert plain("x" * 300) == f"{'x' * 200}..."
    assert plain("\u00e4 \u20ac") == "\u00e4 \u20ac"


@pytest.mark.parametrize("text", ["2026-11-21T22:00:00", "2026-11-21T22:00:00z", "\u0662026-11-21"])
def test_times_that_are_none(text: str) -> None:
    with pytest.raises(NotReadable, match="is not a time"):
        moment(text)
