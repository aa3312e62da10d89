# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Session hosts as a plan knows them: read a moment ago, or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..names import appended
from ..version_matrix import VERSIONS


@dataclass(frozen=True, slots=True)
class KnownHost:
    """One host; everything but its name in the inventory may be missing."""

    inventory_name: str
    known: bool
    why_unknown: str = ""
    name: str = ""
    release: str | None = None
    domain: str | None = None
    session_host: bool = False
    mode: str = "unknown"
    servers: tuple[str, ...] = ()
    servers_by_policy: bool = False


def known_host(inventory_name: str, result: object) -> KnownHost:
    """A host from what the task with ``rds_host_info`` registered for it.

    :param result: the registered result, or its ``host``; anything else is a host not read.
    """
    found = result if isinstance(result, Mapping) else {}
    if found.get("unreachable"):
        return KnownHost(inventory_name, False, "not reached")
    if found.get("failed"):
        return KnownHost(inventory_name, False, "could not be read")
    host = found.get("host", found)
    if not isinstance(host, Mapping) or "mode" not in host:
        return KnownHost(inventory_name, False, "not read")
    servers = host.get("servers")
    release = _text(host, "release")
    return KnownHost(
        inventory_name,
        True,
        name=_text(host, "name"),
        release=release if release in VERSIONS else None,
        domain=_text(host, "domain") or None,
        session_host=host.get("session_host") is True,
        mode=_text(host, "mode") or "unknown",
        servers=tuple(map(str, servers)) if isinstance(servers, Sequence) else (),
        servers_by_policy=host.get("servers_by_policy") is True,
    )


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def accepts(host_release: str, cal: str) -> bool:
    """Whether a session host of one version accepts CALs of another: its own or newer.

    Microsoft Learn: "License your RDS deployment with client access licenses", the table.
    """
    return VERSIONS.index(cal) >= VERSIONS.index(host_release)


def names_server(entry: str, names: Iterable[str]) -> bool:
    """Whether an entry of a host's list is the server that has one of these names.

    Short and full names of one server are the same: ``ls1`` and ``ls1.corp.example``. Two
    different full names are not.
    """
    entry = entry.strip().rstrip(".").casefold()
    for each in names:
        name = each.strip().rstrip(".").casefold()
        if not name or not entry:
            continue
        if entry == name:
            return True
        address = name.replace(".", "").isdigit() or entry.replace(".", "").isdigit()
        one_short = "." not in name or "." not in entry
        if one_short and not address and name.partition(".")[0] == entry.partition(".")[0]:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Lists:
    """The license servers of one host: now, while both servers serve, and in the end."""

    now: tuple[str, ...]
    transition: tuple[str, ...]
    after: tuple[str, ...]
    uses_old: bool
    uses_new: bool
    new_in_list: tuple[str, ...]
    """How the list names the new server in the end."""


def lists_of(
    servers: Sequence[str], old: Sequence[str], new: Sequence[str], new_entry: str
) -> Lists:
    """What the list becomes. Other servers keep their places.

    A host that names the new server already keeps its list in the transition, so that a second
    run does not bring the old one back. One that names neither is left alone.

    :param old: the names of the old server.
    :param new: those of the new one.
    :param new_entry: the name of the new one that is written.
    """
    now = tuple(servers)
    uses_old = any(names_server(each, old) for each in now)
    uses_new = any(names_server(each, new) for each in now)
    transition = list(now)
    if uses_old and not uses_new:
        at = next(index for index, each in enumerate(now) if names_server(each, old))
        transition.insert(at, new_entry)
    after = [each for each in transition if not names_server(each, old)]
    after = appended([], after)
    named = tuple(each for each in after if names_server(each, new))
    return Lists(now, tuple(transition), tuple(after), uses_old, uses_new, named)
