# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``rds_licensing_diagnosis`` does: observe a host, judge it, and say it in one word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ..._cim.session import CimSession
from ..._texts.rule_texts import rule_texts
from ..._windows.start_mode import read_services
from ..session_hosts.session_host import (
    POLICY_MODE,
    POLICY_SERVERS,
    SessionHost,
    Setting,
)
from .cal_signals import match, read_stock
from .catalogue import HOST_RULES
from .collecting import GROUPS, SYSTEM, Collector
from .event_signals import read_admin_channel, read_since, read_system_log
from .findings import judge, stamp
from .grace_rules import good_server, host_clock
from .hardening_rules import other_roles
from .host_signals import (
    SECURE_LICENSING,
    read_grace,
    read_nla,
    read_policy,
    read_policy_origins,
    read_reached,
    read_settings,
    read_system,
)
from .network_signals import read_firewall, read_network
from .observations import (
    LICENSING_SERVICE,
    OTHER_ROLE_SERVICES,
    SESSION_SERVICE,
    Events,
    Listed,
    Observed,
    Policy,
    ServiceSeen,
    Settings,
    Stock,
    Wanted,
)
from .remote_steps import RemoteSteps
from .server_signals import read_other_roles, read_server
from .verdict import decide

_ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class DiagnosisOptions:
    """The validated options of the module."""

    checks: frozenset[str] = frozenset(GROUPS)
    events: str = "auto"
    network: bool = False
    since_boot_hours: int = 720
    wanted: Wanted = field(default_factory=Wanted)

    @property
    def asked(self) -> frozenset[str]:
        """The groups that are read."""
        passed_over = set() if self.network else {"network"}
        if self.events == "none":
            passed_over.add("events")
        return self.checks - passed_over


class Diagnosis:
    """The diagnosis of one host.

    :param session: CIM on the host.
    :param sent: how many requests went out so far.
    :param steps: the PowerShell steps on the host.
    :param facts: the facts ``rds_cal`` of license servers, by their names in the inventory.
    :param clock: the controller's, in UTC.
    """

    def __init__(
        self,
        session: CimSession,
        sent: Callable[[], int],
        steps: RemoteSteps,
        options: DiagnosisOptions,
        facts: Mapping[str, Any],
        clock: Callable[[], datetime],
    ) -> None:
        self._session = session
        self._steps = steps
        self._options = options
        self._facts = facts
        self._clock = clock
        self._host = SessionHost(session)
        self._reads = Collector(sent, options.asked)

    def of(self, name: str) -> dict[str, Any]:
        """Diagnose it: ``rds_diagnosis`` as the module returns it.

        :param name: of the host in the inventory.
        :raises Unreachable: the connection failed.
        """
        observed = self.observe(name)
        findings = judge(observed, HOST_RULES)
        verdict = decide(observed, findings)
        texts = rule_texts(_ENGLISH)
        return {
            "verdict": str(verdict.word),
            "why": texts.verdict(verdict.code, verdict.values),
            "reason": {"code": verdict.code, **verdict.values},
            "stops_on": stamp(verdict.stops_on),
            "roles": _roles(observed),
            "findings": [each.as_dict(texts) for each in findings],
            "unknown": [each.as_dict() for each in observed.unknown],
            "checks": self._reads.as_dict(),
            "system": _system(observed),
            "session_host": _session_host(observed),
            "license_server": _license_server(observed),
            "policy": _policy(observed.policy),
            "collected_at": stamp(observed.now),
        }

    def observe(self, name: str) -> Observed:
        """Read everything that is asked for."""
        reads, session = self._reads, self._session
        now = self._clock()
        with reads.group(SYSTEM):
            setting = reads.read("session host", self._host.setting)
            system = read_system(session, reads, self._clock)
            services = reads.read("services", self._services)
        seen = Observed(
            host=name,
            now=now,
            system=system,
            session_host=setting.session_host if setting else None,
            services=services,
            wanted=self._options.wanted,
        )
        seen = replace(seen, policy=self._policy(seen))
        if setting is not None and setting.session_host:
            seen = self._as_session_host(seen, setting)
        if reads.asks("license_server"):
            seen = self._as_license_server(seen)
        seen = self._with_events(seen)
        if reads.asks("network"):
            with reads.group("network"):
                seen = replace(seen, network=read_network(self._steps, reads, seen))
                if seen.license_server:
                    seen = replace(seen, firewall=read_firewall(self._steps, reads))
        return replace(seen, unknown=tuple(reads.unknown))

    def _services(self) -> dict[str, ServiceSeen]:
        names = (SESSION_SERVICE, LICENSING_SERVICE, *OTHER_ROLE_SERVICES)
        found = read_services(self._session, names)
        return {name: ServiceSeen(each.state, each.start_mode) for name, each in found.items()}

    def _policy(self, seen: Observed) -> Policy | None:
        reads = self._reads
        wanted = [
            *([POLICY_MODE] if reads.asks("settings") or reads.asks("policy") else []),
            *([POLICY_SERVERS] if reads.asks("servers") or reads.asks("policy") else []),
            *([SECURE_LICENSING] if seen.license_server and reads.asks("hardening") else []),
        ]
        if not wanted:
            return None
        with reads.group("settings" if reads.asks("settings") else "policy"):
            policy = read_policy(self._host.registry, reads, wanted)
        # Where no session host is, these values rule nothing: who delivers them does not matter.
        if policy is None or not reads.asks("policy") or seen.session_host is False:
            return policy
        with reads.group("policy"):
            # In a workgroup no domain delivers anything.
            gpos = (
                {}
                if seen.system.in_domain is False
                else read_policy_origins(self._session, reads, policy)
            )
        return replace(policy, gpos=gpos)

    def _as_session_host(self, seen: Observed, setting: Setting) -> Observed:
        reads = self._reads
        settings = read_settings(self._host, setting, seen.policy, reads)
        seen = replace(seen, settings=settings)
        servers = settings.servers or ()
        if reads.asks("connectivity"):
            with reads.group("connectivity"):
                found = read_reached(self._host, setting, servers, reads)
            seen = replace(seen, reached=found)
        if reads.asks("grace"):
            with reads.group("grace"):
                grace = read_grace(self._session, setting, reads, certificate=not good_server(seen))
            seen = replace(seen, grace=grace)
        if reads.asks("hardening"):
            with reads.group("hardening"):
                seen = replace(
                    seen,
                    nla=reads.read("network level authentication", lambda: read_nla(self._session)),
                )
        if reads.asks("license_server"):
            with reads.group("license_server"):
                seen = replace(seen, listed=self._listed(settings))
        return seen

    def _listed(self, settings: Settings) -> tuple[Listed, ...] | None:
        if settings.servers is None:
            return None
        listed = match(settings.servers, self._facts)
        for each in listed:
            self._miss_facts(each.name, each.stock)
        return listed

    def _miss_facts(self, name: str, stock: Stock | None) -> None:
        """Tell where the packs of a license server are not known."""
        if stock is None:
            reason = "there are none of this license server: collect them with rds_cal_pack_facts"
        elif stock.packs is None:
            reason = "they name no key packs: collect them anew with rds_cal_pack_facts"
        else:
            return
        self._reads.miss(f"facts of {name}", reason)

    def _as_license_server(self, seen: Observed) -> Observed:
        if not seen.license_server:
            return seen
        stock = read_stock(seen.host, self._facts.get(seen.host))
        with self._reads.group("license_server"):
            server = read_server(self._session, self._reads, seen.system)
            self._miss_facts(seen.host, stock)
        # Beside a session host the rule has its answer without.
        if self._reads.asks("hardening") and not seen.session_host:
            with self._reads.group("hardening"):
                found = read_other_roles(self._session, self._reads)
            server = replace(server, features=found)
        return replace(seen, server=server, own_stock=stock)

    def _with_events(self, seen: Observed) -> Observed:
        reads = self._reads
        with reads.group("events"):
            if not reads.asks("events"):
                reads.miss("events", "they were not asked for")
                return seen
            since = read_since(host_clock(seen), seen.system.booted, self._options.since_boot_hours)
            events: Events | None = None
            if seen.session_host or seen.license_server:
                events = read_system_log(
                    self._session,
                    reads,
                    since,
                    session_host=bool(seen.session_host),
                    license_server=bool(seen.license_server),
                )
            if seen.session_host:
                if self._options.events == "auto":
                    events = read_admin_channel(self._steps, reads, events, since)
                else:
                    reads.miss("admin events", "they were not asked for (events: system)")
        return replace(seen, events=events)


def _roles(observed: Observed) -> list[str]:
    found = {"session_host": observed.session_host, "license_server": observed.license_server}
    return [name for name, there in found.items() if there]


def _system(observed: Observed) -> dict[str, Any]:
    system = observed.system
    return {
        "name": system.name or None,
        "clock_ahead": system.clock_ahead,
        "booted": stamp(system.booted),
    }


def _session_host(observed: Observed) -> dict[str, Any] | None:
    settings, system, grace = observed.settings, observed.system, observed.grace
    if not observed.session_host or settings is None:
        return None
    return {
        "mode": str(settings.mode),
        "mode_source": str(settings.mode_source),
        "servers": None if settings.servers is None else list(settings.servers),
        "servers_source": str(settings.servers_source),
        "stray_subkeys": None if settings.stray_subkeys is None else list(settings.stray_subkeys),
        "grace_days": grace.days if grace else None,
        "grace_key": grace.key if grace else None,
        "certificate": grace.certificate if grace else None,
        "version": system.version,
        "build": system.build,
        "domain": system.domain,
        "workgroup": system.workgroup,
        "connectivity": {each.server: each.status for each in observed.reached or ()},
        "network_level_authentication": observed.nla,
        "events": _events(observed.events),
    }


def _events(events: Events | None) -> dict[str, Any] | None:
    if events is None:
        return None
    counts: dict[str, int] = {}
    for each in events.host:
        counts[str(each.id)] = counts.get(str(each.id), 0) + each.count
    return {"since": stamp(events.since), "complete": events.whole, "counts": counts}


def _license_server(observed: Observed) -> dict[str, Any] | None:
    server, system = observed.server, observed.system
    if server is None:
        return None
    service = (observed.services or {}).get(LICENSING_SERVICE)
    policy = observed.policy
    return {
        "activated": server.activated,
        "license_server_id": server.license_server_id,
        "version": system.version,
        "version_text": server.version_text,
        "patched": server.patched,
        "build": system.build,
        "ubr": server.ubr,
        "service_state": service.state if service else None,
        "start_mode": service.start_mode if service else None,
        "domain_controller": system.domain_controller,
        "other_roles": other_roles(observed),
        "in_group": server.in_group.value,
        "secure_licensing": policy.secure_licensing if policy else None,
        "database_path": server.database_path,
    }


def _policy(policy: Policy | None) -> dict[str, Any] | None:
    if policy is None:
        return None
    found = {POLICY_MODE: policy.mode, POLICY_SERVERS: policy.servers}
    there = {each.casefold() for each in policy.names}
    return {
        "settings": {
            name: {
                "data": data,
                "gpos": None if policy.gpos is None else list(policy.delivered(name)),
            }
            for name, data in found.items()
            if name.casefold() in there
        },
        "names": list(policy.names),
        "gpos_known": policy.gpos is not None,
    }
