# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to Microsoft's clearinghouse: what its documented failures mean.

The clearinghouse's own error numbers are documented nowhere; only those of a failed way to the
Internet are (Microsoft Learn: WinINet error codes).
"""

from __future__ import annotations

_WAYS = {
    0x80072EE7: (
        "the name of Microsoft's server was not resolved: check DNS and the proxy of the license "
        "server; without Internet there, use web or telephone"
    ),
    0x80072F8F: (
        "TLS to Microsoft failed: check the clock, the time zone, TLS 1.2 and a proxy that "
        "inspects TLS on the license server; or use web or telephone"
    ),
}


def internet_advice(number: int, offline: str) -> str | None:
    """What to do when the way to Microsoft failed; None for any other number.

    :param offline: the option that goes by web or telephone instead.
    """
    known = _WAYS.get(number)
    return None if known is None else f"{known} ({offline})"
