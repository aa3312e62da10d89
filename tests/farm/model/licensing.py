# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The licensing state of a session host, computed from the registry as Windows does.

Precedence: policy, then the deployment's central settings, then the host's own values
(Microsoft Learn: Win32_TerminalServiceSetting, Win32_TSDeploymentLicensing; the support article
on the licensing mode warning). Registry places: the ADMX file of Terminal Services and the
support articles that name the local values.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from .registry import Registry, RegType

POLICY_KEY = r"HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services"
POLICY_SERVERS_SUBKEY = POLICY_KEY + r"\LicenseServers"
LOCAL_MODE_KEY = r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\RCM\Licensing Core"
LOCAL_SERVERS_KEY = r"HKLM\SYSTEM\CurrentControlSet\Services\TermService\Parameters\LicenseServers"
RCM_KEY = r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\RCM"
GRACE_KEY = RCM_KEY + r"\GracePeriod"
CERTIFICATE = "X509 Certificate"
LISTENER_KEY = r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp"

REMOTE_ADMINISTRATION = 1
NOT_CONFIGURED = 5
KNOWN_MODES = frozenset({0, REMOTE_ADMINISTRATION, 2, 4, NOT_CONFIGURED, 6})


class Source(enum.StrEnum):
    """Which place rules a setting."""

    POLICY = "policy"
    DEPLOYMENT = "deployment"
    LOCAL = "local"
    NONE = "none"


@dataclass(slots=True)
class Deployment:
    """The settings of Win32_TSDeploymentLicensing."""

    central: bool
    mode: int
    servers: list[str]


@dataclass(frozen=True, slots=True)
class LicensingView:
    """What the licensing provider answers at one moment."""

    session_host: bool
    mode: int
    mode_source: Source
    servers: tuple[str, ...]
    servers_source: Source
    policy_mode: int | None
    policy_servers: tuple[str, ...] | None
    local_mode: int
    local_servers: tuple[str, ...]


def policy_mode(registry: Registry) -> int | None:
    """The policy's mode; a value that is no DWORD counts as not set (a guess)."""
    found = registry.get(POLICY_KEY, "LicensingMode")
    if found is None or found[0] is not RegType.DWORD or not isinstance(found[1], int):
        return None
    return found[1]


def policy_servers(registry: Registry) -> tuple[str, ...] | None:
    """The policy's list: one string, split at commas, blanks trimmed, empty parts dropped.

    Sub-keys below LicenseServers give no server. A list with no name left counts as not set
    (a guess: the ADMX file marks the element as required).
    """
    found = registry.get(POLICY_KEY, "LicenseServers")
    if found is None or not isinstance(found[1], str):
        return None
    names = tuple(part.strip() for part in found[1].split(",") if part.strip())
    return names or None


def local_servers(registry: Registry) -> tuple[str, ...]:
    """The host's own list."""
    found = registry.get(LOCAL_SERVERS_KEY, "SpecifiedLicenseServers")
    return tuple(found[1]) if found is not None and isinstance(found[1], list) else ()


def local_mode(registry: Registry, session_host: bool) -> int:
    """The host's own mode; without a value 5 with the role and 1 without it."""
    found = registry.get(LOCAL_MODE_KEY, "LicensingMode")
    if found is None or not isinstance(found[1], int):
        return NOT_CONFIGURED if session_host else REMOTE_ADMINISTRATION
    return found[1]


def stray_subkeys(registry: Registry) -> list[str]:
    """Paths of the sub-keys that how-tos create below the policy's LicenseServers."""
    return list(registry.walk(POLICY_SERVERS_SUBKEY))


def stray_values(registry: Registry) -> list[str]:
    """Names of the values directly in that key, which no Windows reads either."""
    return [name for name, dummy_kind, dummy_data in registry.values(POLICY_SERVERS_SUBKEY)]


def licensing_view(
    registry: Registry,
    session_host: bool,
    deployment: Deployment | None,
    *,
    policy_read: bool = True,
) -> LicensingView:
    """Compute mode and servers with their sources; without ``policy_read`` as if no policy was."""
    by_policy = policy_mode(registry) if policy_read else None
    names_by_policy = policy_servers(registry) if policy_read else None
    own_mode, own_servers = local_mode(registry, session_host), local_servers(registry)
    central = deployment is not None and deployment.central
    if by_policy is not None:
        mode, mode_source = by_policy, Source.POLICY
    elif central and deployment is not None:
        mode, mode_source = deployment.mode, Source.DEPLOYMENT
    else:
        mode = own_mode
        mode_source = Source.NONE if own_mode == NOT_CONFIGURED else Source.LOCAL
    if names_by_policy is not None:
        servers, servers_source = names_by_policy, Source.POLICY
    elif central and deployment is not None:
        servers, servers_source = tuple(deployment.servers), Source.DEPLOYMENT
    else:
        servers = own_servers
        servers_source = Source.LOCAL if own_servers else Source.NONE
    if not session_host:
        mode = REMOTE_ADMINISTRATION
    elif mode not in KNOWN_MODES:
        mode = 0
    return LicensingView(
        session_host=session_host,
        mode=mode,
        mode_source=mode_source,
        servers=servers,
        servers_source=servers_source,
        policy_mode=by_policy,
        policy_servers=names_by_policy,
        local_mode=own_mode,
        local_servers=own_servers,
    )
