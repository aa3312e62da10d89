# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Activation of a license server."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    Outcome,
    OutcomeUnknown,
    Progress,
    Refused,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.license_servers import (
    activation,
    license_server,
)
from unit.plugin_utils.stub_license_server import CODE, StubLicenseServer

CONTACT = {
    "first_name": "Anna",
    "last_name": "Example",
    "company": "Example Inc.",
    "country": "France",
}
READS = ("GetActivationStatus", "GetLicenseServerId", "patient")


def ensure(
    server: StubLicenseServer, check_mode: bool = False, **options: Any
) -> tuple[Outcome, Progress]:
    delays: list[float] = []
    progress = Progress(sleep=delays.append)
    outcome = activation.ensure_activation(
        server.session, activation.ActivationOptions(**options), progress, check_mode=check_mode
    )
    return outcome, progress


def writes(server: StubLicenseServer) -> list[str]:
    return [name for name, dummy in server.calls if name not in READS]


def test_contact_first_then_activation() -> None:
    server = StubLicenseServer()
    outcome, progress = ensure(server, contact=CONTACT)
    assert writes(server) == ["put Win32_TSLicenseServer", "ActivateServerAutomatic"]
    assert ("patient", {}) in server.calls
    assert (outcome.changed, outcome.values["activated"]) == (True, True)
    assert server.properties["CountryRegion"] == "France"
    assert server.properties["DatabasePath"], "a Put sends what was there"
    assert len(progress.applied) == 2


def test_the_second_run_does_nothing() -> None:
    server = StubLicenseServer()
    ensure(server, contact=CONTACT)
    server.calls.clear()
    outcome, dummy = ensure(server, contact=CONTACT)
    assert outcome.changed is False
    assert writes(server) == []


def test_an_activated_server_gets_its_contact_only() -> None:
    server = StubLicenseServer()
    server.activation = 0
    outcome, dummy = ensure(server, contact={"email": "rds@example.com"})
    assert outcome.changed
    assert writes(server) == ["put Win32_TSLicenseServer"]


def test_missing_contact_data_is_refused_before_anything_is_written() -> None:
    server = StubLicenseServer()
    with pytest.raises(Refused, match="company, country") as caught:
        ensure(server, contact={"first_name": "Anna", "last_name": "Example"})
    assert caught.value.reason == "no_contact"
    assert writes(server) == []


@pytest.mark.parametrize("code", [None, "", "A" * 34, "A" * 36, "A" * 34 + "!"])
def test_a_code_of_the_wrong_form_is_refused(code: str | None) -> None:
    server = StubLicenseServer()
    with pytest.raises(Refused) as caught:
        ensure(server, method="code", license_server_id=code)
    assert caught.value.reason == "bad_code"
    assert not code or code not in str(caught.value)
    assert server.calls == []


def test_activation_by_code_takes_hyphens_and_needs_no_contact() -> None:
    server = StubLicenseServer()
    dashed = "-".join(CODE[i : i + 5] for i in range(0, 35, 5)).lower()
    ensure(server, method="code", license_server_id=dashed)
    assert ("ActivateServer", {"sLicenseServerId": CODE}) in server.calls


def test_reactivation_gives_its_reason() -> None:
    server = StubLicenseServer()
    server.activation = 0
    outcome, dummy = ensure(
        server, state="reactivated", reason=activation.Reason.KEY_COMPROMISED, contact=CONTACT
    )
    assert outcome.changed
    assert ("ReactivateServerAutomatic", {"Reason": 2}) in server.calls


def test_deactivation_and_again() -> None:
    server = StubLicenseServer()
    server.activation = 0
    assert ensure(server, state="deactivated")[0].changed
    assert not ensure(server, state="deactivated")[0].changed
    assert writes(server) == ["DeactivateServerAutomatic"]


def test_deactivation_by_code_needs_the_code() -> None:
    server = StubLicenseServer()
    server.activation = 0
    with pytest.raises(Refused) as caught:
        ensure(server, state="deactivated", method="code")
    assert caught.value.reason == "no_confirmation_code"


@pytest.mark.parametrize(
    ("number", "said"), [(0x80072EE7, "DNS"), (0x80072F8F, "clock"), (0xC0000001, "no public list")]
)
def test_a_refusal_shows_its_number_and_advice(number: int, said: str) -> None:
    server = StubLicenseServer()
    server.refuses["ActivateServerAutomatic"] = number
    with pytest.raises(activation.ClearinghouseRefused) as caught:
        ensure(server, contact=CONTACT)
    assert caught.value.code is not None
    assert caught.value.code.number == number
    assert said in (caught.value.advice or "")


def test_a_lost_answer_is_looked_for_and_not_repeated() -> None:
    server = StubLicenseServer()
    server.lose_answer_of = "ActivateServerAutomatic"
    outcome, dummy = ensure(server, contact=CONTACT)
    assert outcome.values["activated"] is True
    assert writes(server).count("ActivateServerAutomatic") == 1


def test_a_lost_answer_without_effect_says_when_not_to_repeat_it() -> None:
    server = StubLicenseServer()
    server.methods["ActivateServerAutomatic"] = {}
    server.lose_answer_of = "ActivateServerAutomatic"
    with pytest.raises(OutcomeUnknown) as caught:
        ensure(server, contact=CONTACT, timeout=60)
    assert "do not repeat" in (caught.value.advice or "")
    assert writes(server).count("ActivateServerAutomatic") == 1


def test_a_lost_answer_of_a_reactivation_is_never_taken_for_done() -> None:
    server = StubLicenseServer()
    server.activation = 0
    server.lose_answer_of = "ReactivateServerAutomatic"
    with pytest.raises(OutcomeUnknown):
        ensure(
            server,
            state="reactivated",
            reason=activation.Reason.EXPIRED,
            contact=CONTACT,
            timeout=60,
        )


def test_check_mode_predicts_and_writes_nothing() -> None:
    server = StubLicenseServer()
    outcome, dummy = ensure(server, check_mode=True, contact=CONTACT)
    assert outcome.changed
    assert outcome.after is not None
    assert outcome.after["activated"] is True
    assert outcome.after["contact"]["company"] == "Example Inc."
    assert writes(server) == []


def test_a_bare_server_would_change_in_check_mode_and_fails_else() -> None:
    server = StubLicenseServer()
    server.installed = False
    outcome, dummy = ensure(server, check_mode=True, contact=CONTACT)
    assert outcome.changed
    assert outcome.warnings
    with pytest.raises(license_server.NotALicenseServer):
        ensure(server, contact=CONTACT)


def test_the_data_sheet_holds_what_the_telephone_asks_for() -> None:
    server = StubLicenseServer()
    server.activation = 0
    outcome, dummy = ensure(server, contact=CONTACT)
    assert outcome.values["data_sheet"] == {
        "server_name": "LS1",
        "product_id": "00000-00000-00000-AA000",
        "license_server_id": "A" * 35,
        "version": "10.0",
        "contact": CONTACT,
    }
