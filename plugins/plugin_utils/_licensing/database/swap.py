# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exchanging the database folder of a license server for another one.

The new folder is made complete beside the old one. With the service stopped, two renames on one
volume exchange them: the old folder is set aside whole and stays. At every moment the old
database, or the new one, or both are there under names that the dead man and this run know.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from ..._cim.errors import CimError
from ..._windows.services import ServiceError
from ..change import Progress, Step
from .host import SERVICE, Host, Run
from .service_pause import SERVICE_SECONDS, Pause, service_stopped


class NewDatabaseRefused(CimError):
    """The service does not start on the new database."""

    def __init__(self, error: CimError, failed: str) -> None:
        super().__init__(f"the licensing service does not start on the new database: {error}")
        self.advice = (
            "the old database was put back; look at the System event log of the license server "
            f"(events 9, 12, 44 and 4100 of TermServLicensing), and at {failed}"
        )


@dataclass(frozen=True, slots=True)
class Swap:
    """The folders of an exchange.

    :param folder: where the service looks for its database.
    :param new: the complete new one, beside it.
    :param aside: the name that the present one gets.
    :param failed: the name that a new one gets that did not work.
    """

    folder: str
    new: str
    aside: str
    failed: str

    @classmethod
    def of(cls, folder: str, run_id: str, stamp: str) -> Swap:
        """The names for a run.

        :param stamp: the time, for people.
        """
        return cls(
            folder,
            f"{folder}.new-{run_id}",
            f"{folder}.aside-{stamp}-{run_id[:4]}",
            f"{folder}.failed-{run_id}",
        )


def make_new_folder(host: Host, swap: Swap, progress: Progress) -> None:
    """Make the new folder, with owner and permissions of the present one."""
    progress.apply(
        [
            Step(
                f"make the folder {swap.new}",
                lambda: host.files.make_folder(swap.new, like=swap.folder),
                lambda: host.files.list_folder(swap.new).is_folder,
            )
        ]
    )


def exchange(host: Host, run: Run, swap: Swap, progress: Progress) -> Pause:
    """Put the new folder in the place of the present one.

    :raises NewDatabaseRefused: the service does not start on it; the old one is back.
    :raises CimError: the old one is back, or the dead man brings it back: see ``progress``.
    """
    access = host.files.list_folder(swap.folder).sddl
    placed = False
    confirm = Step(
        "mark the new database complete",
        lambda: host.dead_man.mark_complete(run.dead_man),
        lambda: host.dead_man.mark_complete(run.dead_man),
    )
    try:
        with service_stopped(host, run, progress, lambda: put_back(host, swap), confirm) as pause:
            progress.apply(
                [
                    _rename(host, swap.folder, swap.aside, "set the present database aside as"),
                    _rename(host, swap.new, swap.folder, "put the new database in place as"),
                ]
            )
            placed = True
            _same_access(host, swap, access, progress)
    except ServiceError as error:
        if not placed:
            raise
        raise NewDatabaseRefused(error, swap.failed) from error
    return pause


def put_back(host: Host, swap: Swap) -> None:
    """Have the old database in its place. It looks at what is there, so it may be repeated."""
    if not host.files.list_folder(swap.aside).is_folder:
        return
    with suppress(ServiceError):
        # It may have started on what is there now.
        host.services.stop(SERVICE, SERVICE_SECONDS)
    if host.files.list_folder(swap.folder).is_folder:
        host.files.move(swap.folder, swap.failed)
    host.files.move(swap.aside, swap.folder)


def _rename(host: Host, old: str, new: str, says: str) -> Step:
    def done() -> bool:
        return host.files.list_folder(new).is_folder and not host.files.list_folder(old).exists

    return Step(f"{says} {new}", lambda: host.files.move(old, new), done)


def _same_access(host: Host, swap: Swap, access: str | None, progress: Progress) -> None:
    """A folder made anew should have owner and permissions of the old one; else they are set."""
    if access is None or host.files.list_folder(swap.folder).sddl == access:
        return
    progress.apply(
        [
            Step(
                f"give {swap.folder} the owner and permissions that the old folder had",
                lambda: host.files.set_access(swap.folder, access),
                lambda: host.files.list_folder(swap.folder).sddl == access,
            )
        ]
    )
