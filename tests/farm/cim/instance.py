# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CIM values as the providers hand them over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

Scalar = str | int | bool | datetime | timedelta


@dataclass(frozen=True, slots=True)
class Embedded:
    """An embedded instance."""

    cls: str
    properties: Mapping[str, Value]


Value = None | Scalar | Embedded | list[Scalar] | list[Embedded] | list[str] | list[int]


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance of the class ``cls``; a property that is left out is NULL."""

    cls: str
    properties: Mapping[str, Value]
