# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Win32_ShadowCopy and Win32_Volume (Microsoft Learn pages of those names)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from ...model.host import Host
from ...model.shadow_copies import (
    ACCESS_DENIED,
    CLIENT_ACCESSIBLE,
    CREATED,
    PROVIDER_ID,
    ShadowCopy,
    volume_name,
)
from ..errors import CimError, Wbem
from ..instance import Instance, Value
from ..provider import Call, Provider, Result

_DRIVE_TYPES = {"NoRootDirectory": 1, "Removable": 2, "Fixed": 3, "Network": 4, "CDRom": 5}
_CLUSTER = 4096


class ShadowCopyProvider(Provider):
    """The shadow copies; they go by vssadmin only, the farm deletes no instances."""

    def instances(self, call: Call) -> Iterator[Instance]:
        """Oldest first, for administrators."""
        if not call.caller.administrator:
            raise CimError(Wbem.ACCESS_DENIED, "only administrators may ask")
        for shadow in call.host.shadows.all():
            yield Instance("Win32_ShadowCopy", _shadow(call.host, shadow))

    def invoke(self, call: Call, method: str, arguments: Mapping[str, Value]) -> Result:
        """Create."""
        if not call.caller.administrator:
            return ACCESS_DENIED, {"ShadowID": None}
        context = cast("str | None", arguments.get("Context")) or CLIENT_ACCESSIBLE
        code, made = call.host.shadows.create(cast(str, arguments["Volume"]), context)
        return code, {"ShadowID": made}


def _shadow(host: Host, shadow: ShadowCopy) -> dict[str, Value]:
    return {
        "Caption": None,
        "ClientAccessible": True,
        "Count": 1,
        "Description": None,
        "DeviceObject": shadow.device,
        "Differential": True,
        "ExposedLocally": False,
        "ExposedName": None,
        "ExposedRemotely": False,
        "HardwareAssisted": False,
        "ID": shadow.id,
        "Imported": False,
        "InstallDate": shadow.created,
        "Name": None,
        "NoAutoRelease": True,
        "NotSurfaced": False,
        "NoWriters": True,
        "OriginatingMachine": host.fqdn,
        "Persistent": True,
        "Plex": False,
        "ProviderID": PROVIDER_ID,
        "ServiceMachine": host.fqdn,
        "SetID": shadow.set_id,
        "State": CREATED,
        "Status": None,
        "Transportable": False,
        "VolumeName": shadow.volume,
    }


class VolumeProvider(Provider):
    """One volume per drive that has a letter and is no network drive."""

    def instances(self, call: Call) -> Iterator[Instance]:
        """By drive letter."""
        drives = call.host.files.drives
        for name in sorted(drives):
            drive = drives[name]
            if drive.type != "Network":
                yield Instance(
                    "Win32_Volume",
                    {
                        "Automount": True,
                        "BlockSize": _CLUSTER,
                        "BootVolume": name == "C:",
                        "Capacity": drive.size if drive.ready else None,
                        "Caption": f"{name}\\",
                        "Compressed": False,
                        "CreationClassName": "Win32_Volume",
                        "Description": None,
                        "DeviceID": volume_name(call.host, name),
                        "DirtyBitSet": False if drive.ready else None,
                        "DriveLetter": name,
                        "DriveType": _DRIVE_TYPES.get(drive.type, 0),
                        "FileSystem": drive.format if drive.ready else None,
                        "FreeSpace": drive.left if drive.ready else None,
                        "Label": None,
                        "Name": f"{name}\\",
                        "SerialNumber": call.host.machine_id.int & 0xFFFFFFFF,
                        "Status": None,
                        "SystemCreationClassName": "Win32_ComputerSystem",
                        "SystemName": call.host.netbios,
                        "SystemVolume": name == "C:",
                    },
                )
