# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The registry keys that belong to a license server: saved with its database.

RD Licensing depends on registry keys besides its database (Microsoft Learn: In-Box VSS Writers,
Terminal Services Licensing writer). Those listed here are named in public documents; LSA secrets,
which hold the server's private identity, are never touched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..._cim.session import CimSession
from ..._windows.registry import Registry
from ..._windows.registry_tree import registry_tree

LICENSING_KEYS = {
    r"SYSTEM\CurrentControlSet\Services\TermServLicensing\Parameters": (
        "Microsoft Learn: Remote Desktop Licensing service does not start; "
        "Use multiple Remote Desktop license servers"
    ),
    r"SOFTWARE\Microsoft\TermServLicensing": "Microsoft Learn: Registry keys shared by WOW64",
}
"""Below HKEY_LOCAL_MACHINE, each with the page that names it."""


def licensing_registry(session: CimSession) -> dict[str, Any]:
    """Read them, as ``registry.json`` of a bundle holds them.

    :returns: ``{hive, sources: {key: page}, keys: {path: {name: {type, data}}}, unreadable,
        complete}``.
    """
    registry = Registry(session)
    keys: dict[str, Any] = {}
    unreadable: list[str] = []
    complete = True
    for key in LICENSING_KEYS:
        tree = registry_tree(registry, key)
        keys |= tree["keys"]
        unreadable += tree["unreadable"]
        complete = complete and tree["complete"]
    return {
        "hive": "HKEY_LOCAL_MACHINE",
        "sources": dict(LICENSING_KEYS),
        "keys": keys,
        "unreadable": unreadable,
        "complete": complete,
    }


def registry_differences(saved: bytes | None, now: Mapping[str, Any]) -> list[str]:
    r"""The values that a bundle holds and that are others today, as ``KEY\NAME``.

    :param saved: ``registry.json`` of the bundle; what is no JSON has nothing to say.
    :param now: as ``licensing_registry`` returns it.
    """
    try:
        data = json.loads(saved or b"{}")
    except (ValueError, RecursionError):
        return []
    keys = data.get("keys") if isinstance(data, dict) else None
    if not isinstance(keys, dict):
        return []
    found = []
    for key, values in keys.items():
        present = now["keys"].get(key, {})
        if isinstance(values, dict):
            found += [f"{key}\\{name}" for name in values if values[name] != present.get(name)]
        found += [f"{key}\\{name}" for name in present if name not in values]
    return sorted(found)
