# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths on a Windows host, as people write them into options.

Decided on the controller before anything is sent: what is refused here would otherwise fail on
the host in words that depend on its language.
"""

from __future__ import annotations

import re
from ntpath import normpath

from .._cim.errors import CimError

_DRIVE = re.compile(r"[A-Za-z]:")
_FORBIDDEN = frozenset('<>"|?*')
_RESERVED = re.compile(r"(?i:con|prn|aux|nul|com[1-9]|lpt[1-9])(\..*)?$")
_LONGEST = 200
"""Characters of a folder: MAX_PATH is 260, and the names of bundles are appended."""


class BadPath(CimError):
    """A path that is none, or not one that can be used."""

    def __init__(self, option: str, path: str, why: str, advice: str) -> None:
        super().__init__(f"{option}: {path!r} {why}")
        self.advice = advice


def folder_path(option: str, path: str) -> str:
    r"""Check the path of a folder on a local drive; return it in one spelling.

    :param option: the option's name, for messages.
    :param path: for example ``D:\Backup\rds``; forward slashes are taken for backslashes.
    :returns: the drive in upper case, without a trailing backslash (but ``C:\``).
    :raises BadPath: it says why, and what to write instead.
    """
    given = path.strip().replace("/", "\\")
    example = r"write a full path on a local drive of the license server, such as D:\Backup\rds"
    if given.startswith("\\\\"):
        raise BadPath(
            option,
            path,
            "is a network path: the remote session has no credentials for another server",
            "name a folder on a local drive of the license server and let fetch_to bring the "
            "bundle to the controller",
        )
    if not _DRIVE.match(given):
        raise BadPath(option, path, "has no drive", example)
    if len(given) < 3 or given[2] != "\\":
        raise BadPath(option, path, "is relative to a drive's current folder", example)
    parts = given[3:].rstrip("\\").split("\\") if given[3:].rstrip("\\") else []
    if ".." in parts or "." in parts:
        raise BadPath(option, path, 'has "." or ".." in it', "write the folder that is meant")
    for part in parts:
        if not part:
            raise BadPath(option, path, "has an empty part", example)
        if _FORBIDDEN & set(part) or ":" in part or any(ord(each) < 32 for each in part):
            raise BadPath(
                option,
                path,
                "has a character that no Windows file name may have",
                'leave out < > : " | ? * and control characters; quotes are not needed, blanks '
                "in a path are fine",
            )
        if part[-1] in ". " or _RESERVED.match(part):
            raise BadPath(option, path, f"has the part {part!r}, which Windows reserves", example)
    if len(given) > _LONGEST:
        raise BadPath(option, path, f"is longer than {_LONGEST} characters", example)
    return normpath(given[0].upper() + given[1:])


def drive_of(path: str) -> str:
    r"""The drive of a checked path: ``C:``."""
    return path[:2].upper()


def same_path(one: str, other: str) -> bool:
    """Whether two paths are the same to Windows, which tells no upper from lower case."""
    return normpath(one).casefold() == normpath(other).casefold()


def lies_in(path: str, folder: str) -> bool:
    """Whether a path is the folder or lies in it."""
    inner, outer = normpath(path).casefold(), normpath(folder).casefold().rstrip("\\")
    return inner == outer or inner.startswith(f"{outer}\\")
