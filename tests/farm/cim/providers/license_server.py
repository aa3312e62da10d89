# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""License server classes, as far as they are simulated today (Microsoft Learn pages of the names).

Win32_TSLicenseServer answers its properties and activation state; Win32_TSIssuedLicense is a
source of many instances. What changes a license server is refused as not simulated.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from ..errors import CimError, Wbem
from ..instance import Instance, Value
from ..provider import Call, Provider, Result


def _product_id(machine: int, build: int) -> str:
    return f"00184-{machine % 10**5:05}-00000-AA{build % 1000:03}"


class LicenseServer(Provider):
    """The singleton of a license server."""

    def instances(self, call: Call) -> Iterator[Instance]:
        """The one instance; the contact data is empty until somebody fills it in."""
        host = call.host
        contact = (
            "Address City Company CountryRegion eMail FirstName LastName OrgUnit PostalCode State"
        )
        properties: dict[str, Value] = dict.fromkeys(contact.split(), "")
        properties |= {
            "DatabasePath": "C:\\Windows\\system32\\lserver",
            "ProductId": _product_id(host.machine_id.int, host.release.build),
            "ServerRole": 1 if host.in_domain else 0,
            "Version": host.release.caption.removeprefix("Microsoft "),
            "VersionNumber": host.release.version,
        }
        yield Instance("Win32_TSLicenseServer", properties)

    def invoke(self, call: Call, method: str, arguments: Mapping[str, Value]) -> Result:
        """GetActivationStatus (0 activated, 1 not) and GetLicenseServerId."""
        if not call.caller.administrator:
            raise CimError(
                Wbem.ACCESS_DENIED, "only administrators may call license server methods"
            )
        activated = call.host.plan.activated
        if method == "GetActivationStatus":
            return 0, {"ActivationStatus": 0 if activated else 1}
        if method == "GetLicenseServerId" and activated:
            digits = uuid.uuid5(call.host.machine_id, "license server").hex.upper()
            return 0, {"sLicenseServerId": (digits + digits)[:35]}
        if method == "GetLicenseServerId":
            return int(Wbem.NOT_FOUND), {}
        return super().invoke(call, method, arguments)


_FIRST = datetime(2025, 1, 1, tzinfo=UTC)


class IssuedLicense(Provider):
    """Issued per-device licenses, made up one by one when they are asked for."""

    def instances(self, call: Call) -> Iterator[Instance]:
        """As many as the scenario's ``issued_licenses``."""
        domain = call.host.forest.domain.dns
        for number in range(1, call.host.plan.issued_licenses + 1):
            issued = _FIRST + timedelta(minutes=number % 400_000)
            computer = f"PC{number:06}.{domain}"
            properties: dict[str, Value] = {
                "ExpirationDate": issued + timedelta(days=75),
                "IssueDate": issued,
                "KeyPackId": 3 + number % 2,
                "LicenseId": number,
                "LicenseStatus": 1 if number % 10 == 0 else 2,
                "sHardwareId": f"{number:032x}",
                "sIssuedToComputer": computer,
                "sIssuedToUser": "",
            }
            yield Instance("Win32_TSIssuedLicense", properties)
