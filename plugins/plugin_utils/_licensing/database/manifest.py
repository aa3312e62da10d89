# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifest of a bundle: what it holds, whose it is, and how it came about.

Its last part, ``files``, is written by the host while it copies; everything else comes from the
controller and is sealed by ``digest``, so that an edited manifest shows. (A seal is no signature:
it catches accidents and careless hands, not a forger who makes the whole bundle anew.)
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from .bundle_json import (
    NotReadable,
    integer_or_none,
    moment,
    object_in,
    objects_in,
    plain,
    read_object,
    text_in,
    text_or_none,
)

FORMAT = 1
NAME = "manifest.json"
NOTE = (
    "This is not a system state backup. On another machine, or after Windows was reinstalled, the "
    "database does not bring unissued CALs back; the Microsoft Clearinghouse issues them again."
)
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Method(StrEnum):
    """How the database was copied."""

    ESENTUTL = "esentutl_vssrec"
    """esentutl's own snapshot, logs replayed: one clean ``.edb``."""
    SHADOW_COPY = "shadow_copy"
    """From a volume shadow copy: the set as it stood, as after a power failure."""
    STOP_SERVICE = "stop_service"
    """The set, while the service was stopped."""


class ManifestEdited(NotReadable):
    """The manifest does not fit its seal."""


@dataclass(frozen=True, slots=True)
class BundleFile:
    """A file of the bundle: its entry's name, size and SHA-256 in lower-case hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ServiceNote:
    """What became of the licensing service.

    :param stopped: whether it was stopped for the copy.
    :param stopped_seconds: for how long; None when it was not, or was still stopped when the
        manifest was written.
    """

    stopped: bool
    stopped_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class DatabaseNote:
    """Where the database lay.

    :param folder: on the license server.
    :param file: the name of the ``.edb`` there, and below ``database/`` here.
    :param log_base: the base name of the logs; None when the folder did not tell.
    :param state: as ``EseHeader.state`` names it; None when nobody looked.
    """

    folder: str
    file: str
    log_base: str | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest.

    :param started: when the run began, aware UTC, whole seconds: the time in the bundle's name.
    :param finished: None when the manifest was written before the end.
    :param files: all entries but the manifest itself; empty as long as the host has not copied.
    """

    tool_version: str
    method: Method
    server: str
    license_server_id: str | None
    started: datetime
    service: ServiceNote
    database: DatabaseNote
    finished: datetime | None = None
    note: str = NOTE
    files: tuple[BundleFile, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As ``manifest.json`` holds it; without ``files`` while there are none."""
        sealed: dict[str, Any] = {
            "format": FORMAT,
            "tool_version": self.tool_version,
            "method": str(self.method),
            "server": self.server,
            "license_server_id": self.license_server_id,
            "started": _iso(self.started),
            "finished": None if self.finished is None else _iso(self.finished),
            "service": {
                "stopped": self.service.stopped,
                "stopped_seconds": self.service.stopped_seconds,
            },
            "database": {
                "folder": self.database.folder,
                "file": self.database.file,
                "log_base": self.database.log_base,
                "state": self.database.state,
            },
            "note": self.note,
        }
        whole = sealed | {"digest": seal_of(sealed)}
        if self.files:
            whole["files"] = [
                {"name": each.name, "bytes": each.size, "sha256": each.sha256}
                for each in self.files
            ]
        return whole

    @classmethod
    def from_text(cls, text: bytes) -> Manifest:
        """Read ``manifest.json``.

        :raises ManifestEdited: it is a manifest, but not as it was written.
        :raises NotReadable: it is no manifest, or of a format that this version does not know.
        """
        data = read_object(text)
        number = data.get("format")
        if number.__class__ is not int or number < 1:
            raise NotReadable("it has no format number")
        if number > FORMAT:
            raise NotReadable(
                f"it has format {number}, and this version of the collection knows {FORMAT}: "
                "use a newer one"
            )
        seal = text_in(data, "digest")
        # The files are held against the entries themselves.
        if seal != seal_of({k: v for k, v in data.items() if k not in ("digest", "files")}):
            raise ManifestEdited("it was edited: what it says does not fit its digest")
        return cls._from_data(data)

    @classmethod
    def _from_data(cls, data: dict[str, Any]) -> Manifest:
        method = text_in(data, "method")
        if method not in tuple(Method):
            raise NotReadable(f"the method {plain(method, 40)} is not known")
        service, database = object_in(data, "service"), object_in(data, "database")
        finished = text_or_none(data, "finished")
        if not isinstance(service.get("stopped"), bool):
            raise NotReadable("service.stopped is neither true nor false")
        return cls(
            tool_version=text_in(data, "tool_version"),
            method=Method(method),
            server=text_in(data, "server"),
            license_server_id=text_or_none(data, "license_server_id"),
            started=moment(text_in(data, "started")),
            finished=None if finished is None else moment(finished),
            service=ServiceNote(service["stopped"], integer_or_none(service, "stopped_seconds")),
            database=DatabaseNote(
                folder=text_in(database, "folder"),
                file=text_in(database, "file"),
                log_base=text_or_none(database, "log_base"),
                state=text_or_none(database, "state"),
            ),
            note=text_in(data, "note"),
            files=tuple(_file(each) for each in objects_in(data, "files")),
        )


def seal_of(data: dict[str, Any]) -> str:
    """The digest of what the manifest says besides ``files``.

    Over the values, not the text: the host writes the JSON anew. For the same reason there is
    no number with a fraction in it.
    """
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _file(data: dict[str, Any]) -> BundleFile:
    name, size, digest = text_in(data, "name"), integer_or_none(data, "bytes"), data.get("sha256")
    if size is None or not isinstance(digest, str) or not _SHA256.fullmatch(digest):
        raise NotReadable(f"files: {plain(name)} has no size or no SHA-256")
    return BundleFile(name, size, digest)


def _iso(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
