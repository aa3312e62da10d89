# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_migration_plan."""

from __future__ import annotations

from typing import Any

from ..module_utils._specs.rds_migration_plan import SPEC
from ..plugin_utils._action import ModuleAction
from ..plugin_utils._licensing.cals.pack_numbers import secrets_in
from ..plugin_utils._licensing.change import Outcome, Progress
from ..plugin_utils._licensing.migration.asking import plan_of
from ..plugin_utils._licensing.migration.table import table

_CHOICES = frozenset(
    choice
    for option in SPEC.options["packs"]["options"].values()
    for choice in option.get("choices", ())
)


class ActionModule(ModuleAction):
    """Plans a migration, a correction or a recovery from what is known. Connects to nothing."""

    SPEC = SPEC
    DOING = "planning"

    def secrets_in(self, arguments: dict[str, Any]) -> set[str]:
        rows = [arguments.get("packs"), arguments.get("own_packs")]
        return secrets_in(rows, harmless=_CHOICES)

    def work(self, params: dict[str, Any], progress: Progress) -> Outcome:
        del progress
        plan = plan_of(params, self._host_name())
        return Outcome(
            False,
            values={
                "plan": plan.as_dict(),
                "table": table(plan),
                "ready": plan.ready,
                "done": plan.done,
            },
        )
