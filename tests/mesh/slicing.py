# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts a job slice has.

As AWX does it (models/inventory.py, get_sliced_hosts): the hosts in the order of their names, and
every n-th of them from the slice's number on. The groups and their variables stay, with those of
their hosts that are in the slice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


def hosts_of(inventory: Mapping[str, Any]) -> list[str]:
    """All hosts of an inventory of one level of groups, by name."""
    names: set[str] = set(inventory["all"].get("hosts") or {})
    for group in inventory["all"]["children"].values():
        names |= set(group.get("hosts") or {})
    return sorted(names)


def slice_of(inventory: Mapping[str, Any], number: int, count: int) -> Json:
    """Slice ``number`` of ``count``, from 1 on; the inventory itself is left alone.

    Raises ValueError when there is no such slice.
    """
    if not 1 <= number <= count:
        raise ValueError(f"there is no slice {number} of {count}")
    kept = set(hosts_of(inventory)[number - 1 :: count])
    everything = inventory["all"]
    return {
        "all": {
            **everything,
            "hosts": _kept(everything.get("hosts"), kept),
            "children": {
                name: {**group, "hosts": _kept(group.get("hosts"), kept)}
                for name, group in everything["children"].items()
            },
        }
    }


def _kept(hosts: Mapping[str, Any] | None, kept: set[str]) -> Json:
    return {name: each for name, each in (hosts or {}).items() if name in kept}
