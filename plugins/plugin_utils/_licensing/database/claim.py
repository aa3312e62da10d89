# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run at a time for each license server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime

from ..._cim.errors import CimError
from ..._surroundings import monotonic, surroundings
from .host import Host, Run, twice

_SPARE_MINUTES = 5


class AlreadyClaimed(CimError):
    """Another run is at work on this license server; nothing was done."""

    def __init__(self, operation: str, holder: str, taken: str, until: str) -> None:
        super().__init__(
            f"another run is at work on this license server: {operation} by {holder} since {taken}"
        )
        self.advice = (
            f"wait until it is through. If it was cut, its claim ends at {until} (the license "
            "server's clock, UTC); then run the task again"
        )


@dataclass(slots=True)
class Claim:
    """A license server that is ours for now.

    :param id: of the run, 16 hexadecimal digits.
    :param now: the license server's time when it was claimed.
    """

    id: str
    now: datetime
    seconds: int
    _renew: Callable[[], datetime]
    _clock: Callable[[], float] = monotonic
    _since: float = field(default=0.0)

    def __post_init__(self) -> None:
        self._since = self._clock()

    def keep(self) -> None:
        """Make it last, if a third of its time is over. Called between the parts of long work.

        :raises AlreadyClaimed: it had run out, and somebody else took it.
        """
        if self._clock() - self._since > self.seconds / 3:
            self._renew()
            self._since = self._clock()

    def run(self, folder: str, minutes: int) -> Run:
        """The run that works under this claim.

        :param folder: where its files go.
        :param minutes: after which the dead man acts.
        """
        return Run.of(self.id, self.now, folder, minutes)


@contextmanager
def claimed(host: Host, operation: str, minutes: int) -> Iterator[Claim]:
    """Claim the license server for what happens inside.

    :param minutes: for which the service may be stopped; the claim lasts a little longer, and
        is renewed by ``Claim.keep``.
    :raises AlreadyClaimed: somebody else is at work.
    """
    run, seconds = surroundings().run_id(), (minutes + _SPARE_MINUTES) * 60
    holder = surroundings().process()

    def claim() -> datetime:
        # Safe to repeat: the same run renews its claim.
        answer = host.lock.claim(run, holder, operation, seconds)
        if not answer.claimed:
            held = answer.lock
            raise AlreadyClaimed(held.operation, held.holder, held.taken, held.until)
        return answer.now

    ours = Claim(run, twice(claim), seconds, claim)
    try:
        yield ours
    finally:
        # What cannot be released runs out.
        with suppress(CimError):
            host.lock.release(run)
