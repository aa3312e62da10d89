# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host that keeps the reports, by Ansible's own means."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible import constants

from .._evidence.task_host import TaskHost


class ReportHost(TaskHost):
    """The host that a task runs on or is delegated to; see ``_reporting.folder.Host``."""

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
