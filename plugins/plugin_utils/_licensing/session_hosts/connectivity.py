# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a session host reaches its license servers: GetTStoLSConnectivityStatus."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from ..._cim.errors import Fault
from ..._windows.schema.session_host import TERMINAL_SERVICE_SETTING
from .session_host import SessionHost, Setting


class Reach(StrEnum):
    """What a status says for the administrator."""

    GOOD = "good"
    UNKNOWN = "unknown"
    BAD = "bad"


# Microsoft Learn: GetTStoLSConnectivityStatus method, 9 to 11 since Server 2012.
_STATUS: dict[int, tuple[str, Reach, str]] = {
    0: ("LS_CONNECTABLE_UNKNOWN", Reach.UNKNOWN, "Windows cannot tell"),
    1: ("LS_CONNECTABLE_VALID_WS08R2", Reach.GOOD, "reached and valid"),
    2: ("LS_CONNECTABLE_VALID_WS08", Reach.GOOD, "reached and valid"),
    3: ("LS_CONNECTABLE_BETA_RTM_MISMATCH", Reach.BAD, "a beta version against a final one"),
    4: ("LS_CONNECTABLE_LOWER_VERSION", Reach.BAD, "the license server is older than the host"),
    5: (
        "LS_CONNECTABLE_NOT_IN_TSCGROUP",
        Reach.BAD,
        "this host is not in the group RDS Endpoint Servers of the license server",
    ),
    6: ("LS_NOT_CONNECTABLE", Reach.BAD, "no connection: name, network, RPC port 135 or service"),
    7: ("LS_CONNECTABLE_UNKNOWN_VALIDITY", Reach.UNKNOWN, "reached; its validity is unknown"),
    8: (
        "LS_CONNECTABLE_BUT_ACCESS_DENIED",
        Reach.UNKNOWN,
        "reached; this account is no administrator there (usual for a remote session)",
    ),
    9: ("LS_CONNECTABLE_VALID_WS08R2_VDI", Reach.GOOD, "reached and valid, with VDI"),
    10: ("LS_CONNECTABLE_FEATURE_NOT_SUPPORTED", Reach.BAD, "it does not support the feature"),
    11: ("LS_CONNECTABLE_VALID_LS", Reach.GOOD, "reached and valid"),
}


def check_connectivity(
    host: SessionHost, setting: Setting, servers: Sequence[str]
) -> list[dict[str, Any]]:
    """Ask for each server; one that cannot be asked about is reported, not raised.

    :returns: one ``{server, status, name, reach, meaning}`` per server, in their order.
    """
    return [_check(host, setting, each) for each in servers]


def _check(host: SessionHost, setting: Setting, server: str) -> dict[str, Any]:
    try:
        outputs = host.session.invoke(
            TERMINAL_SERVICE_SETTING,
            "GetTStoLSConnectivityStatus",
            {"ServerName": server},
            setting.keys,
        )
    except Fault as fault:
        # Above all TimedOut: the check of a server that does not answer takes long.
        number = fault.wmi_code or fault.number
        outputs = {"ReturnValue": number or 1, "TStoLSConnectivityStatus": None}
    result, status = outputs["ReturnValue"], outputs["TStoLSConnectivityStatus"]
    if result != 0 or not isinstance(status, int):
        number = result if isinstance(result, int) else 0
        name, reach = None, Reach.UNKNOWN
        meaning = f"Windows could not check it ({number & 0xFFFFFFFF:#010x})"
        status = None
    else:
        name, reach, meaning = _STATUS.get(
            status, (None, Reach.UNKNOWN, f"status {status} is not documented")
        )
    return {
        "server": server,
        "status": status,
        "name": name,
        "reach": str(reach),
        "meaning": meaning,
    }
