# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases of the way from a session host to its license servers."""

from __future__ import annotations

from .case import POLICY, Case, Plan, host, server, statuses

_STOPPED: Plan = {"stopped_services": ["TermServLicensing"]}
_ONLY_MEMBERS: Plan = {"registry": {POLICY: {"fSecureLicensing": {"type": "dword", "data": 1}}}}
_BOTH = {"mode": 4, "servers": "<ls>,<ls2>"}


def _blocked(port: int) -> Plan:
    return {"blocked_ports": [{"to": "<ls>", "port": port}]}


CASES = (
    Case(
        "no_usable_license_server",
        {"sh": host(), "ls": server(**_STOPPED)},
        {"sh": host(policy=_BOTH), "ls": server(**_STOPPED), "ls2": server()},
        lambda at: set(statuses(at["sh"])) == {6},
    ),
    Case(
        "license_server_not_reached",
        {"sh": host(policy=_BOTH, **_blocked(135)), "ls": server(), "ls2": server()},
        {"sh": host(policy=_BOTH, **_blocked(3389)), "ls": server(), "ls2": server()},
        lambda at: 6 in statuses(at["sh"]),
    ),
    Case(
        "license_server_older",
        {"sh": host(release="2025"), "ls": server(release="2019")},
        {"sh": host(release="2016"), "ls": server(release="2019")},
        lambda at: statuses(at["sh"]) == [4],
    ),
    Case(
        "host_not_in_endpoint_group",
        {"sh": host(), "ls": server(**_ONLY_MEMBERS)},
        {
            "sh": host(),
            "ls": server(**_ONLY_MEMBERS, license_server={"endpoint_servers": ["<sh>"]}),
        },
        lambda at: statuses(at["sh"]) == [5],
    ),
    Case(
        "license_server_incompatible",
        {"sh": host(connectivity={"<ls>": 10}), "ls": server()},
        {"sh": host(connectivity={"<ls>": 9}), "ls": server()},
        lambda at: statuses(at["sh"]) in ([3], [10]),
    ),
    Case(
        "name_not_resolved",
        {"sh": host(dns={"<ls>": None}), "ls": server()},
        {"sh": host(dns={"elsewhere.corp.example": None}), "ls": server()},
        lambda at: any(not at["sh"].network.resolve(n) for n in at["sh"].licensing().servers),
        needs=frozenset({"network"}),
    ),
    Case(
        "rpc_port_blocked",
        {"sh": host(**_blocked(135)), "ls": server()},
        {"sh": host(**_blocked(445)), "ls": server()},
        lambda at: any(
            at["sh"].network.resolve(name) and not at["sh"].network.connect(name, 135).open
            for name in at["sh"].licensing().servers
        ),
        needs=frozenset({"network"}),
    ),
    Case(
        "clearinghouse_blocked",
        {"ls": server(internet="blocked", license_server={"activated": False})},
        {"ls": server(internet="blocked")},
        lambda at: (
            not at["ls"].network.connect("activate.microsoft.com", 443).open
            and at["ls"].license_server is not None
            and not at["ls"].license_server.activated
        ),
        on="ls",
        needs=frozenset({"network"}),
    ),
    Case(
        "license_server_undecided",
        {"sh": host(), "ls": server(license_server={"activated": False})},
        {"sh": host(), "ls": server()},
        lambda at: statuses(at["sh"]) == [7],
    ),
    Case(
        "no_administrator_there",
        {"sh": host(second_hop=False), "ls": server()},
        {"sh": host(), "ls": server()},
        lambda at: statuses(at["sh"]) == [8],
    ),
)
