# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restoring and rebuilding a license server: the same machine only, whole sets only."""

from __future__ import annotations

import contextlib
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import CimError
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    Outcome,
    Progress,
    Refused,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database import (
    backup,
    host,
    restore,
)
from farm import FileFault, RegType
from wire.license_server import (
    DATABASE,
    FOLDER,
    Done,
    LicenseServer,
    license_server,
)

BUILT_IN = 3


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[LicenseServer]:
    """Over winrm, unless the test names its connections."""
    with license_server(getattr(request, "param", "winrm")) as found:
        yield found


over_each = pytest.mark.parametrize("server", ["winrm", "psrp"], indirect=True)


def bundle_of(server: LicenseServer, folder: Path | None = None, **options: Any) -> str:
    """Make a bundle; return its path on the server."""

    def work(ways: host.Host, progress: Progress) -> Outcome:
        fetch_to = None if folder is None else str(folder)
        wanted = backup.BackupOptions(path=FOLDER, fetch_to=fetch_to, **options)
        return backup.back_up(ways, wanted, progress, check_mode=False)

    return str(server.do(work).values["bundle"]["path"])


def restoring(server: LicenseServer, *, check_mode: bool = False, **options: Any) -> Done:
    def work(ways: host.Host, progress: Progress) -> Outcome:
        wanted = restore.RestoreOptions(**options)
        return restore.restore(ways, wanted, progress, check_mode=check_mode)

    return server.do(work, check_mode=check_mode)


def rebuilding(server: LicenseServer, *, check_mode: bool = False, **options: Any) -> Done:
    def work(ways: host.Host, progress: Progress) -> Outcome:
        wanted = restore.RebuildOptions(**{"reissue_reference": "SRX-2026-1121", **options})
        return restore.rebuild(ways, wanted, progress, check_mode=check_mode)

    return server.do(work, check_mode=check_mode)


def untouched(server: LicenseServer, done: Done) -> CimError:
    """The error of what must not be done; the database is as it was."""
    assert done.error is not None, done.outcome
    assert done.error.advice
    assert server.running
    assert not server.tasks()
    assert [each for each in server.names(r"C:\Windows\System32") if "lserver." in each] == []
    return done.error


# -- restore ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["stop_service", "snapshot"])
@over_each
def test_the_old_packs_are_back(server: LicenseServer, method: str) -> None:
    bundle = bundle_of(server, method=method)
    held = server.packs()
    files = server.names(DATABASE)
    server.have_another_pack()
    later = server.packs()
    done = restoring(server, bundle=bundle)
    assert done.error is None
    assert server.packs() == held != later
    assert server.running
    assert not server.tasks()
    assert done.outcome is not None
    before, after = done.outcome.before or {}, done.outcome.after or {}
    assert len(before["packs"]) == len(later)
    assert len(after["packs"]) == len(held)
    aside = done.values["set_aside"]
    # The folder that was replaced is there whole, and what was new is not mixed with it.
    assert sorted(server.names(aside)) == sorted(files)
    with server.model.files.exempt():
        stat = server.model.files.stat
        assert stat(DATABASE).sddl == stat(aside).sddl
    assert not [each for each in server.names(r"C:\Windows\System32") if ".new-" in each]
    # And the other way round: what was set aside can be put back by another restore of it.
    assert restoring(server, bundle=bundle).error is None


def test_check_mode_tells_and_writes_nothing(server: LicenseServer) -> None:
    bundle = bundle_of(server)
    server.have_another_pack()
    later = server.packs()
    starts = server.model.services["TermServLicensing"].starts
    server.clear()
    done = restoring(server, check_mode=True, bundle=bundle)
    assert done.outcome is not None
    assert done.outcome.changed
    assert len((done.outcome.after or {})["packs"]) == len(later) - 1
    assert server.packs() == later
    assert server.model.services["TermServLicensing"].starts == starts
    assert {each.kind for each in server.model.files.operations} <= {
        "stat",
        "exists",
        "list_folder",
        "drive",
        "open",
        "read",
    }


def test_registry_values_that_differ_are_told_and_left(server: LicenseServer) -> None:
    key = r"HKLM\SYSTEM\CurrentControlSet\Services\TermServLicensing\Parameters"
    registry = server.model.registry
    registry.set(key, "MaxVerPages", RegType.DWORD, 1024)
    bundle = bundle_of(server)
    registry.set(key, "MaxVerPages", RegType.DWORD, 2048)
    done = restoring(server, bundle=bundle)
    assert done.outcome is not None
    assert len(done.outcome.warnings) == 1
    assert r"Parameters\MaxVerPages" in done.outcome.warnings[0]
    assert registry.get(key, "MaxVerPages") == (RegType.DWORD, 2048)


def test_what_a_cut_run_left_does_not_stay(server: LicenseServer) -> None:
    bundle_of(server)
    server.model.files.faults.add(FileFault("die", path="*.zip.part", operation="write"))
    with contextlib.suppress(AssertionError):
        bundle_of(server)
    server.clear()
    server.model.files.place(rf"{FOLDER}\{'a' * 16}.staging\TLSLic.edb", b"left")
    server.wait(25)
    bundle_of(server)
    assert all(each.endswith(".zip") for each in server.names())


@over_each
def test_a_bundle_from_the_controller(server: LicenseServer, tmp_path: Path) -> None:
    bundle = bundle_of(server, tmp_path)
    held = server.packs()
    server.have_another_pack()
    names = server.names()
    local = tmp_path / bundle.rpartition("\\")[2]
    done = restoring(server, upload_from=str(local), path=FOLDER)
    assert done.error is None
    assert server.packs() == held
    assert server.names() == names  # what was brought is gone again


def test_a_server_whose_database_is_damaged(server: LicenseServer) -> None:
    bundle = bundle_of(server)
    held = server.packs()
    service = server.model.services["TermServLicensing"]
    service.stop()
    assert not server.running
    path = rf"{DATABASE}\TLSLic.edb"
    real = server.real(path)
    real.write_bytes(b"\0" * real.stat().st_size)
    service.start()
    assert not server.running
    refused = restoring(server, bundle=bundle).error
    assert isinstance(refused, Refused)
    assert refused.reason == "identity_unknown"
    assert "trust_machine" in (refused.advice or "")
    done = restoring(server, bundle=bundle, trust_machine=True)
    assert done.error is None, done.error
    assert server.packs() == held
    assert server.running


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"os_installed": "2026-03-01T00:00:00Z"}, "Windows was installed"),
        ({"computer_sid": "S-1-5-21-7-7-7"}, "SID is another one"),
        (
            {"license_server": {"license_server_id": "B" * 35, "packs": []}},
            "the license server id",
        ),
    ],
)
def test_another_machine_is_refused(
    server: LicenseServer, tmp_path: Path, other: dict[str, Any], why: str
) -> None:
    local = tmp_path / bundle_of(server, tmp_path).rpartition("\\")[2]
    with license_server(**other) as elsewhere:
        for trust in (False, True):
            done = restoring(elsewhere, upload_from=str(local), path=FOLDER, trust_machine=trust)
            error = untouched(elsewhere, done)
            assert isinstance(error, Refused)
            assert error.reason == "other_machine"
            assert why in str(error)
            assert "method: reinstall" in (error.advice or "")
            assert elsewhere.names() == []


def test_a_database_that_the_service_refuses_is_replaced_by_the_old_one(
    server: LicenseServer,
) -> None:
    bundle = bundle_of(server)
    server.have_another_pack()
    later = server.packs()
    server.refuse_next_start()
    done = restoring(server, bundle=bundle)
    assert "does not start on the new database" in str(done.error)
    assert server.packs() == later
    assert server.running
    assert not server.tasks()
    assert [each for each in server.names(r"C:\Windows\System32") if ".failed-" in each]


def edited(manifest: dict[str, Any]) -> None:
    manifest["server"] = "LS9"


def unhashed(manifest: dict[str, Any]) -> None:
    manifest["files"][0]["sha256"] = "0" * 64


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (edited, "edited"),
        (unhashed, "SHA-256"),
        ("../evil.edb", "belong in it"),
        ("database/../../evil.edb", "not a plain file name"),
        ("not a database", "not a whole ESE database"),
        ("no zip", "bundle"),
    ],
)
def test_a_bundle_that_is_not_to_be_relied_on(
    server: LicenseServer,
    tmp_path: Path,
    change: Callable[[dict[str, Any]], None] | str,
    why: str,
) -> None:
    local = tmp_path / bundle_of(server, tmp_path).rpartition("\\")[2]
    old = zipfile.ZipFile(local)
    texts = {each: old.read(each) for each in old.namelist()}
    manifest = json.loads(texts["manifest.json"])
    if callable(change):
        change(manifest)
    elif change == "not a database":
        texts["database/TLSLic.edb"] = b"no database at all" * 1000
    elif change != "no zip":
        texts[change] = b"x"
    texts["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(local, "w", zipfile.ZIP_DEFLATED) as new:
        for name, text in texts.items():
            new.writestr(name, text)
    if change == "no zip":
        local.write_bytes(b"PK\x03\x04 but not for long")
    works: list[Callable[[], Done]] = [
        lambda: restoring(server, upload_from=str(local), path=FOLDER),
        lambda: restoring(server, bundle=rf"{FOLDER}\{local.name}"),
        lambda: rebuilding(server, bundle=rf"{FOLDER}\{local.name}"),
    ]
    for work in works:
        server.model.files.place(rf"{FOLDER}\{local.name}", local.read_bytes())
        held = server.packs()
        assert why in str(untouched(server, work()))
        assert server.packs() == held


def test_bundles_that_are_not_there(server: LicenseServer, tmp_path: Path) -> None:
    assert "cannot be read as a bundle" in str(
        untouched(server, restoring(server, bundle=rf"{FOLDER}\LS1-20260101T000000Z.zip"))
    )
    assert "does not end in .zip" in str(untouched(server, restoring(server, bundle=FOLDER)))
    missing = str(tmp_path / "LS1-20260101T000000Z.zip")
    error = untouched(server, restoring(server, upload_from=missing, path=FOLDER))
    assert missing in str(error)


# -- rebuild ---------------------------------------------------------------------------------------


@over_each
def test_a_rebuild_starts_empty_and_keeps_the_old_database(server: LicenseServer) -> None:
    bundle = bundle_of(server)
    done = rebuilding(server, bundle=bundle)
    assert done.error is None, done.error
    assert [kind for dummy, kind, total in server.packs()] == [BUILT_IN]
    assert server.running
    aside = done.values["set_aside"]
    assert "TLSLic.edb" in server.names(aside)
    assert server.read(rf"{aside}\reissue.txt") == b"SRX-2026-1121"
    # A bundle of the time before brings everything back.
    assert restoring(server, bundle=bundle).error is None
    assert len(server.packs()) > 1


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"reissue_reference": "  "}, "no_reissue_reference"),
        ({"max_bundle_age": 1.0}, "bundle_too_old"),
    ],
)
def test_when_a_rebuild_is_refused(
    server: LicenseServer, options: dict[str, Any], reason: str
) -> None:
    bundle = bundle_of(server)
    server.wait(90)
    error = untouched(server, rebuilding(server, bundle=bundle, **options))
    assert isinstance(error, Refused)
    assert error.reason == reason


def test_a_rebuild_in_check_mode(server: LicenseServer) -> None:
    bundle = bundle_of(server)
    held = server.packs()
    done = rebuilding(server, check_mode=True, bundle=bundle)
    assert done.outcome is not None
    assert done.outcome.changed
    assert server.packs() == held
