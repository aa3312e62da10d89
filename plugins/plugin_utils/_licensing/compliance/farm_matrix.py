# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which session hosts find a CAL, and which packs no session host can use.

A session host finds one where a license server of its list holds CALs for its mode and of its
version or a newer one. What only the rule says and no table of Microsoft is "probably".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from ..version_matrix import VERSIONS, host_accepts, is_documented_for_hosts
from .farm import CAL_TYPES, RDS, UNKNOWN, Farm, FarmHost, FarmPack, FarmServer
from .words import Value, sentence

NEEDS_NO_CAL = frozenset({"remote_administration", "aad_per_user"})
"""Modes in which a host asks no license server: no session host, or Entra ID checks."""


class FindsCal(StrEnum):
    """Whether a session host finds a CAL, the best first."""

    NOT_NEEDED = "not_needed"
    YES = "yes"
    PROBABLY = "probably"
    UNKNOWN = "unknown"
    NO = "no"


class PackUse(StrEnum):
    """Whether a session host can use a pack."""

    USED = "used"
    PROBABLY = "probably"
    UNKNOWN = "unknown"
    IDLE = "idle"


_NEAREST = (
    "fits",
    "fits_none_free",
    "fits_probably",
    "server_not_activated",
    "cals_too_old",
    "other_type",
    "expired_only",
    "no_cals",
)
"""Reasons from the nearest miss to the farthest: one host is told the nearest."""


@dataclass(frozen=True, slots=True)
class HostLine:
    """One session host of the matrix."""

    host: str
    version: str | None
    mode: str
    servers: tuple[str, ...] | None
    finds_cal: FindsCal
    reason: str
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """The reason as a sentence."""
        return sentence(self.reason, self.values)

    def as_dict(self) -> dict[str, Any]:
        """As results and reports show it."""
        return {
            "host": self.host,
            "version": self.version,
            "mode": self.mode,
            "servers": None if self.servers is None else list(self.servers),
            "finds_cal": str(self.finds_cal),
            "reason": self.reason,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class PackLine:
    """One pack of the matrix; ``hosts`` is the number of session hosts that can use it."""

    server: str
    pack: FarmPack
    use: PackUse
    reason: str
    hosts: int = 0

    @property
    def values(self) -> Mapping[str, Value]:
        """What the sentence says in names and numbers."""
        return {"hosts": self.hosts, "server": self.server, "version": self.pack.key.version}

    @property
    def why(self) -> str:
        """The reason as a sentence."""
        return sentence(self.reason, self.values)

    def as_dict(self) -> dict[str, Any]:
        """As results and reports show it."""
        return {
            "server": self.server,
            "key_pack_id": self.pack.key_pack_id,
            **self.pack.key.as_dict(),
            "program": self.pack.program,
            "total": self.pack.total,
            "issued": self.pack.issued,
            "use": str(self.use),
            "reason": self.reason,
            "why": self.why,
            "hosts": self.hosts,
        }


@dataclass(frozen=True, slots=True)
class FarmMatrix:
    """The matrix over a whole farm."""

    hosts: tuple[HostLine, ...]
    packs: tuple[PackLine, ...]

    @property
    def without_cal(self) -> tuple[str, ...]:
        """Session hosts that find no CAL."""
        return tuple(each.host for each in self.hosts if each.finds_cal is FindsCal.NO)

    @property
    def idle(self) -> tuple[PackLine, ...]:
        """Packs that no session host can use."""
        return tuple(each for each in self.packs if each.use is PackUse.IDLE)

    def as_dict(self) -> dict[str, Any]:
        """As results and reports show it."""
        counts = Counter(each.finds_cal for each in self.hosts)
        return {
            "counts": {str(each): counts[each] for each in FindsCal},
            "without_cal": list(self.without_cal),
            "hosts": [each.as_dict() for each in self.hosts],
            "packs": [each.as_dict() for each in self.packs],
        }


def farm_matrix(farm: Farm) -> FarmMatrix:
    """Hold every session host against the packs of the license servers in its list."""
    servers = farm.by_name()
    # Of two thousand session hosts most are set up alike: each kind is held against a pack once.
    kinds = Counter(replace(host, name="") for host in farm.hosts)
    return FarmMatrix(
        hosts=tuple(_host_line(host, servers) for host in farm.hosts),
        packs=tuple(
            _pack_line(server, pack, kinds)
            for server in farm.servers
            for pack in server.packs or ()
            if pack.gives_cals
        ),
    )


def _host_line(host: FarmHost, servers: Mapping[str, FarmServer]) -> HostLine:
    values: dict[str, Value] = {
        "mode": host.mode,
        "version": host.version or UNKNOWN,
        "servers": ", ".join(each.name for each in host.servers or ()),
    }
    finds, reason = _without_looking(host)
    if finds is None:
        sights = [
            _sight(host, servers.get(each.server) if each.server else None)
            for each in host.servers or ()
        ]
        best = min(sight[0] for sight in sights)
        finds = list(FindsCal)[best]
        reason = min((sight[1] for sight in sights if sight[0] == best), key=_nearness)
    listed = None if host.servers is None else tuple(each.name for each in host.servers)
    return HostLine(host.name, host.version, host.mode, listed, finds, reason, values)


def _without_looking(host: FarmHost) -> tuple[FindsCal | None, str]:
    """The verdict where no license server needs to be looked at for it."""
    if host.mode in NEEDS_NO_CAL:
        return FindsCal.NOT_NEEDED, "no_cal_needed"
    if host.mode == "not_configured":
        return FindsCal.NO, "mode_not_configured"
    if host.servers is not None and not host.servers:
        return FindsCal.NO, "no_server"
    if host.mode not in CAL_TYPES:
        return FindsCal.UNKNOWN, "mode_unknown"
    if host.servers is None:
        return FindsCal.UNKNOWN, "servers_unknown"
    return None, ""


def _nearness(reason: str) -> tuple[int, str]:
    return _NEAREST.index(reason) if reason in _NEAREST else len(_NEAREST), reason


def _sight(host: FarmHost, server: FarmServer | None) -> tuple[int, str]:
    """What one license server has for a host: the rank of the verdict, and the reason."""
    order = list(FindsCal)
    if server is None or server.packs is None:
        return order.index(FindsCal.UNKNOWN), "server_unknown"
    wanted = [pack for pack in server.packs if pack.key.type == host.mode]
    giving = [pack for pack in wanted if pack.gives_cals]
    fits = [_fit(host, pack) for pack in giving]
    best = min(fits, default=FindsCal.NO, key=order.index)
    if best in (FindsCal.YES, FindsCal.PROBABLY):
        if server.activated is None:
            return order.index(FindsCal.UNKNOWN), "activation_unknown"
        if not server.activated:
            return order.index(FindsCal.NO), "server_not_activated"
        fitting = [pack for pack, fit in zip(giving, fits, strict=True) if fit is best]
        return order.index(best), _reason_of_fit(best, fitting)
    if best is FindsCal.UNKNOWN or any(pack.place == "unreadable" for pack in wanted):
        return order.index(FindsCal.UNKNOWN), "packs_unknown"
    return order.index(FindsCal.NO), _reason_of_miss(server.packs, wanted, giving)


def _fit(host: FarmHost, pack: FarmPack) -> FindsCal:
    cal = pack.key.version
    if pack.key.suite != RDS or cal not in VERSIONS or host.version not in VERSIONS:
        # Whether a virtual desktop suite serves a session host, the inventory does not tell.
        return FindsCal.UNKNOWN
    if not host_accepts(host.version, cal):
        return FindsCal.NO
    documented = is_documented_for_hosts(host.version, cal)
    return FindsCal.YES if documented else FindsCal.PROBABLY


def _reason_of_fit(best: FindsCal, fitting: Iterable[FarmPack]) -> str:
    if best is FindsCal.PROBABLY:
        return "fits_probably"
    per_device_all_issued = all(
        pack.key.type == "per_device" and pack.place == "counted" and pack.available == 0
        for pack in fitting
    )
    return "fits_none_free" if per_device_all_issued else "fits"


def _reason_of_miss(
    packs: Iterable[FarmPack], wanted: list[FarmPack], giving: list[FarmPack]
) -> str:
    if giving:
        return "cals_too_old"
    if any(pack.place == "expired" for pack in wanted):
        return "expired_only"
    return "other_type" if any(pack.gives_cals for pack in packs) else "no_cals"


def _pack_line(server: FarmServer, pack: FarmPack, hosts: Mapping[FarmHost, int]) -> PackLine:
    if pack.key.suite != RDS or not pack.key.known:
        return PackLine(server.name, pack, PackUse.UNKNOWN, "pack_not_comparable")
    if not hosts:
        return PackLine(server.name, pack, PackUse.UNKNOWN, "no_hosts")
    seen: Counter[str] = Counter()
    for host, count in hosts.items():
        seen[_seen_from(server, pack, host)] += count
    usable = sum(seen[each] for each in ("yes", "probably", "unknown"))
    if seen["yes"]:
        return PackLine(server.name, pack, PackUse.USED, "pack_used", usable)
    if seen["probably"]:
        return PackLine(server.name, pack, PackUse.PROBABLY, "pack_probably", usable)
    if usable or seen["doubtful"]:
        return PackLine(server.name, pack, PackUse.UNKNOWN, "pack_use_unknown")
    for sight in ("idle_too_old", "idle_other_mode"):
        if seen[sight]:
            return PackLine(server.name, pack, PackUse.IDLE, sight)
    return PackLine(server.name, pack, PackUse.IDLE, "idle_in_no_list")


def _seen_from(server: FarmServer, pack: FarmPack, host: FarmHost) -> str:
    """What a pack is to one session host: a ``FindsCal``, ``doubtful``, or why it is idle."""
    listed = any(each.server == server.name for each in host.servers or ())
    # A name that belongs to no known license server may be another name of this one.
    perhaps = host.servers is None or any(each.server is None for each in host.servers)
    if host.mode in NEEDS_NO_CAL or not (listed or perhaps):
        return "idle_in_no_list"
    if host.mode not in (pack.key.type, UNKNOWN):
        return "idle_other_mode" if listed else "idle_in_no_list"
    fit = _fit(host, pack)
    if fit is FindsCal.NO:
        return "idle_too_old" if listed else "idle_in_no_list"
    return str(fit) if listed and host.mode == pack.key.type else "doubtful"
