# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host that keeps reports and evidence, by Ansible's own means.

Its modules, its commands, and its copying both ways: what ``_reporting.folder`` and
``_evidence.place`` need of a host.
"""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase

from ._evidence.place import EvidenceError


class TaskHost:
    """The host that a task runs on or is delegated to.

    :param action: of the task.
    :param variables: of the task.
    """

    def __init__(self, action: ActionBase, variables: dict[str, Any]) -> None:
        self._action = action
        self._variables = variables

    @property
    def on_controller(self) -> bool:
        """Whether that host is this machine."""
        return str(self._action._connection.transport) == "local"

    def expanded(self, path: str) -> str:
        """A path of that host, with its ``~`` resolved."""
        return str(self._action._remote_expand_user(path))

    def module(self, name: str, arguments: dict[str, Any]) -> Mapping[str, Any]:
        """Run one of Ansible's own modules there."""
        found: Mapping[str, Any] = self._action._execute_module(
            module_name=f"ansible.legacy.{name}",
            module_args=arguments,
            task_vars=self._variables,
        )
        return found

    def command(self, words: Sequence[str]) -> tuple[int, str, str]:
        """Run a command there."""
        done = self._action._low_level_execute_command(shlex.join(words))
        return done["rc"], done["stdout"], done["stderr"]

    def copy(self, content: bytes, path: str, mode: str) -> Mapping[str, Any]:
        """Write a file there, whole or not at all."""
        with tempfile.TemporaryDirectory(dir=constants.DEFAULT_LOCAL_TMP) as folder:
            source = Path(folder) / Path(path).name
            source.write_bytes(content)
            return self.send(source, path, mode)

    def fetch(self, path: str, folder: Path) -> Path:
        """Bring a file here; see ``PlaceHost``."""
        if self.on_controller and not self._action._connection.become:
            return Path(path)
        target = folder / Path(path).name
        done = self._run("fetch", {"src": path, "dest": str(target), "flat": True})
        if done.get("failed"):
            raise EvidenceError(f"reading {path} failed: {done.get('msg') or 'no reason given'}")
        return target

    def send(self, source: Path, path: str, mode: str) -> Mapping[str, Any]:
        """Write a file there; see ``PlaceHost``."""
        return self._run("copy", {"src": str(source), "dest": path, "mode": mode})

    def _run(self, name: str, arguments: dict[str, Any]) -> Mapping[str, Any]:
        """Run the action behind a module of Ansible; fetching only reads, in check mode as well."""
        task = self._action._task.copy()
        task.args = arguments
        task.diff = False
        task.check_mode = False
        loaders = self._action._shared_loader_obj
        action = loaders.action_loader.get(
            f"ansible.legacy.{name}",
            task=task,
            connection=self._action._connection,
            play_context=self._action._play_context,
            loader=self._action._loader,
            templar=self._action._templar,
            shared_loader_obj=loaders,
        )
        try:
            done: Mapping[str, Any] = action.run(task_vars=self._variables)
        except AnsibleError as error:
            return {"failed": True, "msg": str(error)}
        return done
