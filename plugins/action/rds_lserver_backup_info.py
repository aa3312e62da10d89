# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_lserver_backup_info."""

from __future__ import annotations

from typing import Any

from ..module_utils._specs.rds_lserver_backup_info import SPEC
from ..plugin_utils._action import BadOptions, RdsAction
from ..plugin_utils._cim.session import CimSession
from ..plugin_utils._licensing.change import Outcome, Progress
from ..plugin_utils._licensing.database.bundle_info import InfoOptions, bundle_info
from ..plugin_utils._licensing.database.bundle_places import OnController, OnServer, Place
from ..plugin_utils._surroundings import utc_now
from ..plugin_utils._windows.powershell import Operations


class ActionModule(RdsAction):
    """Lists and verifies bundles, on the license server or on the controller."""

    SPEC = SPEC
    DOING = "reading the bundles"

    def work(self, params: dict[str, Any], progress: Progress) -> Outcome:
        if params["where"] == "controller":
            # No connection to Windows: the license server may be gone.
            return self._tell(OnController(), params)
        return super().work(params, progress)

    def perform(self, session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
        del session, progress
        operations = Operations(self._connection, read_only=True)
        return self._tell(OnServer.of(operations), params)

    def _tell(self, place: Place, params: dict[str, Any]) -> Outcome:
        wanted = {name: value for name, value in params.items() if name != "where"}
        limit = params["max_age_hours"]
        if limit is not None and not limit > 0:
            raise BadOptions(self._task.action, f"max_age_hours is {limit}, not more than 0")
        values, warnings = bundle_info(place, InfoOptions(**wanted), utc_now())
        return Outcome(False, values=values, warnings=warnings)
