# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Security descriptors as text (Microsoft Learn: Security Descriptor String Format, ACE Strings).

Only what a file system does by itself: what a new file inherits, and what changes below a folder
whose list changes. Nobody is refused because of them, except the licensing service.
"""

from __future__ import annotations

import re

ROOT_SDDL = "O:SYG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)"

_PARTS = re.compile(
    r"O:(?P<owner>[A-Z]{2}|S-[0-9-]+)G:(?P<group>[A-Z]{2}|S-[0-9-]+)"
    r"D:(?P<control>[A-Z]*)(?P<aces>(?:\([^()]*\))*)"
)
_BARE = re.compile(r"D:[A-Z]*(?:\([^()]*\))*")
_ACE = re.compile(r"\(([^()]*)\)")


def complete(sddl: str) -> str:
    """A whole descriptor: a bare DACL belongs to the administrators. ValueError for no SDDL."""
    if _BARE.fullmatch(sddl):
        sddl = f"O:BAG:SY{sddl}"
    if not _PARTS.fullmatch(sddl):
        raise ValueError(f"no security descriptor: {sddl!r}")
    return sddl


def _parts(sddl: str) -> tuple[str, str, str, list[list[str]]]:
    found = _PARTS.fullmatch(sddl)
    if found is None:
        raise ValueError(f"no security descriptor: {sddl!r}")
    aces = [ace.split(";") for ace in _ACE.findall(found["aces"])]
    return found["owner"], found["group"], found["control"], aces


def owner_of(sddl: str) -> str:
    """The owner's SID or its two letters."""
    return _parts(sddl)[0]


def protected(sddl: str) -> bool:
    """True when nothing is inherited from above."""
    return "P" in _parts(sddl)[2]


_NAMES = {"S-1-5-18": "SY", "S-1-5-20": "NS", "S-1-5-32-544": "BA", "0x1f01ff": "FA"}


def same_access(one: str, other: str) -> bool:
    """True when owner, protection and entries are the same; the group does not matter."""
    return _access(one) == _access(other)


def _access(sddl: str) -> tuple[str, bool, frozenset[tuple[str, ...]]]:
    owner, dummy, control, aces = _parts(sddl)
    entries = frozenset(tuple(_NAMES.get(part, part) for part in ace) for ace in aces)
    return _NAMES.get(owner, owner), "P" in control, entries


def _handed_down(parent: str, folder: bool) -> list[list[str]]:
    """The entries that something below ``parent`` gets."""
    found = []
    for kind, flags, *rest in _parts(parent)[3]:
        both = {flags[i : i + 2] for i in range(0, len(flags), 2)}
        if ("CI" if folder else "OI") not in both:
            continue
        kept = "".join(flag for flag in ("OI", "CI") if flag in both) if folder else ""
        found.append([kind, f"{kept}ID", *rest])
    return found


def _text(owner: str, group: str, control: str, aces: list[list[str]]) -> str:
    entries = "".join(f"({';'.join(ace)})" for ace in aces)
    return f"O:{owner}G:{group}D:{control}{entries}"


def inherited(parent: str, *, folder: bool) -> str:
    """What an administrator's new file or folder has when nothing else is said."""
    return _text("BA", "SY", "AI", _handed_down(parent, folder))


def renewed(own: str, parent: str, *, folder: bool) -> str:
    """The descriptor of something below a folder whose list changed."""
    if protected(own):
        return own
    owner, group, dummy, aces = _parts(own)
    explicit = [ace for ace in aces if "ID" not in ace[1]]
    return _text(owner, group, "AI", explicit + _handed_down(parent, folder))
