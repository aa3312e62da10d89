# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The licensing service stopped for a while, and never for longer.

Before it is stopped, a scheduled task is registered on the host and read back: the dead man. It
starts the service when nobody else does any more, because the controller, the network or the
run is gone. When a folder is exchanged meanwhile, it first puts the old one back, unless the new
one is complete: a service that starts on a missing database makes an empty one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..._cim.errors import CimError
from ..._surroundings import monotonic
from ..._windows.services import ServiceError
from ..change import Progress, Step
from .host import SERVICE, Host, Run

SERVICE_SECONDS = 60.0
_RECOVERY_DELAYS = (0.0, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each attempt to bring the service back when a run broke off."""


class ServiceDisturbed(CimError):
    """Somebody started the service while the database was being copied."""

    def __init__(self, state: str | None) -> None:
        super().__init__(
            f"the service {SERVICE} is {state} although this run had stopped it: what was copied "
            "does not count"
        )
        self.advice = (
            "find out what starts it (a monitor, a second administrator, a recovery action of the "
            "service), or raise restart_after when the copy takes longer than that"
        )


@dataclass(slots=True)
class Pause:
    """The time during which the service is stopped."""

    clock: Callable[[], float] = monotonic
    seconds: float = 0.0
    _since: float | None = field(default=None)

    def begin(self) -> None:
        """The service is stopped from now on."""
        self._since = self.clock()

    def end(self) -> None:
        """It runs again."""
        if self._since is not None:
            self.seconds, self._since = round(self.clock() - self._since, 1), None


@contextmanager
def service_stopped(
    host: Host,
    run: Run,
    progress: Progress,
    undo: Callable[[], None] | None = None,
    confirm: Step | None = None,
) -> Iterator[Pause]:
    """Stop the service for what happens inside, with the dead man watching.

    :param undo: puts the old database back, where it is being exchanged; it looks at what is
        there, so it may be called at any time and again.
    :param confirm: done when the service runs again: from then on the dead man has nothing to
        put back.
    :raises CimError: what went wrong; ``progress.state`` says in which state the host was left.
    """
    pause = Pause()
    try:
        progress.apply([_arming(host, run), _stopping(host, pause)])
        yield pause
        _require_stopped(host)
        progress.apply([_starting(host, pause), *([confirm] if confirm is not None else [])])
    except BaseException as error:
        # Also when the run is being killed: there may be time enough to start a service.
        _bring_back(host, run, progress, undo, hurry=not isinstance(error, CimError))
        raise
    _disarm(host, run, progress)


def _arming(host: Host, run: Run) -> Step:
    def arm() -> None:
        host.dead_man.arm(run.dead_man)

    def armed() -> bool:
        # Raises when it is not as it was asked for: then nothing is stopped.
        return host.dead_man.verify(run.dead_man)

    return Step(f"register the scheduled task {run.dead_man.task}", arm, armed)


def _stopping(host: Host, pause: Pause) -> Step:
    def stop() -> None:
        pause.begin()
        host.services.stop(SERVICE, SERVICE_SECONDS)

    return Step(
        f"stop the service {SERVICE}", stop, lambda: host.services.state(SERVICE) == "Stopped"
    )


def _starting(host: Host, pause: Pause) -> Step:
    def start() -> None:
        host.services.start(SERVICE, SERVICE_SECONDS)

    def running() -> bool:
        found = host.services.state(SERVICE) == "Running"
        if found:
            pause.end()
        return found

    return Step(f"start the service {SERVICE}", start, running)


def _require_stopped(host: Host) -> None:
    state = host.services.state(SERVICE)
    if state != "Stopped":
        raise ServiceDisturbed(state)


def _bring_back(
    host: Host,
    run: Run,
    progress: Progress,
    undo: Callable[[], None] | None,
    *,
    hurry: bool,
) -> None:
    """Have the old database and a running service again, or say who will see to it.

    :param hurry: one attempt only, since the run is being killed.
    """
    failure: CimError | None = None
    for delay in _RECOVERY_DELAYS[: 1 if hurry else None]:
        progress.sleep(delay)
        try:
            if undo is not None:
                undo()
            host.services.start(SERVICE, SERVICE_SECONDS)
        except CimError as error:
            failure = error
            continue
        progress.state.append(f"The service {SERVICE} runs again")
        _disarm(host, run, progress)
        return
    why = f" ({failure})" if isinstance(failure, ServiceError) else ""
    progress.state.append(
        f"The service {SERVICE} may be stopped{why}; the task {run.dead_man.task!r} on the host "
        f"{'puts the old database back and ' if undo is not None else ''}starts it within "
        f"{run.dead_man.minutes} minutes after it was stopped"
    )


def _disarm(host: Host, run: Run, progress: Progress) -> None:
    """Remove the dead man. One that stays finds the service running and removes itself."""
    try:
        host.dead_man.disarm(run.dead_man)
    except CimError as error:
        progress.state.append(
            f"The task {run.dead_man.task!r} may still be there ({error}); it finds the service "
            "running and removes itself"
        )
