# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The diagnosis of license servers: firewall, other roles, a database that does not open, cost."""

from __future__ import annotations

import pytest

from .runner import Json, Run
from .stories import LABS
from .test_diagnosis import BUSY, DIAGNOSE, cim, counted, diagnosis_play

WALLED: dict[str, Json] = {
    "shut": {
        "release": "2025",
        "roles": ["licensing"],
        "denied": ["root/StandardCimv2", "Win32_ServerFeature"],
    },
    # Everything that costs a request, behind no firewall.
    "crowded": {
        "release": "2025",
        "roles": ["licensing"],
        "features": {"installed": ["RDS-Gateway", "RDS-Connection-Broker", "RDS-Web-Access"]},
        "firewall": {"rules": [], "profiles": {"Domain": "disabled"}},
        "gpo": {
            "name": "All",
            "guid": "{6AC1786C-016F-11D2-945F-00C04FB984F9}",
            "values": {"LicensingMode": 4, "LicenseServers": "no1,no2", "fSecureLicensing": 0},
        },
        "event_log": {"records": [{"id": 4107, "count": 120, "every_hours": 1}]},
    },
    "both2": {
        "release": "2025",
        "roles": ["session_host", "licensing"],
        "features": {"installed": ["RDS-Gateway", "RDS-Connection-Broker", "RDS-Web-Access"]},
        "gpo": {
            "name": "Mode",
            "guid": "{6AC1786C-016F-11D2-945F-00C04FB984F9}",
            "values": {"LicensingMode": 4, "fSecureLicensing": 1},
        },
        "local": {"servers": ["nowhere1", "nowhere2"]},
        "registry": BUSY["busy"]["registry"],
        "event_log": {"records": [{"id": 4107, "count": 120, "every_hours": 1}]},
        "license_server": {"activated": False},
    },
    "hurt": {"release": "2025", "roles": ["licensing"]},
}


@pytest.fixture(scope="module")
def walled(lab: LABS) -> Run:
    """License servers with the network probe; the service of one does not start any more."""
    controller = lab({"hosts": WALLED})
    hurt = controller.farm.hosts["hurt"]
    assert hurt.license_server is not None
    service, database = hurt.services["TermServLicensing"], hurt.license_server.database
    service.seconds = 0
    hurt.files.stat(database.path)
    service.stop()
    assert service.state == "Stopped"
    hurt.files.place(database.path, b"no database" * 4096)
    service.start()
    assert service.state == "Stopped"
    return controller.plays(diagnosis_play(list(WALLED), network=True))


def evidence(run: Run, host: str) -> dict[str, Json]:
    """The evidence of what was found, by rule."""
    return {each["id"]: each["evidence"] for each in run.one(DIAGNOSE, host)["findings"]}


def test_what_a_license_server_does_not_show_is_no_finding(walled: Run) -> None:
    found = walled.one(DIAGNOSE, "shut")
    unknown = {each["signal"]: each["why"] for each in found["unknown"]}
    assert "Access is denied" in unknown["firewall"]
    assert "server features" in unknown
    assert not {"rpc_open_to_everyone", "license_server_beside_roles"} & set(
        evidence(walled, "shut")
    )
    assert found["checks"]["network"] == {"requests": 0, "done": False}
    assert found["checks"]["hardening"]["done"] is False


def test_a_crowded_license_server_stays_within_the_budget(walled: Run) -> None:
    found = evidence(walled, "crowded")
    assert found["rpc_open_to_everyone"] == {"n": 0, "rules": "", "profiles": "Domain"}
    assert found["license_server_beside_roles"] == {
        "roles": "RD Connection Broker, RD Gateway, RD Web Access"
    }
    result = walled.one(DIAGNOSE, "crowded")
    assert counted(result) == cim(walled, "crowded") <= 20, result["checks"]


def test_both_roles_with_everything_stay_within_the_budget(walled: Run) -> None:
    result = walled.one(DIAGNOSE, "both2")
    assert result["session_host"]["servers"] == ["nowhere1", "nowhere2"]
    assert counted(result) == cim(walled, "both2") <= 20 + 8 + 2 * 2, result["checks"]
    commands = [each.operation for each in walled.soap("both2")].count("Command")
    assert commands == 3, "the Admin channel, the probe and the firewall"
    found = evidence(walled, "both2")
    assert found["rpc_open_to_everyone"]["n"] == 2
    assert found["license_server_beside_roles"] == {
        "roles": "RD Session Host, RD Connection Broker, RD Gateway"
    }


def test_a_database_that_does_not_open_is_found_by_its_event(walled: Run) -> None:
    found = evidence(walled, "hurt")
    assert found["database_damaged"]["event"] == "9"
    assert found["database_damaged"]["n"] == 1
    assert "licensing_service_stopped" in found
