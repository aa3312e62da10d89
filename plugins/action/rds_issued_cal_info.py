# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_issued_cal_info."""

from __future__ import annotations

from typing import Any

from ..module_utils._specs.rds_issued_cal_info import SPEC
from ..plugin_utils._action import RdsAction
from ..plugin_utils._cim.session import CimSession
from ..plugin_utils._licensing.cals.issued_cals import CalFilter, list_issued
from ..plugin_utils._licensing.change import Outcome, Progress
from ..plugin_utils._licensing.license_servers.license_server import NotALicenseServer
from ..plugin_utils._surroundings import utc_now


class ActionModule(RdsAction):
    """Lists issued per device CALs."""

    SPEC = SPEC
    DOING = "reading the issued CALs"

    def perform(self, session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
        del progress
        wanted = CalFilter(
            computers=tuple(params["computers"] or ()),
            status=tuple(params["status"] or ()),
            key_pack_ids=tuple(params["key_pack_ids"] or ()),
            expiring_within=params["expiring_within"],
        )
        try:
            found = list_issued(session, wanted, utc_now(), params["limit"])
        except NotALicenseServer as error:
            if not self._task.check_mode:
                raise
            return Outcome(False, values={"licenses": [], "matched": 0}, warnings=[f"{error}."])
        return Outcome(False, values=found)
