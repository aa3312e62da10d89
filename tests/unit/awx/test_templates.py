# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Job templates, workflows and schedules against the project, the inventory and each other."""

from __future__ import annotations

import re

import pytest
import yaml
from jinja2.sandbox import SandboxedEnvironment
from unit.awx.configuration import (
    COLLECTION,
    PROJECT,
    Json,
    imported,
    load,
    questions,
    texts,
    unanswered,
)

PLAYBOOK = re.compile(
    r"^\s*?-?\s*?(?:hosts|(?:ansible\.builtin\.)?import_playbook):\s*?.*?$", re.MULTILINE
)
"""How AWX tells a playbook from other files."""
RRULE = re.compile(
    r"DTSTART;TZID=[A-Za-z_/]+:\d{8}T\d{6} RRULE:FREQ=(WEEKLY|MONTHLY);INTERVAL=1;"
    r"(BYDAY=(SU|MO|TU|WE|TH|FR|SA)|BYMONTHDAY=\d+)"
)
PLAYBOOKS = sorted(path.name for path in PROJECT.glob("*.yml"))
PURPOSES = {
    "configure_session_hosts.yml",
    "set_up_license_servers.yml",
    "collect_cal_inventory.yml",
    "backup_license_servers.yml",
    "diagnose.yml",
    "audit.yml",
    "migrate_license_server.yml",
    "recover_after_reinstall.yml",
    "correct_cal_channel.yml",
}
Objects = dict[str, list[Json]]


def by_name(objects: Objects, kind: str) -> dict[str, Json]:
    """The objects of a kind by their names, which are unique."""
    found = {each["name"]: each for each in objects[kind]}
    assert len(found) == len(objects[kind])
    return found


def nodes_of(workflow: Json) -> dict[str, Json]:
    """The nodes of a workflow by their identifiers, which are unique."""
    nodes: list[Json] = workflow["simplified_workflow_nodes"]
    found = {each["identifier"]: each for each in nodes}
    assert len(found) == len(nodes)
    return found


def links_of(node: Json) -> set[str]:
    """Where a node leads."""
    kinds = ("success_nodes", "failure_nodes", "always_nodes")
    return {name for kind in kinds for name in node.get(kind, [])}


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_each_playbook_of_the_project_runs_one_of_the_collection(name: str) -> None:
    assert PLAYBOOK.search((PROJECT / name).read_text(encoding="utf-8"))
    (inside,) = imported(name)
    assert f"{inside}.yml" == name
    assert (COLLECTION / "playbooks" / name).is_file()


def test_each_template_runs_a_playbook_of_the_project(objects: Objects) -> None:
    used = {each["playbook"] for each in objects["controller_templates"]}
    assert used == set(PLAYBOOKS)
    assert used >= PURPOSES


def test_the_project_gets_this_collection() -> None:
    (wanted,) = load(PROJECT / "collections" / "requirements.yml")["collections"]
    galaxy = load(COLLECTION / "galaxy.yml")
    assert wanted["name"] == f"{galaxy['namespace']}.{galaxy['name']}"
    floor = wanted["version"].removeprefix(">=")
    numbers = [[int(part) for part in text.split(".")] for text in (floor, galaxy["version"])]
    assert numbers[0] <= numbers[1]


def test_everything_that_is_named_is_made(objects: Objects) -> None:
    """At a site with everything, only what the settings name is somebody else's."""
    templates, workflows = objects["controller_templates"], objects["controller_workflows"]
    foreign = {"git", "archive"}
    made = {kind: set(by_name(objects, kind)) for kind in objects}
    for each in (*templates, *workflows):
        assert each["inventory"] in made["controller_inventories"]
        mails = [name for key in each if key.startswith("notification_") for name in each[key]]
        assert set(mails) <= made["controller_notifications"]
        assert set(each.get("credentials", [])) <= made["controller_credentials"] | foreign
    for each in templates:
        assert each["project"] in made["controller_projects"]
        assert each["execution_environment"] in made["controller_execution_environments"]
        assert set(each["instance_groups"]) <= made["controller_instance_groups"]
    for each in objects["controller_credentials"]:
        assert each["credential_type"] in made["controller_credential_types"]
    for each in objects["controller_schedules"]:
        assert (
            each["unified_job_template"]
            in made["controller_templates"] | made["controller_workflows"]
        )
    hosts = {each["name"] for each in objects["controller_hosts"]}
    for each in objects["controller_groups"]:
        assert each["inventory"] in made["controller_inventories"]
        assert each["hosts"]
        assert set(each["hosts"]) <= hosts
    assert {each["name"] for each in objects["controller_groups"]} == {
        "rds_license_servers",
        "rds_session_hosts",
    }


def test_collecting_is_sliced_and_reporting_is_not(objects: Objects) -> None:
    for each in objects["controller_templates"]:
        slices = each.get("job_slice_count", 1)
        assert each.get("extra_vars", {}).get("rds_sliced", False) is (slices > 1), each["name"]
        if slices > 1:
            assert each["use_fact_cache"] is True
            assert each["job_tags"] in ("collect", "diagnose"), "a slice must not report"
    names = by_name(objects, "controller_templates")
    assert names["RDS - collect the CAL inventory"]["job_slice_count"] == 2
    for name in ("RDS - report the CAL inventory", "RDS - audit"):
        report = names[name]
        assert (report["job_slice_count"], report["use_fact_cache"]) == (1, True)
        assert "RDS account" not in report["credentials"]


def test_the_slices_of_the_diagnosis_are_told_of_all_license_servers(objects: Objects) -> None:
    """The nodes of the monthly workflow stand in one line, and a failed slice stops none of them.

    AWX hands the artifacts of a node on to all nodes behind it. Those of slices overwrite one
    another, so a report that is not sliced tells those of the diagnosis what they have to know.
    """
    templates = by_name(objects, "controller_templates")
    nodes = nodes_of(by_name(objects, "controller_workflows")["RDS - monthly inventory and audit"])
    line = ["collect", "report", "diagnose", "audit"]
    assert list(nodes) == line
    assert [nodes[name].get("always_nodes", []) for name in line] == [
        [name] for name in line[1:]
    ] + [[]]
    assert all(not links_of(node) - set(node.get("always_nodes", [])) for node in nodes.values())
    used = {name: templates[node["unified_job_template"]] for name, node in nodes.items()}
    assert {name: each["job_slice_count"] for name, each in used.items()} == {
        "collect": 2,
        "report": 1,
        "diagnose": 4,
        "audit": 1,
    }
    handing = (used["report"]["playbook"], used["report"]["job_tags"])
    assert handing == ("collect_cal_inventory.yml", "report")
    # They are left to the artifacts.
    for each in used.values():
        assert not {"cal_inventory_facts", "licensing_audit_facts"} & set(each["extra_vars"])


def test_mails_tell_what_was_found_and_not_all_the_facts(objects: Objects) -> None:
    job: Json = {
        "name": "RDS - report the CAL inventory",
        "status": "successful",
        "artifacts": {"cal_inventory": {"files": ["a.html"]}, "cal_inventory_facts": {"ls1": {}}},
    }
    for mail in objects["controller_notifications"]:
        for name in ("success", "error"):
            body = SandboxedEnvironment().from_string(mail["messages"][name]["body"])
            said = body.render(job=job, url="https://awx.example.com/1")
            assert "cal_inventory: {'files': ['a.html']}" in said
            assert "ls1" not in said
            assert body.render(job={**job, "artifacts": None}, url="").startswith(job["name"])


def test_the_output_outlives_the_job(objects: Objects, plain_objects: Objects) -> None:
    """Each folder is below the one of the settings, on the host of the settings."""
    for given, host in ((objects, "archive.example.com"), (plain_objects, "localhost")):
        written = 0
        for each in given["controller_templates"]:
            for name, value in each.get("extra_vars", {}).items():
                if name.endswith(("_output_path", "_fetch_to", "_evidence_path")):
                    assert value.startswith("/srv/rds/")
                    written += 1
                if name.endswith("_output_host"):
                    assert value == host
                if name.endswith("_allow_ephemeral"):
                    assert value is (host != "localhost")
        assert written > 5


def test_a_volume_is_mounted_where_the_output_goes(
    objects: Objects, plain_objects: Objects
) -> None:
    (group,) = objects["controller_instance_groups"]
    pod = yaml.safe_load(group["pod_spec_override"])
    (worker,) = pod["spec"]["containers"]
    (volume,) = pod["spec"]["volumes"]
    assert worker["volumeMounts"] == [{"name": volume["name"], "mountPath": "/srv/rds"}]
    assert volume["persistentVolumeClaim"] == {"claimName": "rds-output"}
    assert worker["args"] == ["ansible-runner", "worker", "--private-data-dir=/runner"]
    assert plain_objects["controller_instance_groups"] == []
    assert all(each["instance_groups"] == [] for each in plain_objects["controller_templates"])


def test_workflows_lead_from_one_template_to_the_next(objects: Objects) -> None:
    templates = by_name(objects, "controller_templates")
    for workflow in objects["controller_workflows"]:
        nodes = nodes_of(workflow)
        reached = set().union(*(links_of(node) for node in nodes.values()))
        assert reached <= set(nodes)
        assert len(set(nodes) - reached) == 1, "one beginning"
        answered = {each["variable"] for each in questions(workflow)}
        for node in nodes.values():
            if "approval_node" in node:
                assert node["approval_node"]["timeout"] > 0
                continue
            template = templates[node["unified_job_template"]]
            assert unanswered(template) <= answered, "AWX could not start it"
            # An answer reaches only jobs that ask for it.
            variables = {each["variable"] for each in questions(template)}
            if template["playbook"] == "migrate_license_server.yml":
                assert answered <= variables


def test_nothing_is_migrated_without_approval(objects: Objects) -> None:
    """What changes something stands behind an approval, and only success leads on."""
    nodes = nodes_of(by_name(objects, "controller_workflows")["RDS - migrate"])
    before = {name: [each for each in nodes if name in links_of(nodes[each])] for name in nodes}
    for name in ("backup", "switch"):
        (parent,) = before[name]
        assert "approval_node" in nodes[parent]
        assert name in nodes[parent]["success_nodes"]
    assert before["migrate"] == ["backup"]
    assert all(set(node) & {"failure_nodes", "always_nodes"} == set() for node in nodes.values())
    plan = by_name(objects, "controller_templates")[nodes["plan"]["unified_job_template"]]
    assert plan["job_tags"] == "plan"


def test_schedules_start_by_themselves(objects: Objects) -> None:
    startable = {**by_name(objects, "controller_templates")}
    startable |= by_name(objects, "controller_workflows")
    rules = {each["name"]: each["rrule"] for each in objects["controller_schedules"]}
    assert "WEEKLY" in rules["RDS - weekly backup"]
    assert "MONTHLY" in rules["RDS - monthly inventory and audit"]
    for each in objects["controller_schedules"]:
        assert RRULE.fullmatch(each["rrule"]), each["rrule"]
        assert not unanswered(startable[each["unified_job_template"]])


def test_credentials_hand_on_what_they_hold(objects: Objects) -> None:
    """Injectors reach AWX as templates, and name fields that the credential has."""
    for kind in objects["controller_credential_types"]:
        fields = {field["id"]: field for field in kind["inputs"]["fields"]}
        assert set(kind["inputs"]["required"]) <= set(fields)
        named = {name for text in texts(kind["injectors"]) for name in re.findall(r"\w+", text)}
        assert named == {*fields, "tower", "filename"}
        for name in ("password", "numbers"):
            assert fields.get(name, {"secret": True})["secret"]
        for given in objects["controller_credentials"]:
            if given["credential_type"] == kind["name"]:
                assert set(given["inputs"]) == set(fields)
                assert given["update_secrets"] is False, "else every run changes it"
    passwords = [each["inputs"].get("password") for each in objects["controller_credentials"]]
    assert "curly {{ braces" in passwords


def test_windows_hosts_log_on_with_the_credential(objects: Objects) -> None:
    (account,) = (
        each for each in objects["controller_credential_types"] if each["name"] == "RDS account"
    )
    for group in objects["controller_groups"]:
        for name in ("ansible_user", "ansible_password"):
            variable = group["variables"][name].strip("{} ")
            assert variable in account["injectors"]["extra_vars"]
        assert group["variables"]["ansible_become"] is False


def test_without_settings_nothing_is_made_up(plain_objects: Objects) -> None:
    for kind in ("controller_credentials", "controller_hosts", "controller_notifications"):
        assert plain_objects[kind] == []
