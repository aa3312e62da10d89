# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who a machine is: its SID, the accounts that it knows, and when Windows was installed on it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from .accounts import Account, Rights, Scope

if TYPE_CHECKING:
    from .host import Host
    from .plan import HostPlan

_FIRST_OWN_ID = 1000


def made_up_sid(text: str) -> str:
    """A machine's or domain's SID that depends on nothing but ``text``."""
    number = uuid.uuid5(uuid.NAMESPACE_DNS, text).int
    parts = [(number >> shift) & 0xFFFFFFFF for shift in (0, 32, 64)]
    return "S-1-5-21-" + "-".join(str(part) for part in parts)


def installed_at(plan: HostPlan, booted: datetime) -> datetime:
    """When Windows was installed: the scenario's time, else 300 days before the first start."""
    return plan.identity.os_installed or booted.replace(microsecond=0) - timedelta(days=300)


@dataclass(frozen=True, slots=True)
class UserAccount:
    """One row of Win32_UserAccount."""

    domain: str
    name: str
    sid: str
    local: bool
    disabled: bool = False


def user_accounts(host: Host) -> Iterator[UserAccount]:
    """The accounts of the machine, and for a domain member those of the domain.

    On a domain controller the domain's accounts are the local ones, and there are no others.
    """
    forest = host.forest
    of_domain = [account for account in forest.accounts if account.scope is not Scope.LOCAL]
    if host.plan.domain_controller:
        yield from _accounts(host, forest.domain.netbios, domain_sid(host), of_domain, local=True)
        return
    own = [account for account in forest.accounts if account.scope is not Scope.DOMAIN]
    yield from _accounts(host, host.netbios, computer_sid(host), own, local=True)
    if host.in_domain:
        yield from _accounts(host, forest.domain.netbios, domain_sid(host), of_domain, local=False)


def computer_sid(host: Host) -> str:
    """The machine's own SID: a domain controller has the domain's."""
    if host.plan.domain_controller:
        return domain_sid(host)
    return host.plan.identity.computer_sid or made_up_sid(host.name)


def domain_sid(host: Host) -> str:
    """The SID of the farm's domain."""
    return made_up_sid(host.forest.domain.dns)


def _accounts(
    host: Host, domain: str, sid: str, known: list[Account], *, local: bool
) -> Iterator[UserAccount]:
    """The built-in accounts of an authority and the scenario's; ids count in their order."""
    first = next((a.name for a in known if a.rights is Rights.ADMINISTRATOR), "Administrator")
    yield UserAccount(domain, first, f"{sid}-500", local)
    guest = "Gast" if host.german else "Guest"
    yield UserAccount(domain, guest, f"{sid}-501", local, disabled=True)
    others = [account.name for account in known if account.name != first]
    for number, name in enumerate(others, start=_FIRST_OWN_ID):
        yield UserAccount(domain, name, f"{sid}-{number}", local)
