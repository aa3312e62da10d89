# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Domain group policy on one host: the values it puts back, and what RSoP logged.

Sources: Microsoft Learn RSOP_RegistryPolicySetting and RSOP_GPO; the ADMX file of Terminal
Services for the value types. The default domain policy has the same GUID in every domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .licensing import POLICY_KEY
from .plan import DomainPlan, GpoPlan
from .registry import RegData, Registry, RegType


@dataclass(frozen=True, slots=True)
class RsopSetting:
    """One logged registry policy setting."""

    value_name: str
    value_type: RegType
    value: bytes
    created: datetime


def raw_bytes(kind: RegType, data: RegData) -> bytes:
    """The data as the registry stores it."""
    if isinstance(data, int):
        return data.to_bytes(8 if kind is RegType.QWORD else 4, "little")
    if isinstance(data, bytes):
        return data
    text = "\0".join([*data, "", ""]) if isinstance(data, list) else data + "\0"
    return text.encode("utf-16-le")


DEFAULT_DOMAIN_POLICY = GpoPlan(
    "Default Domain Policy", "{31B2F340-016D-11D2-945F-00C04FB984F9}", {}
)


class GroupPolicy:
    """The GPOs of a host. Without one of the scenario, a refresh changes nothing."""

    def __init__(self, gpo: GpoPlan | None, domain: DomainPlan, *, in_domain: bool) -> None:
        self.gpo = gpo
        self._in_domain = in_domain
        self._domain = domain
        self.logged: list[RsopSetting] = []

    @property
    def applied(self) -> list[GpoPlan]:
        """The GPOs that apply: in a domain at least its default one, which sets none of ours."""
        own = [] if self.gpo is None else [self.gpo]
        return [*own, DEFAULT_DOMAIN_POLICY] if self._in_domain else own

    def path_of(self, gpo: GpoPlan) -> str:
        """A GPO's path in the directory, without a scheme."""
        return f"CN={gpo.guid},CN=Policies,CN=System,{self.som_path}"

    @property
    def gpo_path(self) -> str:
        """The path of the scenario's GPO; empty without one."""
        return "" if self.gpo is None else self.path_of(self.gpo)

    @property
    def som_path(self) -> str:
        """The scope of management that links the GPO: the domain."""
        return ",".join(f"DC={part}" for part in self._domain.dns.split("."))

    def refresh(self, registry: Registry, now: datetime) -> None:
        """Write the GPO's values into the registry and log them for RSoP."""
        if self.gpo is None:
            return
        for name, (kind, data) in self.gpo.values.items():
            registry.set(POLICY_KEY, name, kind, data)
        self.logged = [
            RsopSetting(name, kind, raw_bytes(kind, data), now)
            for name, (kind, data) in self.gpo.values.items()
        ]
