# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_licensing_mode."""

from __future__ import annotations

from typing import Any

from ..module_utils._specs.rds_licensing_mode import SPEC
from ..plugin_utils._action import RdsAction
from ..plugin_utils._cim.session import CimSession
from ..plugin_utils._licensing.change import Outcome, Progress
from ..plugin_utils._licensing.session_hosts.licensing_mode import (
    ModeOptions,
    ensure_licensing_mode,
)
from ..plugin_utils._licensing.session_hosts.modes import LicensingMode
from ..plugin_utils._licensing.session_hosts.session_host import SessionHost


class ActionModule(RdsAction):
    """Sets the licensing mode of a session host."""

    SPEC = SPEC
    DOING = "setting the licensing mode"

    def perform(self, session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
        mode = params.pop("mode")
        options = ModeOptions(mode=LicensingMode(mode) if mode else None, **params)
        return ensure_licensing_mode(
            SessionHost(session), options, progress, check_mode=self._task.check_mode
        )
