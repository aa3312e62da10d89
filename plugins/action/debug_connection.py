# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module debug_connection."""

from __future__ import annotations

from typing import Any

from ..module_utils._specs.debug_connection import SPEC
from ..plugin_utils._action import ModuleAction
from ..plugin_utils._cim.carriers.choose import carrier_for
from ..plugin_utils._cim.errors import CarrierUnavailable
from ..plugin_utils._debugging.account import take_account
from ..plugin_utils._debugging.settings import secrets_of
from ..plugin_utils._licensing.change import Outcome, Progress


class ActionModule(ModuleAction):
    """Tells what the controller can do for a host, and what is in the way."""

    SPEC = SPEC
    DOING = "looking at the connection"

    def secrets_in(self, arguments: dict[str, Any]) -> set[str]:
        """The passwords of the connection: texts of libraries could hold one."""
        del arguments
        return secrets_of(self._connection)

    def work(self, params: dict[str, Any], progress: Progress) -> Outcome:
        del progress
        refusal = None
        try:
            self._refuse_become()
        except CarrierUnavailable as error:
            refusal = error
        account = take_account(
            self._connection, self._where(), carrier_for, shell=params["shell"], refusal=refusal
        )
        return Outcome(False, values=account.as_values())
