# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what the host reaches and what reaches it: one PowerShell step each, where asked for."""

from __future__ import annotations

from collections.abc import Sequence

from ..._cim.errors import CimError
from .collecting import Collector, why
from .observations import LICENSING_SERVICE, Firewall, Name, Network, Observed, Port
from .reach_rules import CLEARINGHOUSE, HTTPS_PORT, RPC_PORT
from .remote_steps import RemoteSteps

RPC_PORTS = ("RPC", "RPCEPMap", str(RPC_PORT), "49152-65535")
"""RPC as rules of Windows Firewall name it (Microsoft Learn: New-NetFirewallRule, LocalPort), and
the range from which Windows takes its dynamic ports."""
FIREWALL_RULES = 200
"""Rules that are read: a server has some dozens that let RPC in."""
_PROBE_SECONDS = 3


def read_network(steps: RemoteSteps, reads: Collector, seen: Observed) -> Network | None:
    """The way from a session host to its license servers, and from one of those to Microsoft."""
    servers: Sequence[str] = (seen.settings.servers or ()) if seen.settings else ()
    ports = [(each, RPC_PORT) for each in servers]
    if seen.server is not None and seen.server.activated is False:
        ports.append((CLEARINGHOUSE, HTTPS_PORT))
    if not ports:
        return Network()
    names = [host for host, dummy in ports]
    try:
        found = steps.probe_network(names, ports, _PROBE_SECONDS)
    except CimError as error:
        reads.miss("network", why(error))
        return None
    return Network(
        tuple(Name(each.name, each.addresses, each.error) for each in found.resolved),
        tuple(Port(each.host, each.port, each.open, each.error) for each in found.tcp),
    )


def read_firewall(steps: RemoteSteps, reads: Collector) -> Firewall | None:
    """Who gets through the firewall of a license server to RPC."""
    try:
        found = steps.read_firewall(RPC_PORTS, (LICENSING_SERVICE,), FIREWALL_RULES)
    except CimError as error:
        reads.miss("firewall", why(error))
        return None
    if not found.complete:
        reads.miss(
            "more firewall rules", f"there are more than {FIREWALL_RULES}: only so many were read"
        )
    return Firewall(
        open_rules=tuple(
            dict.fromkeys(each.display for each in found.rules if each.open_to_everyone)
        ),
        unguarded=tuple(each.name for each in found.profiles if not each.guards),
    )
