# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a bundle is whole, unchanged, and what it says it is: pure functions over what was read.

The same check for a bundle on the license server and for one on the controller. It finds as many
problems as there are; any of them makes a bundle one that is not to be relied on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from .bundle import (
    DATABASE_FOLDER,
    IDENTITY,
    PACKS,
    REQUIRED,
    Contents,
    Entry,
    why_not_an_entry,
)
from .bundle_json import NotReadable, plain, read_object
from .bundle_name import BundleName
from .ese_header import EseHeader, NotAnEseDatabase, State, read_header
from .identity import Identity, identity_from
from .manifest import NAME as MANIFEST
from .manifest import Manifest, ManifestEdited, Method
from .pack_list import PackList

MOST_PROBLEMS = 50
"""More are not told: the first ones say enough."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong with a bundle.

    :param code: a word for machines.
    :param entry: what it is about; None for the bundle as a whole.
    :param text: a sentence.
    """

    code: str
    entry: str | None
    text: str

    def as_dict(self) -> dict[str, str | None]:
        """As the module returns it."""
        return {"code": self.code, "entry": self.entry, "text": self.text}


@dataclass(slots=True)
class Findings:
    """What the check of a bundle found: the problems, and what could be read in spite of them.

    :param notes: what is worth knowing and no problem.
    :param deep: whether every byte was read.
    """

    deep: bool
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    manifest: Manifest | None = None
    identity: Identity | None = None
    packs: PackList | None = None
    header: EseHeader | None = None

    @property
    def verified(self) -> bool | None:
        """True: all was read and is right; False: there are problems; None: not all was read."""
        if self.problems:
            return False
        return True if self.deep else None

    def add(self, code: str, entry: str | None, text: str) -> None:
        """Add a problem."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(code, None if entry is None else plain(entry), text))


def check_bundle(contents: Contents, name: BundleName | None = None) -> Findings:
    """Check a bundle.

    :param contents: as a reader found it, with the texts and the head of the database.
    :param name: its file name; None when the name does not matter.
    """
    found = Findings(contents.deep)
    _check_names(contents, found)
    _read_texts(contents, found)
    if found.manifest is not None:
        _check_entries(contents, found.manifest, found)
        _check_origin(found.manifest, name, found)
        _check_database(contents, found.manifest, found)
    return found


def unreadable(why: str, code: str = "unreadable") -> Findings:
    """The findings for a file that cannot be read as a bundle at all."""
    found = Findings(deep=False)
    found.add(code, None, plain(why, 600))
    return found


def _check_names(contents: Contents, found: Findings) -> None:
    for entry in contents.entries:
        why = why_not_an_entry(entry.name)
        if why is not None:
            found.add("entry_name", entry.name, f"the archive holds {plain(entry.name)!r}: {why}")
        if entry.fault is not None:
            found.add("entry_damaged", entry.name, f"{plain(entry.name)}: {entry.fault}")
    for name, count in Counter(each.name for each in contents.entries).items():
        if count > 1:
            found.add("duplicate", name, f"{plain(name)} is in the archive {count} times")
    folded = Counter(name.casefold() for name in {each.name for each in contents.entries})
    for name, count in folded.items():
        if count > 1:
            found.add("case", name, f"{count} entries are the same file to Windows: {plain(name)}")


def _read_texts(contents: Contents, found: Findings) -> None:
    text = _text(contents, MANIFEST, found)
    if text is not None:
        try:
            found.manifest = Manifest.from_text(text)
        except ManifestEdited as error:
            found.add("manifest_edited", MANIFEST, f"{MANIFEST}: {error}")
        except NotReadable as error:
            found.add("manifest_unreadable", MANIFEST, f"{MANIFEST}: {error}")
    text = _text(contents, IDENTITY, found)
    if text is not None:
        try:
            found.identity = identity_from(read_object(text))
        except NotReadable as error:
            found.add("identity_unreadable", IDENTITY, f"{IDENTITY}: {error}")
    text = _text(contents, PACKS, found)
    if text is not None:
        try:
            found.packs = PackList.from_text(text)
        except NotReadable as error:
            found.add("packs_unreadable", PACKS, f"{PACKS}: {error}")


def _text(contents: Contents, name: str, found: Findings) -> bytes | None:
    entry = contents.entry(name)
    if entry is None:
        found.add("missing", name, f"{name} is not in the archive")
        return None
    if entry.text is None and entry.fault is None:
        found.add("unreadable_text", name, f"{name} is too long to be read ({entry.size} bytes)")
    return entry.text


def _check_entries(contents: Contents, manifest: Manifest, found: Findings) -> None:
    """Every entry is in the manifest, every file of the manifest is there, and is what it was."""
    listed = {each.name: each for each in manifest.files}
    if len({name.casefold() for name in listed}) != len(manifest.files):
        found.add("manifest_unreadable", MANIFEST, f"{MANIFEST} lists a file twice")
    there = {each.name: each for each in contents.entries if each.name != MANIFEST}
    for name in sorted({*listed, *REQUIRED} - set(there)):
        if name not in (IDENTITY, PACKS):  # told already
            found.add("missing", name, f"{plain(name)} is not in the archive")
    for name, entry in there.items():
        file = listed.get(name)
        if file is None:
            found.add("extra", name, f"{plain(name)} is not in the manifest")
        elif entry.size != file.size:
            found.add(
                "size",
                name,
                f"{plain(name)} has {entry.size} bytes, and {file.size} in the manifest",
            )
        elif entry.sha256 is not None and entry.sha256 != file.sha256:
            found.add("hash", name, f"{plain(name)} was changed: its SHA-256 is another one")
        elif contents.deep and entry.sha256 is None and entry.fault is None:
            found.add("entry_damaged", name, f"{plain(name)} could not be hashed")


def _check_origin(manifest: Manifest, name: BundleName | None, found: Findings) -> None:
    """Name, manifest, identity and packs speak of one server."""
    if name is not None:
        if not name.of_server(manifest.server):
            found.add(
                "other_server",
                MANIFEST,
                f"the bundle is of {plain(manifest.server)}, and its name says {name.server}",
            )
        if name.created != manifest.started:
            found.add(
                "renamed",
                MANIFEST,
                f"the bundle was made at {manifest.started:%Y-%m-%dT%H:%M:%SZ}, and its name says "
                f"{name.created_text}",
            )
    others = []
    if found.identity is not None:
        own = found.identity
        others.append((IDENTITY, own.machine.name, own.license_server_id))
    if found.packs is not None:
        others.append((PACKS, found.packs.server, found.packs.license_server_id))
    for entry, server, number in others:
        same = server.casefold() == manifest.server.casefold()
        if not same or number != manifest.license_server_id:
            found.add(
                "other_server",
                entry,
                f"{entry} is of {plain(server) or 'no server'} ({plain(str(number))}), and the "
                f"manifest of {plain(manifest.server)} ({plain(str(manifest.license_server_id))})",
            )


def _check_database(contents: Contents, manifest: Manifest, found: Findings) -> None:
    name = f"{DATABASE_FOLDER}{manifest.database.file}"
    entry = contents.entry(name)
    if not name.casefold().endswith(".edb") or entry is None:
        found.add("no_database", name, f"the database {plain(name)} is not in the bundle")
        return
    if entry.head is None:
        if entry.fault is None:
            found.add("no_database", name, f"the header of {plain(name)} could not be read")
        return
    try:
        header = found.header = read_header(entry.head)
    except NotAnEseDatabase as fault:
        code = {"signature": "not_a_database", "checksum": "header_checksum"}
        found.add(
            code.get(fault.reason, "not_a_database"),
            name,
            f"{plain(name)} is not a whole ESE database: {fault}",
        )
        return
    if entry.size % header.page_size:
        found.add(
            "page_size",
            name,
            f"{plain(name)} has {entry.size} bytes: no whole number of its pages of "
            f"{header.page_size} bytes",
        )
    if header.from_shadow:
        found.notes.append(
            f"The first header of {plain(name)} is damaged and the second is good: the database "
            "engine uses the second."
        )
    elif header.shadow_fault is not None:
        found.notes.append(
            f"The second header of {plain(name)}, the spare one, is damaged: {header.shadow_fault}."
        )
    _check_state(contents, manifest, header, entry, found)


def _check_state(
    contents: Contents, manifest: Manifest, header: EseHeader, entry: Entry, found: Findings
) -> None:
    """A clean database stands alone; a dirty one needs the logs that its header names.

    esentutl's recovered copy has to be clean, since it comes without logs. A copy of the whole
    set may be dirty: the engine replays the logs when it starts.
    """
    if header.clean:
        return
    state = header.state if header.state is not State.UNKNOWN else f"{header.state_number}"
    if header.state is not State.DIRTY_SHUTDOWN or manifest.method is Method.ESENTUTL:
        found.add(
            "state",
            entry.name,
            f"the state of {plain(entry.name)} is {state}: a copy by {manifest.method} has to be "
            "in the state clean_shutdown"
            + ("" if manifest.method is Method.ESENTUTL else " or dirty_shutdown"),
        )
        return
    missing = missing_logs(header, manifest.database.log_base, _file_names(contents))
    if missing:
        found.add(
            "logs",
            entry.name,
            f"the state of {plain(entry.name)} is {state}, and what it needs to be recovered is "
            f"not in the bundle: {missing}",
        )
    else:
        found.notes.append(
            f"The database {plain(entry.name)} was not shut down (as after a power failure); its "
            "logs are in the bundle and are replayed when the service starts."
        )


def _file_names(contents: Contents) -> Iterator[str]:
    for each in contents.entries:
        if each.name.startswith(DATABASE_FOLDER):
            yield each.name.removeprefix(DATABASE_FOLDER).casefold()


def missing_logs(header: EseHeader, base: str | None, names: Iterator[str]) -> str | None:
    """Which logs a dirty database lacks, in words; None when they are there.

    Logs are ``<base>`` with the generation in five or eight hexadecimal digits; the newest is
    ``<base>.log`` (Microsoft Learn: Extensible Storage Engine files). ESE DBFILEHDR names the
    oldest and the newest that recovery needs.
    """
    if base is None:
        return "the base name of its logs is not known"
    if not 0 < header.min_required <= header.max_required < 2**31:
        return "its header does not name the logs"
    pattern = re.compile(
        rf"{re.escape(base.casefold())}([0-9a-f]{{5}}|[0-9a-f]{{8}})?\.(?:log|jtx)"
    )
    present: set[int] = set()
    current = False
    for name in names:
        match = pattern.fullmatch(name)
        if match is not None and match[1] is None:
            current = True
        elif match is not None:
            present.add(int(match[1], 16))
    inside = {each for each in present if header.min_required <= each <= header.max_required}
    count = header.max_required - header.min_required + 1 - len(inside)
    if current and count and header.max_required not in inside:
        count -= 1
    if not count:
        return None
    return (
        f"{count} of the logs of generations {header.min_required} to {header.max_required} "
        f"({base}*.log)"
    )
