# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows services with the states and codes of Win32_Service (Microsoft Learn: Win32_Service)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

OK = 0
CANNOT_ACCEPT = 5
NOT_ACTIVE = 6
TIMEOUT = 7
ALREADY_RUNNING = 10
DISABLED = 14
INVALID_PARAMETER = 21

_START_MODES = {
    "boot": "Boot",
    "system": "System",
    "automatic": "Auto",
    "manual": "Manual",
    "disabled": "Disabled",
}


@dataclass(frozen=True, slots=True)
class ServiceKind:
    """What a service is called, independent of its state."""

    name: str
    display: str
    display_de: str
    path: str
    account: str
    cim_class: str = "Win32_Service"


_SVCHOST = "C:\\Windows\\System32\\svchost.exe -k "
KINDS: dict[str, ServiceKind] = {
    kind.name: kind
    for kind in (
        ServiceKind(
            "TermService",
            "Remote Desktop Services",
            "Remotedesktopdienste",
            _SVCHOST + "NetworkService",
            "NT Authority\\NetworkService",
            "Win32_TerminalService",
        ),
        ServiceKind(
            "TermServLicensing",
            "Remote Desktop Licensing",
            "Remotedesktoplizenzierung",
            _SVCHOST + "TSLicensing",
            "NT Authority\\NetworkService",
        ),
        ServiceKind(
            "WinRM",
            "Windows Remote Management (WS-Management)",
            "Windows-Remoteverwaltung (WS-Verwaltung)",
            _SVCHOST + "NetworkService",
            "NT AUTHORITY\\NetworkService",
        ),
        ServiceKind(
            "EventLog",
            "Windows Event Log",
            "Windows-Ereignisprotokoll",
            _SVCHOST + "LocalServiceNetworkRestricted",
            "NT AUTHORITY\\LocalService",
        ),
        ServiceKind(
            "Tssdis",
            "Remote Desktop Connection Broker",
            "Remotedesktop-Verbindungsbroker",
            "C:\\Windows\\System32\\tssdis.exe",
            "NT AUTHORITY\\NetworkService",
        ),
        ServiceKind(
            "TSGateway",
            "Remote Desktop Gateway",
            "Remotedesktopgateway",
            _SVCHOST + "TSGateway",
            "NT AUTHORITY\\NetworkService",
        ),
    )
}
# The services of role services that the farm knows by nothing else.
FEATURE_SERVICES = {"RDS-Connection-Broker": "Tssdis", "RDS-Gateway": "TSGateway"}


class Service:
    """One service. Starting and stopping take ``seconds``; a stuck one stays pending for ever.

    ``starts`` counts how often somebody or a boot started it. ``on_start`` is called when it
    begins to start, and False from it lets the service end again; ``on_stop`` when it has ended.
    """

    def __init__(
        self, kind: ServiceKind, *, running: bool = True, start_mode: str = "Auto"
    ) -> None:
        self.kind = kind
        self.start_mode = start_mode
        self.stuck = False
        self.seconds = 0.05
        self.starts = 0
        self.on_start: Callable[[], bool] = lambda: True
        self.on_stop: Callable[[], None] = lambda: None
        self._lock = threading.RLock()
        self._state = "Running" if running else "Stopped"
        self._target: tuple[str, float] | None = None

    @property
    def state(self) -> str:
        """The state now: a pending one ends when its time is over, unless the service is stuck."""
        self.settle()
        return self._state

    def settle(self) -> None:
        """End what is pending, if its time is over."""
        with self._lock:
            if self._target is not None and not self.stuck and time.monotonic() >= self._target[1]:
                self._state, self._target = self._target[0], None
                if self._state == "Stopped":
                    self.on_stop()

    def _go(self, pending: str, target: str) -> None:
        with self._lock:
            self._state = pending
            self._target = (target, time.monotonic() + self.seconds)

    def boot(self) -> None:
        """What a start of the machine makes of the service; a stuck one hangs while it starts."""
        automatic = self.start_mode in ("Auto", "Boot", "System")
        self.on_stop()
        works = automatic and self._begin()
        with self._lock:
            self._state, self._target = ("Running" if works else "Stopped"), None
        if automatic and self.stuck:
            self._go("Start Pending", "Running")

    def _begin(self) -> bool:
        self.starts += 1
        return self.on_start()

    def start(self) -> int:
        """Begin to start; the code of Win32_Service.StartService."""
        with self._lock:
            state = self.state
            if state == "Running":
                return ALREADY_RUNNING
            if self.start_mode == "Disabled":
                return DISABLED
            if state != "Stopped":
                return CANNOT_ACCEPT
            self._go("Start Pending", "Running" if self._begin() else "Stopped")
        return TIMEOUT if self.stuck else OK

    def stop(self) -> int:
        """Begin to stop; the code of Win32_Service.StopService."""
        with self._lock:
            if self.state != "Running":
                return CANNOT_ACCEPT
            self._go("Stop Pending", "Stopped")
        return OK

    def interrogate(self) -> int:
        """The code of Win32_Service.InterrogateService."""
        return OK if self.state == "Running" else NOT_ACTIVE

    def change_start_mode(self, mode: str) -> int:
        """Set the start mode from the words that ChangeStartMode takes (Automatic, not Auto)."""
        known = _START_MODES.get(mode.lower())
        if known is None:
            return INVALID_PARAMETER
        self.start_mode = known
        return OK
