# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A machine that restarts: gone for a while, then there again with a new boot time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

_DELAY = 0.15


class Power:
    """Whether a machine is up. ``generation`` counts its boots; connections live for one only.

    ``seconds`` is how long a restart takes; below zero the machine stays down until
    ``turn_on`` is called.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.generation = 0
        self.up = True
        self._lock = threading.Lock()
        self._going = False
        self._boot: list[Callable[[], None]] = []

    def on_boot(self, called: Callable[[], None]) -> None:
        """Call ``called`` at every boot, before the machine can be reached again."""
        self._boot.append(called)

    def restart(self) -> None:
        """Go down in a moment, so that the answer still leaves, and come back."""
        self._begin(back=True)

    def shut_down(self) -> None:
        """Go down in a moment and stay down."""
        self._begin(back=False)

    def turn_on(self) -> None:
        """Boot a machine that is down."""
        for called in self._boot:
            called()
        with self._lock:
            self.generation += 1
            self.up, self._going = True, False

    def _begin(self, *, back: bool) -> None:
        with self._lock:
            if self._going:
                return
            self._going = True
        threading.Thread(target=self._cycle, args=(back,), daemon=True, name="farm-power").start()

    def _cycle(self, back: bool) -> None:
        time.sleep(_DELAY)
        self.up = False
        if back and self.seconds >= 0:
            time.sleep(self.seconds)
            self.turn_on()
