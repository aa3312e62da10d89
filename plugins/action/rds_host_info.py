# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_host_info."""

from __future__ import annotations

from typing import Any

from ..module_utils._specs.rds_host_info import SPEC
from ..plugin_utils._action import RdsAction
from ..plugin_utils._cim.session import CimSession
from ..plugin_utils._licensing.change import Outcome, Progress
from ..plugin_utils._licensing.migration.host_reading import read_host


class ActionModule(RdsAction):
    """Reads what matters for licensing about a Windows host."""

    SPEC = SPEC
    DOING = "reading the host"

    def perform(self, session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
        del params, progress
        return Outcome(False, values={"host": read_host(session)})
