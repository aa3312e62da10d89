# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Win32_TSLicenseKeyPack and Win32_TSIssuedLicense (Microsoft Learn pages of those names)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from ...model.issued_licenses import IssuedLicense
from ...model.key_packs import KeyPack
from ...model.license_plan import Expiry
from ...model.license_server import LicenseServer
from ..instance import Instance, Value
from ..provider import Call, Provider, Result
from .license_server import running_server
from .pack_methods import invoke_pack_method, invoke_revoke


def shown_time(value: Expiry, form: str) -> Value:
    """A time as the provider hands it over; the scenario chooses the form.

    ``datetime`` is what WS-Management makes of a CIM datetime; ``dmtf`` and ``us`` are texts that
    were seen in other tools' output; a text of the scenario goes out as it is.
    """
    if not isinstance(value, datetime) or form == "datetime":
        return value
    utc = value.astimezone(UTC)
    match form:
        case "dmtf":
            return utc.strftime("%Y%m%d%H%M%S.000000-000")
        case "us":
            return utc.strftime("%m/%d/%Y %H:%M:%S")
        case dummy:
            return None


class KeyPackProvider(Provider):
    """The key packs in the order of their installation."""

    def invoke(self, call: Call, method: str, arguments: Mapping[str, Value]) -> Result:
        """Install, import, reinstall, remove, convert."""
        return invoke_pack_method(call, method, arguments)

    def instances(self, call: Call) -> Iterator[Instance]:
        """One instance per pack; two packs of one number are two instances."""
        server = running_server(call)
        for pack in server.packs.all():
            yield Instance("Win32_TSLicenseKeyPack", _pack(server, pack))


def _pack(server: LicenseServer, pack: KeyPack) -> dict[str, Value]:
    german = server.host.german
    return {
        "AccessRights": pack.shown_rights(),
        "AvailableLicenses": pack.available,
        "Description": pack.shown_description(),
        "ExpirationDate": shown_time(pack.expires, server.plan.expires_form),
        "IssuedLicenses": pack.issued,
        "KeyPackId": pack.id,
        "KeyPackType": pack.program,
        "ProductType": pack.type,
        "ProductVersion": pack.shown_version(german),
        "ProductVersionID": pack.version,
        "TotalLicenses": pack.total,
        "TypeAndModel": pack.shown_type(german),
    }


class IssuedLicenseProvider(Provider):
    """Issued per-device licenses, produced one by one."""

    def instances(self, call: Call) -> Iterator[Instance]:
        """All of them, revoked ones included."""
        server = running_server(call)
        for row in server.issued:
            yield Instance("Win32_TSIssuedLicense", _row(server, row))

    def invoke(self, call: Call, method: str, arguments: Mapping[str, Value]) -> Result:
        """Revoke."""
        return invoke_revoke(call, method, arguments)

    def find(self, call: Call, keys: Mapping[str, str]) -> Instance | None:
        """One license by its keys, without a look at the others."""
        server = running_server(call)
        try:
            numbers = int(keys["LicenseId"]), int(keys["KeyPackId"])
        except ValueError:
            return None
        row = server.issued.find(*numbers)
        return None if row is None else Instance("Win32_TSIssuedLicense", _row(server, row))


def _row(server: LicenseServer, row: IssuedLicense) -> dict[str, Value]:
    form = server.plan.expires_form
    return {
        "ExpirationDate": shown_time(row.expires, form),
        "IssueDate": shown_time(row.issued, form),
        "KeyPackId": row.pack_id,
        "LicenseId": row.license_id,
        "LicenseStatus": row.status,
        "sHardwareId": row.hardware_id,
        "sIssuedToComputer": row.computer,
        "sIssuedToUser": row.user,
    }
