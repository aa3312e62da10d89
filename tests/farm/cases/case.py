# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a case is, the healthy hosts that cases change, and what the farm's truth shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..model.accounts import Identity, Rights
from ..model.event_kinds import LICENSING, RCM
from ..model.host import Host
from ..model.key_packs import KeyPack
from ..model.license_plan import BUILT_IN

DOMAIN = "corp.example"
POLICY = r"HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services"
_PARTS = ("sh", "sh2", "ls", "ls2")
_LOGS = ("System", "Application", f"{RCM}/Admin", f"{LICENSING}/Admin")
_OURS = (RCM, LICENSING)

Plan = dict[str, Any]
Hosts = Mapping[str, Plan]
Kind = Literal["firing", "quiet"]
Parts = Mapping[str, Host]
Needs = Literal["facts", "network", "wanted"]


@dataclass(frozen=True, slots=True)
class Case:
    """Hosts by part (``sh``, ``sh2``, ``ls``, ``ls2``): session hosts and license servers.

    ``<ls>`` in any text stands for the full name of that part. ``on`` is the part that the finding
    is about. ``needs`` names what a diagnosis must be given: the facts of the license servers, the
    probe of the network, or the wanted state, which ``options`` holds. An ``alone`` case is about
    all hosts of its farm.
    """

    rule: str
    firing: Hosts
    quiet: Hosts
    shows: Callable[[Parts], bool]
    on: str = "sh"
    needs: frozenset[Needs] = frozenset()
    options: Mapping[str, object] = field(default_factory=dict)
    alone: bool = False


def named(hosts: Hosts, prefix: str) -> dict[str, Plan]:
    """The hosts by their names, with the names in all texts."""
    return {prefix + part: _filled(plan, prefix) for part, plan in hosts.items()}


def with_names(options: Mapping[str, object], prefix: str) -> dict[str, object]:
    """The options of a case with names in all texts."""
    filled: dict[str, object] = _filled(dict(options), prefix)
    return filled


def _filled(value: Any, prefix: str) -> Any:
    if isinstance(value, str):
        for part in _PARTS:
            value = value.replace(f"<{part}>", f"{prefix}{part}.{DOMAIN}")
        return value
    if isinstance(value, list):
        return [_filled(item, prefix) for item in value]
    if isinstance(value, dict):
        return {_filled(key, prefix): _filled(item, prefix) for key, item in value.items()}
    return value


# -- healthy hosts --------------------------------------------------------------------------


def host(**changes: Any) -> Plan:
    """A session host in Per User mode with one license server; ``changes`` replace its keys."""
    policy = {"mode": 4, "servers": "<ls>"}
    return {"release": "2022", "policy": policy, "grace_days": 0, **changes}


def pack(kind: str = "per_user", total: int = 50, **more: Any) -> Plan:
    """A key pack of 2025."""
    return {"type": kind, "version": "2025", "total": total, **more}


def server(*packs: Plan, **changes: Any) -> Plan:
    """A license server with Per User CALs, activated and in its group; ``changes`` replace keys.

    ``license_server`` among the changes adds to what a healthy one has.
    """
    own = {
        "in_group": True,
        "delegation": True,
        "packs": list(packs) or [pack(), pack("per_device", issued=7)],
        **changes.pop("license_server", {}),
    }
    return {
        "release": "2025",
        "roles": ["licensing"],
        "license_server": own,
        "firewall": {"rules": [rpc_rule(remote=["10.0.0.0/8"])]},
        **changes,
    }


def rpc_rule(**changes: Any) -> Plan:
    """A rule that lets anybody in to RD Licensing; ``changes`` replace its keys."""
    return {"name": "Licensing (RPC)", "ports": ["RPC"], "service": "TermServLicensing", **changes}


def events(*records: Plan, **more: Any) -> Plan:
    """The key ``event_log`` with these records."""
    return {"event_log": {"records": list(records), **more}}


# -- the farm's truth -----------------------------------------------------------------------


def logged(machine: Host, *ids: int) -> bool:
    """True when Remote Desktop wrote one of these events since the machine's start."""
    return any(
        record.code & 0x3FFF in ids and record.source in _OURS
        for log in _LOGS
        for record in machine.events.records(log, low=machine.clock.booted)
    )


def statuses(asking: Host) -> list[int]:
    """GetTStoLSConnectivityStatus of each server in the host's list, for the administrator."""
    caller = Identity("administrator", Rights.ADMINISTRATOR)
    servers = asking.licensing().servers
    return [asking.forest.connectivity(asking, name, caller) for name in servers]


def bought(machine: Host) -> list[KeyPack]:
    """The packs of a license server that are not built in."""
    own = machine.license_server
    return [] if own is None else [each for each in own.packs.all() if each.type != BUILT_IN]


def broken(machine: Host) -> bool:
    """True when the settings alone keep a session host from getting CALs."""
    view = machine.licensing()
    return view.mode not in (2, 4) or not view.servers
