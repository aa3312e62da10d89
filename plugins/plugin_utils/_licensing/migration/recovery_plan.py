# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a recovery: a license server that was reinstalled and lost its CALs.

A reinstalled server has a new license server ID, so its numbers "were used already". The Reinstall
methods of Win32_TSLicenseKeyPack are the documented call for that; Microsoft limits how often, and
then the Clearinghouse has to be called.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from ..version_matrix import RULE, can_hold
from .coverage import Covered, cover
from .known_hosts import KnownHost
from .known_server import KnownServer
from .plan import Plan, State, Step, need_numbers, numbers_of, packs_data, server_data, words
from .purchases import Row


@dataclass(frozen=True, slots=True)
class Recovery:
    """Everything that a recovery is planned from.

    :param server: as it is now; None: RD Licensing is not installed yet.
    :param before: what a bundle or an inventory tells of it before the reinstallation.
    """

    server: KnownServer | None
    before: KnownServer | None
    host: KnownHost
    rows: Sequence[Row]
    accept: Collection[str] = field(default=frozenset())


def plan_recovery(asked: Recovery) -> Plan:
    """Plan it. Nothing is read or written."""
    server, before = asked.server, asked.before
    name = asked.host.name or (server.name if server else "") or asked.host.inventory_name
    plan = Plan("recover", f"Recovery of {name}")
    covered = cover(asked.rows, server.packs if server else ())
    if not asked.host.known:
        plan.stop("host_unknown", f"{asked.host.inventory_name} {asked.host.why_unknown}")
    if not asked.rows:
        plan.stop(
            "no_rows",
            "No purchase is named: there is nothing to get back",
            "declare what was bought, with its numbers, in lserver_migration_packs",
        )
    need_numbers(plan, asked.rows, covered)
    release = asked.host.release or (server.release if server else None)
    for row in asked.rows:
        if release is not None and not can_hold(release, row.version):
            plan.stop(
                "too_new",
                f"packs[{row.row}]: Windows Server {release} cannot hold CALs of {row.version}: "
                f"{RULE}",
            )
    _compare(plan, asked, name)
    if before is None:
        plan.note(
            "nothing_before",
            "Nothing tells what the server had before: compare the rows with the purchases",
        )
    plan.accept(asked.accept)
    plan.steps = list(_steps(server, covered))
    plan.data = {
        "server": server_data(server),
        "before": server_data(before),
        "packs": packs_data(before or server),
        "rows": numbers_of(covered),
    }
    return plan


def _compare(plan: Plan, asked: Recovery, name: str) -> None:
    server, before = asked.server, asked.before
    if before is None:
        return
    if server and before.license_server_id and before.license_server_id == server.license_server_id:
        plan.warn(
            "same_id",
            "The license server ID is what it was: this server was not reinstalled",
            "if its database is gone, restore a bundle first (rds_lserver_restore): on the same "
            "installation that brings everything back",
        )
    short = before.name.partition(".")[0].casefold()
    if short and name and short != name.partition(".")[0].casefold():
        plan.warn(
            "renamed",
            f"The server was {before.name} and is {name} now: Microsoft takes it for another one",
            "the reinstall methods are for a server of the same name; else migrate",
        )
    for pack in before.packs:
        total = pack.total or 0
        if pack.why_not_movable or not total:
            continue
        declared = sum(
            row.quantity
            for row in asked.rows
            if (row.version, row.type) == (pack.version, pack.type)
            and row.program in (None, pack.program)
        )
        if not declared:
            plan.stop(
                "left_behind",
                f"It had {total} CALs of {words((pack.version, pack.type, pack.program))}, which "
                "no row declares",
                "declare them, or accept left_behind",
            )


def _steps(server: KnownServer | None, covered: Sequence[Covered]) -> Iterator[Step]:
    activated = server is not None and server.activated is True
    yield Step(
        "prepare", "Install and activate RD Licensing", State.DONE if activated else State.TODO
    )
    for each in covered:
        yield Step(
            "import",
            f"packs[{each.row.row}]: {each.row.method} {each.row.quantity} "
            f"{words(each.row.kind)} ({each.row.channel})",
            State.TODO if each.missing else State.DONE,
        )
