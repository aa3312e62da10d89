# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one host resolves and reaches, from the farm's truth and the scenario's exceptions.

The domain's DNS knows every host of the farm by its short and its full name. A port is open where
the machine is up and the part that listens there is running.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from .signal_plan import NetworkPlan

if TYPE_CHECKING:
    from .host import Host

RPC, SMB, HTTPS, RDP, WINRM = 135, 445, 443, 3389, 5985
# TEST-NET-3 (RFC 5737): an address on the Internet that belongs to nobody.
_OUTSIDE = "203.0.113.10"
_NO_NAME, _TIMEOUT = 0x80072EE7, 0x80072EE2

_TEXTS = {
    "no_name": ("No such host is known", "Dieser Host ist unbekannt"),
    "timeout": ("The connection timed out", "Zeitüberschreitung der Verbindung"),
    "refused": ("The connection was refused", "Die Verbindung wurde verweigert"),
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """The end of an attempt to connect; ``error`` is None when the port is open."""

    open: bool
    error: str | None


class Network:
    """The network as one host sees it."""

    def __init__(self, host: Host, plan: NetworkPlan) -> None:
        self._host, self._plan = host, plan
        self._names = {name.strip().lower(): to for name, to in plan.dns.items()}

    def text(self, name: str) -> str:
        """An error in the host's language."""
        return _TEXTS[name][self._host.german]

    @property
    def internet(self) -> str:
        """``open``, ``blocked`` or ``no_name``."""
        if self._plan.internet is not None:
            return self._plan.internet
        code = self._host.plan.license_server.clearinghouse
        return {_NO_NAME: "no_name", _TIMEOUT: "blocked"}.get(code, "open")

    def _outside(self, name: str) -> bool:
        """True for a full name that is not one of the farm's domain."""
        return "." in name and not name.endswith("." + self._host.forest.domain.dns.lower())

    def resolve(self, name: str) -> tuple[str, ...]:
        """Addresses of a name; none when it does not resolve."""
        wanted = name.strip().rstrip(".").lower()
        if wanted in self._names:
            return self._names[wanted] or ()
        try:
            return (str(IPv4Address(wanted)),)
        except ValueError:
            found = self._host.forest.find(wanted)
        if found is not None:
            return (found.address,)
        if self._outside(wanted) and self.internet != "no_name":
            return (_OUTSIDE,)
        return ()

    def peer(self, name: str) -> Host | None:
        """The host of the farm that a name leads to from here."""
        for address in self.resolve(name):
            found = self._host.forest.find(address)
            if found is not None:
                # Several hosts share an address where the system has only one: the name decides.
                return self._host.forest.find(name.strip()) or found
        return None

    def connect(self, name: str, port: int) -> Attempt:
        """Try a TCP connection from this host."""
        if not self.resolve(name):
            return Attempt(False, self.text("no_name"))
        peer = self.peer(name)
        if self._blocked(name, peer, port):
            return Attempt(False, self.text("timeout"))
        if peer is None:
            fine = port == HTTPS and self.internet == "open"
            return Attempt(True, None) if fine else Attempt(False, self.text("timeout"))
        if not peer.power.up:
            return Attempt(False, self.text("timeout"))
        if port not in _listening(peer):
            return Attempt(False, self.text("refused"))
        return Attempt(True, None)

    def _blocked(self, name: str, peer: Host | None, port: int) -> bool:
        names = {name.strip().lower(), "*"}
        if peer is not None:
            names |= {peer.name.lower(), peer.fqdn.lower(), peer.address}
        return any(each.to.lower() in names and each.port == port for each in self._plan.blocked)


def _listening(host: Host) -> set[int]:
    ports = {RPC, SMB, WINRM}
    if host.services["TermService"].state == "Running":
        ports.add(RDP)
    return ports
