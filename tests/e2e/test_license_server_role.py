# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role license_server: when it stops, and the ways that the demo does not go."""

from __future__ import annotations

from typing import Any

import pytest

from .runner import Controller, Json, Run
from .stories import LABS

PLAYBOOK = "remote_desktop.licensing.set_up_license_servers"
BARE: Json = {"release": "2022", "roles": [], "groups": ["rds_license_servers"]}
CONTACT = {
    "first_name": "Anna",
    "last_name": "Example",
    "company": "Example Corp",
    "country": "France",
}
HOSTS: dict[str, Json] = {
    "plain": BARE,
    "pending": {**BARE, "features": {"pending": ["servicing"]}},
    "restarts": {**BARE, "features": {"pending": ["servicing"]}},
    "bycode": {"release": "2022", "roles": ["licensing"], "license_server": {"activated": False}},
    "later": BARE,
    "joins": {**BARE, "license_server": {"delegation": True}},
    "cannot": BARE,
}


@pytest.fixture(scope="module")
def run(lab: LABS) -> Run:
    """All hosts in one run."""
    controller: Controller = lab({"hosts": HOSTS})
    variables: dict[str, dict[str, Any]] = {
        "restarts": {"license_server_reboot": True},
        "later": {"license_server_activation": "none"},
        "joins": {"license_server_join_group": True},
        "cannot": {"license_server_join_group": True},
        "bycode": {
            "license_server_activation": "code",
            "license_server_id": controller.farm.clearinghouse.activation_id("bycode"),
        },
    }
    controller.host_variables = variables
    return controller.run(PLAYBOOK, license_server_contact=CONTACT)


def test_a_bare_server_is_installed_and_activated(run: Run) -> None:
    assert run.recap["plain"]["failed"] == 0
    assert "ActivateServerAutomatic" in run.calls("plain")


def test_a_pending_restart_stops_the_role_before_the_activation(run: Run) -> None:
    assert run.recap["pending"]["failed"] == 1
    message = run.one("Stop before activation", "pending")["msg"]
    assert "license_server_reboot" in message
    assert not any(call.startswith("ActivateServer") for call in run.calls("pending"))


def test_a_role_that_may_restart_goes_on_after_it(run: Run) -> None:
    assert run.recap["restarts"]["failed"] == 0
    calls = run.calls("restarts")
    assert calls.index("Win32Shutdown") < calls.index("ActivateServerAutomatic")


def test_activation_by_code_takes_what_the_web_site_gave(run: Run) -> None:
    assert run.recap["bycode"]["failed"] == 0
    assert "ActivateServer" in run.calls("bycode")


def test_activation_can_be_left_alone(run: Run) -> None:
    assert run.recap["later"]["failed"] == 0
    assert not any(call.startswith("ActivateServer") for call in run.calls("later"))


def test_the_group_is_joined_or_the_command_is_named(run: Run) -> None:
    assert run.recap["joins"]["failed"] == run.recap["cannot"]["failed"] == 0
    assert "AddLStoTSLSGroup" in run.calls("joins")
    assert "AddLStoTSLSGroup" in run.one("Say what has to be run", "cannot")["msg"]


NUMBER, AUTHORIZATION, UNKNOWN = "00000008", "A" * 15, "B" * 15


def test_no_number_is_printed_by_the_role(lab: LABS) -> None:
    """Neither for a server that is stocked nor for one whose number Microsoft does not know."""
    known = {"channel": "open", "number": NUMBER, "authorization": AUTHORIZATION}
    sold = {**known, "version": 2022, "type": "per_user", "quantity": 50}
    controller = lab({"clearinghouse": {"numbers": [sold]}, "hosts": {"good": BARE, "bad": BARE}})
    row = {"channel": "open", "license_number": NUMBER, "version": "2022", "type": "per_user"}
    controller.host_variables = {
        host: {"license_server_packs": [{**row, "quantity": 50, "authorization_number": code}]}
        for host, code in (("good", AUTHORIZATION), ("bad", UNKNOWN))
    }
    run = controller.run(PLAYBOOK, "-vvvvv", "--diff", license_server_contact=CONTACT)
    assert (run.recap["good"]["failed"], run.recap["bad"]["failed"]) == (0, 1)
    told = run.output + str(run.events)
    assert not any(secret in told for secret in (NUMBER, AUTHORIZATION, UNKNOWN))
