# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Win32_Service and Win32_TerminalService (Microsoft Learn: Win32_Service)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from ...model.host import Host
from ...model.services import Service
from ..instance import Instance, Value
from ..provider import Call, Provider, Result

ACCESS_DENIED = 2


class ServiceProvider(Provider):
    """All services, derived class included."""

    def instances(self, call: Call) -> Iterator[Instance]:
        """Services in alphabetical order."""
        for name in sorted(call.host.services, key=str.lower):
            service = call.host.services[name]
            yield Instance(service.kind.cim_class, _properties(call.host, service))

    def invoke(self, call: Call, method: str, arguments: Mapping[str, Value]) -> Result:
        """StartService, StopService, ChangeStartMode, InterrogateService."""
        if call.target is None:
            return ACCESS_DENIED, {}
        service = call.host.services[cast(str, call.target.properties["Name"])]
        if method == "InterrogateService":
            return service.interrogate(), {}
        if not call.caller.administrator:
            return ACCESS_DENIED, {}
        if method == "ChangeStartMode":
            return service.change_start_mode(cast(str, arguments["StartMode"])), {}
        return (service.start() if method == "StartService" else service.stop()), {}


class TerminalServiceProvider(ServiceProvider):
    """The derived class: only the services that belong to it."""

    def instances(self, call: Call) -> Iterator[Instance]:
        """Only Win32_TerminalService."""
        return (i for i in super().instances(call) if i.cls == "Win32_TerminalService")


def _process(service: Service) -> int:
    """A number that changes with each start; Windows' are multiples of four."""
    return 4 * (250 + sum(service.kind.name.encode()) + service.starts)


def _properties(host: Host, service: Service) -> dict[str, Value]:
    kind, state = service.kind, service.state
    running = state == "Running"
    properties: dict[str, Value] = {
        "AcceptPause": False,
        "AcceptStop": running,
        "Caption": kind.display_de if host.german else kind.display,
        "CheckPoint": 0,
        "CreationClassName": kind.cim_class,
        "DelayedAutoStart": False,
        "Description": kind.display_de if host.german else kind.display,
        "DesktopInteract": False,
        "DisplayName": kind.display_de if host.german else kind.display,
        "ErrorControl": "Normal",
        "ExitCode": 0 if running else 1077,
        "InstallDate": None,
        "Name": kind.name,
        "PathName": kind.path,
        "ProcessId": _process(service) if state != "Stopped" else 0,
        "ServiceSpecificExitCode": 0,
        "ServiceType": "Share Process",
        "Started": state != "Stopped",
        "StartMode": service.start_mode,
        "StartName": kind.account,
        "State": state,
        "Status": "OK",
        "SystemCreationClassName": "Win32_ComputerSystem",
        "SystemName": host.netbios,
        "TagId": 0,
        "WaitHint": 0,
    }
    if kind.cim_class == "Win32_TerminalService":
        properties |= {"DisconnectedSessions": 0, "TotalSessions": 0}
    return properties
