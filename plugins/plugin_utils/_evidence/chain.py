# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of packs: each by its own manifest, and all of them by the chain.

What a chain can show: a pack that was edited, replaced or renamed, and one that is missing between
others. It cannot show by itself that the newest packs are gone, or that somebody made every pack
from some point on anew: for that, hashes that were noted elsewhere are held against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .._licensing.database.bundle import Contents, Entry
from .._licensing.database.bundle_json import NotReadable, plain, read_object
from .._licensing.database.bundle_reader import NotReadableBundle, read_bundle_file
from .contents import STATE
from .pack_manifest import NAME, PackManifest, read_manifest, sha256_of
from .pack_name import PackName

MOST_TOLD = 50
"""Problems of one pack that are named."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it was made.

    :param kind: a word for machines; the documentation has the list.
    """

    pack: str
    kind: str
    what: str

    def as_dict(self) -> dict[str, str]:
        """As results show it."""
        return {"pack": self.pack, "kind": self.kind, "what": self.what}


@dataclass(frozen=True, slots=True)
class CheckedPack:
    """A pack after it was read through.

    :param manifest_sha256: by which the next pack knows it, ``None`` without a manifest.
    :param state: what it is compared by, empty where that cannot be read.
    """

    name: PackName
    problems: tuple[Problem, ...] = ()
    manifest: PackManifest | None = None
    manifest_sha256: str | None = None
    size: int | None = None
    sha256: str | None = None
    state: dict[str, Any] | None = None

    @property
    def made_as(self) -> PackName:
        """The name that it was made under, as far as its manifest tells: its place in the chain."""
        said = PackName.parse(self.manifest.name) if self.manifest else None
        return self.name if said is None or said.base != self.name.base else said

    def as_dict(self) -> dict[str, Any]:
        """As results show it."""
        manifest = self.manifest
        return {
            "name": str(self.name),
            "number": self.name.number,
            "created": manifest.created if manifest else None,
            "made_by": plain(manifest.made_by) if manifest else None,
            "job": plain(manifest.job) if manifest and manifest.job else None,
            "tool_version": plain(manifest.tool_version) if manifest else None,
            "digest": manifest.digest if manifest else None,
            "files": len(manifest.files) if manifest else None,
            "bytes": self.size,
            "sha256": self.sha256,
            "manifest_sha256": self.manifest_sha256,
            "problems": [each.as_dict() for each in self.problems],
        }


def check_pack(path: Path, name: PackName) -> CheckedPack:
    """Read a pack through and hold it against its own manifest.

    Nothing is unpacked to disk, and no file of any content raises.
    """
    label = str(name)
    try:
        contents = read_bundle_file(path, deep=True, texts=(NAME, STATE), heads={})
    except NotReadableBundle as error:
        return CheckedPack(name, (Problem(label, "unreadable", str(error)),))
    found = CheckedPack(name, size=contents.size, sha256=contents.sha256)
    entry = contents.entry(NAME)
    if entry is None or entry.text is None:
        why = (entry.fault if entry else None) or "it has no manifest that can be read"
        return _with(found, [Problem(label, "no_manifest", why)])
    try:
        manifest = read_manifest(entry.text)
    except NotReadable as error:
        return _with(found, [Problem(label, "bad_manifest", f"its manifest: {error}")])
    problems = [*_of_name(manifest, name), *_of_files(manifest, contents, label)]
    return CheckedPack(
        name=name,
        problems=tuple(problems[:MOST_TOLD]),
        manifest=manifest,
        manifest_sha256=sha256_of(entry.text),
        size=contents.size,
        sha256=contents.sha256,
        state=_state(contents),
    )


def _with(pack: CheckedPack, problems: Sequence[Problem]) -> CheckedPack:
    return CheckedPack(pack.name, tuple(problems), size=pack.size, sha256=pack.sha256)


def _state(contents: Contents) -> dict[str, Any] | None:
    entry = contents.entry(STATE)
    if entry is None or entry.text is None:
        return None
    try:
        return read_object(entry.text)
    except NotReadable:
        return None


def _of_name(manifest: PackManifest, name: PackName) -> Iterator[Problem]:
    if manifest.name != str(name):
        said = plain(manifest.name)
        yield Problem(str(name), "renamed", f"its manifest calls it {said}")
    elif manifest.number != name.number:
        what = f"its manifest says number {manifest.number}"
        yield Problem(str(name), "bad_manifest", what)


def _of_files(manifest: PackManifest, contents: Contents, label: str) -> Iterator[Problem]:
    entries: dict[str, Entry] = {}
    for entry in contents.entries:
        if entry.name in entries:
            yield Problem(label, "duplicate_file", f"{plain(entry.name)} is in it twice")
        entries[entry.name] = entry
    listed = Counter(each.name for each in manifest.files)
    for file in manifest.files:
        shown = plain(file.name)
        held = entries.get(file.name)
        if listed[file.name] > 1:
            yield Problem(label, "bad_manifest", f"{shown} stands in its manifest twice")
        if held is None:
            yield Problem(label, "missing_file", f"{shown} is in its manifest and not in the pack")
        elif held.fault is not None:
            yield Problem(label, "edited", f"{shown}: {held.fault}")
        elif (held.size, held.sha256) != (file.size, file.sha256):
            what = f"{shown} is not as it was: its size or SHA-256 differs from the manifest"
            yield Problem(label, "edited", what)
    for name in entries:
        if name != NAME and name not in listed:
            what = f"{plain(name)} is in the pack and not in its manifest"
            yield Problem(label, "extra_file", what)


def chain_problems(packs: Sequence[CheckedPack], noted: Iterable[str] = ()) -> list[Problem]:
    """Hold the packs of one chain against each other.

    :param packs: all that there are, in any order.
    :param noted: hashes of manifests that were noted elsewhere; each has to be there.
    """
    found: list[Problem] = []
    before: CheckedPack | None = None
    for pack in sorted(packs, key=lambda each: each.made_as):
        found += _link(before, pack)
        before = pack
    there = {pack.manifest_sha256 for pack in packs}
    for each in noted:
        if each.lower() not in there:
            what = (
                f"no pack has the manifest {each.lower()} that was noted: it was removed, or made "
                "anew"
            )
            found.append(Problem("", "noted_missing", what))
    return found


def _link(before: CheckedPack | None, pack: CheckedPack) -> Iterator[Problem]:
    label, number = str(pack.name), pack.made_as.number
    last = before.made_as.number if before else 0
    if before is not None and number == last:
        what = f"{before.name} has the same number: one of them was made beside the chain"
        yield Problem(label, "forked", what)
        return
    if number > last + 1:
        gone = f"number {last + 1}" + (f" to {number - 1}" if number - 1 > last + 1 else "")
        yield Problem(label, "removed", f"{gone} before it: removed or renamed")
    if pack.manifest is None:
        return
    previous = pack.manifest.previous
    if previous is None:
        if number > 1:
            yield Problem(label, "unchained", "it names no pack before it, and is not the first")
        return
    if number == 1:
        yield Problem(label, "unchained", "it is the first and names a pack before it")
        return
    if before is None or number != last + 1:
        return
    yield from _follows(before, pack)


def _follows(before: CheckedPack, pack: CheckedPack) -> Iterator[Problem]:
    label = str(pack.name)
    manifest = pack.manifest
    previous = manifest.previous if manifest else None
    if manifest is None or previous is None:
        return
    if previous.name != str(before.made_as):
        what = f"{label} follows {plain(previous.name)}, and this one stands in its place"
        yield Problem(str(before.name), "replaced", what)
    elif previous.sha256 is None:
        what = f"the manifest of {before.name} could not be read when it was made"
        yield Problem(label, "unchained", what)
    elif before.manifest_sha256 is not None and previous.sha256 != before.manifest_sha256:
        what = (
            f"it is not the pack that {label} follows: its manifest was another one then. It was "
            "made anew, or its manifest edited"
        )
        yield Problem(str(before.name), "replaced", what)
    if before.manifest is not None and before.manifest.created_at > manifest.created_at:
        what = f"it was made before {before.name}, by the clocks"
        yield Problem(label, "time_goes_back", what)


def age_hours(pack: CheckedPack, now: datetime) -> float | None:
    """How old a pack is; ``None`` where that is not known, or lies in the future."""
    if pack.manifest is None:
        return None
    hours = (now.astimezone(UTC) - pack.manifest.created_at).total_seconds() / 3600
    return hours if hours >= 0 else None
