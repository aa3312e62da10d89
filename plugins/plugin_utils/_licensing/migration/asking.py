# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of ``rds_migration_plan`` to a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..names import trimmed
from .channel_plan import Correction, plan_correction
from .known_hosts import KnownHost, known_host
from .known_server import KnownServer, known_server
from .migration_plan import Migration, plan_migration
from .plan import Plan
from .purchases import read_rows
from .recovery_plan import Recovery, plan_recovery


def plan_of(params: Mapping[str, Any], inventory_name: str) -> Plan:
    """Plan the story that the options tell.

    :param params: validated options.
    :param inventory_name: of the host that the task runs for.
    """
    rows = read_rows(params["packs"])
    old, new = known_server(params["old_facts"]), known_server(params["new_facts"])
    new_host = known_host(inventory_name, params["new_host"])
    accept = frozenset(trimmed(params["accept"]))
    if params["story"] == "correct_channel":
        asked = Correction(new, params["key_pack_id"], rows, params["remove_first"], accept)
        return plan_correction(asked)
    if params["story"] == "recover":
        return plan_recovery(Recovery(new, old, new_host, rows, accept))
    old_host = known_host("the old license server", params["old_host"])
    return plan_migration(
        Migration(
            old=old,
            new=new,
            old_host=old_host,
            new_host=new_host,
            rows=rows,
            own=read_rows(params["own_packs"], name="own_packs"),
            hosts=[known_host(name, each) for name, each in params["session_hosts"].items()],
            old_names=_names(params["old_names"], old_host, old),
            new_names=_names([*params["new_names"], params["new_entry"]], new_host, new),
            new_entry=params["new_entry"],
            switch=params["switch"],
            deactivate_old=params["deactivate_old"],
            accept=accept,
        )
    )


def _names(given: list[str], host: KnownHost, server: KnownServer | None) -> list[str]:
    """Every name that a session host may know a license server by."""
    names = [*given, host.name, server.name if server else ""]
    if host.name and host.domain:
        names.append(f"{host.name}.{host.domain}")
    return [each for each in names if each]
