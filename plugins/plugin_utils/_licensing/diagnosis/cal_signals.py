# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts ``rds_cal`` of license servers, as a diagnosis needs them.

They come from the inventory or the fact cache: old, half or of another version. What cannot be
read is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..version_matrix import release_of
from .farm_rules import short_name
from .observations import Listed, Pack, Stock

_MOST_PACKS = 20_000


def read_stock(name: str, facts: object) -> Stock | None:
    """The facts of one license server; None where they are none.

    :param name: in the inventory.
    """
    if not isinstance(facts, Mapping):
        return None
    server, packs = _mapping(facts.get("server")), facts.get("packs")
    issued = _mapping(facts.get("issued"))
    activated, collected = server.get("activated"), facts.get("collected_at")
    return Stock(
        name=name,
        activated=activated if isinstance(activated, bool) else None,
        version=release_of(_number(server.get("os_build"))),
        packs=tuple(map(_pack, packs[:_MOST_PACKS])) if isinstance(packs, list) else None,
        temporary_rows=_number(_mapping(issued.get("by_status")).get("temporary")),
        expiring_30_days=_number(issued.get("expiring_30_days")),
        collected_at=collected if isinstance(collected, str) else None,
    )


def _pack(row: object) -> Pack:
    facts = _mapping(row)
    return Pack(
        version=_word(facts.get("version")),
        type=_word(facts.get("type")),
        program=_word(facts.get("program")),
        suite=_word(facts.get("suite")),
        total=_number(facts.get("total")),
        issued=_number(facts.get("issued")),
        available=_number(facts.get("available")),
        unlimited=facts.get("unlimited") is True,
        expired=facts.get("expired") is True,
    )


def match(servers: Sequence[str], facts: Mapping[str, Any]) -> tuple[Listed, ...]:
    """The facts of the license servers of a list, which may name them in several ways."""
    by_name: dict[str, str] = {}
    for name, each in facts.items():
        computer = _mapping(_mapping(each).get("server")).get("name")
        for known in (name, computer):
            if isinstance(known, str) and known:
                by_name.setdefault(known.casefold().rstrip("."), name)
    # The whole names of all come first: a short name may belong to a namesake.
    for known, name in list(by_name.items()):
        by_name.setdefault(short_name(known), name)
    return tuple(Listed(each, _found(each, by_name, facts)) for each in servers)


def _found(server: str, by_name: Mapping[str, str], facts: Mapping[str, Any]) -> Stock | None:
    folded = server.casefold().rstrip(".")
    name = by_name.get(folded) or by_name.get(short_name(folded))
    return None if name is None else read_stock(name, facts[name])


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _word(value: object) -> str:
    return value if isinstance(value, str) and value else "unknown"
