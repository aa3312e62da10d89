# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows services through Win32_Service."""

from __future__ import annotations

from collections.abc import Callable

from .._cim.codes import ADVICE_RIGHTS
from .._cim.errors import CimError
from .._cim.session import CimSession
from .._surroundings import wait
from .schema.operating_system import SERVICE

POLL_SECONDS = 0.5
"""Between two looks at a state; it can still read Running right after StopService."""

_DEPENDENTS_RUNNING = 3
_CANNOT_ACCEPT = 5
_ALREADY_RUNNING = 10
_NOT_ACTIVE = 6

# Microsoft Learn: "StartService method of the Win32_Service class", return values.
_MEANINGS = {
    1: "the request is not supported",
    2: "the account has not the right",
    3: "services that depend on it are running",
    4: "the control code is not valid",
    5: "it cannot take the control now, its state does not allow it",
    6: "it is not running",
    7: "it did not answer in time",
    8: "unknown failure",
    9: "its file was not found",
    10: "it is running already",
    11: "the service database is locked",
    12: "a service that it depends on was removed",
    13: "a service that it depends on did not start",
    14: "it is disabled",
    15: "it could not log on",
    16: "it is marked for deletion",
    17: "it has no execution thread",
    18: "services depend on each other in a circle",
    21: "invalid parameters were passed",
    22: "its account is not valid or may not run it",
    24: "it is paused already",
}


class ServiceError(CimError):
    """A service does not exist, refuses, or does not get where it was sent."""

    def __init__(self, name: str, why: str, advice: str) -> None:
        super().__init__(f"service {name}: {why}")
        self.advice = advice


class Services:
    """Starts and stops services and waits until they are there.

    :param sleep: waits; tests pass their own.
    """

    def __init__(self, session: CimSession, sleep: Callable[[float], None] = wait) -> None:
        self._session = session
        self._sleep = sleep

    def state(self, name: str) -> str | None:
        """Return the state as Windows spells it ("Running"), None without such a service."""
        where = f"Name = '{name}'"
        for each in self._session.enumerate(SERVICE, ["Name", "State"], where):
            return str(each["State"] or "Unknown")
        return None

    def start(self, name: str, timeout: float) -> None:
        """Start a service and wait until it runs.

        :raises ServiceError: it is refused, or not running after ``timeout`` seconds.
        """
        self._control(name, "StartService", _ALREADY_RUNNING)
        self._wait_for(name, "Running", timeout)

    def stop(self, name: str, timeout: float, dependents: tuple[str, ...] = ()) -> list[str]:
        """Stop a service, and before it those of ``dependents`` that keep it from stopping.

        :returns: the dependents that were stopped, for the caller to start again.
        :raises ServiceError: it is refused, or not stopped after ``timeout`` seconds.
        """
        stopped: list[str] = []
        number = self._invoke(name, "StopService")
        if number == _DEPENDENTS_RUNNING:
            for each in dependents:
                if self.state(each) == "Running":
                    stopped += [*self.stop(each, timeout), each]
            number = self._invoke(name, "StopService")
        if number == _CANNOT_ACCEPT and self.state(name) == "Stopped":
            return stopped  # it did not run in the first place
        _refuse(name, number, _NOT_ACTIVE)
        self._wait_for(name, "Stopped", timeout)
        return stopped

    def _control(self, name: str, method: str, also_fine: int) -> None:
        _refuse(name, self._invoke(name, method), also_fine)

    def _invoke(self, name: str, method: str) -> int:
        value = self._session.invoke(SERVICE, method, keys={"Name": name})["ReturnValue"]
        return value if isinstance(value, int) else 8

    def _wait_for(self, name: str, state: str, timeout: float) -> None:
        seen = self.state(name)
        for dummy in range(int(timeout / POLL_SECONDS)):
            if seen == state:
                return
            self._sleep(POLL_SECONDS)
            seen = self.state(name)
        if seen != state:
            raise ServiceError(
                name,
                f"it is {seen} and not {state} after {timeout:g} seconds",
                "look at the System event log of the host (source Service Control Manager)",
            )


def _refuse(name: str, number: int, also_fine: int) -> None:
    if number in (0, also_fine):
        return
    meaning = _MEANINGS.get(number, "unknown answer")
    advice = (
        ADVICE_RIGHTS
        if number == 2
        else "look at the System event log of the host (source Service Control Manager)"
    )
    raise ServiceError(name, f"Windows answered {number}: {meaning}", advice)
