# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a scenario says about a machine's identity, its shadow copies and snapshots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

SNAPSHOTS = ("works", "fails", "no_esevss")
MOST_SHADOW_COPIES = 64


@dataclass(frozen=True, slots=True)
class IdentityPlan:
    """When Windows was installed, and the machine's SID; None for what follows from the name."""

    os_installed: datetime | None = None
    computer_sid: str | None = None


@dataclass(frozen=True, slots=True)
class ShadowCopyPlan:
    """A shadow copy that somebody else made."""

    drive: str = "C:"
    age_hours: int = 24


@dataclass(frozen=True, slots=True)
class StoragePlan:
    """Shadow copies and esentutl's snapshot.

    ``shadow_code`` is what Win32_ShadowCopy.Create answers instead of making one. At
    ``shadow_limit`` a new one pushes the oldest of its volume out. ``snapshot`` tells how esentutl
    ends: it ``works``, ``fails``, or the machine has ``no_esevss`` (the library is missing).
    """

    shadow_copies: tuple[ShadowCopyPlan, ...] = ()
    shadow_code: int = 0
    shadow_limit: int = MOST_SHADOW_COPIES
    snapshot: str = "works"
