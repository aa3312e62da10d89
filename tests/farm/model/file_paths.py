# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Windows paths (Microsoft Learn: Naming Files, Paths, and Namespaces)."""

from __future__ import annotations

from .file_faults import BAD_NAME, BAD_NET_PATH, TOO_LONG, FileError

_RESERVED = frozenset('<>:"|?*') | {chr(number) for number in range(32)}
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"com{number}" for number in range(1, 10)}
    | {f"lpt{number}" for number in range(1, 10)}
)
_LONGEST_NAME = 255
_LONGEST_PATH = 259


def split(path: str) -> tuple[str, tuple[str, ...]]:
    r"""The drive (``C:``) and the names of a full path; FileError for what is none.

    ``.`` and ``..`` are resolved and trailing dots and spaces cut off, as Windows does. A path
    without a drive, a relative one (``C:file``), a reserved name and a network path are refused.
    """
    text = path.replace("/", "\\")
    if text.startswith("\\\\?\\") and text[5:6] == ":":
        text = text[4:]
    if text.startswith("\\\\"):
        raise FileError.of(BAD_NET_PATH, path)
    if not (text[:1].isalpha() and text[:1].isascii() and text[1:3] == ":\\"):
        raise FileError.of(BAD_NAME, path)
    names: list[str] = []
    for part in text[3:].split("\\"):
        if part in ("", "."):
            continue
        if part == "..":
            del names[-1:]
            continue
        names.append(_checked(part, path))
    drive = f"{text[0].upper()}:"
    if len(join(drive, tuple(names))) > _LONGEST_PATH:
        raise FileError.of(TOO_LONG, path)
    return drive, tuple(names)


def _checked(part: str, path: str) -> str:
    name = part.rstrip(". ")
    if not name or _RESERVED & set(name) or name.split(".")[0].strip().lower() in _DEVICES:
        raise FileError.of(BAD_NAME, path)
    if len(name) > _LONGEST_NAME:
        raise FileError.of(TOO_LONG, path)
    return name


def join(drive: str, names: tuple[str, ...]) -> str:
    """The full path of a drive and names."""
    return f"{drive}\\" + "\\".join(names)
