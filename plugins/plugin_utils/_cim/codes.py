# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the numbers mean: WMI, WS-Management and Win32 codes with advice.

Sources: Microsoft Learn "WMI Error Constants" and "Remote Desktop Services WMI Provider Error
Codes"; wsmerror.h of the Windows SDK and MS-WSMV for WS-Management; winerror.h for Win32.
A number that is not here is shown in decimal and hexadecimal and never guessed at.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A number that Windows answered: what it is called, what it means, what to do."""

    number: int
    name: str | None = None
    meaning: str | None = None
    advice: str | None = None

    @property
    def hex(self) -> str:
        """The number as Microsoft's pages print it."""
        return f"0x{self.number:08X}"


WBEM_E_ACCESS_DENIED = 0x80041003
WBEM_E_INVALID_NAMESPACE = 0x8004100E
WBEM_E_INVALID_CLASS = 0x80041010
WBEM_E_INVALID_OPERATION = 0x80041016
ERROR_WSMAN_RESOURCE_NOT_FOUND = 0x80338000
ERROR_WSMAN_CANNOT_PROCESS_FILTER = 0x8033801A
ERROR_WSMAN_OPERATION_TIMEDOUT = 0x80338029
WIN32_ACCESS_DENIED = 5

ADVICE_RIGHTS = (
    "use an account that is a member of the local group Administrators on that host, or give it "
    "Remote Enable, Enable Account and Execute Methods on the WMI namespace (wmimgmt.msc) and "
    "membership in Remote Management Users"
)
ADVICE_ADMINISTRATORS = (
    "use an account that is a member of the local group Administrators on that host"
)
"""Where nothing less is documented, as for the classes of a license server."""
_ADVICE_QUOTA = (
    "run fewer tasks at a time against this host (lower forks, or serial), or raise the quotas "
    "under winrm/config on it"
)
_ADVICE_ROLE = (
    "install the role service that brings it (RD Session Host or RD Licensing), or take the host "
    "out of the group"
)
_ADVICE_SERVICE = "restart the service Winmgmt in a maintenance window and look at its event log"
_ADVICE_REPORT = (
    "this is not expected from a supported Windows Server: report it with this text and the OS "
    "build"
)
_ADVICE_LATER = "look at the load of the host and run the playbook again"

_TABLE: tuple[tuple[int, str, str, str | None], ...] = (
    # WMI (HRESULT facility 4)
    (0x80041001, "WBEM_E_FAILED", "the call failed", _ADVICE_LATER),
    (0x80041002, "WBEM_E_NOT_FOUND", "the object was not found", None),
    (WBEM_E_ACCESS_DENIED, "WBEM_E_ACCESS_DENIED", "the account has not the right", ADVICE_RIGHTS),
    (0x80041004, "WBEM_E_PROVIDER_FAILURE", "the WMI provider failed", _ADVICE_SERVICE),
    (0x80041005, "WBEM_E_TYPE_MISMATCH", "a value has another type", None),
    (0x80041006, "WBEM_E_OUT_OF_MEMORY", "the host is out of memory", _ADVICE_LATER),
    (0x80041008, "WBEM_E_INVALID_PARAMETER", "a parameter is not accepted", None),
    (0x80041009, "WBEM_E_NOT_AVAILABLE", "a resource is not available now", _ADVICE_LATER),
    (0x8004100C, "WBEM_E_NOT_SUPPORTED", "the operation is not supported", None),
    (0x8004100E, "WBEM_E_INVALID_NAMESPACE", "the namespace does not exist", None),
    (0x8004100F, "WBEM_E_INVALID_OBJECT", "the instance is not valid", None),
    (WBEM_E_INVALID_CLASS, "WBEM_E_INVALID_CLASS", "the class does not exist on this host",
     _ADVICE_ROLE),
    (0x80041014, "WBEM_E_INITIALIZATION_FAILURE", "a provider did not start", _ADVICE_SERVICE),
    (
        WBEM_E_INVALID_OPERATION,
        "WBEM_E_INVALID_OPERATION",
        "the value is ruled by group policy and cannot be changed here",
        "change the policy value (scope: policy), or remove it from the GPO",
    ),
    (0x80041017, "WBEM_E_INVALID_QUERY", "the query is not valid", _ADVICE_REPORT),
    (0x80041018, "WBEM_E_INVALID_QUERY_TYPE", "the query language is unknown", _ADVICE_REPORT),
    (0x80041019, "WBEM_E_ALREADY_EXISTS", "it exists already", None),
    (0x80041021, "WBEM_E_INVALID_SYNTAX", "the query is not valid", _ADVICE_REPORT),
    (0x80041023, "WBEM_E_READ_ONLY", "the property is read-only", _ADVICE_REPORT),
    (0x80041024, "WBEM_E_PROVIDER_NOT_CAPABLE", "the provider cannot do this", None),
    (0x80041028, "WBEM_E_ILLEGAL_NULL", "a value is missing", _ADVICE_REPORT),
    (0x8004102B, "WBEM_E_VALUE_OUT_OF_RANGE", "a value is out of range", None),
    (0x8004102E, "WBEM_E_INVALID_METHOD", "the method does not exist on this host", None),
    (0x8004102F, "WBEM_E_INVALID_METHOD_PARAMETERS", "the parameters do not fit", _ADVICE_REPORT),
    (0x8004103A, "WBEM_E_INVALID_OBJECT_PATH", "the object path is not valid", _ADVICE_REPORT),
    # WS-Management (wsmerror.h)
    (
        ERROR_WSMAN_RESOURCE_NOT_FOUND,
        "ERROR_WSMAN_INVALID_RESOURCE_URI",
        "the class or the instance does not exist on this host",
        None,
    ),
    (
        ERROR_WSMAN_CANNOT_PROCESS_FILTER,
        "ERROR_WSMAN_CANNOT_PROCESS_FILTER",
        "the query is not accepted: a class or a property does not exist on this host",
        None,
    ),
    (
        ERROR_WSMAN_OPERATION_TIMEDOUT,
        "ERROR_WSMAN_OPERATION_TIMEDOUT",
        "the host did not finish in the time allowed; it may still be working",
        "raise ansible_winrm_operation_timeout_sec or ansible_psrp_operation_timeout "
        "(at most 60 s count), " + _ADVICE_LATER,
    ),
    (0x8033800F, "ERROR_WSMAN_INVALID_TIMEOUT_HEADER", "a header is not valid", _ADVICE_REPORT),
    (0x80338041, "ERROR_WSMAN_INVALID_MESSAGE", "the message is not valid", _ADVICE_REPORT),
    (0x8033805B, "ERROR_WSMAN_INVALID_SELECTORS", "no such instance: its keys differ", None),
    (0x80338102, "ERROR_WSMAN_WMI_PROVIDER", "the WMI provider could not do it", _ADVICE_SERVICE),
    (0x80338104, "ERROR_WSMAN_WMI_SVC_ACCESS_DENIED", "WMI refused the account", ADVICE_RIGHTS),
    (0x80338105, "ERROR_WSMAN_WMI_PROVIDER_ACCESS_DENIED", "the provider refused the account",
     ADVICE_RIGHTS),
    (0x80338106, "ERROR_WSMAN_WMI_CANNOT_CONNECT_ACCESS_DENIED", "WMI refused the account",
     ADVICE_RIGHTS),
    (0x803381A5, "ERROR_WSMAN_QUOTA_MAX_SHELLS", "too many shells are open", _ADVICE_QUOTA),
    (0x803381A6, "ERROR_WSMAN_QUOTA_MAX_OPERATIONS", "too many operations run", _ADVICE_QUOTA),
    # Win32
    (2, "ERROR_FILE_NOT_FOUND", "it does not exist", None),
    (3, "ERROR_PATH_NOT_FOUND", "the path does not exist", None),
    (WIN32_ACCESS_DENIED, "ERROR_ACCESS_DENIED", "the account has not the right", ADVICE_RIGHTS),
    (0x80070005, "E_ACCESSDENIED", "the account has not the right", ADVICE_RIGHTS),
    (0x80070002, "ERROR_FILE_NOT_FOUND", "it does not exist", None),
    (0x8007000E, "E_OUTOFMEMORY", "the host is out of memory", _ADVICE_LATER),
)  # fmt: skip

_BY_NUMBER = {row[0]: Code(*row) for row in _TABLE}


def look_up(number: int) -> Code:
    """Return what is known of a number; signed 32-bit numbers are read as unsigned.

    An unknown number comes back with nothing but itself.
    """
    unsigned = number & 0xFFFFFFFF
    return _BY_NUMBER.get(unsigned, Code(unsigned))
