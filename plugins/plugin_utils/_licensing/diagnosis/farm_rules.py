# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules over all hosts: what only shows when their diagnoses lie side by side.

They take diagnoses and the facts ``rds_cal`` as they come out of the fact cache, which may be
old, half or of another version: what cannot be read says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .findings import Finding, Hit, Rule, Scope, Severity, listed

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FarmHost:
    """One host: its diagnosis, and its CAL facts where it is a license server."""

    name: str
    diagnosis: Json = field(default_factory=dict)
    cal: Json = field(default_factory=dict)

    def part(self, name: str) -> Json:
        """A mapping of the diagnosis; empty where there is none."""
        return _mapping(self.diagnosis.get(name))

    @property
    def names(self) -> set[str]:
        """The names by which a list of license servers may call it."""
        computer = _mapping(self.cal.get("server")).get("name") or self.part("system").get("name")
        found = {
            each.casefold() for each in (self.name, computer) if isinstance(each, str) and each
        }
        return found | {short_name(each) for each in found}

    @property
    def listed_servers(self) -> list[str] | None:
        """The license servers in its list; None where that is not known, or it is no host."""
        servers = self.part("session_host").get("servers")
        return [str(each) for each in servers] if isinstance(servers, list) else None


def short_name(name: str) -> str:
    """The first label of a name, in lower case; an address stays whole."""
    folded = name.casefold().rstrip(".")
    return folded if folded.replace(".", "").isdigit() else folded.partition(".")[0]


def _mapping(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}


def judge_farm(hosts: Mapping[str, FarmHost]) -> list[tuple[str, Finding]]:
    """What the rules find over all hosts, by the host that it is about, the worst first."""
    found = [(name, Finding(rule, hit)) for rule, check in _CHECKS for name, hit in check(hosts)]
    return sorted(found, key=lambda each: each[1].rule.severity.rank)


Hosts = Mapping[str, FarmHost]
Hits = Iterator[tuple[str, Hit]]


def _same_id(hosts: Hosts) -> Hits:
    """Two computers with one license server id: one is a copy of the other."""
    by_id: dict[str, dict[str, str]] = {}
    for name, host in hosts.items():
        server = host.part("license_server")
        number = server.get("license_server_id") or _mapping(host.cal.get("server")).get(
            "license_server_id"
        )
        if isinstance(number, str) and number:
            computer = host.part("system").get("name") or _mapping(host.cal.get("server")).get(
                "name"
            )
            # One computer may stand in the inventory under two names.
            by_id.setdefault(number.upper(), {}).setdefault(short_name(str(computer or name)), name)
    for computers in by_id.values():
        if len(computers) > 1:
            names = sorted(computers.values())
            for name in names:
                others = listed(each for each in names if each != name)
                yield name, Hit({"server": name, "others": others}, about=name)


def _issued_elsewhere(hosts: Hosts) -> Hits:
    """A license server that issued CALs and stands in no host's list."""
    lists = [host.listed_servers for host in hosts.values() if host.part("session_host")]
    # Where one list is not known, the server may stand in that one.
    if not lists or any(each is None for each in lists):
        return
    used = {name for each in lists for name in each or ()}
    known = {each.casefold().rstrip(".") for each in used} | {short_name(each) for each in used}
    for name, host in hosts.items():
        issued = _issued(host.cal)
        if issued and not host.names & known:
            yield name, Hit({"server": name, "issued": issued}, about=name)


def _issued(cal: Json) -> int:
    packs = cal.get("packs")
    rows = [each for each in packs if isinstance(each, Mapping)] if isinstance(packs, list) else []
    counts = [each.get("issued") for each in rows if each.get("type") != "builtin"]
    return sum(each for each in counts if each.__class__ is int and each > 0)


def _modes_mixed(hosts: Hosts) -> Hits:
    """Session hosts that share a license server and do not agree on the mode."""
    modes: dict[str, dict[str, list[str]]] = {}
    for name, host in hosts.items():
        mode = host.part("session_host").get("mode")
        if mode in ("per_user", "per_device"):
            for server in {short_name(each) for each in host.listed_servers or ()}:
                modes.setdefault(server, {}).setdefault(str(mode), []).append(name)
    for server, by_mode in sorted(modes.items()):
        if len(by_mode) > 1:
            evidence = {mode: len(by_mode[mode]) for mode in ("per_user", "per_device")}
            yield server, Hit({"server": server, **evidence}, about=server)


_SAME_ID = Rule(
    "same_license_server_id",
    Severity.NOTE,
    Scope.FARM,
    ("GetLicenseServerId of all license servers",),
    "Microsoft Learn: GetLicenseServerId method (the id belongs to one server)",
    None,
)
_ELSEWHERE = Rule(
    "issued_by_unlisted_server",
    Severity.WARNING,
    Scope.FARM,
    ("facts of all license servers", "GetSpecifiedLicenseServerList of all session hosts"),
    "Microsoft Learn: Win32_TSLicenseKeyPack class, IssuedLicenses",
    None,
    rows=("R11",),
)
_MIXED = Rule(
    "modes_mixed",
    Severity.NOTE,
    Scope.FARM,
    ("LicensingType of all session hosts",),
    "Microsoft Learn: License your RDS deployment with client access licenses (types)",
    None,
    rows=("R9",),
)
RULES = (_SAME_ID, _ELSEWHERE, _MIXED)
_CHECKS = ((_SAME_ID, _same_id), (_ELSEWHERE, _issued_elsewhere), (_MIXED, _modes_mixed))
