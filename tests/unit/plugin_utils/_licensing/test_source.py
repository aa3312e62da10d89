# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an effective setting comes from: policy beats deployment beats local."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    Fault,
    NothingThere,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.session_hosts import (
    session_host,
)
from unit.plugin_utils.fake_host import FakeHost, Glitch
from unit.plugin_utils.soap import fault

UNSET = 5


def resolved(
    effective: int,
    policy: int | None = None,
    rules: bool | None = None,
    deployment: int | None = None,
    local: int | None = None,
) -> tuple[str, bool]:
    """The source, and whether there is a note."""
    source, note = session_host.resolve_source(
        effective,
        policy=policy,
        policy_rules=policy is not None if rules is None else rules,
        deployment=deployment,
        local=local,
        unset=lambda value: value == UNSET,
        same=lambda one, other: one == other,
    )
    return str(source), note is not None


@pytest.mark.parametrize(
    ("effective", "policy", "deployment", "local", "source"),
    [
        (4, 4, None, None, "policy"),
        (4, 4, 2, 2, "policy"),
        (4, 4, 4, 4, "policy"),
        (2, None, 2, 4, "deployment"),
        (2, None, 2, None, "deployment"),
        (2, None, 2, 2, "deployment"),
        (UNSET, None, UNSET, 4, "deployment"),
        (4, None, None, 4, "local"),
        (UNSET, None, None, None, "none"),
        (UNSET, None, None, UNSET, "none"),
    ],
)
def test_what_adds_up(
    effective: int, policy: int | None, deployment: int | None, local: int | None, source: str
) -> None:
    found = resolved(effective, policy, deployment=deployment, local=local)
    assert found == (source, False)


@pytest.mark.parametrize(
    ("effective", "policy", "rules", "deployment", "local"),
    [
        (2, 4, True, None, 2),
        (4, 4, False, None, None),
        (2, 4, False, None, 2),
        (4, None, True, None, 4),
        (4, None, True, 4, None),
        (4, None, False, 2, 4),
        (UNSET, None, False, 2, None),
        (4, None, False, None, None),
        (4, None, False, None, 2),
        (UNSET, None, False, None, 4),
    ],
)
def test_what_does_not_add_up_is_unknown_with_a_note(
    effective: int, policy: int | None, rules: bool, deployment: int | None, local: int | None
) -> None:
    assert resolved(effective, policy, rules, deployment, local) == ("unknown", True)


# -- the reads behind it ----------------------------------------------------------------------


def test_the_setting() -> None:
    host = FakeHost().policy(mode=4)
    found = session_host.SessionHost(host.session()).setting()
    assert (found.server_name, found.session_host, found.licensing_type) == ("SH1", True, 4)
    assert (found.policy_rules_mode, found.policy_rules_servers) == (True, False)
    assert found.keys == {"ServerName": "SH1"}
    assert host.reads == ["Win32_TerminalServiceSetting"]


def test_empty_properties_are_missing_rights() -> None:
    with pytest.raises(NothingThere, match="Win32_TerminalServiceSetting came back empty"):
        session_host.SessionHost(FakeHost(blind=True).session()).setting()


@pytest.mark.parametrize(
    ("deployment", "central", "there"),
    [(None, True, False), ((4, ["a"]), False, False), ((4, ["a", "b"]), True, True)],
)
def test_a_deployment_counts_when_it_rules(
    deployment: tuple[int, list[str]] | None, central: bool, there: bool
) -> None:
    host = FakeHost(deployment=deployment, deployment_central=central)
    found = session_host.SessionHost(host.session()).deployment()
    assert (found is not None) is there
    if found is not None:
        assert (found.licensing_type, found.servers) == (4, ("a", "b"))


def test_before_server_2012_there_is_no_deployment() -> None:
    assert session_host.SessionHost(FakeHost(deployment_class=False).session()).deployment() is None


def test_a_deployment_that_may_not_be_read_is_not_taken_for_none() -> None:
    denied = Glitch("Win32_TSDeploymentLicensing", fault(5, "w:AccessDenied", "no"))
    with pytest.raises(Fault) as caught:
        session_host.SessionHost(FakeHost(glitches=[denied]).session()).deployment()
    assert caught.value.access_denied


def test_the_computer_is_asked_for_once() -> None:
    host = FakeHost()
    found = session_host.SessionHost(host.session())
    assert found.computer() is found.computer()
    assert host.reads == ["Win32_ComputerSystem"]


def test_the_words_of_the_contract() -> None:
    assert [str(each) for each in session_host.Source] == [
        "policy",
        "deployment",
        "local",
        "none",
        "unknown",
    ]
