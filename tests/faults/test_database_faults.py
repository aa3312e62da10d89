# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Something goes wrong at every single place of a backup, a restore and a rebuild.

One after the other: at every request the connection breaks (before the host has seen it, or after
it has done it), or the controller is gone from there on; at every file operation on the host the
drive fails, is full, or the process dies. After each, the license server has to be as it promised:
running, with its old database or (restore, rebuild) its new one; and no bundle is half.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    Outcome,
    Progress,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database import (
    backup,
    host,
    restore,
)
from farm import Fault, FileFault
from wire.license_server import DATABASE, FOLDER, LicenseServer, Work, license_server

REQUEST_FAULTS = {"drop": 1, "drop_after": 1, "cut": 1_000_000}
"""Kinds, and how many requests each one hits."""
FILE_FAULTS = ("io_error", "disk_full", "die")
ALL = (*REQUEST_FAULTS, *FILE_FAULTS)
FEWER = ("cut", "die")
"""The hardest ones, for what shares its steps with work that is tried with all kinds."""
AFTER_DEAD_MAN = 25
"""Minutes: the dead man acts after 15, and a claim lasts 20."""


@dataclass
class Tally:
    """What was tried and what came of it."""

    tried: int = 0
    survived: int = 0
    failed: int = 0
    by_dead_man: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.tried} faults: {self.survived} times it went well all the same, "
            f"{self.failed} times it failed as it should; {self.by_dead_man} times the dead man "
            f"started the service; {len(self.wrong)} times something was wrong"
        )


@pytest.fixture(scope="module")
def server() -> Iterator[LicenseServer]:
    """One license server; what a test does to it is undone by its end."""
    with license_server() as found:
        yield found


def backing_up(method: str) -> Work:
    def work(server: host.Host, progress: Progress) -> Outcome:
        options = backup.BackupOptions(path=FOLDER, method=method, keep=2)
        return backup.back_up(server, options, progress, check_mode=False)

    return work


def of_bundle(which: str, bundle: str) -> Work:
    path = rf"{FOLDER}\{bundle}"

    def work(server: host.Host, progress: Progress) -> Outcome:
        if which == "rebuild":
            options = restore.RebuildOptions(path, "SRX-2026-1121", max_bundle_age=1e9)
            return restore.rebuild(server, options, progress, check_mode=False)
        return restore.restore(
            server, restore.RestoreOptions(bundle=path), progress, check_mode=False
        )

    return work


def faults_of(
    server: LicenseServer, work: Work, reset: Callable[[], None], kinds: Sequence[str]
) -> Iterator[tuple[str, Fault | FileFault]]:
    """Every fault that can hit the work: as many places as it has when nothing goes wrong."""
    reset()
    server.clear()
    done = server.do(work)
    assert done.error is None, done.error
    requests = sum(each.operation != "auth" for each in server.model.requests)
    operations = len(server.model.files.operations)
    assert requests > 30
    assert operations > 5
    for kind in kinds:
        times = REQUEST_FAULTS.get(kind)
        for number in range(1, (requests if times else operations) + 1):
            if times:
                fault = Fault("drop" if kind == "cut" else kind, at=number, times=times)
                yield f"{kind} at request {number}", fault
            else:
                yield f"{kind} at file operation {number}", FileFault(kind, at=number)


def try_all(
    server: LicenseServer,
    work: Work,
    reset: Callable[[], None],
    check: Callable[[bool], list[str]],
    kinds: Sequence[str],
) -> Tally:
    """Do the work once with each fault.

    :param check: what is wrong afterwards; whether the work went well is its argument.
    """
    tally = Tally()
    for name, fault in faults_of(server, work, reset, kinds):
        reset()
        server.clear()
        if isinstance(fault, FileFault):
            server.model.files.faults.add(fault)
        else:
            server.model.faults.add(fault)
        done = server.do(work)
        tally.tried += 1
        if done.error is None:
            tally.survived += 1
        else:
            tally.failed += 1
        # How often a service is looked at differs: the last place may not be reached.
        seen, hit = fault.seen, fault.hits
        server.clear()
        ran_before = server.running
        if not ran_before and not server.tasks():
            tally.wrong.append(f"{name}: stopped, and no task that would start it")
        server.wait(AFTER_DEAD_MAN)
        tally.by_dead_man += not ran_before and server.running
        wrong = check(done.error is None)
        if not server.running:
            wrong.append("the service does not run")
        if server.tasks():
            wrong.append(f"tasks are left: {server.tasks()}")
        if not hit and seen >= (fault.at or 1):
            wrong.append("the fault did not strike")
        tally.wrong += [f"{name}: {each} ({done.error})" for each in wrong]
    return tally


@pytest.mark.parametrize(("method", "kinds"), [("stop_service", ALL), ("snapshot", FEWER)])
def test_a_backup_never_leaves_anything_half(
    server: LicenseServer,
    method: str,
    kinds: Sequence[str],
    record_property: Callable[[str, object], None],
) -> None:
    old_packs = server.packs()
    server.do(backing_up(method))
    server.wait(AFTER_DEAD_MAN)
    older: dict[str, str] = {}

    def reset() -> None:
        nonlocal older
        older = server.bundles()

    def check(went_well: bool) -> list[str]:
        bundles, wrong = server.bundles(), []
        if server.packs() != old_packs:
            wrong.append(f"the packs are {server.packs()}")
        new = [name for name in bundles if name not in older]
        gone = [name for name in older if name not in bundles]
        wrong += [
            f"{name} was changed" for name in older if bundles.get(name, 0) not in (0, older[name])
        ]
        if gone and (not new or max(older) in gone):
            wrong.append(f"{gone} is gone, and new is {new}")
        if went_well and len(new) != 1:
            wrong.append(f"new bundles: {new}")
        wrong += [f"{name}: {each}" for name in bundles for each in server.problems(name)]
        return wrong

    tally = try_all(server, backing_up(method), reset, check, kinds)
    record_property("counted", f"backup by {method}: {tally}")
    assert not tally.wrong, "\n".join(tally.wrong[:40])


@pytest.mark.parametrize(("which", "kinds"), [("restore", ALL), ("rebuild", FEWER)])
def test_a_restore_leaves_the_old_or_the_new_database(
    server: LicenseServer,
    which: str,
    kinds: Sequence[str],
    record_property: Callable[[str, object], None],
) -> None:
    made = server.do(backing_up("stop_service"))
    bundle = made.values["bundle"]["name"]
    bundled = server.packs()
    assert server.model.license_server is not None
    present = bundled

    def reset() -> None:
        nonlocal present
        # Something that is in no bundle, so that old and new can be told apart.
        server.have_another_pack()
        present = server.packs()

    def check(went_well: bool) -> list[str]:
        new = bundled if which == "restore" else [each for each in bundled if each[1] == 3]
        packs, wrong = server.packs(), []
        if packs not in ([new] if went_well else [present, new]):
            wrong.append(f"the packs are {packs}: neither old nor new")
        if not server.names(DATABASE):
            wrong.append("there is no database folder")
        return wrong

    tally = try_all(server, of_bundle(which, bundle), reset, check, kinds)
    record_property("counted", f"{which}: {tally}")
    assert not tally.wrong, "\n".join(tally.wrong[:40])
