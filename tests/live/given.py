# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the controller gives to a task: kept while it runs, and given again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._surroundings import (
    Surroundings,
)

from .recording import NotRecorded

ASKED = sorted(name for name in vars(Surroundings) if not name.startswith("_") and name != "wait")
"""What a task may ask; to wait is not a question."""
Given = dict[str, list[Any]]


class RecordingSurroundings(Surroundings):
    """The controller as it is, and what it gave.

    :param given: where that is kept.
    """

    def __init__(self, given: Given) -> None:
        self.given = given


class RecordedSurroundings(Surroundings):
    """A controller that gives again what it gave; nobody waits.

    A clock that is looked at more often than then stands still: how often the code looks is its
    own affair. What was not asked at all then is not known now.

    :raises NotRecorded: by every question that was not asked.
    """

    def __init__(self, given: Given) -> None:
        self.given = {name: list(each) for name, each in given.items()}

    def wait(self, seconds: float) -> None:
        """Nothing is waited for."""


def _kept(name: str) -> Callable[..., Any]:
    real = getattr(Surroundings, name)

    def ask(self: RecordingSurroundings, *words: str) -> Any:
        answer = real(self, *words)
        told = answer.isoformat() if isinstance(answer, datetime) else answer
        self.given.setdefault(" ".join((name, *words)), []).append(told)
        return answer

    return ask


def _again(name: str) -> Callable[..., Any]:
    def ask(self: RecordedSurroundings, *words: str) -> Any:
        question = " ".join((name, *words))
        answers = self.given.get(question)
        if not answers:
            raise NotRecorded(f"the controller was not asked for {question!r}")
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return datetime.fromisoformat(answer) if name == "utc_now" else answer

    return ask


for _name in ASKED:
    setattr(RecordingSurroundings, _name, _kept(_name))
    setattr(RecordedSurroundings, _name, _again(_name))
