# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows Firewall: what the step is given, and what its answers mean."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import BadAnswer
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows import firewall

RULE = {
    "name": "RPC-In",
    "display": "Licensing (RPC)",
    "group": "Licensing",
    "service": "TermServLicensing",
    "ports": ["RPC"],
    "remote": ["Any"],
    "profiles": ["Domain", "Private"],
}
PROFILE = {"name": "Domain", "enabled": True, "inbound": "Block"}
GOOD = {"rules": [RULE], "profiles": [PROFILE], "truncated": False}


def answer(monkeypatch: pytest.MonkeyPatch, output: dict[str, Any]) -> list[tuple[Any, ...]]:
    given: list[tuple[Any, ...]] = []

    def run(*arguments: Any) -> dict[str, Any]:
        given.append(arguments)
        return output

    monkeypatch.setattr(firewall, "run_operation", run)
    return given


def test_rules_and_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    given = answer(monkeypatch, {**GOOD, "truncated": True})
    found = firewall.read_firewall("c", ["RPC", "135"], ["TermServLicensing"], 9)
    assert found == firewall.Firewall(
        (
            firewall.FirewallRule(
                "RPC-In",
                "Licensing (RPC)",
                "Licensing",
                "TermServLicensing",
                ("RPC",),
                ("Any",),
                ("Domain", "Private"),
            ),
        ),
        (firewall.FirewallProfile("Domain", True, "Block"),),
        False,
    )
    options = {"ports": ["RPC", "135"], "services": ["TermServLicensing"], "max": 9}
    assert given == [("c", "read_firewall", options)]


@pytest.mark.parametrize(
    ("remote", "everyone"),
    [
        (["Any"], True),
        (["any"], True),
        (["0.0.0.0/0"], True),
        (["10.0.0.1", "::/0"], True),
        (["Internet"], True),
        (["LocalSubnet"], False),
        (["10.0.0.0/8", "fe80::/64"], False),
        (["Intranet"], False),
    ],
)
def test_who_is_left_out(
    monkeypatch: pytest.MonkeyPatch, remote: list[str], everyone: bool
) -> None:
    answer(monkeypatch, {**GOOD, "rules": [{**RULE, "remote": remote}]})
    (rule,) = firewall.read_firewall("c", [], [], 9).rules
    assert rule.open_to_everyone is everyone


@pytest.mark.parametrize(
    ("enabled", "inbound", "guards"),
    [
        (True, "Block", True),
        (True, "NotConfigured", True),
        (True, "Allow", False),
        (False, "Block", False),
    ],
)
def test_when_a_profile_guards(
    monkeypatch: pytest.MonkeyPatch, enabled: bool, inbound: str, guards: bool
) -> None:
    shown = {"name": "Public", "enabled": enabled, "inbound": inbound}
    answer(monkeypatch, {**GOOD, "profiles": [shown]})
    (profile,) = firewall.read_firewall("c", [], [], 9).profiles
    assert profile.guards is guards


@pytest.mark.parametrize(
    "output",
    [
        {},
        {**GOOD, "rules": None},
        {**GOOD, "rules": [{"name": "x"}]},
        # A rule whose addresses were not shown may be open to everyone.
        {**GOOD, "rules": [{**RULE, "remote": []}]},
        {**GOOD, "profiles": []},
    ],
)
def test_a_broken_answer_is_an_error(
    monkeypatch: pytest.MonkeyPatch, output: dict[str, Any]
) -> None:
    answer(monkeypatch, output)
    with pytest.raises(BadAnswer, match="what it should not"):
        firewall.read_firewall("c", [], [], 9)
