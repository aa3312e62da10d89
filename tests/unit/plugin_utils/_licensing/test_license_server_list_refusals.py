# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""rds_license_server: what is refused, and what is written with a warning."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    Progress,
    Refused,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.session_hosts import (
    license_server_list,
    session_host,
)
from unit.plugin_utils._licensing.server_lists import (
    SCOPES,
    TWO,
    after,
    cleared,
    refusal,
    run,
)
from unit.plugin_utils.fake_host import FakeHost


@pytest.mark.parametrize(
    ("servers", "reason", "words"),
    [
        (("ls1,ls2",), "bad_name", "comma"),
        (("ls1", "ls 2"), "bad_name", "blank"),
        (("ls1", '"ls2"'), "bad_name", "quotation"),
        (("l" * 300,), "bad_name", "300 characters"),
        (("https://ls1.example.com",), "bad_name", "URL"),
        (("ls1", ""), "bad_name", "empty"),
    ],
)
@SCOPES
@pytest.mark.parametrize("exclusive", [True, False])
def test_bad_names_are_refused_before_anything_is_asked(
    servers: tuple[str, ...], reason: str, words: str, scope: str, exclusive: bool
) -> None:
    host = FakeHost()
    refused = refusal(host, *servers, scope=scope, exclusive=exclusive)
    assert (refused.reason, host.log) == (reason, [])
    assert words in str(refused)
    assert len(str(refused)) < 300
    with pytest.raises(Refused):
        cleared(host, *servers, scope=scope)
    assert host.log == []


def test_an_empty_list_is_refused() -> None:
    host = FakeHost()
    options = license_server_list.ListOptions(())
    with pytest.raises(Refused, match="is empty") as caught:
        license_server_list.ensure_license_servers(
            session_host.SessionHost(host.session()), options, Progress(), check_mode=False
        )
    assert caught.value.reason == "no_servers"
    assert "state: absent" in (caught.value.advice or "")
    assert host.log == []


def test_a_local_list_below_a_policy() -> None:
    refused = refusal(FakeHost().policy(servers="a"), scope="local")
    assert refused.reason == "policy_rules"
    assert "list of license servers" in str(refused)


def test_an_empty_policy_is_in_nobody_s_way() -> None:
    assert run(FakeHost().policy(servers=""), scope="local").outcome.changed


def test_a_local_list_below_a_deployment() -> None:
    assert refusal(FakeHost(deployment=(4, ["c"])), scope="local").reason == "deployment_rules"


def test_a_local_list_without_the_role() -> None:
    assert refusal(FakeHost(session_host=False), scope="local").reason == "no_session_host"


@pytest.mark.parametrize("check", [False, True])
def test_without_the_role_the_policy_is_written_with_a_warning(check: bool) -> None:
    outcome = run(FakeHost(session_host=False), check=check).outcome
    assert outcome.changed
    assert (after(outcome)["policy"], after(outcome)["effective"]) == (list(TWO), [])
    assert after(outcome)["source"] == "none"
    assert any("not installed" in each for each in outcome.warnings)


def test_a_list_that_a_domain_gpo_delivers() -> None:
    host = FakeHost().policy(servers="gpo-ls").delivered("LicenseServers", "RDS licensing")
    refused = refusal(host)
    assert refused.reason == "gpo"
    assert "'RDS licensing'" in str(refused)
    with pytest.raises(Refused):
        cleared(host)
    assert host.writes == []
    outcome = run(host, override_gpo=True).outcome
    assert outcome.changed
    assert any("'RDS licensing'" in each for each in outcome.warnings)


@pytest.mark.parametrize("options", [{"rsop": "never"}, {"scope": "local"}])
def test_where_no_gpo_is_asked_for(options: dict[str, Any]) -> None:
    host = FakeHost().delivered("LicenseServers")
    run(host, **options)
    assert not [each for each in host.reads if each.startswith("RSOP")]
