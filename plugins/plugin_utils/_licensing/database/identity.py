# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who a license server is: what a bundle carries to be told from other servers' bundles.

A database belongs to one license server on one installation of Windows. Its identity lies in LSA
secrets, which nobody reads; so it is told by what Windows shows of it (Microsoft Learn:
Win32_TSLicenseServer, Win32_OperatingSystem.InstallDate, Win32_UserAccount.SID).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from ..._cim.errors import CimError, NothingThere, Unreachable
from ..._cim.session import CimSession
from ..._surroundings import utc_now
from ..._windows.schema.operating_system import OPERATING_SYSTEM, USER_ACCOUNT
from ..cals.issued_rows import iso
from ..license_servers.license_server import LicenseServer

_WANTED = ("CSName", "BuildNumber", "InstallDate", "LocalDateTime")
_BUILT_IN_ADMINISTRATOR = "-500"
"""The relative id of the built-in Administrator: what precedes it is the machine's SID."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The computer and its installation of Windows."""

    name: str
    sid: str | None
    os_build: int | None
    os_installed: str | None
    """ISO 8601 UTC; a reinstalled Windows has another."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A license server and the machine that it is."""

    machine: Machine
    license_server_id: str | None
    product_id: str | None
    activated: bool | None
    version: str | None
    role: str | None
    database_path: str | None

    def as_dict(self) -> dict[str, Any]:
        """As ``identity.json`` of a bundle holds it."""
        own = asdict(self)
        machine = own.pop("machine")
        return {
            "server": machine["name"],
            "computer_sid": machine["sid"],
            "os_build": machine["os_build"],
            "os_installed": machine["os_installed"],
            **own,
        }


def identity_of(server: LicenseServer, machine: Machine) -> Identity:
    """The identity of a server that answers."""
    return Identity(
        machine,
        server.license_server_id,
        server.product_id,
        server.activated,
        server.version,
        str(server.role),
        server.database_path,
    )


def identity_from(data: Mapping[str, Any]) -> Identity:
    """The identity that a bundle tells; what is missing or of a wrong type is None."""

    def text(name: str) -> str | None:
        value = data.get(name)
        return value if isinstance(value, str) and value else None

    build, activated = data.get("os_build"), data.get("activated")
    return Identity(
        Machine(
            text("server") or "",
            text("computer_sid"),
            build if isinstance(build, int) else None,
            text("os_installed"),
        ),
        text("license_server_id"),
        text("product_id"),
        activated if isinstance(activated, bool) else None,
        text("version"),
        text("role"),
        text("database_path"),
    )


def read_machine(session: CimSession) -> tuple[Machine, datetime]:
    """Read it, and what time it is there: two requests.

    Bundles are named and aged by the clock of the license server: that of the controller may be
    another one. A server that does not tell its time gets the controller's.

    :raises NothingThere: the account lacks the right to see it.
    """
    for each in session.enumerate(OPERATING_SYSTEM, _WANTED):
        build, installed = str(each["BuildNumber"] or ""), each["InstallDate"]
        now = each["LocalDateTime"]
        machine = Machine(
            str(each["CSName"] or ""),
            _machine_sid(session),
            int(build) if build.isdecimal() else None,
            iso(installed) if isinstance(installed, datetime) else None,
        )
        time = now.astimezone(UTC) if isinstance(now, datetime) else utc_now()
        return machine, time.replace(microsecond=0)
    raise NothingThere("Win32_OperatingSystem")


def _machine_sid(session: CimSession) -> str | None:
    """The machine's SID, from its built-in Administrator; None where it cannot be read.

    On a domain controller it is the domain's: the local accounts are the domain's there.
    """
    try:
        where = f"LocalAccount = TRUE AND SID LIKE 'S-1-5-21-%{_BUILT_IN_ADMINISTRATOR}'"
        for each in session.enumerate(USER_ACCOUNT, ["SID"], where):
            sid = each["SID"]
            if isinstance(sid, str) and sid.endswith(_BUILT_IN_ADMINISTRATOR):
                return sid.removesuffix(_BUILT_IN_ADMINISTRATOR)
    except Unreachable:
        raise
    except CimError:
        return None  # not every account may see accounts; the name and the date still tell
    return None


def differences(bundle: Identity, now: Identity) -> list[str]:
    """What keeps a bundle from being restored here, as sentences; nothing when it is the same.

    The license server id, the computer (its SID, or its name where a SID is not known) and the
    installation date of Windows must be equal. What one side does not know is not equal.
    """
    found = []
    if bundle.license_server_id is None or bundle.license_server_id != now.license_server_id:
        found.append(
            f"the license server id is {_told(now.license_server_id)} here and "
            f"{_told(bundle.license_server_id)} in the bundle"
        )
    ours, theirs = now.machine, bundle.machine
    if ours.sid and theirs.sid:
        if ours.sid != theirs.sid:
            found.append("the computer's SID is another one: this is not the same installation")
    elif ours.name.casefold() != theirs.name.casefold():
        found.append(f"the computer is {ours.name} here and {theirs.name} in the bundle")
    if ours.os_installed is None or ours.os_installed != theirs.os_installed:
        found.append(
            f"Windows was installed {_told(ours.os_installed)} here and "
            f"{_told(theirs.os_installed)} in the bundle: an installation since then is not the "
            "same machine to RD Licensing"
        )
    return found


def _told(value: str | None) -> str:
    return value or "not known"
