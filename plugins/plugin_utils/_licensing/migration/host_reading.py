# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``rds_host_info`` reads: version, domain and licensing settings of one host."""

from __future__ import annotations

from typing import Any

from ..._cim.session import CimSession
from ..license_servers.license_server import read_system
from ..session_hosts.modes import mode_of
from ..session_hosts.session_host import SessionHost
from ..version_matrix import release_of


def read_host(session: CimSession) -> dict[str, Any]:
    """Read it, in four operations that change nothing.

    :raises NothingThere: the account lacks the right to see it.
    """
    host = SessionHost(session)
    computer, system, setting = host.computer(), read_system(session), host.setting()
    return {
        "name": computer.name,
        "os_build": system.build,
        "release": None if computer.client_os else release_of(system.build),
        "domain": computer.domain,
        "client_os": computer.client_os,
        "domain_controller": computer.domain_controller,
        "session_host": setting.session_host,
        "mode": str(mode_of(setting.licensing_type)),
        "servers": host.specified_servers(setting),
        "servers_by_policy": setting.policy_rules_servers,
    }
