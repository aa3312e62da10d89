# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""WQL queries (Microsoft Learn: "WQL (SQL for WMI)")."""

from __future__ import annotations

from collections.abc import Sequence

from .schema import CimClass


def literal(text: str) -> str:
    """Quote a string for WQL: a backslash before backslash and both quotation marks."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"')
    return f"'{escaped}'"


def select(cls: CimClass, names: Sequence[str], where: str | None = None) -> str:
    """Return ``SELECT names FROM cls [WHERE where]``.

    :raises KeyError: a name is not in the table of the class.
    """
    columns = ", ".join(each.name for each in cls.select(names))
    return f"SELECT {columns} FROM {cls.name}" + (f" WHERE {where}" if where else "")
