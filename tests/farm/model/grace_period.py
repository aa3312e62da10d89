# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The grace period of a session host: it begins with the role and ends by the host's clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from .clock import Clock
from .licensing import GRACE_KEY
from .registry import Registry


class GracePeriod:
    """The timer, and the registry key that marks it. ``length`` in days; None is no timer."""

    def __init__(self, length: int | None, clock: Clock, registry: Registry) -> None:
        self._length, self._clock, self._registry = length, clock, registry
        self._ends: datetime | None = None

    def begin(self) -> None:
        """The role service is there: from now on the days count."""
        if self._length is not None:
            self._ends = self._clock.now() + timedelta(days=self._length)
            self._registry.create_key(GRACE_KEY)

    @property
    def days(self) -> int | None:
        """Whole days left, a begun one included; None without a timer or its key."""
        if self._ends is None or not self._registry.exists(GRACE_KEY):
            return None
        left = self._ends - self._clock.now()
        return max(0, -(-left // timedelta(days=1)))
