# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook recover_after_reinstall.yml: reinstall, sheet, the answer of the telephone."""

from __future__ import annotations

from pathlib import Path

import pytest

from .runner import Controller, Json, Run
from .stories import LABS
from .test_secrets import leaks

PLAYBOOK = "remote_desktop.licensing.recover_after_reinstall"
NUMBER, AUTHORIZATION, KEY = "40040050", "ZZ99AUTHORISE15", "KK22MM33NN44PP55QQ66RR777"
CODE = "TT11VV22WW33XX44YY55BB66CC77DD88FF9"
EARLIER = "H" * 35
CONTACT = {
    "first_name": "Anna",
    "last_name": "Example",
    "company": "Example Corp",
    "country": "France",
}
PACKS: list[Json] = [
    {
        "channel": "open",
        "version": "2022",
        "type": "per_user",
        "quantity": 50,
        "license_number": NUMBER,
        "authorization_number": AUTHORIZATION,
    },
    {
        "channel": "retail",
        "version": "2022",
        "type": "per_device",
        "quantity": 20,
        "license_code": KEY,
    },
]


def site(lab: LABS, reinstalls: int) -> Controller:
    """A bare server that was a license server; its key may be used again so many times."""
    used = [{"server": "ls1", "id": EARLIER}]
    numbers = [
        {
            "channel": "open",
            "number": NUMBER,
            "authorization": AUTHORIZATION,
            "version": 2022,
            "type": "per_user",
            "quantity": 50,
            "used_by": [{**used[0], "quantity": 50}],
        },
        {
            "channel": "retail",
            "number": KEY,
            "version": 2022,
            "type": "per_device",
            "quantity": 20,
            "used_by": used,
            "reinstalls": reinstalls,
        },
        {
            "channel": "key_pack_id",
            "number": CODE,
            "version": 2022,
            "type": "per_device",
            "quantity": 20,
            "server": "ls1",
        },
    ]
    bare = {"release": "2022", "roles": [], "groups": ["rds_license_servers"]}
    made = lab({"clearinghouse": {"numbers": numbers}, "hosts": {"ls1": bare}})
    made.host_variables = {"ls1": {"lserver_migration_packs": PACKS}}
    return made


def run(controller: Controller, *arguments: str, **variables: object) -> Run:
    """Run the playbook with a folder for the sheet."""
    usual: Json = {
        "lserver_migration_server": "ls1",
        "lserver_migration_output_path": str(controller.folder / "sheets"),
        "lserver_migration_timeout": 1,
        "license_server_contact": CONTACT,
    }
    return controller.run(PLAYBOOK, *arguments, **{**usual, **variables})


def totals(controller: Controller) -> list[int]:
    """Of the packs that were bought."""
    server = controller.farm.hosts["ls1"].license_server
    return [] if server is None else sorted(p.total for p in server.packs.all() if p.bought)


def test_the_reinstall_methods_are_enough(lab: LABS) -> None:
    controller = site(lab, reinstalls=3)
    plan = run(controller, "--tags", "plan")
    check = run(controller, "--check")
    assert (plan.returncode, check.returncode) == (0, 0), plan.output + check.output
    assert plan.writes("ls1") == check.writes("ls1") == []
    assert plan.one("Show the plan")["msg"] == check.one("Show the plan")["msg"]
    first = run(controller)
    assert first.returncode == 0, first.output
    assert [each for each in first.calls("ls1") if "KeyPack" in each] == [
        "ReinstallOpenPurchaseLicenseKeyPack",
        "ReinstallRetailPurchaseLicenseKeyPack",
    ]
    assert totals(controller) == [20, 50]
    assert not (controller.folder / "sheets").exists()
    second = run(controller)
    assert second.returncode == 0
    assert second.recap["ls1"]["changed"] == 0


@pytest.fixture(scope="module")
def refused(lab: LABS) -> Controller:
    """Microsoft refuses the second number."""
    return site(lab, reinstalls=0)


@pytest.fixture(scope="module")
def refusal(refused: Controller) -> Run:
    return run(refused, "-vvvvv", "--diff", lserver_migration_reason="The system disk failed")


def test_a_refusal_writes_the_sheet_and_stops(refused: Controller, refusal: Run) -> None:
    assert refusal.returncode != 0
    assert totals(refused) == [50], "what Microsoft gave stays"
    message = refusal.one("Stop and say what to do")["msg"]
    assert "Microsoft refused with 0x80040204" in message
    assert "lserver_migration_answers" in message
    sheet = Path(refused.folder / "sheets" / "ls1.clearinghouse.md")
    text = sheet.read_text(encoding="utf-8")
    server = refused.farm.hosts["ls1"].license_server
    assert server is not None
    assert server.license_server_id is not None
    assert server.license_server_id[:5] + "-" in text
    for part in ("The system disk failed", "0x80040204", "Example Corp", '  "1":', "| 1 | 20 |"):
        assert part in text, text
    assert "| 0 | 50 |" not in text, "the row that Microsoft gave is not asked for"
    assert {path.stat().st_mode & 0o777 for path in sheet.parent.iterdir()} == {0o600}


def test_the_answer_of_the_telephone_finishes_it(refused: Controller, refusal: Run) -> None:
    """Three lines of the sheet, with the code from the vault."""
    assert refusal.returncode != 0
    answer = {
        "1": {
            "channel": "key_pack_id",
            "version": "2022",
            "type": "per_device",
            "quantity": 20,
            "key_pack_code": CODE,
        }
    }
    refused.host_variables["ls1"]["lserver_migration_answers"] = answer
    done = run(refused, "-vvvvv")
    assert done.returncode == 0, done.output
    calls = [each for each in done.calls("ls1") if "KeyPack" in each]
    assert calls == ["InstallLicenseKeyPack"]
    assert totals(refused) == [20, 50]
    again = run(refused)
    assert again.returncode == 0
    assert again.recap["ls1"]["changed"] == 0
    for each in (refusal, done):
        for secret in (NUMBER, AUTHORIZATION, KEY, CODE):
            assert leaks(refused, each, secret) == []


def test_no_way_to_microsoft_is_no_refusal(lab: LABS) -> None:
    """The number of a name that is not resolved: the network has to be mended, not telephoned."""
    controller = site(lab, reinstalls=3)
    assert run(controller, "--tags", "plan").returncode == 0
    bare = {
        "release": "2022",
        "license_server": {"clearinghouse": "no_name"},
        "roles": ["licensing"],
    }
    offline = lab({"hosts": {"ls1": bare}})
    offline.host_variables = {"ls1": {"lserver_migration_packs": PACKS[:1]}}
    failed = run(offline)
    assert failed.returncode != 0
    assert "0x80072EE7" in failed.one("Stop where Microsoft was not the one")["msg"]
    assert not (offline.folder / "sheets").exists()
