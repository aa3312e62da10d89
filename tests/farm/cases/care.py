# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases of security and care."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ..model.host import VERSION_KEY, Host
from ..model.licensing import LISTENER_KEY
from .case import POLICY, Case, Plan, host, rpc_rule, server

_FIRST_PATCHED = 6054
_OTHER_ROLES = {"RDS-Gateway", "RDS-Connection-Broker", "RDS-Web-Access", "RDS-RD-Server"}
_RPC = {"RPC", "RPCEPMap", "135"}


def _revision(number: int) -> Plan:
    return {"registry": {VERSION_KEY: {"UBR": {"type": "dword", "data": number}}}}


def _policy(name: str, data: int) -> Plan:
    return {"registry": {POLICY: {name: {"type": "dword", "data": data}}}}


def _number(machine: Host, key: str, name: str) -> int | None:
    found = machine.registry.get(key, name)
    return found[1] if found is not None and isinstance(found[1], int) else None


def _nla(machine: Host) -> int | None:
    by_policy = _number(machine, POLICY, "UserAuthentication")
    own = _number(machine, LISTENER_KEY, "UserAuthentication")
    return own if by_policy is None else by_policy


def _lets_anybody_in(machine: Host) -> bool:
    return any(
        rule.enabled
        and (rule.direction, rule.action, rule.remote) == ("Inbound", "Allow", ("Any",))
        and bool(_RPC & set(rule.ports) or rule.service == "TermServLicensing")
        for rule in machine.firewall.rules(licensing=machine.licensing_role)
    )


CASES = (
    Case(
        "license_server_unpatched",
        {"ls": server(release="2019", **_revision(5936))},
        {"ls": server(release="2019", **_revision(_FIRST_PATCHED))},
        lambda at: (_number(at["ls"], VERSION_KEY, "UBR") or 0) < _FIRST_PATCHED,
        on="ls",
    ),
    Case(
        "clock_differs",
        {"sh": host(minutes_ahead=-17), "ls": server()},
        {"sh": host(minutes_ahead=2), "ls": server()},
        lambda at: abs(at["sh"].clock.now() - datetime.now(UTC)) > timedelta(minutes=5),
    ),
    Case(
        "license_server_on_domain_controller",
        {"ls": server(domain_controller=True)},
        {"ls": server(workgroup="BRANCH")},
        lambda at: at["ls"].plan.domain_controller,
        on="ls",
    ),
    Case(
        "license_server_beside_roles",
        {"ls": server(features={"installed": ["RDS-Web-Access"]})},
        {"ls": server(features={"installed": ["RDS-Licensing-UI"]})},
        lambda at: bool(_OTHER_ROLES & set(at["ls"].features.installed)),
        on="ls",
    ),
    Case(
        "secure_licensing_off",
        {"ls": server(**_policy("fSecureLicensing", 0))},
        {"ls": server(**_policy("fSecureLicensing", 1))},
        lambda at: _number(at["ls"], POLICY, "fSecureLicensing") != 1,
        on="ls",
    ),
    Case(
        "rpc_open_to_everyone",
        {"ls": server(firewall={"rules": [rpc_rule(), {"name": "Mapper", "ports": ["RPCEPMap"]}]})},
        {
            "ls": server(
                firewall={
                    "rules": [
                        rpc_rule(remote=["192.0.2.0/24", "LocalSubnet"]),
                        rpc_rule(enabled=False),
                        rpc_rule(direction="Outbound"),
                        rpc_rule(action="Block"),
                        {"name": "Other", "ports": ["5985"]},
                    ]
                }
            )
        },
        lambda at: _lets_anybody_in(at["ls"]),
        on="ls",
        needs=frozenset({"network"}),
    ),
    Case(
        "nla_off",
        {"sh": host(network_level_authentication=False), "ls": server()},
        {
            "sh": host(network_level_authentication=False, **_policy("UserAuthentication", 1)),
            "ls": server(),
        },
        lambda at: _nla(at["sh"]) == 0,
    ),
)
