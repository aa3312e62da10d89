# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases of the CALs that the license servers of a session host hold for it."""

from __future__ import annotations

from ..model.license_plan import PER_DEVICE, PER_USER
from .case import Case, Needs, Plan, bought, host, pack, server

_FACTS: frozenset[Needs] = frozenset({"facts"})
_OF_2022 = 7


def _device_host() -> Plan:
    return host(policy={"mode": 2, "servers": "<ls>"})


CASES = (
    Case(
        "no_cals_installed",
        {"sh": host(), "ls": server(license_server={"packs": []})},
        {"sh": host(), "ls": server()},
        lambda at: not bought(at["ls"]),
        needs=_FACTS,
    ),
    Case(
        "cals_of_other_type",
        {"sh": host(), "ls": server(pack("per_device", issued=3))},
        {"sh": host(), "ls": server(pack("per_device", issued=3), pack())},
        lambda at: {each.type for each in bought(at["ls"])} == {PER_DEVICE},
        needs=_FACTS,
    ),
    Case(
        "cals_too_old",
        {"sh": host(), "ls": server(pack(version="2019"), pack("per_device"))},
        {"sh": host(), "ls": server(pack(version="2019"), pack(version="2022"))},
        lambda at: all(e.version < _OF_2022 for e in bought(at["ls"]) if e.type == PER_USER),
        needs=_FACTS,
    ),
    Case(
        "no_activated_license_server",
        {"sh": host(), "ls": server(license_server={"activated": False})},
        {
            "sh": host(policy={"mode": 4, "servers": "<ls>,<ls2>"}),
            "ls": server(license_server={"activated": False}),
            "ls2": server(),
        },
        lambda at: (
            not any(each.license_server.activated for each in at.values() if each.license_server)
        ),
        needs=_FACTS,
    ),
    Case(
        "listed_server_not_activated",
        {"sh": host(), "ls": server(license_server={"activated": False})},
        {"sh": host(), "ls": server(), "ls2": server(license_server={"activated": False})},
        lambda at: at["ls"].license_server is not None and not at["ls"].license_server.activated,
        needs=_FACTS,
    ),
    Case(
        "no_free_cals",
        {"sh": _device_host(), "ls": server(pack("per_device", 10, issued=10))},
        {"sh": _device_host(), "ls": server(pack("per_device", 10, issued=9))},
        lambda at: not any(e.available for e in bought(at["ls"]) if e.type == PER_DEVICE),
        needs=_FACTS,
    ),
    Case(
        "no_device_cal_issued",
        {"sh": _device_host(), "ls": server(pack("per_device", 10), pack(issued=4))},
        {"sh": _device_host(), "ls": server(pack("per_device", 10, issued=1))},
        lambda at: not any(e.issued for e in bought(at["ls"]) if e.type == PER_DEVICE),
        needs=_FACTS,
    ),
)
