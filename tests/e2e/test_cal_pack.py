# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CAL packs against license servers and a Clearinghouse: check mode, for real, once more.

Every run is at -vvvvv with --diff and a log file, and no number may stand in any of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from .runner import Controller, Json, Run
from .stories import LABS

MODULE = "remote_desktop.licensing.rds_cal_pack"
TASK = "The packs of the case"
OPEN, ENTERPRISE = ("00000008", "AAAAAAAAAAAA015"), "0000007"
RETAIL, USED, OTHER, WRONG = ("A" * 24 + each for each in "1234")
TYPED_WITH_HYPHENS = "-".join(RETAIL[at : at + 5] for at in range(0, 25, 5)).lower()
BY_WEB, MOVED = "B" * 34 + "5", "B" * 34 + "6"
SOURCE = "C" * 35
SECRETS = (*OPEN, ENTERPRISE, RETAIL, USED, OTHER, WRONG, TYPED_WITH_HYPHENS, BY_WEB, MOVED)

CLEARINGHOUSE: Json = {
    "numbers": [
        {"channel": "open", "number": OPEN[0], "authorization": OPEN[1], "type": kind,
         "version": version}
        for version in (2019, 2022, 2025) for kind in ("per_user", "per_device")
    ] + [
        {"channel": "agreement", "number": ENTERPRISE, "agreement_type": 1, "type": "per_device",
         "version": 2022},
        {"channel": "retail", "number": RETAIL, "type": "per_user", "version": 2022,
         "quantity": 20},
        {"channel": "retail", "number": OTHER, "type": "per_user", "version": 2022, "quantity": 20,
         "gives": {"version": 2019, "type": "per_device", "quantity": 5}},
        {"channel": "retail", "number": USED, "type": "per_user", "version": 2022, "quantity": 20,
         "used_by": [{"server": "reused", "id": "D" * 35}]},
        {"channel": "key_pack_id", "number": BY_WEB, "type": "per_user", "version": 2022,
         "quantity": 15},
        {"channel": "key_pack_id", "number": WRONG + "B" * 10, "type": "per_user",
         "version": 2022, "quantity": 15},
        {"channel": "key_pack_id", "number": MOVED, "type": "per_user", "version": 2022,
         "quantity": 10, "used_by": [{"server": "ls-old", "id": SOURCE}]},
    ]
}  # fmt: skip


def row(channel: str = "open", quantity: int = 50, **more: Any) -> Json:
    """A row of ``packs``: per user CALs of 2022, unless told otherwise."""
    numbers: Json = {
        "open": {"license_number": OPEN[0], "authorization_number": OPEN[1]},
        "agreement": {"agreement_number": ENTERPRISE, "agreement_type": "enterprise"},
        "retail": {"license_code": TYPED_WITH_HYPHENS},
        "key_pack_id": {"key_pack_code": BY_WEB},
    }[channel]
    usual = {"version": "2022", "type": "per_user", "quantity": quantity}
    return {"channel": channel, **usual, **numbers, **more}


def pack(total: Any = 50, **more: Any) -> Json:
    """A pack that is there: an Open License of 2022 per user, unless told otherwise."""
    return {"program": "open", "version": 2022, "type": "per_user", "total": total, **more}


def install_fault(kind: str, **more: Any) -> list[Json]:
    return [{"kind": kind, "method": "InstallOpenLicenseKeyPack", **more}]


@dataclass(frozen=True)
class Case:
    """A license server, the options of the task, and what has to come of it.

    :param calls: the writing methods of the run.
    :param totals: of the bought packs after it.
    :param fails: parts of the message of the failure; none: it succeeds.
    :param refused: the word of the refusal.
    :param warns: parts of the warnings.
    :param checks: whether check mode tells a change.
    :param again: the methods of the second run.
    """

    packs: list[Json]
    server: Json = field(default_factory=dict)
    plan: Json = field(default_factory=dict)
    options: Json = field(default_factory=dict)
    calls: tuple[str, ...] = ()
    totals: tuple[int, ...] = ()
    fails: tuple[str, ...] = ()
    refused: str | None = None
    warns: tuple[str, ...] = ()
    checks: bool | None = None
    again: tuple[str, ...] = ()

    @property
    def whole_plan(self) -> Json:
        """The host's part of the scenario."""
        return {"roles": ["licensing"], "license_server": self.server, **self.plan}


INSTALL_OPEN = "InstallOpenLicenseKeyPack"
CASES = {
    "nothing": Case([row()], calls=(INSTALL_OPEN,), totals=(50,)),
    "partly": Case([row()], {"packs": [pack(30)]}, calls=(INSTALL_OPEN,), totals=(30, 20)),
    "enough": Case([row()], {"packs": [pack(20), pack(30)]}, totals=(20, 30)),
    "toomany": Case([row()], {"packs": [pack(70)]}, totals=(70,),
                    warns=("70 CALs of 2022 per_user open are installed and 50 declared",)),
    "unlimited": Case([row()], {"packs": [pack("unlimited")]}, totals=(4294967295,),
                      warns=("has no limit",)),
    "others": Case(
        [row()],
        {"packs": [pack(version=2019), pack(type="per_device"), pack(program="retail"),
                   pack(suite="vdi", access_rights=2), pack(program="temporary"),
                   pack(expires="2020-01-01T00:00:00+00:00")]},
        calls=(INSTALL_OPEN,), totals=(50,) * 7),
    "channels": Case(
        [row(), row("agreement", 10, type="per_device"), row("retail", 20),
         row("key_pack_id", 15, program="volume")],
        calls=(INSTALL_OPEN, "InstallAgreementLicenseKeyPack",
               "InstallRetailPurchaseLicenseKeyPack", "InstallLicenseKeyPack"),
        totals=(50, 10, 20, 15)),
    "newest": Case([row(version="2025")], plan={"release": "2025"}, calls=(INSTALL_OPEN,),
                   totals=(50,), warns=("2025 is not documented",)),
    "toonew": Case([row()], plan={"release": "2019"}, refused="too_new",
                   fails=("Windows Server 2019 cannot hold CALs of 2022",)),
    "inactive": Case([row()], {"activated": False}, refused="not_activated", checks=True,
                     fails=("only an activated one takes CALs",)),
    "bare": Case([row()], plan={"roles": []}, checks=True,
                 fails=("RD Licensing is not installed",)),
    "short": Case([row(license_number="123")], refused="bad_number",
                  fails=("packs[0].license_number: 8 digits are needed",)),
    "overfull": Case([row("retail", 20)], {"packs": [pack(5, program="retail")]}, totals=(5,),
                     refused="too_many", fails=("25 would be there",)),
    "twins": Case([row()], {"packs": [pack(20, id=7), pack(30, id=7)]}, totals=(20, 30),
                  fails=("two rows of one KeyPackId (7)",)),
    "blind": Case([row()], plan={"faults": [{"kind": "empty_properties"}]},
                  fails=("lacks the right",)),
    "other": Case([row("retail", 20, license_code=OTHER)], checks=True, totals=(5,),
                  calls=("InstallRetailPurchaseLicenseKeyPack",),
                  fails=("Windows installed 5 per_device CALs of 2019 (retail)",
                         "Declared were 20 per_user CALs of 2022 (retail)"),
                  again=("InstallRetailPurchaseLicenseKeyPack",)),
    "wrong": Case([row("retail", 15, license_code=WRONG)], checks=True,
                  calls=("InstallRetailPurchaseLicenseKeyPack",),
                  fails=("(0x80040201)", "compare number, channel"),
                  again=("InstallRetailPurchaseLicenseKeyPack",)),
    "used": Case([row("retail", 20, license_code=USED)], checks=True,
                 calls=("InstallRetailPurchaseLicenseKeyPack",),
                 fails=("(0x80040203)", "method: reinstall"),
                 again=("InstallRetailPurchaseLicenseKeyPack",)),
    "reused": Case([row("retail", 20, license_code=USED, method="reinstall")], totals=(20,),
                   calls=("ReinstallRetailPurchaseLicenseKeyPack",)),
    "moved": Case([row("key_pack_id", 10, key_pack_code=MOVED, method="import",
                       source_server="ls-old", source_product_id=SOURCE)],
                  calls=("ImportLicenseKeyPackOffline",), totals=(10,)),
    "noname": Case([row()], {"clearinghouse": "no_name"}, calls=(INSTALL_OPEN,), checks=True,
                   fails=("0x80072EE7", "check DNS and the proxy"), again=(INSTALL_OPEN,)),
    "notls": Case([row()], {"clearinghouse": "no_tls", "errors_as": "fault"}, checks=True,
                  calls=(INSTALL_OPEN,), fails=("0x80072F8F", "check the clock"),
                  again=(INSTALL_OPEN,)),
    "dropped": Case([row()], plan={"faults": install_fault("drop_after", at=1)},
                    calls=(INSTALL_OPEN,), totals=(50,)),
    "late": Case([row()], calls=(INSTALL_OPEN,), totals=(50,),
                 plan={"faults": install_fault("timed_out", at=1, seconds=4, background=True)}),
    "lost": Case([row(), row(version="2019")], plan={"faults": install_fault("drop", at=1)},
                 options={"timeout": 0}, calls=(INSTALL_OPEN,), checks=True,
                 fails=("its answer got lost", "do not repeat it before 20"),
                 again=(INSTALL_OPEN, INSTALL_OPEN)),
}  # fmt: skip
NAMES = list(CASES)


@dataclass(frozen=True)
class Told:
    """The same playbook three times."""

    controller: Controller
    check: Run
    first: Run
    states: Json
    second: Run


def tell(controller: Controller, options: dict[str, Json]) -> Told:
    controller.environment |= {
        "ANSIBLE_STRATEGY": "free",
        "ANSIBLE_FORKS": "30",
        "ANSIBLE_LOG_PATH": str(controller.folder / "ansible.log"),
        "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(controller.folder / "facts"),
    }
    controller.host_variables = {name: {"options": each} for name, each in options.items()}
    names = sorted({name for each in options.values() for name in each})
    given = {name: f"{{{{ options.{name} | default(omit) }}}}" for name in names}
    tasks: list[Json] = [
        {"name": TASK, MODULE: given, "register": "answer", "ignore_errors": True},
        {"name": "Keep it", "ansible.builtin.set_fact": {"kept": "{{ answer }}",
                                                         "cacheable": True}},
        {"name": "Print it", "ansible.builtin.debug": {"var": "answer"}},
    ]  # fmt: skip

    def run(*arguments: str) -> Run:
        return controller.play(*tasks, hosts=",".join(options), arguments=("-vvvvv", *arguments))

    check, first = run("--check", "--diff"), run("--diff")
    return Told(controller, check, first, controller.farm.state(), run("--diff"))


@pytest.fixture(scope="module")
def told(lab: LABS) -> Told:
    hosts = {name: each.whole_plan for name, each in CASES.items()}
    controller = lab({"clearinghouse": CLEARINGHOUSE, "hosts": hosts})
    return tell(
        controller, {name: {"packs": each.packs, **each.options} for name, each in CASES.items()}
    )


def failed(run: Run, name: str) -> bool:
    """Whether the task failed on a host; it goes on nevertheless."""
    return run.statuses(TASK)[name] == "ignored"


def bought(told: Told, name: str) -> tuple[int, ...]:
    """The totals of the packs but the built-in one."""
    server = told.states[name].get("license_server") or {}
    return tuple(each["total"] for each in server.get("packs", []) if each["program"] != 6)


@pytest.mark.parametrize("name", NAMES)
def test_what_the_run_does(told: Told, name: str) -> None:
    case, result = CASES[name], told.first.one(TASK, name)
    assert tuple(told.first.writes(name)) == case.calls, result.get("msg")
    assert bought(told, name) == case.totals
    assert failed(told.first, name) is bool(case.fails), result.get("msg")
    assert result.get("refused") == case.refused
    for part in case.fails:
        assert part in result["msg"]
    said = "\n".join(result.get("warnings", []))
    assert all(part in said for part in case.warns), said
    assert case.fails or bool(said) is bool(case.warns), said
    if not case.fails:
        assert result["changed"] is bool(case.calls)
        assert [each["missing"] for each in result["totals"]] == [0] * len(result["totals"])


@pytest.mark.parametrize("name", NAMES)
def test_check_mode_writes_nothing_and_foretells_it(told: Told, name: str) -> None:
    case, result = CASES[name], told.check.one(TASK, name)
    assert told.check.writes(name) == []
    expected = bool(case.calls) if case.checks is None else case.checks
    assert result["changed"] is expected, result.get("msg")
    assert failed(told.check, name) is (bool(case.fails) and not expected)
    if expected and not case.fails:
        first = told.first.one(TASK, name)
        assert result["totals"] == first["totals"]
        assert result["before"] == first["before"]
        assert result["diff"]["after"] == result["after"]


@pytest.mark.parametrize("name", NAMES)
def test_the_second_run_changes_nothing(told: Told, name: str) -> None:
    case, result = CASES[name], told.second.one(TASK, name)
    assert tuple(told.second.writes(name)) == case.again, result.get("msg")
    if not case.again:
        assert result["changed"] is False
        assert failed(told.second, name) is bool(case.fails), result.get("msg")


@pytest.mark.parametrize("name", ["nothing", "channels", "late"])
def test_what_it_costs_when_all_is_there(told: Told, name: str) -> None:
    assert len(told.second.soap(name)) <= 3


def test_what_is_refused_for_its_options_asks_the_host_nothing(told: Told) -> None:
    assert told.first.soap("short") == []


def test_a_lost_answer_names_the_time_and_the_call(told: Told) -> None:
    result = told.first.one(TASK, "lost")
    assert result["do_not_repeat_before"].endswith("Z")
    assert result["uncertain"] == "install 50 per_user CALs of 2022 (open) of packs[0]"
    assert result["changed"] is False


def test_warnings_of_check_mode_on_servers_that_are_still_to_come(told: Told) -> None:
    for name in ("bare", "inactive"):
        assert "would be installed once it is" in told.check.one(TASK, name)["warnings"][0]


def test_no_number_is_shown_anywhere(told: Told) -> None:
    controller = told.controller
    files = [
        path
        for path in controller.folder.rglob("*")
        # The inventory holds the numbers because the test put them there.
        if path.is_file() and path.name not in ("inventory.yml", "play.yml")
    ]
    assert any(path.name == "ansible.log" for path in files)
    assert any(path.parent.name == "facts" for path in files)
    for run in (told.check, told.first, told.second):
        results = json.dumps([each.result for each in run.events])
        for secret in SECRETS:
            assert secret not in run.output
            assert secret not in results
    for path in files:
        held = path.read_bytes()
        assert [secret for secret in SECRETS if secret.encode() in held] == []


# -- other ways, other options ----------------------------------------------------------------

WRONG_OPTIONS: dict[str, Json] = {
    "unknown_option": {"packs": [{**row("retail", 20), "licence_code": RETAIL}]},
    "wrong_place": {"packs": [{**row("retail", 20), "channel": RETAIL}]},
    "no_number": {"packs": [{**row("retail", 20), "quantity": RETAIL}]},
    "no_list": {"packs": RETAIL},
    "list_of_texts": {"packs": [RETAIL]},
    "negative": {"packs": [row(quantity=-1)]},
    "zero": {"packs": [row(quantity=0)]},
    "old": {"packs": [row(version="2003")]},
    "foreign": {"packs": [row(license_code=RETAIL)]},
    "missing": {"packs": [{"channel": "open", "version": "2022", "type": "per_user",
                           "quantity": 1, "license_number": OPEN[0]}]},
    "nothing_at_all": {"state": "present"},
    "absent_without_id": {"state": "absent"},
    "both": {"state": "absent", "key_pack_id": 2, "count": 1, "keep": 1},
}  # fmt: skip


@pytest.fixture(scope="module")
def refused(lab: LABS) -> Told:
    controller = lab({"hosts": {name: {"roles": ["licensing"]} for name in WRONG_OPTIONS}})
    return tell(controller, WRONG_OPTIONS)


@pytest.mark.parametrize("name", WRONG_OPTIONS)
def test_options_that_cannot_be_meant(refused: Told, name: str) -> None:
    for run in (refused.check, refused.first):
        assert failed(run, name)
        assert "What to do: " in run.one(TASK, name)["msg"]
        assert run.soap(name) == []


def test_numbers_in_the_wrong_place_are_not_shown_either(refused: Told) -> None:
    for run in (refused.check, refused.first):
        shown = run.output + json.dumps([each.result for each in run.events])
        assert [secret for secret in SECRETS if secret in shown] == []


@pytest.mark.parametrize("way", ["psrp-http-ntlm", "psrp-https-basic", "winrm-https-basic"])
def test_other_ways_to_the_host(lab: LABS, way: str) -> None:
    connection, scheme, auth = way.split("-")
    hosts = {"ls1": CASES["channels"].whole_plan}
    scenario = {"clearinghouse": CLEARINGHOUSE, "hosts": hosts}
    controller = lab(scenario, connection=connection, scheme=scheme, auth=auth)
    found = tell(controller, {"ls1": {"packs": CASES["channels"].packs}})
    assert bought(found, "ls1") == (50, 10, 20, 15)
    assert found.second.one(TASK, "ls1")["changed"] is False


@pytest.mark.parametrize("connection", ["winrm", "psrp"])
def test_a_call_is_waited_for_beyond_the_connection_s_own_timeouts(
    lab: LABS, connection: str
) -> None:
    plan = {**CASES["nothing"].whole_plan, "faults": install_fault("slow", at=1, seconds=5)}
    controller = lab(
        {"clearinghouse": CLEARINGHOUSE, "hosts": {"ls1": plan}}, connection=connection
    )
    controller.host_variables = {
        "ls1": {
            "ansible_winrm_operation_timeout_sec": 2,
            "ansible_winrm_read_timeout_sec": 3,
            "ansible_psrp_operation_timeout": 2,
            "ansible_psrp_read_timeout": 3,
        }
    }
    run = controller.play({"name": TASK, MODULE: {"packs": [row()]}}, hosts="ls1")
    assert run.one(TASK)["changed"]
    # Read before and after: the answer came, and nothing had to be looked for.
    reads = [each.cls for each in run.soap("ls1") if each.operation == "Enumerate"]
    assert reads.count("Win32_TSLicenseKeyPack") == 2
    assert run.writes("ls1") == [INSTALL_OPEN]


@pytest.mark.parametrize("form", ["dmtf", "us", "absent"])
def test_dates_in_the_forms_that_were_seen(lab: LABS, form: str) -> None:
    server = {"packs": [pack(30)], "expires_form": form}
    controller = lab(
        {
            "clearinghouse": CLEARINGHOUSE,
            "hosts": {"ls1": {"roles": ["licensing"], "license_server": server}},
        }
    )
    run = controller.play({"name": TASK, MODULE: {"packs": [row()]}}, hosts="ls1")
    assert run.one(TASK)["installed"][0]["quantity"] == 20


REMOVALS: dict[str, tuple[Json, tuple[str, ...], tuple[int, ...]]] = {
    "whole": ({"key_pack_id": 2}, ("UninstallLicenseKeyPackWithId",), (30,)),
    "some": ({"key_pack_id": 2, "keep": 20}, ("RemoveLicensesWithIdCount",), (20, 30)),
    "none": ({"key_pack_id": 9}, (), (50, 30)),
    "own": ({"key_pack_id": 1}, (), (50, 30)),
}


def test_removing(lab: LABS) -> None:
    plan = {"roles": ["licensing"], "license_server": {"packs": [pack(50), pack(30)]}}
    controller = lab({"hosts": dict.fromkeys(REMOVALS, plan)})
    found = tell(
        controller, {name: {"state": "absent", **each[0]} for name, each in REMOVALS.items()}
    )
    for name, (dummy, calls, totals) in REMOVALS.items():
        check, first = found.check.one(TASK, name), found.first.one(TASK, name)
        assert found.check.writes(name) == []
        assert tuple(found.first.writes(name)) == calls
        assert bought(found, name) == totals
        assert found.second.writes(name) == []
        assert check["changed"] is first["changed"] is bool(calls)
        assert check.get("after") == first.get("after")
    assert found.first.one(TASK, "own")["refused"] == "not_bought"
