# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text inside XML: escaped, and without the characters that XML 1.0 forbids."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escaped(text: str) -> str:
    """The content of an element."""
    return escape(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text))


def attribute(name: str, text: str) -> str:
    """An attribute with its value; line ends stay as references."""
    return f"{name}={quoteattr(_FORBIDDEN.sub(chr(0xFFFD), text), {chr(10): '&#10;'})}"


def element(name: str, text: str, *attributes: str) -> str:
    """An element that holds text; attributes as ``attribute`` makes them."""
    return f"<{' '.join((name, *attributes))}>{escaped(text)}</{name}>"
