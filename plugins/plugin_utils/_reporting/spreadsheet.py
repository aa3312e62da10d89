# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What CSV files owe to the programs that open them."""

from __future__ import annotations

FORMULA = (
    *("=", "+", "-", "@", "\t", "\r", "\n"),
    "\N{FULLWIDTH EQUALS SIGN}",
    "\N{FULLWIDTH PLUS SIGN}",
    "\N{FULLWIDTH HYPHEN-MINUS}",
    "\N{FULLWIDTH COMMERCIAL AT}",
)
"""What a spreadsheet may take for the start of a formula or of a DDE command (OWASP)."""


def safe(text: str) -> str:
    """A text that no spreadsheet runs: an apostrophe before what may begin a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
