# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role services: removing them, and steps whose answer got lost."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing import (
    role_installation,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    NotApplied,
    Progress,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.features import (
    RestartNeeded,
)
from unit.plugin_utils.fake_host import Glitch, lost
from unit.plugin_utils.fake_role_server import (
    ABSENT,
    BOUGHT,
    RUNNING,
    RoleServer,
    carry_out,
    check,
    ensure,
    told,
)

INSTALL_LICENSING = ("install RDS-Licensing", True)
REMOVE_LICENSING = ("remove RDS-Licensing", None)
REMOVE_HOST = ("remove RDS-RD-Server", None)


# -- removing ---------------------------------------------------------------------------------


def test_licensing_is_removed() -> None:
    server = RoleServer(licensing=True)
    for outcome in (check(server, state="absent"), ensure(server, state="absent")):
        assert told(outcome) == (True, False, False)
        assert outcome.before == RUNNING | {"reboot_pending": False}
        assert outcome.after == ABSENT | {"reboot_pending": False}
    assert server.steps == [REMOVE_LICENSING]
    assert told(ensure(server, state="absent")) == (False, False, False)
    assert server.steps == [REMOVE_LICENSING]


def test_a_session_host_is_removed_with_the_restart() -> None:
    server = RoleServer(session_host=True)
    for outcome in (
        check(server, "session_host", state="absent"),
        ensure(server, "session_host", state="absent"),
        check(server, "session_host", state="absent"),
    ):
        assert outcome.values["reboot_required"] is True
        assert outcome.after is not None
        assert outcome.after["installed"] is True
    assert told(ensure(server, "session_host", state="absent")) == (False, True, False)
    assert server.steps == [REMOVE_HOST]
    done = ensure(server, "session_host", state="absent", reboot=True)
    assert told(done) == (True, False, True)
    assert done.after is not None
    assert done.after["installed"] is False
    assert server.steps == [REMOVE_HOST]


def test_a_service_that_is_to_go_is_not_started() -> None:
    server = RoleServer(licensing=True, running=False, restart={"RDS-Licensing": RestartNeeded.YES})
    assert told(ensure(server, state="absent")) == (True, True, False)
    assert told(ensure(server, state="absent")) == (False, True, False)
    assert server.writes == []


def test_a_removal_that_waits_is_not_refused_for_what_is_lost_already() -> None:
    server = RoleServer(
        licensing=True, packs=[BOUGHT], restart={"RDS-Licensing": RestartNeeded.YES}
    )
    assert told(ensure(server, state="absent", accept_license_loss=True)) == (True, True, False)
    for outcome in (
        ensure(server, state="absent"),
        check(server, "licensing", state="absent"),
    ):
        assert told(outcome) == (False, True, False)


def test_a_service_of_a_role_that_is_not_complete_is_not_started() -> None:
    server = RoleServer(licensing=True, classes=False, running=False, start_mode="Manual")
    server.pend().cached("RDS-Licensing", 3)
    assert told(ensure(server)) == (False, True, False)
    assert server.writes == []


# -- lost answers -----------------------------------------------------------------------------


def test_an_installation_whose_answer_got_lost_is_found_done() -> None:
    server = RoleServer(trouble=[lost()], done=True)
    done = ensure(server)
    assert told(done) == (True, False, False)
    assert server.steps == [INSTALL_LICENSING]
    assert server.delays == [2]


def test_an_installation_that_goes_on_after_the_connection_broke() -> None:
    server = RoleServer(trouble=[lost()])
    looks = 0

    def later(seconds: float) -> None:
        nonlocal looks
        looks += 1
        server.delays.append(seconds)
        if looks == 12:
            server.licensing = True

    done = carry_out(server, Progress(sleep=later), "licensing")
    assert told(done) == (True, False, False)
    assert server.delays == [2, 3, 5] + [10] * 9
    assert server.steps == [INSTALL_LICENSING]


def test_an_installation_that_the_broken_connection_ended() -> None:
    server = RoleServer(trouble=[lost()])
    progress = Progress(sleep=server.sleep)
    with pytest.raises(NotApplied, match="its answer got lost"):
        carry_out(server, progress, "licensing")
    assert server.steps == [INSTALL_LICENSING]
    assert sum(server.delays) > sum(role_installation.PATIENCE_DELAYS) == 300
    assert progress.applied == []


def test_looks_that_fail_meanwhile_do_not_end_the_patience() -> None:
    server = RoleServer(trouble=[lost()], done=True)
    server.glitches = [Glitch("Win32_Service", lost(), times=0)]

    def later(seconds: float) -> None:
        server.delays.append(seconds)
        server.glitches[0].times = 2 if len(server.delays) < 3 else 0

    assert carry_out(server, Progress(sleep=later), "licensing").changed
    assert server.delays == [2, 3, 5]


def test_a_cmdlet_that_finds_nothing_to_do_but_does_not_help() -> None:
    server = RoleServer()
    server.nothing_to_do = True
    with pytest.raises(NotApplied, match="reading back does not show it") as caught:
        ensure(server)
    assert caught.value.operation == "install RDS-Licensing"
