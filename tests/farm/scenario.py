# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenario files: YAML in, a checked plan out. Errors name the key and the line."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from .faults import Fault
from .model.accounts import DEFAULT_ACCOUNTS, Account, Rights, Scope
from .model.plan import (
    DeploymentPlan,
    DomainPlan,
    FaultPlan,
    GpoPlan,
    HostPlan,
    RegistryCodes,
    Scenario,
    Values,
)
from .model.registry import RegData, RegistryError, RegType, checked, reg_type, split_path
from .model.releases import RELEASES
from .model.services import KINDS
from .scenario_clearinghouse import read_clearinghouse
from .scenario_features import read_features
from .scenario_license import read_license_server
from .scenario_section import ScenarioError, Section
from .scenario_signals import SIGNAL_KEYS, read_signals
from .scenario_storage import STORAGE_KEYS, read_drives, read_identity, read_storage

__all__ = ["ScenarioError", "load_scenario", "load_scenario_dict"]

_ROLES = ("session_host", "licensing")
_GROUPS = ("rds_license_servers", "rds_session_hosts")
_GUID_LENGTH = 38
_USUAL = HostPlan("usual")
_HOST_KEYS = (
    "release",
    "roles",
    "address",
    "workgroup",
    "domain_controller",
    "language",
    "local",
    "policy",
    "gpo",
    "rsop",
    "deployment",
    "registry",
    "registry_denied",
    "registry_codes",
    "policy_refusal",
    "grace_days",
    "connectivity",
    "license_server",
    "groups",
    "features",
    "reboot_seconds",
    "reboot_code",
    "activated",
    "stopped_services",
    "stuck_services",
    "clock",
    "minutes_ahead",
    "uptime_hours",
    "max_envelope_kb",
    "max_operations",
    "max_shells",
    "issued_licenses",
    "allow_unencrypted",
    "basic",
    "faults",
    *STORAGE_KEYS,
    *SIGNAL_KEYS,
)


def load_scenario(path: str | os.PathLike[str]) -> Scenario:
    """Read a scenario file."""
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise ScenarioError(f"{file}: cannot be read: {error.strerror}") from error
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ScenarioError(f"{file}: no YAML: {error}") from error
    lines: dict[tuple[str, ...], int] = {}
    if node is not None:
        _collect_lines(node, (), lines)
    return _scenario(Section(data, (), lines, str(file)))


def load_scenario_dict(data: Mapping[str, Any]) -> Scenario:
    """Check a scenario that is a mapping already."""
    return _scenario(Section(data, (), {}, "scenario"))


def _collect_lines(
    node: yaml.Node, path: tuple[str, ...], lines: dict[tuple[str, ...], int]
) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = (*path, str(key.value))
            lines[below] = key.start_mark.line + 1
            _collect_lines(value, below, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _collect_lines(item, (*path, str(index)), lines)


def _scenario(top: Section) -> Scenario:
    top.known(
        "domain", "accounts", "allow_unencrypted", "basic", "defaults", "hosts", "clearinghouse"
    )
    domain = top.section("domain")
    domain.known("dns", "netbios")
    defaults = top.section("defaults").mapping()
    hosts: dict[str, HostPlan] = {}
    section = top.section("hosts", required=True)
    for name in section.mapping():
        hosts[name] = _host(name, section.section(name, defaults=defaults))
    if not hosts:
        raise section.wrong("no host is declared")
    _unique(section, hosts)
    return Scenario(
        hosts,
        DomainPlan(
            domain.text("dns", DomainPlan().dns), domain.text("netbios", DomainPlan().netbios)
        ),
        _accounts(top),
        top.flag("allow_unencrypted", default=False),
        top.flag("basic", default=True),
        read_clearinghouse(top.section("clearinghouse")),
    )


def _unique(section: Section, hosts: Mapping[str, HostPlan]) -> None:
    taken: set[str] = set()
    for name, plan in hosts.items():
        if name[:15].upper() in taken:
            raise section.wrong(f"two hosts would be {name[:15].upper()}", name)
        taken.add(name[:15].upper())
        if plan.address is not None and not plan.address.startswith("127."):
            raise section.section(name).wrong("only loopback addresses are allowed", "address")


def _accounts(top: Section) -> tuple[Account, ...]:
    given = top.list_of_sections("accounts")
    if not given:
        return DEFAULT_ACCOUNTS
    accounts = []
    for entry in given:
        entry.known("name", "password", "rights", "scope")
        password = entry.text("password")
        if ":" in password:
            raise entry.wrong("a colon cannot be part of a simulated password", "password")
        accounts.append(
            Account(
                entry.text("name"),
                password,
                Rights(entry.choice("rights", tuple(Rights), "administrator")),
                Scope(entry.choice("scope", tuple(Scope), "any")),
            )
        )
    return tuple(accounts)


def _host(name: str, host: Section) -> HostPlan:
    host.known(*_HOST_KEYS)
    local = host.section("local")
    local.known("mode", "servers")
    workgroup = host.optional_text("workgroup")
    controller = host.flag("domain_controller", default=False)
    if workgroup is not None and (controller or host.has("gpo")):
        raise host.wrong("a workgroup host is no domain controller and gets no GPO", "workgroup")
    release = host.choice("release", tuple(RELEASES), "2022")
    roles = _roles(host, release)
    return HostPlan(
        name=name,
        release=release,
        roles=roles,
        address=host.optional_text("address"),
        workgroup=workgroup,
        domain_controller=controller,
        language=host.choice("language", ("en", "de"), "en"),
        local_mode=local.optional_number("mode"),
        local_servers=local.optional_texts("servers"),
        policy=_policy(host.section("policy")),
        gpo=_gpo(host),
        rsop=host.choice("rsop", ("present", "absent", "denied", "empty"), "present"),
        deployment=_deployment(host.section("deployment")),
        registry=_registry(host.section("registry")),
        registry_denied=_paths(host),
        registry_codes=_codes(host.section("registry_codes")),
        policy_refusal=host.choice("policy_refusal", ("return_value", "fault"), "return_value"),
        grace_days=host.optional_number("grace_days", _USUAL.grace_days),
        connectivity=_connectivity(host.section("connectivity")),
        license_server=read_license_server(host, role="licensing" in roles),
        signals=read_signals(host),
        identity=read_identity(host, _time),
        drives=read_drives(host),
        storage=read_storage(host),
        groups=_groups(host),
        features=read_features(host.section("features")),
        reboot_seconds=host.real("reboot_seconds", _USUAL.reboot_seconds),
        reboot_code=host.number("reboot_code", 0),
        stopped_services=frozenset(host.choices("stopped_services", tuple(KINDS), ())),
        stuck_services=frozenset(host.choices("stuck_services", tuple(KINDS), ())),
        clock=_clock(host),
        uptime=timedelta(hours=host.number("uptime_hours", 288)),
        max_envelope_kb=host.optional_number("max_envelope_kb"),
        max_operations=host.optional_number("max_operations"),
        max_shells=host.number("max_shells", _USUAL.max_shells),
        allow_unencrypted=host.optional_flag("allow_unencrypted"),
        basic=host.optional_flag("basic"),
        faults=_faults(host),
    )


def _roles(host: Section, release: str) -> frozenset[str]:
    """The roles of a server; a Windows client has none."""
    client = RELEASES[release].year is None
    roles = host.choices("roles", _ROLES, () if client else ("session_host",))
    if client and roles:
        raise host.wrong("a Windows client has no roles", "roles")
    return frozenset(roles)


def _groups(host: Section) -> tuple[str, ...] | None:
    """Inventory groups, for hosts whose roles are still to come."""
    return host.choices("groups", _GROUPS, ()) if host.has("groups") else None


def _policy(section: Section) -> Values:
    """Policy values by the names of the modules: ``mode`` and ``servers`` (one string)."""
    section.known("mode", "servers")
    values: dict[str, tuple[RegType, RegData]] = {}
    mode, servers = section.optional_number("mode"), section.optional_text("servers")
    if mode is not None:
        values["LicensingMode"] = (RegType.DWORD, mode)
    if servers is not None:
        values["LicenseServers"] = (RegType.SZ, servers)
    return values


def _gpo(host: Section) -> GpoPlan | None:
    if not host.has("gpo"):
        return None
    gpo = host.section("gpo")
    gpo.known("name", "guid", "values")
    values: dict[str, tuple[RegType, RegData]] = {}
    for name, data in gpo.section("values", required=True).mapping().items():
        if isinstance(data, bool) or not isinstance(data, int | str):
            raise gpo.section("values").wrong("a number or a text is expected", name)
        values[name] = (RegType.DWORD if isinstance(data, int) else RegType.SZ, data)
    guid = gpo.text("guid")
    if len(guid) != _GUID_LENGTH or not (guid.startswith("{") and guid.endswith("}")):
        raise gpo.wrong("a GUID in braces is expected", "guid")
    return GpoPlan(gpo.text("name"), guid, values)


def _deployment(section: Section) -> DeploymentPlan:
    if not section.mapping():
        return DeploymentPlan()
    section.known("central", "mode", "servers")
    return DeploymentPlan(
        True,
        section.flag("central", default=False),
        section.number("mode", 5),
        section.optional_texts("servers") or (),
    )


def _codes(section: Section) -> RegistryCodes:
    section.known("missing_value", "wrong_type", "access_denied")
    usual = RegistryCodes()
    return RegistryCodes(
        section.number("missing_value", usual.missing_value),
        section.number("wrong_type", usual.wrong_type),
        section.number("access_denied", usual.access_denied),
    )


def _paths(host: Section) -> tuple[str, ...]:
    paths = host.optional_texts("registry_denied") or ()
    for path in paths:
        _check_path(host, path, "registry_denied")
    return paths


def _check_path(section: Section, path: str, key: str) -> None:
    try:
        split_path(path)
    except RegistryError as error:
        raise section.wrong(str(error), key) from error


def _registry(section: Section) -> dict[str, Values]:
    tree: dict[str, Values] = {}
    for path, content in section.mapping().items():
        _check_path(section, path, path)
        values: dict[str, tuple[RegType, RegData]] = {}
        if content is not None:
            key = section.section(path)
            for name in key.mapping():
                values[name] = _value(key.section(name))
        tree[path] = values
    return tree


def _value(entry: Section) -> tuple[RegType, RegData]:
    entry.known("type", "data")
    try:
        kind = reg_type(entry.text("type"))
    except RegistryError as error:
        raise entry.wrong(str(error), "type") from error
    given = entry.mapping().get("data")
    if kind is RegType.BINARY and isinstance(given, list):
        given = bytes(given)
    try:
        return kind, checked(kind, given)
    except RegistryError as error:
        raise entry.wrong(str(error), "data") from error


def _connectivity(section: Section) -> dict[str, int]:
    return {name: section.number(name, 0) for name in section.mapping()}


def _time(section: Section, key: str) -> datetime | None:
    text = section.mapping().get(key)
    if text is None:
        return None
    try:
        found = text if isinstance(text, datetime) else datetime.fromisoformat(str(text))
    except ValueError as error:
        raise section.wrong("an ISO 8601 time with a zone is expected", key) from error
    if found.tzinfo is None:
        raise section.wrong("the time needs a zone, such as Z", key)
    return found


def _clock(host: Section) -> datetime | None:
    """``clock``, or so many minutes ahead of this machine when the scenario is read."""
    ahead = host.optional_number("minutes_ahead")
    if ahead is None:
        return _time(host, "clock")
    return datetime.now(UTC) + timedelta(minutes=ahead)


def _faults(host: Section) -> tuple[FaultPlan, ...]:
    plans = []
    for entry in host.list_of_sections("faults"):
        try:
            Fault.of(entry.mapping())
        except (TypeError, ValueError) as error:
            raise entry.wrong(str(error)) from error
        plans.append(FaultPlan(entry.mapping()))
    return tuple(plans)
