# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``rds_lserver_restore`` and ``rds_lserver_rebuild``: another database for the same server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ..._cim.errors import CimError
from ..._surroundings import utc_now
from ..._windows.paths import BadPath, folder_path
from ..cals.key_packs import read_key_packs
from ..change import Outcome, Progress, Refused
from ..license_servers.license_server import ServiceNotRunning, read_activation
from .backup import check_minutes
from .bundle import DATABASE_FOLDER, REGISTRY, contents_from
from .bundle_check import Findings, check_bundle
from .bundle_name import SUFFIX, BundleName
from .bundle_reader import NotReadableBundle, read_bundle_file
from .claim import claimed
from .fetch import NotOnController, send_file
from .host import Host
from .identity import Identity, differences, read_machine
from .licensing_keys import licensing_registry, registry_differences
from .manifest import Manifest
from .survey import survey
from .swap import Swap, exchange, make_new_folder

_MOST_VALUES = 10
_WAYS_OUT = (
    "RD Licensing gives CALs that were not issued yet back on the same installation of Windows "
    "only. On this one: activate the server, then install the packs again with rds_cal_pack and "
    "method: reinstall (or import, from a server that is gone); when Microsoft refuses, playbook "
    "recover_after_reinstall.yml writes the page for the Clearinghouse"
)


class BundleUnusable(CimError):
    """The bundle is not whole, or not one at all; nothing was changed."""

    def __init__(self, bundle: str, problems: list[str]) -> None:
        super().__init__(f"{bundle} is not to be relied on: {'; '.join(problems)}")
        self.advice = "take another bundle; rds_lserver_backup_info lists and verifies them"


class RestoredDiffers(CimError):
    """What was unpacked on the license server is not what the bundle holds; it was discarded."""

    def __init__(self, why: str) -> None:
        super().__init__(f"what was unpacked is not what the bundle holds ({why})")
        self.advice = "look at the drive of the license server; the present database is untouched"


@dataclass(frozen=True, slots=True)
class RestoreOptions:
    """The options of ``rds_lserver_restore``; see its documentation."""

    bundle: str | None = None
    upload_from: str | None = None
    path: str | None = None
    trust_machine: bool = False
    restart_after: int = 15


@dataclass(frozen=True, slots=True)
class RebuildOptions:
    """The options of ``rds_lserver_rebuild``; see its documentation."""

    bundle: str
    reissue_reference: str
    max_bundle_age: float = 24.0
    trust_machine: bool = False
    restart_after: int = 15


@dataclass(frozen=True, slots=True)
class Present:
    """The license server as it is; packs and activation are None when it does not answer."""

    identity: Identity
    packs: list[dict[str, Any]] | None
    answers: bool
    now: datetime
    """By its own clock, UTC."""

    def as_state(self) -> dict[str, Any]:
        """As the module returns it."""
        return {"packs": self.packs, "activated": self.identity.activated}


def restore(
    host: Host, options: RestoreOptions, progress: Progress, *, check_mode: bool
) -> Outcome:
    """Put the database of a bundle in place.

    :raises Refused: this is not the machine that the bundle is of.
    :raises CimError: the old database is there as before: see ``progress``.
    """
    check_minutes(options.restart_after)
    present = read_present(host)
    bundle = options.bundle and bundle_path("bundle", options.bundle)
    findings = _examine(host, bundle) if bundle else _examine_local(Path(options.upload_from or ""))
    manifest, identity = _require_good(findings, bundle or options.upload_from or "")
    _require_same(identity, present, trust_machine=options.trust_machine)
    folder = _database_folder(present, manifest)
    told = findings.packs.packs if findings.packs is not None else ()
    after: dict[str, Any] = {"packs": list(told), "activated": present.identity.activated}
    if check_mode:
        return Outcome(True, before=present.as_state(), after=after)
    with claimed(host, "restore", options.restart_after) as claim:
        uploaded = None
        if bundle is None:
            uploaded = bundle = _upload(host, options, claim.id, claim.keep)
            # What arrived is examined as any other bundle: the hashes are in it.
            manifest, dummy = _require_good(_examine(host, bundle), bundle)
        try:
            others = _registry_notes(host, bundle)
            swap = Swap.of(folder, claim.id, _stamp(claim.now))
            make_new_folder(host, swap, progress)
            try:
                _unpack(host, bundle, swap, manifest)
                run = claim.run(swap.new, options.restart_after).swapping(swap.folder, swap.aside)
                pause = exchange(host, run, swap, progress)
            except BaseException:
                host.sweep(swap.new, progress)
                raise
        finally:
            if uploaded is not None:
                host.sweep_file(uploaded, progress)
    outcome = _outcome(host, present, swap, pause.seconds, progress)
    outcome.warnings += others
    return outcome


def rebuild(
    host: Host, options: RebuildOptions, progress: Progress, *, check_mode: bool
) -> Outcome:
    """Set the database aside and start with an empty one.

    :raises Refused: there is no good, young bundle of this server, or no reference.
    :raises CimError: the old database is there as before: see ``progress``.
    """
    check_minutes(options.restart_after)
    if len(options.reissue_reference.strip()) < 4:
        raise Refused(
            "no_reissue_reference",
            "a rebuild forgets every CAL pack, and nothing says how they come back",
            "agree the reissue with the Clearinghouse first, and give its reference",
        )
    bundle = bundle_path("bundle", options.bundle)
    present = read_present(host)
    manifest, identity = _require_good(_examine(host, bundle), bundle)
    _require_same(identity, present, trust_machine=options.trust_machine)
    age = present.now - manifest.started
    if age > timedelta(hours=options.max_bundle_age):
        raise Refused(
            "bundle_too_old",
            f"the bundle is {age.total_seconds() / 3600:.1f} hours old, and max_bundle_age is "
            f"{options.max_bundle_age:g}",
            "make a new one with rds_lserver_backup",
        )
    folder = _database_folder(present, manifest)
    if check_mode:
        empty: dict[str, Any] = {"packs": [], "activated": present.identity.activated}
        return Outcome(True, before=present.as_state(), after=empty)
    with claimed(host, "rebuild", options.restart_after) as claim:
        swap = Swap.of(folder, claim.id, _stamp(claim.now))
        make_new_folder(host, swap, progress)
        try:
            run = claim.run(swap.new, options.restart_after).swapping(swap.folder, swap.aside)
            pause = exchange(host, run, swap, progress)
        except BaseException:
            host.sweep(swap.new, progress)
            raise
        host.note(f"{swap.aside}\\reissue.txt", options.reissue_reference, progress)
    return _outcome(host, present, swap, pause.seconds, progress)


def bundle_path(option: str, path: str) -> str:
    """Check the path of a bundle on the license server.

    :raises BadPath: it is none.
    """
    checked = folder_path(option, path)
    if not checked.lower().endswith(SUFFIX):
        raise BadPath(option, path, f"does not end in {SUFFIX}", "name a bundle, not its folder")
    return checked


def read_present(host: Host) -> Present:
    """Read the server, also one whose service does not answer."""
    try:
        found = survey(host.session)
    except ServiceNotRunning:
        machine, now = read_machine(host.session)
        return Present(Identity(machine, None, None, None, None, None, None), None, False, now)
    packs = [pack.as_dict() for pack in found.packs]
    return Present(found.identity, packs, True, found.collected_at)


def _examine(host: Host, path: str) -> Findings:
    name = BundleName.find(path.rpartition("\\")[2])
    return check_bundle(host.read_bundle(path, deep=True), name)


def _examine_local(file: Path) -> Findings:
    try:
        return check_bundle(read_bundle_file(file, deep=True), BundleName.find(file.name))
    except NotReadableBundle as error:
        raise BundleUnusable(str(file), [str(error)]) from error


def _require_good(findings: Findings, bundle: str) -> tuple[Manifest, Identity]:
    """The manifest and the identity of a bundle without problems.

    :raises BundleUnusable: it has some.
    """
    manifest, identity = findings.manifest, findings.identity
    if findings.problems or manifest is None or identity is None:
        raise BundleUnusable(bundle, [each.text for each in findings.problems])
    return manifest, identity


def _require_same(identity: Identity, present: Present, *, trust_machine: bool) -> None:
    """Refuse a bundle of another machine.

    :raises Refused: naming the differences, and the ways that work.
    """
    theirs = identity
    if not present.answers and trust_machine:
        # Nobody can say the id; the machine itself still has to be the same.
        theirs = Identity(identity.machine, "", None, None, None, None, None)
        ours = Identity(present.identity.machine, "", None, None, None, None, None)
    else:
        ours = present.identity
    found = differences(theirs, ours)
    if not found:
        return
    if not present.answers and not trust_machine:
        raise Refused(
            "identity_unknown",
            f"the license server does not answer, so it is not certain whose bundle this is: "
            f"{'; '.join(found)}",
            "start the service (rds_service with name: licensing), or set trust_machine: true "
            "when you know that it is the same server",
        )
    raise Refused("other_machine", "; ".join(found), _WAYS_OUT)


def _database_folder(present: Present, manifest: Manifest) -> str:
    """Where the database goes: where Windows says it is, else where it was.

    :raises Refused: it is the root of a drive, which cannot be exchanged.
    """
    folder = (present.identity.database_path or manifest.database.folder).rstrip("\\")
    checked = folder_path("DatabasePath", f"{folder}\\" if len(folder) == 2 else folder)
    if len(checked) <= 3:
        raise Refused(
            "root_folder",
            f"the database lies in {checked}, the root of a drive, which cannot be set aside",
            "give the database a folder of its own on the license server first",
        )
    return checked


def _upload(host: Host, options: RestoreOptions, run: str, keep: Callable[[], None]) -> str:
    file = Path(options.upload_from or "")
    folder = folder_path("path", options.path or "")
    target = f"{folder}\\{file.stem}.{run}{SUFFIX}"
    try:
        with file.open("rb") as source:
            if not host.files.list_folder(folder).exists:
                host.files.make_folder(folder)
            send_file(host.files, source, file.stat().st_size, target, keep)
    except OSError as error:
        raise NotOnController(
            f"upload_from: {file} cannot be read: {error.strerror}",
            "name a bundle on the controller that the account may read",
        ) from error
    return target


def _unpack(host: Host, bundle: str, swap: Swap, manifest: Manifest) -> None:
    """Unpack the whole set into the new folder, and hold it against the manifest."""
    unpacked = host.bundles.unpack(bundle, DATABASE_FOLDER, swap.new)
    wanted = {
        each.name.removeprefix(DATABASE_FOLDER): (each.size, each.sha256)
        for each in manifest.files
        if each.name.startswith(DATABASE_FOLDER)
    }
    got = {each.name: (each.bytes, each.sha256) for each in unpacked}
    if wanted != got:
        different = sorted(name for name in {*wanted, *got} if wanted.get(name) != got.get(name))
        raise RestoredDiffers(", ".join(different))


def _registry_notes(host: Host, bundle: str) -> list[str]:
    """Registry values that are others than in the bundle: told, never written."""
    answer = host.bundles.read(bundle, deep=False, texts=(REGISTRY,))
    entry = contents_from(answer, deep=False).entry(REGISTRY)
    saved = entry.text if entry is not None else None
    found = registry_differences(saved, licensing_registry(host.session))
    if not found:
        return []
    shown = ", ".join(found[:_MOST_VALUES]) + (" and more" if len(found) > _MOST_VALUES else "")
    return [
        f"These registry values are others than when the bundle was made, and were left as they "
        f"are: {shown}."
    ]


def _stamp(now: datetime) -> str:
    return now.strftime("%Y%m%dT%H%M%SZ")


def _outcome(
    host: Host, present: Present, swap: Swap, seconds: float, progress: Progress
) -> Outcome:
    packs = [pack.as_dict() for pack in read_key_packs(host.session, utc_now())]
    activated = {0: True, 1: False}.get(int(read_activation(host.session)))
    return Outcome(
        True,
        before=present.as_state(),
        after={"packs": packs, "activated": activated},
        values={"set_aside": swap.aside, "service_running": True, "stopped_seconds": seconds},
        warnings=[f"{each}." for each in progress.state],
    )
