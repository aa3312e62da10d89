# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``rds_issued_cal`` does: revoke per device CALs within Microsoft's limit.

Only per device CALs can be revoked, and no more than 20 percent of them (Microsoft Learn:
"License your RDS deployment with client access licenses"). The page does not say of what: the
plan takes the installed CALs of a version, less those that are revoked already. Windows has the
last word, and its refusal names the date from which on more may be revoked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from ..._cim.errors import CimError, Fault, MethodFailed
from ..._cim.session import CimSession
from ..._surroundings import utc_now
from ..._windows.schema.license_server import ISSUED_LICENSE
from ..change import Outcome, Progress, Step
from ..license_servers.license_server import NotALicenseServer
from .issued_rows import iso, issued_rows, status_of
from .key_packs import CalType, KeyPack
from .pack_inventory import read_packs
from .revocation_survey import Candidate, Selection, Survey, per_user, survey_issued

PERCENT = 20
_GONE = (0x80041002, 0x8033805B)
"""WBEM_E_NOT_FOUND, ERROR_WSMAN_INVALID_SELECTORS: the CAL ended meanwhile."""


class Skip(StrEnum):
    """Why a selected CAL is not revoked."""

    NOT_FOUND = "not_found"
    ALREADY_REVOKED = "already_revoked"
    NOT_ACTIVE = "not_active"
    NOT_PER_DEVICE = "not_per_device"
    LIMIT = "limit"


class _LimitReached(CimError):
    """Windows refused, and said from when on it allows more."""

    def __init__(self, next_on: datetime) -> None:
        super().__init__("the limit of revocations is reached")
        self.next_on = next_on


@dataclass(slots=True)
class Limit:
    """How many CALs of one version may be revoked."""

    version: str
    installed: int = 0
    revoked_before: int = 0
    planned: int = 0
    next_on: datetime | None = None
    """When the first of those that are revoked ends, and our own count allows one more."""

    @property
    def allowed(self) -> int:
        """How many more, those that are planned aside."""
        return max(0, self.installed * PERCENT // 100 - self.revoked_before)

    def as_dict(self) -> dict[str, Any]:
        """As the module returns it."""
        return {
            "version": self.version,
            "installed": self.installed,
            "revoked_before": self.revoked_before,
            "allowed": self.allowed,
        }


@dataclass(slots=True)
class RevocationPlan:
    """What is to be revoked, in order, and what is not, with the reason."""

    limits: dict[int | None, Limit]
    revoke: list[Candidate] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    next_on: datetime | None = None
    told_by_windows: bool = False

    def skip(self, candidate: Candidate, reason: Skip) -> None:
        """Note one that is not revoked."""
        self.skipped.append({**candidate.as_dict(), "reason": str(reason)})

    def tell_next(self, moment: datetime | None, *, by_windows: bool) -> None:
        """Note from when on more may be revoked; what Windows says beats an estimate."""
        if moment is None or (self.told_by_windows and not by_windows):
            return
        earlier = self.next_on if self.told_by_windows == by_windows else None
        self.next_on = min(moment, earlier) if earlier else moment
        self.told_by_windows = by_windows

    def values(self, revoked: Iterable[Candidate]) -> dict[str, Any]:
        """The results of the module."""
        source = "windows" if self.told_by_windows else "estimate"
        return {
            "revoked": [each.as_dict() for each in revoked],
            # "skipped" would make Ansible take the task for a skipped one.
            "not_revoked": self.skipped,
            "limits": [each.as_dict() for each in self.limits.values()],
            "next_revoke_allowed_on": iso(self.next_on),
            "next_revoke_source": source if self.next_on else None,
        }


def ensure_revoked(
    session: CimSession, selection: Selection, progress: Progress, *, check_mode: bool
) -> Outcome:
    """Revoke the selected CALs, as far as the limit allows.

    :raises Refused: something that is named is per user, or ambiguous.
    :raises NotALicenseServer: RD Licensing is not installed (in check mode a warning).
    """
    try:
        packs = {pack.key_pack_id: pack for pack in read_packs(session)}
    except NotALicenseServer as error:
        if not check_mode:
            raise
        nothing = RevocationPlan({}).values([])
        return Outcome(False, values=nothing, warnings=[f"{error}: nothing is issued there."])
    for number in selection.key_pack_ids:
        if number in packs and packs[number].type is CalType.PER_USER:
            raise per_user(f"key pack {number}")
    survey = survey_issued(session, packs, selection, utc_now())
    plan = plan_revocation(packs, survey)
    failure = None
    revoked = list(plan.revoke)
    if not check_mode:
        revoked, failure = _revoke_all(session, plan, progress)
    return Outcome(
        changed=bool(revoked),
        before=_shown(revoked, "active"),
        after=_shown(revoked, "revoked"),
        values={**plan.values(revoked), **(progress.left() if failure else {})},
        failure=failure,
    )


def plan_revocation(packs: Mapping[int, KeyPack], survey: Survey) -> RevocationPlan:
    """Decide about each selected CAL before the first is revoked."""
    limits: dict[int | None, Limit] = {}
    for pack in packs.values():
        if pack.type is CalType.PER_DEVICE and pack.counts:
            limit = limits.setdefault(pack.version_id, Limit(pack.version))
            limit.installed += pack.total or 0
    for version_id, limit in limits.items():
        limit.revoked_before = survey.revoked[version_id]
        limit.next_on = survey.revoked_until.get(version_id)
    plan = RevocationPlan(limits)
    for candidate in survey.candidates:
        _decide(plan, candidate)
    plan.skipped += [
        {"license_id": number, "reason": str(Skip.NOT_FOUND)} for number in survey.missing
    ]
    return plan


def _decide(plan: RevocationPlan, candidate: Candidate) -> None:
    pack, status = candidate.pack, candidate.row["status"]
    if status == "revoked":
        plan.skip(candidate, Skip.ALREADY_REVOKED)
    elif pack is None or pack.type is not CalType.PER_DEVICE:
        plan.skip(candidate, Skip.NOT_PER_DEVICE)
    elif status != "active":
        # A temporary CAL ends by itself after 90 days at the latest.
        plan.skip(candidate, Skip.NOT_ACTIVE)
    else:
        limit = plan.limits.get(pack.version_id)
        if limit is None or limit.planned >= limit.allowed:
            plan.skip(candidate, Skip.LIMIT)
            plan.tell_next(limit.next_on if limit else None, by_windows=False)
        else:
            limit.planned += 1
            plan.revoke.append(candidate)


def _revoke_all(
    session: CimSession, plan: RevocationPlan, progress: Progress
) -> tuple[list[Candidate], CimError | None]:
    """Revoke one after the other; return those that are, and what stopped it."""
    revoked: list[Candidate] = []
    full: set[int | None] = set()
    for candidate in plan.revoke:
        version = candidate.pack.version_id if candidate.pack else None
        if version in full:
            plan.skip(candidate, Skip.LIMIT)
            continue
        try:
            progress.apply([_step(session, candidate)])
        except _LimitReached as reached:
            full.add(version)
            plan.skip(candidate, Skip.LIMIT)
            plan.tell_next(reached.next_on, by_windows=True)
        except Fault as fault:
            if fault.code is None or fault.code.number not in _GONE:
                return revoked, fault
            plan.skip(candidate, Skip.NOT_FOUND)
        except CimError as error:
            return revoked, error
        else:
            revoked.append(candidate)
    return revoked, None


def _step(session: CimSession, candidate: Candidate) -> Step:
    where = " AND ".join(f"{name} = {number}" for name, number in candidate.keys.items())

    def do() -> None:
        outputs = session.invoke(ISSUED_LICENSE, "Revoke", keys=candidate.keys)
        value = outputs["ReturnValue"]
        if value == 0:
            return
        next_on = outputs["NextRevokeAllowedOn"]
        # Documented to hold only when the limit is the reason.
        if isinstance(next_on, datetime) and next_on > utc_now():
            raise _LimitReached(next_on)
        raise MethodFailed(ISSUED_LICENSE.name, "Revoke", value if isinstance(value, int) else 0)

    def holds() -> bool:
        found = list(issued_rows(session, where))
        return all(status_of(each["LicenseStatus"]) == "revoked" for each in found)

    return Step(candidate.says, do, holds)


def _shown(candidates: Iterable[Candidate], status: str) -> dict[str, Any]:
    """The CALs that are touched, by their keys, for ``before`` and ``after``."""
    return {
        "licenses": [
            {
                "license_id": each.row["license_id"],
                "key_pack_id": each.row["key_pack_id"],
                "status": status,
            }
            for each in candidates
        ]
    }
