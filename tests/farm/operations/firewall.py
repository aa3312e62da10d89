# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation that reads the rules of Windows Firewall for some ports and services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from ..json_schema import Schema
from ..model.firewall import NAMESPACE, FirewallRule
from ..model.host import Host
from .protocol import SCRIPTS, Operation, OperationError
from .schemas import BOOLEAN, NAME, STRING, array, record

_POSITIVE: Schema = {"type": "integer", "minimum": 1}
_RULE = record(
    name=NAME,
    display=NAME,
    group=STRING,
    service=STRING,
    ports=array(NAME),
    remote=array(NAME),
    profiles=array(NAME),
)
_PROFILE = record(name=NAME, enabled=BOOLEAN, inbound=NAME)


def _meant(rule: FirewallRule, ports: set[str], services: set[str]) -> bool:
    """PowerShell compares without regard to case."""
    lets = rule.enabled and rule.direction == "Inbound" and rule.action == "Allow"
    named = {each.casefold() for each in rule.ports} & ports
    return lets and bool(named or rule.service.casefold() in services)


def _shown(rule: FirewallRule) -> dict[str, object]:
    return {
        "name": rule.name,
        "display": rule.display,
        "group": rule.group,
        "service": rule.service,
        "ports": list(rule.ports),
        "remote": list(rule.remote),
        "profiles": list(rule.profiles),
    }


def _read(host: Host, given: Mapping[str, object]) -> Mapping[str, object]:
    if NAMESPACE in (each.lower() for each in host.plan.signals.denied):
        raise OperationError("Access is denied.")
    ports = {each.casefold() for each in cast("list[str]", given["ports"])}
    services = {each.casefold() for each in cast("list[str]", given["services"])}
    most = cast(int, given["max"])
    rules = host.firewall.rules(licensing=host.licensing_role)
    found = [_shown(each) for each in rules if _meant(each, ports, services)]
    return {
        "rules": found[:most],
        "profiles": [
            {"name": each.name, "enabled": each.enabled, "inbound": each.inbound}
            for each in host.firewall.profiles
        ],
        "truncated": len(found) > most,
    }


OPERATIONS = (
    Operation(
        "read_firewall",
        SCRIPTS / "read_firewall.ps1",
        record(ports=array(NAME), services=array(NAME), max=_POSITIVE),
        record(rules=array(_RULE), profiles=array(_PROFILE), truncated=BOOLEAN),
        _read,
    ),
)
