# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files of the database folder are the database, and the base name of its logs.

An ESE database is one ``.edb`` with its transaction logs, checkpoint and reserve logs (Microsoft
Learn: Extensible Storage Engine files). The base name of the logs is three characters that the
program chooses; nothing public says what RD Licensing chose, so it is read from the folder.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ..._cim.errors import CimError

_BASE = "[a-z0-9_]{3}"
_CHECKPOINT = re.compile(rf"({_BASE})\.chk", re.IGNORECASE)
_CURRENT_LOG = re.compile(rf"({_BASE})\.(?:log|jtx)", re.IGNORECASE)
_OLD_LOG = re.compile(rf"({_BASE})[0-9a-f]{{5}}(?:[0-9a-f]{{3}})?\.(?:log|jtx)", re.IGNORECASE)
_RESERVE_LOG = re.compile(rf"({_BASE})res[0-9a-f]{{5}}\.jrs|res[12]\.log", re.IGNORECASE)
_NEXT_LOG = re.compile(rf"({_BASE})tmp\.(?:log|jtx)", re.IGNORECASE)
_USUAL_NAME = "tlslic.edb"
_TEMPORARY = "tmp.edb"
"""ESE's own scratch file: it is made anew with every start."""


class NoDatabase(CimError):
    """The folder holds no license database, or more than one."""

    def __init__(self, folder: str, why: str) -> None:
        super().__init__(f"{folder} {why}")
        self.advice = (
            "look at the folder on the license server, and at the System event log for events 9, "
            "12, 44 and 4100 of TermServLicensing"
        )


@dataclass(frozen=True, slots=True)
class DatabaseSet:
    """The files of one database, all of one folder.

    :param folder: as Windows names it.
    :param file: the name of the ``.edb``.
    :param log_base: three characters; None when the folder does not tell, or tells two.
    :param files: every file that belongs to it, the ``.edb`` first.
    """

    folder: str
    file: str
    log_base: str | None
    files: tuple[str, ...]

    @property
    def path(self) -> str:
        """The full path of the ``.edb``."""
        return f"{self.folder}\\{self.file}"


def database_set(folder: str, names: Iterable[str]) -> DatabaseSet:
    """Tell which of a folder's files are the database.

    :param names: of the files in the folder.
    :raises NoDatabase: there is none, or several and none has the usual name.
    """
    listed = list(names)
    databases = [
        name for name in listed if name.lower().endswith(".edb") and name.lower() != _TEMPORARY
    ]
    usual = [name for name in databases if name.lower() == _USUAL_NAME]
    if not databases:
        raise NoDatabase(folder, "holds no database (*.edb)")
    if len(databases) > 1 and not usual:
        raise NoDatabase(folder, f"holds several databases: {', '.join(sorted(databases))}")
    file = (usual or databases)[0]
    base = _log_base(listed)
    own = [name for name in listed if _is_log_file(name, base)]
    return DatabaseSet(folder, file, base, (file, *sorted(own, key=str.lower)))


def _log_base(names: list[str]) -> str | None:
    """The base name: the checkpoint names it; without one, the logs do."""
    for pattern in (_CHECKPOINT, _CURRENT_LOG, _OLD_LOG):
        found = Counter(
            match[1].lower() for name in names if (match := pattern.fullmatch(name)) is not None
        )
        if len(found) == 1:
            return str(next(iter(found)))
        if found:
            return None
    return None


def _is_log_file(name: str, base: str | None) -> bool:
    """Whether a file is a log, checkpoint or reserve log; without a base name, of any base."""
    for pattern in (_CHECKPOINT, _CURRENT_LOG, _OLD_LOG, _NEXT_LOG, _RESERVE_LOG):
        match = pattern.fullmatch(name)
        if match is not None:
            # res1.log and res2.log, the reserve logs of old versions, carry no base name.
            return base is None or match[1] is None or match[1].lower() == base
    return False
