# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``rds_licensing_mode`` does: the licensing mode of a session host."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from ..._windows.registry import Absent, WrongType
from ..change import Outcome, Progress, Refused, Step
from .modes import NUMBERS, LicensingMode, mode_of, mode_of_value
from .policy_guard import create_policy_key, refuse_gpo_delivered, refuse_local_without_effect
from .session_host import (
    LOCAL_MODE,
    LOCAL_MODE_KEY,
    POLICY_KEY,
    POLICY_MODE,
    Deployment,
    SessionHost,
    Setting,
    Source,
    resolve_source,
)

_VALUE = rf"HKLM\{POLICY_KEY}\{POLICY_MODE}"


@dataclass(frozen=True, slots=True)
class ModeOptions:
    """The validated options of the module."""

    mode: LicensingMode | None
    state: str = "present"
    scope: str = "policy"
    allow_workgroup_per_user: bool = False
    allow_client_os: bool = False
    rsop: str = "auto"
    override_gpo: bool = False


@dataclass(frozen=True, slots=True)
class ModeState:
    """The licensing mode as policy, local setting and Windows itself have it."""

    policy: LicensingMode
    local: LicensingMode
    effective: LicensingMode
    source: Source

    def as_dict(self) -> dict[str, Any]:
        """As the module returns it."""
        return {name: str(value) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class _Seen:
    """Everything that was read."""

    setting: Setting
    policy: int | Absent | WrongType
    local: int | Absent | WrongType
    deployment: Deployment | None

    def explain(self) -> tuple[ModeState, str | None]:
        """The state, and a note when the reads do not add up."""
        effective = mode_of(self.setting.licensing_type)
        source, note = resolve_source(
            effective,
            policy=None if isinstance(self.policy, Absent) else mode_of_value(self.policy),
            policy_rules=self.setting.policy_rules_mode,
            deployment=mode_of(self.deployment.licensing_type) if self.deployment else None,
            local=None if isinstance(self.local, Absent) else mode_of_value(self.local),
            unset=lambda mode: (
                mode in (LicensingMode.NOT_CONFIGURED, LicensingMode.REMOTE_ADMINISTRATION)
            ),
            same=lambda one, other: one == other,
        )
        if source is Source.UNKNOWN and effective is LicensingMode.REMOTE_ADMINISTRATION:
            # Without the role nothing rules: a policy value waits for the role.
            source, note = Source.NONE, None
        state = ModeState(
            policy=mode_of_value(self.policy),
            local=mode_of_value(self.local),
            effective=effective,
            source=source,
        )
        return state, note


def ensure_licensing_mode(
    host: SessionHost, options: ModeOptions, progress: Progress, *, check_mode: bool
) -> Outcome:
    """Bring the licensing mode into the wanted state.

    :raises Refused: the change would do harm or have no effect.
    :raises CimError: Windows or the connection failed; ``progress`` tells what was done.
    """
    seen = _read(host)
    before, note = seen.explain()
    _refuse(host, options, seen)
    steps = _plan(host, options, seen)
    warnings = _warnings(options, seen, note)
    if steps and options.scope == "policy":
        warnings += refuse_gpo_delivered(
            host, POLICY_MODE, rsop=options.rsop, override=options.override_gpo
        )
    if steps and not check_mode:
        progress.apply(steps)
        after, pending, note = _settle(host, options, progress)
        if note and not pending:
            warnings.append(f"The reads do not add up: {note}.")
    elif steps:
        after, pending = _predict(options, seen, before), False
    else:
        after, pending = before, _is_pending(options, seen)
    return Outcome(
        changed=bool(steps),
        before=before.as_dict(),
        after=after.as_dict(),
        values={
            "mode": str(after.effective),
            "session_host": seen.setting.session_host,
            "pending": pending,
        },
        warnings=warnings,
    )


def _read(host: SessionHost) -> _Seen:
    return _Seen(
        setting=host.setting(),
        policy=host.registry.dword(POLICY_KEY, POLICY_MODE),
        local=host.registry.dword(LOCAL_MODE_KEY, LOCAL_MODE),
        deployment=host.deployment(),
    )


def _refuse(host: SessionHost, options: ModeOptions, seen: _Seen) -> None:
    if options.state == "absent":
        if options.scope == "local":
            raise Refused(
                "no_way_back",
                "there is no documented way to set the local licensing mode back to not configured",
                "choose the other mode, or rule it by policy (scope: policy)",
            )
        return
    # A host with the role is no client: then nothing has to be asked.
    if not seen.setting.session_host and not options.allow_client_os and host.computer().client_os:
        raise Refused(
            "client_os",
            "this is a Windows client, which is no RD Session Host",
            "take it out of the group, or set allow_client_os: true if you know better",
        )
    if (
        options.mode is LicensingMode.PER_USER
        and not options.allow_workgroup_per_user
        and not host.computer().in_domain
    ):
        raise Refused(
            "workgroup",
            "Per User needs Active Directory and this host is in a workgroup: its sessions would "
            "be cut after 60 minutes",
            "use mode: per_device, join the host to a domain, or set "
            "allow_workgroup_per_user: true if you know better",
        )
    if options.scope == "local":
        rules = seen.setting.policy_rules_mode or isinstance(seen.policy, int)
        refuse_local_without_effect(
            seen.setting, seen.deployment, policy_rules=rules, what="licensing mode"
        )


def _warnings(options: ModeOptions, seen: _Seen, note: str | None) -> list[str]:
    warnings = []
    for where, value in ((POLICY_MODE, seen.policy), (LOCAL_MODE_KEY, seen.local)):
        if isinstance(value, WrongType):
            warnings.append(f"{where} is a {value.found} where Windows looks for a {value.wanted}.")
    if note and not warnings:
        warnings.append(f"The reads do not add up: {note}.")
    if not seen.setting.session_host and options.state == "present":
        warnings.append(
            "RD Session Host is not installed on this host: the policy value takes effect once it "
            "is."
        )
    return warnings


def _plan(host: SessionHost, options: ModeOptions, seen: _Seen) -> list[Step]:
    registry = host.registry
    if options.state == "absent":
        if isinstance(seen.policy, Absent):
            return []
        return [
            Step(
                f"delete {_VALUE}",
                lambda: registry.delete_value(POLICY_KEY, POLICY_MODE),
                lambda: isinstance(registry.dword(POLICY_KEY, POLICY_MODE), Absent),
            )
        ]
    number = NUMBERS[options.mode or LicensingMode.UNKNOWN]
    if options.scope == "local":
        if seen.local == number and seen.setting.licensing_type == number:
            return []
        return [
            Step(
                f"change the local licensing mode to {options.mode}",
                lambda: host.call(seen.setting, "ChangeMode", LicensingType=number),
                lambda: registry.dword(LOCAL_MODE_KEY, LOCAL_MODE) == number,
            )
        ]
    if seen.policy == number:
        return []
    return [
        *create_policy_key(host, seen.policy),
        Step(
            f"set {_VALUE} to {number} (REG_DWORD)",
            lambda: registry.set_dword(POLICY_KEY, POLICY_MODE, number),
            lambda: registry.dword(POLICY_KEY, POLICY_MODE) == number,
        ),
    ]


def _is_pending(options: ModeOptions, seen: _Seen) -> bool:
    """Whether the policy value is as wanted, and Windows does not answer by it."""
    if options.scope != "policy" or not seen.setting.session_host:
        return False
    if options.state == "absent":
        return seen.setting.policy_rules_mode
    number = NUMBERS[options.mode or LicensingMode.UNKNOWN]
    return not (seen.setting.policy_rules_mode and seen.setting.licensing_type == number)


def _settle(
    host: SessionHost, options: ModeOptions, progress: Progress
) -> tuple[ModeState, bool, str | None]:
    """Read what became of it; WMI may answer by the old policy for a while."""
    first = _read(host)
    setting = first.setting
    if _is_pending(options, first):
        setting = progress.wait_until(
            host.setting, lambda each: not _is_pending(options, replace(first, setting=each))
        )
    seen = replace(first, setting=setting)
    state, note = seen.explain()
    return state, _is_pending(options, seen), note


def _predict(options: ModeOptions, seen: _Seen, before: ModeState) -> ModeState:
    """What check mode expects: the state after the steps, by Windows' own precedence."""
    if options.state == "absent":
        policy = LicensingMode.NOT_CONFIGURED
        if not seen.setting.session_host:
            return replace(before, policy=policy)
        if seen.deployment is not None:
            effective = mode_of(seen.deployment.licensing_type)
            return replace(before, policy=policy, effective=effective, source=Source.DEPLOYMENT)
        source = Source.NONE if before.local is policy else Source.LOCAL
        return replace(before, policy=policy, effective=before.local, source=source)
    mode = options.mode or LicensingMode.UNKNOWN
    if options.scope == "local":
        return replace(before, local=mode, effective=mode, source=Source.LOCAL)
    if not seen.setting.session_host:
        return replace(before, policy=mode)
    return replace(before, policy=mode, effective=mode, source=Source.POLICY)
