# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resultant set of policy (Microsoft Learn: RSOP_RegistryPolicySetting, RSOP_GPO)."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.licensing import POLICY_KEY
from ..instance import Instance, Value
from ..provider import Call, Provider


def _logged(call: Call) -> bool:
    return call.host.plan.rsop == "present"


class RegistryPolicySetting(Provider):
    """The registry values that the last refresh logged; precedence 1 is the one that won."""

    def instances(self, call: Call) -> Iterator[Instance]:
        """One instance per logged value."""
        policy = call.host.group_policy
        for setting in policy.logged if _logged(call) else ():
            properties: dict[str, Value] = {
                "command": None,
                "creationTime": setting.created,
                "deleted": False,
                "GPOID": policy.gpo_path,
                "id": f"{POLICY_KEY.removeprefix('HKLM')}\\{setting.value_name}".lstrip("\\"),
                "name": setting.value_name,
                "precedence": 1,
                "registryKey": POLICY_KEY.removeprefix("HKLM\\"),
                "SOMID": policy.som_path,
                "value": list(setting.value),
                "valueName": setting.value_name,
                "valueType": int(setting.value_type),
            }
            yield Instance("RSOP_RegistryPolicySetting", properties)


class RsopGpo(Provider):
    """The GPOs that the last refresh looked at."""

    def instances(self, call: Call) -> Iterator[Instance]:
        """The scenario's GPO, when there is one, and the domain's default policy."""
        policy, dns = call.host.group_policy, call.host.forest.domain.dns
        for gpo in policy.applied if _logged(call) else ():
            properties: dict[str, Value] = {
                "accessDenied": False,
                "enabled": True,
                "extensionIds": None,
                "fileSystemPath": f"\\\\{dns}\\sysvol\\{dns}\\Policies\\{gpo.guid}\\Machine",
                "filterAllowed": True,
                "filterId": None,
                "guidName": gpo.guid,
                "id": policy.path_of(gpo),
                "name": gpo.name,
                "securityDescriptor": None,
                "version": 65537,
            }
            yield Instance("RSOP_GPO", properties)
