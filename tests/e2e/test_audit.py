# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks diagnose and audit on a farm: report, fixes by name, evidence, exit behavior."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from .runner import Controller, Json, Run
from .stories import LABS, POLICY, STRAY, Snapshot

DIAGNOSE = "remote_desktop.licensing.diagnose"
AUDIT = "remote_desktop.licensing.audit"
NUMBER = "65432178"
SERVERS = ["ls1.corp.example", "ls2.corp.example"]
GOOD = {"mode": 4, "servers": ",".join(SERVERS)}
FIXES = ("policy_mode", "policy_servers", "stray_subkeys", "start_service")


def license_server(total: int) -> Json:
    """An activated license server with CALs."""
    pack = {"type": "per_user", "total": total, "version": "2022", "issued": 5}
    return {
        "release": "2022",
        "roles": ["licensing"],
        "license_server": {"activated": True, "packs": [pack]},
    }


HOSTS: dict[str, Json] = {
    "ls1": license_server(30),
    "ls2": license_server(12),
    "good": {"release": "2022", "policy": GOOD},
    "bare": {"release": "2022", "grace_days": 12},
    "spent": {"release": "2019", "grace_days": 0, "policy": {"mode": 4}},
    "strays": {
        "release": "2022",
        "policy": GOOD,
        "registry": {STRAY: {}, rf"{STRAY}\000": {}},
    },
    "stopped": {"release": "2022", "policy": GOOD, "stopped_services": ["TermService"]},
    "ruled": {
        "release": "2022",
        "gpo": {
            "name": "RDS (old)",
            "guid": "{3F2504E0-4F89-41D3-9A0C-0305E82C3301}",
            "values": {"LicensingMode": 2, "LicenseServers": SERVERS[0]},
        },
    },
    "gone": {"release": "2022", "policy": GOOD},
}
WANTED = {"licensing_audit_wanted_mode": "per_user", "licensing_audit_wanted_servers": SERVERS}


def controller_of(lab: LABS, **hosts: Json) -> Controller:
    """A controller with these hosts; ``gone`` does not answer."""
    controller = lab({"hosts": {**HOSTS, **hosts}})
    controller.host_variables = {"gone": {"ansible_port": 1}}
    return controller


def results(run: Run) -> Json:
    """What the playbook hands on."""
    found: Json = run.one("Say what was found")["msg"]
    return found


def body_of(folder: Path) -> Json:
    """The report as JSON."""
    found: Json = json.loads((folder / "licensing_audit.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def diagnosed(lab: LABS) -> tuple[Controller, list[Run], Path]:
    """A diagnosis of all hosts, twice."""
    controller = controller_of(lab)
    folder = controller.folder / "report"
    variables = {
        **WANTED,
        "licensing_audit_output_path": str(folder),
        "licensing_audit_formats": ["html", "json", "junit", "hosts_csv"],
    }
    return controller, [controller.run(DIAGNOSE, **variables) for dummy in range(2)], folder


def test_every_host_is_in_the_report_with_its_verdict(
    diagnosed: tuple[Controller, list[Run], Path],
) -> None:
    run, folder = diagnosed[1][0], diagnosed[2]
    assert run.returncode == 0, run.output
    hosts = {each["name"]: each for each in body_of(folder)["farm"]["hosts"]}
    assert {name: each["verdict"] for name, each in hosts.items()} == {
        "spent": "expired",
        "stopped": "misconfigured",
        "bare": "grace",
        "gone": "unknown",
        "good": "licensed",
        "strays": "licensed",
        "ruled": hosts["ruled"]["verdict"],
        "ls1": "not_applicable",
        "ls2": "not_applicable",
    }
    assert hosts["gone"]["diagnosis"] == "unreachable"
    assert hosts["bare"]["stops_on"] is not None
    told = results(run)
    assert told["worst_verdict"] == "expired"
    assert told["verdicts"]["unknown"] == 1
    assert {"spent", "stopped", "bare", "gone"} <= set(told["failing"])


def test_diagnosing_writes_nothing_on_any_host(
    diagnosed: tuple[Controller, list[Run], Path],
) -> None:
    for run in diagnosed[1]:
        for host in HOSTS:
            assert set(run.writes(host)) <= {"Command"}, "the step that reads events"


def test_the_second_run_changes_nothing(diagnosed: tuple[Controller, list[Run], Path]) -> None:
    first, second = (run.one("Write the report") for run in diagnosed[1])
    assert (first["changed"], second["changed"]) == (True, False)
    assert second["written"] == []


def test_the_table_and_the_tests_of_the_report(
    diagnosed: tuple[Controller, list[Run], Path],
) -> None:
    folder = diagnosed[2]
    with (folder / "licensing_audit.hosts.csv").open(encoding="utf-8", newline="") as text:
        found = {row["Host"]: row for row in csv.DictReader(text)}
    assert found["spent"]["Verdict"] == "expired"
    root = ElementTree.parse(folder / "licensing_audit.junit.xml").getroot()
    failed = {
        (each.attrib["classname"], each.attrib["name"])
        for each in root.iter("testcase")
        if each.find("failure") is not None
    }
    assert ("not_diagnosed", "gone") in failed
    assert ("session_service_stopped", "stopped") in failed
    assert not {rule for rule, name in failed if name == "good"}


def test_a_report_in_another_job_comes_from_the_fact_cache(lab: LABS) -> None:
    controller = controller_of(lab)
    controller.environment = {
        "ANSIBLE_CACHE_PLUGIN": "jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(controller.folder / "cache"),
    }
    folder = controller.folder / "report"
    variables = {"licensing_audit_output_path": str(folder)}
    sliced = controller.run(DIAGNOSE, "--tags", "diagnose", "--limit", "ls1:good:bare", **variables)
    assert sliced.of("Write the report") == []
    run = controller.run(DIAGNOSE, "--tags", "report", **variables)
    assert run.returncode == 0, run.output
    assert all(run.soap(host) == [] for host in HOSTS)
    states = {each["name"]: each["diagnosis"] for each in body_of(folder)["farm"]["hosts"]}
    assert (states["good"], states["bare"]) == ("current", "current")
    assert states["spent"] == "missing", "never dropped"


@pytest.mark.parametrize(("fail_at", "code"), [("error", 2), ("never", 0)])
def test_the_job_fails_at_a_severity_after_the_report_was_written(
    lab: LABS, fail_at: str, code: int
) -> None:
    controller = lab({"hosts": {name: HOSTS[name] for name in ("ls1", "ls2", "good", "spent")}})
    folder = controller.folder / "report"
    variables = {"licensing_audit_output_path": str(folder), "licensing_audit_fail_at": fail_at}
    run = controller.run(DIAGNOSE, **variables)
    assert run.returncode == code, run.output
    assert body_of(folder)["farm"]["verdicts"]["expired"] == 1
    if code:
        msg = run.one("Fail where")["msg"]
        assert msg.startswith(f"1 at or above {fail_at}: spent (")


def test_a_healthy_farm_passes_at_every_severity(lab: LABS) -> None:
    controller = lab({"hosts": {name: HOSTS[name] for name in ("ls1", "ls2", "good")}})
    variables = {"licensing_audit_output_path": str(controller.folder / "report")}
    run = controller.run(DIAGNOSE, **variables, licensing_audit_fail_at="warning")
    assert run.returncode == 0, (results(run), run.output)


@pytest.fixture(scope="module")
def fixed(lab: LABS) -> tuple[dict[str, dict[str, set[str]]], dict[str, Run]]:
    """What each fix changed on each host, one after the other; check mode first."""
    controller = controller_of(lab)
    variables = {**WANTED, "licensing_audit_output_path": str(controller.folder / "report")}
    changed: dict[str, dict[str, set[str]]] = {}
    runs = {}
    farm = controller.farm.hosts
    steps: dict[str, tuple[str, ...]] = {
        "check": ("--tags", "fix", "--check"),
        "no_wish": ("--tags", "policy_mode,policy_servers"),
        **{each: ("--tags", each) for each in FIXES},
        "again": ("--tags", "fix"),
    }
    for name, arguments in steps.items():
        wishes = dict(variables)
        if name == "no_wish":
            wishes |= {"licensing_audit_wanted_mode": "", "licensing_audit_wanted_servers": []}
        before = {host: Snapshot.of(each) for host, each in farm.items()}
        runs[name] = controller.run(DIAGNOSE, *arguments, **wishes)
        changed[name] = {
            host: before[host].changes(Snapshot.of(each)) for host, each in farm.items()
        }
    return changed, runs


class TestFixes:
    """Each fix by its tag, only where the diagnosis says so, and nothing else."""

    def test_check_mode_shows_and_writes_nothing(
        self, fixed: tuple[dict[str, dict[str, set[str]]], dict[str, Run]]
    ) -> None:
        changed, runs = fixed
        assert not any(changed["check"].values())
        assert runs["check"].one("Set the licensing mode", "bare")["changed"] is True

    def test_without_a_wish_nothing_is_set(
        self, fixed: tuple[dict[str, dict[str, set[str]]], dict[str, Run]]
    ) -> None:
        assert not any(fixed[0]["no_wish"].values())

    def test_each_fix_does_its_own(
        self, fixed: tuple[dict[str, dict[str, set[str]]], dict[str, Run]]
    ) -> None:
        changed, dummy = fixed
        mode, servers = f"+{POLICY} [LicensingMode]", f"+{POLICY} [LicenseServers]"

        def touched(name: str) -> Any:
            return {host: what for host, what in changed[name].items() if what}

        assert touched("policy_mode")["bare"] >= {mode}
        assert set(touched("policy_mode")) == {"bare"}
        assert servers in touched("policy_servers")["bare"]
        assert servers in touched("policy_servers")["spent"]
        assert set(touched("policy_servers")) == {"bare", "spent"}
        assert set(touched("stray_subkeys")) == {"strays"}
        assert f"-{STRAY}\\000" in touched("stray_subkeys")["strays"]
        assert touched("again") == {}

    def test_the_service_is_started(
        self, fixed: tuple[dict[str, dict[str, set[str]]], dict[str, Run]]
    ) -> None:
        run = fixed[1]["start_service"]
        assert run.calls("stopped").count("StartService") == 1
        assert all(
            "StartService" not in fixed[1][name].calls("stopped")
            for name in fixed[1]
            if name != "start_service"
        )

    def test_what_a_gpo_delivers_is_left(
        self, fixed: tuple[dict[str, dict[str, set[str]]], dict[str, Run]]
    ) -> None:
        assert not any(each["ruled"] for each in fixed[0].values())

    def test_the_report_tells_the_state_after_the_fix(
        self, fixed: tuple[dict[str, dict[str, set[str]]], dict[str, Run]]
    ) -> None:
        told = results(fixed[1]["again"])
        assert told["verdicts"]["licensed"] >= 4
        assert "bare" not in told["failing"]


@pytest.fixture(scope="module")
def audited(lab: LABS) -> tuple[Controller, list[Run], Path]:
    """Twice, then once more after somebody broke a host."""
    controller = controller_of(lab)
    row = {"program": "open", "version": 2022, "type": "per_user", "quantity": 40}
    lists = controller.folder / "entitlements.yml"
    lists.write_text(json.dumps([{**row, "number": NUMBER}]), encoding="utf-8")
    folder = controller.folder / "report"
    variables = {
        "licensing_audit_output_path": str(folder),
        "licensing_audit_entitlements_file": str(lists),
        "licensing_audit_authorized_users": 35,
        "licensing_audit_language": "fr",
    }
    runs = [controller.run(AUDIT, "-vvvvv", **variables), controller.run(AUDIT, **variables)]
    tasks = [{"remote_desktop.licensing.rds_licensing_mode": {"mode": "per_device"}}]
    controller.play(*tasks, hosts="good")
    runs.append(controller.run(AUDIT, **variables))
    runs.append(controller.run(AUDIT, **variables))
    return controller, runs, folder


class TestAudit:
    """Report, evidence and change log, with purchases."""

    def test_the_account(self, audited: tuple[Controller, list[Run], Path]) -> None:
        run = audited[1][0]
        assert run.returncode == 0, run.output
        audit = body_of(audited[2])["audit"]
        (line,) = [each for each in audit["account"] if each["version"] == "2022"]
        assert (line["owned"], line["installed"], line["authorized"]) == (40, 42, 35)
        assert (line["missing"], line["state"]) == (2, "over_installed")
        assert any(each["hosts"] == ["gone"] for each in audit["unknown"])
        page = (audited[2] / "licensing_audit.html").read_text(encoding="utf-8")
        assert "Ce qui a changé" in page

    def test_no_number_of_a_purchase_shows(
        self, audited: tuple[Controller, list[Run], Path]
    ) -> None:
        assert NUMBER not in audited[1][0].output
        for path in audited[2].rglob("*"):
            if path.is_file():
                assert NUMBER.encode() not in path.read_bytes()

    def test_the_second_run_changes_nothing(
        self, audited: tuple[Controller, list[Run], Path]
    ) -> None:
        for run in (audited[1][1], audited[1][3]):
            assert run.one("Write the report")["changed"] is False
            assert run.one("Keep the evidence")["changed"] is False

    def test_what_changed_is_in_the_report_and_in_a_new_pack(
        self, audited: tuple[Controller, list[Run], Path]
    ) -> None:
        log = body_of(audited[2])["audit"]["changes"]
        changes = {(each["host"], each["what"], each["after"]) for each in log["changes"]}
        assert ("good", "mode de licence", "par périphérique") in {
            (host, what, (after or "").lower()) for host, what, after in changes
        }
        packs = sorted((audited[2] / "evidence").glob("*.zip"))
        assert len(packs) == 2
        assert log["since"] == packs[0].name
        assert results(audited[1][3])["evidence"] == str(packs[1])

    def test_the_chain_is_whole(self, audited: tuple[Controller, list[Run], Path]) -> None:
        task = {
            "name": "Check",
            "remote_desktop.licensing.rds_evidence_pack_info": {
                "path": str(audited[2] / "evidence"),
                "noted": [results(audited[1][3])["evidence_sha256"]],
            },
            "delegate_to": "localhost",
        }
        assert audited[0].play(task, hosts="localhost").one("Check")["valid"] is True
