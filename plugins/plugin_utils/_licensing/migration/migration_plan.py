# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a migration: from one license server to another, without losing a CAL.

Sources: Microsoft Learn, "Migrate your Remote Desktop Services Client Access Licenses"
(the target is activated first, the source must stop using the CALs), "License your RDS deployment
with client access licenses" (the two version tables), the Import methods of
Win32_TSLicenseKeyPack.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..version_matrix import RULE, can_hold, is_documented
from .coverage import Covered, Kind, cover, surplus
from .known_hosts import KnownHost, Lists, accepts, lists_of
from .known_server import KnownPack, KnownServer
from .plan import Plan, State, Step, need_numbers, numbers_of, packs_data, server_data, words
from .purchases import Row

_DEVICE, _USER = "per_device", "per_user"


@dataclass(frozen=True, slots=True)
class Migration:
    """Everything that a migration is planned from.

    :param rows: what is to be imported.
    :param own: what the new server has of its own, installed before those.
    """

    old: KnownServer | None
    new: KnownServer | None
    old_host: KnownHost
    new_host: KnownHost
    rows: Sequence[Row]
    own: Sequence[Row] = ()
    hosts: Sequence[KnownHost] = ()
    old_names: Sequence[str] = ()
    new_names: Sequence[str] = ()
    new_entry: str = ""
    switch: bool = False
    deactivate_old: bool = False
    accept: Collection[str] = field(default=frozenset())

    @property
    def release(self) -> str | None:
        """The Windows Server of the new license server."""
        return self.new_host.release or (self.new.release if self.new else None)


def plan_migration(asked: Migration) -> Plan:
    """Plan it. Nothing is read or written."""
    plan = Plan("migrate", f"Migration to {asked.new_entry}")
    packs = asked.new.packs if asked.new else ()
    all_rows = [*asked.own, *asked.rows]
    covered = cover(all_rows, packs)[len(asked.own) :]
    _check_source(plan, asked, covered)
    _check_target(plan, asked)
    _check_rows(plan, asked, covered)
    _check_left_behind(plan, asked)
    coming = [(each.row, each.missing) for each in covered if each.missing]
    capacity = list(_capacity(plan, asked, coming))
    lists = [_check_host(plan, each, asked, coming) for each in asked.hosts]
    if not asked.hosts:
        plan.warn("no_hosts", "No session host was named: nobody is pointed at the new server")
    plan.accept(asked.accept)
    plan.steps = list(_steps(asked, covered, lists))
    plan.data = {
        "old": server_data(asked.old),
        "new": server_data(asked.new),
        "packs": packs_data(asked.old),
        "rows": numbers_of(covered),
        "capacity": capacity,
        "hosts": {
            host.inventory_name: _host_data(host, each)
            for host, each in zip(asked.hosts, lists, strict=True)
        },
    }
    return plan


def _check_source(plan: Plan, asked: Migration, covered: Sequence[Covered]) -> None:
    old = asked.old
    if old is None:
        plan.stop(
            "no_source",
            "Nothing is known of the old license server",
            "reach it, or give its facts from a bundle or an inventory (old_facts)",
        )
        return
    needs_id = any(each.missing and each.row.method == "import" for each in covered)
    if needs_id and not old.license_server_id:
        plan.stop(
            "no_source_id",
            "The 35-character ID of the old license server is not known",
            "it stands in a bundle, in an inventory, and on Microsoft's letters",
        )
    if asked.new and old.license_server_id and old.license_server_id == asked.new.license_server_id:
        plan.stop(
            "same_server",
            "Old and new are one license server",
            "for a reinstalled server use recover_after_reinstall.yml",
        )


def _check_target(plan: Plan, asked: Migration) -> None:
    if not asked.new_host.known:
        plan.stop("target_unknown", f"The new license server {asked.new_host.why_unknown}")
    elif asked.release is None:
        plan.warn("target_release", "The Windows release of the new server is not known")
    if asked.new and asked.new.activated is False:
        plan.note("activate", "The new server is not activated yet; the run does that")
    _check_versions(plan, asked.rows, asked.release)
    _check_domain(plan, asked)


def _check_versions(plan: Plan, rows: Sequence[Row], release: str | None) -> None:
    for row in rows:
        if release is None:
            continue
        if not can_hold(release, row.version):
            plan.stop(
                "too_new",
                f"packs[{row.row}]: Windows Server {release} cannot hold CALs of {row.version}: "
                f"{RULE}",
                f"take a license server of Windows Server {row.version} or newer",
            )
        elif not is_documented(release, row.version):
            plan.note(
                "probably_holds",
                f"Windows Server {release} can probably hold CALs of {row.version}; Microsoft's "
                "table does not name it",
            )


def _check_domain(plan: Plan, asked: Migration) -> None:
    if not asked.new_host.known:
        return
    if asked.new_host.domain is None:
        if any(row.type == _USER for row in asked.rows):
            plan.stop(
                "target_workgroup",
                "The new server is in a workgroup, and per user CALs need Active Directory",
                "join it to the domain before it is activated",
            )
    elif asked.old_host.domain and asked.new_host.domain != asked.old_host.domain:
        plan.warn(
            "other_domain",
            f"The new server is in {asked.new_host.domain}, the old one in "
            f"{asked.old_host.domain}: per user CALs are written where the new one is",
        )


def _check_rows(plan: Plan, asked: Migration, covered: Sequence[Covered]) -> None:
    if not asked.rows:
        plan.stop(
            "no_rows",
            "No purchase is named: there is nothing to import",
            "declare what was bought, with its numbers, in lserver_migration_packs",
        )
    need_numbers(plan, asked.rows, covered)
    packs = asked.new.packs if asked.new else ()
    everything = [*asked.own, *asked.rows]
    for each in cover(everything, packs):
        if each.partly:
            plan.stop(
                "unexplained",
                f"The new server has {each.there} of the {each.row.quantity} CALs of "
                f"{words(each.row.kind)} of one row: no run of ours leaves it so",
                "CALs that it has of its own belong into lserver_migration_own_packs",
            )
    for kind, extra in surplus(everything, packs).items():
        plan.warn(
            "surplus",
            f"The new server has {extra} CALs of {words(kind)} beyond what is declared; they stay",
        )


def _check_left_behind(plan: Plan, asked: Migration) -> None:
    """CALs of the old server that no row brings, and rows that bring more than it has."""
    if asked.old is None:
        return
    _note_unmovable(plan, asked.old)
    there: dict[Kind, int] = {}
    for pack in asked.old.packs:
        if pack.why_not_movable is None:
            there[_kind(pack)] = there.get(_kind(pack), 0) + (pack.total or 0)
    declared = _declared(asked.rows, there)
    for kind, named in declared.items():
        total = there.get(kind, 0)
        if named < total:
            plan.stop(
                "left_behind",
                f"{total - named} of {total} CALs of {words(kind)} are in no row: they would stay "
                "on the old server",
                "declare them, or accept left_behind if they are not to move",
            )
        elif named > total:
            plan.warn(
                "more_than_there",
                f"{named} CALs of {words(kind)} are declared, the old server has {total or 'none'}",
                "Microsoft may refuse them; compare with the purchase and with its packs",
            )


def _note_unmovable(plan: Plan, old: KnownServer) -> None:
    for pack in old.packs:
        why = pack.why_not_movable
        if why is None or pack.total == 0:
            continue
        text = f"Pack {pack.key_pack_id} ({words(_kind(pack))}) cannot move: {why}"
        if why in ("VDI suite", "without limit", "unknown kind"):
            plan.stop(
                "cannot_move",
                text,
                "move it in RD Licensing Manager (Manage RDS CALs), then accept cannot_move",
            )
        else:
            plan.note("stays", text)


def _declared(rows: Sequence[Row], there: Mapping[Kind, int]) -> dict[Kind, int]:
    """How many CALs of each kind the rows bring.

    Rows without a program take what the others leave of their version and type.
    """
    found = dict.fromkeys(there, 0)
    open_rows: dict[Kind, int] = {}
    for row in rows:
        taker = found if row.program is not None else open_rows
        taker[row.kind] = taker.get(row.kind, 0) + row.quantity
    for kind, left in open_rows.items():
        rest = left
        for other, total in there.items():
            if other[:2] == kind[:2]:
                taken = min(rest, max(0, total - found[other]))
                found[other] += taken
                rest -= taken
        if rest:
            found[kind] = rest
    return found


def _kind(pack: KnownPack) -> Kind:
    return pack.version, pack.type, pack.program


def _capacity(
    plan: Plan, asked: Migration, coming: Sequence[tuple[Row, int]]
) -> Iterator[dict[str, object]]:
    """Devices keep no CAL of the old server: each asks the new one again."""
    old, new = asked.old, asked.new
    versions = sorted({each.version for each in (old.counted if old else ())})
    for version in versions:
        for cal_type in (_DEVICE, _USER):
            issued = _issued(old, version, cal_type)
            if not issued:
                continue
            free = sum(
                each.available or 0
                for each in (new.counted if new else ())
                if (each.version, each.type) == (version, cal_type)
            )
            arriving = sum(
                missing for row, missing in coming if (row.version, row.type) == (version, cal_type)
            )
            again = max(0, issued - _issued(new, version, cal_type))
            lacking = max(0, again - free - arriving)
            yield {
                "version": version,
                "type": cal_type,
                "issued_on_old": issued,
                "ask_again": again,
                "free_on_new": free,
                "coming": arriving,
                "lacking": lacking,
            }
            if lacking:
                plan.warn(
                    "capacity",
                    f"{again} {cal_type.replace('_', ' ')} CALs of {version} will be asked for "
                    f"again; {free + arriving} will be free on the new server",
                    "devices without one get a temporary license and are refused after its end"
                    if cal_type == _DEVICE
                    else "Windows does not refuse users, but the license terms count them",
                )


def _issued(server: KnownServer | None, version: str, cal_type: str) -> int:
    return sum(
        each.issued
        for each in (server.counted if server else ())
        if (each.version, each.type) == (version, cal_type)
    )


def _check_host(
    plan: Plan, host: KnownHost, asked: Migration, coming: Sequence[tuple[Row, int]]
) -> Lists:
    lists = lists_of(host.servers, asked.old_names, asked.new_names, asked.new_entry)
    if not host.known:
        plan.warn(
            "host_unknown",
            f"{host.inventory_name}: {host.why_unknown}; it is not in this plan",
            "run the plan again when it answers: the old server stays until it does",
        )
        return lists
    if not host.session_host:
        plan.note("no_session_host", f"{host.inventory_name} is no session host")
    if not (lists.uses_old or lists.uses_new):
        named = ", ".join(host.servers) or "none"
        plan.warn(
            "other_servers",
            f"{host.inventory_name} names neither server (it has: {named}); it is left alone",
        )
    if host.mode not in (_USER, _DEVICE):
        plan.warn("mode", f"{host.inventory_name}: its licensing mode is {host.mode}")
        return lists
    if host.mode == _USER and host.domain is None:
        plan.warn("workgroup", f"{host.inventory_name} is in a workgroup and asks for user CALs")
    if host.release is None:
        plan.warn("host_release", f"{host.inventory_name}: its Windows release is not known")
        return lists
    held = {row.version for row, dummy in coming if row.type == host.mode} | {
        each.version
        for each in (asked.new.counted if asked.new else ())
        if each.type == host.mode and (each.total or 0) > 0
    }
    if not any(accepts(host.release, each) for each in held):
        had = any(
            accepts(host.release, each.version)
            for each in (asked.old.counted if asked.old else ())
            if each.type == host.mode
        )
        text = (
            f"{host.inventory_name} ({host.release}) will find no "
            f"{host.mode.replace('_', ' ')} CAL on the new server: there are "
            f"{', '.join(sorted(held)) or 'none'}, and a host takes its own version or newer"
        )
        if had:
            plan.stop("no_cal", text, "declare the CALs that it uses today")
        else:
            plan.warn("no_cal_as_before", text + ". It finds none today either")
    return lists


def _host_data(host: KnownHost, lists: Lists) -> dict[str, object]:
    return {
        "known": host.known,
        "release": host.release,
        "domain": host.domain,
        "mode": host.mode,
        "by_policy": host.servers_by_policy,
        "now": list(lists.now),
        "transition": list(lists.transition),
        "after": list(lists.after),
        "uses_old": lists.uses_old,
        "uses_new": lists.uses_new,
        "new_in_list": list(lists.new_in_list),
    }


def _steps(asked: Migration, covered: Sequence[Covered], lists: Sequence[Lists]) -> Iterator[Step]:
    """The steps in their order, as far as the servers show where they stand."""
    missing = [each for each in covered if each.missing]
    used = [each for each in lists if each.uses_old or each.uses_new]
    waiting = sum(not each.uses_new for each in used)
    still_old = sum(each.uses_old for each in used)
    activated = bool(asked.new and asked.new.activated)

    def step(name: str, says: str, done: bool, *, due: bool = True) -> Step:
        return Step(name, says, State.DONE if done else State.TODO if due else State.LATER)

    yield step("backup", "Back up the old license server", not missing and not waiting)
    yield step("prepare", "Install and activate RD Licensing on the new one", activated)
    for each in covered:
        row = each.row
        yield step(
            "import",
            f"packs[{row.row}]: {row.method} {row.quantity} {words(row.kind)} ({row.channel})",
            not each.missing,
        )
    yield step(
        "transition",
        f"Name the new server first, then the old one: {waiting} of {len(used)} hosts",
        not waiting,
    )
    yield step(
        "switch",
        f"Take the old server out of the lists: {still_old} of {len(used)} hosts",
        not still_old,
        due=asked.switch,
    )
    gone = asked.old is not None and asked.old.activated is False
    yield step("deactivate", "Deactivate the old server", gone, due=asked.deactivate_old)
