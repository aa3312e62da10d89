# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_policy_refresh."""

from __future__ import annotations

from typing import Any

from ..module_utils._specs.rds_policy_refresh import SPEC
from ..plugin_utils._action import RdsAction
from ..plugin_utils._cim.session import CimSession
from ..plugin_utils._licensing.change import Outcome, Progress
from ..plugin_utils._windows.group_policy import refresh_policy
from ..plugin_utils._windows.powershell import Operations


class ActionModule(RdsAction):
    """Refreshes the computer's group policy."""

    SPEC = SPEC
    DOING = "refreshing group policy"

    def perform(self, session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
        del session, progress
        if not self._task.check_mode:
            refresh_policy(Operations(self._connection), params["wait"])
        return Outcome(changed=True)
