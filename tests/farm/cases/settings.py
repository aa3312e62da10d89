# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases of the mode and the license servers that a session host is set to."""

from __future__ import annotations

from ..model.licensing import Source, stray_subkeys
from ..model.registry import RegType
from .case import POLICY, Case, Plan, host, server

_FREE: Plan = {"policy": {}}


def _policy_value(name: str, kind: str, data: object) -> Plan:
    return {"registry": {POLICY: {name: {"type": kind, "data": data}}}}


_GPO = {
    "name": "Session hosts",
    "guid": "{6AC1786C-016F-11D2-945F-00C04FB984F9}",
    "values": {"LicensingMode": 4, "LicenseServers": "<ls>"},
}

CASES = (
    Case(
        "mode_not_configured",
        {"sh": host(policy={"servers": "<ls>"}), "ls": server()},
        {"sh": host(policy={"servers": "<ls>"}, local={"mode": 4}), "ls": server()},
        lambda at: at["sh"].licensing().mode == 5,
    ),
    Case(
        "no_license_server",
        {"sh": host(policy={"mode": 4})},
        {"sh": host(policy={"mode": 4}, local={"servers": ["<ls>"]}), "ls": server()},
        lambda at: not at["sh"].licensing().servers,
    ),
    Case(
        "mode_unknown",
        {"sh": host(policy={"mode": 3, "servers": "<ls>"}), "ls": server()},
        {"sh": host(policy={"mode": 6, "servers": "<ls>"}), "ls": server()},
        lambda at: at["sh"].licensing().mode == 0,
    ),
    Case(
        "per_user_in_workgroup",
        {"sh": host(workgroup="BRANCH"), "ls": server()},
        {"sh": host(workgroup="BRANCH", policy={"mode": 2, "servers": "<ls>"}), "ls": server()},
        lambda at: at["sh"].licensing().mode == 4 and not at["sh"].in_domain,
    ),
    Case(
        "mode_differs",
        {"sh": host(policy={"mode": 2, "servers": "<ls>"}), "ls": server()},
        {"sh": host(), "ls": server()},
        lambda at: at["sh"].licensing().mode != 4,
        needs=frozenset({"wanted"}),
        options={"wanted_mode": "per_user"},
    ),
    Case(
        "servers_differ",
        {"sh": host(policy={"mode": 4, "servers": "<ls2>,<ls>"}), "ls": server(), "ls2": server()},
        {"sh": host(), "ls": server(), "ls2": server()},
        lambda at: len(at["sh"].licensing().servers) != 1,
        needs=frozenset({"wanted"}),
        options={"wanted_servers": ["<ls>"]},
    ),
    Case(
        "policy_of_wrong_type",
        {
            "sh": host(
                policy={"servers": "<ls>"},
                local={"mode": 4},
                **_policy_value("LicensingMode", "sz", "4"),
            ),
            "ls": server(),
        },
        {"sh": host(**_policy_value("MaxIdleTime", "sz", "60000")), "ls": server()},
        lambda at: (at["sh"].registry.get(POLICY, "LicensingMode") or ("",))[0] is RegType.SZ,
    ),
    Case(
        "stray_subkeys",
        {
            "sh": host(
                policy={"mode": 4},
                registry={
                    POLICY + r"\LicenseServers\000": {
                        "LicenseServer": {"type": "sz", "data": "<ls>"}
                    }
                },
            ),
            "ls": server(),
        },
        {"sh": host(registry={POLICY + r"\Client": None}), "ls": server()},
        lambda at: bool(stray_subkeys(at["sh"].registry)),
    ),
    Case(
        "blank_value_names",
        {
            "sh": host(policy={"mode": 4}, **_policy_value(" LicenseServers", "sz", "<ls>")),
            "ls": server(),
        },
        {"sh": host(**_policy_value(" Something", "sz", "<ls>")), "ls": server()},
        lambda at: at["sh"].registry.get(POLICY, " LicenseServers") is not None,
    ),
    Case(
        "settings_do_not_add_up",
        {"sh": host(unread_policy=True), "ls": server()},
        {"sh": host(), "ls": server()},
        lambda at: (
            at["sh"].registry.get(POLICY, "LicensingMode") is not None
            and at["sh"].licensing().mode_source is not Source.POLICY
        ),
    ),
    Case(
        "deployment_rules",
        {
            "sh": host(**_FREE, deployment={"central": True, "mode": 4, "servers": ["<ls>"]}),
            "ls": server(),
        },
        {"sh": host(deployment={"central": False, "mode": 4, "servers": ["<ls>"]}), "ls": server()},
        lambda at: at["sh"].licensing().mode_source is Source.DEPLOYMENT,
    ),
    Case(
        "gpo_delivers",
        {"sh": host(**_FREE, gpo=_GPO), "ls": server()},
        # The values are a GPO's, but the log of the policy refresh may not be read.
        {"sh": host(**_FREE, gpo=_GPO, rsop="denied"), "ls": server()},
        lambda at: bool(at["sh"].group_policy.logged) and at["sh"].plan.rsop == "present",
    ),
    Case(
        "single_license_server",
        {"sh": host(), "ls": server()},
        {"sh": host(policy={"mode": 4, "servers": "<ls>, <ls2>"}), "ls": server(), "ls2": server()},
        lambda at: len(at["sh"].licensing().servers) == 1,
    ),
)
