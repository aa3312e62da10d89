# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A carrier that counts what goes through it."""

from __future__ import annotations

from .contract import Carrier


class CountingCarrier:
    """Another carrier, and how many messages it was given."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self.sent = 0

    @property
    def endpoint(self) -> str:
        """See ``Carrier``."""
        return self._carrier.endpoint

    @property
    def operation_timeout(self) -> float:
        """See ``Carrier``."""
        return self._carrier.operation_timeout

    def send(self, message: bytes, wait: float | None = None) -> tuple[int, bytes]:
        """Count it and pass it on; see ``Carrier``."""
        self.sent += 1
        return self._carrier.send(message, wait)

    def reset(self) -> None:
        """See ``Carrier``."""
        self._carrier.reset()
