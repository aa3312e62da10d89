# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``rds_cal_pack`` does with ``state: present``: install what is missing, read it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..._cim.errors import CimError
from ..._cim.session import CimSession
from ..._windows.schema.license_server import LICENSE_KEY_PACK
from ..change import Outcome, Progress, Refused, Step
from ..license_servers.clearinghouse import internet_advice
from ..license_servers.license_server import (
    Activation,
    NotALicenseServer,
    read_activation,
    read_system,
)
from ..version_matrix import RULE, can_hold, is_documented, release_of
from .key_packs import KeyPack, Suite
from .pack_inventory import Gain, gains, read_packs, read_packs_again, show_packs
from .pack_plan import Plan, Purchase, plan_packs, totals_of
from .wanted_packs import UNDOCUMENTED_VERSION, WantedPack, Way

_ADVICE = (
    "Microsoft documents no list of these numbers: compare number, channel, version and type with "
    "the purchase; look at the System event log of the license server"
)
_ADVICE_USED = (
    "; where the number was used on this license server before it was rebuilt, set method: "
    "reinstall"
)


class InstalledOther(CimError):
    """Windows installed something, but not what the row declares."""

    repeatable = False

    def __init__(self, purchase: Purchase, found: Sequence[Gain]) -> None:
        what = "; ".join(each.describe() for each in found)
        declared = purchase.pack.describe(purchase.quantity)
        super().__init__(f"Windows installed {what}. Declared were {declared}")
        self.operation = purchase.says
        self.advice = (
            f"do not run the task again before {purchase.pack.where} says what the number stands "
            "for (version, type, program, quantity), or it would be used once more; what is not "
            "wanted is taken away with state: absent and key_pack_id"
        )


class NotShown(CimError):
    """Windows accepted the call, and the key packs do not show it."""

    repeatable = False

    def __init__(self, purchase: Purchase) -> None:
        super().__init__("Windows accepted it, but no key pack has changed")
        self.operation = purchase.says
        self.advice = (
            "look at RD Licensing Manager, and run the task again only when the CALs are really "
            "missing there"
        )


def ensure_packs(
    session: CimSession,
    wanted: Sequence[WantedPack],
    progress: Progress,
    *,
    timeout: float,
    check_mode: bool,
) -> Outcome:
    """Have the declared CALs installed. Nothing is ever removed.

    :param wanted: the whole list; it is planned before the first call.
    :param timeout: seconds to look for what a call did whose answer got lost.
    :raises Refused: it would do harm, or Windows would refuse it; nothing was asked.
    :raises NotALicenseServer: RD Licensing is not installed (in check mode a warning).
    """
    try:
        before = read_packs(session)
    except NotALicenseServer as error:
        if not check_mode:
            raise
        return _on_bare_server(wanted, error)
    plan = plan_packs(wanted, before)
    if plan.purchases:
        plan.warnings += _refuse_unfit(session, plan, check_mode=check_mode)
    run = _Installation(session, progress, timeout, packs=before)
    if check_mode:
        run.expect(plan.purchases)
    else:
        run.install(plan.purchases)
    values = {"installed": run.installed, "totals": run.totals(wanted)}
    return Outcome(
        changed=bool(progress.applied if run.failure else plan.purchases),
        before=show_packs(before),
        after=run.show(),
        values={**values, **progress.left()} if run.failure else values,
        warnings=plan.warnings,
        failure=run.failure,
    )


def _on_bare_server(wanted: Sequence[WantedPack], error: CimError) -> Outcome:
    plan = plan_packs(wanted, [])
    return Outcome(
        changed=bool(plan.purchases),
        values={
            "installed": [_row(each) for each in plan.purchases],
            "totals": [each.as_dict() for each in totals_of(wanted, [], plan.purchases)],
        },
        warnings=[f"{error}: the CALs would be installed once it is, and activated."],
    )


def _refuse_unfit(session: CimSession, plan: Plan, *, check_mode: bool) -> list[str]:
    """Refuse what cannot work; return warnings of what is not certain."""
    warnings = []
    release = release_of(read_system(session).build)
    if release is None:
        warnings.append("The Windows release is not known, so neither whether it can hold them.")
    for version in sorted({each.pack.version for each in plan.purchases}):
        if release is not None and not can_hold(release, version):
            raise Refused(
                "too_new",
                f"Windows Server {release} cannot hold CALs of {version}: {RULE}",
                f"install them on a license server of Windows Server {version} or newer",
            )
        if release is not None and not is_documented(release, version):
            warnings.append(
                f"Windows Server {release} can probably hold CALs of {version}: it follows from "
                "the rule, Microsoft's table does not name it."
            )
        if version == UNDOCUMENTED_VERSION:
            warnings.append(
                f"The number by which Windows knows CALs of {version} is not documented."
            )
    activation = read_activation(session)
    if activation is Activation.ACTIVATED:
        return warnings
    state = "not activated" if activation is Activation.NOT_ACTIVATED else "in an unknown state"
    why = f"the license server is {state}, and only an activated one takes CALs"
    if not check_mode:
        raise Refused("not_activated", why, "activate it first (rds_lserver_activation)")
    warnings.append(f"{why[0].upper()}{why[1:]}: they would be installed once it is.")
    return warnings


@dataclass(slots=True)
class _Installation:
    """The calls of one run, one after the other, and what came of them."""

    session: CimSession
    progress: Progress
    timeout: float
    packs: list[KeyPack]
    """As they were read last."""
    installed: list[dict[str, Any]] = field(default_factory=list)
    failure: CimError | None = None
    _expected: list[Purchase] = field(default_factory=list)

    def expect(self, purchases: Sequence[Purchase]) -> None:
        """Check mode: what would come of them."""
        self._expected = list(purchases)
        self.installed = [_row(each) for each in purchases]

    def show(self) -> dict[str, Any]:
        """The packs as they are, or are expected."""
        shown = show_packs(self.packs)
        shown["packs"] += [
            {
                "key_pack_id": None,
                "type": str(each.pack.type),
                "program": str(each.pack.program) if each.pack.program else None,
                "version": each.pack.version,
                "suite": str(Suite.RDS),
                "total": each.quantity,
                "unlimited": False,
                "expired": False,
            }
            for each in self._expected
        ]
        return shown

    def totals(self, wanted: Sequence[WantedPack]) -> list[dict[str, Any]]:
        """Declared and installed CALs, as they are or are expected."""
        return [each.as_dict() for each in totals_of(wanted, self.packs, self._expected)]

    def install(self, purchases: Sequence[Purchase]) -> None:
        """Make the calls; stop at the first that fails and keep the failure."""
        for purchase in purchases:
            try:
                self._install(purchase)
            except CimError as error:
                self.failure = error
                return

    def _install(self, purchase: Purchase) -> None:
        before = self.packs
        call = _Call(self.session, self.progress, purchase, before)
        self.progress.apply(
            [Step(purchase.says, call.do, call.holds, patience=max(self.timeout, 1.0))]
        )
        self.packs = call.seen
        found = call.found()
        right = [each for each in found if _is_declared(purchase, each)]
        if not right:
            other = "; ".join(each.describe() for each in found)
            self.progress.applied[-1] += f", which brought {other}"
            raise InstalledOther(purchase, found)
        self.installed.append(_row(purchase, right[0].pack))


@dataclass(slots=True)
class _Call:
    """One call to the Clearinghouse; never repeated."""

    session: CimSession
    progress: Progress
    purchase: Purchase
    before: list[KeyPack]
    seen: list[KeyPack] = field(default_factory=list)
    _answered: bool = False
    _key_pack_id: int | None = None

    def do(self) -> None:
        """Make it."""
        pack = self.purchase.pack
        inputs = pack.inputs(self.purchase.quantity)
        try:
            outputs = self.session.patient().call(LICENSE_KEY_PACK, pack.method, inputs)
        except CimError as error:
            self._advise(error)
            raise
        self._answered = True
        number = outputs["KeyPackId"]
        self._key_pack_id = number if isinstance(number, int) else None

    def holds(self) -> bool:
        """Whether the key packs show that something was installed."""
        if self._answered:
            self.seen = self.progress.wait_until(self._read, self._shows)
            if not self._shows(self.seen):
                raise NotShown(self.purchase)
            return True
        try:
            self.seen = self._read()
        except CimError:
            # What broke the call may still break the reading; the next look comes soon.
            return False
        return self._shows(self.seen)

    def found(self) -> list[Gain]:
        """What was installed: by the id that Windows answered, where it did."""
        found = gains(self.before, self.seen)
        return [each for each in found if each.pack.key_pack_id == self._key_pack_id] or found

    def _read(self) -> list[KeyPack]:
        return read_packs_again(self.session)

    def _shows(self, packs: list[KeyPack]) -> bool:
        return bool(gains(self.before, packs))

    def _advise(self, error: CimError) -> None:
        if error.code is None:
            return
        known = internet_advice(error.code.number, "channel: key_pack_id") or error.advice
        used = _ADVICE_USED if self.purchase.pack.way is Way.INSTALL else ""
        error.advice = known or _ADVICE + used


def _is_declared(purchase: Purchase, gain: Gain) -> bool:
    pack, wanted = gain.pack, purchase.pack
    return (
        (pack.version, pack.type, pack.suite) == (wanted.version, wanted.type, Suite.RDS)
        and wanted.program in (None, pack.program)
        and gain.quantity == purchase.quantity
        and not pack.expired
    )


def _row(purchase: Purchase, pack: KeyPack | None = None) -> dict[str, Any]:
    """One installation as the module returns it; without a pack: as it is expected."""
    wanted = purchase.pack
    program = pack.program if pack else wanted.program
    return {
        "row": wanted.row,
        "channel": str(wanted.channel),
        "method": str(wanted.way),
        "version": wanted.version,
        "type": str(wanted.type),
        "program": str(program) if program else None,
        "quantity": purchase.quantity,
        "key_pack_id": pack.key_pack_id if pack else None,
    }
