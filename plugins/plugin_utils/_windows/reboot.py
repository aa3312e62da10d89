# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restarts: whether one is pending, and restarting a computer until it is back.

Both by CIM. A computer is back when it has been up for less time than has passed since it was
told to restart: that holds whatever its clock shows, and however long it took to go down.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from .._cim.codes import look_up
from .._cim.errors import BadAnswer, CimError, ConnectionLost, Fault, HttpError, NothingThere
from .._cim.session import CimSession
from .._surroundings import monotonic
from .._surroundings import wait as pause
from .registry import Registry, RegistryUnreadable
from .schema.operating_system import OPERATING_SYSTEM

FIRST_WAIT, LONGEST_WAIT = 1.0, 8.0
"""Seconds between two looks for a computer that restarts; each wait is twice the one before."""
_SLACK_SECONDS = 2.0
"""What reading the uptime over the network may be wrong by."""
_FORCED_REBOOT = 6
"""Flags of Win32Shutdown: 2 reboot, 4 force. Unforced, a program with unsaved work stops it."""

# Microsoft Learn: "System Error Codes (1000-1299)".
_UNDER_WAY = (1115, 1190)
_REFUSALS = {
    5: "access is denied",
    1191: "others are logged on",
    1314: "the account lacks the privilege to restart it",
}

# The places that Microsoft's DSC resource PendingReboot reads (ComputerManagementDsc), without
# those of a computer rename and of Configuration Manager.
_SERVICING_KEYS = {
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending": (
        "features or updates (Component Based Servicing)"
    ),
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired": (
        "updates (Windows Update)"
    ),
}
_SESSION_MANAGER = r"SYSTEM\CurrentControlSet\Control\Session Manager"
_RENAMES = "PendingFileRenameOperations"


class RestartFailed(CimError):
    """The computer did not restart, or is not back."""

    def __init__(self, why: str, advice: str) -> None:
        super().__init__(why)
        self.operation = "restarting the computer"
        self.advice = advice


@dataclass(frozen=True, slots=True)
class PendingRestart:
    """What waits for a restart.

    ``servicing`` names features and updates: until then the computer is half changed. Files
    to be renamed are left behind by many programs and mean little.
    """

    servicing: tuple[str, ...] = ()
    renames: bool = False

    @property
    def reasons(self) -> list[str]:
        """All of it, for people."""
        return [*self.servicing, *(["files to be renamed"] if self.renames else [])]


def read_pending_restart(registry: Registry) -> PendingRestart:
    """Read it: three requests when nothing waits.

    :raises RegistryUnreadable: the account may not look.
    """
    servicing = tuple(text for key, text in _SERVICING_KEYS.items() if registry.exists(key))
    return PendingRestart(servicing, _renames_wait(registry))


def _renames_wait(registry: Registry) -> bool:
    try:
        names = [each.casefold() for each in registry.value_names(_SESSION_MANAGER)]
    except RegistryUnreadable:
        if registry.exists(_SESSION_MANAGER):
            raise
        return False
    if _RENAMES.casefold() not in names:
        return False
    # Emptied, it is no list of files; a value of another type is none either.
    return bool(registry.texts(_SESSION_MANAGER, _RENAMES))


def restart_computer(
    connect: Callable[[], CimSession],
    timeout: float,
    sleep: Callable[[float], None] = pause,
    clock: Callable[[], float] = monotonic,
) -> CimSession:
    """Restart the computer, and return a session on it when it is back.

    :param connect: makes a session on a connection of its own: those from before are dead.
    :param timeout: seconds for all of it.
    :raises RestartFailed: it refuses, did not go down, or is not back in time.
    """
    session = connect()
    _uptime(session)  # what the wait depends on has to be readable
    begun = clock()
    _order(session)
    trouble: CimError | None = None
    wait = FIRST_WAIT
    while clock() - begun < timeout:
        sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT)
        try:
            session = connect()
            if _uptime(session) < clock() - begun + _SLACK_SECONDS:
                return session
            trouble = None
        except CimError as error:  # it is going down or coming up: any answer is possible
            trouble = error
    if trouble is None:
        raise RestartFailed(
            f"it was told to restart, and still runs after {timeout:g} seconds",
            "look at the System event log of the host (source User32, event 1074)",
        )
    raise RestartFailed(
        f"it does not answer {timeout:g} seconds after it was told to restart ({trouble})",
        "look at its console; installing features and updates may take longer: raise "
        "reboot_timeout, or run the task again once it is back",
    )


def _order(session: CimSession) -> None:
    # Flags and Reserved are all that it takes (Microsoft Learn: Win32Shutdown method).
    inputs = {"Flags": _FORCED_REBOOT, "Reserved": 0}
    try:
        number = session.invoke(OPERATING_SYSTEM, "Win32Shutdown", inputs)["ReturnValue"]
    except (ConnectionLost, HttpError, BadAnswer):
        return  # it may go before it answers; the wait shows whether it went
    except Fault as fault:
        if not fault.timed_out:
            raise
        return
    if number == 0 or number in _UNDER_WAY:
        return
    known = number if isinstance(number, int) else 0
    refused = RestartFailed(
        f"Windows answered {known}: {_REFUSALS.get(known, 'it refuses to restart')}",
        "use an account that is a member of the local group Administrators on that host, or "
        "restart it by other means and run the task again",
    )
    refused.code = look_up(known)
    raise refused


def _uptime(session: CimSession) -> float:
    """Seconds since the computer started, by its own clock alone."""
    for each in session.enumerate(OPERATING_SYSTEM, ["LastBootUpTime", "LocalDateTime"]):
        booted, now = each["LastBootUpTime"], each["LocalDateTime"]
        if isinstance(booted, datetime) and isinstance(now, datetime):
            return (now - booted).total_seconds()
    raise NothingThere("Win32_OperatingSystem")
