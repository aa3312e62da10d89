# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes every task result as a line of JSON: what the tests read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: transcript
type: notification
short_description: Writes every task result as a line of JSON
description:
  - For the tests. The file is named by the environment variable RDS_TRANSCRIPT.
"""


class CallbackModule(CallbackBase):
    """Appends to the file that RDS_TRANSCRIPT names."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "transcript"

    def _write(self, status: str, result: Any) -> None:
        # The two names of newer and of older ansible-core.
        body = getattr(result, "result", None) or result._result
        task = getattr(result, "task", None) or result._task
        host = getattr(result, "host", None) or result._host
        line = {
            "status": status,
            "host": host.get_name(),
            "task": task.get_name(),
            "result": json.loads(json.dumps(body, default=str)),
        }
        with Path(os.environ["RDS_TRANSCRIPT"]).open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")

    def v2_runner_on_ok(self, result: Any) -> None:
        self._write("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._write("ignored" if ignore_errors else "failed", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._write("unreachable", result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._write("skipped", result)

    def v2_runner_item_on_ok(self, result: Any) -> None:
        self._write("item_ok", result)

    def v2_runner_item_on_failed(self, result: Any) -> None:
        self._write("item_failed", result)
