# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What GetTStoLSConnectivityStatus says."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.session_hosts import (
    connectivity,
    session_host,
)
from unit.plugin_utils.fake_host import FakeHost, Glitch

CALL = "Win32_TerminalServiceSetting.GetTStoLSConnectivityStatus"
REACH = {
    "good": [1, 2, 9, 11],
    "unknown": [0, 7, 8, 12, 255, 4294967295],
    "bad": [3, 4, 5, 6, 10],
}


def checked(fake: FakeHost, *servers: str) -> list[dict[str, object]]:
    host = session_host.SessionHost(fake.session())
    return connectivity.check_connectivity(host, host.setting(), servers)


@pytest.mark.parametrize(
    ("status", "reach"), [(number, reach) for reach, numbers in REACH.items() for number in numbers]
)
def test_what_a_status_means(status: int, reach: str) -> None:
    (found,) = checked(FakeHost(connectivity={"ls1": status}), "ls1")
    assert (found["server"], found["status"], found["reach"]) == ("ls1", status, reach)
    documented = status <= 11
    assert (found["name"] is not None) is documented
    assert found["meaning"]
    if not documented:
        assert found["meaning"] == f"status {status} is not documented"


def test_servers_are_asked_about_in_their_order() -> None:
    found = checked(FakeHost(connectivity={"b": 11, "a": 6}), "b", "a")
    assert [each["server"] for each in found] == ["b", "a"]
    assert [each["reach"] for each in found] == ["good", "bad"]


def test_it_changes_nothing() -> None:
    fake = FakeHost()
    checked(fake, "ls1")
    assert fake.writes == []
    assert fake.reads[-1] == CALL


@pytest.mark.parametrize(
    ("number", "shown"), [(2147749889, "0x80041001"), (-2147217407, "0x80041001")]
)
def test_a_server_that_cannot_be_asked_about_is_reported(number: int, shown: str) -> None:
    fake = FakeHost(connectivity={"ls2": 11}, glitches=[Glitch(CALL, number & 0xFFFFFFFF)])
    found = checked(fake, "ls1", "ls2")
    assert (found[0]["status"], found[0]["name"], found[0]["reach"]) == (None, None, "unknown")
    assert shown in str(found[0]["meaning"])
    assert found[1]["reach"] == "good"


def test_success_without_a_status_is_unknown() -> None:
    fake = FakeHost(glitches=[Glitch(CALL, 0)])
    assert checked(fake, "ls1")[0]["reach"] == "unknown"


def test_no_servers_ask_nothing() -> None:
    fake = FakeHost()
    assert checked(fake) == []
    assert fake.reads == ["Win32_TerminalServiceSetting"]
