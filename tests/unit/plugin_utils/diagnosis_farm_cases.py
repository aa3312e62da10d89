# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""For each rule over all hosts a farm on which it fires, and a near one on which it must not."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.farm_rules import (
    FarmHost,
)


@dataclass(frozen=True)
class FarmCase:
    """The same for a rule over all hosts."""

    fires: dict[str, FarmHost]
    quiet: dict[str, FarmHost]


def license_server(name: str, number: str = "A", issued: int = 0, computer: str = "") -> FarmHost:
    """A license server with its diagnosis and facts."""
    return FarmHost(
        name,
        {
            "system": {"name": computer or name.upper()},
            "license_server": {"license_server_id": number * 35},
        },
        {
            "server": {"name": computer or name.upper()},
            "packs": [{"type": "per_device", "issued": issued}],
        },
    )


def session_host(name: str, mode: str, *servers: str) -> FarmHost:
    """A session host with its diagnosis."""
    return FarmHost(name, {"session_host": {"mode": mode, "servers": list(servers)}})


def farm(*hosts: FarmHost) -> dict[str, FarmHost]:
    """Hosts by name."""
    return {each.name: each for each in hosts}


FARM_CASES: dict[str, FarmCase] = {
    "same_license_server_id": FarmCase(
        farm(license_server("ls1"), license_server("ls2")),
        # One computer under two names in the inventory.
        farm(license_server("ls1"), license_server("ls1-alias", computer="LS1")),
    ),
    "issued_by_unlisted_server": FarmCase(
        farm(
            license_server("old", issued=3),
            session_host("sh1", "per_device", "ls1.corp.example"),
        ),
        farm(
            license_server("old", issued=3),
            session_host("sh1", "per_device", "ls1.corp.example"),
            FarmHost("sh2", {"session_host": {"servers": None}}),
        ),
    ),
    "modes_mixed": FarmCase(
        farm(
            session_host("sh1", "per_user", "ls1.corp.example"),
            session_host("sh2", "per_device", "LS1"),
        ),
        farm(session_host("sh1", "per_user", "ls1"), session_host("sh2", "per_device", "ls2")),
    ),
}
