# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is checked on session hosts, as far as a report of the CALs can tell."""

from __future__ import annotations

from collections.abc import Iterator

from .model import CalType, Detail, Finding, LicenseServer, Rule, SessionHost, Severity, Stock

ASKS_FOR = {"per_user": CalType.PER_USER, "per_device": CalType.PER_DEVICE}
"""The licensing modes in which a session host asks a license server for CALs, and for which."""
NEEDS_NO_CAL = frozenset({"remote_administration", "aad_per_user"})
"""Modes in which it asks none: no session host role, and licenses that Entra ID checks."""


class KnownServers:
    """The license servers by the names that session hosts may call them."""

    def __init__(self, servers: tuple[LicenseServer, ...]) -> None:
        self._by_name: dict[str, LicenseServer] = {}
        for server in servers:
            for name in (server.name, server.computer_name):
                if name:
                    self._by_name.setdefault(name.casefold(), server)
        for server in servers:
            for name in (server.name, server.computer_name):
                if name and not _is_address(name):
                    self._by_name.setdefault(name.casefold().partition(".")[0], server)

    def find(self, name: str) -> LicenseServer | None:
        """The license server of that name: fully qualified, NetBIOS name or address."""
        folded = name.casefold().rstrip(".")
        found = self._by_name.get(folded)
        if found is None and not _is_address(folded):
            found = self._by_name.get(folded.partition(".")[0])
        return found


def _is_address(name: str) -> bool:
    return name.replace(".", "").isdigit()


def host_findings(host: SessionHost, known: KnownServers) -> Iterator[Finding]:
    """Everything that can be said of one session host."""
    if host.mode in NEEDS_NO_CAL:
        return
    if host.mode == "not_configured":
        yield Finding(Rule.MODE_SET, "mode_not_configured", Severity.ERROR, host.name)
    elif host.mode not in ASKS_FOR:
        yield Finding(Rule.MODE_SET, "mode_unknown", Severity.UNKNOWN, host.name)
    if host.servers is None:
        yield Finding(Rule.SERVERS_SET, "servers_unknown", Severity.UNKNOWN, host.name)
        return
    if not host.servers:
        yield Finding(Rule.SERVERS_SET, "no_server", Severity.ERROR, host.name)
        return
    listed = [(name, known.find(name)) for name in host.servers]
    strangers = [name for name, server in listed if server is None]
    if strangers:
        details: dict[str, Detail] = {"servers": ", ".join(strangers)}
        yield Finding(
            Rule.SERVERS_KNOWN, "servers_strange", Severity.UNKNOWN, host.name, details=details
        )
    wanted = ASKS_FOR.get(host.mode)
    counted = [server for dummy, server in listed if server is not None and server.counted]
    # Where one listed server is unknown, it may be the one that has them.
    if wanted is None or len(counted) < len(listed):
        return
    if not any(_has(server.stocks, wanted) for server in counted):
        details = {"servers": ", ".join(host.servers)}
        code = f"no_cals_{wanted.value}"
        yield Finding(Rule.CALS_FOR_MODE, code, Severity.ERROR, host.name, details=details)


def _has(stocks: tuple[Stock, ...], wanted: CalType) -> bool:
    return any(
        stock.key.type is wanted
        and (stock.total > 0 or stock.unlimited_packs > 0 or stock.unreadable_packs > 0)
        for stock in stocks
    )
