# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Picks the carrier for a task's connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import CarrierUnavailable
from .contract import Carrier
from .psrp import PsrpCarrier
from .winrm import WinrmCarrier

CARRIERS: dict[str, Callable[[Any], Carrier]] = {"winrm": WinrmCarrier, "psrp": PsrpCarrier}
"""What makes the carrier for a connection, by the name of its plugin."""


def carrier_for(connection: Any) -> Carrier:
    """Return the carrier for a connection plugin.

    :raises CarrierUnavailable: the plugin is not one that reaches WinRM.
    """
    name = str(getattr(connection, "transport", "unknown"))
    try:
        make = CARRIERS[name]
    except KeyError:
        raise CarrierUnavailable(
            f"the connection plugin {name!r} cannot carry CIM over WS-Management",
            "set ansible_connection to winrm or psrp for the Windows host (a task delegated to "
            "localhost runs with localhost's connection)",
        ) from None
    return make(connection)
