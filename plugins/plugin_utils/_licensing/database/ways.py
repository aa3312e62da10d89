# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways to copy a database, each with what it leaves tidy.

- ``esentutl_vssrec``: esentutl takes a volume snapshot of its own and replays the logs into the
  copy. The result is one database file in clean state, without logs; nothing is left behind on
  the volume. This is the best copy, and the first choice.
- ``shadow_copy``: a shadow copy by Win32_ShadowCopy. The only documented context is
  ClientAccessible, the kind of Previous Versions: it stays, and may push old ones out. So it is
  only made on a volume without any, and deleted by its id. The copy is as after a power failure:
  it needs its logs, which are copied with it.
- ``stop_service``: the set as the service left it when it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass

from ..._cim.errors import CimError
from ..._windows.paths import drive_of
from ..change import Progress, Step
from .database_set import DatabaseSet
from .host import Host, Run
from .manifest import Method
from .service_pause import Pause, service_stopped


class CopyFailed(CimError):
    """A way to copy the database does not work here; another one may."""

    def __init__(self, method: Method, why: str) -> None:
        super().__init__(f"{method}: {why}")
        self.method = method
        self.advice = "use method: auto, or look at the event logs of the license server for VSS"


class CopyDisturbed(CimError):
    """The files changed while they were copied, though nothing should have touched them."""

    def __init__(self, folder: str) -> None:
        super().__init__(f"files in {folder} changed while they were copied: the copy is discarded")
        self.advice = "find out what uses that folder (an antivirus program, another backup)"


@dataclass(frozen=True, slots=True)
class Source:
    """A copy of the database that can be read now.

    :param files: the name of each file of the set, and the path to read it from.
    :param log_base: None when the copy needs no logs.
    :param pause: how long the service is stopped for it; None when it is not.
    """

    method: Method
    files: tuple[tuple[str, str], ...]
    log_base: str | None
    pause: Pause | None = None


Way = Callable[[Host, Run, DatabaseSet, Progress], AbstractContextManager[Source]]


@contextmanager
def esentutl_copy(
    host: Host, run: Run, database: DatabaseSet, progress: Progress
) -> Iterator[Source]:
    """The live database by esentutl's own snapshot.

    :raises CopyFailed: there is no such snapshot here.
    """
    method = Method.ESENTUTL
    if database.log_base is None:
        raise CopyFailed(method, f"{database.folder} does not tell the base name of the logs")
    target = f"{run.staging}\\{database.file}"
    with _staging(host, run, progress):
        taken = host.snapshot(
            database=database.path,
            base=database.log_base,
            logs=database.folder,
            system=database.folder,
            destination=target,
        )
        if taken.exit_code != 0 or not taken.bytes:
            raise CopyFailed(method, f"esentutl ended with {taken.exit_code}: {taken.said}")
        progress.applied.append("copied the database from a snapshot of esentutl")
        yield Source(method, ((database.file, target),), None)


@contextmanager
def shadow_copy(
    host: Host, run: Run, database: DatabaseSet, progress: Progress
) -> Iterator[Source]:
    """The live database set from a shadow copy of our own.

    :raises CopyFailed: there are shadow copies on the volume, or none can be made.
    """
    method = Method.SHADOW_COPY
    volume = f"{drive_of(database.folder)}\\"
    others = host.shadows.on_volume(volume)
    if others:
        raise CopyFailed(
            method,
            f"the volume {volume} has {len(others)} shadow copies already (Previous Versions, or "
            "another backup), and one more could push the oldest out",
        )
    with _staging(host, run, progress), _shadow(host, volume, progress) as device:
        copied = host.shadows.copy_files(
            device,
            folder=database.folder,
            names=list(database.files),
            link=f"{run.staging}\\shadow",
            destination=run.staging,
        )
        missing = {name.casefold() for name in database.files} - {
            each.name.casefold() for each in copied
        }
        if missing:
            raise CopyFailed(method, f"the shadow copy lacks {', '.join(sorted(missing))}")
        progress.applied.append("copied the database from a shadow copy")
        files = tuple((each.name, f"{run.staging}\\{each.name}") for each in copied)
        yield Source(method, files, database.log_base)


@contextmanager
def stopped_copy(
    host: Host, run: Run, database: DatabaseSet, progress: Progress
) -> Iterator[Source]:
    """The database itself while the service is stopped.

    :raises CopyDisturbed: somebody wrote to it meanwhile.
    :raises ServiceDisturbed: somebody started the service meanwhile.
    """
    with ExitStack() as stack:
        pause = stack.enter_context(service_stopped(host, run, progress))
        before = host.files.list_folder(database.folder).entries
        files = tuple((name, f"{database.folder}\\{name}") for name in database.files)
        yield Source(Method.STOP_SERVICE, files, database.log_base, pause)
        if host.files.list_folder(database.folder).entries != before:
            raise CopyDisturbed(database.folder)


@contextmanager
def _staging(host: Host, run: Run, progress: Progress) -> Iterator[None]:
    """A folder of our own beside the bundles, empty again afterwards."""

    def made() -> bool:
        return host.files.list_folder(run.staging).is_folder

    progress.apply(
        [
            Step(
                f"make the folder {run.staging}",
                lambda: host.files.make_folder(run.staging),
                made,
            )
        ]
    )
    try:
        yield
    finally:
        host.sweep(run.staging, progress)


@contextmanager
def _shadow(host: Host, volume: str, progress: Progress) -> Iterator[str]:
    """A shadow copy of our own, deleted afterwards: only this one, by its id."""
    before = {each.id for each in host.shadows.on_volume(volume)}
    try:
        created = host.shadows.create(volume)
    except CimError as error:
        _name_new(host, volume, before, progress)
        raise CopyFailed(Method.SHADOW_COPY, str(error)) from error
    progress.applied.append(f"made the shadow copy {created}")
    try:
        device = host.shadows.device(created)
        if device is None:
            raise CopyFailed(Method.SHADOW_COPY, f"the shadow copy {created} is gone again")
        yield device
    finally:
        _delete(host, created, progress)


def _name_new(host: Host, volume: str, before: set[str], progress: Progress) -> None:
    """After an answer that got lost: name what came with it.

    It is not deleted: nothing proves that it is ours and not somebody else's.
    """
    try:
        new = {each.id for each in host.shadows.on_volume(volume)} - before
    except CimError:
        progress.state.append(f"A shadow copy of {volume} may have been left; vssadmin lists it")
        return
    if new:
        progress.state.append(
            f"Shadow copies of {volume} appeared meanwhile ({', '.join(sorted(new))}), most likely "
            "that of this run, whose answer got lost; look at them with vssadmin list shadows"
        )


def _delete(host: Host, shadow: str, progress: Progress) -> None:
    try:
        host.shadows.delete(shadow)
    except CimError as error:
        progress.state.append(
            f"The shadow copy {shadow} was left ({error}); delete it with "
            f"vssadmin delete shadows /shadow={shadow}"
        )
