# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of a license server: every way, every refusal, what stays and what goes."""

from __future__ import annotations

import json
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import CimError
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    Outcome,
    Progress,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database import (
    backup,
    host,
)
from farm import FileFault
from wire.license_server import (
    DATABASE,
    FOLDER,
    PACKS,
    Done,
    LicenseServer,
    license_server,
)

SHADOWS = {"existing": [{"drive": "C:"}]}


@pytest.fixture
def server() -> Iterator[LicenseServer]:
    with license_server() as found:
        yield found


def back_up(server: LicenseServer, *, check_mode: bool = False, **options: Any) -> Done:
    def work(ways: host.Host, progress: Progress) -> Outcome:
        wanted = backup.BackupOptions(**{"path": FOLDER, **options})
        return backup.back_up(ways, wanted, progress, check_mode=check_mode)

    return server.do(work, check_mode=check_mode)


def refused(server: LicenseServer, **options: Any) -> CimError:
    """The error of a backup that must not be made; nothing was written for it."""
    server.clear()
    done = back_up(server, **options)
    assert done.error is not None, done.outcome
    assert done.error.advice
    writes = [each.cls for each in server.model.requests if each.writes and each.cls]
    assert not writes
    assert server.running
    assert not server.tasks()
    return done.error


# -- what is in a bundle --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "scenario", "copied"),
    [
        ("auto", {}, "esentutl_vssrec"),
        ("snapshot", {}, "esentutl_vssrec"),
        ("stop_service", {}, "stop_service"),
        ("auto", {"snapshot": "fails"}, "shadow_copy"),
        ("snapshot", {"snapshot": "no_esevss"}, "shadow_copy"),
        ("auto", {"snapshot": "fails", "shadow_copies": SHADOWS}, "stop_service"),
        ("auto", {"snapshot": "fails", "shadow_copies": {"create_code": 10}}, "stop_service"),
    ],
)
@pytest.mark.parametrize("plugin", ["winrm", "psrp"])
def test_every_way_makes_a_whole_bundle(
    method: str, scenario: dict[str, Any], copied: str, tmp_path: Path, plugin: str
) -> None:
    database = {"log_base": "tls"}
    with license_server(
        plugin,
        **scenario,
        license_server={"packs": PACKS, "database": database},
    ) as server:
        others = [each.id for each in server.model.shadows.all()]
        starts = server.model.services["TermServLicensing"].starts
        done = back_up(server, method=method, fetch_to=str(tmp_path))
        assert done.error is None
        bundle = done.values["bundle"]
        assert bundle["method"] == copied
        assert server.problems(bundle["name"]) == []
        assert server.names() == [bundle["name"]]
        assert server.running
        assert not server.tasks()
        assert [each.id for each in server.model.shadows.all()] == others
        stopped = copied == "stop_service"
        assert server.model.services["TermServLicensing"].starts == starts + stopped
        assert (done.values["stopped_seconds"] > 0) == stopped
        assert (
            len(done.values["fallbacks"])
            == {
                "esentutl_vssrec": 0,
                "shadow_copy": 1,
                "stop_service": 0 if method == "stop_service" else 2,
            }[copied]
        )
        fetched = tmp_path / bundle["name"]
        assert fetched.stat().st_mode & 0o777 == 0o600
        assert fetched.read_bytes() == server.read(rf"{FOLDER}\{bundle['name']}")
        manifest = json.loads(zipfile.ZipFile(fetched).read("manifest.json"))
        needs_logs = copied != "esentutl_vssrec"
        assert manifest["database"]["log_base"] == ("tls" if needs_logs else None)
        names = [each["name"] for each in manifest["files"]]
        assert ("database/tls.log" in names) == needs_logs


def test_what_a_bundle_tells(server: LicenseServer, tmp_path: Path) -> None:
    assert server.model.license_server is not None
    server.model.license_server.issue(2, "pc7.corp.example")
    done = back_up(server, fetch_to=str(tmp_path), label="before_migration")
    name = done.values["bundle"]["name"]
    assert name.startswith("LS1-")
    assert name.endswith("-before_migration.zip")
    archive = zipfile.ZipFile(tmp_path / name)
    identity = json.loads(archive.read("identity.json"))
    assert identity["server"] == "LS1"
    assert identity["license_server_id"] == server.model.license_server.license_server_id
    assert identity["computer_sid"].startswith("S-1-5-21-")
    assert identity["os_installed"].endswith("Z")
    assert identity["database_path"].rstrip("\\").lower() == DATABASE.lower()
    packs = json.loads(archive.read("packs.json"))
    assert [each["total"] for each in packs["packs"] if each["type"] != "builtin"] == [20, 50]
    assert packs["issued_total"] == 7
    issued = json.loads(archive.read("issued.json"))
    assert len(issued) == 7
    assert issued[-1]["computer"] == "pc7.corp.example"
    registry = json.loads(archive.read("registry.json"))
    assert registry["complete"] is True
    assert all(registry["sources"].values())
    manifest = json.loads(archive.read("manifest.json"))
    assert "not a system state backup" in manifest["note"]


def test_a_server_without_issued_cals(tmp_path: Path) -> None:
    with license_server(license_server={"packs": []}) as server:
        done = back_up(server, fetch_to=str(tmp_path))
        archive = zipfile.ZipFile(tmp_path / done.values["bundle"]["name"])
        assert json.loads(archive.read("issued.json")) == []


def test_only_system_and_administrators_may_read_bundles(server: LicenseServer) -> None:
    done = back_up(server)
    with server.model.files.exempt():
        for path in (FOLDER, done.values["bundle"]["path"]):
            sddl = server.model.files.stat(path).sddl
            aces = sddl[sddl.index("D:") :].split("(")[1:]
            assert {each.rstrip(")").split(";")[-1] for each in aces} == {"SY", "BA"}
            assert "P" in sddl[sddl.index("D:") :].split("(")[0]


# -- check mode, repeating, keeping ---------------------------------------------------------------


def test_check_mode_writes_nothing(server: LicenseServer, tmp_path: Path) -> None:
    server.clear()
    done = back_up(server, check_mode=True, fetch_to=str(tmp_path))
    assert done.outcome is not None
    assert done.outcome.changed
    assert server.names() == []
    assert list(tmp_path.iterdir()) == []
    writing = {"create", "write", "rename", "delete", "make_folder", "set_sddl", "link"}
    assert not writing & {each.kind for each in server.model.files.operations}


def test_a_young_bundle_of_the_same_packs_is_enough(server: LicenseServer, tmp_path: Path) -> None:
    first = back_up(server, max_age=24).values["bundle"]["name"]
    again = back_up(server, max_age=24)
    assert again.outcome is not None
    assert not again.outcome.changed
    assert again.values["bundle"]["name"] == first
    assert "holds the same packs" in again.values["skipped_reason"]
    # It is fetched all the same where it was not yet.
    fetched = back_up(server, max_age=24, fetch_to=str(tmp_path))
    assert fetched.values["fetched"]["path"] == str(tmp_path / first)
    assert server.names() == [first]


@pytest.mark.parametrize("why", ["packs", "age", "damaged", "label"])
def test_when_the_last_bundle_is_not_enough(server: LicenseServer, why: str) -> None:
    first = back_up(server, max_age=24).values["bundle"]
    server.wait(2)
    options: dict[str, Any] = {"max_age": 24}
    if why == "packs":
        server.have_another_pack()
    elif why == "age":
        options["max_age"] = 0.01
    elif why == "damaged":
        real = server.real(first["path"])
        real.write_bytes(real.read_bytes()[:-10])
    else:
        options["label"] = "before_migration"
    done = back_up(server, **options)
    assert done.outcome is not None
    assert done.outcome.changed
    assert done.values["bundle"]["name"] != first["name"]
    assert done.values["skipped_reason"] is None


def test_old_bundles_go_after_the_new_one_was_verified(
    server: LicenseServer, tmp_path: Path
) -> None:
    labeled = back_up(server, label="keep_me", fetch_to=str(tmp_path)).values["bundle"]["name"]
    made = []
    for dummy in range(4):
        server.wait(1)
        done = back_up(server, keep=2, fetch_to=str(tmp_path))
        made.append(done.values["bundle"]["name"])
    assert server.names() == sorted([labeled, *made[-2:]])
    assert sorted(each.name for each in tmp_path.iterdir()) == server.names()
    assert done.values["pruned"] == done.values["pruned_fetched"] == [made[1]]


def test_what_a_cut_run_left_is_removed_by_the_next(server: LicenseServer) -> None:
    server.model.files.faults.add(FileFault("die", path="*.part", operation="write"))
    assert back_up(server).error is not None
    server.clear()
    server.model.files.place(rf"{FOLDER}\LS1-20260101T000000Z.zip.part", b"half")
    server.model.files.place(rf"{FOLDER}\LS2-20260101T000000Z.zip.part", b"not ours")
    server.wait(25)
    done = back_up(server)
    assert done.error is None
    assert server.names() == [done.values["bundle"]["name"], "LS2-20260101T000000Z.zip.part"]


# -- one at a time, and never stopped for long ---------------------------------------------------


def test_a_second_run_names_who_is_at_it(server: LicenseServer) -> None:
    found: list[Done] = []

    def at_work(ways: host.Host, progress: Progress) -> Outcome:
        ways.lock.claim("0123456789abcdef", "awx-7 (process 4)", "restore", 1200)
        found.append(back_up(server))
        return Outcome(bool(progress.applied))

    server.do(at_work)
    error = found[0].error
    assert "restore by awx-7 (process 4) since" in str(error)
    assert "its claim ends at" in (error.advice or "" if error else "")
    assert server.names() == []
    server.wait(21)
    assert back_up(server).error is None


def test_the_dead_man_is_there_before_the_service_stops(server: LicenseServer) -> None:
    server.clear()
    back_up(server, method="stop_service")
    said = [each for each in server.model.requests if each.method == "StopService"]
    assert len(said) == 1

    # A task that the host does not keep, or keeps otherwise, keeps the service from being stopped.
    def lost(task: Any) -> Any:
        del task

    def altered(task: Any) -> Any:
        return replace(task, user="S-1-5-20")

    for change in (lost, altered):
        server.clear()
        server.model.tasks.on_register = change
        done = back_up(server, method="stop_service")
        assert done.error is not None
        assert not [each for each in server.model.requests if each.method == "StopService"]
        assert server.running
        server.wait(25)


def test_a_service_that_somebody_starts_spoils_the_copy(server: LicenseServer) -> None:
    service = server.model.services["TermServLicensing"]

    def start_it() -> None:
        for dummy in range(2000):
            if service.state == "Stopped":
                service.start()
                return
            time.sleep(0.005)

    busybody = threading.Thread(target=start_it)
    busybody.start()
    done = back_up(server, method="stop_service")
    busybody.join()
    assert done.error is not None
    assert server.names() == []
    assert server.running


# -- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"path": r"Backup\rds"}, "has no drive"),
        ({"path": r"\\nas\share"}, "is a network path"),
        ({"path": r"D:\a\..\b"}, '"." or ".."'),
        ({"path": r'D:\"x"'}, "no Windows file name"),
        ({"path": r"Q:\Backup"}, "no drive Q:"),
        ({"path": r"E:\Backup"}, "of the type Network"),
        ({"path": r"F:\Backup"}, "MB free"),
        ({"path": r"C:\Windows\System32\lserver\Backup"}, "in the folder of the database"),
        ({"keep": 0}, "at least one bundle"),
        ({"keep": -3}, "at least one bundle"),
        ({"label": "../x"}, "label"),
        ({"restart_after": 1}, "restart_after"),
    ],
)
def test_what_is_refused(options: dict[str, Any], why: str) -> None:
    drives = {
        "D:": {"size": 2_000_000_000},
        "E:": {"type": "Network", "size": 2_000_000_000},
        "F:": {"size": 1_000_000},
    }
    with license_server(drives=drives) as server:
        assert why in str(refused(server, **options))
        assert server.names() == []


def test_a_snapshot_that_cannot_be_is_not_replaced_by_a_stop(server: LicenseServer) -> None:
    with license_server(snapshot="fails", shadow_copies=SHADOWS) as other:
        done = back_up(other, method="snapshot")
        assert "no snapshot of the database can be made" in str(done.error)
        assert "has 1 shadow copies already" in str(done.error)
        assert "stop_service" in (done.error.advice or "" if done.error else "")
        assert other.names() == []
    assert server.running


def test_a_corrupt_copy_is_discarded(server: LicenseServer) -> None:
    good = back_up(server).values["bundle"]["name"]
    server.wait(1)
    server.model.files.faults.add(FileFault("corrupt", path="*.zip.part", operation="write"))
    done = back_up(server, keep=1)
    assert done.error is not None
    assert server.names() == [good]
    assert server.problems(good) == []


def test_a_drive_that_fills_up_in_the_middle(server: LicenseServer) -> None:
    good = back_up(server).values["bundle"]["name"]
    server.wait(1)
    server.clear()
    server.model.files.faults.add(FileFault("disk_full", path="*.zip.part", operation="write"))
    done = back_up(server, method="stop_service", keep=1)
    assert done.error is not None
    assert done.error.code is not None
    assert done.error.code.name == "ERROR_DISK_FULL"
    assert server.names() == [good]
    assert server.running
    assert "start the service TermServLicensing" in done.progress.applied or any(
        "runs again" in each for each in done.progress.state
    )


def test_a_transfer_that_broke_is_continued(server: LicenseServer, tmp_path: Path) -> None:
    made = back_up(server, max_age=24).values["bundle"]
    whole = server.read(made["path"])
    part = tmp_path / f"{made['name']}.part"
    part.write_bytes(whole[:3000])
    older = tmp_path / "LS1-20260101T000000Z.zip.part"
    older.write_bytes(b"nobody continues this")
    server.clear()
    done = back_up(server, max_age=24, fetch_to=str(tmp_path))
    assert done.error is None
    assert (tmp_path / made["name"]).read_bytes() == whole
    assert [each.name for each in tmp_path.iterdir()] == [made["name"]]


def test_a_part_that_is_of_something_else_is_not_kept(
    server: LicenseServer, tmp_path: Path
) -> None:
    made = back_up(server, max_age=24).values["bundle"]
    part = tmp_path / f"{made['name']}.part"
    part.write_bytes(b"x" * 3000)
    done = back_up(server, max_age=24, fetch_to=str(tmp_path))
    assert done.outcome is not None
    assert done.outcome.failure is not None
    assert not part.exists()
    assert back_up(server, max_age=24, fetch_to=str(tmp_path)).error is None
    assert (tmp_path / made["name"]).read_bytes() == server.read(made["path"])
