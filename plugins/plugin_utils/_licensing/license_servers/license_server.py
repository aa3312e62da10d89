# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a license server says about itself.

The classes exist only where RD Licensing is installed; an account that is no administrator
gets empty properties instead of an error (Microsoft Learn: Win32_TSLicenseServer).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from ..._cim.codes import ADVICE_ADMINISTRATORS
from ..._cim.errors import CimError, Fault, MethodFailed, NothingThere
from ..._cim.session import CimSession, Instance
from ..._windows.schema.license_server import LICENSE_SERVER
from ..._windows.schema.operating_system import OPERATING_SYSTEM

CONTACT = {
    "first_name": "FirstName",
    "last_name": "LastName",
    "company": "Company",
    "country": "CountryRegion",
    "email": "eMail",
    "org_unit": "OrgUnit",
    "address": "Address",
    "city": "City",
    "state": "State",
    "postal_code": "PostalCode",
}
"""Our names of the contact data, and the properties that hold them."""


class Activation(IntEnum):
    """ActivationStatus. On the RDS: drive of PowerShell 1 is activated: not the same number."""

    ACTIVATED = 0
    NOT_ACTIVATED = 1
    UNKNOWN = 2


class Role(StrEnum):
    """Where the server is found (ServerRole)."""

    WORKGROUP = "workgroup"
    DOMAIN = "domain"
    FOREST = "forest"
    UNKNOWN = "unknown"


_ROLES = {0: Role.WORKGROUP, 1: Role.DOMAIN, 2: Role.FOREST}


class NotALicenseServer(CimError):
    """RD Licensing is not installed: its classes do not exist."""

    def __init__(self) -> None:
        super().__init__("RD Licensing is not installed on this host")
        self.advice = (
            "install it with rds_role_service (name: licensing), or take the host out of the group"
        )


class ServiceNotRunning(CimError):
    """RD Licensing is installed, but its provider cannot answer."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"RD Licensing does not answer: {fault}")
        self.code = fault.code
        self.advice = (
            "start the service TermServLicensing (rds_service with name: licensing) and look at "
            "the System event log"
        )


@dataclass(frozen=True, slots=True)
class LicenseServer:
    """The singleton Win32_TSLicenseServer, with what its methods add."""

    product_id: str | None
    version: str | None
    version_number: str | None
    role: Role
    database_path: str
    contact: dict[str, str | None]
    activation: Activation
    license_server_id: str | None

    @property
    def activated(self) -> bool | None:
        """None when Windows cannot tell."""
        if self.activation is Activation.UNKNOWN:
            return None
        return self.activation is Activation.ACTIVATED


@dataclass(frozen=True, slots=True)
class System:
    """The computer that it runs on."""

    name: str
    build: int | None


def read_license_server(session: CimSession) -> LicenseServer:
    """Read it: three requests.

    :raises NotALicenseServer: the role service is not installed.
    :raises ServiceNotRunning: it is, but does not answer.
    :raises NothingThere: the account is no administrator.
    """
    server = read_contact_instance(session)
    path = server["DatabasePath"]
    if not isinstance(path, str) or not path:
        raise NothingThere("Win32_TSLicenseServer", ADVICE_ADMINISTRATORS)
    return LicenseServer(
        product_id=_text(server["ProductId"]),
        version=_text(server["Version"]),
        version_number=_text(server["VersionNumber"]),
        role=_ROLES.get(_number(server["ServerRole"]), Role.UNKNOWN),
        database_path=path,
        contact={name: _text(server[key]) for name, key in CONTACT.items()},
        activation=read_activation(session),
        license_server_id=_license_server_id(session),
    )


def read_contact_instance(session: CimSession) -> Instance:
    """Read the singleton as it is, for a change of its contact data."""
    try:
        return session.get(LICENSE_SERVER)
    except Fault as fault:
        if fault.no_such_class:
            raise NotALicenseServer from fault
        if fault.access_denied or fault.timed_out:
            raise
        raise ServiceNotRunning(fault) from fault


def read_activation(session: CimSession) -> Activation:
    """Ask for the activation: by the method, the one place that decides."""
    outputs = session.call(LICENSE_SERVER, "GetActivationStatus")
    try:
        return Activation(_number(outputs["ActivationStatus"]))
    except ValueError:
        return Activation.UNKNOWN


def _license_server_id(session: CimSession) -> str | None:
    # "when activated": before that, it fails or is empty.
    outputs = session.invoke(LICENSE_SERVER, "GetLicenseServerId")
    return _text(outputs["sLicenseServerId"]) if outputs["ReturnValue"] == 0 else None


def read_system(session: CimSession) -> System:
    """Read name and build of the computer: one request."""
    for each in session.enumerate(OPERATING_SYSTEM, ["CSName", "BuildNumber"]):
        build = str(each["BuildNumber"] or "")
        return System(str(each["CSName"] or ""), int(build) if build.isdecimal() else None)
    raise NothingThere("Win32_OperatingSystem")


@dataclass(frozen=True, slots=True)
class Membership:
    """An answer that needs Active Directory: a second hop from the license server."""

    value: bool | None
    why: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """As the module returns it."""
        return {"value": self.value, "why": self.why}


SECOND_HOP = (
    "Active Directory was asked from the license server and refused, since a remote session has no "
    "credentials there: connect with Kerberos delegation or CredSSP, or run on the license server "
    "itself"
)


def ask_directory(
    session: CimSession, method: str, output: str, command: str, **inputs: str
) -> Membership:
    """Call one of the methods that ask Active Directory.

    :param command: what to run on the license server when it is refused.
    """
    try:
        outputs = session.call(LICENSE_SERVER, method, dict(inputs))
    except MethodFailed as failed:
        number = failed.code.hex if failed.code else "no number"
        return Membership(None, f"{number}: {SECOND_HOP}: {command}")
    except Fault as fault:
        if not fault.access_denied:
            raise
        return Membership(None, f"access denied: {SECOND_HOP}: {command}")
    value = outputs[output]
    return Membership(value if isinstance(value, bool) else None)


def _number(value: object) -> int:
    return value if isinstance(value, int) else -1


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
