# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is compared from one pack to the next: a small state, and the differences of two.

It holds settings and quantities that somebody decides on, not numbers that move by themselves:
issued CALs and days of grace are no change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .._licensing.compliance.entitlements import Entitlement
from .._licensing.compliance.farm import Farm
from .gathering import plain

SCHEMA = 1
_HOST_FIELDS = ("mode", "mode_source", "servers", "servers_source", "version")
_SERVER_FIELDS = ("activated", "version")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; ``None`` is not there, or not known."""

    kind: str
    host: str
    what: str
    before: Any
    after: Any

    def as_dict(self) -> dict[str, Any]:
        """As a pack shows it."""
        return {
            "kind": self.kind,
            "host": self.host,
            "what": self.what,
            "before": self.before,
            "after": self.after,
        }


def state_of(
    farm: Farm, diagnoses: Mapping[str, Any], entitlements: tuple[Entitlement, ...] | None
) -> dict[str, Any]:
    """The state of a farm as JSON."""
    hosts = {}
    for host in farm.hosts:
        raw = diagnoses.get(host.name)
        raw = raw if isinstance(raw, Mapping) else {}
        about = raw.get("session_host")
        told = about if isinstance(about, Mapping) else {}
        listed = None if host.servers is None else [each.name for each in host.servers]
        hosts[host.name] = {
            "mode": host.mode,
            "mode_source": plain(told.get("mode_source")),
            "servers": listed,
            "servers_source": plain(told.get("servers_source")),
            "version": host.version,
            "verdict": plain(raw.get("verdict")),
        }
    servers = {}
    for server in farm.servers:
        packs = None
        if server.packs is not None:
            packs = [
                {
                    "key_pack_id": pack.key_pack_id,
                    **pack.key.as_dict(),
                    "program": pack.program,
                    "place": pack.place,
                    "total": pack.total,
                }
                for pack in server.packs
            ]
        servers[server.name] = {
            "activated": server.activated,
            "version": server.version,
            "packs": packs,
        }
    owned = None if entitlements is None else [_purchase(each) for each in entitlements]
    return {"schema_version": SCHEMA, "hosts": hosts, "servers": servers, "entitlements": owned}


def _purchase(entitlement: Entitlement) -> dict[str, Any]:
    shown = entitlement.as_dict()
    return {name: value for name, value in shown.items() if name not in ("row", "note")}


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What is different; a state of another version, or one that is none, differs in everything."""
    old = before if before.get("schema_version") == SCHEMA else {}
    found = [
        *_of_hosts("session_host", old, after, "hosts", (*_HOST_FIELDS, "verdict")),
        *_of_hosts("license_server", old, after, "servers", _SERVER_FIELDS),
        *_of_packs(old, after),
        *_of_purchases(old, after),
    ]
    return sorted(found, key=lambda each: (each.kind, each.host, each.what, str(each.before)))


def _part(state: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = state.get(name)
    return part if isinstance(part, Mapping) else {}


def _row(part: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    row = part.get(name)
    return row if isinstance(row, Mapping) else {}


def _of_hosts(
    kind: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    section: str,
    fields: tuple[str, ...],
) -> Iterator[Change]:
    old, new = _part(before, section), _part(after, section)
    for name in sorted({*old, *new}):
        if name not in old or name not in new:
            there, is_there = name in old, name in new
            yield Change(kind, name, "in_the_inventory", there, is_there)
            continue
        for each in fields:
            one, other = _row(old, name).get(each), _row(new, name).get(each)
            if one != other:
                yield Change(kind, name, each, one, other)


def _of_packs(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    old, new = _part(before, "servers"), _part(after, "servers")
    for name in sorted({*old} & {*new}):
        one, other = _packs(_row(old, name)), _packs(_row(new, name))
        if one is None or other is None:
            if (one is None) != (other is None):
                known = "known", "not known"
                yield Change("key_pack", name, "packs", known[one is None], known[other is None])
            continue
        for key in sorted({*one, *other}):
            if one.get(key) != other.get(key):
                yield Change("key_pack", name, f"key pack {key}", one.get(key), other.get(key))


def _packs(row: Mapping[str, Any]) -> dict[str, Any] | None:
    packs = row.get("packs")
    if not isinstance(packs, list):
        return None
    found: dict[str, Any] = {}
    for pack in packs:
        if isinstance(pack, Mapping):
            told = {name: value for name, value in pack.items() if name != "key_pack_id"}
            found[str(pack.get("key_pack_id"))] = told
    return found


def _of_purchases(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    old, new = before.get("entitlements"), after.get("entitlements")
    one = old if isinstance(old, list) else []
    other = new if isinstance(new, list) else []
    for each in one:
        if each not in other:
            yield Change("entitlement", "", "purchase", each, None)
    for each in other:
        if each not in one:
            yield Change("entitlement", "", "purchase", None, each)
