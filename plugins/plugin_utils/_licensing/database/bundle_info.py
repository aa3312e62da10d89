# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``rds_lserver_backup_info`` does: which bundles there are, and how good they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ..._cim.errors import CimError
from .bundle import DATABASE_FOLDER, Contents
from .bundle_check import Findings, check_bundle, unreadable
from .bundle_json import plain
from .bundle_name import PART, BundleName
from .bundle_places import Listing, Place
from .bundle_reader import NotReadableBundle
from .ese_header import EseHeader
from .manifest import Manifest

_SKEW = timedelta(minutes=10)
"""By how much clocks may differ before it is worth a note."""


class NoSuchBundle(CimError):
    """The one bundle that was asked for is not there."""

    def __init__(self, path: str) -> None:
        super().__init__(f"there is no file {plain(path)}")
        self.operation = "reading the bundle"
        self.advice = "name the folder to see which bundles there are"


@dataclass(frozen=True, slots=True)
class InfoOptions:
    """The validated options of the module, but where.

    :param verify: read and hash everything.
    :param server: only bundles of this computer; None: of all.
    :param max_age_hours: the age of the newest good bundle from which it is overdue.
    """

    path: str
    verify: bool = False
    server: str | None = None
    max_age_hours: float | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A bundle as it was found.

    :param created: None when neither its name nor its manifest tells.
    """

    path: str
    file: str
    size: int
    server: str | None
    created: datetime | None
    name: BundleName | None
    findings: Findings
    contents: Contents | None

    @property
    def good(self) -> bool:
        """Whether nothing is wrong with it, as far as it was looked at."""
        return not self.findings.problems and self.created is not None


def bundle_info(
    place: Place, options: InfoOptions, now: datetime
) -> tuple[dict[str, Any], list[str]]:
    """List the bundles of a folder, or one; return the module's values, and warnings.

    :param now: the time by which ages are told, aware.
    :raises NoSuchBundle: the one bundle that ``path`` names is not there.
    :raises CimError: the folder cannot be listed.
    """
    folder, only = place.split(options.path)
    listing = place.list_files(folder)
    warnings = []
    if only is not None:
        file = listing.find(only)
        if file is None:
            raise NoSuchBundle(place.path_of(folder, only))
        names = [file]
    else:
        if listing.files is None:
            warnings.append(f"There is no folder {folder}: no bundle was ever made there.")
        names = [each for each in listing.files or () if _wanted(each, options.server)]
    seen = [_look(place, listing, each, deep=options.verify) for each in names]
    seen.sort(key=lambda each: (each.created or datetime.min.replace(tzinfo=UTC), each.file))
    seen.reverse()
    return _values(seen, listing, options, now), warnings


def _wanted(file: str, server: str | None) -> bool:
    name = BundleName.find(file)
    return name is not None and (server is None or name.of_server(server))


def _look(place: Place, listing: Listing, file: str, *, deep: bool) -> Seen:
    name = BundleName.find(file)
    path = place.path_of(listing.folder, file)
    size = (listing.files or {}).get(file, 0)
    contents = None
    try:
        contents = place.read(path, deep=deep)
        findings = check_bundle(contents, name)
    except NotReadableBundle as error:
        findings = unreadable(f"{error}")
    if name is None:
        findings.add("name", None, f"{plain(file)} is not the name of a bundle: it was renamed")
    manifest = findings.manifest
    server, created = None, None
    if name is not None:
        server, created = name.server, name.created
    elif manifest is not None:
        server, created = plain(manifest.server), manifest.started
    return Seen(path, file, size, server, created, name, findings, contents)


def _values(
    seen: list[Seen], listing: Listing, options: InfoOptions, now: datetime
) -> dict[str, Any]:
    servers = [
        _server(server, [each for each in seen if _same(each.server, server)], options, now)
        for server in _servers(seen, options.server)
    ]
    newest = next((each for each in seen if each.good), None)
    overdue = None
    if options.max_age_hours is not None:
        overdue = not servers or any(each["overdue"] for each in servers)
    return {
        "bundles": [_told(each, now) for each in seen],
        "servers": servers,
        "newest_good": None if newest is None else plain(newest.path, 1000),
        "newest_good_age_hours": None if newest is None else _age(newest, now),
        "overdue": overdue,
        "unfinished": sorted(
            each
            for each in listing.files or ()
            if each.endswith(PART) and _wanted(each.removesuffix(PART), options.server)
        ),
    }


def _servers(seen: Iterable[Seen], asked: str | None) -> list[str]:
    """The computers that the bundles are of, and the one that was asked for, each once."""
    found = {each.server.casefold(): each.server for each in seen if each.server is not None}
    if asked is not None:
        short = asked.partition(".")[0]
        found.setdefault(short.casefold(), short)
    return [found[key] for key in sorted(found)]


def _same(server: str | None, other: str) -> bool:
    return server is not None and server.casefold() == other.casefold()


def _server(server: str, seen: list[Seen], options: InfoOptions, now: datetime) -> dict[str, Any]:
    newest = next((each for each in seen if each.good), None)
    age = None if newest is None else _age(newest, now)
    limit = options.max_age_hours
    return {
        "server": server,
        "bundles": len(seen),
        "newest_good": None if newest is None else plain(newest.path, 1000),
        "newest_good_age_hours": age,
        "overdue": None if limit is None else age is None or age > limit,
    }


def _age(seen: Seen, now: datetime) -> float | None:
    """Hours since it was made; a clock that is ahead makes it no younger than new."""
    if seen.created is None:
        return None
    return max(0.0, round((now - seen.created).total_seconds() / 3600, 2))


def _told(seen: Seen, now: datetime) -> dict[str, Any]:
    """A bundle as the module returns it: everything from inside it made fit for a terminal."""
    findings = seen.findings
    manifest, identity, packs = findings.manifest, findings.identity, findings.packs
    notes = list(findings.notes)
    if seen.created is not None and seen.created - now > _SKEW:
        notes.append("It was made in the future, by the clock of the license server.")
    return {
        "path": plain(seen.path, 1000),
        "name": plain(seen.file, 300),
        "server": seen.server,
        "created": None if seen.created is None else f"{seen.created:%Y-%m-%dT%H:%M:%SZ}",
        "label": None if seen.name is None else seen.name.label,
        "bytes": seen.size,
        "sha256": None if seen.contents is None else seen.contents.sha256,
        "age_hours": _age(seen, now),
        "verified": findings.verified,
        "problems": [each.as_dict() for each in findings.problems],
        "notes": notes,
        "method": None if manifest is None else str(manifest.method),
        "license_server_id": None if identity is None else _plain(identity.license_server_id),
        "product_id": None if identity is None else _plain(identity.product_id),
        "activated": None if identity is None else identity.activated,
        "os_build": None if identity is None else identity.machine.os_build,
        "os_installed": None if identity is None else _plain(identity.machine.os_installed),
        "packs": None if packs is None else packs.shown(),
        "issued_total": None if packs is None else packs.issued_total,
        "database": _database(manifest, findings.header, seen.contents),
    }


def _database(
    manifest: Manifest | None, header: EseHeader | None, contents: Contents | None
) -> dict[str, Any] | None:
    if manifest is None:
        return None
    note = manifest.database
    entry = contents.entry(f"{DATABASE_FOLDER}{note.file}") if contents is not None else None
    told: dict[str, Any] = {
        "file": plain(note.file),
        "folder": plain(note.folder, 300),
        "log_base": _plain(note.log_base),
        "bytes": None if entry is None else entry.size,
    }
    names = ("state", "page_size", "format_version", "format_revision", "from_shadow")
    for name in names:
        told[name] = None if header is None else getattr(header, name)
    if header is not None:
        told["state"] = str(header.state)
    told["created"] = None if header is None else header.signature.created
    told["signature"] = None if header is None else f"{header.signature.random:08x}"
    return told


def _plain(text: str | None) -> str | None:
    return None if text is None else plain(text)
