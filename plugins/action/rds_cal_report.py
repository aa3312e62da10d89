# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_cal_report."""

from __future__ import annotations

from typing import Any

from ..module_utils._specs.rds_cal_report import SPEC
from ..plugin_utils._report_action import ReportAction
from ..plugin_utils._reporting.delivery import deliver
from ..plugin_utils._reporting.hostvars import gathered_backups, gathered_facts
from ..plugin_utils._task_host import TaskHost


class ActionModule(ReportAction):
    """Writes reports of the CAL inventory."""

    SPEC = SPEC
    DOING = "making the report of the CAL inventory"

    def deliver(self, params: dict[str, Any], host: TaskHost) -> dict[str, Any]:
        """See ``ReportAction.deliver``."""
        facts, hosts = gathered_facts(self._variables, params["facts"], params["hosts"])
        # Facts that the task names itself stand alone.
        named = params["facts"] is not None
        backups = {} if named else gathered_backups(self._variables, hosts)
        return deliver(
            {**params, "facts": facts, "hosts": hosts, "backups": backups},
            host,
            on_controller=host.on_controller,
            check_mode=bool(self._task.check_mode),
        )
