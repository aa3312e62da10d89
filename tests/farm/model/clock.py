# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clock of one host."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Real time plus an offset, so that every host may live in a time of its own."""

    def __init__(
        self, start: datetime | None = None, uptime: timedelta = timedelta(days=12)
    ) -> None:
        now = datetime.now(UTC)
        self._offset = timedelta(0) if start is None else start - now
        self.booted = self.now() - uptime
        self._moved: list[Callable[[], object]] = []

    def now(self) -> datetime:
        """The host's time, always UTC."""
        return datetime.now(UTC) + self._offset

    def boot(self) -> None:
        """The machine starts now."""
        self.booted = self.now()

    def advance(self, by: timedelta) -> None:
        """Move the clock forward (or back)."""
        self._offset += by
        for called in self._moved:
            called()

    def on_advance(self, called: Callable[[], object]) -> None:
        """Call ``called`` whenever somebody has moved the clock."""
        self._moved.append(called)
