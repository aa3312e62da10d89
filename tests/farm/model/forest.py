# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hosts of one farm share: the domain, its accounts, and each other."""

from __future__ import annotations

from .accounts import Account, Identity, Login, Rights, Scope, find_account
from .clearinghouse import Clearinghouse
from .host import Host
from .licensing import CERTIFICATE, POLICY_KEY, RCM_KEY
from .network import RPC
from .plan import Scenario

LOWER_VERSION, NOT_IN_GROUP, NOT_CONNECTABLE, UNKNOWN_VALIDITY, ACCESS_DENIED = 4, 5, 6, 7, 8
VALID_2008_R2, VALID = 9, 11


class Forest:
    """The farm's machines and accounts, found by name."""

    def __init__(self, scenario: Scenario) -> None:
        self.domain = scenario.domain
        self.accounts: tuple[Account, ...] = scenario.accounts
        self.allow_unencrypted = scenario.allow_unencrypted
        self.basic = scenario.basic
        self.hosts: dict[str, Host] = {}
        self._found: dict[str, Host] = {}
        self.clearinghouse = Clearinghouse(scenario.clearinghouse, self)

    def add(self, host: Host) -> None:
        """Make a host known."""
        self.hosts[host.name] = host
        for name in (host.name, host.fqdn, host.address):
            self._found.setdefault(name.lower(), host)

    def find(self, name: str) -> Host | None:
        """A host by short name, full name or address."""
        return self._found.get(name.strip().lower())

    def identify(self, host: Host, login: str, *, local_only: bool = False) -> Identity | None:
        """Map a login name to an identity on ``host``, or None when it has no such account.

        Basic authentication knows local accounts only (``local_only``); on a domain controller
        the domain's accounts are the local ones.
        """
        name = Login.parse(login)
        account = find_account(self.accounts, name.user)
        if account is None:
            return None
        domain = name.domain.lower()
        of_domain = domain in (self.domain.netbios.lower(), self.domain.dns.lower())
        of_host = domain in ("", ".", host.netbios.lower(), host.address)
        if host.plan.domain_controller:
            known = of_host or of_domain
        elif of_host:
            known = account.scope is not Scope.DOMAIN
        else:
            known = of_domain and host.in_domain and not local_only
            known = known and account.scope is not Scope.LOCAL
        if not known:
            return None
        rights = _rights_on(host, account)
        return Identity(account.name, rights, name.domain or None)

    def password(self, user: str) -> str | None:
        """The password of an account, for Basic."""
        account = find_account(self.accounts, Login.parse(user).user)
        return None if account is None else account.password

    def license_servers(self) -> list[Host]:
        """The hosts with the licensing role."""
        return [host for host in self.hosts.values() if host.licensing_role]

    def reaches(self, asking: Host, server: str) -> bool:
        """True when ``server`` is a running license server that ``asking`` can talk to."""
        found = asking.network.peer(server)
        if found is None or not found.licensing_role or not found.power.up:
            return False
        if found.services["TermServLicensing"].state != "Running":
            return False
        return asking.network.connect(server, RPC).open

    def settle(self) -> None:
        """All hosts are there: one that reaches a license server holds a certificate from it."""
        for host in self.hosts.values():
            given = host.plan.signals.certificate
            if given is None:
                servers = host.licensing().servers if host.session_host else ()
                given = any(self.reaches(host, name) for name in servers)
            if given:
                host.registry.set(RCM_KEY, CERTIFICATE, "BINARY", host.machine_id.bytes)

    def connectivity(self, asking: Host, server: str, caller: Identity) -> int:
        """TStoLSConnectivityStatus of ``server`` as ``asking`` sees it for ``caller``.

        Values: Microsoft Learn, GetTStoLSConnectivityStatus. The scenario may fix a value;
        otherwise it follows from the farm. The order of the checks is a guess.
        """
        for name, value in asking.plan.connectivity.items():
            if name.lower() == server.strip().lower():
                return value
        found = asking.network.peer(server)
        if found is None or not self.reaches(asking, server):
            return NOT_CONNECTABLE
        if not (asking.plan.signals.second_hop and self._administrator(found, caller)):
            return ACCESS_DENIED
        if _refuses(found, asking):
            return NOT_IN_GROUP
        if found.release.build < asking.release.build and found.release.year != asking.release.year:
            return LOWER_VERSION
        if found.license_server is None or not found.license_server.activated:
            return UNKNOWN_VALIDITY
        return VALID_2008_R2 if found.release.year == 2008 else VALID

    def _administrator(self, host: Host, caller: Identity) -> bool:
        """True when the account of that name is an administrator there too."""
        account = find_account(self.accounts, caller.user)
        return account is not None and _rights_on(host, account) is Rights.ADMINISTRATOR


def _rights_on(host: Host, account: Account) -> Rights:
    """The account's rights, unless the host has its own word about them."""
    for name, rights in host.plan.signals.rights.items():
        if name.lower() == account.name.lower():
            return rights
    return account.rights


def _refuses(server: Host, asking: Host) -> bool:
    """True when the license server serves members of a group only, and this host is none."""
    found = server.registry.get(POLICY_KEY, "fSecureLicensing")
    if found is None or found[1] != 1 or server.license_server is None:
        return False
    members = (
        name.partition(".")[0].lower() for name in server.license_server.plan.endpoint_servers
    )
    return asking.name.lower() not in members
