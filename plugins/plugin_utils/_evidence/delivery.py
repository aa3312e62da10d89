# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules do: write a pack where there is news, and check all packs of a folder."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path, PurePosixPath
from typing import Any

from .._licensing.change import Outcome
from .._reporting.ephemeral import vanishes
from .._reporting.request import BadRequest
from .._version import VERSION
from .chain import CheckedPack, Problem, age_hours, chain_problems, check_pack
from .contents import sources_of
from .evidence import Evidence, Given, make_evidence
from .pack_manifest import PackManifest, Previous
from .pack_name import BASE, LAST, PackName, packs_among
from .pack_writer import ContentChanged, write_pack
from .place import EvidenceError, PackPlace, PlaceHost
from .state import Change, changes_between

MOST_TOLD = 200
MOST_HOURS = 24 * 3660


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where a pack is to go, and what besides the evidence belongs to it.

    :param max_age: hours; a pack that says the same and is younger is enough. 0: always a new one.
    :param page, attachments: files on the host of the packs.
    """

    path: str
    name: str
    max_age: float
    made_by: str
    job: str | None = None
    page: str | None = None
    attachments: Sequence[str] = ()
    include_documents: bool = False
    allow_ephemeral: bool = False


def deliver(
    wanted: Wanted, given: Given, host: PlaceHost, workspace: str, *, check_mode: bool
) -> Outcome:
    """Write a pack, unless the newest one says the same and is young enough.

    :param workspace: a folder of the controller for files on their way.
    :raises EvidenceError: it did not work; packs that were there are untouched.
    """
    _check_place(wanted.path, wanted.name)
    if not 0 <= wanted.max_age <= MOST_HOURS:
        raise EvidenceError(f"max_age is a number of hours, not {wanted.max_age}")
    if host.on_controller and not wanted.allow_ephemeral and vanishes(wanted.path):
        raise EvidenceError(
            f"{wanted.path} is inside an execution environment and lost after this job",
            "mount a folder of the host there, or write to another host (delegate_to), or set "
            "allow_ephemeral: true if something later in the same job takes the pack away",
        )
    if not (given.license_servers or given.facts or given.session_hosts or given.diagnoses):
        raise EvidenceError(
            "there are no hosts to give evidence of",
            "name license_servers and session_hosts, or have the groups rds_license_servers and "
            "rds_session_hosts in the inventory",
        )
    try:
        evidence = make_evidence(given)
    except BadRequest as error:
        raise EvidenceError(str(error)) from error
    place = PackPlace(host, wanted.path)
    with tempfile.TemporaryDirectory(dir=workspace) as folder:
        delivery = _Delivery(wanted, evidence, host, place, Path(folder))
        return delivery.run(check_mode=check_mode)


def _check_place(path: str, name: str) -> None:
    if not PurePosixPath(path).is_absolute():
        raise EvidenceError(
            f"path is {path}, which is not an absolute path on the host of the packs",
            "the host has to be POSIX; delegate_to names another one",
        )
    if not BASE.fullmatch(name):
        raise EvidenceError(
            f"name is {name}; it may hold letters, digits, points, dashes and underscores"
        )


class _Delivery:
    """One pack on its way."""

    def __init__(
        self,
        wanted: Wanted,
        evidence: Evidence,
        host: PlaceHost,
        place: PackPlace,
        folder: Path,
    ) -> None:
        self._wanted, self._evidence = wanted, evidence
        self._host, self._place, self._folder = host, place, folder
        self._now = evidence.given.now.astimezone(UTC).replace(microsecond=0)
        self._warnings: list[str] = []

    def run(self, *, check_mode: bool) -> Outcome:
        """Write it or leave it."""
        packs = packs_among(self._place.names(self._wanted.name), self._wanted.name)
        newest = self._newest(packs)
        if newest is not None and self._enough(newest):
            shown = self._shown(newest, (), None)
            return self._outcome(changed=False, newest=newest, name=str(newest.name), shown=shown)
        changes = () if newest is None else self._changes(newest)
        number = packs[-1].number + 1 if packs else 1
        if number > LAST:
            raise EvidenceError(f"there is no number after {LAST}", "begin with another name")
        name = PackName(self._wanted.name, number, self._now)
        written = None if check_mode else self._write(name, newest, changes)
        shown = self._shown(newest, changes, written)
        return self._outcome(changed=True, newest=newest, name=str(name), shown=shown)

    def _newest(self, packs: Sequence[PackName]) -> CheckedPack | None:
        if not packs:
            return None
        incoming = self._folder / "previous"
        incoming.mkdir()
        found = check_pack(self._place.fetch(str(packs[-1]), incoming), packs[-1])
        for problem in found.problems:
            self._warnings.append(f"the newest pack, {problem.pack}: {problem.what}")
        return found

    def _enough(self, newest: CheckedPack) -> bool:
        age = age_hours(newest, self._now)
        return (
            newest.manifest is not None
            and not newest.problems
            and newest.manifest.digest == self._evidence.digest
            and age is not None
            and age < self._wanted.max_age
        )

    def _changes(self, newest: CheckedPack) -> tuple[Change, ...]:
        if newest.state is None:
            self._warnings.append(
                f"{newest.name} cannot be compared with: everything shows as a change"
            )
        return tuple(changes_between(newest.state or {}, self._evidence.state))

    def _write(
        self, name: PackName, newest: CheckedPack | None, changes: Sequence[Change]
    ) -> CheckedPack:
        manifest = PackManifest(
            name=str(name),
            number=name.number,
            created=self._now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            tool_version=VERSION,
            digest=self._evidence.digest,
            made_by=self._wanted.made_by,
            job=self._wanted.job,
            previous=Previous(str(newest.name), newest.manifest_sha256) if newest else None,
            files=(),
        )
        path = self._folder / str(name)
        page = self._wanted.page
        try:
            sources = sources_of(
                self._evidence,
                changes,
                page=self._fetched(page, 0) if page else None,
                attachments=[
                    (each, self._fetched(each, number))
                    for number, each in enumerate(self._wanted.attachments, 1)
                ],
                include_documents=self._wanted.include_documents,
            )
            write_pack(path, sources, manifest)
        except ContentChanged as error:
            raise EvidenceError(f"{error} changed while the pack was made") from error
        except OSError as error:
            why = error.strerror or str(error)
            raise EvidenceError(
                f"making the pack failed: {error.filename or name}: {why}"
            ) from error
        # What is sent is what can be read again.
        checked = check_pack(path, name)
        if checked.problems:
            raise EvidenceError(f"the pack cannot be read again: {checked.problems[0].what}")
        self._place.put(path, str(name))
        return checked

    def _fetched(self, path: str, number: int) -> Path:
        # A folder each: two attachments may have one name.
        incoming = self._folder / f"attachment{number}"
        incoming.mkdir()
        return self._host.fetch(path, incoming)

    def _shown(
        self,
        newest: CheckedPack | None,
        changes: Sequence[Change],
        written: CheckedPack | None,
    ) -> dict[str, Any]:
        evidence = self._evidence
        return {
            "previous": str(newest.name) if newest else None,
            "changes": [each.as_dict() for each in changes[:MOST_TOLD]],
            "changes_count": len(changes),
            "written": written.as_dict() if written else None,
            "digest": evidence.digest,
            "reconciliation": evidence.reconciliation.as_dict(),
            "without_cal": list(evidence.matrix.without_cal),
            "idle_packs": [each.as_dict() for each in evidence.matrix.idle][:MOST_TOLD],
            "documents": [each.as_dict() for each in evidence.given.documents][:MOST_TOLD],
            "unknown": evidence.unknown[:MOST_TOLD],
        }

    def _outcome(
        self, *, changed: bool, newest: CheckedPack | None, name: str, shown: dict[str, Any]
    ) -> Outcome:
        written = shown["written"]
        head = written["manifest_sha256"] if written else None
        if not changed and newest is not None:
            head = newest.manifest_sha256
        path = str(PurePosixPath(self._wanted.path) / name)
        told = [f"{each['kind']} {each['host']} {each['what']}" for each in shown["changes"]]
        before = {"pack": shown["previous"]}
        return Outcome(
            changed=changed,
            before=before,
            after={"pack": name, "changes": told} if changed else before,
            values={"pack": name, "path": path, "manifest_sha256": head, **shown},
            warnings=self._warnings,
        )


def verify(
    path: str, name: str, noted: Sequence[str], host: PlaceHost, workspace: str
) -> dict[str, Any]:
    """Check every pack of a folder, and the chain.

    :param noted: hashes of manifests that were noted elsewhere.
    :raises EvidenceError: the folder cannot be read.
    """
    _check_place(path, name)
    place = PackPlace(host, path)
    checked: list[CheckedPack] = []
    for each in packs_among(place.names(name), name):
        with tempfile.TemporaryDirectory(dir=workspace) as folder:
            checked.append(check_pack(place.fetch(str(each), Path(folder)), each))
    problems = [problem for pack in checked for problem in pack.problems]
    problems += chain_problems(checked, noted)
    if not checked:
        problems.append(Problem("", "no_packs", f"there are no packs named {name} in {path}"))
    newest = checked[-1] if checked else None
    return {
        "valid": not problems,
        "packs": [each.as_dict() for each in checked],
        "problems": [each.as_dict() for each in problems],
        "newest": str(newest.name) if newest else None,
        "manifest_sha256": newest.manifest_sha256 if newest else None,
    }


def said(problems: Sequence[Mapping[str, str]]) -> str:
    """Problems as a sentence, the first few."""
    shown = [
        f"{each['pack']}: {each['what']}" if each["pack"] else each["what"] for each in problems
    ]
    more = len(shown) - 5
    return "; ".join(shown[:5]) + (f"; and {more} more" if more > 0 else "")
