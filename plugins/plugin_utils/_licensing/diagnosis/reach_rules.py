# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the way from a session host to its license servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .findings import Blocks, Check, Evidence, Hit, Rule, Scope, Severity, listed
from .grace_rules import all_servers_bad
from .observations import Observed

NOT_CONNECTABLE, LOWER_VERSION, NOT_IN_GROUP, ACCESS_DENIED = 6, 4, 5, 8
INCOMPATIBLE = (3, 10)
UNDECIDED = (0, 7)
RPC_PORT, HTTPS_PORT = 135, 443
CLEARINGHOUSE = "activate.microsoft.com"
"""Microsoft's site for the activation of license servers: it stands for the way out."""


def _status(*numbers: int) -> Check:
    """Fires for each license server with one of these statuses."""

    def check(observed: Observed) -> Iterator[Hit]:
        if observed.working is None:
            return
        for each in observed.reached or ():
            if each.status in numbers:
                yield Hit({"server": each.server, "status": each.status}, about=each.server)

    return check


def _no_usable_server(observed: Observed) -> Iterator[Hit]:
    if all_servers_bad(observed):
        yield Hit({"servers": listed(each.server for each in observed.reached or ())})


def _name_not_resolved(observed: Observed) -> Iterator[Hit]:
    for each in observed.network.names if observed.network else ():
        if not each.addresses and each.name != CLEARINGHOUSE:
            yield Hit({"server": each.name, "error": each.error}, about=each.name)


def _closed(port: int) -> Callable[[Observed], Iterator[Hit]]:
    def check(observed: Observed) -> Iterator[Hit]:
        network = observed.network
        nameless = {each.name for each in network.names if not each.addresses} if network else set()
        for each in network.ports if network else ():
            if each.port != port or each.open:
                continue
            # A name that means nothing is told by a rule of its own; but not that of the way out.
            if port == RPC_PORT and each.host in nameless:
                continue
            about = each.host if port == RPC_PORT else None
            evidence: Evidence = {"server": each.host, "port": port, "error": each.error}
            yield Hit(evidence, about=about)

    return check


def _clearinghouse_blocked(observed: Observed) -> Iterator[Hit]:
    # Only a server that is still to be activated has to get out.
    if observed.server is not None and observed.server.activated is False:
        yield from _closed(HTTPS_PORT)(observed)


_STATUS = "Microsoft Learn: GetTStoLSConnectivityStatus method"
_PORTS = "Microsoft Learn: Service overview and network port requirements for Windows (RPC)"
_READS = ("GetTStoLSConnectivityStatus",)
_HOST = Scope.SESSION_HOST

RULES = (
    Rule(
        "no_usable_license_server",
        Severity.CRITICAL,
        _HOST,
        _READS,
        _STATUS,
        _no_usable_server,
        rows=("R1",),
        blocks=Blocks.SETTINGS,
    ),
    Rule(
        "license_server_not_reached",
        Severity.ERROR,
        _HOST,
        _READS,
        f"{_STATUS}: 6",
        _status(NOT_CONNECTABLE),
        rows=("R1", "R2", "R4"),
    ),
    Rule(
        "license_server_older",
        Severity.ERROR,
        _HOST,
        _READS,
        f"{_STATUS}: 4",
        _status(LOWER_VERSION),
        rows=("R8",),
    ),
    Rule(
        "host_not_in_endpoint_group",
        Severity.ERROR,
        _HOST,
        _READS,
        f"{_STATUS}: 5",
        _status(NOT_IN_GROUP),
    ),
    Rule(
        "license_server_incompatible",
        Severity.ERROR,
        _HOST,
        _READS,
        f"{_STATUS}: 3 and 10",
        _status(*INCOMPATIBLE),
        rows=("R8",),
    ),
    Rule(
        "name_not_resolved",
        Severity.ERROR,
        _HOST,
        ("name resolution on the host",),
        "Microsoft Learn: Cannot connect to RDS because no RD Licensing servers are available",
        _name_not_resolved,
        rows=("R1",),
    ),
    Rule(
        "rpc_port_blocked",
        Severity.ERROR,
        _HOST,
        ("TCP 135 from the host",),
        _PORTS,
        _closed(RPC_PORT),
        rows=("R1", "R4"),
    ),
    Rule(
        "clearinghouse_blocked",
        Severity.ERROR,
        Scope.LICENSE_SERVER,
        ("TCP 443 from the license server", "GetActivationStatus"),
        "Microsoft Learn: Activate the Remote Desktop Services license server",
        _clearinghouse_blocked,
        rows=("R3",),
    ),
    Rule(
        "license_server_undecided",
        Severity.NOTE,
        _HOST,
        _READS,
        f"{_STATUS}: 0 and 7",
        _status(*UNDECIDED),
    ),
    Rule(
        "no_administrator_there",
        Severity.NOTE,
        _HOST,
        _READS,
        f"{_STATUS}: 8; Microsoft Learn: RD Licensing Diagnoser and administrator rights",
        _status(ACCESS_DENIED),
    ),
)
