# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-ins for what Ansible hands to an action plugin: a task and a connection."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any


@dataclass
class Task:
    """The attributes of a task that are looked at."""

    args: dict[str, Any] = field(default_factory=dict)
    check_mode: bool = False
    diff: bool = False
    async_val: int = 0
    delegate_to: str | None = None
    action: str = "remote_desktop.licensing.under_test"


@dataclass
class Connection:
    """The attributes of a connection plugin that are looked at."""

    transport: str = "winrm"
    become: object | None = None
    connected: bool = True
    options: dict[str, Any] = field(default_factory=lambda: {"remote_addr": "sh1"})
    _shell: Any = field(default_factory=lambda: SimpleNamespace(tmpdir=None))

    def get_option(self, name: str) -> Any:
        return self.options[name]


def action_of(cls: type[Any], task: Task, connection: Connection) -> Any:
    """An action plugin as the task executor makes it."""
    action = cls(task, connection, SimpleNamespace(), None, None)
    action._load_name = task.action
    return action
