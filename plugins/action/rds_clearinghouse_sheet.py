# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_clearinghouse_sheet."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible import constants

from ..module_utils._specs.rds_clearinghouse_sheet import SPEC
from ..plugin_utils._action import ModuleAction
from ..plugin_utils._cim.errors import CimError
from ..plugin_utils._licensing.cals.pack_numbers import secrets_in
from ..plugin_utils._licensing.change import Outcome, Progress
from ..plugin_utils._sheet.delivery import SheetError, deliver

_CHOICES = frozenset(
    choice
    for option in SPEC.options["packs"]["options"].values()
    for choice in option.get("choices", ())
)


class ActionModule(ModuleAction):
    """Writes a sheet: made on the controller, kept where the task runs."""

    SPEC = SPEC
    DOING = "writing the sheet"

    def secrets_in(self, arguments: dict[str, Any]) -> set[str]:
        return secrets_in(arguments.get("packs"), harmless=_CHOICES)

    def work(self, params: dict[str, Any], progress: Progress) -> Outcome:
        del progress
        path = self._remote_expand_user(params["path"])
        try:
            files, written = deliver(
                {**params, "path": path},
                self,
                on_controller=self._connection.transport == "local",
                check_mode=self._task.check_mode,
            )
        except SheetError as error:
            failure = CimError(str(error))
            failure.advice = error.advice or None
            raise failure from error
        finally:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return Outcome(bool(written), values={"files": files, "written": written})

    def module(self, name: str, arguments: dict[str, Any]) -> Mapping[str, Any]:
        """Run one of Ansible's own modules on the task's host."""
        found: Mapping[str, Any] = self._execute_module(
            module_name=f"ansible.legacy.{name}", module_args=arguments, task_vars=self._variables
        )
        return found

    def copy(self, content: bytes, path: str, mode: str) -> Mapping[str, Any]:
        """Write a file on the task's host by the action behind Ansible's ``copy``."""
        with tempfile.TemporaryDirectory(dir=constants.DEFAULT_LOCAL_TMP) as folder:
            source = Path(folder) / Path(path).name
            source.write_bytes(content)
            task = self._task.copy()
            task.args = {"src": str(source), "dest": path, "mode": mode}
            task.diff = False
            action = self._shared_loader_obj.action_loader.get(
                "ansible.legacy.copy",
                task=task,
                connection=self._connection,
                play_context=self._play_context,
                loader=self._loader,
                templar=self._templar,
                shared_loader_obj=self._shared_loader_obj,
            )
            done: Mapping[str, Any] = action.run(task_vars=self._variables)
        return done
