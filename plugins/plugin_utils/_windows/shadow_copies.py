# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Volume shadow copies: Win32_ShadowCopy, and what it has no form for.

Create makes one of the kind ClientAccessible, that of Previous Versions, which is the only one
that Microsoft documents for it. Such a shadow copy stays until somebody deletes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from .._cim import wql
from .._cim.errors import BadAnswer, CimError
from .._cim.session import CimSession
from .operation_output import Output
from .powershell import Operations
from .schema.operating_system import SHADOW_COPY, VOLUME

_CONTEXT = "ClientAccessible"
_ID = re.compile(r"\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}")
_ADVICE = "look at the Application event log of the host (sources VSS and VolSnap)"
# Microsoft Learn: "Create method of the Win32_ShadowCopy class", return values.
_MEANINGS = {
    1: "access denied",
    2: "an argument is not valid",
    3: "there is no such volume",
    4: "the volume does not support shadow copies",
    5: "the kind of shadow copy is not supported",
    6: "there is not enough storage for it",
    7: "the volume is in use",
    8: "there are as many shadow copies as there may be",
    9: "another shadow copy is being made",
    10: "a provider refused",
    11: "the provider is not registered",
    12: "the provider failed",
    13: "an unknown error",
}


class ShadowCopyFailed(CimError):
    """Windows did not make, show or delete a shadow copy."""

    def __init__(self, doing: str, why: str) -> None:
        super().__init__(why)
        self.operation = doing
        self.advice = _ADVICE


@dataclass(frozen=True, slots=True)
class ShadowCopy:
    r"""A shadow copy; ``device`` is where its files are (``\\?\GLOBALROOT\Device\...``)."""

    id: str
    device: str
    volume: str
    created: datetime | None


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """A file that was copied out of a shadow copy."""

    name: str
    bytes: int


class ShadowCopies:
    """The shadow copies of a host."""

    def __init__(self, session: CimSession, operations: Operations) -> None:
        self._session = session
        self._operations = operations

    def on_volume(self, volume: str) -> list[ShadowCopy]:
        r"""Those of a volume.

        :param volume: its drive with a backslash: ``C:\\``.
        :raises ShadowCopyFailed: there is no such volume.
        """
        where = f"DriveLetter = {wql.literal(volume[:2])}"
        rows = self._session.enumerate(VOLUME, ["DeviceID", "DriveLetter"], where)
        ids = {str(row["DeviceID"] or "").casefold() for row in rows}
        if not ids:
            raise ShadowCopyFailed(
                "reading shadow copies",
                f"the host has no volume with the drive letter {volume[:2]}",
            )
        return [each for each in self._all() if each.volume.casefold() in ids]

    def _all(self) -> Iterator[ShadowCopy]:
        names = ["ID", "DeviceObject", "VolumeName", "InstallDate"]
        for row in self._session.enumerate(SHADOW_COPY, names):
            created = row["InstallDate"]
            yield ShadowCopy(
                id=_id(row["ID"]),
                device=str(row["DeviceObject"] or ""),
                volume=str(row["VolumeName"] or ""),
                created=created if isinstance(created, datetime) else None,
            )

    def create(self, volume: str) -> str:
        r"""Make one; not safe to repeat.

        :param volume: its drive with a backslash: ``C:\\``.
        :returns: its id, in braces.
        :raises ShadowCopyFailed: Windows did not.
        """
        doing = f"making a shadow copy of {volume}"
        inputs = {"Volume": volume, "Context": _CONTEXT}
        outputs = self._session.patient().invoke(SHADOW_COPY, "Create", inputs)
        value = outputs["ReturnValue"]
        if value != 0:
            meaning = _MEANINGS.get(value if isinstance(value, int) else 13, "an unknown answer")
            raise ShadowCopyFailed(doing, f"Windows answered {value}: {meaning}")
        return _id(outputs["ShadowID"])

    def device(self, shadow: str) -> str | None:
        """Where its files are; None when there is no such shadow copy."""
        for each in self._all():
            if each.id.casefold() == shadow.casefold():
                return each.device or None
        return None

    def copy_files(
        self, device: str, *, folder: str, names: Sequence[str], link: str, destination: str
    ) -> tuple[CopiedFile, ...]:
        """Copy files out of a shadow copy.

        :param folder: where they are on the volume itself.
        :param link: a path that does not exist, in a folder that only Administrators can write.
        :param destination: a folder that holds none of them.
        :raises OperationFailed: one of them could not be copied.
        """
        options = {
            "device": device,
            "folder": folder,
            "names": list(names),
            "link": link,
            "destination": destination,
        }
        found = Output("copy_from_shadow", self._operations.run("copy_from_shadow", options))
        return tuple(
            CopiedFile(each.text("name"), each.count("bytes")) for each in found.records("files")
        )

    def delete(self, shadow: str) -> None:
        """Delete one by its id.

        :raises ShadowCopyFailed: it could not be deleted.
        """
        found = Output("delete_shadow", self._operations.run("delete_shadow", {"id": shadow}))
        status, said = found.number("exit_code"), found.text("output")
        if status != 0:
            why = f"vssadmin ended with {status}: {' '.join(said.split())[:300]}"
            raise ShadowCopyFailed(f"deleting the shadow copy {shadow}", why)


def _id(value: object) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise BadAnswer(f"a shadow copy has the id {str(value)[:60]!r}")
    return value
