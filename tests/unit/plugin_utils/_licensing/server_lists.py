# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of rds_license_server share: hosts, runs in both modes, and what was written."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    Outcome,
    Progress,
    Refused,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.session_hosts import (
    license_server_list,
    session_host,
)
from unit.plugin_utils.fake_host import LOCAL_SERVERS, POLICY, FakeHost
from unit.plugin_utils.fake_registry import DWORD, MULTI_SZ, SZ

SET = "StdRegProv.SetStringValue"
CREATE = "StdRegProv.CreateKey"
DELETE = "StdRegProv.DeleteValue"
DELETE_KEY = "StdRegProv.DeleteKey"
SETTING = "Win32_TerminalServiceSetting"
SET_LOCAL = f"{SETTING}.SetSpecifiedLicenseServerList"
EMPTY_LOCAL = f"{SETTING}.EmptySpecifiedLicenseServerList"
STRAY = rf"{POLICY}\LicenseServers"
TWO = ("ls1.example.com", "ls2.example.com")


class Run(NamedTuple):
    """What came of a run."""

    outcome: Outcome
    progress: Progress


def run(host: FakeHost, *servers: str, check: bool = False, **options: Any) -> Run:
    progress = Progress(sleep=host.sleep)
    wanted = license_server_list.ListOptions(servers or TWO, **options)
    outcome = license_server_list.ensure_license_servers(
        session_host.SessionHost(host.session(read_only=check)), wanted, progress, check_mode=check
    )
    return Run(outcome, progress)


def cleared(host: FakeHost, *servers: str, check: bool = False, **options: Any) -> Run:
    progress = Progress(sleep=host.sleep)
    wanted = license_server_list.ListOptions(servers, state="absent", **options)
    outcome = license_server_list.ensure_license_servers(
        session_host.SessionHost(host.session(read_only=check)), wanted, progress, check_mode=check
    )
    return Run(outcome, progress)


def refusal(host: FakeHost, *servers: str, **options: Any) -> Refused:
    """Run it really and in check mode: refused both times, nothing written."""
    for check in (True, False):
        with pytest.raises(Refused) as caught:
            run(host, *servers, check=check, **options)
    assert host.writes == []
    return caught.value


def after(outcome: Outcome) -> dict[str, Any]:
    assert outcome.after is not None
    return outcome.after


def before(outcome: Outcome) -> dict[str, Any]:
    assert outcome.before is not None
    return outcome.before


def host_in(start: str, scope: str) -> FakeHost:
    """A host whose scope holds no list, the wanted one, another, one of a wrong type."""
    lists = {
        "equal": list(TWO),
        "other case": [each.upper() for each in TWO],
        "different": ["old"],
        "other order": list(reversed(TWO)),
        "longer": [*TWO, "ls3"],
        "empty": [],
    }
    host = FakeHost()
    if start in lists:
        names = lists[start]
        return (
            host.policy(servers=" , ".join(names))
            if scope == "policy"
            else host.local(servers=names)
        )
    if start == "wrong type" and scope == "policy":
        host.registry.put(POLICY, "LicenseServers", MULTI_SZ, list(TWO))
    if start == "wrong type" and scope == "local":
        host.registry.put(LOCAL_SERVERS, "SpecifiedLicenseServers", SZ, ",".join(TWO))
    return host


STARTS = (
    "absent",
    "empty",
    "equal",
    "other case",
    "different",
    "other order",
    "longer",
    "wrong type",
)
UNCHANGED = ("equal", "other case")
MATRIX = pytest.mark.parametrize("start", STARTS)
SCOPES = pytest.mark.parametrize("scope", ["policy", "local"])


def stray_host() -> FakeHost:
    host = FakeHost()
    host.registry.put(rf"{STRAY}\SRV1", "x", DWORD, 1)
    host.registry.create(rf"{STRAY}\SRV2")
    return host
