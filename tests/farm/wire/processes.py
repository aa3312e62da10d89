# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs on a host by itself, whether or not anybody asks for its output."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ..model.defects import Defects
from ..operations import Ended


class Processes:
    """The processes that the shells of one host have started."""

    def __init__(self, defects: Defects) -> None:
        self._defects = defects
        self._threads: set[threading.Thread] = set()

    def start(self, work: Callable[[], Ended], then: Callable[[Ended], None]) -> None:
        """Begin one, and hand over how it ended. Errors of the farm's own go to the defects."""

        def run() -> None:
            ended = Ended(stderr="the simulated program is broken\r\n", code=1, thrown=True)
            with self._defects:
                ended = work()
            with self._defects:
                then(ended)
            self._threads.discard(threading.current_thread())

        thread = threading.Thread(target=run, daemon=True)
        self._threads.add(thread)
        thread.start()

    def settle(self) -> None:
        """Wait until none is at work any more."""
        for thread in list(self._threads):
            thread.join()
