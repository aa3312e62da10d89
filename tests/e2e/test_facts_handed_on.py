# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A slice without license servers but with what a report handed on diagnoses as the whole does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis import (
    cal_signals,
)
from mesh import fact_cache

from .runner import Controller, Json, Run
from .stories import LABS

COLLECT = "remote_desktop.licensing.collect_cal_inventory"
DIAGNOSE = "remote_desktop.licensing.diagnose"
COLLECTING, DIAGNOSING = "cal_inventory : Collect", "licensing_audit : Diagnose"
ODD = "{{ lookup('pipe', 'touch \"$HOME\"/evil') }}"
"""A text that a license server may send, and that must never be run."""


def license_server(*packs: Json, **more: Any) -> Json:
    """An activated license server with these packs."""
    section = {"activated": True, "packs": list(packs), **more}
    return {"release": "2022", "roles": ["licensing"], "license_server": section}


def session_host(server: str) -> Json:
    """A session host in the mode Per User with one license server."""
    listed = {"mode": 4, "servers": f"{server}.corp.example"}
    return {"release": "2022", "policy": listed}


USERS = {"type": "per_user", "version": "2022", "total": 50}
DEVICES = {"type": "per_device", "version": "2022", "total": 50}
OLD = {**USERS, "version": "2016", "expires": "2020-01-01T00:00:00Z"}
SCENARIO: Json = {
    "domain": {"dns": "corp.example", "netbios": "CORP"},
    "hosts": {
        "ls1": license_server(USERS, OLD, {**DEVICES, "total": "unlimited"}, issued=30),
        "ls2": license_server(DEVICES, issued=20, builtin=None),
        "ls3": license_server({**USERS, "description": ODD}),
        "ls4": license_server(),
        "sh1": session_host("ls1"),
        "sh2": session_host("ls2"),
        "sh3": session_host("ls3"),
        "sh4": session_host("ls4"),
    },
}
SERVERS = [name for name in SCENARIO["hosts"] if name.startswith("ls")]
SESSION_HOSTS = [name for name in SCENARIO["hosts"] if name.startswith("sh")]


class Lab:
    """All hosts collected, reported and diagnosed, and what the report handed on."""

    def __init__(self, controller: Controller) -> None:
        self.controller = controller
        cache = controller.folder / "cache"
        controller.environment = {
            "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(cache),
        }
        counted = controller.run(COLLECT, "--tags", "collect")
        uncounted = controller.run(
            COLLECT, "--tags", "collect", "--limit", "ls4", cal_inventory_issued="none"
        )
        self.facts: dict[str, Json] = {
            host: (uncounted if host == "ls4" else counted).one(COLLECTING, host)["ansible_facts"][
                "rds_cal"
            ]
            for host in SERVERS
        }
        self.reported = controller.run(
            COLLECT, "--tags", "report", cal_inventory_output_path=str(controller.folder / "report")
        )
        self.handed = handed_on(self.reported)
        self.whole = controller.run(DIAGNOSE, "--tags", "diagnose")
        controller.environment = {}

    def slice(self, *more: str, **variables: Any) -> Run:
        """Diagnose the session hosts, and more, where nothing is known of other license servers."""
        limit = ["--limit", ",".join([*SESSION_HOSTS, *more])]
        return self.controller.run(DIAGNOSE, "--tags", "diagnose", *limit, **variables)


@pytest.fixture(scope="module")
def handing(lab: LABS) -> Lab:
    return Lab(lab(SCENARIO))


def handed_on(run: Run) -> Json:
    """What a run hands to the next node."""
    found: Json = {}
    for each in run.of("Hand the"):
        found |= each["ansible_stats"]["data"]
    # Text, or AWX would change it on its way.
    return {**found, "cal_inventory_facts": json.loads(found["cal_inventory_facts"])}


def told(run: Run) -> dict[str, tuple[Any, ...]]:
    """What a run says of the session hosts, without times."""
    found = {}
    for host in SESSION_HOSTS:
        diagnosis = run.one(DIAGNOSING, host)
        findings = [(each["id"], each["evidence"]) for each in diagnosis["findings"]]
        found[host] = (diagnosis["verdict"], findings, diagnosis["unknown"])
    return found


def test_what_was_found_and_the_facts_are_handed_on(handing: Lab) -> None:
    assert handing.reported.returncode == 0, handing.reported.output
    assert set(handing.handed) == {"cal_inventory", "cal_inventory_facts"}
    assert set(handing.handed["cal_inventory"]) == {"findings", "facts", "files"}
    assert list(handing.handed["cal_inventory_facts"]) == SERVERS


def test_the_facts_are_handed_on_even_if_the_report_cannot_be_written(handing: Lab) -> None:
    run = handing.controller.run(
        COLLECT, "--tags", "report", cal_inventory_output_path="no/absolute/path"
    )
    assert run.returncode != 0
    assert set(handed_on(run)) == {"cal_inventory_facts"}


def test_a_diagnosis_reads_the_same_of_them_as_of_the_whole_facts(handing: Lab) -> None:
    handed = handing.handed["cal_inventory_facts"]
    for host in SERVERS:
        whole = cal_signals.read_stock(host, handing.facts[host])
        assert whole is not None
        assert whole.packs is not None
        assert cal_signals.read_stock(host, handed[host]) == whole
    names = [f"{host}.corp.example" for host in SERVERS]
    assert cal_signals.match(names, handed) == cal_signals.match(names, handing.facts)
    stocks = [cal_signals.read_stock(host, handed[host]) for host in SERVERS]
    assert any(stock and stock.temporary_rows for stock in stocks)
    assert any(pack.expired for stock in stocks if stock for pack in stock.packs or ())


def test_they_are_less_and_hold_no_secret(handing: Lab) -> None:
    handed, whole = (
        json.dumps(each) for each in (handing.handed["cal_inventory_facts"], handing.facts)
    )
    assert len(handed) * 2 < len(whole)
    dummy, password = handing.controller.farm.login("ls1")
    server = handing.facts["ls1"]["server"]
    for secret in (password, server["license_server_id"], server["product_id"]):
        assert secret not in handed


def test_they_hold_no_text_that_could_be_taken_for_a_template(handing: Lab) -> None:
    """People hand them over as extra variables, which are templates."""
    assert ODD in json.dumps(handing.facts["ls3"]).replace('\\"', '"')
    assert "{{" not in json.dumps(handing.handed["cal_inventory_facts"])
    assert not list(handing.controller.folder.glob("evil*"))


def test_a_name_like_a_template_is_no_name(handing: Lab) -> None:
    controller = handing.controller
    source = controller.folder / "odd.json"
    facts = handing.facts["ls1"]
    source.write_text(json.dumps({**facts, "server": {"name": ODD, "activated": True}}), "utf-8")
    odd = f"{{{{ lookup('ansible.builtin.file', '{source}') | from_json }}}}"
    report = {"name": "remote_desktop.licensing.cal_inventory", "tasks_from": "report"}
    path = str(controller.folder / "odd_report")
    run = controller.play(
        {"ansible.builtin.set_fact": {"rds_cal": odd}},
        {"ansible.builtin.import_role": report, "vars": {"cal_inventory_output_path": path}},
        hosts="ls1",
    )
    handed = handed_on(run)["cal_inventory_facts"]
    assert list(handed) == ["ls1"]
    assert handed["ls1"]["server"] == {"name": None, "os_build": None, "activated": True}
    assert handed["ls1"]["packs"] == handing.handed["cal_inventory_facts"]["ls1"]["packs"]
    assert not list(controller.folder.glob("evil*"))


def test_a_slice_without_them_knows_less(handing: Lab) -> None:
    whole, alone = told(handing.whole), told(handing.slice())
    assert {host for host in SESSION_HOSTS if whole[host] != alone[host]} == set(SESSION_HOSTS)
    assert (whole["sh2"][0], alone["sh2"][0]) == ("grace", "licensed")


def test_a_slice_with_them_says_what_the_whole_says(handing: Lab) -> None:
    facts = json.dumps(handing.handed["cal_inventory_facts"])
    run = handing.slice(cal_inventory_facts=facts)
    assert run.returncode == 0, run.output
    assert told(run) == told(handing.whole)
    assert "license_servers" not in run.one(DIAGNOSING, "sh1")["invocation"]["module_args"]


def test_they_may_be_a_dictionary(handing: Lab) -> None:
    """Which file or option it comes from is not kept with the diagnosis."""
    cache = handing.controller.folder / "second_cache"
    handing.controller.environment = {
        "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(cache),
    }
    run = handing.slice("ls1", licensing_audit_facts={"ls1": handing.facts["ls1"]})
    handing.controller.environment = {}
    assert told(run)["sh1"] == told(handing.whole)["sh1"]
    assert told(run)["sh2"] != told(handing.whole)["sh2"]
    found = {each["id"]: each["evidence"] for each in run.one(DIAGNOSING, "ls1")["findings"]}
    assert found["temporary_cals"]["n"] == 3
    (kept,) = cache.glob("*ls1")
    assert (
        fact_cache.facts_in(kept.read_text("utf-8"))["rds_diagnosis"]["findings"]
        == (run.one(DIAGNOSING, "ls1")["findings"])
    )


@pytest.mark.parametrize("empty", [{}, "{}", None])
def test_without_any_it_is_as_if_the_variable_were_not_there(handing: Lab, empty: Any) -> None:
    assert told(handing.slice(licensing_audit_facts=empty)) == told(handing.slice())


def test_text_that_is_nothing_of_the_kind_is_refused(handing: Lab) -> None:
    run = handing.slice(licensing_audit_facts="ls1")
    assert run.returncode != 0
    assert "licensing_audit_facts" in run.output
    assert run.of(DIAGNOSING, "sh1") == []
