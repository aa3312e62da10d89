# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account of one type and suite: owned against installed and used, by version.

What is not known makes a verdict unknown, not good: only an excess that shows already is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from .account import Amount, Line, LineState
from .coverage import Coverage, cover
from .entitlements import Entitlement
from .farm import PER_DEVICE, PER_USER, RDS, Farm, FarmPack, FarmServer, StockKey


class Group:
    """All versions of one type and suite: newer CALs stand in for older ones among them.

    :param valid: the purchases that count today, ``None`` where no list was given.
    :param users: authorized users by version, ``None`` where they are not known or it is about
        devices.
    """

    def __init__(
        self,
        farm: Farm,
        kind: str,
        suite: str,
        valid: Sequence[Entitlement] | None,
        users: Mapping[str, int] | None,
    ) -> None:
        self._kind, self._suite = kind, suite
        self._owned: dict[str, int] | None = None if valid is None else defaultdict(int)
        for each in valid or ():
            if self._owned is not None and (each.key.type, each.key.suite) == (kind, suite):
                self._owned[each.key.version] += each.quantity
        self._users = users
        self._silent = bool(farm.silent) or not farm.servers
        self._servers = farm.servers
        versions = {
            pack.key.version
            for server in farm.servers
            for pack in server.packs or ()
            if (pack.key.type, pack.key.suite) == (kind, suite)
        }
        versions |= set(self._owned or {}) | {v for v, count in (users or {}).items() if count}
        if (kind, suite) == (PER_USER, RDS):
            versions |= {v for server in farm.servers for v in server.per_user_issued or {}}
        self._versions = sorted(versions)

    def lines(self) -> list[Line]:
        """One line per version."""
        installed = {v: self._installed(v) for v in self._versions}
        issued = {v: self._issued(v) for v in self._versions}
        used = {v: self._used(v, issued[v]) for v in self._versions}
        by_installed, by_used = self._cover(installed), self._cover(used)
        return [
            self._line(v, installed, issued[v], used, by_installed, by_used) for v in self._versions
        ]

    def _cover(self, demand: Mapping[str, Amount]) -> Coverage:
        return cover(self._owned or {}, {v: each.known for v, each in demand.items()})

    def _packs(self, version: str) -> Iterable[tuple[FarmServer, FarmPack]]:
        key = StockKey(version, self._kind, self._suite)
        for server in self._servers:
            for pack in server.packs or ():
                if pack.key == key:
                    yield server, pack

    def _installed(self, version: str) -> Amount:
        return sum(
            (_amount(pack.total, pack) for dummy, pack in self._packs(version)),
            Amount(0, not self._silent),
        )

    def _issued(self, version: str) -> Amount:
        issued = Amount(0, not self._silent)
        for server in self._servers:
            if server.packs is None:
                continue
            packs = [pack for each, pack in self._packs(version) if each is server]
            by_packs = sum((_amount(pack.issued, pack) for pack in packs), Amount())
            if self._kind != PER_USER:
                issued += by_packs
            elif server.per_user_issued is not None and self._suite == RDS:
                issued += Amount(server.per_user_issued.get(version, 0))
            else:
                # Windows keeps no list of Per User CALs: without a report 0 says nothing.
                issued += Amount(by_packs.known, complete=not packs)
        return issued

    def _used(self, version: str, issued: Amount) -> Amount:
        return issued if self._users is None else Amount(self._users.get(version, 0))

    def _line(
        self,
        version: str,
        installed: Mapping[str, Amount],
        issued: Amount,
        used: Mapping[str, Amount],
        by_installed: Coverage,
        by_used: Coverage,
    ) -> Line:
        key = StockKey(version, self._kind, self._suite)
        comparable = key.known and self._owned is not None
        line = Line(
            key=key,
            state=LineState.UNKNOWN,
            rule=self._rule(key, used[version]),
            owned=None if self._owned is None else self._owned.get(version, 0),
            installed=installed[version],
            issued=issued,
            authorized=None if self._users is None else self._users.get(version, 0),
            used=used[version],
            covered_by=by_used.borrowed.get(version, ()),
            installed_covered_by=by_installed.borrowed.get(version, ()),
            over_used=_over(by_used, version, used) if comparable else None,
            over_installed=_over(by_installed, version, installed) if comparable else None,
            over_issued=self._over_issued(version),
            not_installed=_left(by_installed, version, installed) if comparable else None,
            unused=_left(by_used, version, used) if comparable else None,
        )
        return _judged(line)

    def _over_issued(self, version: str) -> int:
        """Issued beyond installed: of each license server, since none helps another out."""
        over = 0
        for server in self._servers:
            packs = [pack for each, pack in self._packs(version) if each is server]
            counted = [pack for pack in packs if pack.place == "counted"]
            if len(counted) == len([p for p in packs if p.place in ("counted", "unreadable")]):
                surplus = sum(p.issued or 0 for p in counted) - sum(p.total or 0 for p in counted)
                over += max(0, surplus)
        return over

    def _rule(self, key: StockKey, used: Amount) -> str:
        if not key.known:
            return "not_comparable"
        if self._kind == PER_DEVICE:
            return "per_device_enforced"
        if self._users is not None:
            return "per_user_authorized"
        return "per_user_issued" if used.complete or used.known else "per_user_unknown"


def _amount(number: int | None, pack: FarmPack) -> Amount:
    """What a pack adds: expired, temporary and unlimited ones nothing."""
    if pack.place == "unreadable":
        return Amount(0, complete=False)
    if pack.place != "counted":
        return Amount()
    return Amount(number or 0, number is not None)


def _over(coverage: Coverage, version: str, demand: Mapping[str, Amount]) -> int | None:
    short = coverage.short.get(version, 0)
    if short:
        return short  # More that is not known of can only add to it.
    certain = demand[version].complete
    if coverage.borrowed.get(version):
        certain = certain and all(each.complete for each in demand.values())
    return 0 if certain else None


def _left(coverage: Coverage, version: str, demand: Mapping[str, Amount]) -> int | None:
    if not all(each.complete for each in demand.values()):
        return None
    return coverage.left.get(version, 0)


def _judged(line: Line) -> Line:
    if not line.key.known:
        return line
    if line.over_used:
        state = LineState.OVER_USED
    elif line.over_installed:
        state = LineState.OVER_INSTALLED
    elif line.over_issued:
        state = LineState.OVER_ISSUED
    elif line.over_used is None or line.over_installed is None:
        state = LineState.UNKNOWN
    else:
        state = LineState.NOT_INSTALLED if line.not_installed else LineState.OK
    return replace(line, state=state)
