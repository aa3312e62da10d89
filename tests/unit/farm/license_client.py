# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A license server as its tests see it: the calls, and the model behind them."""

from __future__ import annotations

from farm import Farm
from farm.model.license_server import LicenseServer

from .soap_client import CIMV2, Answer, SoapClient

SERVER = CIMV2 + "Win32_TSLicenseServer"
PACK = CIMV2 + "Win32_TSLicenseKeyPack"
ISSUED = CIMV2 + "Win32_TSIssuedLicense"
REPORT = CIMV2 + "Win32_TSLicenseReport"
CONTACT = {"FirstName": "Test", "LastName": "Person", "Company": "C", "CountryRegion": "Germany"}

RETAIL = "A" * 25
KEY_PACK = "B" * 35
OPEN = "11111111"
AUTHORIZATION = "C" * 15
AGREEMENT = "2222222"

OK = 0
NOT_FOUND, ACCESS_DENIED, INVALID_PARAMETER = 0x80041002, 0x80041003, 0x80041008
NOT_SUPPORTED, FAILED = 0x8004100C, 0x80041001
Params = dict[str, object]


class LicenseClient:
    """Calls methods of one license server of a farm and gives their ReturnValue as a number."""

    def __init__(self, farm: Farm, name: str = "ls1") -> None:
        self.farm, self.name = farm, name
        self.soap = SoapClient(farm, name)

    @property
    def server(self) -> LicenseServer:
        """The model."""
        found = self.farm.hosts[self.name].license_server
        assert found is not None
        return found

    def call(
        self, uri: str, method: str, params: Params | None = None, keys: Params | None = None
    ) -> Answer:
        """One Invoke."""
        given = [(name, str(value)) for name, value in (params or {}).items()]
        selectors = {name: str(value) for name, value in (keys or {}).items()}
        return self.soap.invoke(uri, method, given, selectors)

    def code(
        self, uri: str, method: str, params: Params | None = None, keys: Params | None = None
    ) -> int:
        """ReturnValue of one Invoke."""
        return int(self.call(uri, method, params, keys).value("ReturnValue") or "")

    def pack(self, method: str, **params: object) -> int:
        """A static method of Win32_TSLicenseKeyPack."""
        return self.code(PACK, method, params)

    def act(self, method: str, **params: object) -> int:
        """A method of Win32_TSLicenseServer."""
        return self.code(SERVER, method, params)

    def packs(self) -> list[tuple[int, int, int, int]]:
        """KeyPackType, ProductVersionID, ProductType and total of what somebody installed."""
        return [
            (p.program, p.version, p.type, p.total) for p in self.server.packs.all() if p.bought
        ]


def opened(count: int, version: int = 7, kind: int = 1) -> Params:
    """Arguments for an open license."""
    return {
        "sLicenseNumber": OPEN,
        "sAuthorizationNumber": AUTHORIZATION,
        "ProductVersion": version,
        "ProductType": kind,
        "LicenseCount": count,
    }


def agreed(count: int, agreement: int = 1, version: int = 7, kind: int = 0) -> Params:
    """Arguments for an agreement."""
    return {
        "AgreementType": agreement,
        "sAgreementNumber": AGREEMENT,
        "ProductVersion": version,
        "ProductType": kind,
        "LicenseCount": count,
    }
