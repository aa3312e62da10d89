# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bundles listed over the wire, and on the controller while nobody answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from unit.plugin_utils._licensing.database.bundle_parts import as_json, identity, made

from .runner import Controller, Json, Run
from .stories import LABS

INFO = "remote_desktop.licensing.rds_lserver_backup_info"
HOST = "ls1"
FOLDER = "D:\\Backup"
GOOD = "LS1-20261121T220000Z.zip"
NEWER = "LS1-20261121T230000Z.zip"
HOSTILE = "{{ lookup('pipe', 'id') }}"
SERVER, SERVER_CHECK, CONTROLLER, MISSING, NETWORK, PRINTED = (
    "Bundles on the server",
    "Bundles of another computer",
    "Bundles on the controller",
    "A bundle that is not there",
    "A network path",
    "What a bundle says, printed",
)


@dataclass
class Both:
    """The run over the wire, and the folder of the controller with the same bundles."""

    run: Run
    folder: Path


def info(name: str, **options: Any) -> Json:
    return {"name": name, INFO: options, "register": "found", "ignore_errors": True}


def fill(folder: Path) -> None:
    """A good bundle, and a newer one that is hostile."""
    made(folder).write(folder)
    bad = made(folder, 1)
    bad.entries["identity.json"] = as_json(identity(product_id=HOSTILE))
    bad.with_entry("../evil.ps1", b"x").write(folder)
    (folder / f"{NEWER}.part").write_bytes(b"x")
    (folder / "notes.txt").write_bytes(b"x")


@pytest.fixture(scope="module", params=["winrm", "psrp"])
def both(
    lab: LABS, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Both:
    folder = tmp_path_factory.mktemp("bundles")
    fill(folder)
    plan = {"roles": ["licensing"], "drives": {"D:": {}}}
    controller: Controller = lab({"hosts": {HOST: plan}}, connection=request.param)
    files = controller.farm.hosts[HOST].files
    files.make_folder(FOLDER)
    for each in folder.iterdir():
        files.place(f"{FOLDER}\\{each.name}", each.read_bytes())
    run = controller.play(
        info(SERVER, path=FOLDER, verify=True, max_age_hours=1),
        {"name": PRINTED, "ansible.builtin.debug": {"msg": "{{ found.bundles[0].product_id }}"}},
        info(SERVER_CHECK, path=FOLDER, server="ls9", max_age_hours=1) | {"check_mode": True},
        info(CONTROLLER, path=str(folder), where="controller", verify=True),
        info(MISSING, path=f"{FOLDER}\\LS1-20200101T000000Z.zip"),
        info(NETWORK, path="\\\\nas\\backup"),
        hosts="rds_license_servers",
    )
    return Both(run, folder)


def test_the_bundles_on_the_server(both: Both) -> None:
    found = both.run.one(SERVER)
    bad, good = found["bundles"]
    assert (good["name"], good["verified"], good["problems"]) == (GOOD, True, [])
    assert good["database"]["state"] == "clean_shutdown"
    assert good["packs"][0]["total"] == 100
    assert (bad["name"], bad["verified"]) == (NEWER, False)
    assert {each["code"] for each in bad["problems"]} == {"entry_name"}
    assert found["newest_good"] == f"{FOLDER}\\{GOOD}"
    assert found["unfinished"] == [f"{NEWER}.part"]
    assert found["changed"] is False


def test_the_same_on_the_controller(both: Both) -> None:
    here, there = both.run.one(CONTROLLER), both.run.one(SERVER)
    for one, other in zip(here["bundles"], there["bundles"], strict=True):
        assert one["path"] == str(both.folder / one["name"])
        different = ("path", "age_hours")
        assert {k: v for k, v in one.items() if k not in different} == {
            k: v for k, v in other.items() if k not in different
        }


def test_what_a_bundle_says_is_never_a_template(both: Both) -> None:
    assert both.run.one(SERVER)["bundles"][0]["product_id"] == HOSTILE
    assert both.run.one(PRINTED)["msg"] == HOSTILE


def test_check_mode_reads_as_well(both: Both) -> None:
    found = both.run.one(SERVER_CHECK)
    assert (found["bundles"], found["overdue"]) == ([], True)


def test_what_fails_says_what_to_do(both: Both) -> None:
    assert "there is no file" in both.run.one(MISSING)["msg"]
    assert "fetch_to" in both.run.one(NETWORK)["msg"]


def test_a_server_that_is_gone_still_tells_its_packs(lab: LABS, tmp_path: Path) -> None:
    fill(tmp_path)
    controller = lab({"hosts": {HOST: {"roles": ["licensing"]}}})
    controller.host_variables[HOST] = {"ansible_host": "127.0.0.2", "ansible_port": 9}
    task = info(CONTROLLER, path=str(tmp_path), where="controller")
    run = controller.play(
        task,
        task | {"name": "Delegated", "delegate_to": "localhost"},
        hosts="rds_license_servers",
    )
    for name in (CONTROLLER, "Delegated"):
        bundle = run.one(name)["bundles"][1]
        assert bundle["license_server_id"].startswith("4C5XY")
        assert bundle["issued_total"] == 37
    assert run.requests[HOST] == []
