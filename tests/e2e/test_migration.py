# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook migrate_license_server.yml, from the plan to the deactivation."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from .runner import Controller, Json, Run
from .stories import LABS
from .test_secrets import leaks

PLAYBOOK = "remote_desktop.licensing.migrate_license_server"
NUMBER, AUTHORIZATION, AGREEMENT = "40040048", "ZZ77AUTHORISE15", "7117119"
CONTACT = {
    "first_name": "Anna",
    "last_name": "Example",
    "company": "Example Corp",
    "country": "France",
}
OLD_PACKS = [
    {"type": "per_user", "version": 2022, "program": "open", "total": 50, "issued": 12},
    {"type": "per_device", "version": 2022, "program": "volume", "total": 30, "issued": 21},
    {"type": "per_device", "version": 2019, "program": "temporary", "total": 5, "issued": 1},
]
SCENARIO: Json = {
    "domain": {"dns": "corp.example", "netbios": "CORP"},
    "clearinghouse": {
        "numbers": [
            {
                "channel": "open",
                "number": NUMBER,
                "authorization": AUTHORIZATION,
                "version": 2022,
                "type": "per_user",
                "quantity": 50,
                "used_by": [{"server": "lsold", "quantity": 50}],
            },
            {
                "channel": "agreement",
                "number": AGREEMENT,
                "agreement_type": 1,
                "version": 2022,
                "type": "per_device",
                "quantity": 30,
                "used_by": [{"server": "lsold", "quantity": 30}],
            },
        ]
    },
    "hosts": {
        "lsold": {
            "release": "2022",
            "roles": ["licensing"],
            "license_server": {
                "packs": OLD_PACKS,
                "contact": {
                    "FirstName": "Anna",
                    "LastName": "Example",
                    "Company": "Example Corp",
                    "CountryRegion": "France",
                },
            },
        },
        "lsnew": {"release": "2025", "roles": [], "groups": ["rds_license_servers"]},
        "shpolicy": {
            "release": "2022",
            "policy": {"mode": 4, "servers": "lsold.corp.example"},
            "rsop": "empty",
        },
        "shlocal": {
            "release": "2019",
            "local": {"mode": 2, "servers": ["lsold.corp.example", "other.corp.example"]},
        },
        "shnone": {"release": "2022", "local": {"mode": 4, "servers": ["other.corp.example"]}},
    },
}
PACKS = [
    {
        "channel": "open",
        "version": "2022",
        "type": "per_user",
        "quantity": 50,
        "license_number": NUMBER,
        "authorization_number": AUTHORIZATION,
    },
    {
        "channel": "agreement",
        "agreement_type": "enterprise",
        "version": "2022",
        "type": "per_device",
        "quantity": 30,
        "agreement_number": AGREEMENT,
    },
]
VARIABLES: Json = {
    "lserver_migration_old": "lsold",
    "lserver_migration_new": "lsnew",
    "lserver_migration_new_entry": "lsnew.corp.example",
    "lserver_migration_backup": False,
    "license_server_contact": CONTACT,
}


def table(run: Run, task: str = "Show the plan") -> str:
    """The plan as it was printed."""
    return "\n".join(run.one(task)["msg"])


def lists(controller: Controller) -> dict[str, list[str]]:
    """The license servers that each session host uses."""
    found = {}
    for name, state in controller.farm.state().items():
        servers = state["effective_servers"]
        if name.startswith("sh") and isinstance(servers, list):
            found[name] = servers
    return found


@pytest.fixture(scope="module")
def controller(lab: LABS) -> Controller:
    made = lab(SCENARIO)
    made.environment |= {
        "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(made.folder / "facts"),
        "ANSIBLE_LOG_PATH": str(made.folder / "ansible.log"),
    }
    # On the command line ansible-playbook itself would print them.
    made.host_variables = {"lsnew": {"lserver_migration_packs": PACKS}}
    return made


@dataclass(frozen=True)
class Story:
    """The runs of a migration in their order, and the lists after them."""

    plan: Run
    check: Run
    first: Run
    second: Run
    last: Run
    after_all: Run
    lists: dict[str, dict[str, list[str]]]
    issued_packs: list[int]


@pytest.fixture(scope="module")
def story(controller: Controller) -> Story:
    """Plan, check mode, until both serve, again, switch and deactivation, and once more."""
    seen = {"start": lists(controller)}
    plan = controller.run(PLAYBOOK, "--tags", "plan", **VARIABLES)
    check = controller.run(PLAYBOOK, "--check", **VARIABLES)
    seen["check"] = lists(controller)
    first = controller.run(PLAYBOOK, "-vvvvv", "--diff", **VARIABLES)
    seen["first"] = lists(controller)
    second = controller.run(PLAYBOOK, **VARIABLES)
    last = controller.run(
        PLAYBOOK,
        **VARIABLES,
        lserver_migration_switch=True,
        lserver_migration_deactivate_old=True,
    )
    seen["last"] = lists(controller)
    after_all = controller.run(PLAYBOOK, **VARIABLES, lserver_migration_switch=True)
    server = controller.farm.hosts["lsnew"].license_server
    assert server is not None
    totals = [pack.total for pack in server.packs.all() if pack.bought]
    return Story(plan, check, first, second, last, after_all, seen, totals)


def test_the_plan_writes_nothing_and_shows_everything(story: Story) -> None:
    assert story.plan.returncode == 0, story.plan.output
    assert all(not story.plan.writes(name) for name in SCENARIO["hosts"])
    shown = table(story.plan)
    for part in (
        "per_user    open          50      12",
        "temporary      5       1  temporary",
        "50 2022 per user open (open)",
        "2022  per_device         21     0      30        0",
        "transition: lsnew.corp.example, lsold.corp.example",
        "(other_servers)",
        "READY.",
    ):
        assert part in shown, shown
    assert max(map(len, story.plan.output.split('"msg": [')[1].split("]")[0].splitlines())) <= 80


def test_check_mode_writes_nothing_and_shows_the_same(story: Story) -> None:
    assert story.check.returncode == 0, story.check.output
    assert all(not story.check.writes(name) for name in SCENARIO["hosts"])
    assert story.lists["check"] == story.lists["start"]
    assert table(story.check) == table(story.plan)


def test_the_cals_are_imported_with_the_old_server_s_name_and_id(story: Story) -> None:
    assert story.first.returncode == 0, story.first.output
    calls = [each for each in story.first.calls("lsnew") if "LicenseKeyPack" in each]
    assert calls == ["ImportOpenPurchaseLicenseKeyPack", "ImportAgreementLicenseKeyPack"]
    assert story.issued_packs == [50, 30]
    assert "ActivateServerAutomatic" in story.first.calls("lsnew")
    assert story.first.writes("lsold") == []


def test_both_servers_serve_during_the_transition(story: Story) -> None:
    assert story.lists["first"] == {
        "shpolicy": ["lsnew.corp.example", "lsold.corp.example"],
        "shlocal": ["lsnew.corp.example", "lsold.corp.example", "other.corp.example"],
        "shnone": ["other.corp.example"],
    }


def test_a_list_stays_where_it_came_from(controller: Controller, story: Story) -> None:
    assert story.last.returncode == 0
    state = controller.farm.state()
    assert state["shpolicy"]["servers_source"] == "policy"
    assert state["shlocal"]["servers_source"] == "local"


def test_a_second_run_finds_everything_done(story: Story) -> None:
    assert story.second.returncode == 0, story.second.output
    assert "NOTHING TO DO." in table(story.second)
    assert {each["changed"] for each in story.second.recap.values()} == {0}
    assert all(not story.second.writes(name) for name in SCENARIO["hosts"])


def test_the_switch_and_the_deactivation_come_on_request_and_in_this_order(story: Story) -> None:
    assert story.last.returncode == 0, story.last.output
    assert story.lists["last"] == {
        "shpolicy": ["lsnew.corp.example"],
        "shlocal": ["lsnew.corp.example", "other.corp.example"],
        "shnone": ["other.corp.example"],
    }
    assert "DeactivateServerAutomatic" in story.last.calls("lsold")
    tasks = [each.task for each in story.last.events]
    switched = next(at for at, task in enumerate(tasks) if "Write the license servers" in task)
    assert switched < next(at for at, task in enumerate(tasks) if "Deactivate it" in task)


def test_after_everything_a_run_changes_nothing(story: Story) -> None:
    assert story.after_all.returncode == 0, story.after_all.output
    assert {each["changed"] for each in story.after_all.recap.values()} == {0}
    assert "[done]  Deactivate the old server" in table(story.after_all)


def test_no_number_is_printed_or_kept(story: Story, controller: Controller) -> None:
    assert (controller.folder / "facts").is_dir()
    assert len((controller.folder / "ansible.log").read_text(encoding="utf-8")) > 10_000
    for secret in (NUMBER, AUTHORIZATION, AGREEMENT):
        assert leaks(controller, story.first, secret) == []


# -- what goes wrong ---------------------------------------------------------------------------

FAST = {
    **VARIABLES,
    "lserver_migration_session_hosts": "sh1,sh2",
    "lserver_migration_timeout": 1,
}


def small(lab: LABS, packs: list[Json], **hosts: Json) -> Controller:
    """A smaller site: the same servers, and hosts of its own."""
    base = {name: SCENARIO["hosts"][name] for name in ("lsold", "lsnew")}
    usual = {"sh1": {"release": "2022", "local": {"mode": 4, "servers": ["lsold"]}}}
    made = lab({**SCENARIO, "hosts": {**base, **usual, **hosts}})
    made.host_variables = {"lsnew": {"lserver_migration_packs": packs}}
    return made


def test_a_missing_number_stops_before_anything_is_written(lab: LABS) -> None:
    packs = [{**PACKS[0], "authorization_number": ""}, PACKS[1]]
    controller = small(lab, packs)
    run = controller.run(PLAYBOOK, **FAST)
    assert run.returncode != 0
    assert "lacks authorization_number" in run.one("Stop before anything is written")["msg"]
    assert not run.writes("lsnew")
    assert not run.writes("sh1")
    assert NUMBER not in run.output


def test_packs_left_behind_and_hosts_without_cals_stop_until_accepted(lab: LABS) -> None:
    host = {"release": "2025", "local": {"mode": 2, "servers": ["lsold"]}}
    controller = small(lab, PACKS[:1], sh2=host)
    run = controller.run(PLAYBOOK, "--tags", "plan", **FAST)
    shown = table(run)
    assert "30 of 30 CALs of 2022 per device volume are in no row" in shown.replace("\n      ", " ")
    assert "NOT READY" in shown
    assert "sh2 (2025) will find no per device CAL" in shown.replace("\n      ", " ")
    accepted = controller.run(
        PLAYBOOK, "--tags", "plan", **FAST, lserver_migration_accept="no_such_code, left_behind"
    )
    assert "READY." in table(accepted)
    assert "NOT READY" not in table(accepted)


def test_a_host_that_is_away_keeps_the_old_server_activated(lab: LABS) -> None:
    controller = small(lab, PACKS, sh2={"local": {"mode": 4, "servers": ["lsold"]}})
    controller.host_variables["sh2"] = {"ansible_port": 1}
    run = controller.run(
        PLAYBOOK, **FAST, lserver_migration_switch=True, lserver_migration_deactivate_old=True
    )
    assert run.returncode != 0
    assert "sh2: not reached" in table(run).replace("\n      ", " ")
    assert lists(controller)["sh1"] == ["lsnew.corp.example"]
    assert "stays activated" in run.one("Be sure that nobody needs it")["msg"]
    assert "DeactivateServerAutomatic" not in run.calls("lsold")


PATTERN = "lserver_migration_session_hosts"
IMPORTS = ["ImportOpenPurchaseLicenseKeyPack", "ImportAgreementLicenseKeyPack"]


def facts_of_old(controller: Controller) -> Json:
    """What an earlier inventory said of the old license server."""
    old = controller.farm.hosts["lsold"].license_server
    assert old is not None
    return {
        "computer_name": "LSOLD",
        "license_server_id": old.license_server_id,
        "packs": [
            {"key_pack_id": 2, "type": "per_user", "program": "open", "version": "2022"}
            | {"total": 50, "issued": 12, "suite": "rds"}
        ],
    }


def imports(run: Run) -> list[str]:
    """The calls that brought CALs onto the new license server."""
    return [each for each in run.calls("lsnew") if each.startswith("Import")]


def test_a_dead_server_is_told_by_its_inventory(lab: LABS) -> None:
    controller = small(lab, PACKS)
    controller.host_variables["lsold"] = {"ansible_port": 1}
    run = controller.run(PLAYBOOK, **FAST, lserver_migration_old_facts=facts_of_old(controller))
    assert run.returncode == 0, run.output
    assert imports(run) == IMPORTS


def test_a_dead_server_need_not_be_named(lab: LABS) -> None:
    """What nobody answers in a survey comes as null."""
    controller = small(lab, PACKS)
    unanswered = {
        "lserver_migration_old": None,
        "lserver_migration_reason": None,
        "lserver_migration_reference": None,
        "lserver_migration_backup": True,
        "lserver_migration_deactivate_old": True,
    }
    facts = facts_of_old(controller)
    run = controller.run(PLAYBOOK, **{**FAST, **unanswered}, lserver_migration_old_facts=facts)
    assert run.returncode == 0, run.output
    assert imports(run) == IMPORTS
    assert run.requests["lsold"] == []


def test_session_hosts_that_are_none_are_told_before_anything_else(lab: LABS) -> None:
    """Without a pattern there are none, and the CALs come all the same."""
    controller = small(lab, PACKS)
    run = controller.run(PLAYBOOK, **{**FAST, PATTERN: "rds_session_host"})
    assert run.returncode != 0
    said = run.one("Know the session hosts")["msg"]
    assert "is rds_session_host, which matches no host" in said
    assert not any(run.requests.values())
    run = controller.run(PLAYBOOK, **{**FAST, PATTERN: ""})
    assert run.returncode == 0, run.output
    assert imports(run) == IMPORTS


def test_a_name_that_is_no_host_is_told_before_anything_else(lab: LABS) -> None:
    controller = small(lab, PACKS)
    run = controller.run(PLAYBOOK, **{**FAST, "lserver_migration_new": "lsnwe"})
    assert run.returncode != 0
    assert "lserver_migration_new has to name a host" in run.one("Know the license server")["msg"]
    assert not any(run.requests.values())


def test_the_bundle_comes_first_and_carries_a_label(lab: LABS) -> None:
    controller = small(lab, PACKS)
    variables = {**FAST, "lserver_migration_backup": True}
    check = controller.run(PLAYBOOK, "--check", **variables)
    assert check.returncode == 0, check.output
    # Check mode reads folders on the host by PowerShell, and makes nothing.
    assert set(check.writes("lsold")) <= {"Command"}
    assert check.of("Back up the license server")[0]["bundle"] is None
    folder = controller.folder / "bundles"
    run = controller.run(PLAYBOOK, **variables, lserver_migration_backup_fetch_to=str(folder))
    assert run.returncode == 0, run.output
    bundle = run.of("Back up the license server")[0]["bundle"]
    assert bundle["name"].endswith("-before_migration.zip")
    assert [path.name for path in folder.iterdir()] == [bundle["name"]]
    tasks = [each.task for each in run.events]
    first_call = next(at for at, task in enumerate(tasks) if "Bring the CALs onto" in task)
    assert next(at for at, task in enumerate(tasks) if "Back up the license" in task) < first_call
    again = controller.run(PLAYBOOK, **variables)
    assert again.returncode == 0
    assert {each["changed"] for each in again.recap.values()} == {0}


def test_a_gpo_that_delivers_the_list_is_named_with_the_new_list(lab: LABS) -> None:
    gpo = {
        "name": "RDS hosts",
        "guid": "{3F2504E0-4F89-41D3-9A0C-0305E82C3301}",
        "values": {"LicensingMode": 4, "LicenseServers": "lsold.corp.example"},
    }
    controller = small(lab, PACKS, sh2={"release": "2022", "gpo": gpo})
    run = controller.run(PLAYBOOK, **FAST)
    assert run.returncode != 0
    message = run.one("Say what the GPO has to deliver", "sh2")["msg"]
    assert "RDS hosts" in message
    assert message.endswith("lsnew.corp.example,lsold.corp.example")
    assert lists(controller)["sh1"] == ["lsnew.corp.example", "lsold"], "others go on"
    assert lists(controller)["sh2"] == ["lsold.corp.example"]


def test_a_refused_import_points_nobody_at_the_new_server_and_writes_the_sheet(lab: LABS) -> None:
    unknown = {**PACKS[1], "agreement_number": "9119119"}
    controller = small(lab, [PACKS[0], unknown])
    sheets = controller.folder / "sheets"
    run = controller.run(
        PLAYBOOK,
        **FAST,
        lserver_migration_output_path=str(sheets),
        lserver_migration_language="fr",
    )
    assert run.returncode != 0
    assert "Microsoft refused with 0x80040201" in run.one("Stop and say what to do")["msg"]
    assert lists(controller)["sh1"] == ["lsold"]
    text = (sheets / "lsnew.clearinghouse.md").read_text(encoding="utf-8")
    old = controller.farm.hosts["lsold"].license_server
    assert old is not None
    assert old.license_server_id[:5] in text
    assert "CAL à transférer" in text
    assert "9119119" not in text + run.output


def test_a_dead_server_is_told_by_its_newest_bundle(lab: LABS) -> None:
    controller = small(lab, PACKS)
    bundles = str(controller.folder / "bundles")
    backup = {"path": "C:\\ProgramData\\rds_bundles", "fetch_to": bundles}
    module = "remote_desktop.licensing.rds_lserver_backup"
    assert controller.play({module: backup}, hosts="lsold").returncode == 0
    controller.host_variables["lsold"] = {"ansible_port": 1}
    run = controller.run(PLAYBOOK, **FAST, lserver_migration_old_bundles=bundles)
    # The old server is not there to be backed up; its bundle is elsewhere, as the variable says.
    assert run.returncode == 0, run.output
    assert "per_user    open          50      12" in table(run)
    imports = [each for each in run.calls("lsnew") if each.startswith("Import")]
    assert imports == ["ImportOpenPurchaseLicenseKeyPack", "ImportAgreementLicenseKeyPack"]
