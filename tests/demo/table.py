# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table at the end of the demo: side by side on a wide screen, stacked on a narrow one."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

WIDE = 110
_TITLES = ("Host", "Before", "After", "What happened")


@dataclass(frozen=True)
class HostRow:
    """A host before and after."""

    name: str
    system: str
    before: list[str]
    after: list[str]
    happened: str
    good: bool

    @property
    def cells(self) -> tuple[list[str], ...]:
        """The lines of each column."""
        return [self.name, f"({self.system})"], self.before, self.after, [self.happened]


def print_table(rows: Sequence[HostRow]) -> None:
    """Print the rows for the width of the terminal."""
    width = shutil.get_terminal_size((120, 24)).columns
    if width < WIDE:
        _print_stacked(rows, width)
    else:
        _print_wide(rows, min(width, 160))


def _print_wide(rows: Sequence[HostRow], width: int) -> None:
    rest = width - 24 - 3 * 3
    widths = (24, int(rest * 0.30), int(rest * 0.30), rest - 2 * int(rest * 0.30))
    rule = "-+-".join("-" * each for each in widths)
    print(" | ".join(title.ljust(each) for title, each in zip(_TITLES, widths, strict=True)))
    for row in rows:
        print(rule)
        columns = [
            [part for line in lines for part in textwrap.wrap(line, each, subsequent_indent="  ")]
            for lines, each in zip(row.cells, widths, strict=True)
        ]
        for index in range(max(map(len, columns))):
            parts = [column[index] if index < len(column) else "" for column in columns]
            print(
                " | ".join(
                    part.ljust(each) for part, each in zip(parts, widths, strict=True)
                ).rstrip()
            )
    print(rule)


def _print_stacked(rows: Sequence[HostRow], width: int) -> None:
    for row in rows:
        print("-" * min(width, 60))
        print(f"{row.name} ({row.system})")
        for title, lines in zip(_TITLES[1:], row.cells[1:], strict=True):
            print(f"  {title}:")
            for line in lines:
                print(textwrap.fill(line, width, initial_indent="    ", subsequent_indent="      "))
    print("-" * min(width, 60))
