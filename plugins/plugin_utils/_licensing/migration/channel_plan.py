# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a correction: a pack that came through the wrong channel.

The right CALs come first and the wrong pack goes after it, so that a refusal of Microsoft leaves
everything as it was. No other pack is touched, and the database is not rebuilt (the wizard's
"rebuild" deletes every pack; Microsoft Learn: Win32_TSLicenseKeyPack.UninstallLicenseKeyPackWithId
takes one).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from ..version_matrix import RULE, can_hold
from .coverage import Covered, belongs, cover
from .known_server import KnownPack, KnownServer
from .plan import Plan, State, Step, need_numbers, numbers_of, packs_data, server_data, words
from .purchases import Row


@dataclass(frozen=True, slots=True)
class Correction:
    """Everything that a correction is planned from.

    :param key_pack_id: the pack that came through the wrong channel.
    :param rows: the purchase in the right one.
    :param remove_first: remove the wrong pack before the right CALs are installed.
    """

    server: KnownServer | None
    key_pack_id: int | None
    rows: Sequence[Row]
    remove_first: bool = False
    accept: Collection[str] = field(default=frozenset())


def plan_correction(asked: Correction) -> Plan:
    """Plan it. Nothing is read or written."""
    server = asked.server
    name = server.name if server else "the license server"
    plan = Plan("correct_channel", f"Correction of key pack {asked.key_pack_id} on {name}")
    packs = server.packs if server else ()
    wrong = next((each for each in packs if each.key_pack_id == asked.key_pack_id), None)
    others = [each for each in packs if each is not wrong]
    covered = cover(asked.rows, others)
    if server is None:
        plan.stop("no_facts", "Nothing is known of the license server", "reach it first")
    elif server.activated is False:
        plan.stop("not_activated", "The license server is not activated", "activate it first")
    if not asked.rows:
        plan.stop(
            "no_rows",
            "The purchase in the right channel is not named",
            "declare it with its numbers in lserver_migration_packs",
        )
    need_numbers(plan, asked.rows, covered)
    complete = bool(asked.rows) and not any(each.missing for each in covered)
    if server is not None:
        _check_pack(plan, asked, wrong, complete=complete)
        _check_versions(plan, asked, server)
    plan.accept(asked.accept)
    plan.steps = list(_steps(asked, covered, wrong))
    plan.data = {
        "server": server_data(server),
        "packs": packs_data(server),
        "wrong": None if wrong is None else wrong.key_pack_id,
        "rows": numbers_of(covered),
    }
    return plan


def _check_pack(plan: Plan, asked: Correction, wrong: KnownPack | None, *, complete: bool) -> None:
    if wrong is None:
        if complete:
            plan.note("done", "The wrong pack is gone and the right CALs are there")
        elif asked.remove_first:
            plan.warn("gone", f"Key pack {asked.key_pack_id} is not there: taken for removed")
        else:
            plan.stop(
                "no_such_pack",
                f"There is no key pack {asked.key_pack_id} on this server",
                "take the number from the list of packs in this plan",
            )
        return
    if not wrong.bought:
        plan.stop(
            "not_bought",
            f"Key pack {wrong.key_pack_id} is Windows' own ({wrong.why_not_movable})",
            "name a pack that was installed",
        )
    same = [row for row in asked.rows if belongs(wrong, row)]
    if same and not asked.remove_first:
        plan.stop(
            "same_kind",
            f"Key pack {wrong.key_pack_id} is {words((wrong.version, wrong.type, wrong.program))},"
            f" which is what packs[{same[0].row}] declares: both would be counted as one",
            "if the pack really is wrong, set lserver_migration_remove_first",
        )
    declared = sum(row.quantity for row in asked.rows)
    if wrong.total is not None and asked.rows and declared != wrong.total:
        plan.warn(
            "other_quantity",
            f"The wrong pack holds {wrong.total} CALs, the right purchase {declared}",
        )
    if wrong.issued and wrong.type == "per_device":
        plan.warn(
            "issued",
            f"{wrong.issued} devices hold a CAL of the wrong pack; they get one of the right pack "
            "when they renew",
        )


def _check_versions(plan: Plan, asked: Correction, server: KnownServer) -> None:
    for row in asked.rows:
        if server.release is not None and not can_hold(server.release, row.version):
            plan.stop(
                "too_new",
                f"packs[{row.row}]: Windows Server {server.release} cannot hold CALs of "
                f"{row.version}: {RULE}",
            )


def _steps(
    asked: Correction, covered: Sequence[Covered], wrong: KnownPack | None
) -> Iterator[Step]:
    missing = any(each.missing for each in covered)
    todo = State.TODO if wrong is not None or missing else State.DONE
    yield Step("backup", "Back up the license server", todo)
    yield Step("evidence", "Write down what is there", todo)
    install = [
        Step(
            "install",
            f"packs[{each.row.row}]: {each.row.method} {each.row.quantity} {words(each.row.kind)} "
            f"({each.row.channel})",
            State.TODO if each.missing else State.DONE,
        )
        for each in covered
    ]
    gone = State.DONE if wrong is None else State.TODO
    remove = Step("remove", f"Remove key pack {asked.key_pack_id}, and only that", gone)
    yield from [remove, *install] if asked.remove_first else [*install, remove]
    yield Step("evidence", "Write down what is there then", todo)
