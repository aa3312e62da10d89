# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bundles on a license server: read as those on the controller are."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
    Unreachable,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.bundle_info import (
    InfoOptions,
    NoSuchBundle,
    bundle_info,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.bundle_places import (
    NoFolder,
    OnController,
    OnServer,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.paths import BadPath
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.powershell import (
    Operations,
)
from unit.plugin_utils._licensing.database.bundle_parts import (
    CREATED,
    Parts,
    made,
    manifest,
)
from unit.plugin_utils._licensing.database.bundle_server import Server

NOTHING = {"full": "D:\\Backup", "folder": False, "drive": None, "sddl": None, "entries": []}
NOW = CREATED + timedelta(hours=11, minutes=15)


def info(path: Path | str, now: datetime = NOW, **options: Any) -> dict[str, Any]:
    values, warnings = bundle_info(OnController(), InfoOptions(str(path), **options), now)
    return values | {"warnings": warnings}


class Windows(Server):
    """A license server, and how its bundles are listed."""

    def info(self, path: str = "D:\\Backup", **options: Any) -> dict[str, Any]:
        values, warnings = bundle_info(
            OnServer.of(cast(Operations, self)), InfoOptions(path, **options), NOW
        )
        return values | {"warnings": warnings}


@pytest.mark.parametrize("verify", [False, True])
def test_both_places_tell_the_same(tmp_path: Path, verify: bool) -> None:
    made(tmp_path, 0)
    made(tmp_path, 1, label="x")
    bad = made(tmp_path, 2)
    bad.with_entry("../x", b"1").with_entry("database/TLSLic.edb", b"no").write(tmp_path)
    (tmp_path / "LS1-20261122T050000Z.zip").write_bytes(b"not an archive")
    windows = Windows(tmp_path)
    there, here = windows.info(verify=verify), info(tmp_path, verify=verify)
    for one, other in zip(there["bundles"], here["bundles"], strict=True):
        assert one.pop("path") == f"D:\\Backup\\{other['name']}"
        other.pop("path")
        if "unreadable" in {each["code"] for each in one["problems"]}:
            assert one.pop("problems")[0]["text"].endswith(other.pop("problems")[0]["text"])
        assert one == other
    assert there["newest_good"] == "D:\\Backup\\LS1-20261121T230000Z-x.zip"
    assert [name for name, dummy in windows.calls] == ["list_folder", *["read_bundle"] * 4]


def test_a_database_of_another_name_takes_a_second_look(tmp_path: Path) -> None:
    parts = Parts(about=manifest(database=replace(manifest().database, file="other.edb")))
    parts.entries["database/other.edb"] = parts.entries.pop("database/TLSLic.edb")
    parts.write(tmp_path)
    windows = Windows(tmp_path)
    (bundle,) = windows.info(verify=True)["bundles"]
    assert (bundle["verified"], bundle["database"]["state"]) == (True, "clean_shutdown")
    asked = [options for name, options in windows.calls if name == "read_bundle"]
    assert [(each["deep"], each["heads"]) for each in asked] == [
        (True, [{"name": "database/TLSLic.edb", "bytes": 65536}]),
        (False, [{"name": "database/other.edb", "bytes": 65536}]),
    ]


def test_one_bundle_on_the_server(tmp_path: Path) -> None:
    name = str(made(tmp_path).name)
    windows = Windows(tmp_path)
    path = f"d:/Backup/{name.lower().replace('.zip', '.ZIP')}"
    (bundle,) = windows.info(path)["bundles"]
    assert bundle["path"] == f"D:\\Backup\\{name}"
    assert windows.calls[0][1] == {"path": "D:\\Backup"}
    with pytest.raises(NoSuchBundle):
        windows.info("D:\\Backup\\LS2-20261121T220000Z.zip")


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("Backup", "has no drive"),
        ("D:Backup", "relative to a drive"),
        ("\\\\nas\\backup", "credentials"),
        ("D:\\Backup\\..\\x", '".."'),
        ('D:\\"Backup"', "no Windows file name"),
        ("D:\\Backup\\x?.zip", "no Windows file name"),
    ],
)
def test_paths_that_are_refused_before_anything_is_sent(
    tmp_path: Path, path: str, why: str
) -> None:
    windows = Windows(tmp_path)
    with pytest.raises(BadPath, match=why):
        windows.info(path)
    assert windows.calls == []


def test_a_folder_that_is_missing_on_the_server(tmp_path: Path) -> None:
    gone = {**NOTHING, "exists": False}
    found = Windows(tmp_path, listing=gone).info(max_age_hours=8.0)
    assert (found["bundles"], found["overdue"]) == ([], True)
    assert found["warnings"] == ["There is no folder D:\\Backup: no bundle was ever made there."]


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(NoFolder, match="is a file"):
        Windows(tmp_path, listing={**NOTHING, "exists": True}).info()


@pytest.mark.parametrize(
    "listing",
    [
        {"folder": True},
        {"exists": True, "folder": True, "entries": 5},
        {"exists": True, "folder": True, "entries": [5]},
        {"exists": True, "folder": True, "entries": [{"name": "x", "folder": False}]},
    ],
)
def test_a_listing_that_is_none(tmp_path: Path, listing: dict[str, Any]) -> None:
    with pytest.raises(BadAnswer, match="list_folder"):
        Windows(tmp_path, listing=listing).info()


def test_a_lost_connection_is_no_problem_of_a_bundle(tmp_path: Path) -> None:
    made(tmp_path)
    with pytest.raises(Unreachable):
        Windows(tmp_path, failure=Unreachable("gone")).info()


def test_nothing_but_reading_is_asked_of_the_server(tmp_path: Path) -> None:
    made(tmp_path)
    windows = Windows(tmp_path)
    windows.info(verify=True)
    assert {name for name, dummy in windows.calls} == {"list_folder", "read_bundle"}
