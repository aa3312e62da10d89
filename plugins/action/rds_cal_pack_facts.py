# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_cal_pack_facts."""

from __future__ import annotations

from typing import Any

from ..module_utils._specs.rds_cal_pack_facts import SPEC
from ..plugin_utils._action import RdsAction
from ..plugin_utils._cim.session import CimSession
from ..plugin_utils._licensing.cals.cal_facts import FactsOptions, collect_cal_facts
from ..plugin_utils._licensing.change import Outcome, Progress
from ..plugin_utils._licensing.license_servers.license_server import NotALicenseServer
from ..plugin_utils._reporting.row_file import open_row_file


class ActionModule(RdsAction):
    """Collects the CAL inventory of a license server."""

    SPEC = SPEC
    DOING = "collecting the CAL inventory"

    def perform(self, session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
        del progress
        try:
            collected = collect_cal_facts(
                session, FactsOptions(**params), open_row_file, check_mode=self._task.check_mode
            )
        except NotALicenseServer as error:
            if not self._task.check_mode:
                raise
            # A bare server: the run that is being tried would have installed it by now.
            return Outcome(False, warnings=[f"{error}: there is nothing to collect yet."])
        return Outcome(
            False,
            values={"ansible_facts": {"rds_cal": collected.facts}, **collected.values},
            warnings=collected.warnings,
        )
