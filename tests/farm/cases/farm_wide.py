# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases that only show when all hosts lie side by side: each needs a farm of its own."""

from __future__ import annotations

from .case import Case, Parts, Plan, bought, host, pack, server

_ID: Plan = {"license_server_id": "QWERTYQWERTYQWERTYQWERTYQWERTYQWERT"}


def _ids(at: Parts) -> list[str]:
    return [each.license_server.license_server_id for each in at.values() if each.license_server]


def _modes_of_one_server(at: Parts) -> set[int]:
    return {each.licensing().mode for each in at.values() if each.session_host}


CASES = (
    Case(
        "same_license_server_id",
        {"ls": server(license_server=_ID), "ls2": server(license_server=_ID)},
        {"ls": server(license_server=_ID), "ls2": server()},
        lambda at: len(set(_ids(at))) < len(_ids(at)),
        on="ls",
        needs=frozenset({"facts"}),
        alone=True,
    ),
    Case(
        "issued_by_unlisted_server",
        {"sh": host(), "ls": server(), "ls2": server(pack("per_device", issued=5))},
        {
            "sh": host(policy={"mode": 4, "servers": "<ls>,<ls2>"}),
            "ls": server(),
            "ls2": server(pack("per_device", issued=5)),
        },
        lambda at: (
            any(each.issued for each in bought(at["ls2"]))
            and at["ls2"].fqdn not in at["sh"].licensing().servers
        ),
        on="ls2",
        needs=frozenset({"facts"}),
        alone=True,
    ),
    Case(
        "modes_mixed",
        {"sh": host(), "sh2": host(policy={"mode": 2, "servers": "<ls>"}), "ls": server()},
        {"sh": host(), "sh2": host(), "ls": server()},
        lambda at: len(_modes_of_one_server(at)) > 1,
        on="ls",
        alone=True,
    ),
)
