# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A record: what one task said to one host, what came back, and what the module made of it.

A record holds everything that the task took from outside itself, so that ``replay`` can run the
module again without a host: its options, how the connection was set, the variables that it looked
at, the times, versions and random numbers that it took from the controller, the answers to its
messages and to its PowerShell steps.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FORM = 2
"""The form of the files."""


class NotRecorded(AssertionError):
    """The code asks for something that the record does not hold."""


@dataclass
class Exchange:
    """One message and its answer; ``status`` is None where none came, and ``error`` says why."""

    request: str
    status: int | None = None
    answer: str = ""
    error: dict[str, Any] | None = None


@dataclass
class Step:
    """One PowerShell step. See ``bytes_kept`` for what is kept of bytes.

    :param sent: how many bytes went along beside the options, unpacked where they were packed.
    """

    operation: str
    options: dict[str, Any]
    sent: int | None = None
    output: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


@dataclass
class Record:
    """A whole task on one host."""

    module: str
    host: str
    options: dict[str, Any] = field(default_factory=dict)
    check_mode: bool = False
    diff: bool = False
    connection: dict[str, Any] = field(default_factory=dict)
    """Its plugin, whether it becomes another account, and its options without passwords."""
    carrier: dict[str, Any] = field(default_factory=dict)
    """What the carrier says of itself; or the error that kept it from being made."""
    variables: dict[str, Any] = field(default_factory=dict)
    """Those that the module looked at."""
    given: dict[str, list[Any]] = field(default_factory=dict)
    """What the controller gave (see ``plugin_utils/_surroundings.py``), in the order of asking."""
    exchanges: list[Exchange] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)
    left_out: int = 0
    """Exchanges beyond the limit of a record."""

    def as_text(self) -> str:
        """The text of its file."""
        return json.dumps({"form": FORM, **asdict(self)}, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def of_text(cls, text: str) -> Record:
        """Read it. ValueError: it is not of this form."""
        found = json.loads(text)
        if found.pop("form", None) != FORM:
            raise ValueError("this is not a record of the live kit, or one of another form")
        found["exchanges"] = [Exchange(**each) for each in found["exchanges"]]
        found["steps"] = [Step(**each) for each in found["steps"]]
        return cls(**found)


def read_record(path: Path) -> Record:
    """Read a file."""
    return Record.of_text(path.read_text(encoding="utf-8"))
