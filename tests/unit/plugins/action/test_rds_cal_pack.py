# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugins about CALs over a stand-in of a license server, and what they show."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
from ansible import context
from ansible.utils.context_objects import CLIArgs
from ansible_collections.remote_desktop.licensing.plugins.action import (
    rds_cal_pack,
    rds_issued_cal,
    rds_issued_cal_info,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils import _action
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    Progress,
)
from unit.plugin_utils.fake_pack_server import (
    DEVICE,
    PackServer,
    Trouble,
    builtin,
    issued,
    pack,
)
from unit.plugin_utils.pack_rows import CODE, LICENSE, NUMBERS, row
from unit.plugin_utils.soap import fault
from unit.plugin_utils.task_stand_ins import Connection, Task, action_of

BARE = CODE.replace("-", "")


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> PackServer:
    """The license server behind every connection."""
    packs = [builtin(), pack(2, 20), pack(3, 50, ProductType=DEVICE)]
    fake = PackServer(packs, issued=[issued(1, pack_id=3), issued(2, pack_id=3)])
    monkeypatch.setattr(_action, "carrier_for", lambda dummy: fake)
    monkeypatch.setattr(context, "CLIARGS", CLIArgs({}))
    return fake


def run(module: Any, check_mode: bool = False, **options: Any) -> dict[str, Any]:
    task = Task(options, check_mode=check_mode, diff=True)
    action = action_of(module.ActionModule, task, Connection())
    result: dict[str, Any] = action.run(None, {"inventory_hostname": "ls1"})
    return result


def given(channel: str = "open", quantity: int = 50, **more: Any) -> dict[str, Any]:
    """A row as a playbook holds it."""
    found = row(channel, quantity, **more)
    return {name: value for name, value in found.items() if value is not None}


def shown(result: dict[str, Any]) -> list[str]:
    """The numbers that a result holds, in any letters, with and without hyphens."""
    text = json.dumps(result)
    flat = text.upper().replace("-", "")
    return [each for each in NUMBERS if each in text or each.replace("-", "") in flat]


@pytest.mark.parametrize("check_mode", [True, False])
def test_packs_are_installed(host: PackServer, check_mode: bool) -> None:
    result = run(rds_cal_pack, check_mode, packs=[given()])
    assert result["changed"]
    assert result["installed"][0]["quantity"] == 30
    assert result["diff"]["after"] == result["after"]
    assert host.methods == ([] if check_mode else ["InstallOpenLicenseKeyPack"])
    assert shown(result) == []
    assert result["invocation"]["module_args"]["packs"][0]["version"] == "2022"


def test_versions_and_numbers_without_quotation_marks(host: PackServer) -> None:
    # YAML reads them as integers.
    result = run(rds_cal_pack, packs=[given(version=2022, license_number=12345678)])
    assert result["changed"]
    assert host.calls[0][1]["sLicenseNumber"] == "12345678"
    assert "12345678" not in json.dumps(result)


def test_a_pack_is_removed(host: PackServer) -> None:
    result = run(rds_cal_pack, state="absent", key_pack_id=2, keep=5)
    assert (result["changed"], result["removed"]) == (True, 15)
    assert host.totals()[2] == 5


@pytest.mark.parametrize(
    "echo",
    [BARE, CODE, BARE.lower(), CODE.lower(), f"key={BARE};"],
)
def test_what_windows_echoes_is_masked(host: PackServer, echo: str) -> None:
    host.trouble = [Trouble(fault(2150859010, "w:InternalError", f"no: {echo}"))]
    result = run(rds_cal_pack, packs=[given("retail", 20, license_code=CODE.lower())])
    assert result["failed"]
    assert "no: " in result["msg"]
    assert shown(result) == []


@pytest.mark.parametrize(
    "packs",
    [
        [{**given("retail"), "licence_code": BARE}],
        [{**given("retail"), "channel": CODE}],
        [{**given("retail"), "quantity": CODE}],
        [{**given("open"), "license_number": int(LICENSE + "7")}],
        [CODE],
        f"license_code={CODE}",
        {"license_code": CODE},
    ],
    ids=["misspelled", "channel", "quantity", "integer", "text", "line", "dict"],
)
def test_numbers_in_options_that_are_refused_are_masked(host: PackServer, packs: Any) -> None:
    result = run(rds_cal_pack, packs=packs)
    assert result["failed"]
    assert shown(result) == []
    assert host.reads == []


def test_a_lost_answer_ends_in_a_time_and_no_advice_to_repeat(
    host: PackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_action, "Progress", partial(Progress, sleep=host.sleep))
    host.trouble = [Trouble(fault(2150858793, "w:TimedOut", "x"))]
    result = run(rds_cal_pack, packs=[given()], timeout=60)
    assert result["do_not_repeat_before"].endswith("Z")
    assert result["uncertain"].startswith("install 30 per_user CALs of 2022")
    assert "Running the task again" not in result["msg"]
    assert (result["changed"], result["failed"]) == (False, True)


def test_cals_are_listed_and_revoked(host: PackServer) -> None:
    found = run(rds_issued_cal_info, status=["active"])
    assert [each["license_id"] for each in found["licenses"]] == [1, 2]
    told = run(rds_issued_cal, True, computers=["pc1"])
    done = run(rds_issued_cal, computers=["pc1"])
    assert told["revoked"] == done["revoked"]
    assert done["changed"]
    assert done["diff"]["after"]["licenses"][0]["status"] == "revoked"
    assert host.methods == ["Revoke"]
    assert run(rds_issued_cal_info, status=["revoked"])["matched"] == 1


@pytest.mark.parametrize("module", [rds_cal_pack, rds_issued_cal])
def test_no_result_is_taken_for_a_skipped_task(host: PackServer, module: Any) -> None:
    options = {"packs": [given()]} if module is rds_cal_pack else {"license_ids": [1, 77]}
    result = run(module, **options)
    assert not {"skipped", "results", "ansible_facts", "rc", "stdout"} & set(result)
    assert host.calls


def test_a_selection_is_needed(host: PackServer) -> None:
    result = run(rds_issued_cal)
    assert result["failed"]
    assert "license_ids" in result["msg"]
    assert host.reads == []


def test_a_bare_server_in_check_mode(host: PackServer) -> None:
    host.installed = False
    assert run(rds_cal_pack, True, packs=[given()])["changed"]
    assert run(rds_issued_cal_info, True)["licenses"] == []
    assert run(rds_issued_cal, True, duplicates=True)["changed"] is False
    assert run(rds_issued_cal_info)["failed"]
