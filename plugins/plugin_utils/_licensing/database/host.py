# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways to one license server that a backup or a restore needs, and the run itself."""

from __future__ import annotations

import ntpath
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from ..._cim.errors import BadAnswer, CimError, ConnectionLost, HttpError
from ..._cim.session import CimSession
from ..._windows.bundle_files import BundleFiles
from ..._windows.database_snapshot import Snapshot, snapshot_database
from ..._windows.dead_man import DeadMan, DeadManPlan, FolderSwap
from ..._windows.files import Files
from ..._windows.powershell import Operations
from ..._windows.run_lock import RunLock
from ..._windows.services import Services
from ..._windows.shadow_copies import ShadowCopies
from ..change import Progress
from .bundle import Contents
from .bundle_places import OnServer
from .bundle_reader import NotReadableBundle

SERVICE = "TermServLicensing"
STAGING = re.compile(r"[0-9a-f]{16}\.staging")
"""The name of the folder in which a run works."""
T = TypeVar("T")


class NotABundle(CimError):
    """A file on the license server that cannot be read as a bundle."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path} cannot be read as a bundle: {why}")
        self.advice = "rds_lserver_backup_info lists and verifies the bundles of a folder"


@dataclass(frozen=True, slots=True)
class Run:
    """A run that works on a license server.

    :param id: 16 hexadecimal digits, its own.
    :param staging: a folder of its own beside the bundles.
    :param dead_man: what the task on the host does when the run is cut.
    """

    id: str
    staging: str
    dead_man: DeadManPlan

    @classmethod
    def of(cls, run_id: str, now: datetime, folder: str, minutes: int) -> Run:
        r"""A run.

        :param now: the host's time.
        :param folder: where the bundles are.
        :param minutes: after which the dead man acts.
        """
        folder = folder.rstrip("\\")
        plan = DeadManPlan(run_id, SERVICE, minutes * 60, since=now)
        return cls(run_id, f"{folder}\\{run_id}.staging", plan)

    def swapping(self, folder: str, aside: str) -> Run:
        """The same run, exchanging a folder."""
        return replace(self, dead_man=replace(self.dead_man, swap=FolderSwap(folder, aside)))


@dataclass(frozen=True, slots=True)
class Host:
    """One license server."""

    session: CimSession
    operations: Operations
    services: Services
    files: Files
    bundles: BundleFiles
    lock: RunLock
    dead_man: DeadMan
    shadows: ShadowCopies

    @classmethod
    def of(
        cls, session: CimSession, connection: Any, progress: Progress, *, read_only: bool
    ) -> Host:
        """The ways to a host over the task's connection.

        :param read_only: refuse every step that writes (check mode).
        """
        operations = Operations(connection, read_only=read_only)
        return cls(
            session,
            operations,
            Services(session, progress.sleep),
            Files(operations),
            BundleFiles(operations),
            RunLock(operations, progress.sleep),
            DeadMan(operations),
            ShadowCopies(session, operations),
        )

    def read_bundle(self, path: str, *, deep: bool) -> Contents:
        """Read a bundle on the license server.

        :raises NotABundle: it is none, or not there.
        """
        try:
            return OnServer(self.files, self.bundles).read(path, deep=deep)
        except NotReadableBundle as error:
            raise NotABundle(path, str(error)) from error

    def snapshot(
        self, *, database: str, base: str, logs: str, system: str, destination: str
    ) -> Snapshot:
        """See ``snapshot_database``."""
        return snapshot_database(
            self.operations,
            database=database,
            base=base,
            logs=logs,
            system=system,
            destination=destination,
        )

    def sweep(self, folder: str, progress: Progress) -> None:
        """Remove a folder of ours with the files in it; say what stays."""
        try:
            found = self.files.list_folder(folder)
            if not found.is_folder:
                return
            paths = [ntpath.join(folder, each.name) for each in found.entries]
            kept = self.files.remove([*paths, folder]).kept
        except CimError as error:
            progress.state.append(f"The folder {folder} may have been left ({error})")
            return
        if kept:
            progress.state.append(f"The folder {folder} was left: {kept[0].why}")

    def sweep_file(self, path: str, progress: Progress) -> None:
        """Remove a file of ours; say when it stays. The next run removes it."""
        try:
            kept = self.files.remove([path]).kept
        except CimError as error:
            progress.state.append(f"The file {path} may have been left ({error})")
            return
        if kept:
            progress.state.append(f"The file {path} was left: {kept[0].why}")

    def note(self, path: str, text: str, progress: Progress) -> None:
        """Leave a text for whoever looks there later; say when that does not work."""
        try:
            self.files.write_chunk(path, 0, text.encode("utf-8"))
        except CimError as error:
            progress.state.append(f"The note {path} was not written ({error})")


def twice(call: Callable[[], T]) -> T:
    """Do what is safe to repeat; once more when its answer got lost."""
    try:
        return call()
    except (ConnectionLost, BadAnswer, HttpError):
        return call()
