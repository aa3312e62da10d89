# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a scenario says about a farm and its hosts, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .accounts import DEFAULT_ACCOUNTS, Account
from .clearinghouse_plan import ClearinghousePlan
from .features import FeaturePlan
from .file_nodes import Drive
from .license_plan import LicenseServerPlan
from .registry import RegData, RegType
from .signal_plan import SignalPlan
from .storage_plan import IdentityPlan, StoragePlan

Values = Mapping[str, tuple[RegType, RegData]]


@dataclass(frozen=True, slots=True)
class GpoPlan:
    """A domain GPO that delivers values of the Terminal Services policy key."""

    name: str
    guid: str
    values: Values


@dataclass(frozen=True, slots=True)
class DeploymentPlan:
    """Win32_TSDeploymentLicensing; ``present`` False means no instance."""

    present: bool = False
    central: bool = False
    mode: int = 5
    servers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegistryCodes:
    """Return values of StdRegProv that the documentation leaves open."""

    missing_value: int = 1
    wrong_type: int = 2147749893
    access_denied: int = 5


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """A fault knob as the scenario writes it: the fields of ``Fault``."""

    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class HostPlan:
    """One simulated machine."""

    name: str
    release: str = "2022"
    roles: frozenset[str] = frozenset({"session_host"})
    address: str | None = None
    workgroup: str | None = None
    domain_controller: bool = False
    language: str = "en"
    local_mode: int | None = None
    local_servers: tuple[str, ...] | None = None
    policy: Values = field(default_factory=dict)
    gpo: GpoPlan | None = None
    rsop: str = "present"
    deployment: DeploymentPlan = DeploymentPlan()
    registry: Mapping[str, Values] = field(default_factory=dict)
    registry_denied: tuple[str, ...] = ()
    registry_codes: RegistryCodes = RegistryCodes()
    policy_refusal: str = "return_value"
    grace_days: int | None = 97
    connectivity: Mapping[str, int] = field(default_factory=dict)
    license_server: LicenseServerPlan = field(default_factory=LicenseServerPlan)
    signals: SignalPlan = field(default_factory=SignalPlan)
    drives: Mapping[str, Drive] = field(default_factory=lambda: {"C:": Drive()})
    identity: IdentityPlan = field(default_factory=IdentityPlan)
    storage: StoragePlan = field(default_factory=StoragePlan)
    groups: tuple[str, ...] | None = None
    features: FeaturePlan = field(default_factory=FeaturePlan)
    reboot_seconds: float = 1.0
    reboot_code: int = 0
    stopped_services: frozenset[str] = frozenset()
    stuck_services: frozenset[str] = frozenset()
    clock: datetime | None = None
    uptime: timedelta = timedelta(days=12)
    max_envelope_kb: int | None = None
    max_operations: int | None = None
    max_shells: int = 30
    allow_unencrypted: bool | None = None
    basic: bool | None = None
    faults: tuple[FaultPlan, ...] = ()


@dataclass(frozen=True, slots=True)
class DomainPlan:
    """The Active Directory domain that the domain hosts belong to."""

    dns: str = "corp.example"
    netbios: str = "CORP"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole farm."""

    hosts: Mapping[str, HostPlan]
    domain: DomainPlan = DomainPlan()
    accounts: tuple[Account, ...] = DEFAULT_ACCOUNTS
    allow_unencrypted: bool = False
    basic: bool = True
    clearinghouse: ClearinghousePlan = field(default_factory=ClearinghousePlan)
