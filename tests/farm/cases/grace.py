# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases of the grace period and of what a session host wrote into its logs."""

from __future__ import annotations

from ..model.licensing import GRACE_KEY, RCM_KEY
from .case import Case, Plan, broken, events, host, logged, server, statuses

_NO_SERVERS: Plan = {"policy": {"mode": 4}}
# Its license server answers, but says nothing about itself: the account has no second hop.
_BLIND: Plan = {"second_hop": False}


def _before_boot(number: int) -> Plan:
    return {**events({"id": number, "hours_ago": 100}), "uptime_hours": 48}


def _of_somebody(number: int) -> Plan:
    return events({"id": number, "source": "Backup Agent", "log": "system"})


CASES = (
    Case(
        "grace_over",
        {"sh": host(**_NO_SERVERS, **events({"id": 1128, "hours_ago": 2}))},
        {"sh": host(), "ls": server()},
        lambda at: logged(at["sh"], 1128, 1069) and broken(at["sh"]),
    ),
    Case(
        "grace_used_up",
        {"sh": host(**_NO_SERVERS)},
        {"sh": host(), "ls": server()},
        lambda at: at["sh"].grace.days == 0 and broken(at["sh"]) and not logged(at["sh"], 1128),
    ),
    Case(
        "grace_ends_soon",
        {"sh": host(**_NO_SERVERS) | {"grace_days": 9}},
        {"sh": host() | {"grace_days": 9}, "ls": server()},
        lambda at: 0 < (at["sh"].grace.days or 0) <= 14 and broken(at["sh"]),
    ),
    Case(
        "lives_by_grace",
        {"sh": host(policy={"servers": "<ls>"}) | {"grace_days": 100}, "ls": server()},
        {"sh": host() | {"grace_days": 100}, "ls": server()},
        lambda at: (at["sh"].grace.days or 0) > 14 and broken(at["sh"]),
    ),
    Case(
        "grace_over_earlier",
        {"sh": host(**events({"id": 1069, "hours_ago": 100})), "ls": server()},
        {"sh": host(**_before_boot(1069)), "ls": server()},
        lambda at: logged(at["sh"], 1069) and not broken(at["sh"]),
    ),
    Case(
        "grace_ending_logged",
        {"sh": host(**_BLIND, **events({"id": 1129}, codes="severity_bits")), "ls": server()},
        {"sh": host(**_BLIND), "ls": server()},
        lambda at: logged(at["sh"], 1129) and statuses(at["sh"]) == [8],
    ),
    Case(
        "no_server_logged",
        {"sh": host(**_BLIND, **events({"id": 1130})), "ls": server()},
        {"sh": host(**events({"id": 1130})), "ls": server()},
        lambda at: logged(at["sh"], 1130) and 11 not in statuses(at["sh"]),
    ),
    Case(
        "temporary_license_expired",
        {"sh": host(**events({"id": 1011, "strings": ["PC7"]})), "ls": server()},
        {"sh": host(**_of_somebody(1011)), "ls": server()},
        lambda at: logged(at["sh"], 1011),
    ),
    Case(
        "license_invalid_logged",
        {"sh": host(**events({"id": 1003, "count": 3}, legacy_sources=False)), "ls": server()},
        {"sh": host(), "ls": server()},
        lambda at: logged(at["sh"], 1003),
    ),
    Case(
        "license_not_issued_logged",
        {"sh": host(**events({"id": 1004, "count": 2}, codes="severity_bits")), "ls": server()},
        {"sh": host(**_of_somebody(1004)), "ls": server()},
        lambda at: logged(at["sh"], 1004),
    ),
    Case(
        "license_not_renewed_logged",
        {"sh": host(**events({"id": 1028})), "ls": server()},
        {"sh": host(**_before_boot(1028)), "ls": server()},
        lambda at: logged(at["sh"], 1028),
    ),
    Case(
        "grace_key_missing",
        {"sh": host() | {"grace_days": None}, "ls": server()},
        # The key above cannot be read: whether it is missing is not known.
        {"sh": host(registry_denied=[RCM_KEY]) | {"grace_days": None}, "ls": server()},
        lambda at: (
            not at["sh"].registry.exists(GRACE_KEY) and RCM_KEY not in at["sh"].plan.registry_denied
        ),
    ),
)
