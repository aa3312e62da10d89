# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backup as people run it: the playbook over several license servers, and what it refuses."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from farm.model.host import Host
from unit.plugin_utils._licensing.database import bundle_parts

from .runner import Controller, Json, Run
from .stories import LABS

PLAYBOOK = "remote_desktop.licensing.backup_license_servers"
BACKUP = "remote_desktop.licensing.rds_lserver_backup"
FOLDER = r"D:\Backup\rds"
BUNDLE = r"LS\d-\d{8}T\d{6}Z\.zip"
DRIVES = {"C:": {"size": 2_000_000_000}, "D:": {"size": 2_000_000_000}}
PACKS = [{"version": "2022", "type": "per_device", "program": "open", "total": 20, "issued": 6}]
GROUPS = ["rds_license_servers"]
SERVER: Json = {
    "roles": ["licensing"],
    "license_server": {"packs": PACKS},
    "drives": DRIVES,
    "groups": GROUPS,
}
CHANGING = {"create", "write", "rename", "delete", "make_folder", "set_sddl", "link"}


def names(host: Host, folder: str = FOLDER) -> list[str]:
    """The names in a folder of a host."""
    with host.files.exempt():
        if not host.files.exists(folder):
            return []
        return sorted(each.name for each in host.files.list_folder(folder))


def touched(host: Host) -> set[str]:
    """The kinds of operations that changed a host's files."""
    return CHANGING & {each.kind for each in host.files.operations}


@dataclass
class Story:
    """The playbook in check mode, for real, again, and before a migration."""

    controller: Controller
    folder: Path
    check: Run
    touched_by_check: dict[str, set[str]]
    first: Run
    second: Run
    labeled: Run


@pytest.fixture(scope="module")
def story(lab: LABS, tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("fetched") / "bundles"
    hosts: dict[str, Json] = {
        "ls1": SERVER,
        "ls2": {**SERVER, "snapshot": "fails", "shadow_copies": {"existing": [{"drive": "C:"}]}},
        "ls3": {**SERVER, "drives": {**DRIVES, "D:": {"size": 1_000_000}}},
        "ls4": SERVER,
    }
    controller: Controller = lab({"hosts": hosts})
    controller.over_psrp = frozenset({"ls2"})
    controller.host_variables["ls4"] = {"ansible_host": "127.0.0.2", "ansible_port": 9}

    def run(*arguments: str, **variables: Any) -> Run:
        return controller.run(
            PLAYBOOK,
            *arguments,
            lserver_backup_path=FOLDER,
            lserver_backup_fetch_to=str(folder),
            **variables,
        )

    for host in controller.farm.hosts.values():
        host.files.clear()
    check = run("--check", "--diff")
    touched_by_check = {name: touched(host) for name, host in controller.farm.hosts.items()}
    first = run("--diff")
    second = run(lserver_backup_skip_when_younger_than_hours=24)
    labeled = run(lserver_backup_label="before_migration")
    return Story(controller, folder, check, touched_by_check, first, second, labeled)


def test_check_mode_writes_nothing_and_says_what_would_be(story: Story) -> None:
    assert story.touched_by_check == {"ls1": set(), "ls2": set(), "ls3": set(), "ls4": set()}
    for name in ("ls1", "ls2"):
        assert [each for each in story.check.requests[name] if each.writes and each.cls] == []
        made = story.check.one("Make a bundle", name)
        assert (made["changed"], made["bundle"], made["fetched"]) == (True, None, None)
        said = " ".join(story.check.one("Say what there is", name)["msg"])
        assert "Would make a bundle by the method auto in D:\\Backup\\rds" in said
        assert "There is no good bundle of ls" in said
        assert story.check.recap[name]["failed"] == 0
    for line in story.check.output.partition("Say what there is")[2].splitlines():
        if line.startswith('        "'):
            assert len(line) <= 80, line


def test_a_bundle_of_each_server_is_made_and_fetched(story: Story) -> None:
    for name, method in (("ls1", "esentutl_vssrec"), ("ls2", "stop_service")):
        made = story.first.one("Make a bundle", name)
        assert re.fullmatch(BUNDLE, made["bundle"]["name"])
        assert made["bundle"]["method"] == method
        assert made["fetched"]["sha256"] == made["bundle"]["sha256"]
        file = Path(made["fetched"]["path"])
        assert file.parent == story.folder
        assert file.stat().st_mode & 0o777 == 0o600
        assert made["bundle"]["name"] in names(story.controller.farm.hosts[name])
        assert story.first.recap[name]["failed"] == 0
    assert story.folder.stat().st_mode & 0o777 == 0o700


def test_a_server_that_fails_is_told_in_the_end_with_its_age(story: Story) -> None:
    assert story.first.recap["ls3"]["failed"] == 1
    told = story.first.one("Fail because there is no new bundle", "ls3")["msg"]
    assert "D: has 1 MB free, and the backup of this database may take 68 MB" in told
    assert "there is no good bundle of ls3" in told
    tasks = [each.task for each in story.first.events if each.host == "ls1"]
    assert "Make a bundle" in " ".join(tasks)


def test_a_server_that_is_not_there_is_unreachable_and_not_failed(story: Story) -> None:
    assert story.first.recap["ls4"]["unreachable"] == 1
    assert story.first.recap["ls4"]["failed"] == 0
    assert story.first.returncode in (4, 6)  # ansible-core shows the last of both, or their sum


def test_a_young_bundle_is_enough_for_the_next_run(story: Story) -> None:
    for name in ("ls1", "ls2"):
        assert story.second.recap[name]["changed"] == 0
        made = story.second.one("Make a bundle", name)
        first = story.first.one("Make a bundle", name)["bundle"]
        assert made["bundle"]["name"] == first["name"]
        said = " ".join(story.second.one("Say what there is", name)["msg"])
        assert "Nothing to do: " in said


def test_what_later_jobs_and_the_report_get(story: Story) -> None:
    made = story.first.one("Make a bundle", "ls1")
    kept = story.first.one("Keep how old", "ls1")["ansible_facts"]["lserver_backup_last"]
    assert kept["newest_good"] == made["fetched"]["path"]
    assert kept["newest_good_created"].endswith("Z")
    assert (kept["overdue"], kept["limit_hours"], kept["where"]) == (False, 192, "controller")
    stats = story.first.one("Tell later jobs", "ls1")["ansible_stats"]
    assert stats["data"]["lserver_backup"]["ls1"] == {
        "made": made["bundle"]["name"],
        "failed": False,
        "newest_good": made["fetched"]["path"],
        "overdue": False,
    }


def test_before_a_migration_a_page_lies_beside_the_bundle(story: Story) -> None:
    made = story.labeled.one("Make a bundle", "ls1")["bundle"]["name"]
    assert made.endswith("-before_migration.zip")
    for ending in (".zip", ".html", ".json"):
        file = story.folder / made.replace(".zip", ending)
        assert file.stat().st_mode & 0o777 == 0o600
    page = (story.folder / made.replace(".zip", ".html")).read_text(encoding="utf-8")
    assert "ls1" in page
    assert "2022" in page
    assert not list(story.folder.glob("*.html.part"))
    assert not [each for each in story.folder.glob("*.html") if "before_migration" not in each.name]


def test_no_service_was_left_stopped(story: Story) -> None:
    for host in story.controller.farm.hosts.values():
        assert host.services["TermServLicensing"].state == "Running"
        assert host.tasks.all() == []


# -- the alarm -------------------------------------------------------------------------------


def alarm_play(entry: str, **variables: Any) -> Json:
    role = {"name": "remote_desktop.licensing.lserver_backup", "tasks_from": entry}
    return {
        "hosts": "rds_license_servers",
        "gather_facts": False,
        "tasks": [{"name": "role", "ansible.builtin.include_role": role}],
        "vars": {"lserver_backup_path": FOLDER, **variables},
    }


def test_the_check_fails_with_name_and_age_and_asks_no_server(story: Story, tmp_path: Path) -> None:
    controller, folder = story.controller, str(story.folder)
    fine = controller.plays(alarm_play("check", lserver_backup_fetch_to=folder))
    # ls3 never had a bundle, and ls4 cannot be reached: both are judged by what lies here.
    assert {name: row["failed"] for name, row in fine.recap.items()} == {
        "ls1": 0,
        "ls2": 0,
        "ls3": 1,
        "ls4": 1,
    }
    assert all(not seen for seen in fine.requests.values())
    told = fine.one("too old", "ls4")["msg"]
    assert "ls4: there is no good bundle of ls4, and 192.0 is the limit" in told
    assert folder in told
    now = datetime.now(UTC)
    hours = (now - bundle_parts.CREATED).total_seconds() / 3600
    bundle_parts.made(tmp_path, hours - 200)
    old = controller.plays(
        alarm_play("check", lserver_backup_fetch_to=str(tmp_path)) | {"hosts": "ls1"}
    )
    told = old.one("too old", "ls1")["msg"]
    assert re.search(r"the last good bundle of LS1 is 200\.\d+ hours old, and 192\.0 is", told)
    quiet = controller.plays(
        alarm_play("check", lserver_backup_fetch_to=folder, lserver_backup_alarm=False)
    )
    assert quiet.returncode == 0
    assert quiet.one("Keep how old", "ls4")["ansible_facts"]["lserver_backup_last"]["overdue"]


def test_without_copies_the_bundles_on_the_server_count(story: Story) -> None:
    run = story.controller.plays(
        alarm_play("check", lserver_backup_check_where="server") | {"hosts": "ls1,ls4"}
    )
    kept = run.one("Keep how old", "ls1")["ansible_facts"]["lserver_backup_last"]
    assert kept["newest_good"].startswith(f"{FOLDER}\\LS1-")
    assert (run.recap["ls1"]["failed"], run.recap["ls4"]["unreachable"]) == (0, 1)
    assert not [each for each in run.requests["ls1"] if each.writes and each.cls]


def test_the_report_warns_of_old_backups(story: Story, tmp_path: Path) -> None:
    reporting = {
        "hosts": "localhost",
        "gather_facts": False,
        "tasks": [
            {
                "name": "Report",
                "remote_desktop.licensing.rds_cal_report": {
                    "path": str(tmp_path),
                    "formats": ["json"],
                },
            }
        ],
    }
    check = alarm_play("check", lserver_backup_fetch_to=str(story.folder))
    check["vars"]["lserver_backup_alarm"] = False
    run = story.controller.plays(check, reporting)
    assert run.returncode == 0, run.output
    found = json.loads((tmp_path / "cal_inventory.json").read_text(encoding="utf-8"))
    about = {each["name"]: each["backup"] for each in found["servers"]}
    assert about["ls1"]["newest_good"].endswith("Z")
    assert about["ls1"]["limit_hours"] == 192
    assert about["ls4"]["newest_good"] is None
    warned = [each["subject"] for each in found["findings"] if each["rule"] == "backup_young"]
    assert warned == ["ls3", "ls4"]


# -- another host keeps the copies -------------------------------------------------------------


def test_another_host_keeps_the_copies(lab: LABS, tmp_path: Path) -> None:
    controller = lab({"hosts": {"ls1": SERVER}})
    kept, staging = tmp_path / "kept", tmp_path / "staging"
    keeper = {
        "name": "a keeper",
        "ansible.builtin.add_host": {"name": "keeper", "ansible_connection": "local"},
    }
    first = {"hosts": "localhost", "gather_facts": False, "tasks": [keeper]}
    variables = {
        "lserver_backup_output_host": "keeper",
        "lserver_backup_fetch_to": str(kept),
        "lserver_backup_staging": str(staging),
        "lserver_backup_keep": 2,
    }
    kept.mkdir()
    old = [f"LS1-2020010{day}T000000Z.zip" for day in (1, 2, 3)]
    others = ["LS1-20200101T000000Z-before_migration.zip", "LS2-20200101T000000Z.zip", "LS1.txt"]
    for each in [*old, *others]:
        (kept / each).write_bytes(b"x")
    run = controller.plays(first, alarm_play("main", **variables))
    assert run.recap["ls1"]["failed"] == 0, run.output
    made = run.one("Make a bundle", "ls1")["bundle"]
    assert (kept / made["name"]).stat().st_mode & 0o777 == 0o600
    assert sorted(each.name for each in kept.iterdir()) == sorted([old[2], *others, made["name"]])
    assert list(staging.iterdir()) == []
    again = controller.plays(
        first, alarm_play("main", lserver_backup_skip_when_younger_than_hours=24, **variables)
    )
    assert again.recap["ls1"]["changed"] == 0, again.output
    assert list(staging.iterdir()) == []
    labeled = controller.plays(
        first, alarm_play("main", lserver_backup_label="before_move", **variables)
    )
    assert labeled.recap["ls1"]["failed"] == 0, labeled.output
    pages = sorted(each.name for each in kept.glob("LS1-*-before_move.*"))
    assert [each.partition(".")[2] for each in pages] == ["html", "json", "manifest.json", "zip"]


# -- bad input -------------------------------------------------------------------------------

BAD: dict[str, tuple[Json, tuple[str, ...]]] = {
    "no drive": ({"path": r"Backup\rds"}, ("has no drive", r"D:\Backup\rds")),
    "relative": ({"path": r"D:Backup"}, ("relative to a drive's current folder",)),
    "quotes": ({"path": '"D:\\Backup"'}, ("has no drive",)),
    "quotes inside": ({"path": 'D:\\"Backup"'}, ("no Windows file name", "quotes are not needed")),
    "dots": ({"path": r"D:\Backup\..\rds"}, ('has "." or ".."',)),
    "network": ({"path": r"\\nas\backup"}, ("is a network path", "fetch_to")),
    "missing drive": ({"path": r"Q:\Backup"}, ("no drive Q:", "local drive")),
    "full drive": ({"path": r"F:\Backup"}, ("F: has 1 MB free", "free some space")),
    "in the database": (
        {"path": r"C:\Windows\System32\lserver\bundles"},
        ("lies in the folder of the database",),
    ),
    "keep nothing": ({"path": FOLDER, "keep": 0}, ("keep is 0", "at least one bundle")),
    "label": ({"path": FOLDER, "label": "../../x"}, ("the label '../../x'",)),
    "hurry": ({"path": FOLDER, "restart_after": 1}, ("restart_after is 1 minutes", "5 to 240")),
    "fetch into a file": ({"path": FOLDER, "fetch_to": "/etc/hostname"}, ("is no folder",)),
    "method": ({"path": FOLDER, "method": "magic"}, ("value of method must be one of",)),
}


@dataclass
class Refusals:
    """What came of bad input, and the host that it was for."""

    run: Run
    host: Host


@pytest.fixture(scope="module", params=[[], ["--check"]], ids=["run", "check"])
def refusals(lab: LABS, request: pytest.FixtureRequest) -> Refusals:
    plan = {**SERVER, "drives": {**DRIVES, "F:": {"size": 1_000_000}}}
    controller = lab({"hosts": {"ls1": plan}})
    tasks = [
        {"name": f"Refused: {name}.", BACKUP: options, "ignore_errors": True}
        for name, (options, dummy) in BAD.items()
    ]
    controller.farm.hosts["ls1"].files.clear()
    run = controller.play(*tasks, hosts="ls1", arguments=request.param)
    return Refusals(run, controller.farm.hosts["ls1"])


@pytest.mark.parametrize("name", BAD)
def test_bad_input_says_what_is_wrong_and_what_to_do(refusals: Refusals, name: str) -> None:
    result = refusals.run.one(f"Refused: {name}.")
    assert refusals.run.statuses(f"Refused: {name}.") == {"ls1": "ignored"}
    for part in BAD[name][1]:
        assert part in result["msg"]


def test_bad_input_writes_nothing(refusals: Refusals) -> None:
    assert [each for each in refusals.run.requests["ls1"] if each.writes and each.cls] == []
    assert touched(refusals.host) == set()
    assert refusals.host.services["TermServLicensing"].state == "Running"


# -- two at once, and nothing secret in between --------------------------------------------------


def test_the_second_of_two_runs_names_the_holder(lab: LABS) -> None:
    controller = lab({"hosts": {"ls1": SERVER, "twin": SERVER}})
    found: Any = controller.farm.inventory("winrm", "http", "ntlm")
    same = found["all"]["children"]["rds_license_servers"]["hosts"]["ls1"]
    controller.host_variables["twin"] = same
    task = {"name": "Back up", BACKUP: {"path": FOLDER, "method": "stop_service"}}
    run = controller.play(task, hosts="ls1,twin")
    assert sorted(run.statuses("Back up").values()) == ["failed", "ok"], run.output
    (error,) = [each["msg"] for each in run.of("Back up") if "msg" in each]
    assert re.search(
        r"another run is at work on this license server: backup by \S+ \(process \d+\) since", error
    )
    assert "its claim ends at" in error
    ours = controller.farm.hosts["ls1"]
    assert len(names(ours)) == 1
    assert ours.services["TermServLicensing"].state == "Running"
    assert ours.tasks.all() == []


PASSWORD = "Pa55-Never-Shown-7F3A"


def test_no_password_is_shown_or_kept(lab: LABS, tmp_path: Path) -> None:
    hosts = {"ls1": SERVER, "ls2": {**SERVER, "faults": [{"kind": "http_500", "at": 30}]}}
    # Basic: all farms of one process share the accounts of NTLM.
    controller = lab(
        {"accounts": [{"name": "administrator", "password": PASSWORD}], "hosts": hosts},
        scheme="https",
        auth="basic",
    )
    controller.environment |= {
        "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(controller.folder / "facts"),
    }
    run = controller.run(
        PLAYBOOK,
        "-vvvvv",
        "--diff",
        lserver_backup_path=FOLDER,
        lserver_backup_fetch_to=str(tmp_path),
        lserver_backup_label="before_migration",
    )
    assert run.recap["ls1"]["changed"] == 2, run.output
    assert len(run.output) > 10_000
    assert [line for line in run.output.splitlines() if PASSWORD in line] == []
    assert not [each.task for each in run.events if PASSWORD in json.dumps(each.result)]
    for folder in (tmp_path, controller.folder / "facts"):
        files = [each for each in folder.iterdir() if each.is_file()]
        assert files
        assert [each for each in files if PASSWORD.encode() in each.read_bytes()] == []
    for file in tmp_path.glob("*.zip"):
        archive = zipfile.ZipFile(file)
        assert not [each for each in archive.namelist() if PASSWORD.encode() in archive.read(each)]
