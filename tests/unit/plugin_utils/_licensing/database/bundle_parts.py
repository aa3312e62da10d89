# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds bundles and ESE headers by hand, whole ones and broken ones."""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.bundle_name import (
    BundleName,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.manifest import (
    BundleFile,
    DatabaseNote,
    Manifest,
    Method,
    ServiceNote,
)

SERVER = "LS1"
LICENSE_SERVER_ID = "4C5XY-QJ7PB-9RK4T-2WHMD-8FVGN-3ZB6C"
CREATED = datetime(2026, 11, 21, 22, 0, 0, tzinfo=UTC)
CLEAN, DIRTY = 3, 2
PACK = {
    "key_pack_id": 3,
    "type": "per_user",
    "program": "open",
    "version": "2022",
    "suite": "rds",
    "total": 100,
    "issued": 37,
    "description": "Windows Server 2022 RDS Per User CAL",
}


def log_time(when: datetime, *, utc: bool = True) -> bytes:
    """A LOGTIME."""
    parts = (when.second, when.minute, when.hour, when.day, when.month, when.year - 1900, utc, 0)
    return bytes(parts)


def signature(random: int, when: datetime, computer: bytes = b"") -> bytes:
    """A SIGNATURE."""
    return struct.pack("<I8s16s", random, log_time(when), computer)


def sealed(page: bytes | bytearray) -> bytes:
    """A header page with its right checksum."""
    found = 0x89ABCDEF
    for (word,) in struct.iter_unpack("<I", bytes(page[4:])):
        found ^= word
    return struct.pack("<I", found) + bytes(page[4:])


def header_page(
    state: int = CLEAN, page_size: int = 8192, *, required: tuple[int, int] = (0, 0), **raw: int
) -> bytes:
    """A header page; ``raw`` sets 32-bit numbers: ``at_236=0``."""
    page = bytearray(page_size)
    struct.pack_into("<II", page, 4, 0x89ABCDEF, 0x620)
    struct.pack_into("<Q", page, 16, 4711)
    page[24:52] = signature(0x1F2E3D4C, datetime(2024, 3, 1, 9, 12, 44, tzinfo=UTC))
    struct.pack_into("<I", page, 52, state)
    struct.pack_into("<HHI", page, 56, 0x11, 0x22, 0x33)
    page[64:72] = log_time(datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC))
    page[72:80] = log_time(datetime(2026, 11, 19, 4, 5, 6, tzinfo=UTC), utc=False)
    page[88:96] = log_time(datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC))
    page[108:136] = signature(0xABAD1DEA, datetime(2024, 3, 1, 9, 12, 43, tzinfo=UTC), b"LS1")
    struct.pack_into("<II", page, 232, 20, page_size)
    struct.pack_into("<II", page, 296, *required)
    for where, value in raw.items():
        struct.pack_into("<I", page, int(where.removeprefix("at_")), value)
    return sealed(page)


def database(state: int = CLEAN, page_size: int = 8192, pages: int = 6, **more: Any) -> bytes:
    """A database: two headers and empty pages."""
    head = header_page(state, page_size, **more)
    return head * 2 + bytes(page_size * (pages - 2))


def as_json(value: object) -> bytes:
    """What a text of a bundle holds."""
    return json.dumps(value).encode()


def identity(**changes: Any) -> dict[str, Any]:
    """An ``identity.json``."""
    return {
        "server": SERVER,
        "computer_sid": "S-1-5-21-1-2-3",
        "os_build": 20348,
        "os_installed": "2024-03-01T08:00:00Z",
        "license_server_id": LICENSE_SERVER_ID,
        "product_id": "00454-40000-00001-AA111",
        "activated": True,
        "version": "10.0",
        "role": "workgroup",
        "database_path": "C:\\Windows\\System32\\lserver",
        **changes,
    }


def packs(*rows: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A ``packs.json``."""
    return {
        "server": SERVER,
        "license_server_id": LICENSE_SERVER_ID,
        "collected_at": "2026-11-21T22:00:00Z",
        "issued_total": 37,
        "packs": list(rows or (PACK,)),
        **changes,
    }


def manifest(**changes: Any) -> Manifest:
    """A manifest without files."""
    whole = Manifest(
        tool_version="0.2.0",
        method=Method.STOP_SERVICE,
        server=SERVER,
        license_server_id=LICENSE_SERVER_ID,
        started=CREATED,
        service=ServiceNote(True),
        database=DatabaseNote("C:\\Windows\\System32\\lserver", "TLSLic.edb", "edb"),
    )
    return replace(whole, **changes)


@dataclass
class Parts:
    """What goes into a bundle; change it, then write it.

    :param entries: all but the manifest.
    :param listed: what the manifest lists; None for what is true.
    :param text: the manifest's text; None for the right one.
    """

    entries: dict[str, bytes] = field(
        default_factory=lambda: {
            "database/TLSLic.edb": database(),
            "database/edb.chk": b"c" * 100,
            "database/edb.log": b"l" * 5000,
            "identity.json": as_json(identity()),
            "packs.json": as_json(packs()),
            "issued.json": b"[]",
            "registry.json": b"{}",
        }
    )
    about: Manifest = field(default_factory=manifest)
    listed: list[BundleFile] | None = None
    text: bytes | None = None
    name: BundleName = field(default_factory=lambda: BundleName.make(SERVER, CREATED))

    def files(self) -> list[BundleFile]:
        """What the manifest has to list."""
        return [
            BundleFile(name, len(data), hashlib.sha256(data).hexdigest())
            for name, data in self.entries.items()
        ]

    def manifest_text(self) -> bytes:
        """The manifest."""
        if self.text is not None:
            return self.text
        listed = self.files() if self.listed is None else self.listed
        return as_json(replace(self.about, files=tuple(listed)).as_dict())

    def with_entry(self, name: str, data: bytes) -> Self:
        """Add or change an entry, in the manifest as well."""
        self.entries[name] = data
        return self

    def write(
        self, folder: Path, *, file: str | None = None, more: list[tuple[str, bytes]] | None = None
    ) -> Path:
        """Write the archive.

        :param more: entries that the manifest does not know.
        """
        path = folder / (file or str(self.name))
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            for name, data in [*self.entries.items(), *(more or [])]:
                archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
            archive.writestr("manifest.json", self.manifest_text())
        return path


def made(folder: Path, hours: float = 0, server: str = "LS1", label: str | None = None) -> Parts:
    """Write a bundle that was made so many hours after the first."""
    created = CREATED + timedelta(hours=hours)
    parts = Parts(
        about=manifest(started=created, server=server),
        name=BundleName.make(server, created, label),
    )
    parts.entries["identity.json"] = as_json(identity(server=server))
    parts.entries["packs.json"] = as_json(packs(server=server))
    parts.write(folder)
    return parts
