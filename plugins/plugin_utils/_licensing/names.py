# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of license servers, and lists of them.

The policy (TerminalServer.admx, TS_LICENSE_SERVERS) takes one text with names separated by
commas: NetBIOS names, fully qualified names or IPv4 addresses.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence

_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)$")
MAX_NAME = 255
"""Characters of a DNS name (RFC 1035 2.3.4)."""


def why_not_a_name(name: str) -> str | None:
    """Tell in words what keeps a text from being a license server's name; None: nothing."""
    for wrong, why in (
        (not name, "it is empty"),
        ("://" in name, "it is a URL: give the name alone"),
        ("," in name, "it holds a comma: give one list item per server"),
        (any(each.isspace() for each in name), "it holds a blank"),
        ('"' in name or "'" in name, "it holds a quotation mark"),
        (len(name) > MAX_NAME, f"it has {len(name)} characters, a DNS name at most {MAX_NAME}"),
        (":" in name, "it is an IPv6 address or carries a port: names and IPv4 are possible"),
    ):
        if wrong:
            return why
    if re.fullmatch(r"[0-9.]+", name):
        return None if _is_ipv4(name) else "it looks like an IPv4 address, but is none"
    bad = [label for label in name.removesuffix(".").split(".") if not _LABEL.match(label)]
    if bad:
        return f"{bad[0][:70]!r} in it is no DNS label (letters, digits, - and _; at most 63)"
    return None


def _is_ipv4(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def trimmed(names: Iterable[str]) -> list[str]:
    """Words as people give them, in a text with commas too: blanks around each do not count."""
    return [each.strip() for each in names]


def parse_list(text: str) -> list[str]:
    """Read the policy's text: blanks around commas and empty parts do not count."""
    return [part.strip() for part in text.split(",") if part.strip()]


def format_list(names: Sequence[str]) -> str:
    """Write the policy's text."""
    return ",".join(names)


def same_list(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two lists name the same servers in the same order; case does not count."""
    return [each.casefold() for each in one] == [each.casefold() for each in other]


def appended(names: Sequence[str], more: Iterable[str]) -> list[str]:
    """The list with those of ``more`` that are missing at its end; none stands twice."""
    result: list[str] = []
    for each in (*names, *more):
        if each.casefold() not in {held.casefold() for held in result}:
            result.append(each)
    return result


def without(names: Sequence[str], removed: Iterable[str]) -> list[str]:
    """The list without those of ``removed``."""
    gone = {each.casefold() for each in removed}
    return [each for each in names if each.casefold() not in gone]
