# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook correct_cal_channel.yml: CALs that came as retail and belong to an Open License."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .runner import Controller, Json, Run
from .stories import LABS
from .test_secrets import leaks

PLAYBOOK = "remote_desktop.licensing.correct_cal_channel"
NUMBER, AUTHORIZATION = "40040049", "ZZ88AUTHORISE15"
WRONG, OTHER, TEMPORARY = 2, 3, 4
"""The numbers of the packs on the server; the built-in one is 1."""
PACKS = [
    {"type": "per_user", "version": 2022, "program": "retail", "total": 50},
    {"type": "per_device", "version": 2022, "program": "volume", "total": 30, "issued": 7},
    {"type": "per_device", "version": 2022, "program": "temporary", "total": 9},
]
SERVER: Json = {"release": "2022", "roles": ["licensing"], "license_server": {"packs": PACKS}}
SOLD: Json = {
    "channel": "open",
    "number": NUMBER,
    "authorization": AUTHORIZATION,
    "version": 2022,
    "type": "per_user",
    "quantity": 50,
}
RIGHT: Json = {
    "channel": "open",
    "version": "2022",
    "type": "per_user",
    "quantity": 50,
    "license_number": NUMBER,
    "authorization_number": AUTHORIZATION,
}
VARIABLES: Json = {
    "lserver_migration_server": "ls1",
    "lserver_migration_key_pack_id": WRONG,
    "lserver_migration_backup": False,
    "lserver_migration_timeout": 1,
}


def site(lab: LABS, row: Json | None = None, **sold: object) -> Controller:
    """One license server, and an Open License that was bought for it."""
    made = lab({"clearinghouse": {"numbers": [{**SOLD, **sold}]}, "hosts": {"ls1": SERVER}})
    rows = [RIGHT if row is None else row]
    made.host_variables = {"ls1": {"lserver_migration_packs": rows}}
    return made


def run(controller: Controller, *arguments: str, **variables: object) -> Run:
    """Run the playbook with a folder for the evidence."""
    folder = str(controller.folder / "evidence")
    return controller.run(
        PLAYBOOK, *arguments, **{"lserver_migration_output_path": folder, **VARIABLES, **variables}
    )


def packs(controller: Controller) -> dict[int, tuple[str, int]]:
    """What was bought, as the server holds it: program and total by number."""
    server = controller.farm.hosts["ls1"].license_server
    assert server is not None
    names = {1: "retail", 2: "volume", 5: "open"}
    return {
        each.id: (names[each.program], each.total) for each in server.packs.all() if each.bought
    }


START = {WRONG: ("retail", 50), OTHER: ("volume", 30)}
CORRECTED = [("open", 50), ("volume", 30)]


@pytest.fixture(scope="module")
def controller(lab: LABS) -> Controller:
    return site(lab)


@pytest.fixture(scope="module")
def runs(controller: Controller) -> dict[str, Run]:
    """Plan, check mode, for real, and again."""
    done = {"plan": run(controller, "--tags", "plan"), "check": run(controller, "--check")}
    assert packs(controller) == START
    assert not (controller.folder / "evidence").exists()
    done["first"] = run(controller, "-vvvvv", "--diff")
    done["second"] = run(controller)
    return done


def test_the_plan_and_check_mode_write_nothing(runs: dict[str, Run]) -> None:
    for name in ("plan", "check"):
        assert runs[name].returncode == 0, runs[name].output
        assert runs[name].writes("ls1") == []
    shown = [runs[name].of("Show the plan")[0]["msg"] for name in ("plan", "check")]
    assert shown[0] == shown[1]
    assert "Remove key pack 2, and only that" in "\n".join(shown[0])


def test_the_right_cals_come_before_the_wrong_pack_goes(
    runs: dict[str, Run], controller: Controller
) -> None:
    assert runs["first"].returncode == 0, runs["first"].output
    writes = [each for each in runs["first"].writes("ls1") if "KeyPack" in each]
    assert writes == ["InstallOpenLicenseKeyPack", "UninstallLicenseKeyPackWithId"]
    assert sorted(packs(controller).values()) == CORRECTED


def test_the_evidence_tells_before_and_after(runs: dict[str, Run], controller: Controller) -> None:
    assert runs["first"].returncode == 0
    folder = controller.folder / "evidence"
    told = {}
    for when in ("before", "after"):
        path = folder / f"ls1.key_pack_{WRONG}.{when}.json"
        server = json.loads(path.read_text(encoding="utf-8"))["servers"][0]
        told[when] = {
            (each["program"], each["total"])
            for each in server["packs"]
            if each["program"] not in ("builtin", "temporary")
        }
        assert path.stat().st_mode & 0o777 == 0o600
    assert told["before"] == set(START.values())
    assert told["after"] == set(CORRECTED)


def test_a_second_run_changes_nothing(runs: dict[str, Run]) -> None:
    assert runs["second"].returncode == 0, runs["second"].output
    assert runs["second"].recap["ls1"]["changed"] == 0
    assert runs["second"].writes("ls1") == []


def test_no_number_is_printed_or_written(runs: dict[str, Run], controller: Controller) -> None:
    for secret in (NUMBER, AUTHORIZATION):
        assert leaks(controller, runs["first"], secret) == []


INSTALL, REMOVE = "InstallOpenLicenseKeyPack", "UninstallLicenseKeyPackWithId"


@pytest.mark.parametrize(
    ("first", "order"), [(False, [INSTALL, REMOVE]), (True, [REMOVE, INSTALL])]
)
def test_a_bundle_comes_before_anything_else_in_either_order(
    lab: LABS, first: bool, order: list[str]
) -> None:
    controller = site(lab)
    asked = {"lserver_migration_backup": True, "lserver_migration_remove_first": first}
    check = run(controller, "--check", **asked)
    assert check.returncode == 0, check.output
    # Check mode reads folders on the host by PowerShell, and makes nothing.
    assert set(check.writes("ls1")) <= {"Command"}
    assert check.of("Back up the license server")[-1]["bundle"] is None
    assert packs(controller) == START
    done = run(controller, **asked)
    assert done.returncode == 0, done.output
    bundle = done.of("Back up the license server")[-1]["bundle"]
    assert bundle["name"].endswith("-before_correction.zip")
    # The service was down for it only before the first call.
    writes = done.writes("ls1")
    assert [each for each in writes if each != "Command"] == order
    assert writes.index("Command") < writes.index(order[0])
    assert "Command" not in writes[writes.index(order[0]) :]
    assert sorted(packs(controller).values()) == CORRECTED
    service = controller.farm.hosts["ls1"].services["TermServLicensing"]
    assert service.state == "Running"
    again = run(controller, **asked)
    assert again.returncode == 0, again.output
    assert again.recap["ls1"]["changed"] == 0
    assert again.writes("ls1") == []


@pytest.mark.parametrize(
    ("row", "variables", "says"),
    [
        (None, {"lserver_migration_key_pack_id": 99}, "no key pack 99"),
        (None, {"lserver_migration_key_pack_id": TEMPORARY}, "Windows' own"),
        ({**RIGHT, "license_number": ""}, {}, "lacks license_number"),
        ({**RIGHT, "license_number": "123"}, {}, "8 digits"),
        ({**RIGHT, "version": "2025"}, {}, "cannot hold CALs of 2025"),
    ],
)
def test_it_is_refused_before_anything_is_removed(
    lab: LABS, row: Json | None, variables: Json, says: str
) -> None:
    controller = site(lab, row)
    refused = run(controller, **variables)
    assert refused.returncode != 0
    assert says in refused.one("Stop before anything is written")["msg"]
    assert refused.writes("ls1") == []
    assert packs(controller) == START


def test_a_refusal_of_microsoft_leaves_everything_and_writes_the_sheet(lab: LABS) -> None:
    controller = site(lab, outcome="already_used")
    refused = run(controller)
    assert refused.returncode != 0
    assert packs(controller) == START
    message = refused.one("Stop and say what to do")["msg"]
    assert "Microsoft refused with 0x80040203" in message
    sheet = Path(controller.folder / "evidence" / "ls1.clearinghouse.md")
    assert str(sheet) in message
    text = sheet.read_text(encoding="utf-8")
    assert NUMBER not in text
    assert NUMBER[-2:] in text
    assert "wrong license program" in text
