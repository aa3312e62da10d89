# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters, and the module and the role under the real ansible-playbook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.remote_desktop.licensing.plugins.filter.cal_report import FilterModule
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.formats import (
    FORMATS,
)
from unit.reporting.inventories import facts, monthly_history, pack, report, small_fleet

TREE = Path(__file__).resolve().parents[5]
FILTERS = FilterModule().filters()
NOW = "2026-11-21T09:30:00Z"

Json = dict[str, Any]


def test_one_documented_filter_per_format() -> None:
    assert set(FILTERS) == {f"cal_{name}" for name in FORMATS}
    folder = Path(__file__).parents[2] / "plugins" / "filter"
    assert {path.stem for path in folder.glob("*.yml")} == set(FILTERS)


@pytest.mark.parametrize("name", FORMATS)
def test_filters_and_reports_say_the_same(name: str) -> None:
    fleet = small_fleet()
    assert FILTERS[f"cal_{name}"](fleet, now=NOW) == FORMATS[name].render(report(fleet))


def test_the_options_of_the_filters() -> None:
    fleet = small_fleet()
    snapshots = monthly_history(report(fleet).inventory, 24)
    text = FILTERS["cal_json"](
        fleet,
        now=NOW,
        hosts=[*fleet, "ls9"],
        session_hosts={"sh1": {"mode": "per_user", "servers": [], "source": "policy"}},
        language="fr",
        title="Lyon",
        threshold=30,
        max_fact_age=1,
        expiry_notice=10,
        snapshots=[json.loads(each.to_json()) for each in snapshots[:12]]
        + [each.to_json() for each in snapshots[12:]]
        + ["x", None],
    )
    body = json.loads(text)
    assert body["options"] == {
        "threshold_percent": 30,
        "max_fact_age_hours": 1,
        "expiry_notice_days": 10,
    }
    assert (body["title"], body["language"]) == ("Lyon", "fr")
    assert body["servers"][-1]["facts"] == "missing"
    assert len(body["trends"][0]["points"]) == 25


@pytest.mark.parametrize(
    ("value", "options", "why"),
    [
        ("text", {}, "facts is a dictionary"),
        ({}, {"language": "de"}, "language is one of en, fr"),
        ({}, {"now": "soon"}, "now is a time"),
        ({}, {"threshold": -1}, "threshold"),
        ({}, {"color": "blue"}, "color"),
        ({}, {"threshold": "ten"}, "cal_csv"),
        ({}, {"session_hosts": []}, None),
        ({}, {"session_hosts": ["x"]}, "session_hosts is a dictionary"),
    ],
)
def test_filters_refuse_what_makes_no_sense(value: Any, options: Json, why: str | None) -> None:
    if why is None:
        assert FILTERS["cal_csv"](value, **options)
        return
    with pytest.raises(AnsibleFilterError, match=why):
        FILTERS["cal_csv"](value, **options)


class Playbook:
    """Runs plays about four license servers of which three have facts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reports = folder / "reports"
        self.facts = small_fleet()
        self.collected(datetime.now(UTC))
        names = [*self.facts, "ls4.example.com"]
        inventory = {
            "rds_license_servers": {
                "hosts": {name: {} for name in names},
                # They are Windows servers; nothing here may connect to one.
                "vars": {"ansible_connection": "winrm", "ansible_host": "127.0.0.9"},
            }
        }
        (folder / "inventory.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")

    def collected(self, when: datetime) -> None:
        """Let all facts be of that time."""
        for each in self.facts.values():
            each["collected_at"] = when.strftime("%Y-%m-%dT%H:%M:%SZ")

    def run(self, *tasks: Json, arguments: tuple[str, ...] = (), **play: Any) -> str:
        """Gather the facts, then run a play of these tasks; its output."""
        gather = {
            "hosts": "rds_license_servers",
            "gather_facts": False,
            "tasks": [
                {
                    "name": "Collect",
                    "ansible.builtin.set_fact": {
                        "rds_cal": "{{ collected[inventory_hostname] }}",
                        "cacheable": True,
                    },
                    "when": "inventory_hostname in collected",
                }
            ],
        }
        plays = [
            gather,
            {"hosts": "localhost", "gather_facts": False, "tasks": list(tasks), **play},
        ]
        (self.folder / "play.yml").write_text(yaml.safe_dump(plays), encoding="utf-8")
        (self.folder / "facts.json").write_text(
            json.dumps({"collected": self.facts, "reports": str(self.reports)}), encoding="utf-8"
        )
        binaries = Path(os.environ.get("RDS_ANSIBLE_BIN") or Path(sys.executable).parent)
        done = subprocess.run(
            [
                str(binaries / "ansible-playbook"),
                *("-i", "inventory.yml", "-e", "@facts.json", "play.yml", *arguments),
            ],
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder),
                "LC_ALL": "C.UTF-8",
                "ANSIBLE_COLLECTIONS_PATH": str(TREE),
                "ANSIBLE_NOCOLOR": "1",
                "ANSIBLE_PIPELINING": "1",
                "ANSIBLE_LOCALHOST_WARNING": "0",
                "ANSIBLE_PYTHON_INTERPRETER": str(binaries / "python"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stdout, done.stdout
        self.failed = done.returncode != 0
        return done.stdout


@pytest.fixture
def playbook(tmp_path: Path) -> Playbook:
    """A folder to run playbooks in."""
    return Playbook(tmp_path)


REPORT: Json = {
    "name": "Report",
    "remote_desktop.licensing.rds_cal_report": {"path": "{{ reports }}"},
}
ROLE: Json = {
    "name": "Report",
    "ansible.builtin.include_role": {
        "name": "remote_desktop.licensing.cal_inventory",
        "tasks_from": "report",
    },
    "vars": {"cal_inventory_output_path": "{{ reports }}"},
}


def test_the_module_over_the_facts_of_all_hosts(playbook: Playbook) -> None:
    look = {
        "remote_desktop.licensing.rds_cal_report": {"path": "{{ reports }}"},
        "check_mode": True,
        "register": "look",
    }
    nothing = {"ansible.builtin.stat": {"path": "{{ reports }}"}, "register": "found"}
    prove = {"ansible.builtin.assert": {"that": ["look is changed", "not found.stat.exists"]}}
    output = playbook.run(look, nothing, prove, REPORT, REPORT, arguments=("--diff",))
    assert not playbook.failed, output
    assert "localhost                  : ok=5    changed=2" in output
    assert "Windows Server 2022, Per User" in output.replace("\\u00a0", " ")
    body = json.loads((playbook.reports / "cal_inventory.json").read_text(encoding="utf-8"))
    assert [(each["name"], each["facts"]) for each in body["servers"]] == [
        ("ls1.example.com", "current"),
        ("ls2.example.com", "current"),
        ("ls3.example.com", "current"),
        ("ls4.example.com", "missing"),
    ]
    stock = next(each for each in body["stocks"] if each["state"] == "low")
    assert (stock["total"], stock["issued"], stock["available"]) == (200, 185, 15)
    assert (playbook.reports / "cal_inventory.html").stat().st_mode & 0o777 == 0o640
    assert playbook.reports.stat().st_mode & 0o777 == 0o750


def test_the_role(playbook: Playbook) -> None:
    output = playbook.run(ROLE, ROLE)
    assert not playbook.failed, output
    assert "changed=1" in output
    assert str(playbook.reports / "cal_inventory.html") in output
    assert (playbook.reports / "cal_inventory.csv").is_file()


def test_the_role_on_the_license_servers_runs_once_and_connects_to_none(
    playbook: Playbook,
) -> None:
    output = playbook.run(ROLE, hosts="rds_license_servers")
    assert not playbook.failed, output
    assert output.count("changed: [") == 1
    assert "changed: [ls1.example.com -> localhost]" in output


def test_the_role_says_what_is_wrong(playbook: Playbook) -> None:
    wrong = {**ROLE, "vars": {"cal_inventory_output_path": "not/absolute"}}
    output = playbook.run(wrong)
    assert playbook.failed
    assert "not an absolute path" in output.replace("\n", " ")
    unknown = {**ROLE, "vars": {**ROLE["vars"], "cal_inventory_formats": ["pdf"]}}
    output = playbook.run(unknown)
    assert playbook.failed
    assert "pdf" in output


def test_the_module_refuses_unknown_options(playbook: Playbook) -> None:
    task = {"remote_desktop.licensing.rds_cal_report": {"path": "/x", "colour": "blue"}}
    output = playbook.run(task)
    assert playbook.failed
    assert "colour" in output


def test_facts_are_data_even_if_they_look_like_templates(playbook: Playbook) -> None:
    odd = "{{ lookup('pipe', 'touch ' ~ reports ~ '-evil') }}"
    task = {
        "remote_desktop.licensing.rds_cal_report": {
            "path": "{{ reports }}",
            "facts": "{{ collected }}",
        }
    }
    playbook.facts = {"ls1": facts(pack(type_and_model="plain"), name="LS1")}
    playbook.collected(datetime.now(UTC))
    playbook.facts["ls1"]["packs"][0]["description"] = odd
    # As extra variables are templates, these facts come from a file instead.
    source = playbook.folder / "odd.json"
    source.write_text(json.dumps(playbook.facts), encoding="utf-8")
    task["remote_desktop.licensing.rds_cal_report"]["facts"] = (
        "{{ lookup('ansible.builtin.file', '" + str(source) + "') | from_json }}"
    )
    playbook.facts = {}
    output = playbook.run(task)
    assert not playbook.failed, output
    assert odd in (playbook.reports / "cal_inventory.csv").read_text(encoding="utf-8")
    assert not Path(f"{playbook.reports}-evil").exists()


def test_a_filter_in_a_playbook(playbook: Playbook) -> None:
    task = {
        "ansible.builtin.copy": {
            "content": "{{ collected | remote_desktop.licensing.cal_nagios(threshold=5) }}",
            "dest": str(playbook.folder / "line"),
            "mode": "0600",
        }
    }
    output = playbook.run(task)
    assert not playbook.failed, output
    line = (playbook.folder / "line").read_text(encoding="utf-8")
    assert line.startswith("RDS CAL CRITICAL - 3 license servers, 1 problem, 3 warnings")
