# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``rds_lserver_info`` does: everything that a license server says about itself."""

from __future__ import annotations

from typing import Any

from ..._cim.session import CimSession
from .license_server import ask_directory, read_license_server, read_system


def collect_info(
    session: CimSession, *, directory: bool, name_at_activation: str | None
) -> tuple[dict[str, Any], list[str]]:
    """Read it; return it with warnings.

    :param directory: ask Active Directory, too: three more requests and a second hop.
    :param name_at_activation: the computer's name when it was activated, where it is known.
    :raises NotALicenseServer: RD Licensing is not installed.
    :raises NothingThere: the account is no administrator.
    """
    server, system = read_license_server(session), read_system(session)
    info: dict[str, Any] = {
        "name": system.name,
        "os_build": system.build,
        "activated": server.activated,
        "activation_status": int(server.activation),
        "product_id": server.product_id,
        "license_server_id": server.license_server_id,
        "version": server.version,
        "version_number": server.version_number,
        "role": str(server.role),
        "database_path": server.database_path,
        "contact": server.contact,
        "renamed_since_activation": None,
        "published": None,
        "registered": None,
        "in_license_servers_group": None,
    }
    warnings: list[str] = []
    if name_at_activation is not None:
        short = name_at_activation.partition(".")[0]
        info["renamed_since_activation"] = short.casefold() != system.name.casefold()
        if info["renamed_since_activation"]:
            warnings.append(
                f"The server was activated as {name_at_activation} and is called {system.name} "
                "now: deactivate and reactivate it."
            )
    if directory:
        info |= _directory(session)
    return info, warnings


def _directory(session: CimSession) -> dict[str, Any]:
    shown = {
        "published": ("IsLSPublished", "Published", {}),
        "registered": ("IsLSRegisteredToSCP", "Registered", {}),
        # The method finds the group "Terminal Server License Servers" by itself (it is
        # S-1-5-32-561), whatever it is called in the domain's language.
        "in_license_servers_group": ("IsLSinTSLSGroup", "IsMember", {"Domain": ""}),
    }
    return {
        name: ask_directory(
            session,
            method,
            output,
            f"Invoke-CimMethod -ClassName Win32_TSLicenseServer -MethodName {method}"
            + (" -Arguments @{Domain=''}" if inputs else ""),
            **inputs,
        ).as_dict()
        for name, (method, output, inputs) in shown.items()
    }
