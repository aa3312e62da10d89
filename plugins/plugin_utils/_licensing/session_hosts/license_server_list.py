# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``rds_license_server`` does: the license servers that a session host uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..._cim.errors import CimError
from ..._windows.registry import Absent, WrongType
from ..change import Outcome, Progress, Refused, Step
from ..names import appended, format_list, parse_list, same_list, why_not_a_name, without
from .connectivity import Reach, check_connectivity
from .policy_guard import create_policy_key, refuse_gpo_delivered, refuse_local_without_effect
from .session_host import (
    LOCAL_SERVERS,
    LOCAL_SERVERS_KEY,
    POLICY_KEY,
    POLICY_SERVERS,
    Deployment,
    SessionHost,
    Setting,
    Source,
    resolve_source,
)
from .stray_subkeys import StraySubkeys, read_stray_subkeys, repair_steps

_VALUE = rf"HKLM\{POLICY_KEY}\{POLICY_SERVERS}"


class NoneReachable(CimError):
    """Asked to verify, and not one license server is reached or at least doubtful."""

    def __init__(self, found: Sequence[dict[str, Any]]) -> None:
        told = "; ".join(f"{each['server']}: {each['meaning']}" for each in found)
        super().__init__(f"no license server can be used ({told})")
        self.operation = "verifying the license servers"
        self.advice = (
            "check the names (DNS), that the service TermServLicensing runs there, and TCP 135 "
            "with the dynamic RPC ports (49152-65535) between the hosts"
        )


@dataclass(frozen=True, slots=True)
class ListOptions:
    """The validated options of the module."""

    servers: tuple[str, ...] = ()
    state: str = "present"
    exclusive: bool = True
    scope: str = "policy"
    repair_subkeys: bool = True
    verify: bool = False
    rsop: str = "auto"
    override_gpo: bool = False


@dataclass(frozen=True, slots=True)
class ListState:
    """The list as policy, local setting and Windows itself have it; None: no such value."""

    policy: list[str] | None
    local: list[str] | None
    effective: list[str]
    source: Source
    stray_subkeys: list[str]

    def as_dict(self) -> dict[str, Any]:
        """As the module returns it."""
        return {
            "policy": self.policy,
            "local": self.local,
            "effective": self.effective,
            "source": str(self.source),
            "stray_subkeys": self.stray_subkeys,
        }


@dataclass(frozen=True, slots=True)
class _Seen:
    """Everything that was read."""

    setting: Setting
    policy: str | Absent | WrongType
    local: list[str] | Absent | WrongType
    effective: list[str]
    deployment: Deployment | None
    stray: StraySubkeys

    @property
    def policy_list(self) -> list[str] | None:
        return parse_list(self.policy) if isinstance(self.policy, str) else None

    @property
    def local_list(self) -> list[str] | None:
        return self.local if isinstance(self.local, list) else None

    def explain(self) -> tuple[ListState, str | None]:
        """The state, and a note when the reads do not add up."""
        source, note = resolve_source(
            self.effective,
            # An empty policy text names no server: Windows then goes on looking.
            policy=self.policy_list or None,
            policy_rules=self.setting.policy_rules_servers,
            deployment=list(self.deployment.servers) if self.deployment else None,
            local=self.local_list,
            unset=lambda names: not names,
            same=same_list,
        )
        if source is Source.UNKNOWN and not self.setting.session_host and not self.effective:
            source, note = Source.NONE, None
        state = ListState(
            self.policy_list, self.local_list, self.effective, source, self.stray.as_list()
        )
        return state, note


def check_names(servers: Sequence[str], *, needed: bool) -> None:
    """Refuse an option ``servers`` that Windows would take and not understand.

    :param needed: an empty list is refused, too.
    :raises Refused: naming the item and what is wrong with it.
    """
    if needed and not servers:
        raise Refused(
            "no_servers",
            "the list of license servers is empty",
            "name at least one server, or use state: absent to clear the list",
        )
    for each in servers:
        why = why_not_a_name(each)
        if why is not None:
            shown = each if len(each) <= 60 else each[:57] + "..."
            raise Refused(
                "bad_name",
                f"{shown!r} cannot be the name of a license server: {why}",
                "give a fully qualified name, a NetBIOS name or an IPv4 address",
            )


def ensure_license_servers(
    host: SessionHost, options: ListOptions, progress: Progress, *, check_mode: bool
) -> Outcome:
    """Bring the list of license servers into the wanted state.

    :raises Refused: the change would do harm or have no effect.
    :raises CimError: Windows or the connection failed; ``progress`` tells what was done.
    """
    check_names(options.servers, needed=options.state == "present")
    options = replace(options, servers=tuple(appended((), options.servers)))
    seen = _read(host)
    before, note = seen.explain()
    if options.scope == "local":
        refuse_local_without_effect(
            seen.setting,
            seen.deployment,
            policy_rules=seen.setting.policy_rules_servers or bool(seen.policy_list),
            what="list of license servers",
        )
    wanted = _wanted(options, seen)
    writes = _plan(host, options, seen, wanted)
    repairs = repair_steps(host.registry, seen.stray) if options.repair_subkeys else []
    warnings = _warnings(options, seen, note)
    if writes and options.scope == "policy" and options.rsop != "never":
        warnings += refuse_gpo_delivered(
            host,
            POLICY_SERVERS,
            rsop=options.rsop,
            override=options.override_gpo,
        )
    pending = _is_pending(options, seen, wanted)
    if check_mode:
        after = _predict(options, seen, before, wanted) if writes or repairs else before
        pending = pending and not writes
    elif writes or repairs:
        # The stray keys go last: what they were meant to say is by then where it belongs.
        progress.apply([*writes, *repairs])
        after, pending = _settle(host, options, wanted, progress)
    else:
        after = before
    outcome = Outcome(
        changed=bool(writes or repairs),
        before=before.as_dict(),
        after=after.as_dict(),
        values={"servers": after.effective, "pending": pending},
        warnings=warnings,
    )
    if options.verify:
        # While Windows lags behind the policy, the servers are asked about all the same.
        _verify(host, seen.setting, after.effective or wanted or [], outcome)
    return outcome


def _read(host: SessionHost) -> _Seen:
    setting = host.setting()
    policy = host.registry.text(POLICY_KEY, POLICY_SERVERS)
    return _Seen(
        setting=setting,
        policy=policy,
        local=host.registry.texts(LOCAL_SERVERS_KEY, LOCAL_SERVERS),
        effective=host.specified_servers(setting),
        deployment=host.deployment(),
        stray=StraySubkeys() if policy is Absent.KEY else read_stray_subkeys(host.registry),
    )


def _now(options: ListOptions, seen: _Seen) -> list[str]:
    """The list that the scope holds."""
    return (seen.policy_list if options.scope == "policy" else seen.local_list) or []


def _wanted(options: ListOptions, seen: _Seen) -> list[str] | None:
    """The list that the scope is to hold; None: no value at all."""
    now = _now(options, seen)
    if options.state == "absent":
        return (without(now, options.servers) or None) if options.servers else None
    return list(options.servers) if options.exclusive else appended(now, options.servers)


def _plan(
    host: SessionHost, options: ListOptions, seen: _Seen, wanted: list[str] | None
) -> list[Step]:
    if options.state == "absent" and options.servers:
        now = _now(options, seen)
        if len(without(now, options.servers)) == len(now):
            return []  # none of them is in the list
    if options.scope == "local":
        return _plan_local(host, seen, wanted)
    return _plan_policy(host, seen, wanted)


def _plan_policy(host: SessionHost, seen: _Seen, wanted: list[str] | None) -> list[Step]:
    registry = host.registry
    if wanted is None:
        if isinstance(seen.policy, Absent):
            return []
        return [
            Step(
                f"delete {_VALUE}",
                lambda: registry.delete_value(POLICY_KEY, POLICY_SERVERS),
                lambda: isinstance(registry.text(POLICY_KEY, POLICY_SERVERS), Absent),
            )
        ]
    if seen.policy_list is not None and same_list(seen.policy_list, wanted):
        return []
    text = format_list(wanted)
    return [
        *create_policy_key(host, seen.policy),
        Step(
            f"set {_VALUE} to '{text}' (REG_SZ)",
            lambda: registry.set_text(POLICY_KEY, POLICY_SERVERS, text),
            lambda: registry.text(POLICY_KEY, POLICY_SERVERS) == text,
        ),
    ]


def _plan_local(host: SessionHost, seen: _Seen, wanted: list[str] | None) -> list[Step]:
    names = wanted or []
    if same_list(seen.local_list or [], names) and same_list(seen.effective, names):
        return []
    if names:
        says = f"set the local list of license servers to '{format_list(names)}'"
        method, inputs = "SetSpecifiedLicenseServerList", {"SpecifiedLSList": names}
    else:
        says = "empty the local list of license servers"
        method, inputs = "EmptySpecifiedLicenseServerList", {}
    return [
        Step(
            says,
            lambda: host.call(seen.setting, method, **inputs),
            lambda: same_list(host.specified_servers(seen.setting), names),
        )
    ]


def _warnings(options: ListOptions, seen: _Seen, note: str | None) -> list[str]:
    warnings = []
    for where, value in ((POLICY_SERVERS, seen.policy), (LOCAL_SERVERS, seen.local)):
        if isinstance(value, WrongType):
            warnings.append(f"{where} is a {value.found} where Windows looks for a {value.wanted}.")
    if note and not warnings:
        warnings.append(f"The reads do not add up: {note}.")
    if seen.stray.keys and not options.repair_subkeys:
        warnings.append(
            rf"Sub-keys under HKLM\{POLICY_KEY}\{POLICY_SERVERS} name license servers where "
            "Windows does not look: they have no effect (repair_subkeys: true deletes them)."
        )
    if not seen.setting.session_host and options.state == "present":
        warnings.append(
            "RD Session Host is not installed on this host: the list takes effect once it is."
        )
    return warnings


def _is_pending(options: ListOptions, seen: _Seen, wanted: list[str] | None) -> bool:
    """Whether the policy value is as wanted, and Windows does not answer by it."""
    if options.scope != "policy" or not seen.setting.session_host:
        return False
    if wanted is None:
        return seen.setting.policy_rules_servers
    if seen.policy_list is None or not same_list(seen.policy_list, wanted):
        return False
    return not (seen.setting.policy_rules_servers and same_list(seen.effective, wanted))


def _settle(
    host: SessionHost, options: ListOptions, wanted: list[str] | None, progress: Progress
) -> tuple[ListState, bool]:
    """Read what became of it; WMI may answer by the old policy for a while."""
    first = _read(host)

    def again() -> _Seen:
        setting = host.setting()
        return replace(first, setting=setting, effective=host.specified_servers(setting))

    seen = first
    if _is_pending(options, first, wanted):
        seen = progress.wait_until(again, lambda each: not _is_pending(options, each, wanted))
    return seen.explain()[0], _is_pending(options, seen, wanted)


def _predict(
    options: ListOptions, seen: _Seen, before: ListState, wanted: list[str] | None
) -> ListState:
    """What check mode expects: the state after the steps, by Windows' own precedence."""
    stray = [] if options.repair_subkeys else before.stray_subkeys
    if options.scope == "local":
        source = Source.LOCAL if wanted else Source.NONE
        return ListState(before.policy, wanted, wanted or [], source, stray)
    after = replace(before, policy=wanted, stray_subkeys=stray)
    if not seen.setting.session_host:
        return after
    if wanted:
        return replace(after, effective=wanted, source=Source.POLICY)
    if seen.deployment is not None:
        names = list(seen.deployment.servers)
        return replace(after, effective=names, source=Source.DEPLOYMENT)
    local = before.local or []
    return replace(after, effective=local, source=Source.LOCAL if local else Source.NONE)


def _verify(host: SessionHost, setting: Setting, servers: Sequence[str], outcome: Outcome) -> None:
    found = check_connectivity(host, setting, servers)
    outcome.values["connectivity"] = found
    if found and all(each["reach"] == Reach.BAD for each in found):
        outcome.failure = NoneReachable(found)
    outcome.warnings += [
        f"License server {each['server']}: {each['meaning']}."
        for each in found
        if each["reach"] == Reach.BAD
    ]
