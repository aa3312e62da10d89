# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Windows services behind the role services."""

from __future__ import annotations

from enum import StrEnum

from .._windows.services import ServiceError, Services
from .change import Outcome, Progress


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
