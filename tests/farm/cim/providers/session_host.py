# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Win32_TerminalServiceSetting and Win32_TSDeploymentLicensing.

Sources: Microsoft Learn pages of those names and of their methods; the page on the error codes of
the TS WMI provider. What they leave open is marked as a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import cast

from ...model.forest import ACCESS_DENIED, NOT_CONNECTABLE
from ...model.host import Host
from ...model.licensing import (
    LOCAL_MODE_KEY,
    LOCAL_SERVERS_KEY,
    REMOTE_ADMINISTRATION,
    Deployment,
    LicensingView,
    Source,
    local_servers,
    policy_mode,
    policy_servers,
)
from ..errors import CimError, Wbem
from ..instance import Embedded, Instance, Value
from ..provider import Call, Provider, Result

OK = 0
_CHANGEABLE = (0, 1, 2, 4)
_NAMES = {
    0: ("Unknown", "Unbekannt"),
    1: ("Remote Desktop for Administration", "Remotedesktop für Verwaltung"),
    2: ("Per Device", "Pro Gerät"),
    4: ("Per User", "Pro Benutzer"),
    5: ("Not Configured", "Nicht konfiguriert"),
    6: ("AAD Per User", "AAD pro Benutzer"),
}
_DEFAULTS: dict[str, Value] = {
    "ActiveDesktop": 0,
    "DeleteTempFolders": 1,
    "DisableForcibleLogoff": 0,
    "EnableAutomaticReconnection": 1,
    "EnableDFSS": 1,
    "EnableDiskFSS": 1,
    "EnableNetworkFSS": 1,
    "EnableRemoteDesktopMSI": 1,
    "FallbackPrintDriverType": 0,
    "GetCapabilitiesID": 0,
    "HomeDirectory": "",
    "NetworkFSSCatchAllWeight": 0,
    "NetworkFSSLocalSystemWeight": 0,
    "NetworkFSSUserSessionWeight": 0,
    "PossibleLicensingTypes": 12,
    "ProfilePath": "",
    "RedirectSmartCards": 1,
    "TimeZoneRedirection": 0,
    "UserPermission": 1,
    "UseRDEasyPrintDriver": 1,
    "UseTempFolders": 1,
}


def _setting(host: Host, view: LicensingView) -> dict[str, Value]:
    properties: dict[str, Value] = {
        name: 0
        for name in _POLICY_SOURCES
        if not name.endswith(("LicensingType", "LicenseServers"))
    }
    names = _NAMES[view.mode]
    properties |= _DEFAULTS
    properties |= cast("dict[str, Value]", host.writable)
    properties |= {
        "Caption": None,
        "Description": None,
        "DirectConnectLicenseServers": "",
        "InstallDate": None,
        "LicensingDescription": names[1] if host.german else names[0],
        "LicensingName": names[1] if host.german else names[0],
        "LicensingType": view.mode,
        "Name": None,
        "PolicySourceConfiguredLicenseServers": int(view.servers_source is Source.POLICY),
        "PolicySourceDirectConnectLicenseServers": 0,
        "PolicySourceLicensingType": int(view.mode_source is Source.POLICY),
        "ServerName": host.netbios,
        "Status": None,
        "TerminalServerMode": int(host.session_host),
    }
    return properties


_POLICY_SOURCES = tuple(
    f"PolicySource{name}"
    for name in (
        "AllowTSConnections",
        "DeleteTempFolders",
        "DisableForcibleLogoff",
        "EnableAutomaticReconnection",
        "EnableDFSS",
        "EnableRemoteDesktopMSI",
        "FallbackPrintDriverType",
        "HomeDirectory",
        "ProfilePath",
        "RedirectSmartCards",
        "SingleSession",
        "TimeZoneRedirection",
        "UseRDEasyPrintDriver",
        "UseTempFolders",
    )
)


class TerminalServiceSetting(Provider):
    """The host's licensing settings, computed from the registry at every read."""

    def instances(self, call: Call) -> Iterator[Instance]:
        """The one instance, keyed by the NetBIOS name."""
        known = call.definition.until
        properties = _setting(call.host, call.host.licensing())
        gone = [p for p, last in known.items() if call.host.release.build > last]
        for name in gone:
            properties.pop(name, None)
        yield Instance("Win32_TerminalServiceSetting", properties)

    def put(self, call: Call, changes: Mapping[str, Value]) -> None:
        """Store the three read/write properties."""
        call.host.writable.update(changes)

    def invoke(self, call: Call, method: str, arguments: Mapping[str, Value]) -> Result:
        """Run a licensing method; the others of the class are not simulated."""
        found = _METHODS.get(method)
        if found is None:
            return int(Wbem.NOT_SUPPORTED), {}
        if call.definition.methods[method].writes and not call.caller.administrator:
            raise CimError(Wbem.ACCESS_DENIED, "only administrators may change the settings")
        return found(call, arguments)


def _refused_by_policy(call: Call) -> Result:
    """0x80041016 is documented for values under policy; as value or as fault is a guess."""
    if call.host.plan.policy_refusal == "fault":
        raise CimError(Wbem.INVALID_OPERATION, "the value is controlled by group policy")
    return int(Wbem.INVALID_OPERATION), {}


def _change_mode(call: Call, arguments: Mapping[str, Value]) -> Result:
    wanted = cast(int, arguments["LicensingType"])
    if policy_mode(call.host.registry) is not None:
        return _refused_by_policy(call)
    if wanted not in _CHANGEABLE:
        return int(Wbem.INVALID_PARAMETER), {}
    if not call.host.session_host:
        # A guess: the page does not say what happens without the role.
        return int(Wbem.NOT_SUPPORTED), {}
    call.host.registry.set(LOCAL_MODE_KEY, "LicensingMode", "DWORD", wanted)
    return OK, {}


def _get_list(call: Call, arguments: Mapping[str, Value]) -> Result:
    return OK, {"SpecifiedLSList": list(call.host.licensing().servers) or None}


def _store(call: Call, servers: list[str]) -> Result:
    if policy_servers(call.host.registry) is not None:
        return _refused_by_policy(call)
    if servers:
        call.host.registry.set(LOCAL_SERVERS_KEY, "SpecifiedLicenseServers", "MULTI_SZ", servers)
    else:
        call.host.registry.delete_value(LOCAL_SERVERS_KEY, "SpecifiedLicenseServers")
    return OK, {}


def _own(call: Call) -> list[str]:
    return list(local_servers(call.host.registry))


def _name(arguments: Mapping[str, Value]) -> str:
    return cast(str, arguments["LicenseServerName"])


def _set_list(call: Call, arguments: Mapping[str, Value]) -> Result:
    return _store(call, cast("list[str]", arguments["SpecifiedLSList"]))


def _add(call: Call, arguments: Mapping[str, Value]) -> Result:
    own, name = _own(call), _name(arguments)
    if any(name.lower() == other.lower() for other in own):
        return OK, {}
    return _store(call, [*own, name])


def _remove(call: Call, arguments: Mapping[str, Value]) -> Result:
    own, name = _own(call), _name(arguments)
    left = [other for other in own if other.lower() != name.lower()]
    if policy_servers(call.host.registry) is None and len(left) == len(own):
        return int(Wbem.NOT_FOUND), {}
    return _store(call, left)


def _empty(call: Call, arguments: Mapping[str, Value]) -> Result:
    return _store(call, [])


def _primary(call: Call, arguments: Mapping[str, Value]) -> Result:
    own, name = _own(call), _name(arguments)
    return _store(call, [name, *(other for other in own if other.lower() != name.lower())])


def _registered(call: Call, arguments: Mapping[str, Value]) -> Result:
    if not call.host.in_domain:
        return OK, {"RegisteredLSList": None}
    servers = call.host.forest.license_servers()
    names = [s.fqdn for s in servers if s.license_server and s.license_server.registered]
    return OK, {"RegisteredLSList": names or None}


def _grace(call: Call, arguments: Mapping[str, Value]) -> Result:
    days = call.host.grace.days
    mode = call.host.licensing().mode
    if mode == REMOTE_ADMINISTRATION or days is None:
        return int(Wbem.NOT_FOUND), {}
    return OK, {"DaysLeft": days}


def _status(call: Call, server: str) -> int:
    return call.host.forest.connectivity(call.host, server, call.caller)


def _connectivity(call: Call, arguments: Mapping[str, Value]) -> Result:
    return OK, {"TStoLSConnectivityStatus": _status(call, cast(str, arguments["ServerName"]))}


def _ping(call: Call, arguments: Mapping[str, Value]) -> Result:
    """S_OK or S_FALSE; the page calls the method gone, the schema of newer hosts still has it."""
    reached = _status(call, cast(str, arguments["ServerName"])) != NOT_CONNECTABLE
    return (OK if reached else 1), {}


def _can_access(call: Call, arguments: Mapping[str, Value]) -> Result:
    status = _status(call, cast(str, arguments["ServerName"]))
    return OK, {"AccessAllowed": int(status not in (1, 2, 9, 11))}


def _find(call: Call, arguments: Mapping[str, Value]) -> Result:
    found: list[Embedded] = []
    for name in call.host.licensing().servers:
        status = _status(call, name)
        reached = status != NOT_CONNECTABLE
        found.append(
            Embedded(
                "Win32_TSDiscoveredLicenseServer",
                {
                    "HowDiscovered": 0,
                    "IsAdminOnLS": int(status != ACCESS_DENIED) if reached else 2,
                    "IsLSAvailable": int(reached),
                    "IssuingCALs": 1 if reached else 2,
                    "LicenseServer": name,
                },
            )
        )
    return OK, {"LicenseServersList": found or None, "Count": len(found)}


def _domain(call: Call, arguments: Mapping[str, Value]) -> Result:
    host = call.host
    return OK, {"Domain": host.forest.domain.dns if host.in_domain else host.plan.workgroup}


def _store_number(name: str) -> Callable[[Call, Mapping[str, Value]], Result]:
    def store(call: Call, arguments: Mapping[str, Value]) -> Result:
        if arguments[name] not in (0, 1):
            return int(Wbem.INVALID_PARAMETER), {}
        call.host.writable[name] = arguments[name]
        return OK, {}

    return store


_METHODS: dict[str, Callable[[Call, Mapping[str, Value]], Result]] = {
    "AddLSToSpecifiedLicenseServerList": _add,
    "CanAccessLicenseServer": _can_access,
    "ChangeMode": _change_mode,
    "EmptySpecifiedLicenseServerList": _empty,
    "FindLicenseServers": _find,
    "GetDomain": _domain,
    "GetGracePeriodDays": _grace,
    "GetRegisteredLicenseServerList": _registered,
    "GetSpecifiedLicenseServerList": _get_list,
    "GetTStoLSConnectivityStatus": _connectivity,
    "PingLicenseServer": _ping,
    "RemoveLSFromSpecifiedLicenseServerList": _remove,
    "SetAllowTSConnections": _store_number("AllowTSConnections"),
    "SetPrimaryLicenseServer": _primary,
    "SetSingleSession": _store_number("SingleSession"),
    "SetSpecifiedLicenseServerList": _set_list,
}


class DeploymentLicensing(Provider):
    """The deployment's central settings; whether an instance exists is up to the scenario."""

    def instances(self, call: Call) -> Iterator[Instance]:
        """One instance when the host belongs to a deployment."""
        deployment = call.host.deployment
        if deployment is None:
            return
        properties: dict[str, Value] = {
            "Caption": None,
            "Description": None,
            "InstallDate": None,
            "LicenseServers": list(deployment.servers) or None,
            "LicensingType": deployment.mode,
            "Name": None,
            "Status": None,
            "UseCentralLicensingSettings": deployment.central,
        }
        yield Instance("Win32_TSDeploymentLicensing", properties)

    def put(self, call: Call, changes: Mapping[str, Value]) -> None:
        """Store the three settings; only 2, 4 and 5 are documented for LicensingType."""
        if changes["LicensingType"] not in (2, 4, 5):
            raise CimError(Wbem.VALUE_OUT_OF_RANGE, "LicensingType is 2, 4 or 5")
        call.host.deployment = Deployment(
            central=bool(changes["UseCentralLicensingSettings"]),
            mode=cast(int, changes["LicensingType"]),
            servers=[str(name) for name in cast("list[str]", changes["LicenseServers"] or [])],
        )
