# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that can go wrong between the controller and a Windows host, typed.

Each error is built from fields and makes its own sentence; ``_action`` turns them into
results. Nothing else leaves this package.
"""

from __future__ import annotations

from enum import StrEnum

from .codes import (
    ADVICE_RIGHTS,
    ERROR_WSMAN_CANNOT_PROCESS_FILTER,
    ERROR_WSMAN_OPERATION_TIMEDOUT,
    ERROR_WSMAN_RESOURCE_NOT_FOUND,
    WBEM_E_ACCESS_DENIED,
    WBEM_E_INVALID_CLASS,
    WBEM_E_INVALID_NAMESPACE,
    WIN32_ACCESS_DENIED,
    Code,
    look_up,
)


class Trouble(StrEnum):
    """What kind of trouble it is, a word that never changes: readers of results decide by it.

    A page in another language has its own sentence for each.
    """

    NO_CONNECTION = "no_connection"
    TLS = "tls"
    PROXY = "proxy"
    CREDENTIALS = "credentials"
    NO_ANSWER = "no_answer"
    BROKEN = "broken"
    NOT_WINRM = "not_winrm"
    BAD_ANSWER = "bad_answer"
    RIGHTS = "rights"
    QUOTA = "quota"
    OVERDUE = "overdue"
    SETUP = "setup"


_QUOTAS = (0x803381A5, 0x803381A6)
_DENIED = (WIN32_ACCESS_DENIED, 0x80070005, WBEM_E_ACCESS_DENIED)


class CimError(Exception):
    """The base. ``str()`` is a sentence that says what went wrong."""

    operation: str | None = None
    """What was being done, in words; the session fills it in."""
    code: Code | None = None
    """The number that Windows answered, where it did."""
    advice: str | None = None
    """What to do, where that is known."""
    repeatable: bool = True
    """Whether the same task may simply be run again: it would not do harm."""
    trouble: Trouble | None = None
    """What kind it is, where that is known."""


# -- the connection ---------------------------------------------------------------------


class Unreachable(CimError):
    """No exchange with the host's WinRM service was possible; nothing was executed."""

    def __init__(self, why: str, advice: str | None = None, trouble: Trouble | None = None) -> None:
        super().__init__(why)
        self.advice = advice
        self.trouble = trouble or self.trouble


class ConnectionLost(Unreachable):
    """The connection broke after the request went out: it may have been executed or not."""

    trouble = Trouble.BROKEN


class NotWinRM(Unreachable):
    """Something answers at the host's address, but it is not a WinRM service."""

    trouble = Trouble.NOT_WINRM

    def __init__(self, why: str) -> None:
        super().__init__(
            f"{why}: what answers there is not WinRM",
            "check ansible_host and ansible_port, and whether a proxy or another web server "
            "answers in place of the host",
        )


class CarrierUnavailable(CimError):
    """The task's connection cannot carry CIM: another plugin, a missing library."""

    trouble = Trouble.SETUP

    def __init__(self, why: str, advice: str | None = None) -> None:
        super().__init__(why)
        self.advice = advice


# -- the answers ------------------------------------------------------------------------


class BadAnswer(CimError):
    """The host answered, but not in WS-Management, or broken, or not to our question."""

    trouble = Trouble.BAD_ANSWER

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.advice = (
            "run the task again; if it stays, look for a proxy or another service between the "
            "controller and the host's WinRM port"
        )


class HttpError(CimError):
    """An HTTP status other than 200 without a fault that could be read."""

    trouble = Trouble.BAD_ANSWER

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP status {status} without a WS-Management fault")
        self.status = status
        self.advice = {
            404: "check the path of the WinRM listener (ansible_winrm_path, ansible_psrp_path)",
            413: "the request is larger than MaxEnvelopeSizekb of the host allows",
            503: "the WinRM service is starting or overloaded: run the task again",
        }.get(status, "look at the event log Microsoft-Windows-WinRM/Operational of the host")


class Fault(CimError):
    """A WS-Management fault (MS-WSMV 2.2.4.9 and DSP0226 14).

    :param code: the number of the fault, 0 when there is none.
    :param wmi_code: the WMI error inside, if there is one.
    :param subcode: the local name of the SOAP subcode, for example ``TimedOut``.
    :param text: the host's own words, in its own language: shown, never decided by.
    """

    def __init__(
        self, code: int, subcode: str = "", text: str = "", wmi_code: int | None = None
    ) -> None:
        self.number = code
        self.wmi_code = wmi_code
        self.subcode = subcode
        self.text = " ".join(text.split())[:600]
        self.code = look_up(wmi_code if wmi_code is not None else code)
        self.advice = self.code.advice
        if self.advice is None and self.access_denied:
            self.advice = ADVICE_RIGHTS
        if self.access_denied:
            self.trouble = Trouble.RIGHTS
        elif self.timed_out:
            self.trouble = Trouble.OVERDUE
        elif self._is(*_QUOTAS):
            self.trouble = Trouble.QUOTA
        said = f": {self.text}" if self.text else ""
        kind = f" ({subcode})" if subcode else ""
        super().__init__(f"Windows answered with a fault{kind}{said}")

    def _is(self, *numbers: int) -> bool:
        return self.number in numbers or self.wmi_code in numbers

    @property
    def access_denied(self) -> bool:
        """The account may not do this. By number or subcode: WinRM 2 and 3 differ."""
        return self.subcode == "AccessDenied" or self._is(
            *_DENIED,
            0x80338104,
            0x80338105,
            0x80338106,
        )

    @property
    def timed_out(self) -> bool:
        """The operation timeout ran out; the host may still be working on it."""
        return self.subcode == "TimedOut" or self._is(ERROR_WSMAN_OPERATION_TIMEDOUT)

    @property
    def no_such_class(self) -> bool:
        """The class or its namespace is not there (a role that is not installed)."""
        if self.access_denied:
            return False
        return (
            self._is(WBEM_E_INVALID_CLASS, WBEM_E_INVALID_NAMESPACE)
            or (self.wmi_code is None and self._is(ERROR_WSMAN_RESOURCE_NOT_FOUND))
            or (self.wmi_code is None and self._is(ERROR_WSMAN_CANNOT_PROCESS_FILTER))
        )


class MethodFailed(CimError):
    """A method came back with a ReturnValue that is not success."""

    def __init__(self, cls: str, method: str, value: int) -> None:
        self.cls = cls
        self.method = method
        self.code = look_up(value)
        self.advice = self.code.advice
        if self.code.number in _DENIED:
            self.trouble = Trouble.RIGHTS
        super().__init__(f"{cls}.{method} returned {self.code.number} ({self.code.hex})")


class NothingThere(CimError):
    """Instances or values that every host has are missing: rights are missing.

    WMI providers answer an account without rights with empty properties or no instance
    rather than with an error (Microsoft Learn: Win32_TSLicenseServer, remarks).
    """

    trouble = Trouble.RIGHTS

    def __init__(self, what: str, advice: str = ADVICE_RIGHTS) -> None:
        super().__init__(f"{what} came back empty, which means that the account lacks the right")
        self.advice = advice


class WriteInCheckMode(CimError):
    """The last line of defense: something tried to write where only reading is allowed."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} would write in check mode and was not sent")
        self.advice = "this is a mistake in the collection: please report it"
