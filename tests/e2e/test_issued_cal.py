# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Issued CALs: listed and revoked over the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from .runner import Controller, Json, Run
from .stories import LABS

REVOKE = "remote_desktop.licensing.rds_issued_cal"
LIST = "remote_desktop.licensing.rds_issued_cal_info"
TASK = "The CALs of the case"
ACTIVE = "Active CALs afterwards"
HOSTILE = "=cmd|' /C calc'!A0<script>{{ lookup('pipe', 'id') }}"


def days(number: int) -> str:
    return (datetime.now(UTC) + timedelta(days=number)).isoformat()


def row(computer: str, pack: int = 2, **more: Any) -> Json:
    return {"pack": pack, "computer": computer, **more}


PACKS = [
    {"type": "per_device", "version": 2022, "total": 10, "program": "retail"},
    {"type": "per_user", "version": 2022, "total": 50},
    {"type": "per_device", "version": 2019, "total": 100},
]
ROWS = [
    row("pc1.corp.example"),
    row("pc2.corp.example", issued=days(-30)),
    row("PC2.corp.example", issued=days(-3)),
    row("pc3.corp.example", expires=days(2)),
    row("pc4.corp.example", status=1),
    row("pc5.corp.example", pack=4, expires=days(1)),
    row(HOSTILE, pack=4, user="<b>"),
]
"""Their numbers are 1 to 7, in this order; the built-in pack is number 1."""


@dataclass(frozen=True)
class Case:
    """The options of the task and what has to come of them: numbers of CALs."""

    options: Json
    revoked: tuple[int, ...] = ()
    skipped: dict[int, str] = field(default_factory=dict)
    says: str | None = None
    server: Json = field(default_factory=dict)
    plan: Json = field(default_factory=dict)


CASES = {
    "byid": Case({"license_ids": [1, 99]}, (1,), {99: "not_found"}),
    "byname": Case({"computers": ["PC1", "pc4", "nobody"]}, (1,), {5: "not_active"}),
    "doubles": Case({"duplicates": True}, (2,)),
    "stale": Case({"expiring_within": 5}, (6, 4)),
    "onepack": Case({"expiring_within": 5, "key_pack_ids": [4]}, (6,)),
    "overlimit": Case({"license_ids": [1, 2, 3, 4, 7]}, (4, 1, 7), {2: "limit", 3: "limit"}),
    # Windows allows less than the plan takes.
    "stricter": Case({"license_ids": [1, 2, 7]}, (1, 7), {2: "limit"},
                     server={"revoke_percent": 10}),
    "perpack": Case({"expiring_within": 90, "key_pack_ids": [3]}, says="key pack 3 is per user"),
    "hostile": Case({"computers": [HOSTILE.replace("{{", "{ {")]}),
    "dropped": Case({"license_ids": [1]}, (1,),
                    plan={"faults": [{"kind": "drop_after", "method": "Revoke", "at": 1}]}),
    "blind": Case({"duplicates": True}, says="lacks the right",
                  plan={"faults": [{"kind": "empty_properties"}]}),
    "bare": Case({"duplicates": True}, says="RD Licensing is not installed",
                 plan={"roles": []}),
    "nothing": Case({}, says="one of the following is required"),
}  # fmt: skip


def plan_of(case: Case) -> Json:
    if case.plan.get("roles") == []:
        return case.plan
    server = {"packs": PACKS, "issued_rows": ROWS, **case.server}
    return {"roles": ["licensing"], "license_server": server, **case.plan}


@dataclass(frozen=True)
class Told:
    """The same playbook three times."""

    controller: Controller
    check: Run
    first: Run
    second: Run


@pytest.fixture(scope="module")
def told(lab: LABS) -> Told:
    controller = lab({"hosts": {name: plan_of(each) for name, each in CASES.items()}})
    controller.environment |= {"ANSIBLE_STRATEGY": "free", "ANSIBLE_FORKS": "30"}
    controller.host_variables = {name: {"options": each.options} for name, each in CASES.items()}
    names = sorted({name for each in CASES.values() for name in each.options})
    given = {name: f"{{{{ options.{name} | default(omit) }}}}" for name in names}
    tasks: list[Json] = [
        {"name": TASK, REVOKE: given, "ignore_errors": True},
        {"name": ACTIVE, LIST: {"status": ["active"]}, "ignore_errors": True},
    ]

    def run(*arguments: str) -> Run:
        return controller.play(*tasks, hosts=",".join(CASES), arguments=arguments)

    return Told(controller, run("--check", "--diff"), run("--diff"), run())


def numbers(rows: list[Json]) -> tuple[int, ...]:
    return tuple(each["license_id"] for each in rows)


@pytest.mark.parametrize("name", CASES)
def test_what_is_revoked(told: Told, name: str) -> None:
    case, result = CASES[name], told.first.one(TASK, name)
    failed = told.first.statuses(TASK)[name] == "ignored"
    assert failed is (case.says is not None), result.get("msg")
    if case.says is not None:
        assert case.says in result["msg"]
        assert told.first.writes(name) == []
        return
    assert numbers(result["revoked"]) == case.revoked
    assert {each["license_id"]: each["reason"] for each in result["not_revoked"]} == case.skipped
    assert result["changed"] is bool(case.revoked)
    left = {each["license_id"] for each in told.first.one(ACTIVE, name)["licenses"]}
    assert left == {1, 2, 3, 4, 6, 7} - set(case.revoked)


@pytest.mark.parametrize("name", CASES)
def test_check_mode_is_the_dry_run(told: Told, name: str) -> None:
    case, check, first = CASES[name], told.check.one(TASK, name), told.first.one(TASK, name)
    assert told.check.writes(name) == []
    if name == "bare":
        assert check["changed"] is False
        assert "RD Licensing is not installed" in check["warnings"][0]
        assert told.check.one(ACTIVE, name)["matched"] == 0
    elif case.says is None and name != "stricter":
        assert check["revoked"] == first["revoked"]
        assert check["not_revoked"] == first["not_revoked"]
        assert check["before"] == first["before"]
        assert check["after"] == first["after"]
        assert len(told.check.one(ACTIVE, name)["licenses"]) == 6


@pytest.mark.parametrize("name", CASES)
def test_the_second_run_changes_nothing(told: Told, name: str) -> None:
    assert told.second.one(TASK, name)["changed"] is False
    if name != "stricter":
        assert told.second.writes(name) == []


def test_the_limit_is_planned_and_not_tried_out(told: Told) -> None:
    assert told.first.writes("overlimit") == ["Revoke"] * 3
    result = told.first.one(TASK, "overlimit")
    assert {each["version"]: each["allowed"] for each in result["limits"]} == {
        "2022": 2,
        "2019": 20,
    }
    # Nothing was revoked before, so nobody knows a date.
    assert result["next_revoke_allowed_on"] is None
    again = told.second.one(TASK, "overlimit")
    assert again["next_revoke_source"] == "estimate"
    assert datetime.fromisoformat(again["next_revoke_allowed_on"]) > datetime.now(UTC)


def test_a_refusal_of_windows_names_its_date(told: Told) -> None:
    result = told.first.one(TASK, "stricter")
    assert result["next_revoke_source"] == "windows"
    assert datetime.fromisoformat(result["next_revoke_allowed_on"]) > datetime.now(UTC)
    assert told.first.statuses(TASK)["stricter"] == "ok"


def test_a_lost_answer_is_not_repeated(told: Told) -> None:
    assert told.first.writes("dropped") == ["Revoke"]


def test_hostile_names_come_back_as_they_are_and_are_run_by_nobody(told: Told) -> None:
    rows = told.first.one(ACTIVE, "doubles")["licenses"]
    (hostile,) = [each for each in rows if each["license_id"] == 7]
    assert (hostile["computer"], hostile["user"]) == (HOSTILE, "<b>")
    assert "uid=" not in told.first.output


FILTERS: dict[str, tuple[Json, set[int]]] = {
    "all": ({}, {1, 2, 3, 4, 5, 6, 7}),
    "temporary": ({"status": ["temporary"]}, {5}),
    "two": ({"status": ["temporary", "active"], "key_pack_ids": [2]}, {1, 2, 3, 4, 5}),
    "name": ({"computers": ["pc2"]}, {2, 3}),
    "soon": ({"expiring_within": 7}, {4, 6}),
    "none": ({"status": ["revoked"]}, set()),
}


@pytest.fixture(scope="module")
def listed(lab: LABS) -> tuple[Controller, Run]:
    # Twelve hundred computed licenses besides the seven rows: several pages.
    many = {"issued": 1200, "builtin": "unlimited"}
    controller = lab(
        {"hosts": {"ls1": plan_of(Case({})), "big": {"roles": ["licensing"],
                                                     "license_server": many}}}
    )  # fmt: skip
    tasks: list[Json] = [
        {"name": f"filter {name}", LIST: options, "when": "inventory_hostname == 'ls1'"}
        for name, (options, dummy) in FILTERS.items()
    ]
    big: list[Json] = [
        {"name": "too many", LIST: {"limit": 1000}, "ignore_errors": True},
        {"name": "enough", LIST: {"limit": 1300}},
    ]
    return controller, controller.play(*tasks, *big, hosts="ls1,big")


@pytest.mark.parametrize("name", FILTERS)
def test_filters(listed: tuple[Controller, Run], name: str) -> None:
    result = listed[1].one(f"filter {name}", "ls1")
    assert set(numbers(result["licenses"])) == FILTERS[name][1]
    assert result["matched"] == len(result["licenses"])
    assert listed[1].writes("ls1") == []


def test_more_than_the_limit_is_an_error(listed: tuple[Controller, Run]) -> None:
    run = listed[1]
    assert "more than 1000 issued CALs match" in run.one("too many", "big")["msg"]
    assert run.one("enough", "big")["matched"] == 1200
    first = run.one("enough", "big")["licenses"][0]
    assert (first["type"], first["status"]) == ("per_device", "active")
