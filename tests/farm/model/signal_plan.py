# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a scenario says about the things that a diagnosis looks at, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .accounts import Rights
from .firewall import FirewallPlan


@dataclass(frozen=True, slots=True)
class EventPlan:
    """Events of one kind: ``count`` of them, the newest ``hours_ago`` or at ``at``.

    ``log`` is ``system``, ``application``, ``security``, ``admin`` or ``operational``; None means
    where Windows writes that event. ``source`` and ``message`` replace what the farm knows.
    """

    id: int
    log: str | None = None
    source: str | None = None
    level: str | None = None
    hours_ago: float = 1.0
    at: datetime | None = None
    count: int = 1
    every_hours: float = 24.0
    strings: tuple[str, ...] = ()
    message: str | None = None


@dataclass(frozen=True, slots=True)
class EventLogPlan:
    """The event logs of a host.

    ``system`` and ``application`` are numbers of other programs' records, spread evenly over
    ``days``. ``codes`` says whether the events of Remote Desktop carry their severity in the
    16-bit id. ``legacy_sources`` gives them the source names of before 2008.
    """

    records: tuple[EventPlan, ...] = ()
    system: int = 60
    application: int = 30
    days: int = 30
    codes: str = "plain"
    legacy_sources: bool = False
    security_readable: bool = False
    missing_channels: tuple[str, ...] = ()
    denied_channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BlockedPort:
    """A TCP port that no packet from the host reaches; ``to`` is a host or ``*``."""

    to: str
    port: int


@dataclass(frozen=True, slots=True)
class NetworkPlan:
    """What the host resolves and reaches otherwise than the farm's truth says.

    ``internet`` is ``open``, ``blocked`` or ``no_name``; None follows the Clearinghouse's
    reachability of the host's license server.
    """

    dns: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    blocked: tuple[BlockedPort, ...] = ()
    internet: str | None = None


@dataclass(frozen=True, slots=True)
class SignalPlan:
    """Everything of one host that only a diagnosis looks at.

    ``denied`` are classes and namespaces (with slashes) that the host refuses to the caller.
    ``rights`` are accounts' rights on this host where they differ from the account's own.
    ``second_hop`` False: a call from this host to a license server does not arrive as the caller.
    ``certificate`` tells whether the host holds a license server's certificate; None follows from
    the servers it can reach. ``network_level_authentication`` is the listener's own setting.
    ``start_modes`` are those of services that do not start by themselves. ``unread_policy``:
    Windows does not answer by the policy values yet.
    """

    event_log: EventLogPlan = EventLogPlan()
    network: NetworkPlan = field(default_factory=NetworkPlan)
    denied: tuple[str, ...] = ()
    rights: Mapping[str, Rights] = field(default_factory=dict)
    second_hop: bool = True
    certificate: bool | None = None
    network_level_authentication: bool = True
    start_modes: Mapping[str, str] = field(default_factory=dict)
    unread_policy: bool = False
    firewall: FirewallPlan = field(default_factory=FirewallPlan)
