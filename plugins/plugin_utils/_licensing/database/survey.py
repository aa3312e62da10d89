# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a license server tells about itself before it is backed up: the texts of the bundle."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO

from ..._cim.session import CimSession
from ..cals.issued_rows import iso, issued_rows, row_of
from ..cals.key_packs import KeyPack, read_key_packs
from ..license_servers.license_server import read_license_server
from .bundle import IDENTITY, PACKS, REGISTRY
from .identity import Identity, identity_of, read_machine
from .licensing_keys import licensing_registry
from .pack_list import PackList


@dataclass(frozen=True, slots=True)
class Survey:
    """A license server as it is now."""

    identity: Identity
    packs: tuple[KeyPack, ...]
    collected_at: datetime
    """By the license server's clock, UTC."""

    @property
    def folder(self) -> str:
        """The folder of the database, as Windows names it, without a trailing backslash."""
        return (self.identity.database_path or "").rstrip("\\")


def survey(session: CimSession) -> Survey:
    """Read who it is and which packs it holds: seven requests.

    :raises NotALicenseServer: RD Licensing is not installed.
    :raises ServiceNotRunning: it does not answer.
    """
    server = read_license_server(session)
    machine, now = read_machine(session)
    packs = read_key_packs(session, now)
    return Survey(identity_of(server, machine), tuple(packs), now)


def texts_of(session: CimSession, found: Survey, issued_total: int) -> dict[str, bytes]:
    """The small texts of a bundle by name; reads the registry keys.

    :param issued_total: how many issued CALs the bundle lists.
    """
    packs = PackList.of(
        found.identity.machine.name,
        found.identity.license_server_id,
        iso(found.collected_at) or "",
        found.packs,
        issued_total,
    )
    values = {
        IDENTITY: found.identity.as_dict(),
        PACKS: packs.as_dict(),
        REGISTRY: licensing_registry(session),
    }
    return {
        name: json.dumps(value, ensure_ascii=True, indent=1).encode()
        for name, value in values.items()
    }


@dataclass(frozen=True, slots=True)
class IssuedFile:
    """The issued CALs, packed: a file at its beginning, its size and how many they are."""

    file: IO[bytes]
    size: int
    total: int


@contextmanager
def issued_file(session: CimSession) -> Iterator[IssuedFile]:
    """The issued CALs as a JSON list, packed with gzip, in a file of the controller's.

    A license server may have a hundred thousand: they pass row by row. The file has no name, so
    it is gone with the process.
    """
    with TemporaryFile() as file:
        total = 0
        with gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as packed:
            packed.write(b"[")
            for total, issued in enumerate(issued_rows(session), 1):
                row = json.dumps(row_of(issued), ensure_ascii=True, separators=(",", ":"))
                packed.write((b"\n" if total == 1 else b",\n") + row.encode())
            packed.write(b"\n]\n")
        size = file.tell()
        file.seek(0)
        yield IssuedFile(file, size, total)
