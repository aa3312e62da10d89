# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PowerShell operations that answer what a test says, and remember what they were asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.powershell import (
    OperationFailed,
    Operations,
)

Answer = Mapping[str, Any] | Exception
Asked = tuple[str, dict[str, Any], bytes | None]


def failed(operation: str, number: int, said: str = "no") -> OperationFailed:
    """An operation that failed with an HRESULT."""
    return OperationFailed(operation, said, number)


class FakeOperations(Operations):
    """Operations by name: what each answers, or a list of what it answers in turn."""

    def __init__(self, **answers: Answer | list[Answer]) -> None:
        super().__init__(None)
        self._answers = answers
        self.asked: list[Asked] = []

    def run(
        self, operation: str, options: Mapping[str, Any], blob: bytes | None = None
    ) -> dict[str, Any]:
        self.asked.append((operation, dict(options), blob))
        answer = self._answers[operation]
        if isinstance(answer, list):
            answer = answer.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)
