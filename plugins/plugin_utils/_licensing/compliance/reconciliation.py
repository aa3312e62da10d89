# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owned, installed, issued and authorized, per version and type, with the rule applied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from ..version_matrix import VERSIONS
from .account import SEVERITIES, Finding, Line, Reconciliation, Unknown
from .authorized_users import AuthorizedUsers
from .channels import wrong_channels
from .entitlements import Entitlement
from .farm import PER_USER, RDS, Farm, StockKey
from .findings import about_line, about_packs, about_purchases
from .group_account import Group


def reconcile(
    farm: Farm,
    entitlements: Sequence[Entitlement] | None,
    authorized: AuthorizedUsers | None,
    today: date,
    more: Iterable[Finding] = (),
) -> Reconciliation:
    """Hold what is owned against what is installed and used.

    :param entitlements: ``None`` where no list was given: then nothing is over-used for certain.
    :param more: findings from elsewhere, about the documents of the purchases.
    """
    valid = None if entitlements is None else [e for e in entitlements if e.counts_on(today)]
    findings = [*more, *about_purchases(entitlements or (), today)]
    unknown = list(_unknowns(farm, entitlements, authorized))
    users, lost = users_by_version(farm, authorized)
    unknown += lost
    lines: list[Line] = []
    for kind, suite in _groups(farm, valid or ()):
        per_user_rds = (kind, suite) == (PER_USER, RDS)
        group = Group(farm, kind, suite, valid, users if per_user_rds else None)
        lines += group.lines()
    for line in lines:
        findings += about_line(line)
    packs = [pack for server in farm.servers for pack in server.packs or ()]
    findings += about_packs(packs)
    findings += [
        Finding(
            "cal_wrong_channel",
            "error",
            each.key,
            {
                "quantity": each.quantity,
                "installed_program": each.installed_program,
                "owned_program": each.owned_program,
            },
        )
        for each in wrong_channels(packs, valid or ())
    ]
    findings.sort(key=lambda each: (SEVERITIES.index(each.severity), each.id, *_rank(each.key)))
    return Reconciliation(tuple(lines), tuple(findings), tuple(unknown))


def _rank(key: StockKey | None) -> tuple[str, str, str]:
    return (key.version, key.type, key.suite) if key else ("", "", "")


def _groups(farm: Farm, valid: Iterable[Entitlement]) -> list[tuple[str, str]]:
    keys = {pack.key for server in farm.servers for pack in server.packs or ()}
    keys |= {each.key for each in valid}
    groups = {(key.type, key.suite) for key in keys}
    # The users of a farm need CALs even where there is none.
    return sorted(groups | {(PER_USER, RDS)})


def users_by_version(
    farm: Farm, authorized: AuthorizedUsers | None
) -> tuple[Mapping[str, int] | None, list[Unknown]]:
    """Authorized users by the version of CAL that they need, and what cannot be told of them.

    A number for all of them is held against the newest session hosts that are in the mode Per
    User: a CAL for those serves on the older ones, too.
    """
    if authorized is None:
        return None, []
    if authorized.by_version:
        return authorized.by_version, []
    versions = [
        host.version for host in farm.hosts if host.mode == PER_USER and host.version in VERSIONS
    ]
    if not versions:
        values = {"users": authorized.total}
        return None, [Unknown("authorized_version_unknown", values)]
    newest = max(versions)
    return {newest: authorized.total or 0}, []


def _unknowns(
    farm: Farm,
    entitlements: Sequence[Entitlement] | None,
    authorized: AuthorizedUsers | None,
) -> Iterator[Unknown]:
    if entitlements is None:
        yield Unknown("no_entitlements")
    if not farm.servers:
        yield Unknown("no_servers")
    elif farm.silent:
        yield Unknown("no_facts", {"servers": ", ".join(farm.silent)})
    packs = [pack for server in farm.servers for pack in server.packs or ()]
    unreadable = sum(pack.place == "unreadable" for pack in packs)
    if unreadable:
        yield Unknown("packs_unreadable", {"packs": unreadable})
    per_user = any(pack.key.type == PER_USER for pack in packs)
    if authorized is None and (per_user or any(host.mode == PER_USER for host in farm.hosts)):
        yield Unknown("authorized_unknown")
    without_report = [
        server.name
        for server in farm.servers
        if server.per_user_issued is None
        and any(pack.key.type == PER_USER and pack.gives_cals for pack in server.packs or ())
    ]
    if without_report:
        yield Unknown("per_user_issued_unknown", {"servers": ", ".join(without_report)})
