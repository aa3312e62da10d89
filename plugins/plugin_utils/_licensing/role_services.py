# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role services: what shows that one is installed, and the Windows services behind them.

RD Licensing is there when its service and its WMI classes are; RD Session Host when Windows says
that it is in that mode. Win32_ServerFeature is not asked: on supported servers its silence says
nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from .._cim.errors import Fault
from .._cim.session import CimSession
from .._windows.features import InstallState, cached_state
from .._windows.reboot import PendingRestart, read_pending_restart
from .._windows.registry import Registry
from .._windows.services import ServiceError, Services
from .._windows.start_mode import ServiceStatus, read_services
from .change import Outcome, Progress
from .license_servers.license_server import (
    NotALicenseServer,
    ServiceNotRunning,
    read_contact_instance,
)
from .session_hosts.session_host import SessionHost

_OTHER_ROLES = {"Tssdis": "RD Connection Broker", "TSGateway": "RD Gateway"}
"""By their services. RD Web Access has none, and is not looked for."""


class RoleService(StrEnum):
    """A role service, by its Windows service, with what depends on that by default.

    Source: Microsoft Learn, "Security guidelines for system services in Windows Server": the
    port redirector UmRdpService depends on TermService.
    """

    SESSION_HOST = "TermService"
    LICENSING = "TermServLicensing"

    @property
    def dependents(self) -> tuple[str, ...]:
        """Services that may keep it from stopping."""
        return ("UmRdpService",) if self is RoleService.SESSION_HOST else ()

    @property
    def display_name(self) -> str:
        """What Windows calls it."""
        return "RD Session Host" if self is RoleService.SESSION_HOST else "RD Licensing"

    @property
    def feature(self) -> str:
        """What Install-WindowsFeature calls it."""
        return "RDS-RD-Server" if self is RoleService.SESSION_HOST else "RDS-Licensing"


@dataclass(frozen=True, slots=True)
class RoleState:
    """A role service as the module returns it; the service is as Windows spells it."""

    installed: bool
    service_state: str | None
    start_mode: str | None
    reboot_pending: bool

    def as_dict(self) -> dict[str, Any]:
        """As the module returns it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class RoleSeen:
    """Everything that was read of a role service.

    :param partly: its service is there, but not its WMI classes.
    """

    installed: bool
    partly: bool
    service: ServiceStatus | None
    pending: PendingRestart
    beside: tuple[str, ...]
    """Other role services on the same computer, as Windows calls them."""

    @property
    def state(self) -> RoleState:
        """What the module returns of it."""
        return RoleState(
            installed=self.installed,
            service_state=self.service.state if self.service else None,
            start_mode=self.service.start_mode if self.service else None,
            reboot_pending=bool(self.pending.reasons),
        )


def read_role(session: CimSession, role: RoleService) -> RoleSeen:
    """Read a role service: seven requests.

    :raises NothingThere: the account lacks the right to see it.
    """
    services = read_services(session, (*RoleService, *_OTHER_ROLES))
    hosting = _is_session_host(session)
    beside = [title for name, title in _OTHER_ROLES.items() if name in services]
    installed, partly = hosting, False
    if role is RoleService.SESSION_HOST:
        if RoleService.LICENSING in services:
            beside.append(RoleService.LICENSING.display_name)
    else:
        if hosting:
            beside.append(RoleService.SESSION_HOST.display_name)
        there = role in services
        installed = there and _has_licensing_classes(session)
        partly = there and not installed
    return RoleSeen(
        installed=installed,
        partly=partly,
        service=services.get(role),
        pending=read_pending_restart(Registry(session)),
        beside=tuple(beside),
    )


def waits_for_restart(session: CimSession, role: RoleService, seen: RoleSeen, state: str) -> bool:
    """Whether the feature was installed or removed before, and only a restart is missing.

    Server Manager's cache is believed only together with a pending restart; when it is
    wrong, the cmdlet runs once too often and finds nothing to do.

    :param state: what is wanted, ``present`` or ``absent``.
    """
    if not seen.pending.servicing:
        return False
    cached = cached_state(Registry(session), role.feature)
    if state == "present":
        return cached in (InstallState.INSTALLED, InstallState.INSTALL_PENDING)
    return cached in (
        InstallState.AVAILABLE,
        InstallState.UNINSTALL_PENDING,
        InstallState.NOT_PRESENT,
        InstallState.REMOVED,
    )


def _is_session_host(session: CimSession) -> bool:
    try:
        return SessionHost(session).setting().session_host
    except Fault as fault:
        if not fault.no_such_class:
            raise
        return False


def _has_licensing_classes(session: CimSession) -> bool:
    try:
        read_contact_instance(session)
    except NotALicenseServer:
        return False
    except ServiceNotRunning:
        return True  # the class is known; what stands behind it does not answer
    return True


def ensure_service(
    services: Services,
    role: RoleService,
    *,
    restart: bool,
    wait: float,
    progress: Progress,
    check_mode: bool,
) -> Outcome:
    """Have the service running; with ``restart`` stop it first, and what depends on it.

    :param wait: seconds for each start and stop.
    :raises ServiceError: it is not installed, refused, or too slow.
    """
    state = services.state(role.value)
    if state is None:
        raise ServiceError(
            role.value,
            "it does not exist on this host",
            "install the role service, or take the host out of the group",
        )
    running = state == "Running"
    changed = restart or not running
    if changed and not check_mode:
        _bring_up(services, role, stop_first=restart and running, wait=wait, progress=progress)
    after = "Running" if check_mode else services.state(role.value)
    return Outcome(changed, {"state": state}, {"state": after if changed else state})


def _bring_up(
    services: Services, role: RoleService, *, stop_first: bool, wait: float, progress: Progress
) -> None:
    stopped: list[str] = []
    if stop_first:
        progress.uncertain = f"stop {role.value}"
        stopped = services.stop(role.value, wait, role.dependents)
        progress.applied.append(f"stop {role.value}")
    for name in (role.value, *stopped):
        progress.uncertain = f"start {name}"
        services.start(name, wait)
        progress.applied.append(f"start {name}")
    progress.uncertain = None
