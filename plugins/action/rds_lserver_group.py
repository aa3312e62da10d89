# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_lserver_group."""

from __future__ import annotations

from typing import Any

from ..module_utils._specs.rds_lserver_group import SPEC
from ..plugin_utils._action import RdsAction
from ..plugin_utils._cim.session import CimSession
from ..plugin_utils._licensing.change import Outcome, Progress
from ..plugin_utils._licensing.license_servers.group_membership import ensure_member


class ActionModule(RdsAction):
    """Makes a license server a member of Terminal Server License Servers."""

    SPEC = SPEC
    DOING = "joining the group Terminal Server License Servers"

    def perform(self, session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
        return ensure_member(session, params["domain"], progress, check_mode=self._task.check_mode)
