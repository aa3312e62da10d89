# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_service."""

from __future__ import annotations

from typing import Any

from ..module_utils._specs.rds_service import SPEC
from ..plugin_utils._action import RdsAction
from ..plugin_utils._cim.session import CimSession
from ..plugin_utils._licensing.change import Outcome, Progress
from ..plugin_utils._licensing.role_services import RoleService, ensure_service
from ..plugin_utils._windows.services import Services


class ActionModule(RdsAction):
    """Starts or restarts the Windows service behind a role service."""

    SPEC = SPEC
    DOING = "starting the service"

    def perform(self, session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
        return ensure_service(
            Services(session, progress.sleep),
            RoleService[params["name"].upper()],
            restart=params["state"] == "restarted",
            wait=params["wait"],
            progress=progress,
            check_mode=self._task.check_mode,
        )
