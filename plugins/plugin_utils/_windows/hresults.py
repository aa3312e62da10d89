# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the numbers mean that work on files meets: HRESULTs of Win32 errors (winerror.h)."""

from __future__ import annotations

from .._cim.codes import ADVICE_RIGHTS, Code, look_up

FILE_NOT_FOUND = 0x80070002
PATH_NOT_FOUND = 0x80070003
SHARING_VIOLATION = 0x80070020
FILE_EXISTS = 0x80070050
DISK_FULL = 0x80070070
DIR_NOT_EMPTY = 0x80070091
ALREADY_EXISTS = 0x800700B7
_SAYS_NOTHING = frozenset({0x80131500, 0x80131501})
"""COR_E_EXCEPTION and COR_E_SYSTEM: what .NET gives an exception without a number of its own."""

_ADVICE_DISK = (
    "look at the drive of the host (chkdsk, System event log, sources Disk and Ntfs), then run the "
    "task again"
)
_TABLE: tuple[tuple[int, str, str, str | None], ...] = (
    (FILE_NOT_FOUND, "ERROR_FILE_NOT_FOUND", "the file does not exist", None),
    (PATH_NOT_FOUND, "ERROR_PATH_NOT_FOUND", "the folder does not exist", None),
    (0x80070005, "E_ACCESSDENIED", "the account has not the right", ADVICE_RIGHTS),
    (0x80070011, "ERROR_NOT_SAME_DEVICE", "the two are not on the same volume", None),
    (0x80070013, "ERROR_WRITE_PROTECT", "the drive is write-protected", "name another drive"),
    (0x80070015, "ERROR_NOT_READY", "the drive is not ready", "name a drive that is ready"),
    (0x80070017, "ERROR_CRC", "the drive cannot read it", _ADVICE_DISK),
    (SHARING_VIOLATION, "ERROR_SHARING_VIOLATION", "another program has it open",
     "find out which (an antivirus program, another backup), then run the task again"),
    (FILE_EXISTS, "ERROR_FILE_EXISTS", "the file is there already", None),
    (DISK_FULL, "ERROR_DISK_FULL", "the drive is full",
     "free some space on that drive of the host, or name a folder on another drive"),
    (0x8007007B, "ERROR_INVALID_NAME", "it is not a name that Windows can have", None),
    (DIR_NOT_EMPTY, "ERROR_DIR_NOT_EMPTY", "the folder is not empty", None),
    (ALREADY_EXISTS, "ERROR_ALREADY_EXISTS", "it is there already", None),
    (0x800700CE, "ERROR_FILENAME_EXCED_RANGE", "the path is too long", "name a shorter path"),
    (0x800703ED, "ERROR_UNRECOGNIZED_VOLUME", "the drive has no file system that Windows knows",
     "name another drive"),
    (0x8007045D, "ERROR_IO_DEVICE", "the drive does not work as it should", _ADVICE_DISK),
    (0x80070570, "ERROR_FILE_CORRUPT", "the file or folder is damaged", _ADVICE_DISK),
)  # fmt: skip
_BY_NUMBER = {number: Code(number, *rest) for number, *rest in _TABLE}


def code_of(number: int) -> Code | None:
    """What is known of the HRESULT of an exception; None when it says nothing at all.

    :param number: as .NET gives it, signed.
    """
    unsigned = number & 0xFFFFFFFF
    if unsigned in _SAYS_NOTHING:
        return None
    return _BY_NUMBER.get(unsigned) or look_up(unsigned)
