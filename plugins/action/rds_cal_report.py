# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_cal_report."""

from __future__ import annotations

import copy
import shlex
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase

from ..module_utils._specs.rds_cal_report import SPEC
from ..plugin_utils._reporting.delivery import DeliveryError, deliver
from ..plugin_utils._reporting.hostvars import gathered_backups, gathered_facts


class ActionModule(ActionBase):
    """Writes reports of the CAL inventory: made on the controller, kept where the task runs."""

    SPEC = SPEC
    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _supports_diff = True

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Run the task; see ``ActionBase.run``."""
        self._variables = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        arguments = copy.deepcopy(dict(self._task.args))
        validation = ArgumentSpecValidator(**self.SPEC.as_arguments()).validate(arguments)
        params: dict[str, Any] = validation.validated_parameters
        # The facts of 200 license servers would drown the result.
        shown = {name: value for name, value in params.items() if name != "facts"}
        result |= {"changed": False, "invocation": {"module_args": shown}}
        if validation.error_messages:
            return result | {"failed": True, "msg": "; ".join(validation.error_messages)}
        try:
            path = self._remote_expand_user(params["path"])
            facts, hosts = gathered_facts(self._variables, params["facts"], params["hosts"])
            # Facts that the task names itself stand alone.
            named = params["facts"] is not None
            backups = {} if named else gathered_backups(self._variables, hosts)
            outcome = deliver(
                {**params, "path": path, "facts": facts, "hosts": hosts, "backups": backups},
                self,
                on_controller=self._connection.transport == "local",
                check_mode=self._task.check_mode,
            )
        except DeliveryError as error:
            return result | {"failed": True, "msg": str(error), "changed": error.changed}
        finally:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        if self._task.diff and outcome["changed"]:
            names = ("before", "after")
            result["diff"] = {name: outcome[name] for name in names}
        return result | outcome

    def module(self, name: str, arguments: dict[str, Any]) -> Mapping[str, Any]:
        """Run one of Ansible's own modules on the task's host."""
        found: Mapping[str, Any] = self._execute_module(
            module_name=f"ansible.legacy.{name}", module_args=arguments, task_vars=self._variables
        )
        return found

    def command(self, words: Sequence[str]) -> tuple[int, str, str]:
        """Run a command on the task's host."""
        done = self._low_level_execute_command(shlex.join(words))
        return done["rc"], done["stdout"], done["stderr"]

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
