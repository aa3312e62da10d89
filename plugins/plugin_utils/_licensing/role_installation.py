# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``rds_role_service`` does: a role service present or absent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from .._cim.errors import BadAnswer, CimError, ConnectionLost, Fault, HttpError, NotWinRM
from .._cim.session import CimSession
from .._surroundings import utc_now
from .._windows.features import FeatureChange, Product, RestartNeeded, read_product
from .._windows.reboot import RestartFailed
from .._windows.services import Services
from .._windows.start_mode import AUTOMATIC, read_services, set_automatic
from .cals.key_packs import KeyPack, Program, read_key_packs
from .change import Outcome, Progress, Refused, Step
from .role_services import RoleSeen, RoleService, RoleState, read_role, waits_for_restart

RESTART = "restart the computer"
PATIENCE_DELAYS = (2.0, 3.0, 5.0, *(10.0,) * 29)
"""Seconds between looks when the connection broke while Windows installs: it goes on."""
SETTLE_DELAYS = (2.0, 3.0, 5.0, 10.0, 20.0, 30.0)
"""Seconds between looks after a restart: services and classes come up one by one."""
_LOST = (ConnectionLost, NotWinRM, BadAnswer, HttpError)
"""Ways in which the answer of a step gets lost; what it does goes on."""


class FeatureSteps(Protocol):
    """Installs and removes features; see ``_windows.features.Features``."""

    def install(self, name: str, *, management_tools: bool) -> FeatureChange:
        """Install one."""

    def remove(self, name: str) -> FeatureChange:
        """Remove one."""


class NotThereAfterRestart(CimError):
    """The computer was restarted, and the role service still is not as wanted."""

    def __init__(self, role: RoleService, wanted: str) -> None:
        super().__init__(f"after the restart {role.display_name} is still not {wanted}")
        self.advice = (
            r"look at %windir%\Logs\CBS\CBS.log and the Setup event log of the host: Windows may "
            "have undone the change while it started"
        )


@dataclass(frozen=True, slots=True)
class RoleOptions:
    """The validated options of the module."""

    role: RoleService
    state: str = "present"
    management_tools: bool = True
    reboot: bool = False
    reboot_timeout: int = 600
    wait: int = 60
    accept_license_loss: bool = False


class RoleInstallation:
    """Brings one role service of one host to the state wanted.

    :param session: CIM on the host; it is replaced after a restart.
    :param features: runs the PowerShell steps.
    :param restart: restarts the computer within so many seconds and returns a new session.
    """

    def __init__(
        self,
        session: CimSession,
        features: FeatureSteps,
        restart: Callable[[float], CimSession],
        options: RoleOptions,
    ) -> None:
        self._session = session
        self._features = features
        self._restart = restart
        self._options = options
        self._role = options.role
        self._present = options.state == "present"
        self._warnings: list[str] = []

    def ensure(self, progress: Progress, *, check_mode: bool) -> Outcome:
        """Do it, or in check mode tell what would be done.

        :raises Refused: a client, an old system, or CALs that would be lost; nothing was done.
        :raises CimError: it did not work.
        """
        product, seen = read_product(self._session), self._look()
        due = not self._as_wanted(seen)
        waiting = due and waits_for_restart(self._session, self._role, seen, self._options.state)
        if self._present:
            self._refuse_unfit(product)
            self._warn_of_neighbors(product, seen)
        if due and not waiting:
            self._refuse_unsupported(product)
            self._refuse_loss()
        if check_mode:
            return self._predict(seen, change=due and not waiting, waiting=waiting)
        return self._carry_out(seen, progress, change=due and not waiting)

    # -- looking ------------------------------------------------------------------------------

    def _look(self) -> RoleSeen:
        return read_role(self._session, self._role)

    def _as_wanted(self, seen: RoleSeen) -> bool:
        return seen.installed if self._present else not (seen.installed or seen.partly)

    def _refuse_unfit(self, product: Product) -> None:
        if product.client:
            name = self._role.display_name
            raise Refused(
                "client_os",
                f"this is a Windows client (build {product.build}), and {name} is a role service "
                "of Windows Server",
                "take it out of the group",
            )

    def _refuse_unsupported(self, product: Product) -> None:
        if not product.has_features:
            raise Refused(
                "old_os",
                f"build {product.build} of Windows is older than Server 2012, with which came the "
                "cmdlets for features",
                "upgrade the server, or change the role service in its Server Manager",
            )

    def _warn_of_neighbors(self, product: Product, seen: RoleSeen) -> None:
        title = self._role.display_name
        if product.domain_controller:
            self._warnings.append(
                f"{title} on a domain controller: Microsoft advises against it; a member server is "
                "the place for it."
            )
        if seen.beside:
            self._warnings.append(
                f"{title} shares this server with {', '.join(seen.beside)}: with servers of their "
                "own, one can be restarted or rebuilt without the other."
            )

    def _refuse_loss(self) -> None:
        """Refuse to take a license server away with what was bought for it."""
        if self._present or self._role is not RoleService.LICENSING:
            return
        try:
            packs = [each for each in self._packs() if _was_bought(each)]
        except Fault as fault:
            if fault.access_denied:
                raise
            found = f"whether CAL packs are installed could not be read ({fault})"
            reason = "packs_unknown"
        else:
            if not packs:
                return
            count = sum(each.total or 0 for each in packs)
            found = f"{len(packs)} CAL packs with {count} licenses are installed"
            reason = "installed_packs"
        if self._options.accept_license_loss:
            self._warnings.append(f"RD Licensing is removed although {found}.")
            return
        raise Refused(
            reason,
            f"{found}: without the role service they serve nobody, and Microsoft's Clearinghouse "
            "may have to issue them again",
            "move the CALs to another license server and deactivate this one first; "
            "accept_license_loss: true removes it all the same",
        )

    def _packs(self) -> list[KeyPack]:
        return read_key_packs(self._session, utc_now())

    # -- doing --------------------------------------------------------------------------------

    def _carry_out(self, before: RoleSeen, progress: Progress, *, change: bool) -> Outcome:
        required = bool(before.pending.servicing)
        changed = rebooted = False
        seen = before
        if change:
            done = self._change_feature(progress)
            seen = self._look()
            changed = bool(done.changed) or seen.state != before.state
            required = bool(seen.pending.servicing) or done.restart is RestartNeeded.YES
        if required and self._options.reboot:
            seen = self._restart_and_look(progress)
            rebooted = changed = True
            required = bool(seen.pending.servicing)
            if not self._as_wanted(seen):
                raise NotThereAfterRestart(self._role, self._wanted)
        if self._present and seen.installed and self._bring_up(seen, progress):
            changed, seen = True, self._look()
        self._warn_of_restart(seen, required=required)
        return Outcome(
            changed,
            before.state.as_dict(),
            seen.state.as_dict(),
            values={
                "reboot_required": required,
                "reboot_reasons": seen.pending.reasons,
                "rebooted": rebooted,
            },
            warnings=self._warnings,
        )

    @property
    def _wanted(self) -> str:
        return "installed" if self._present else "removed"

    def _change_feature(self, progress: Progress) -> FeatureChange:
        feature, tools = self._role.feature, self._options.management_tools
        done = FeatureChange((), RestartNeeded.MAYBE)

        def run() -> None:
            nonlocal done
            try:
                if self._present:
                    done = self._features.install(feature, management_tools=tools)
                else:
                    done = self._features.remove(feature)
            except _LOST:
                self._be_patient(progress)
                raise

        def holds() -> bool:
            if done.restart is RestartNeeded.YES:
                return True  # only the restart shows it
            return self._shows(progress.wait_until(self._look, self._shows))

        progress.apply([Step(f"{'install' if self._present else 'remove'} {feature}", run, holds)])
        return done

    def _shows(self, seen: RoleSeen) -> bool:
        return self._as_wanted(seen) or bool(seen.pending.servicing)

    def _be_patient(self, progress: Progress) -> None:
        """Wait for what Windows goes on with after the connection broke."""
        for delay in PATIENCE_DELAYS:
            progress.sleep(delay)
            try:
                if self._shows(self._look()):
                    return
            except CimError:
                continue

    def _restart_and_look(self, progress: Progress) -> RoleSeen:
        progress.uncertain = RESTART
        try:
            self._session = self._restart(self._options.reboot_timeout)
        except RestartFailed:
            progress.uncertain = None  # it says itself how far it came
            raise
        progress.uncertain = None
        progress.applied.append(RESTART)
        for delay in SETTLE_DELAYS:
            try:
                seen = self._look()
                if self._as_wanted(seen):
                    return seen
            except CimError:
                pass  # what is not up yet; the last look below lets it out
            progress.sleep(delay)
        return self._look()

    def _bring_up(self, seen: RoleSeen, progress: Progress) -> bool:
        """Have the licensing service automatic and running; tell whether that was to be done."""
        steps = self._service_steps(seen, Services(self._session, progress.sleep))
        progress.apply(steps)
        return bool(steps)

    def _service_steps(self, seen: RoleSeen, services: Services) -> list[Step]:
        if self._role is not RoleService.LICENSING or seen.service is None:
            return []  # TermService starts on demand, and is reported only
        name = str(self._role)
        steps: list[Step] = []
        if seen.service.start_mode != AUTOMATIC:
            steps.append(
                Step(
                    f"let {name} start automatically",
                    lambda: set_automatic(self._session, name),
                    lambda: self._start_mode(name) == AUTOMATIC,
                )
            )
        if seen.service.state != "Running":
            steps.append(
                Step(
                    f"start {name}",
                    lambda: services.start(name, self._options.wait),
                    lambda: services.state(name) == "Running",
                )
            )
        return steps

    def _start_mode(self, name: str) -> str | None:
        found = read_services(self._session, [name]).get(name)
        return found.start_mode if found else None

    def _warn_of_restart(self, seen: RoleSeen, *, required: bool) -> None:
        if required:
            why = "; ".join(seen.pending.reasons) or "the feature"
            self._warnings.append(
                f"A restart is pending ({why}): restart the server before going on, or let the "
                "task do it (reboot: true)."
            )

    # -- check mode ---------------------------------------------------------------------------

    def _predict(self, seen: RoleSeen, *, change: bool, waiting: bool) -> Outcome:
        """What a run is expected to do: RDS-RD-Server needs a restart, RDS-Licensing none."""
        needs = self._role is RoleService.SESSION_HOST
        required = bool(seen.pending.servicing) or (change and needs)
        rebooted = required and self._options.reboot
        after = seen.state
        waits = waiting or (change and needs)
        if rebooted or not waits:
            after = self._predicted_state(after)
        if required:
            after = replace(after, reboot_pending=not rebooted)
        outstanding = required and not rebooted
        self._warn_of_restart(seen, required=outstanding)
        return Outcome(
            change or rebooted or after != seen.state,
            seen.state.as_dict(),
            after.as_dict(),
            values={
                "reboot_required": outstanding,
                "reboot_reasons": [] if rebooted else seen.pending.reasons,
                "rebooted": rebooted,
            },
            warnings=self._warnings,
        )

    def _predicted_state(self, state: RoleState) -> RoleState:
        if self._role is RoleService.SESSION_HOST:
            return replace(state, installed=self._present)
        if self._present:
            return replace(state, installed=True, service_state="Running", start_mode=AUTOMATIC)
        return replace(state, installed=False, service_state=None, start_mode=None)


def _was_bought(pack: KeyPack) -> bool:
    return not (pack.builtin or pack.expired or pack.program is Program.TEMPORARY)
