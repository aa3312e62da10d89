# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Classes that tell which Windows features are there.

Microsoft Learn: Win32_OptionalFeature, Win32_ServerFeature, MSFT_ServerManagerTasks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...model.features import FEATURES, FeatureState
from ..errors import CimError, Wbem
from ..instance import Embedded, Instance, Value
from ..provider import Call, Provider, Result

_OPTIONAL_STATES = {
    FeatureState.AVAILABLE: 2,
    FeatureState.INSTALLED: 1,
    FeatureState.REMOVED: 3,
}
_UNKNOWN = 4
_ROLE_SERVICE, _FEATURE = 1, 2


class OptionalFeature(Provider):
    """Optional features by their DISM names. That servers list the roles here is a guess."""

    def instances(self, call: Call) -> Iterator[Instance]:
        """One instance per feature of a server; pending ones count as unknown."""
        for name, state in call.host.features.states().items():
            properties: dict[str, Value] = {
                "Caption": FEATURES[name].display,
                "Description": FEATURES[name].display,
                "InstallDate": None,
                "InstallState": _OPTIONAL_STATES.get(state, _UNKNOWN),
                "Name": FEATURES[name].optional,
                "Status": None,
            }
            yield Instance("Win32_OptionalFeature", properties)


class ServerFeature(Provider):
    """Installed server features. Since 2012 the RDS entries are not to be relied on."""

    def instances(self, call: Call) -> Iterator[Instance]:
        """The installed ones that have a number."""
        for name in call.host.features.installed:
            kind = FEATURES[name]
            if kind.number:
                properties: dict[str, Value] = {
                    "ID": kind.number,
                    "Name": kind.display,
                    "ParentID": 0 if kind.parent is None else FEATURES[kind.parent].number,
                }
                yield Instance("Win32_ServerFeature", properties)


class ServerManagerTasks(Provider):
    """GetServerFeature in one answer; real servers may stream its items (a guess)."""

    def invoke(self, call: Call, method: str, arguments: Mapping[str, Value]) -> Result:
        """All features, whatever FilterFlags says: its bits are not documented."""
        if not call.caller.administrator:
            raise CimError(Wbem.ACCESS_DENIED, "only administrators may ask")
        found = [
            Embedded(
                "MSFT_ServerFeature",
                {
                    "DisplayName": FEATURES[name].display,
                    "Id": FEATURES[name].number,
                    "ParentName": FEATURES[name].parent or "",
                    "State": int(state),
                    "Type": _ROLE_SERVICE if FEATURES[name].parent else _FEATURE,
                    "UniqueName": name,
                },
            )
            for name, state in call.host.features.states().items()
        ]
        return 0, {"RequiresReboot": call.host.features.restart_pending, "cmdletOutput": found}
