# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_lserver_info."""

from __future__ import annotations

from typing import Any

from ..module_utils._specs.rds_lserver_info import SPEC
from ..plugin_utils._action import RdsAction
from ..plugin_utils._cim.session import CimSession
from ..plugin_utils._licensing.change import Outcome, Progress
from ..plugin_utils._licensing.license_servers.license_server import NotALicenseServer
from ..plugin_utils._licensing.license_servers.license_server_info import collect_info


class ActionModule(RdsAction):
    """Reads what a license server says about itself."""

    SPEC = SPEC
    DOING = "reading the license server"

    def perform(self, session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
        del progress
        try:
            info, warnings = collect_info(session, **params)
        except NotALicenseServer as error:
            if not self._task.check_mode:
                raise
            return Outcome(False, values={"license_server": None}, warnings=[f"{error}."])
        return Outcome(False, values={"license_server": info}, warnings=warnings)
