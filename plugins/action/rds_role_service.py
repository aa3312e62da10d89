# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_role_service."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from ansible.errors import AnsibleConnectionFailure

from ..module_utils._specs.rds_role_service import SPEC
from ..plugin_utils._action import RdsAction
from ..plugin_utils._cim.carriers.choose import carrier_for
from ..plugin_utils._cim.errors import Unreachable
from ..plugin_utils._cim.session import CimSession
from ..plugin_utils._licensing.change import Outcome, Progress
from ..plugin_utils._licensing.role_installation import RoleInstallation, RoleOptions
from ..plugin_utils._licensing.role_services import RoleService
from ..plugin_utils._windows.features import Features
from ..plugin_utils._windows.powershell import Operations
from ..plugin_utils._windows.reboot import restart_computer


class ActionModule(RdsAction):
    """Installs or removes a role service, and has its service running."""

    SPEC = SPEC
    DOING = "installing the role service"

    def perform(self, session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
        role = RoleService[params.pop("name").upper()]
        check_mode = bool(self._task.check_mode)
        features = Features(Operations(self._connection, read_only=check_mode))
        job = RoleInstallation(session, features, self._restart, RoleOptions(role, **params))
        return job.ensure(progress, check_mode=check_mode)

    def _restart(self, timeout: float) -> CimSession:
        # A shell or runspace does not outlive the restart: given back now, it is made anew by
        # whatever needs one afterwards.
        with suppress(Exception):
            self._connection.close()
        return restart_computer(self._log_on_anew, timeout)

    def _log_on_anew(self) -> CimSession:
        try:
            carrier = carrier_for(self._connection)
        except AnsibleConnectionFailure as error:
            raise Unreachable(str(error)) from error
        carrier.reset()
        return CimSession(carrier)
