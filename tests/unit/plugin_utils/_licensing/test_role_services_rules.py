# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role services: what is refused, warned of, and how it is told whether one is installed."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    Fault,
    NothingThere,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    Refused,
)
from unit.plugin_utils.fake_role_server import BOUGHT, BUILTIN, RoleServer, ensure
from unit.plugin_utils.soap import fault, provider_fault

BOTH = pytest.mark.parametrize("check_mode", [True, False])
DENIED = fault(5, "w:AccessDenied", "denied")
NOT_AVAILABLE = fault(
    2150859010, "w:InternalError", "failed", provider_fault("2147749897", number=2147749897)
)


def refused(server: RoleServer, name: str = "licensing", **options: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        ensure(server, name, **options)
    assert (server.writes, server.steps, server.restarts) == ([], [], [])
    assert caught.value.advice
    return caught.value


# -- the kind of system -----------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("name", ["licensing", "session_host"])
@pytest.mark.parametrize("build", ["26100", "19045"])
def test_a_client_is_refused_whatever_its_build(check_mode: bool, name: str, build: str) -> None:
    found = refused(RoleServer(build=build, product_type=1), name, check_mode=check_mode)
    assert found.reason == "client_os"
    assert build in str(found)


def test_a_client_has_no_role_to_remove() -> None:
    assert not ensure(RoleServer(product_type=1), state="absent").changed


@BOTH
@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_server_older_than_the_cmdlets(check_mode: bool, state: str) -> None:
    server = RoleServer(build="7601", licensing=state == "absent")
    assert refused(server, state=state, check_mode=check_mode).reason == "old_os"
    server.licensing = state == "present"
    assert not ensure(server, state=state).changed


@pytest.mark.parametrize(("build", "kind"), [(None, 3), ("20348", None), ("?", 3)])
def test_a_system_that_shows_nothing(build: str | None, kind: int | None) -> None:
    with pytest.raises(NothingThere, match="Win32_OperatingSystem"):
        ensure(RoleServer(build=build, product_type=kind))


# -- neighbors --------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("licensing", [True, False])
def test_a_domain_controller_is_warned_of(check_mode: bool, licensing: bool) -> None:
    server = RoleServer(product_type=2, licensing=licensing)
    (warning,) = ensure(server, check_mode=check_mode).warnings
    assert "RD Licensing on a domain controller" in warning


@pytest.mark.parametrize(
    ("name", "server", "named"),
    [
        ("licensing", RoleServer(session_host=True), "RD Session Host"),
        ("licensing", RoleServer(others=("Tssdis",)), "RD Connection Broker"),
        ("licensing", RoleServer(others=("TSGateway",)), "RD Gateway"),
        (
            "licensing",
            RoleServer(session_host=True, others=("Tssdis", "TSGateway")),
            "RD Connection Broker, RD Gateway, RD Session Host",
        ),
        ("session_host", RoleServer(session_host=True, licensing=True), "RD Licensing"),
    ],
)
def test_other_role_services_are_warned_of(name: str, server: RoleServer, named: str) -> None:
    (warning,) = ensure(server, name, check_mode=True).warnings
    assert f"shares this server with {named}:" in warning


def test_removing_warns_of_no_neighbors() -> None:
    server = RoleServer(licensing=True, session_host=True, product_type=2)
    assert ensure(server, state="absent").warnings == []


# -- installed or not -------------------------------------------------------------------------


def test_a_service_without_its_classes_is_not_installed() -> None:
    server = RoleServer(licensing=True, classes=False).pend().cached("RDS-Licensing", 3)
    outcome = ensure(server)
    assert outcome.before is not None
    assert outcome.before["installed"] is False
    assert outcome.before["service_state"] == "Running"
    assert (outcome.changed, outcome.values["reboot_required"]) == (False, True)
    assert server.steps == []


def test_a_service_without_its_classes_and_without_a_restart_to_wait_for() -> None:
    server = RoleServer(licensing=True, classes=False)
    server.on_install = lambda: setattr(server, "classes", True)
    assert ensure(server).after == {
        "installed": True,
        "service_state": "Running",
        "start_mode": "Auto",
        "reboot_pending": False,
    }
    assert server.steps == [("install RDS-Licensing", True)]


def test_a_class_that_does_not_answer_is_there() -> None:
    server = RoleServer(licensing=True, running=False, provider=NOT_AVAILABLE)
    outcome = ensure(server)
    assert outcome.before is not None
    assert outcome.before["installed"] is True
    assert server.steps == []
    assert server.writes == ["Win32_Service.StartService"]


def test_an_account_that_may_not_look_is_no_proof_of_absence() -> None:
    with pytest.raises(Fault, match="denied") as caught:
        ensure(RoleServer(licensing=True, provider=DENIED))
    assert "Administrators" in (caught.value.advice or "")


def test_an_account_without_rights_sees_no_session_host() -> None:
    with pytest.raises(NothingThere):
        ensure(RoleServer(blind=True), "session_host")


def test_the_delayed_automatic_start_is_automatic() -> None:
    # Win32_Service reads Auto for it; DelayedAutoStart is not even asked for.
    server = RoleServer(licensing=True, start_mode="Auto")
    assert not ensure(server).changed


# -- licenses that would be lost --------------------------------------------------------------


@BOTH
def test_a_license_server_with_packs_is_not_removed(check_mode: bool) -> None:
    server = RoleServer(licensing=True, packs=[BUILTIN, BOUGHT, BOUGHT | {"KeyPackId": 4}])
    found = refused(server, state="absent", check_mode=check_mode)
    assert found.reason == "installed_packs"
    assert "2 CAL packs with 100 licenses" in str(found)
    assert "accept_license_loss" in (found.advice or "")


@pytest.mark.parametrize(
    "pack",
    [
        BUILTIN,
        BOUGHT | {"KeyPackType": 4},
        BOUGHT | {"KeyPackType": 6, "ProductType": 0},
        BOUGHT | {"ExpirationDate": "2020-01-01T00:00:00Z"},
    ],
)
def test_packs_that_nobody_misses(pack: dict[str, Any]) -> None:
    server = RoleServer(licensing=True, packs=[pack])
    outcome = ensure(server, state="absent")
    assert (outcome.changed, outcome.warnings) == (True, [])


@pytest.mark.parametrize("pack", [{"KeyPackType": 7}, {"ProductVersionID": 99}])
def test_packs_that_nobody_knows_are_missed(pack: dict[str, Any]) -> None:
    server = RoleServer(licensing=True, packs=[BOUGHT | pack])
    assert refused(server, state="absent").reason == "installed_packs"


@pytest.mark.parametrize(
    "server",
    [
        RoleServer(licensing=True, packs=NOT_AVAILABLE),
        RoleServer(licensing=True, classes=False),
    ],
)
def test_packs_that_cannot_be_read(server: RoleServer) -> None:
    found = refused(server, state="absent")
    assert found.reason == "packs_unknown"
    assert "could not be read" in str(found)
    outcome = ensure(server, state="absent", accept_license_loss=True)
    assert outcome.changed
    assert "could not be read" in outcome.warnings[0]


def test_packs_that_may_not_be_read() -> None:
    server = RoleServer(licensing=True, packs=DENIED)
    with pytest.raises(Fault, match="denied"):
        ensure(server, state="absent", accept_license_loss=True)
    assert server.steps == []


def test_a_loss_that_is_accepted() -> None:
    server = RoleServer(licensing=True, packs=[BOUGHT])
    outcome = ensure(server, state="absent", accept_license_loss=True)
    assert outcome.changed
    assert "1 CAL packs with 50 licenses" in outcome.warnings[0]
    assert server.steps == [("remove RDS-Licensing", None)]


def test_packs_are_not_asked_for_when_nothing_is_removed() -> None:
    server = RoleServer()
    ensure(server, state="absent")
    ensure(RoleServer(session_host=True, licensing=True, packs=[BOUGHT]), "session_host")
    assert "Win32_TSLicenseKeyPack" not in server.reads
    other = RoleServer(session_host=True, licensing=True, packs=[BOUGHT])
    assert ensure(other, "session_host", state="absent").changed
    assert "Win32_TSLicenseKeyPack" not in other.reads
