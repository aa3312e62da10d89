# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""License numbers and ids as a sheet prints them."""

from __future__ import annotations

DOT = "\N{BULLET}"
_GROUP = 5
_GROUPED = (25, 35)
"""Lengths of what Microsoft prints in groups of five: product keys and 35-character ids."""
_SHORT = 15
"""Of numbers shorter than this, two characters are shown at the end, of others four."""


def bare(text: str) -> str:
    """Without hyphens and blanks, in capitals."""
    return "".join(text.replace("-", "").split()).upper()


def grouped(text: str) -> str:
    """As Microsoft prints it, so that it can be read out."""
    text = bare(text)
    if len(text) not in _GROUPED:
        return text
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def masked(text: str) -> str:
    """Dots, and as much of the end as tells one number from another."""
    text = bare(text)
    if not text:
        return ""
    shown = 2 if len(text) < _SHORT else 4
    return grouped(DOT * max(0, len(text) - shown) + text[-shown:])
