# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the host reaches and what reaches it: what cannot be read is not known, never fine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
    CarrierUnavailable,
    ConnectionLost,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.collecting import (
    Collector,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.hardening_rules import (
    other_roles,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.network_signals import (
    FIREWALL_RULES,
    RPC_PORTS,
    read_firewall,
    read_network,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.observations import (
    Firewall,
    Network,
    Port,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.server_signals import (
    read_other_roles,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows import firewall
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.event_log import (
    ChannelEvents,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.network_probe import (
    NetworkProbe,
    PortProbe,
)
from unit.plugin_utils.diagnosis_cases import HOST, RUNNING, SERVER, server
from unit.plugin_utils.scripted import scripted
from unit.plugin_utils.soap import fault, first_page, fragment

RULE = firewall.FirewallRule("id", "RPC", "", "Any", ("RPC",), ("Any",), ("Any",))
ON = firewall.FirewallProfile("Domain", True, "Block")
Answer = firewall.Firewall | NetworkProbe | Exception


class Steps:
    """The PowerShell steps, played; ``asked`` is what they were given."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.asked: list[tuple[object, ...]] = []

    def read_channels(
        self, channels: Sequence[str], ids: Sequence[int], since: datetime, limit: int
    ) -> ChannelEvents:
        raise AssertionError(f"nobody asked for it: {channels}, {ids}, {since}, {limit}")

    def probe_network(
        self, names: Sequence[str], ports: Sequence[tuple[str, int]], seconds: int
    ) -> NetworkProbe:
        self.asked.append((list(names), list(ports), seconds))
        if not isinstance(self._answer, NetworkProbe):
            raise self._failure
        return self._answer

    def read_firewall(
        self, ports: Sequence[str], services: Sequence[str], limit: int
    ) -> firewall.Firewall:
        self.asked.append((ports, services, limit))
        if not isinstance(self._answer, firewall.Firewall):
            raise self._failure
        return self._answer

    @property
    def _failure(self) -> Exception:
        assert isinstance(self._answer, Exception)
        return self._answer


def collector() -> Collector:
    return Collector(lambda: 0, frozenset({"network", "hardening"}))


def walls(
    *rules: firewall.FirewallRule, profiles: Sequence[firewall.FirewallProfile] = (ON,)
) -> firewall.Firewall:
    return firewall.Firewall(rules, tuple(profiles), True)


# -- the firewall ---------------------------------------------------------------------------------


def test_open_rules_are_named_once() -> None:
    closed = replace(RULE, display="closed", remote=("10.0.0.0/8",))
    reads, steps = collector(), Steps(walls(RULE, replace(RULE, name="other"), closed))
    assert read_firewall(steps, reads) == Firewall(("RPC",), ())
    assert steps.asked == [(RPC_PORTS, ("TermServLicensing",), FIREWALL_RULES)]
    assert reads.unknown == []


def test_profiles_that_keep_nothing_out() -> None:
    off = replace(ON, name="Public", enabled=False)
    lax = replace(ON, name="Private", inbound="Allow")
    found = read_firewall(Steps(walls(profiles=(ON, off, lax))), collector())
    assert found == Firewall((), ("Public", "Private"))


def test_more_rules_than_were_read_are_told() -> None:
    reads = collector()
    found = read_firewall(Steps(replace(walls(RULE), complete=False)), reads)
    assert found == Firewall(("RPC",), ())
    assert [each.signal for each in reads.unknown] == ["more firewall rules"]


@pytest.mark.parametrize(
    "error", [CarrierUnavailable("no shell"), ConnectionLost("broke"), BadAnswer("odd")]
)
def test_a_firewall_that_cannot_be_read_is_not_known(error: Exception) -> None:
    reads = collector()
    assert read_firewall(Steps(error), reads) is None
    assert [each.signal for each in reads.unknown] == ["firewall"]
    assert str(error) in reads.unknown[0].why


# -- the network ----------------------------------------------------------------------------------


def test_a_license_server_that_is_not_activated_tries_to_get_out() -> None:
    steps = Steps(NetworkProbe((), (PortProbe("activate.microsoft.com", 443, True),)))
    found = read_network(steps, collector(), server(activated=False))
    assert found == Network((), (Port("activate.microsoft.com", 443, True),))
    assert [each[1] for each in steps.asked] == [[("activate.microsoft.com", 443)]]


def test_where_there_is_nothing_to_try_no_step_is_taken() -> None:
    steps = Steps(NetworkProbe((), ()))
    assert read_network(steps, collector(), SERVER) == Network()
    assert steps.asked == []


def test_a_probe_that_fails_is_not_known() -> None:
    reads = collector()
    assert read_network(Steps(CarrierUnavailable("no shell")), reads, HOST) is None
    assert [each.signal for each in reads.unknown] == ["network"]


# -- the server features --------------------------------------------------------------------------


def test_other_roles_are_those_that_are_listed() -> None:
    session, carrier = scripted(first_page(fragment({"ID": 134}) + fragment({"ID": 132})))
    assert read_other_roles(session, collector()) == ("RD Gateway", "RD Web Access")
    assert carrier.actions == ["Enumerate"]
    assert b"WHERE ID = 132 OR ID = 133 OR ID = 134" in carrier.sent[0].message


def test_a_role_counts_once_however_it_shows() -> None:
    seen = server(features=("RD Gateway", "RD Web Access"))
    seen = replace(seen, services={**(seen.services or {}), "TSGateway": RUNNING})
    assert other_roles(seen) == ["RD Gateway", "RD Web Access"]
    assert other_roles(server(features=None)) == []


def test_features_that_cannot_be_read_are_told() -> None:
    reads = collector()
    session, dummy = scripted(fault(5, "w:AccessDenied", "no"))
    assert read_other_roles(session, reads) is None
    assert [each.signal for each in reads.unknown] == ["server features"]
