# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Windows Firewall lets in, as all sources of rules together have it: one PowerShell step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .._cim.errors import BadAnswer
from .powershell import run_operation

ANYBODY = frozenset(
    {"any", "*", "internet", "0.0.0.0/0", "0.0.0.0/0.0.0.0", "0.0.0.0-255.255.255.255", "::/0"}
)
"""Remote addresses that leave nobody out, in lower case (Get-NetFirewallAddressFilter)."""
_ALLOW = "allow"


@dataclass(frozen=True, slots=True)
class FirewallRule:
    """An enabled inbound rule that allows.

    :param name: its id.
    :param display: its name as the console shows it.
    :param service: the services that it is for; ``Any`` where it is for all.
    :param ports: local ports as the filter shows them: numbers, ranges and words like ``RPC``.
    :param profiles: the network profiles in which it counts; ``Any`` for all of them.
    """

    name: str
    display: str
    group: str
    service: str
    ports: tuple[str, ...]
    remote: tuple[str, ...]
    profiles: tuple[str, ...]

    @property
    def open_to_everyone(self) -> bool:
        """Whether it leaves out no address."""
        return any(each.casefold() in ANYBODY for each in self.remote)


@dataclass(frozen=True, slots=True)
class FirewallProfile:
    """One network profile; ``inbound`` is what becomes of what no rule is about."""

    name: str
    enabled: bool
    inbound: str

    @property
    def guards(self) -> bool:
        """Whether it keeps out what no rule allows."""
        return self.enabled and self.inbound.casefold() != _ALLOW


@dataclass(frozen=True, slots=True)
class Firewall:
    """The rules that were asked for; ``complete`` tells whether these are all of them."""

    rules: tuple[FirewallRule, ...]
    profiles: tuple[FirewallProfile, ...]
    complete: bool


def read_firewall(
    connection: Any, ports: Sequence[str], services: Sequence[str], limit: int
) -> Firewall:
    """Read the enabled inbound rules that allow one of some ports or services.

    :param connection: the task's connection plugin.
    :param ports: as rules name them; a range is found as it is written.
    :param limit: rules that are read at most.
    :raises OperationFailed: the step failed; systems before Server 2012 have not its cmdlets.
    :raises BadAnswer: what came back is not its answer.
    """
    output = run_operation(
        connection,
        "read_firewall",
        {"ports": list(ports), "services": list(services), "max": limit},
    )
    try:
        found = Firewall(
            tuple(_rule(row) for row in output["rules"]),
            tuple(
                FirewallProfile(str(row["name"]), row["enabled"] is True, str(row["inbound"]))
                for row in output["profiles"]
            ),
            output["truncated"] is False,
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise BadAnswer(f"read_firewall answered what it should not: {exc}") from exc
    nowhere = [each.name for each in found.rules if not each.remote]
    if nowhere or not found.profiles:
        # A rule without addresses, a firewall without profiles: they were not shown.
        raise BadAnswer(
            "read_firewall answered what it should not: there are no "
            + (f"addresses of the rule {nowhere[0]}" if nowhere else "profiles")
        )
    return found


def _rule(row: Any) -> FirewallRule:
    return FirewallRule(
        name=str(row["name"]),
        display=str(row["display"]),
        group=str(row["group"]),
        service=str(row["service"]),
        ports=tuple(map(str, row["ports"])),
        remote=tuple(map(str, row["remote"])),
        profiles=tuple(map(str, row["profiles"])),
    )
