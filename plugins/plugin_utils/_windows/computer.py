# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What kind of system a host is."""

from __future__ import annotations

from dataclasses import dataclass

from .._cim.errors import NothingThere
from .._cim.session import CimSession
from .schema.operating_system import COMPUTER_SYSTEM

_WORKSTATIONS = (0, 1)
_DOMAIN_CONTROLLERS = (4, 5)


@dataclass(frozen=True, slots=True)
class Computer:
    """Domain membership and kind of system (Win32_ComputerSystem).

    ``client_os`` is read from DomainRole, which tells workstations (0 and 1) from servers as
    Win32_OperatingSystem.ProductType does; so one request answers both questions.
    """

    name: str
    domain: str | None
    """The DNS name of the domain, None in a workgroup."""
    client_os: bool
    domain_controller: bool

    @property
    def in_domain(self) -> bool:
        return self.domain is not None


def read_computer(session: CimSession) -> Computer:
    """Read it, in one request.

    :raises NothingThere: the account lacks the right to see it.
    """
    for each in session.enumerate(
        COMPUTER_SYSTEM, ["Name", "Domain", "PartOfDomain", "DomainRole"]
    ):
        role, member = each["DomainRole"], each["PartOfDomain"]
        if isinstance(role, int) and isinstance(member, bool):
            return Computer(
                name=str(each["Name"] or ""),
                domain=str(each["Domain"] or "") if member else None,
                client_os=role in _WORKSTATIONS,
                domain_controller=role in _DOMAIN_CONTROLLERS,
            )
    raise NothingThere("Win32_ComputerSystem")
