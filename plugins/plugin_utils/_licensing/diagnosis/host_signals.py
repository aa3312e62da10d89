# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the signals of a session host by CIM: settings, grace period, license servers, listener.

As few requests as possible: the values of the policy key are listed once, and only those that are
there are read; local values are read only where no policy rules, since they do not matter then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from ..._cim.errors import Fault, MethodFailed, NothingThere
from ..._cim.session import CimSession
from ..._windows.group_policy import origins_of
from ..._windows.registry import Absent, Registry, RegistryUnreadable, WrongType
from ..._windows.schema.diagnosis import GENERAL_SETTING
from ..._windows.schema.operating_system import COMPUTER_SYSTEM, OPERATING_SYSTEM
from ..._windows.schema.session_host import TERMINAL_SERVICE_SETTING
from ..names import parse_list, same_list
from ..session_hosts.connectivity import check_connectivity
from ..session_hosts.modes import LicensingMode, mode_of, mode_of_value
from ..session_hosts.session_host import (
    LOCAL_MODE,
    LOCAL_MODE_KEY,
    LOCAL_SERVERS,
    LOCAL_SERVERS_KEY,
    POLICY_KEY,
    POLICY_MODE,
    POLICY_SERVERS,
    Deployment,
    SessionHost,
    Setting,
    Source,
    resolve_source,
)
from ..session_hosts.stray_subkeys import STRAY_KEY
from ..version_matrix import release_of
from .collecting import Collector
from .observations import Grace, Policy, Reached, Settings, System, WrongTypeSeen

RCM_KEY = r"SYSTEM\CurrentControlSet\Control\Terminal Server\RCM"
_GRACE_KEY = "GracePeriod"
_CERTIFICATE = "X509 Certificate"
_WORKSTATION = 1
_DOMAIN_CONTROLLERS = (4, 5)
_UNSET_MODES = (LicensingMode.NOT_CONFIGURED, LicensingMode.REMOTE_ADMINISTRATION)
SECURE_LICENSING = "fSecureLicensing"


def read_system(session: CimSession, reads: Collector, clock: Callable[[], datetime]) -> System:
    """What kind of computer it is: two requests.

    :param clock: the controller's, in UTC.
    """
    system = reads.read("system", lambda: _operating_system(session, clock)) or System()
    member = reads.read("domain", lambda: _membership(session))
    if member is None:
        return system
    in_domain, name, role = member
    return System(
        name=system.name,
        build=system.build,
        version=system.version,
        client=system.client,
        in_domain=in_domain,
        domain=name if in_domain else None,
        workgroup=None if in_domain else name,
        domain_controller=role in _DOMAIN_CONTROLLERS,
        booted=system.booted,
        clock_ahead=system.clock_ahead,
    )


def _operating_system(session: CimSession, clock: Callable[[], datetime]) -> System:
    names = ["CSName", "BuildNumber", "ProductType", "LastBootUpTime", "LocalDateTime"]
    before = clock()
    for each in session.enumerate(OPERATING_SYSTEM, names):
        # The host looked at its clock at some time between asking and answering.
        middle = before + (clock() - before) / 2
        build = str(each["BuildNumber"] or "")
        number = int(build) if build.isdecimal() else None
        kind, booted, local = each["ProductType"], each["LastBootUpTime"], each["LocalDateTime"]
        client = kind == _WORKSTATION if isinstance(kind, int) else None
        if number is None and client is None:
            break
        return System(
            name=str(each["CSName"] or ""),
            build=number,
            version=None if client else release_of(number),
            client=client,
            booted=booted.astimezone(UTC) if isinstance(booted, datetime) else None,
            clock_ahead=(
                round((local - middle).total_seconds()) if isinstance(local, datetime) else None
            ),
        )
    raise NothingThere("Win32_OperatingSystem")


def _membership(session: CimSession) -> tuple[bool, str, int]:
    names = ["Name", "Domain", "Workgroup", "PartOfDomain", "DomainRole"]
    for each in session.enumerate(COMPUTER_SYSTEM, names):
        member, role = each["PartOfDomain"], each["DomainRole"]
        if isinstance(member, bool) and isinstance(role, int):
            name = each["Domain"] if member else each["Workgroup"] or each["Domain"]
            return member, str(name or ""), role
    raise NothingThere("Win32_ComputerSystem")


def read_policy(registry: Registry, reads: Collector, asked: Sequence[str]) -> Policy | None:
    """The values under the policy key: one request, and one per value that is there.

    :param asked: the values to read.
    """
    names = reads.read("policy", lambda: _value_names(registry))
    if names is None:
        return None
    there = {each.casefold() for each in names}
    wrong: list[WrongTypeSeen] = []

    def look(name: str, read: Callable[[str, str], object]) -> object:
        if name not in asked or name.casefold() not in there:
            return None
        value = reads.read(f"policy value {name}", lambda: read(POLICY_KEY, name))
        if isinstance(value, WrongType):
            wrong.append(WrongTypeSeen(name, value.found, value.wanted))
        return value

    mode, servers = look(POLICY_MODE, registry.dword), look(POLICY_SERVERS, registry.text)
    secure = look(SECURE_LICENSING, registry.dword)
    return Policy(
        names=names,
        mode=mode if isinstance(mode, int) else None,
        servers=servers if isinstance(servers, str) else None,
        wrong_types=tuple(wrong),
        # Without a value the group is not used (TS_LICENSE_SECGROUP).
        secure_licensing=(
            False
            if SECURE_LICENSING.casefold() not in there
            else (secure == 1 if isinstance(secure, int) else None)
        ),
    )


def _value_names(registry: Registry) -> tuple[str, ...]:
    try:
        return tuple(registry.value_names(POLICY_KEY))
    except RegistryUnreadable:
        if registry.exists(POLICY_KEY):
            raise
        return ()


def read_policy_origins(
    session: CimSession, reads: Collector, policy: Policy
) -> dict[str, tuple[str, ...]] | None:
    """The domain GPOs that deliver the licensing values that are there: up to four requests."""
    there = {each.casefold() for each in policy.names}
    asked = [each for each in (POLICY_MODE, POLICY_SERVERS) if each.casefold() in there]
    if not asked:
        return {}
    origins = reads.read("rsop", lambda: origins_of(session, POLICY_KEY, asked))
    if origins is None:
        return None
    if not all(each.known for each in origins.values()):
        reads.miss("rsop", "the host has no data of its last policy refresh (RSoP)")
        return None
    return {value: origin.gpos for value, origin in origins.items()}


def read_settings(
    host: SessionHost, setting: Setting, policy: Policy | None, reads: Collector
) -> Settings:
    """Mode and list as they take effect, and what explains them.

    A part whose group is not asked for is not explained: its source is unknown.
    """
    asks_mode, asks_list = reads.asks("settings"), reads.asks("servers")
    deployment: Deployment | None = None
    with reads.group("settings"):
        ruled = setting.policy_rules_mode and setting.policy_rules_servers
        if asks_mode and not ruled:
            deployment = reads.read("deployment", host.deployment)
        mode = mode_of(setting.licensing_type)
        source, note = Source.UNKNOWN, None
        if asks_mode and policy is not None:
            source, note = _mode_source(host, setting, policy, deployment, reads)
    servers: tuple[str, ...] | None = None
    stray: tuple[str, ...] | None = ()
    list_source, list_note = Source.UNKNOWN, None
    with reads.group("servers"):
        if asks_list:
            found = reads.read("servers", lambda: host.specified_servers(setting))
            servers = None if found is None else tuple(found)
            stray = reads.read("stray sub-keys", lambda: _stray(host.registry))
        else:
            reads.miss("servers", "the group servers was not asked for")
        if asks_list and policy is not None and servers is not None:
            list_source, list_note = _list_source(
                host, setting, policy, deployment, list(servers), reads
            )
    return Settings(
        mode=mode,
        mode_source=source,
        mode_note=note,
        servers=servers,
        servers_source=list_source,
        servers_note=list_note,
        stray_subkeys=stray,
        deployment_mode=mode_of(deployment.licensing_type) if deployment else None,
        deployment_servers=deployment.servers if deployment else None,
    )


def _mode_source(
    host: SessionHost,
    setting: Setting,
    policy: Policy,
    deployment: Deployment | None,
    reads: Collector,
) -> tuple[Source, str | None]:
    local = None
    rules = setting.policy_rules_mode or policy.mode is not None or deployment is not None
    if not rules:
        value = reads.read("local mode", lambda: host.registry.dword(LOCAL_MODE_KEY, LOCAL_MODE))
        local = None if value is None or isinstance(value, Absent) else mode_of_value(value)
    return resolve_source(
        mode_of(setting.licensing_type),
        policy=None if policy.mode is None else mode_of(policy.mode),
        policy_rules=setting.policy_rules_mode,
        deployment=mode_of(deployment.licensing_type) if deployment else None,
        local=local,
        unset=lambda mode: mode in _UNSET_MODES,
        same=lambda one, other: one == other,
    )


def _list_source(
    host: SessionHost,
    setting: Setting,
    policy: Policy,
    deployment: Deployment | None,
    servers: list[str],
    reads: Collector,
) -> tuple[Source, str | None]:
    by_policy = parse_list(policy.servers) if policy.servers is not None else []
    local: list[str] | None = None
    if servers and not (by_policy or setting.policy_rules_servers or deployment):
        value = reads.read(
            "local servers", lambda: host.registry.texts(LOCAL_SERVERS_KEY, LOCAL_SERVERS)
        )
        local = value if isinstance(value, list) else None
    return resolve_source(
        servers,
        policy=by_policy or None,
        policy_rules=setting.policy_rules_servers,
        deployment=list(deployment.servers) if deployment else None,
        local=local,
        unset=lambda names: not names,
        same=same_list,
    )


def _stray(registry: Registry) -> tuple[str, ...]:
    """The stray key and its direct sub-keys: one request when there is none, else two."""
    names = registry.subkeys(POLICY_KEY) or []
    if not any(each.casefold() == POLICY_SERVERS.casefold() for each in names):
        return ()
    below = registry.subkeys(STRAY_KEY) or []
    return (POLICY_SERVERS, *(rf"{POLICY_SERVERS}\{each}" for each in below))


def read_grace(
    session: CimSession, setting: Setting, reads: Collector, *, certificate: bool
) -> Grace:
    """The grace period: two requests, three with the certificate.

    The key GracePeriod is never opened: only the key above it is listed.
    """
    days = reads.read("grace days", lambda: _grace_days(session, setting))
    registry = Registry(session)
    names = reads.read("grace key", lambda: registry.subkeys(RCM_KEY))
    held = reads.read("certificate", lambda: registry.value_names(RCM_KEY)) if certificate else None
    return Grace(
        days=days,
        key=None if names is None else any(_is(_GRACE_KEY, each) for each in names),
        certificate=None if held is None else any(_is(_CERTIFICATE, each) for each in held),
    )


def _is(wanted: str, name: str) -> bool:
    return name.casefold() == wanted.casefold()


def _grace_days(session: CimSession, setting: Setting) -> int:
    outputs = session.call(TERMINAL_SERVICE_SETTING, "GetGracePeriodDays", keys=setting.keys)
    days = outputs["DaysLeft"]
    if not isinstance(days, int):
        raise MethodFailed(TERMINAL_SERVICE_SETTING.name, "GetGracePeriodDays", 0)
    return days


def read_reached(
    host: SessionHost, setting: Setting, servers: Sequence[str], reads: Collector
) -> tuple[Reached, ...]:
    """How the host sees its license servers: one request for each."""
    found = []
    for each in check_connectivity(host, setting, servers):
        if each["status"] is None:
            reads.miss(f"connectivity of {each['server']}", each["meaning"])
        found.append(Reached(each["server"], each["status"], each["reach"], each["meaning"]))
    return tuple(found)


def read_nla(session: CimSession) -> bool | None:
    """Whether every listener asks for network level authentication: one request.

    :raises NothingThere: no listener is shown.
    """
    try:
        rows = list(session.enumerate(GENERAL_SETTING, ["UserAuthenticationRequired"]))
    except Fault as fault:
        if not fault.no_such_class:
            raise
        rows = []
    values = [row["UserAuthenticationRequired"] for row in rows]
    if not values or any(not isinstance(value, int) for value in values):
        raise NothingThere("Win32_TSGeneralSetting")
    return all(value == 1 for value in values)
