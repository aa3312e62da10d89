# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Volume shadow copies of one machine (Microsoft Learn: Win32_ShadowCopy, VSS_SNAPSHOT_STATE).

A shadow copy keeps the files of the license database as they were; the rest of the volume is not
in it. Those of the kind ClientAccessible are the volume's Previous Versions: they stay, and at the
limit the oldest is pushed out.
"""

from __future__ import annotations

import re
import threading
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .host import Host

OK, ACCESS_DENIED, INVALID_ARGUMENT, VOLUME_NOT_FOUND, VOLUME_NOT_SUPPORTED = range(5)
UNSUPPORTED_CONTEXT, INSUFFICIENT_STORAGE = 5, 6
CLIENT_ACCESSIBLE = "ClientAccessible"
# The system provider of Windows.
PROVIDER_ID = "{B5946137-7B9F-4925-AF80-51ABD60B20D5}"
CREATED = 12
# The smallest difference area that the system provider begins with.
_ROOM = 320 << 20
_VOLUME = re.compile(r"([A-Za-z]:)\\")


@dataclass(frozen=True, slots=True)
class ShadowCopy:
    """One shadow copy; ``number`` is the one in its device name."""

    id: str
    set_id: str
    number: int
    drive: str
    volume: str
    created: datetime
    ours: bool

    @property
    def device(self) -> str:
        """DeviceObject."""
        return f"\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy{self.number}"


class ShadowCopies:
    """The shadow copies of a machine, the scenario's from the start on."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._lock = threading.RLock()
        self._made = 0
        self._copies: dict[str, ShadowCopy] = {}
        for plan in host.plan.storage.shadow_copies:
            age = timedelta(hours=plan.age_hours)
            self._add(plan.drive.upper(), host.clock.now() - age, ours=False)

    def all(self) -> list[ShadowCopy]:
        """The shadow copies, oldest first."""
        with self._lock:
            return sorted(self._copies.values(), key=lambda each: (each.created, each.number))

    def get(self, shadow_id: str) -> ShadowCopy | None:
        """One by its id, in any case."""
        with self._lock:
            return self._copies.get(shadow_id.upper())

    def by_device(self, device: str) -> ShadowCopy | None:
        """One by its DeviceObject."""
        wanted = device.rstrip("\\").lower()
        return next((each for each in self.all() if each.device.lower() == wanted), None)

    def create(self, volume: str, context: str = CLIENT_ACCESSIBLE) -> tuple[int, str | None]:
        """Win32_ShadowCopy.Create: its code, and the new id."""
        found = _VOLUME.fullmatch(volume)
        if found is None:
            return INVALID_ARGUMENT, None
        drive = self._host.files.drives.get(found[1].upper())
        if drive is None:
            return VOLUME_NOT_FOUND, None
        if drive.type != "Fixed" or drive.format != "NTFS":
            return VOLUME_NOT_SUPPORTED, None
        if context.lower() != CLIENT_ACCESSIBLE.lower():
            return UNSUPPORTED_CONTEXT, None
        if self._host.plan.storage.shadow_code:
            return self._host.plan.storage.shadow_code, None
        if drive.left < _ROOM:
            return INSUFFICIENT_STORAGE, None
        with self._lock:
            self._push_out(found[1].upper())
            made = self._add(found[1].upper(), self._host.clock.now(), ours=True)
            self._freeze(made)
        return OK, made.id

    def _push_out(self, drive: str) -> None:
        of_volume = [each for each in self.all() if each.drive == drive]
        if len(of_volume) >= self._host.plan.storage.shadow_limit:
            self.delete(of_volume[0].id)

    def _add(self, drive: str, created: datetime, *, ours: bool) -> ShadowCopy:
        self._made += 1
        seed = self._host.machine_id
        made = ShadowCopy(
            _braced(uuid.uuid5(seed, f"shadow copy {self._made}")),
            _braced(uuid.uuid5(seed, f"shadow copy set {self._made}")),
            self._made,
            drive,
            volume_name(self._host, drive),
            created,
            ours,
        )
        self._copies[made.id] = made
        return made

    def _freeze(self, shadow: ShadowCopy) -> None:
        files, server = self._host.files, self._host.license_server
        frozen: dict[str, Path] = {}
        if server is not None and server.database.folder[:2].upper() == shadow.drive:
            server.database.flush()
            frozen = files.freeze(server.database.folder)
        files.mount(shadow.device, frozen)

    def delete(self, shadow_id: str) -> bool:
        """Take one away; False when there is none."""
        with self._lock:
            gone = self._copies.pop(shadow_id.upper(), None)
            if gone is not None and gone.ours:
                self._host.files.unmount(gone.device)
            return gone is not None


def _braced(number: uuid.UUID) -> str:
    return f"{{{str(number).upper()}}}"


def volume_name(host: Host, drive: str) -> str:
    r"""The name of a drive's volume, ``\\?\Volume{GUID}\``."""
    return f"\\\\?\\Volume{{{uuid.uuid5(host.machine_id, f'volume {drive.upper()}')}}}\\"
