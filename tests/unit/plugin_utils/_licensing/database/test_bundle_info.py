# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listing bundles: order, ages, what is good, what is overdue, and both places alike."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.bundle_info import (
    InfoOptions,
    NoSuchBundle,
    bundle_info,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.bundle_places import (
    NoFolder,
    OnController,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.bundle_reader import (
    read_bundle_file,
)
from unit.plugin_utils._licensing.database.bundle_parts import (
    CREATED,
    PACK,
    Parts,
    as_json,
    identity,
    made,
    manifest,
    packs,
)

NOW = CREATED + timedelta(hours=11, minutes=15)


def info(path: Path | str, now: datetime = NOW, **options: Any) -> dict[str, Any]:
    values, warnings = bundle_info(OnController(), InfoOptions(str(path), **options), now)
    return values | {"warnings": warnings}


def test_everything_that_a_bundle_tells(tmp_path: Path) -> None:
    path = tmp_path / str(made(tmp_path, label="before_x").name)
    found = info(tmp_path, verify=True, max_age_hours=12.0)
    (bundle,) = found.pop("bundles")
    contents = read_bundle_file(path, deep=True)
    assert bundle == {
        "path": str(path),
        "name": path.name,
        "server": "LS1",
        "created": "2026-11-21T22:00:00Z",
        "label": "before_x",
        "bytes": path.stat().st_size,
        "sha256": contents.sha256,
        "age_hours": 11.25,
        "verified": True,
        "problems": [],
        "notes": [],
        "method": "stop_service",
        "license_server_id": "4C5XY-QJ7PB-9RK4T-2WHMD-8FVGN-3ZB6C",
        "product_id": "00454-40000-00001-AA111",
        "activated": True,
        "os_build": 20348,
        "os_installed": "2024-03-01T08:00:00Z",
        "packs": [{name: value for name, value in PACK.items() if name != "description"}],
        "issued_total": 37,
        "database": {
            "file": "TLSLic.edb",
            "folder": "C:\\Windows\\System32\\lserver",
            "log_base": "edb",
            "bytes": 49152,
            "state": "clean_shutdown",
            "page_size": 8192,
            "format_version": 1568,
            "format_revision": 20,
            "from_shadow": False,
            "created": "2024-03-01T09:12:44Z",
            "signature": "1f2e3d4c",
        },
    }
    one = {"newest_good": str(path), "newest_good_age_hours": 11.25, "overdue": False}
    assert found == {
        **one,
        "servers": [{"server": "LS1", "bundles": 1, **one}],
        "unfinished": [],
        "warnings": [],
    }
    json.dumps(bundle)


def test_the_newest_comes_first_whatever_its_label(tmp_path: Path) -> None:
    for hours, label in ((3, None), (1, "a"), (2, "b"), (0, None)):
        made(tmp_path, hours, label=label)
    assert [each["age_hours"] for each in info(tmp_path)["bundles"]] == [8.25, 9.25, 10.25, 11.25]


def test_without_verifying_a_bundle_is_good_at_first_sight_only(tmp_path: Path) -> None:
    made(tmp_path)
    found = info(tmp_path)
    assert found["bundles"][0]["verified"] is None
    assert found["bundles"][0]["sha256"] is None
    assert found["newest_good_age_hours"] == 11.25


def test_a_newer_bundle_that_is_not_good_does_not_count(tmp_path: Path) -> None:
    made(tmp_path, 0)
    bad = made(tmp_path, 6)
    bad.listed = bad.files()
    bad.entries["issued.json"] = b"{}"
    bad.write(tmp_path)
    assert info(tmp_path, max_age_hours=8.0)["overdue"] is False
    found = info(tmp_path, verify=True, max_age_hours=8.0)
    assert [each["verified"] for each in found["bundles"]] == [False, True]
    assert (found["newest_good_age_hours"], found["overdue"]) == (11.25, True)
    assert found["servers"][0]["bundles"] == 2


@pytest.mark.parametrize(("limit", "overdue"), [(11.24, True), (11.25, False), (None, None)])
def test_overdue(tmp_path: Path, limit: float | None, overdue: bool | None) -> None:
    made(tmp_path)
    found = info(tmp_path, max_age_hours=limit)
    assert found["overdue"] is overdue
    assert found["servers"][0]["overdue"] is overdue


def test_one_late_server_of_several_is_enough(tmp_path: Path) -> None:
    made(tmp_path, 10, server="LS1")
    made(tmp_path, 0, server="LS2")
    found = info(tmp_path, max_age_hours=8.0)
    assert found["overdue"] is True
    assert [(each["server"], each["overdue"]) for each in found["servers"]] == [
        ("LS1", False),
        ("LS2", True),
    ]
    assert found["newest_good_age_hours"] == 1.25
    only = info(tmp_path, server="ls1.example.com", max_age_hours=8.0)
    assert [each["server"] for each in only["bundles"]] == ["LS1"]
    assert only["overdue"] is False


def test_a_server_without_a_bundle_is_overdue_when_it_is_asked_for(tmp_path: Path) -> None:
    made(tmp_path)
    found = info(tmp_path, server="LS9", max_age_hours=8.0)
    assert found["bundles"] == []
    assert found["overdue"] is True
    assert found["servers"] == [
        {
            "server": "LS9",
            "bundles": 0,
            "newest_good": None,
            "newest_good_age_hours": None,
            "overdue": True,
        }
    ]


@pytest.mark.parametrize("folder", ["", "not_there"])
def test_no_bundles_at_all(tmp_path: Path, folder: str) -> None:
    found = info(tmp_path / folder, max_age_hours=8.0)
    assert (found["bundles"], found["servers"], found["newest_good"]) == ([], [], None)
    assert found["overdue"] is True
    assert info(tmp_path / folder)["overdue"] is None
    assert bool(found["warnings"]) is bool(folder)


def test_other_files_are_passed_over(tmp_path: Path) -> None:
    name = str(made(tmp_path).name)
    for other in ("notes.txt", "LS1.zip", f"{name}.part", "x.part", f"{name}.issued.part"):
        (tmp_path / other).write_bytes(b"x")
    (tmp_path / name.replace("22", "23")).mkdir()
    found = info(tmp_path)
    assert [each["name"] for each in found["bundles"]] == [name]
    assert found["unfinished"] == [f"{name}.part"]


def test_one_bundle_by_its_path(tmp_path: Path) -> None:
    name = str(made(tmp_path).name)
    made(tmp_path, 5)
    found = info(tmp_path / name)
    assert [each["name"] for each in found["bundles"]] == [name]
    with pytest.raises(NoSuchBundle, match="no file"):
        info(tmp_path / "LS7-20261121T220000Z.zip")


def test_one_bundle_that_was_renamed_still_tells_all(tmp_path: Path) -> None:
    Parts().write(tmp_path, file="old backup.zip")
    (bundle,) = info(tmp_path / "old backup.zip", verify=True)["bundles"]
    assert [each["code"] for each in bundle["problems"]] == ["name"]
    assert (bundle["server"], bundle["created"]) == ("LS1", "2026-11-21T22:00:00Z")
    assert bundle["issued_total"] == 37
    (tmp_path / "rubbish.zip").write_bytes(b"x")
    found = info(tmp_path / "rubbish.zip", max_age_hours=1.0)
    (bundle,) = found["bundles"]
    assert (bundle["server"], bundle["created"], bundle["age_hours"]) == (None, None, None)
    assert (found["servers"], found["overdue"]) == ([], True)


def test_what_cannot_be_read_is_a_problem_of_that_bundle(tmp_path: Path) -> None:
    made(tmp_path, 0)
    (tmp_path / "LS1-20261122T000000Z.zip").write_bytes(b"not an archive")
    bad, good = info(tmp_path)["bundles"]
    assert [each["code"] for each in bad["problems"]] == ["unreadable"]
    assert (bad["verified"], bad["packs"], bad["database"]) == (False, None, None)
    assert good["problems"] == []


def test_a_bundle_with_a_damaged_database_still_tells_the_packs(tmp_path: Path) -> None:
    parts = made(tmp_path)
    parts.with_entry("database/TLSLic.edb", b"x" * 9000).write(tmp_path)
    (bundle,) = info(tmp_path)["bundles"]
    assert [each["code"] for each in bundle["problems"]] == ["not_a_database"]
    assert bundle["packs"][0]["total"] == 100
    assert bundle["database"]["state"] is None
    assert bundle["database"]["signature"] is None


def test_what_is_hostile_in_a_bundle_is_made_harmless(tmp_path: Path) -> None:
    parts = Parts(about=replace(manifest(), note="x\x1b[2J"))
    parts.entries["identity.json"] = as_json(
        identity(product_id="\x1b]0;owned\x07", os_installed="\ud800", os_build=True)
    )
    parts.entries["packs.json"] = as_json(
        packs({**PACK, "type": "\x1b[31m", "program": "x" * 5000, "more": "\x00"})
    )
    parts.write(tmp_path)
    (bundle,) = info(tmp_path)["bundles"]
    shown = json.dumps(bundle, ensure_ascii=False)
    assert shown.isprintable()
    assert len(shown) < 4000


@pytest.mark.parametrize("name", ["issued.json", "registry.json", "database/TLSLic.edb"])
def test_nothing_but_the_packs_and_the_identity_is_shown(tmp_path: Path, name: str) -> None:
    parts = made(tmp_path)
    parts.entries["identity.json"] = as_json(identity(more="MARKER"))
    parts.entries["packs.json"] = as_json(packs({**PACK, "description": "MARKER", "x": "MARKER"}))
    parts.with_entry(name, b'{"MARKER": "MARKER"}' * 500)
    edited = parts.manifest_text().replace(b'"note"', b'"MARKER": "MARKER", "note"')
    for text in (None, edited):
        parts.text = text
        parts.write(tmp_path)
        for verify in (False, True):
            assert "MARKER" not in json.dumps(info(tmp_path, verify=verify))


def test_clocks_that_differ(tmp_path: Path) -> None:
    made(tmp_path, 12)
    (bundle,) = info(tmp_path)["bundles"]
    assert bundle["age_hours"] == 0
    assert "in the future" in bundle["notes"][0]
    (bundle,) = info(tmp_path, now=CREATED + timedelta(hours=11, minutes=55))["bundles"]
    assert bundle["notes"] == []


@pytest.mark.parametrize("path", ["backup", "./backup", "../x.zip", ""])
def test_a_path_on_the_controller_is_absolute(path: str) -> None:
    with pytest.raises(NoFolder, match="no absolute path"):
        info(path)


def test_the_home_of_the_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    made(tmp_path)
    assert len(info("~")["bundles"]) == 1


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"")
    with pytest.raises(NoFolder, match="Not a directory"):
        info(tmp_path / "x")
