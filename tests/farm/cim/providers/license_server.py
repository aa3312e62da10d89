# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Win32_TSLicenseServer (Microsoft Learn: the page of that name and those of its methods)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import cast

from ...model import activation
from ...model.clearinghouse import Refusal
from ...model.license_server import LicenseServer
from ...model.licensing import POLICY_KEY
from ..errors import CimError, Wbem
from ..instance import Instance, Value
from ..provider import Call, Provider, Result
from .refusals import refused

_NO_GROUP_METHODS_SINCE = 9200
_ROLES = (0, 1, 2)


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
        """Run a method; activation ends with a status even when it fails."""
        check_administrator(call)
        server = running_server(call)
        if method in _ACTIVATIONS:
            return _activate(call, server, method, arguments)
        if method in _IN_DIRECTORY:
            return _in_directory(call, server, method, arguments)
        return _HERE[method](call, server, arguments)


Method = Callable[[Call, LicenseServer, Mapping[str, Value]], Result]


# -- activation -----------------------------------------------------------------------------

_ACTIVATIONS = (
    "ActivateServer",
    "ActivateServerAutomatic",
    "DeactivateServer",
    "DeactivateServerAutomatic",
    "ReactivateServer",
    "ReactivateServerAutomatic",
)


def _activate(
    call: Call, server: LicenseServer, method: str, arguments: Mapping[str, Value]
) -> Result:
    house = call.host.forest.clearinghouse
    if arguments.get("Reason", 0) not in activation.REASONS:
        code = int(Wbem.INVALID_PARAMETER)
        return refused(server, code, {"ActivationStatus": server.status})
    text = str(next(iter(arguments.values()), ""))
    try:
        match method:
            case "ActivateServer":
                activation.activate_with(server, text, house)
            case "ActivateServerAutomatic":
                activation.activate_automatically(server, house)
            case "DeactivateServer":
                activation.deactivate_with(server, text, house)
            case "DeactivateServerAutomatic":
                activation.deactivate_automatically(server, house)
            case "ReactivateServer":
                activation.reactivate_with(server, text, house)
            case dummy:
                activation.reactivate_automatically(server, house)
    except Refusal as error:
        return refused(server, error, {"ActivationStatus": server.status})
    return 0, {"ActivationStatus": server.status}


# -- what needs no directory ----------------------------------------------------------------


def _status(call: Call, server: LicenseServer, arguments: Mapping[str, Value]) -> Result:
    return 0, {"ActivationStatus": server.status}


def _id(call: Call, server: LicenseServer, arguments: Mapping[str, Value]) -> Result:
    if not server.activated:
        return int(Wbem.NOT_FOUND), {}
    return 0, {"sLicenseServerId": server.license_server_id}


def _on_controller(call: Call, server: LicenseServer, arguments: Mapping[str, Value]) -> Result:
    return 0, {"OnDC": call.host.plan.domain_controller}


def _policy_on(call: Call, name: str) -> bool:
    found = call.host.registry.get(POLICY_KEY, name)
    return found is not None and found[1] == 1


def _only_members(call: Call, server: LicenseServer, arguments: Mapping[str, Value]) -> Result:
    return 0, {"Enabled": _policy_on(call, "fSecureLicensing")}


def _no_upgrade(call: Call, server: LicenseServer, arguments: Mapping[str, Value]) -> Result:
    return 0, {"Enabled": _policy_on(call, "fPreventLicenseUpgrade")}


def _is_endpoint(server: LicenseServer, name: str) -> bool:
    short = name.lower().partition(".")[0]
    return any(short == n.lower().partition(".")[0] for n in server.plan.endpoint_servers)


def _secure_access(call: Call, server: LicenseServer, arguments: Mapping[str, Value]) -> Result:
    name = str(arguments["tsname"])
    allowed = not _policy_on(call, "fSecureLicensing") or _is_endpoint(server, name)
    return 0, {"Allowed": allowed}


def _endpoint(call: Call, server: LicenseServer, arguments: Mapping[str, Value]) -> Result:
    return 0, {"IsMember": _is_endpoint(server, str(arguments["tsname"]))}


def _gone(call: Call, server: LicenseServer, arguments: Mapping[str, Value]) -> Result:
    """Not supported since 2012; what they did before is not simulated either."""
    if call.host.release.build < _NO_GROUP_METHODS_SINCE:
        raise CimError(Wbem.PROVIDER_NOT_CAPABLE, "not simulated before 2012")
    return int(Wbem.NOT_SUPPORTED), {}


_HERE: dict[str, Method] = {
    "CreateTSCGroup": _gone,
    "GetActivationStatus": _status,
    "GetLicenseServerId": _id,
    "IsLSonDC": _on_controller,
    "IsLSPreventUpgradeGPEnabled": _no_upgrade,
    "IsLSSecGrpGPEnabled": _only_members,
    "IsSecureAccessAllowed": _secure_access,
    "IsTSCGroupPresent": _gone,
    "IsTSinTSCGroup": _endpoint,
    "RemoveTSCGroup": _gone,
}


# -- the directory --------------------------------------------------------------------------


def _in_directory(
    call: Call, server: LicenseServer, method: str, arguments: Mapping[str, Value]
) -> Result:
    """Methods that ask the domain, as the caller: without delegation it knows nobody.

    In a workgroup there is no domain. Both codes are guesses.
    """
    if not call.host.in_domain:
        return int(Wbem.NOT_SUPPORTED), {}
    if not (server.plan.delegation or call.host.plan.domain_controller):
        return refused(server, int(Wbem.ACCESS_DENIED), {})
    return _IN_DIRECTORY[method](call, server, arguments)


def _in_group(call: Call, server: LicenseServer, arguments: Mapping[str, Value]) -> Result:
    domain = str(arguments["Domain"]).lower()
    own = call.host.forest.domain
    if domain not in ("", own.dns.lower(), own.netbios.lower()):
        return int(Wbem.NOT_FOUND), {}
    return 0, {"IsMember": server.in_group}


def _is_published(call: Call, server: LicenseServer, arguments: Mapping[str, Value]) -> Result:
    return 0, {"Published": server.published}


def _is_registered(call: Call, server: LicenseServer, arguments: Mapping[str, Value]) -> Result:
    return 0, {"Registered": server.registered}


def _change_role(call: Call, server: LicenseServer, arguments: Mapping[str, Value]) -> Result:
    if arguments["ServerRole"] not in _ROLES:
        return int(Wbem.INVALID_PARAMETER), {}
    server.role = cast(int, arguments["ServerRole"])
    return 0, {}


def _setter(name: str, value: bool) -> Method:
    def set_flag(call: Call, server: LicenseServer, arguments: Mapping[str, Value]) -> Result:
        setattr(server, name, value)
        return 0, {}

    return set_flag


_IN_DIRECTORY: dict[str, Method] = {
    "AddLStoTSLSGroup": _setter("in_group", True),
    "ChangeRole": _change_role,
    "IsLSPublished": _is_published,
    "IsLSRegisteredToSCP": _is_registered,
    "IsLSinTSLSGroup": _in_group,
    "PublishLS": _setter("published", True),
    "RegisterLSToSCP": _setter("registered", True),
    "RemoveLSfromTSLSGroup": _setter("in_group", False),
    "UnRegisterLSFromSCP": _setter("registered", False),
    "UnpublishLS": _setter("published", False),
}
