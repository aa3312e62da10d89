# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_cal_pack."""

from __future__ import annotations

from typing import Any

from ..module_utils._specs.rds_cal_pack import SPEC
from ..plugin_utils._action import RdsAction
from ..plugin_utils._cim.session import CimSession
from ..plugin_utils._licensing.cals.pack_install import ensure_packs
from ..plugin_utils._licensing.cals.pack_numbers import secrets_in
from ..plugin_utils._licensing.cals.pack_removal import Removal, ensure_removed
from ..plugin_utils._licensing.cals.wanted_packs import wanted_packs
from ..plugin_utils._licensing.change import Outcome, Progress

_CHOICES = frozenset(
    choice
    for option in SPEC.options["packs"]["options"].values()
    for choice in option.get("choices", ())
)


class ActionModule(RdsAction):
    """Installs or removes CAL packs."""

    SPEC = SPEC
    DOING = "installing CAL packs"

    def secrets_in(self, arguments: dict[str, Any]) -> set[str]:
        return secrets_in(arguments.get("packs"), harmless=_CHOICES)

    def perform(self, session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
        check_mode = self._task.check_mode
        if params["state"] == "absent":
            removal = Removal(params["key_pack_id"], params["count"], params["keep"])
            return ensure_removed(session, removal, progress, check_mode=check_mode)
        return ensure_packs(
            session,
            wanted_packs(params["packs"]),
            progress,
            timeout=params["timeout"],
            check_mode=check_mode,
        )
