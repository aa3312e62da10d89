# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_issued_cal."""

from __future__ import annotations

from typing import Any

from ..module_utils._specs.rds_issued_cal import SPEC
from ..plugin_utils._action import RdsAction
from ..plugin_utils._cim.session import CimSession
from ..plugin_utils._licensing.cals.revocation import ensure_revoked
from ..plugin_utils._licensing.cals.revocation_survey import Selection
from ..plugin_utils._licensing.change import Outcome, Progress


class ActionModule(RdsAction):
    """Revokes per device CALs."""

    SPEC = SPEC
    DOING = "revoking CALs"

    def perform(self, session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
        selection = Selection(
            license_ids=tuple(params["license_ids"] or ()),
            computers=tuple(params["computers"] or ()),
            duplicates=bool(params["duplicates"]),
            expiring_within=params["expiring_within"],
            key_pack_ids=tuple(params["key_pack_ids"] or ()),
        )
        return ensure_revoked(session, selection, progress, check_mode=self._task.check_mode)
