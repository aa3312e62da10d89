# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_lserver_rebuild."""

from __future__ import annotations

from typing import Any

from ..module_utils._specs.rds_lserver_rebuild import SPEC
from ..plugin_utils._action import RdsAction
from ..plugin_utils._cim.session import CimSession
from ..plugin_utils._licensing.change import Outcome, Progress
from ..plugin_utils._licensing.database.host import Host
from ..plugin_utils._licensing.database.restore import RebuildOptions, rebuild


class ActionModule(RdsAction):
    """Starts a license server empty."""

    SPEC = SPEC
    DOING = "rebuilding the license database"

    def perform(self, session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
        check_mode = bool(self._task.check_mode)
        host = Host.of(session, self._connection, progress, read_only=check_mode)
        return rebuild(host, RebuildOptions(**params), progress, check_mode=check_mode)
