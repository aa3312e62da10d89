# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An Ansible inventory of a running farm."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from .model.host import Host

if TYPE_CHECKING:
    from .farm import Farm

LICENSE_SERVERS, SESSION_HOSTS = "rds_license_servers", "rds_session_hosts"


@dataclass(frozen=True, slots=True)
class Access:
    """How the inventory's hosts are to be reached; ``ca`` None means no certificate check."""

    connection: str = "winrm"
    scheme: str = "http"
    auth: str = "ntlm"
    ca: Path | None = None

    def __post_init__(self) -> None:
        for value, known in (
            (self.connection, ("winrm", "psrp")),
            (self.scheme, ("http", "https")),
            (self.auth, ("ntlm", "basic")),
        ):
            if value not in known:
                raise ValueError(f"{value!r} is not one of {', '.join(known)}")


def _host_vars(farm: Farm, host: Host, access: Access) -> dict[str, object]:
    user, password = farm.login(host.name, auth=access.auth)
    port = farm.ports[host.name][0 if access.scheme == "http" else 1]
    found: dict[str, object] = {
        "ansible_host": host.address,
        "ansible_port": port,
        "ansible_user": user,
        "ansible_password": password,
        "ansible_connection": access.connection,
    }
    validation = "ignore" if access.ca is None else "validate"
    if access.connection == "winrm":
        found["ansible_winrm_scheme"] = access.scheme
        found["ansible_winrm_transport"] = access.auth
        found["ansible_winrm_server_cert_validation"] = validation
        if access.ca is not None:
            found["ansible_winrm_ca_trust_path"] = str(access.ca)
    else:
        found["ansible_psrp_protocol"] = access.scheme
        found["ansible_psrp_auth"] = access.auth
        found["ansible_psrp_cert_validation"] = validation
        if access.ca is not None:
            found["ansible_psrp_ca_cert"] = str(access.ca)
        if access.auth == "basic" and access.scheme == "http":
            found["ansible_psrp_message_encryption"] = "never"
    return found


def _groups(host: Host) -> tuple[str, ...]:
    """What the scenario says, else what the roles of the beginning say; bare hosts are sessions."""
    if host.plan.groups is not None:
        return host.plan.groups
    if "licensing" not in host.plan.roles:
        return (SESSION_HOSTS,)
    both = "session_host" in host.plan.roles
    return (LICENSE_SERVERS, SESSION_HOSTS) if both else (LICENSE_SERVERS,)


def build_inventory(farm: Farm, access: Access) -> dict[str, object]:
    """Groups rds_session_hosts and rds_license_servers with everything a connection needs."""
    sessions: dict[str, object] = {}
    licensing: dict[str, object] = {}
    for host in farm.hosts.values():
        variables = _host_vars(farm, host, access)
        groups = _groups(host)
        if SESSION_HOSTS in groups:
            sessions[host.name] = variables
        if LICENSE_SERVERS in groups:
            licensing[host.name] = dict(variables)
    return {
        "all": {
            "children": {
                LICENSE_SERVERS: {"hosts": licensing},
                SESSION_HOSTS: {"hosts": sessions},
            }
        }
    }


def dump_inventory(inventory: dict[str, object]) -> str:
    """YAML text of an inventory."""
    text: str = yaml.safe_dump(inventory, sort_keys=False, default_flow_style=False)
    return text
