# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The methods of Win32_TSLicenseKeyPack and Win32_TSIssuedLicense.

Microsoft Learn: one page per method. Lengths and ranges of the parameters are documented, the
code of their refusal (0x80041008) is a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import cast

from ...model.clearinghouse import Clearinghouse, PackRequest, Refusal
from ...model.clearinghouse_plan import Channel
from ...model.key_packs import KeyPack
from ...model.license_server import LicenseServer
from ...model.pack_changes import (
    PackError,
    convert,
    remove_licenses,
    revoke,
    uninstall,
    uninstall_product,
)
from ..errors import Wbem
from ..instance import Value
from ..provider import Call, Result
from .license_server import check_administrator, running_server
from .refusals import refused

Arguments = Mapping[str, Value]

_FORMS = {
    "sLicenseKeyPackId": r"[0-9A-Za-z]{35}",
    "sLicenseCode": r"[0-9A-Za-z]{25}",
    "sLicenseNumber": r"[0-9]{8}",
    "sAuthorizationNumber": r"[0-9A-Za-z]{15}",
    "sAgreementNumber": r"[0-9]{7}",
    "sSourceLSName": r".+",
    "sSourceLSProductId": r"[0-9A-Za-z]{35}",
}
# 3 is a value of the property only; 7 and 8 are those of newer releases than the pages.
_RANGES: dict[str, tuple[int, ...]] = {
    "ProductVersion": (2, 4, 5, 6, 7, 8),
    "ProductType": (0, 1),
    "AgreementType": (0, 1, 2, 3, 4, 5),
}
_NUMBERS = ("sLicenseKeyPackId", "sLicenseCode", "sLicenseNumber", "sAgreementNumber")
_CHANNELS = {
    "LicenseKeyPack": Channel.KEY_PACK_ID,
    "LicenseKeyPackOffline": Channel.KEY_PACK_ID,
    "RetailPurchaseLicenseKeyPack": Channel.RETAIL,
    "OpenLicenseKeyPack": Channel.OPEN,
    "OpenPurchaseLicenseKeyPack": Channel.OPEN,
    "AgreementLicenseKeyPack": Channel.AGREEMENT,
}
_FETCHES: dict[str, Callable[[Clearinghouse, LicenseServer, PackRequest], KeyPack]] = {
    "Install": Clearinghouse.install,
    "Reinstall": Clearinghouse.reinstall,
    "Import": Clearinghouse.transfer,
}


def _valid(arguments: Arguments) -> bool:
    for name, value in arguments.items():
        if name in _FORMS and re.fullmatch(_FORMS[name], str(value)) is None:
            return False
        if name in _RANGES and value not in _RANGES[name]:
            return False
    return arguments.get("LicenseCount") != 0


def _request(channel: Channel, arguments: Arguments) -> PackRequest:
    def text(name: str) -> str | None:
        return cast("str | None", arguments.get(name))

    def number(name: str) -> int | None:
        return cast("int | None", arguments.get(name))

    return PackRequest(
        channel,
        str(next(arguments[name] for name in _NUMBERS if name in arguments)),
        text("sAuthorizationNumber"),
        number("AgreementType"),
        number("ProductVersion"),
        number("ProductType"),
        number("LicenseCount"),
        text("sSourceLSName"),
        text("sSourceLSProductId"),
    )


def invoke_pack_method(call: Call, method: str, arguments: Arguments) -> Result:
    """Run a method of Win32_TSLicenseKeyPack."""
    check_administrator(call)
    server = running_server(call)
    if not _valid(arguments):
        return refused(server, int(Wbem.INVALID_PARAMETER), {})
    try:
        if method in _CHANGES:
            return _CHANGES[method](call, server, arguments)
        verb = next(v for v in ("Install", "Reinstall", "Import") if method.startswith(v))
        request = _request(_CHANNELS[method.removeprefix(verb)], arguments)
        pack = _FETCHES[verb](call.host.forest.clearinghouse, server, request)
    except (Refusal, PackError) as error:
        return refused(server, error, {})
    return 0, {"KeyPackId": pack.id}


def _number(arguments: Arguments, name: str) -> int:
    return cast(int, arguments[name])


def _remove(call: Call, server: LicenseServer, arguments: Arguments) -> Result:
    remove_licenses(server, _number(arguments, "KeyPackId"), _number(arguments, "LicenseCount"))
    return 0, {}


def _uninstall_product(call: Call, server: LicenseServer, arguments: Arguments) -> Result:
    names = ("ProductVersion", "ProductType", "LicenseCount")
    uninstall_product(server, *(_number(arguments, name) for name in names))
    return 0, {}


def _uninstall(call: Call, server: LicenseServer, arguments: Arguments) -> Result:
    uninstall(server, _number(arguments, "KeyPackId"))
    return 0, {}


def _convert(call: Call, server: LicenseServer, arguments: Arguments) -> Result:
    target = call.target
    pack = 0 if target is None else cast(int, target.properties["KeyPackId"])
    return 0, {"KeypackID": convert(server, pack, _number(arguments, "Count")).id}


_CHANGES: dict[str, Callable[[Call, LicenseServer, Arguments], Result]] = {
    "ConvertLicenses": _convert,
    "RemoveLicensesWithIdCount": _remove,
    "UninstallLicenseKeyPack": _uninstall_product,
    "UninstallLicenseKeyPackWithId": _uninstall,
}


def invoke_revoke(call: Call, method: str, arguments: Arguments) -> Result:
    """Revoke of Win32_TSIssuedLicense; its codes are not listed, 0x80041001 is a guess."""
    check_administrator(call)
    server, target = running_server(call), call.target
    keys = {} if target is None else target.properties
    row = server.issued.find(cast(int, keys["LicenseId"]), cast(int, keys["KeyPackId"]))
    if row is None:
        return refused(server, int(Wbem.NOT_FOUND), {})
    try:
        result = revoke(server, row)
    except PackError as error:
        return refused(server, error, {"RevokableCals": 0})
    outputs: dict[str, Value] = {"RevokableCals": result.left}
    if result.done:
        return 0, outputs
    return int(Wbem.FAILED), outputs | {"NextRevokeAllowedOn": result.next_allowed}
