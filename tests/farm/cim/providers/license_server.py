# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Win32_TSLicenseServer (Microsoft Learn: the page of that name and those of its methods)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from ...model.license_server import LicenseServer
from ..errors import CimError, Wbem
from ..instance import Instance, Value
from ..provider import Call, Provider, Result


def running_server(call: Call) -> LicenseServer:
    """The license server behind a call.

    With the service stopped the provider cannot answer: 0x80041009 is a guess.
    """
    server = call.host.license_server
    if server is None or not server.running:
        raise CimError(Wbem.NOT_AVAILABLE, "the service TermServLicensing does not run")
    return server


def check_administrator(call: Call) -> None:
    """Methods of these classes are for administrators; the refusal as a fault is a guess."""
    if not call.caller.administrator:
        raise CimError(Wbem.ACCESS_DENIED, "only administrators may call license server methods")


class LicenseServerProvider(Provider):
    """The singleton of a license server."""

    def instances(self, call: Call) -> Iterator[Instance]:
        """The one instance; the contact data is empty until somebody fills it in."""
        server, host = running_server(call), call.host
        properties: dict[str, Value] = {
            **server.contact,
            "DatabasePath": server.plan.database_path,
            "ProductId": server.product_id,
            "ServerRole": server.role,
            "Version": host.release.caption.removeprefix("Microsoft "),
            "VersionNumber": host.release.version,
        }
        yield Instance("Win32_TSLicenseServer", properties)

    def put(self, call: Call, changes: Mapping[str, Value]) -> None:
        """Store the contact data; NULL empties a property."""
        server = running_server(call)
        for name, value in changes.items():
            server.contact[name] = cast("str | None", value) or ""

    def invoke(self, call: Call, method: str, arguments: Mapping[str, Value]) -> Result:
        """GetActivationStatus and GetLicenseServerId."""
        check_administrator(call)
        server = running_server(call)
        if method == "GetActivationStatus":
            return 0, {"ActivationStatus": server.status}
        if method == "GetLicenseServerId":
            if not server.activated:
                return int(Wbem.NOT_FOUND), {}
            return 0, {"sLicenseServerId": server.license_server_id}
        return super().invoke(call, method, arguments)
