# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""License servers: the CAL inventory, what they say of themselves, activation, the group."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from farm import Fault

from .runner import Controller, Json, Run
from .stories import LABS

FACTS = "Collect the CAL inventory"
INFO = "Read the license server"
ACTIVATE = "Activate"
JOIN = "Join the group"
CONTACT = {
    "first_name": "Anna",
    "last_name": "Example",
    "company": "Example Corp",
    "country": "France",
}
EVIL = "=cmd|' /C calc'!A0"


def license_server(**more: object) -> Json:
    """A host with the role, activated unless told otherwise."""
    return {"release": "2022", "roles": ["licensing"], "license_server": more}


HOSTS: dict[str, Json] = {
    "fifty": license_server(packs=[{"type": "per_user", "total": 10, "count": 50}]),
    "mixed": license_server(
        packs=[
            {"type": "per_user", "total": 10, "issued": 13, "available": 0},
            {"type": "per_user", "total": "unlimited"},
            {"type": "per_device", "total": 7, "version": 8},
            {"type": "per_user", "total": 5, "version": 99},
            {"type": "per_user", "total": 3, "program": 7},
            {"type": "per_user", "total": 4, "suite": "vdi"},
            {"type": "per_user", "total": 9, "expires": "2020-01-01T00:00:00Z"},
            {"type": "per_device", "total": 0, "program": "temporary", "issued": 2},
        ]
    ),
    "american": license_server(expires_form="us", packs=[{"type": "per_user", "total": 5}]),
    "dmtf": license_server(expires_form="dmtf", packs=[{"type": "per_user", "total": 5}]),
    "dateless": license_server(expires_form="absent", packs=[{"type": "per_user", "total": 5}]),
    "busy": license_server(issued=1200),
    "evil": license_server(
        packs=[{"type": "per_device", "total": 5, "id": 9}],
        issued_rows=[{"pack": 9, "computer": EVIL, "user": "<script>", "status": 2}],
    ),
    "twins": license_server(
        packs=[{"type": "per_user", "total": each, "id": 4} for each in (5, 6)]
    ),
    "reporting": license_server(packs=[{"type": "per_user", "total": 50, "issued": 30}]),
    "latereport": {
        **license_server(packs=[{"type": "per_user", "total": 50, "issued": 7}]),
        "faults": [
            {
                "kind": "timed_out",
                "method": "GenerateReportEx",
                "seconds": 1,
                "background": True,
                "times": 1,
            }
        ],
    },
    "inactive": license_server(activated=False),
    "stopped": {**license_server(), "stopped_services": ["TermServLicensing"]},
    "german": {**license_server(packs=[{"type": "per_user", "total": 5}]), "language": "de"},
    "guest": license_server(packs=[{"type": "per_user", "total": 5}]),
    "bare": {"release": "2022", "roles": [], "groups": ["rds_license_servers"]},
}
GOOD = ("fifty", "mixed", "american", "dmtf", "dateless", "busy", "evil", "twins", "german")


@pytest.fixture(scope="module")
def collected(lab: LABS) -> tuple[Run, Path]:
    """One run over all hosts."""
    controller: Controller = lab({"hosts": HOSTS})
    controller.farm.hosts["guest"].faults.add(Fault("empty_properties"))
    facts = {
        "name": FACTS,
        "remote_desktop.licensing.rds_cal_pack_facts": {
            "issued": "summary",
            "issued_file": str(controller.folder / "{{ inventory_hostname }}.csv"),
            "per_user_report": "{{ inventory_hostname in ['reporting', 'latereport'] }}",
        },
        "ignore_errors": True,
    }
    info = {
        "name": INFO,
        "remote_desktop.licensing.rds_lserver_info": {
            "directory": True,
            "name_at_activation": "GERMAN",
        },
        "when": "inventory_hostname in ['german', 'mixed']",
    }
    return controller.play(facts, info, hosts="rds_license_servers"), controller.folder


def facts_of(collected: tuple[Run, Path], host: str) -> Json:
    found: Json = collected[0].one(FACTS, host)["ansible_facts"]["rds_cal"]
    return found


def test_fifty_packs_take_no_more_than_eight_requests(collected: tuple[Run, Path]) -> None:
    requests = collected[0].soap("fifty")
    # Issued licenses were asked for besides, and come page by page.
    inventory = [each for each in requests if each.cls != "Win32_TSIssuedLicense"]
    assert 5 <= len(inventory) <= 8
    assert len(facts_of(collected, "fifty")["packs"]) == 50
    assert facts_of(collected, "fifty")["summary"][0]["total"] == 500


def test_nothing_is_written_but_the_report_that_was_asked_for(
    collected: tuple[Run, Path],
) -> None:
    run, dummy = collected
    reporting = ("reporting", "latereport")
    for host in reporting:
        assert run.writes(host) == ["GenerateReportEx", "DeleteReport"]
    assert all(run.writes(host) == [] for host in HOSTS if host not in reporting)
    assert not any(each.operation == "ShellCreate" for host in HOSTS for each in run.soap(host))


def test_every_kind_of_pack_is_counted_as_what_it_is(collected: tuple[Run, Path]) -> None:
    facts = facts_of(collected, "mixed")
    keys = ("version", "type", "suite", "total", "issued", "over_issued", "expired_total")
    assert [tuple(each[key] for key in keys) for each in facts["summary"]] == [
        ("2022", "per_device", "rds", 0, 0, 0, 0),
        ("2022", "per_user", "rds", 13, 13, 0, 9),
        ("2022", "per_user", "vdi", 4, 0, 0, 0),
        ("2025", "per_device", "rds", 7, 0, 0, 0),
        ("unknown", "per_user", "rds", 5, 0, 0, 0),
    ]
    assert sum(pack["unlimited"] for pack in facts["packs"]) == 1
    warned = " ".join(collected[0].one(FACTS, "mixed")["warnings"])
    assert "program unknown" in warned
    assert "version id 99" in warned


@pytest.mark.parametrize("host", GOOD)
def test_the_facts_are_there(collected: tuple[Run, Path], host: str) -> None:
    assert facts_of(collected, host)["server"]["activated"] is True


@pytest.mark.parametrize(
    ("host", "there"), [("american", True), ("dmtf", True), ("dateless", False)]
)
def test_dates_in_every_known_form(collected: tuple[Run, Path], host: str, there: bool) -> None:
    (pack,) = facts_of(collected, host)["packs"]
    assert (pack["expires"] is not None) is there
    assert pack["expired"] is False
    assert not there or pack["expires"].endswith("Z")


def test_packs_that_share_an_id_are_told(collected: tuple[Run, Path]) -> None:
    assert "id 4" in " ".join(collected[0].one(FACTS, "twins")["warnings"])


def test_issued_licenses_are_streamed_and_counted(collected: tuple[Run, Path]) -> None:
    run, folder = collected
    with (folder / "busy.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    issued = facts_of(collected, "busy")["issued"]
    assert len(rows) == issued["total"] == 1200
    assert issued["by_status"] == {"active": 1080, "temporary": 120}
    assert "issued_rows" not in run.one(FACTS, "busy")


def test_a_hostile_name_is_no_formula(collected: tuple[Run, Path]) -> None:
    with (collected[1] / "evil.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["computer"], row["user"]) == ("'" + EVIL, "<script>")


@pytest.mark.parametrize(("host", "total"), [("reporting", 30), ("latereport", 7)])
def test_the_per_user_report(collected: tuple[Run, Path], host: str, total: int) -> None:
    """Also when the answer of its making got lost."""
    found = facts_of(collected, host)["per_user"]
    assert (found["available"], found["total"]) == (True, total)


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("guest", "lacks the right"),
        ("stopped", "RD Licensing does not answer"),
        ("bare", "RD Licensing is not installed"),
    ],
)
def test_what_cannot_be_read_is_no_empty_inventory(
    collected: tuple[Run, Path], host: str, said: str
) -> None:
    result = collected[0].one(FACTS, host)
    assert collected[0].statuses(FACTS)[host] == "ignored"
    assert said in result["msg"]
    assert result["advice"]
    assert "ansible_facts" not in result


def test_a_server_that_is_not_activated_is_told(collected: tuple[Run, Path]) -> None:
    assert facts_of(collected, "inactive")["server"]["activated"] is False
    assert "not activated" in " ".join(collected[0].one(FACTS, "inactive")["warnings"])


def test_info_names_the_second_hop_and_the_renaming(collected: tuple[Run, Path]) -> None:
    german, mixed = (collected[0].one(INFO, host) for host in ("german", "mixed"))
    group = german["license_server"]["in_license_servers_group"]
    assert group["value"] is None
    assert "Invoke-CimMethod" in group["why"]
    assert german["license_server"]["renamed_since_activation"] is False
    assert mixed["license_server"]["renamed_since_activation"] is True
    assert "reactivate" in " ".join(mixed["warnings"])


LATE = {"kind": "timed_out", "method": "ActivateServerAutomatic", "seconds": 2, "background": True}
SERVERS: dict[str, Json] = {
    "plain": license_server(activated=False),
    "lost": {**license_server(activated=False), "faults": [LATE]},
    "nodns": license_server(activated=False, clearinghouse="no_name"),
    "notls": license_server(activated=False, clearinghouse="no_tls", errors_as="fault"),
    "already": license_server(),
    "delegated": license_server(delegation=True),
    "empty": {"release": "2022", "roles": [], "groups": ["rds_license_servers"]},
}


@pytest.fixture(scope="module")
def activated(lab: LABS) -> list[Run]:
    """Check mode, for real, and once more."""
    controller: Controller = lab({"hosts": SERVERS})
    tasks: list[Json] = [
        {
            "name": ACTIVATE,
            "remote_desktop.licensing.rds_lserver_activation": {"contact": CONTACT, "timeout": 60},
            "ignore_errors": True,
        },
        {
            "name": JOIN,
            "remote_desktop.licensing.rds_lserver_group": {},
            "ignore_errors": True,
        },
    ]
    return [
        controller.play(*tasks, hosts="rds_license_servers", check_mode=check)
        for check in (True, False, False)
    ]


def test_check_mode_would_activate_and_writes_nothing(activated: list[Run]) -> None:
    check = activated[0]
    assert all(check.writes(host) == [] for host in SERVERS)
    changed = {host for host in SERVERS if check.one(ACTIVATE, host)["changed"]}
    assert changed == {"plain", "lost", "nodns", "notls", "empty", "already", "delegated"}
    assert check.one(ACTIVATE, "empty")["warnings"]


def test_contact_and_activation(activated: list[Run]) -> None:
    run = activated[1]
    assert run.one(ACTIVATE, "plain")["activated"] is True
    assert run.writes("plain") == ["Put", "ActivateServerAutomatic"]
    assert run.one(ACTIVATE, "already")["changed"] is True
    assert run.writes("already") == ["Put"]


def test_a_lost_answer_is_waited_for_and_never_repeated(activated: list[Run]) -> None:
    run = activated[1]
    assert run.one(ACTIVATE, "lost")["activated"] is True
    assert run.writes("lost").count("ActivateServerAutomatic") == 1


@pytest.mark.parametrize(
    ("host", "number", "said"),
    [("nodns", "0x80072EE7", "DNS"), ("notls", "0x80072F8F", "clock")],
)
def test_a_way_that_is_barred(activated: list[Run], host: str, number: str, said: str) -> None:
    result = activated[1].one(ACTIVATE, host)
    assert result.get("code_hex") == number, result
    assert said in result["advice"]
    assert result["applied"] == ["set the contact data (company, country, first_name, last_name)"]


def test_the_group_needs_a_second_hop(activated: list[Run]) -> None:
    refused, joined = (activated[1].one(JOIN, host) for host in ("plain", "delegated"))
    assert refused["refused"] == "second_hop"
    assert "AddLStoTSLSGroup" in refused["msg"]
    assert (joined["before"], joined["after"]) == ({"member": False}, {"member": True})


def test_the_second_run_changes_nothing(activated: list[Run]) -> None:
    run = activated[2]
    for host in ("plain", "lost", "already", "delegated"):
        assert run.one(ACTIVATE, host)["changed"] is False
        assert run.writes(host) == []
    assert run.one(JOIN, "delegated")["changed"] is False
