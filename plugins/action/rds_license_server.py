# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_license_server."""

from __future__ import annotations

from typing import Any

from ..module_utils._specs.rds_license_server import SPEC
from ..plugin_utils._action import RdsAction
from ..plugin_utils._cim.session import CimSession
from ..plugin_utils._licensing.change import Outcome, Progress
from ..plugin_utils._licensing.names import trimmed
from ..plugin_utils._licensing.session_hosts.license_server_list import (
    ListOptions,
    ensure_license_servers,
)
from ..plugin_utils._licensing.session_hosts.session_host import SessionHost


class ActionModule(RdsAction):
    """Sets the license servers that a session host uses."""

    SPEC = SPEC
    DOING = "setting the license servers"

    def perform(self, session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
        servers = params.pop("servers")
        options = ListOptions(servers=tuple(trimmed(servers or ())), **params)
        return ensure_license_servers(
            SessionHost(session), options, progress, check_mode=self._task.check_mode
        )
