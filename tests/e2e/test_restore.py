# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restore and rebuild as people run them: tried in check mode first, refused where they must be."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from farm.model.host import Host

from .runner import Controller, Json, Run
from .stories import LABS

BACKUP, INFO, RESTORE, REBUILD = (
    f"remote_desktop.licensing.rds_lserver_{each}"
    for each in ("backup", "backup_info", "restore", "rebuild")
)
FOLDER = r"D:\Backup\rds"
LATER = 30
SERVER: Json = {
    "roles": ["licensing"],
    "license_server": {
        "packs": [{"version": "2022", "type": "per_device", "program": "open", "total": 20}]
    },
    "drives": {"C:": {"size": 2_000_000_000}, "D:": {"size": 2_000_000_000}},
}
CHANGING = {"create", "write", "rename", "delete", "make_folder", "set_sddl", "link"}


def totals(result: Json, when: str) -> list[int]:
    """How many CALs the packs that were bought have, by what a task returned."""
    return [each["total"] for each in result[when]["packs"] if each["type"] != "builtin"]


def held(host: Host) -> list[int]:
    """The same, by what the host holds."""
    assert host.license_server is not None
    return [each.total for each in host.license_server.packs.all() if each.type != 3]


def buy(host: Host) -> None:
    """Install one more pack."""
    assert host.license_server is not None
    host.license_server.packs.add(5, 7, 0, LATER)


@dataclass
class Story:
    """A bundle, a pack that was bought later, a restore in check mode and for real, a rebuild."""

    controller: Controller
    host: Host
    bundle: str
    check: Run
    changed_by_check: set[str]
    held_after_check: list[int]
    first: Run
    held_after_first: list[int]
    rebuilt: Run
    held_after_rebuild: list[int]


@pytest.fixture(scope="module", params=["winrm", "psrp"])
def story(lab: LABS, request: pytest.FixtureRequest) -> Story:
    controller = lab({"hosts": {"ls1": SERVER}}, connection=request.param)
    host = controller.farm.hosts["ls1"]
    task = {"name": "Back up", BACKUP: {"path": FOLDER, "method": "stop_service"}}
    bundle = controller.play(task, hosts="ls1").one("Back up")["bundle"]["path"]
    buy(host)
    restore = {"name": "Restore", RESTORE: {"bundle": bundle}}
    host.files.clear()
    check = controller.play(restore, hosts="ls1", arguments=["--check", "--diff"])
    changed = CHANGING & {each.kind for each in host.files.operations}
    after_check = held(host)
    first = controller.play(restore, hosts="ls1", arguments=["--diff"])
    after_first = held(host)
    rebuild = {
        "name": "Rebuild",
        REBUILD: {"bundle": bundle, "reissue_reference": "Clearinghouse SRX-2026-1121"},
    }
    rebuilt = controller.play(rebuild, hosts="ls1", arguments=["--diff"])
    return Story(
        controller,
        host,
        bundle,
        check,
        changed,
        after_check,
        first,
        after_first,
        rebuilt,
        held(host),
    )


def test_check_mode_shows_the_packs_before_and_after_and_writes_nothing(story: Story) -> None:
    told = story.check.one("Restore")
    assert told["changed"]
    assert (totals(told, "before"), totals(told, "after")) == ([20, LATER], [20])
    assert told["diff"]["before"] == told["before"]
    assert told["diff"]["after"] == told["after"]
    assert story.changed_by_check == set()
    assert [each for each in story.check.requests["ls1"] if each.writes and each.cls] == []
    assert story.held_after_check == [20, LATER]


def test_the_restore_brings_back_what_check_mode_foretold(story: Story) -> None:
    done, told = story.first.one("Restore"), story.check.one("Restore")
    assert done["changed"]
    assert totals(done, "after") == totals(told, "after") == story.held_after_first == [20]
    assert "lserver.aside-" in done["set_aside"]
    assert done["service_running"]
    assert "StopService" in story.first.calls("ls1")
    assert f'"total": {LATER}' in story.first.output  # the diff names the pack that goes


def test_a_rebuild_starts_empty(story: Story) -> None:
    done = story.rebuilt.one("Rebuild")
    assert (totals(done, "before"), totals(done, "after")) == ([20], [])
    assert story.held_after_rebuild == []
    assert done["set_aside"] != story.first.one("Restore")["set_aside"]
    with story.host.files.exempt():
        assert story.host.files.exists(done["set_aside"])
    assert story.host.services["TermServLicensing"].state == "Running"
    assert story.host.tasks.all() == []


# -- what is refused -------------------------------------------------------------------------


def changed(source: Path, target: Path, **entries: bytes | None) -> Path:
    """A copy of a bundle with entries changed; the manifest is what the caller makes it."""
    old = zipfile.ZipFile(source)
    texts: dict[str, Any] = {each: old.read(each) for each in old.namelist()} | entries
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name, text in texts.items():
            new.writestr(name, text)
    return target


@dataclass
class Refusals:
    """The results of tasks that must be refused, by their names."""

    run: Run
    host: Host
    held: list[int]


REFUSED: dict[str, tuple[str, ...]] = {
    "edited manifest": ("is not to be relied on", "SHA-256 is another one"),
    "names with dots": ("is not to be relied on", "not a plain file name"),
    "no ESE file": ("is not to be relied on", "not a whole ESE database"),
    "no zip": ("bundle", "rds_lserver_backup_info"),
    "cut off": ("bundle", "rds_lserver_backup_info"),
    "another server": ("this is not", "method: reinstall"),
    "not there": ("cannot be read as a bundle",),
    "a folder": ("does not end in .zip",),
    "network": ("is a network path",),
    "not on the controller": ("there is no such file",),
    "no path": ("upload_from", "path"),
    "nothing at all": ("bundle", "upload_from"),
    "rebuild without reference": ("reissue_reference", "required"),
    "rebuild with an empty reference": ("nothing says how they come back", "Clearinghouse"),
    "rebuild with an old bundle": ("max_bundle_age is", "rds_lserver_backup"),
    "rebuild with another server's": ("this is not", "method: reinstall"),
    "rebuild without a bundle": ("cannot be read as a bundle",),
}


@pytest.fixture(scope="module")
def refusals(lab: LABS, tmp_path_factory: pytest.TempPathFactory) -> Refusals:
    folder = tmp_path_factory.mktemp("bundles")
    other = {**SERVER, "license_server": {"license_server_id": "B" * 35, "packs": []}}
    controller = lab({"hosts": {"ls1": SERVER, "ls2": other}})
    task = {"name": "Back up", BACKUP: {"path": FOLDER, "fetch_to": str(folder)}}
    run = controller.play(task, hosts="ls1,ls2")
    good = Path(run.one("Back up", "ls1")["fetched"]["path"])
    foreign = Path(run.one("Back up", "ls2")["fetched"]["path"])
    host = controller.farm.hosts["ls1"]

    def bad(name: str, **entries: bytes) -> str:
        file = changed(good, folder / f"{name}.tmp", **entries)
        return put(name, file.read_bytes())

    def put(name: str, data: bytes, called: str | None = None) -> str:
        path = rf"D:\{name}\{called or good.name}"
        host.files.make_folder(rf"D:\{name}")
        host.files.place(path, data)
        return path

    manifest = json.loads(zipfile.ZipFile(good).read("manifest.json"))
    manifest["files"][0]["sha256"] = "0" * 64
    theirs = put("foreign", foreign.read_bytes(), foreign.name)
    whole = rf"{FOLDER}\{good.name}"
    case = "SRX-2026-1121"
    restores: dict[str, Json] = {
        "edited manifest": {
            "bundle": bad("edited", **{"manifest.json": json.dumps(manifest).encode()})
        },
        "names with dots": {"bundle": bad("dots", **{"database/../../evil.edb": b"x"})},
        "no ESE file": {"bundle": bad("ese", **{"database/TLSLic.edb": b"no database" * 1000})},
        "no zip": {"bundle": put("nozip", b"PK\3\4 but not for long")},
        "cut off": {"bundle": put("cut", good.read_bytes()[:-30])},
        "another server": {"bundle": theirs},
        "not there": {"bundle": rf"{FOLDER}\LS1-20200101T000000Z.zip"},
        "a folder": {"bundle": FOLDER},
        "network": {"bundle": rf"\\nas\backup\{good.name}"},
        "not on the controller": {
            "upload_from": str(folder / "LS1-20200101T000000Z.zip"),
            "path": FOLDER,
        },
        "no path": {"upload_from": str(good)},
        "nothing at all": {},
    }
    rebuilds: dict[str, Json] = {
        "rebuild without reference": {"bundle": whole},
        "rebuild with an empty reference": {"bundle": whole, "reissue_reference": " "},
        "rebuild with an old bundle": {
            "bundle": whole,
            "reissue_reference": case,
            "max_bundle_age": 1e-9,
        },
        "rebuild with another server's": {"bundle": theirs, "reissue_reference": case},
        "rebuild without a bundle": {
            "bundle": rf"{FOLDER}\LS1-20200101T000000Z.zip",
            "reissue_reference": case,
        },
    }
    tasks: list[Json] = [
        {"name": f"Refused: {name}.", module: options, "ignore_errors": True}
        for module, cases in ((RESTORE, restores), (REBUILD, rebuilds))
        for name, options in cases.items()
    ]
    before = held(host)
    run = controller.play(*tasks, hosts="ls1")
    assert held(host) == before
    return Refusals(run, host, before)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_why_and_what_to_do(refusals: Refusals, name: str) -> None:
    result = refusals.run.one(f"Refused: {name}.")
    assert refusals.run.statuses(f"Refused: {name}.") == {"ls1": "ignored"}
    for part in REFUSED[name]:
        assert part in result["msg"], result["msg"]


def test_refusals_leave_everything_as_it_was(refusals: Refusals) -> None:
    calls = refusals.run.calls("ls1")
    assert "StopService" not in calls
    assert not [each for each in calls if each in ("Create", "SetDWORDValue", "SetStringValue")]
    with refusals.host.files.exempt():
        there = {each.name for each in refusals.host.files.list_folder(r"C:\Windows\System32")}
    assert not [each for each in there if each.startswith("lserver.")]
    assert held(refusals.host) == refusals.held
