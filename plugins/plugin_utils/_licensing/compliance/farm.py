# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A farm as the matrix and the reconciliation see it.

What is not known is ``None``; it is never 0 and never an empty list. Words (types, modes,
programs, suites) are those of the facts ``rds_cal`` and ``rds_diagnosis``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ..version_matrix import VERSIONS

UNKNOWN = "unknown"
PER_USER, PER_DEVICE = "per_user", "per_device"
CAL_TYPES = (PER_DEVICE, PER_USER)
RDS, VDI = "rds", "vdi"


@dataclass(frozen=True, slots=True)
class StockKey:
    """What is counted together: never users with devices, never RDS with VDI suites."""

    version: str
    type: str
    suite: str = RDS

    @property
    def known(self) -> bool:
        """Whether it can be compared with anything."""
        return self.version in VERSIONS and self.type in CAL_TYPES

    def as_dict(self) -> dict[str, str]:
        """As results name it."""
        return {"version": self.version, "type": self.type, "suite": self.suite}


@dataclass(frozen=True, slots=True)
class FarmPack:
    """One key pack.

    :param place: ``counted``, ``unlimited``, ``expired``, ``temporary`` or ``unreadable``; only
        ``counted`` ones enter a sum. Built-in packs are none at all.
    """

    key: StockKey
    key_pack_id: int | None = None
    program: str = UNKNOWN
    place: str = "counted"
    total: int | None = None
    issued: int | None = None
    available: int | None = None

    @property
    def gives_cals(self) -> bool:
        """Whether it holds CALs that may be issued, as far as that is known."""
        return self.place == "unlimited" or (self.place == "counted" and bool(self.total))


@dataclass(frozen=True, slots=True)
class FarmServer:
    """One license server; twins of it under another inventory name are left out before.

    :param packs: ``None`` where there are no facts of it.
    :param per_user_issued: Per User CALs by version from its report; ``None`` without a report.
    """

    name: str
    packs: tuple[FarmPack, ...] | None = None
    activated: bool | None = None
    version: str | None = None
    per_user_issued: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One license server in a session host's list: as it is written there, and which it is."""

    name: str
    server: str | None = None


@dataclass(frozen=True, slots=True)
class FarmHost:
    """One session host."""

    name: str
    version: str | None = None
    mode: str = UNKNOWN
    servers: tuple[Listed, ...] | None = None


@dataclass(frozen=True, slots=True)
class Farm:
    """All that is known."""

    servers: tuple[FarmServer, ...] = ()
    hosts: tuple[FarmHost, ...] = ()

    @property
    def silent(self) -> tuple[str, ...]:
        """License servers of which there are no facts: sums without them are too small."""
        return tuple(each.name for each in self.servers if each.packs is None)

    def by_name(self) -> dict[str, FarmServer]:
        """The license servers by their names in the inventory."""
        return {each.name: each for each in self.servers}

    def with_hosts_at(self, version: str, names: Iterable[str] | None = None) -> Farm:
        """The farm as if session hosts ran another version: what an upgrade would meet.

        :param names: those that are upgraded; by default all.
        :raises ValueError: there is no such version.
        """
        if version not in VERSIONS:
            raise ValueError(f"{version} is none of {', '.join(VERSIONS)}")
        chosen = None if names is None else set(names)
        return replace(
            self,
            hosts=tuple(
                replace(host, version=version) if chosen is None or host.name in chosen else host
                for host in self.hosts
            ),
        )
