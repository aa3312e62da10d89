# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Windows Firewall of one host, as all sources of its rules together have it.

Microsoft Learn: Get-NetFirewallRule, Get-NetFirewallPortFilter, Get-NetFirewallAddressFilter,
Get-NetFirewallServiceFilter, Get-NetFirewallProfile. Which rules Windows brings along for RPC and
for RD Licensing is a guess; that predefined rules leave out no address is common experience.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PROFILES = ("Domain", "Private", "Public")
NAMESPACE = "root/standardcimv2"
"""Where the cmdlets find rules: refused by ``denied``."""
ANY = "Any"


@dataclass(frozen=True, slots=True)
class FirewallRule:
    """A rule with its filters, in the words of the cmdlets."""

    name: str
    display: str
    group: str = ""
    ports: tuple[str, ...] = (ANY,)
    service: str = ANY
    remote: tuple[str, ...] = (ANY,)
    profiles: tuple[str, ...] = (ANY,)
    enabled: bool = True
    direction: str = "Inbound"
    action: str = "Allow"


@dataclass(frozen=True, slots=True)
class FirewallPlan:
    """What the scenario says. ``rules`` None: those that Windows brings along.

    ``profiles`` are ``disabled`` or ``allow`` (what no rule is about comes in) by name.
    """

    rules: tuple[FirewallRule, ...] | None = None
    profiles: Mapping[str, str] = field(default_factory=dict)


_WINRM = FirewallRule(
    "WINRM-HTTP-In-TCP",
    "Windows Remote Management (HTTP-In)",
    "Windows Remote Management",
    ("5985",),
)
_EVENT_LOG = FirewallRule(
    "RemoteEventLogSvc-RPCSS-In-TCP",
    "Remote Event Log Management (RPC-EPMAP)",
    "Remote Event Log Management",
    ("RPCEPMap",),
    "RPCSS",
    enabled=False,
)
_LICENSING = (
    FirewallRule(
        "TermSrvLicensing-RPC-In-TCP",
        "Remote Desktop Licensing (RPC)",
        "Remote Desktop Licensing",
        ("RPC",),
        "TermServLicensing",
    ),
    FirewallRule(
        "TermSrvLicensing-RPCSS-In-TCP",
        "Remote Desktop Licensing (RPC-EPMAP)",
        "Remote Desktop Licensing",
        ("RPCEPMap",),
        "RPCSS",
    ),
)


@dataclass(frozen=True, slots=True)
class Profile:
    """A network profile as Get-NetFirewallProfile shows it."""

    name: str
    enabled: bool
    inbound: str


class Firewall:
    """The rules and profiles of one host."""

    def __init__(self, plan: FirewallPlan) -> None:
        self._plan = plan

    def rules(self, *, licensing: bool) -> tuple[FirewallRule, ...]:
        """All rules; some come with RD Licensing."""
        if self._plan.rules is not None:
            return self._plan.rules
        return (_WINRM, _EVENT_LOG, *(_LICENSING if licensing else ()))

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The three profiles."""
        states = {name: self._plan.profiles.get(name, "enabled") for name in PROFILES}
        return tuple(
            Profile(name, state != "disabled", "Allow" if state == "allow" else "Block")
            for name, state in states.items()
        )
