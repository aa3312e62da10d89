# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``rds_lserver_backup``: one bundle of database, registry keys, identity, packs and issued CALs.

The order is what makes it safe: everything that can be read is read first; the bundle is written
under a name that ends in ``.part``, read back, held against what was written, and only then given
its name; older bundles are removed last.
"""

from __future__ import annotations

import ntpath
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..._cim.errors import CimError
from ..._windows.files import Folder
from ..._windows.paths import folder_path, lies_in
from ..change import Outcome, Progress
from .bundle_check import check_bundle
from .bundle_making import BundleMaker, Made
from .bundle_name import PART, BundleName, NotABundleName
from .claim import claimed
from .database_set import DatabaseSet, database_set
from .fetch import fetch_bundle, local_folder, prune_fetched
from .host import STAGING, Host, NotABundle
from .retention import check_keep, prunable
from .survey import Survey, survey

_SPARE_BYTES = 64 * 1024 * 1024
"""What is left free on a drive besides the copies."""
_LATEST_DEAD_MAN = 240
_EARLIEST_DEAD_MAN = 5


class BadOption(CimError):
    """An option makes no sense; nothing was asked of the host."""

    def __init__(self, why: str, advice: str) -> None:
        super().__init__(why)
        self.advice = advice


class NoRoom(CimError):
    """There is no such drive, or not enough free space on it; nothing was written."""

    def __init__(self, why: str, advice: str) -> None:
        super().__init__(why)
        self.advice = advice


@dataclass(frozen=True, slots=True)
class BackupOptions:
    """The options of the module; see its documentation."""

    path: str
    method: str = "auto"
    fetch_to: str | None = None
    allow_ephemeral: bool = False
    keep: int = 12
    max_age: float = 0.0
    label: str | None = None
    verify: bool = True
    restart_after: int = 15


def back_up(host: Host, options: BackupOptions, progress: Progress, *, check_mode: bool) -> Outcome:
    """Make a bundle, fetch it, remove old ones.

    :raises CimError: no bundle was made; ``progress`` says what state was left.
    """
    folder = folder_path("path", options.path)
    check_keep(options.keep)
    check_minutes(options.restart_after)
    target = local_folder(options.fetch_to, allow_ephemeral=options.allow_ephemeral)
    found = survey(host.session)
    listing = host.files.list_folder(folder)
    server = found.identity.machine.name
    _name(server, found.collected_at, options.label)
    database, size = _database(host, found)
    _require_room(listing, size)
    if lies_in(folder, found.folder):
        raise BadOption(
            f"path: {folder} lies in the folder of the database",
            "name another folder: what lies there is restored and set aside as a whole",
        )
    enough = _good_enough(host, options, found, folder, own_bundles(listing, server))
    if enough is not None and (target is None or (target / str(enough[0].name)).is_file()):
        return _outcome(enough[0], changed=False, skipped=enough[1])
    if check_mode:
        return _outcome(None, changed=True)
    # From here on the host's clock counts: the bundle is named and aged by it.
    with claimed(host, "backup", options.restart_after) as claim:
        if enough is None:
            _remove_leftovers(host, folder, listing, server, progress)
            maker = BundleMaker(
                host,
                claim.run(folder, options.restart_after),
                _name(server, claim.now, options.label),
                folder,
                found,
                database,
                options.method,
                options.verify,
                claim.keep,
                progress,
            )
            made, fallbacks, seconds = maker.make(), maker.fallbacks, maker.stopped_seconds
        else:
            made, fallbacks, seconds = enough[0], [], 0.0
        outcome = _outcome(
            made,
            changed=True,
            skipped=None if enough is None else enough[1],
            fallbacks=fallbacks,
            seconds=seconds,
        )
        try:
            if target is not None:
                outcome.values["fetched"] = fetch_bundle(
                    host.files, made.path, made.name, target, claim.keep
                ).as_dict()
                progress.applied.append(f"fetched {made.name}")
            if enough is None:
                outcome.values["pruned"] = _prune(host, folder, options.keep, made, server)
            if target is not None:
                outcome.values["pruned_fetched"] = prune_fetched(
                    target, server, options.keep, made.name
                )
        except CimError as error:
            # The bundle is there all the same, and is told.
            outcome.failure = error
    outcome.warnings += [f"{each}." for each in progress.state]
    return outcome


def check_minutes(minutes: int) -> None:
    """Refuse a time for the dead man that is too short to work in, or too long to wait for.

    :raises BadOption: it is.
    """
    if not _EARLIEST_DEAD_MAN <= minutes <= _LATEST_DEAD_MAN:
        raise BadOption(
            f"restart_after is {minutes} minutes",
            f"use {_EARLIEST_DEAD_MAN} to {_LATEST_DEAD_MAN}: longer than the copy takes, and "
            "shorter than nobody notices that no CAL is issued",
        )


def own_bundles(listing: Folder, server: str) -> list[BundleName]:
    """The bundles of a server in a folder, oldest first."""
    found = (BundleName.find(each.name) for each in listing.entries if not each.is_folder)
    return sorted(each for each in found if each is not None and each.of_server(server))


def _name(server: str, now: datetime, label: str | None) -> BundleName:
    try:
        return BundleName.make(server, now, label)
    except NotABundleName as error:
        raise BadOption(str(error), "use letters, digits, dots and underscores") from error


def _database(host: Host, found: Survey) -> tuple[DatabaseSet, int]:
    """The files of the database, and how many bytes they have together."""
    listing = host.files.list_folder(found.folder)
    sizes = {each.name: each.bytes for each in listing.entries if not each.is_folder}
    database = database_set(found.folder, sizes)
    return database, sum(sizes[name] for name in database.files)


def _require_room(listing: Folder, size: int) -> None:
    drive = listing.drive
    if drive is None or not drive.ready:
        raise NoRoom(
            f"the license server has no drive {listing.full[:2] or 'of that letter'} that is ready",
            "name a folder on a local drive that is there",
        )
    if drive.type != "Fixed":
        raise NoRoom(
            f"{drive.name} is a drive of the type {drive.type}",
            "name a folder on a fixed local drive: others have no permissions, or go away",
        )
    if listing.exists and not listing.is_folder:
        raise NoRoom(f"{listing.full} is a file", "name a folder")
    # The copy that is staged and the bundle, if nothing could be packed.
    needed = 2 * size + _SPARE_BYTES
    if drive.free < needed:
        raise NoRoom(
            f"{drive.name} has {drive.free // 1_000_000} MB free, and the backup of this database "
            f"may take {needed // 1_000_000} MB",
            "free some space, or name a folder on another drive",
        )


def _good_enough(
    host: Host, options: BackupOptions, found: Survey, folder: str, own: list[BundleName]
) -> tuple[Made, str] | None:
    """The newest bundle when it is young, whole and tells the packs as they are now."""
    if options.max_age <= 0 or not own or options.label:
        return None
    newest = own[-1]
    age = found.collected_at - newest.created
    if age > timedelta(hours=options.max_age):
        return None
    path = ntpath.join(folder, str(newest))
    try:
        contents = host.read_bundle(path, deep=True)
    except NotABundle:
        return None
    findings = check_bundle(contents, newest)
    packs = findings.packs
    if not findings.verified or packs is None or findings.manifest is None:
        return None
    if list(packs.packs) != [pack.as_dict() for pack in found.packs]:
        return None
    hours = age.total_seconds() / 3600
    made = Made(
        newest,
        path,
        contents.size,
        len(contents.entries) - 1,
        str(findings.manifest.method),
        contents.sha256,
    )
    return made, f"{newest} is {hours:.1f} hours old, verified, and holds the same packs"


def _remove_leftovers(
    host: Host, folder: str, listing: Folder, server: str, progress: Progress
) -> None:
    """What a run that was cut left under temporary names; nobody else is at work now."""
    for each in listing.entries:
        if each.is_folder:
            if STAGING.fullmatch(each.name):
                host.sweep(ntpath.join(folder, each.name), progress)
            continue
        bundle = BundleName.find(each.name.removesuffix(PART).removesuffix(".issued"))
        if each.name.endswith(PART) and bundle is not None and bundle.of_server(server):
            host.sweep_file(ntpath.join(folder, each.name), progress)


def _prune(host: Host, folder: str, keep: int, made: Made, server: str) -> list[str]:
    names = [each.name for each in host.files.list_folder(folder).entries]
    old = prunable(names, server, keep, made.name)
    if not old:
        return []
    removed = host.files.remove([ntpath.join(folder, str(each)) for each in old]).removed
    return [ntpath.basename(path) for path in removed]


def _outcome(
    made: Made | None,
    *,
    changed: bool,
    skipped: str | None = None,
    fallbacks: list[str] | None = None,
    seconds: float = 0.0,
) -> Outcome:
    return Outcome(
        changed,
        values={
            "bundle": made.as_dict() if made is not None else None,
            "fetched": None,
            "pruned": [],
            "pruned_fetched": [],
            "skipped_reason": skipped,
            "fallbacks": fallbacks or [],
            "service_running": True,
            "stopped_seconds": seconds,
        },
    )
