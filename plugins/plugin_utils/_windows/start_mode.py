# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a service starts, through Win32_Service.

Windows reads "Auto" what it wants to be told as "Automatic". Delayed automatic start reads
"Auto", too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .._cim import wql
from .._cim.codes import ADVICE_RIGHTS
from .._cim.session import CimSession
from .schema.operating_system import SERVICE
from .services import ServiceError

AUTOMATIC = "Auto"
"""The start mode as Windows reads it."""
_AUTOMATIC_INPUT = "Automatic"
_ACCESS_DENIED = 2


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """State and start mode of a service, as Windows spells them."""

    state: str
    start_mode: str


def read_services(session: CimSession, names: Iterable[str]) -> dict[str, ServiceStatus]:
    """Read those of the services that exist, in one request."""
    where = " OR ".join(f"Name = {wql.literal(name)}" for name in names)
    return {
        str(each["Name"]): ServiceStatus(
            str(each["State"] or "Unknown"), str(each["StartMode"] or "Unknown")
        )
        for each in session.enumerate(SERVICE, ["Name", "State", "StartMode"], where)
    }


def set_automatic(session: CimSession, name: str) -> None:
    """Have a service start with Windows.

    :raises ServiceError: Windows refused it.
    """
    inputs = {"StartMode": _AUTOMATIC_INPUT}
    number = session.invoke(SERVICE, "ChangeStartMode", inputs, {"Name": name})["ReturnValue"]
    if number != 0:
        raise ServiceError(
            name,
            f"Windows answered {number} when its start mode was to become automatic",
            ADVICE_RIGHTS
            if number == _ACCESS_DENIED
            else "look for a group policy that rules the service (System Services)",
        )
