# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Windows server behind a carrier, on which role services are installed and removed.

It also stands for the PowerShell steps and for the restart, which the code under test is given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.session import (
    CimSession,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing import (
    role_installation,
    role_services,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    Outcome,
    Progress,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.features import (
    FeatureChange,
    RestartNeeded,
)
from unit.plugin_utils.fake_host import WMI, FakeHost
from unit.plugin_utils.fake_registry import DWORD, MULTI_SZ
from unit.plugin_utils.soap import Sent, fault, instance, outputs

SERVICING = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing"
UPDATES = r"SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update"
SESSION_MANAGER = r"SYSTEM\CurrentControlSet\Control\Session Manager"
CACHE = r"SOFTWARE\Microsoft\ServerManager\ServicingStorage\ServerComponentCache"
NO_CLASS = fault(2150858752, "a:DestinationUnreachable", "no such class")
BUILTIN = {"KeyPackId": 2, "KeyPackType": 6, "ProductType": 3, "TotalLicenses": 4294967295}
BOUGHT = {"KeyPackId": 3, "KeyPackType": 2, "ProductType": 1, "TotalLicenses": 50}
ABSENT: dict[str, Any] = {"installed": False, "service_state": None, "start_mode": None}
RUNNING: dict[str, Any] = {"installed": True, "service_state": "Running", "start_mode": "Auto"}
PACK = {
    "AccessRights": 1,
    "AvailableLicenses": 0,
    "Description": "",
    "ExpirationDate": "2038-01-01T00:00:00Z",
    "IssuedLicenses": 0,
    "ProductVersion": "",
    "ProductVersionID": 7,
    "TypeAndModel": "",
}


@dataclass
class RoleServer(FakeHost):
    """A bare member server of release 2022; see the fields for what it may be instead.

    ``restart`` of a feature's change is what the cmdlet answers; with YES the change waits.
    """

    session_host: bool = False
    build: str | None = "20348"
    product_type: int | None = 3
    licensing: bool = False
    start_mode: str = "Auto"
    running: bool = True
    others: tuple[str, ...] = ()
    classes: bool = True
    """Whether the classes of RD Licensing come with its service."""
    provider: str = ""
    """A fault that the class answers with, though it is there."""
    packs: list[dict[str, Any]] | str = field(default_factory=lambda: [BUILTIN])
    restart: dict[str, RestartNeeded] = field(
        default_factory=lambda: {
            "RDS-RD-Server": RestartNeeded.YES,
            "RDS-Licensing": RestartNeeded.NO,
        }
    )
    marks_restart: bool = True
    """Whether a change that waits leaves a mark in the registry."""
    trouble: list[Exception] = field(default_factory=list)
    """What the PowerShell steps raise, one after the other; done all the same with ``done``."""
    done: bool = False
    nothing_to_do: bool = False
    """Let the cmdlet find nothing to do, whatever there is."""
    on_install: Callable[[], None] | None = None
    on_restart: Callable[[], None] | None = None
    """What happens at a restart, instead of completing what waits."""
    restart_also_completes: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        for key in (SERVICING, UPDATES, SESSION_MANAGER, CACHE):
            self.registry.create(key)
        self.steps: list[tuple[str, Any]] = []
        self.restarts: list[float] = []
        self._waiting: list[Callable[[], None]] = []
        self.on_call("Win32_Service.ChangeStartMode", self._change_start_mode)
        self.on_call("Win32_Service.StartService", self._start_service)

    # -- what is given to the code under test -------------------------------------------------

    def install(self, name: str, *, management_tools: bool) -> FeatureChange:
        """Install-WindowsFeature."""
        self.steps.append((f"install {name}", management_tools))
        if self.on_install is not None:
            self.on_install()
        return self._change(name, True)

    def remove(self, name: str) -> FeatureChange:
        """Uninstall-WindowsFeature."""
        self.steps.append((f"remove {name}", None))
        return self._change(name, False)

    def restart_within(self, timeout: float) -> CimSession:
        """A restart: what waits is completed."""
        self.restarts.append(timeout)
        if self.on_restart is not None:
            self.on_restart()
            if not self.restart_also_completes:
                return self.session()
        for each in self._waiting:
            each()
        self._waiting.clear()
        self.pend(False)
        return self.session()

    # -- for tests ----------------------------------------------------------------------------

    def pend(self, waits: bool = True, key: str = rf"{SERVICING}\RebootPending") -> RoleServer:
        """Have features or updates wait for a restart, or no longer."""
        if waits:
            self.registry.create(key)
        else:
            self.registry.call("DeleteKey", key, "", [])
        return self

    def renames(self, *names: str) -> RoleServer:
        """Have files to be renamed when Windows starts."""
        self.registry.put(SESSION_MANAGER, "PendingFileRenameOperations", MULTI_SZ, list(names))
        return self

    def cached(self, name: str, state: int) -> RoleServer:
        """What the cache of Server Manager says of a feature."""
        self.registry.put(rf"{CACHE}\{name}", "InstallState", DWORD, state)
        return self

    # -- the model ----------------------------------------------------------------------------

    def _change(self, name: str, there: bool) -> FeatureChange:
        if self.trouble:
            problem = self.trouble.pop(0)
            if not self.done:
                raise problem
            self._finish(name, there)
            raise problem
        there_now = self.session_host if name == "RDS-RD-Server" else self.licensing
        if self.nothing_to_do or there_now == there:
            return FeatureChange((), RestartNeeded.NO)
        self._finish(name, there)
        return FeatureChange((name,), self.restart[name])

    def _finish(self, name: str, there: bool) -> None:
        if self.restart[name] is RestartNeeded.NO:
            self._apply(name, there)
            return
        self._waiting.append(lambda: self._apply(name, there))
        if self.marks_restart:
            self.pend().cached(name, 3 if there else 2)

    def _apply(self, name: str, there: bool) -> None:
        if name == "RDS-RD-Server":
            self.session_host = there
        else:
            self.licensing = there
        self.cached(name, int(there))

    def _service_rows(self) -> list[dict[str, Any]]:
        rows = {"TermService": ("Running", "Manual")}
        if self.licensing:
            rows["TermServLicensing"] = ("Running" if self.running else "Stopped", self.start_mode)
        rows |= dict.fromkeys(self.others, ("Running", "Auto"))
        return [
            {"Name": name, "State": state, "StartMode": mode}
            for name, (state, mode) in rows.items()
        ]

    def _change_start_mode(self, inputs: dict[str, list[str]]) -> dict[str, Any]:
        # It reads Auto what it takes as Automatic.
        if inputs["StartMode"] != ["Automatic"]:
            return {"ReturnValue": 21}
        self.start_mode = "Auto"
        return {"ReturnValue": 0}

    def _start_service(self, dummy: dict[str, list[str]]) -> dict[str, Any]:
        if self.start_mode == "Disabled":
            return {"ReturnValue": 14}
        self.running = True
        return {"ReturnValue": 0}

    def _rows(self, cls: str, query: str) -> list[dict[str, Any]] | str:
        if cls == "Win32_OperatingSystem":
            return [{"BuildNumber": self.build, "ProductType": self.product_type}]
        if cls == "Win32_Service":
            return [each for each in self._service_rows() if f"'{each['Name']}'" in query]
        if cls == "Win32_TSLicenseKeyPack":
            if not (self.licensing and self.classes):
                return NO_CLASS
            return (
                self.packs if isinstance(self.packs, str) else [PACK | each for each in self.packs]
            )
        return super()._rows(cls, query)

    def _invoke(self, what: str, sent: Sent) -> str:
        if what == "Win32_TSLicenseServer.Get":
            if not (self.licensing and self.classes):
                return NO_CLASS
            values = {"DatabasePath": "x"}
            uri = f"{WMI}/root/cimv2/Win32_TSLicenseServer"
            return self.provider or instance(uri, "Win32_TSLicenseServer", values)
        if what.startswith("Win32_Service."):
            found = self._overridden[what](sent.inputs())
            return outputs(sent.header("ResourceURI"), sent.action, found)
        return super()._invoke(what, sent)


def carry_out(
    server: RoleServer, progress: Progress, name: str, check_mode: bool = False, **options: Any
) -> Outcome:
    """Have a role service as wanted on a server, as the action plugin does it."""
    role = role_services.RoleService[name.upper()]
    job = role_installation.RoleInstallation(
        server.session(read_only=check_mode),
        server,
        server.restart_within,
        role_installation.RoleOptions(role, **options),
    )
    return job.ensure(progress, check_mode=check_mode)


def ensure(server: RoleServer, name: str = "licensing", **options: Any) -> Outcome:
    """Have it as wanted; nobody waits."""
    return carry_out(server, Progress(sleep=server.sleep), name, **options)


def check(server: RoleServer, name: str = "licensing", **options: Any) -> Outcome:
    """Check mode: neither writes nor starts PowerShell."""
    before = list(server.writes), list(server.steps), list(server.restarts)
    outcome = ensure(server, name, check_mode=True, **options)
    assert (server.writes, server.steps, server.restarts) == before
    return outcome


def told(outcome: Outcome) -> tuple[bool, bool, bool]:
    """Changed, reboot_required, rebooted."""
    return outcome.changed, outcome.values["reboot_required"], outcome.values["rebooted"]
