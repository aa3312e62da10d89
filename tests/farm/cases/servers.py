# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases of a license server itself, and of the services of both roles."""

from __future__ import annotations

from datetime import UTC, datetime

from ..model.host import Host
from ..model.license_plan import TEMPORARY
from .case import Case, Needs, Plan, bought, events, host, logged, pack, server

_FACTS: frozenset[Needs] = frozenset({"facts"})
_OF_2022 = 7
_LICENSING = "TermServLicensing"


def _active(machine: Host) -> bool:
    return machine.license_server is not None and machine.license_server.activated


def _logs(rule: str, near: Plan, *ids: int, strings: tuple[str, ...] = ()) -> Case:
    """A rule that fires on events of the license server."""
    records = [{"id": number, "strings": list(strings)} for number in ids]
    return Case(
        rule,
        {"ls": server(**events(*records))},
        {"ls": server(**near)},
        lambda at: logged(at["ls"], *ids),
        on="ls",
    )


def _before_boot(number: int) -> Plan:
    return {**events({"id": number, "hours_ago": 100}), "uptime_hours": 48}


def _of_somebody(number: int) -> Plan:
    return events({"id": number, "source": "Backup Agent", "log": "system"})


CASES = (
    Case(
        "session_service_stopped",
        {"sh": host(stopped_services=["TermService"]), "ls": server()},
        {"sh": host(start_modes={"TermService": "Manual"}), "ls": server()},
        lambda at: at["sh"].services["TermService"].state != "Running",
    ),
    Case(
        "licensing_service_stopped",
        {"ls": server(stopped_services=[_LICENSING])},
        {"ls": server(start_modes={_LICENSING: "Manual"})},
        lambda at: at["ls"].services[_LICENSING].state != "Running",
        on="ls",
    ),
    Case(
        "licensing_service_not_automatic",
        {"ls": server(start_modes={_LICENSING: "Manual"})},
        {"ls": server(start_modes={"EventLog": "Manual"})},
        lambda at: at["ls"].services[_LICENSING].start_mode != "Auto",
        on="ls",
    ),
    Case(
        "not_activated",
        {"ls": server(license_server={"activated": False})},
        # 2 means that Windows does not know it.
        {"ls": server(license_server={"status": 2})},
        lambda at: not _active(at["ls"]),
        on="ls",
    ),
    Case(
        "holds_no_packs",
        {"ls": server(license_server={"packs": []})},
        {"ls": server(license_server={"packs": [], "activated": False})},
        lambda at: _active(at["ls"]) and not bought(at["ls"]),
        on="ls",
        needs=_FACTS,
    ),
    Case(
        "pack_newer_than_server",
        {"ls": server(release="2022")},
        {"ls": server(pack(version="2022"), release="2022")},
        lambda at: any(each.version > _OF_2022 for each in bought(at["ls"])),
        on="ls",
        needs=_FACTS,
    ),
    Case(
        "pack_not_usable",
        {"ls": server(pack(), pack(total=0))},
        {"ls": server(pack(), {**pack(), "total": "unlimited"})},
        lambda at: any(each.total == 0 for each in bought(at["ls"])),
        on="ls",
        needs=_FACTS,
    ),
    Case(
        "temporary_cals",
        {
            "ls": server(
                pack("per_device", issued=2), pack("per_device", program="temporary", issued=3)
            )
        },
        {"ls": server(pack("per_device", issued=2), pack("per_device", program="temporary"))},
        lambda at: any(each.program == TEMPORARY and each.issued for each in bought(at["ls"])),
        on="ls",
        needs=_FACTS,
    ),
    Case(
        "expired_packs",
        {"ls": server(pack(), pack(expires="2024-01-31T00:00:00Z"))},
        {"ls": server(pack(), pack(expires="2037-01-31T00:00:00Z"))},
        lambda at: any(
            isinstance(each.expires, datetime) and each.expires < datetime.now(UTC)
            for each in bought(at["ls"])
        ),
        on="ls",
        needs=_FACTS,
    ),
    _logs("database_damaged", events({"id": 88}), 9, 4100),
    _logs("certificate_damaged", _of_somebody(17), 17, 19),
    _logs("cals_run_out_logged", _before_boot(22), 20, 22, strings=("RDS Per User CAL",)),
    # The database engine's own records are of the Application log.
    _logs("database_error_logged", {}, 44),
    _logs(
        "user_attributes_not_written",
        events({"id": 74}),
        4105,
        strings=("CORP\\eva", "corp.example", "0x80070005"),
    ),
    _logs("directory_not_reached", events({"id": 4105}), 4107),
    Case(
        "not_in_license_servers_group",
        {"ls": server(license_server={"in_group": False})},
        # Without delegation nobody can tell.
        {"ls": server(license_server={"in_group": False, "delegation": False})},
        lambda at: (
            at["ls"].license_server is not None
            and at["ls"].license_server.plan.delegation
            and not at["ls"].license_server.in_group
        ),
        on="ls",
    ),
)
