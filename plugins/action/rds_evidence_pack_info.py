# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_evidence_pack_info."""

from __future__ import annotations

from typing import Any

from ansible import constants

from ..module_utils._specs.rds_evidence_pack_info import SPEC
from ..plugin_utils._action import ModuleAction
from ..plugin_utils._evidence.delivery import said, verify
from ..plugin_utils._evidence.place import EvidenceError
from ..plugin_utils._licensing.change import Outcome, Progress
from ..plugin_utils._task_host import TaskHost


class ActionModule(ModuleAction):
    """Checks evidence packs and their chain; asks no Windows host."""

    SPEC = SPEC
    DOING = "checking evidence packs"

    def work(self, params: dict[str, Any], progress: Progress) -> Outcome:
        """Check them; see ``ModuleAction.work``."""
        del progress
        host = TaskHost(self, self._variables)
        try:
            path = host.expanded(params["path"])
            found = verify(path, params["name"], params["noted"], host, constants.DEFAULT_LOCAL_TMP)
        finally:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        failure = None
        if not found["valid"] and params["fail_on_problem"]:
            failure = EvidenceError(
                said(found["problems"]),
                "keep the folder as it is, and compare it with a copy from elsewhere",
            )
        return Outcome(changed=False, values=found, failure=failure)
