# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of evidence packs: ``<name>-<number>-<time>.zip``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

BASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_NAME = re.compile(
    r"(?P<base>[A-Za-z0-9][A-Za-z0-9._-]{0,79})-(?P<number>[0-9]{6})"
    r"-(?P<time>[0-9]{8}T[0-9]{6}Z)\.zip",
    re.ASCII,
)
_TIME = "%Y%m%dT%H%M%SZ"
LAST = 999_999


@dataclass(frozen=True, slots=True, order=True)
class PackName:
    """A pack's name; they sort by their place in the chain."""

    base: str
    number: int
    created: datetime

    def __str__(self) -> str:
        return f"{self.base}-{self.number:06}-{self.created.strftime(_TIME)}.zip"

    @classmethod
    def parse(cls, text: str) -> PackName | None:
        """Read a file's name, ``None`` if it is that of no pack."""
        found = _NAME.fullmatch(text)
        if found is None:
            return None
        try:
            created = datetime.strptime(found["time"], _TIME).replace(tzinfo=UTC)
        except ValueError:
            return None
        return cls(found["base"], int(found["number"]), created)


def packs_among(names: list[str], base: str) -> list[PackName]:
    """The packs of one chain among the names of a folder, the first one first."""
    parsed = (PackName.parse(name) for name in names)
    return sorted(each for each in parsed if each is not None and each.base == base)
