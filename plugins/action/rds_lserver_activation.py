# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_lserver_activation."""

from __future__ import annotations

from typing import Any

from ..module_utils._specs.rds_lserver_activation import SPEC
from ..plugin_utils._action import RdsAction
from ..plugin_utils._cim.session import CimSession
from ..plugin_utils._licensing.change import Outcome, Progress
from ..plugin_utils._licensing.license_servers.activation import (
    ActivationOptions,
    Reason,
    ensure_activation,
)


class ActionModule(RdsAction):
    """Activates, reactivates or deactivates a license server."""

    SPEC = SPEC
    DOING = "activating the license server"

    def perform(self, session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
        contact = params.pop("contact") or {}
        reason = params.pop("reason")
        options = ActivationOptions(
            contact={name: text for name, text in contact.items() if text is not None},
            reason=Reason(reason) if reason else None,
            **params,
        )
        return ensure_activation(session, options, progress, check_mode=self._task.check_mode)
