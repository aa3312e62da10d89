# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The diagnosis: every rule on a host where it fires and on one where it must not, and its cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis import (
    catalogue,
    farm_rules,
)
from farm.cases import CASES, Case, Kind, together
from farm.cases.case import named, with_names

from .runner import Json, Run
from .stories import LABS

FACTS = "Collect the CAL inventory"
DIAGNOSE = "Diagnose"
ALONE = {rule: case for rule, case in CASES.items() if case.alone}
HERE = {rule: case for rule, case in CASES.items() if not case.alone}
KINDS: tuple[Kind, Kind] = ("firing", "quiet")
PARTS = ("sh2", "ls2", "sh", "ls")


def prefix_of(host: str) -> str:
    """The prefix of a case's host."""
    return next(host.removesuffix(part) for part in PARTS if host.endswith(part))


def diagnosis_task(**options: Any) -> Json:
    """The task that diagnoses; options may come from the host's variables."""
    return {
        "name": DIAGNOSE,
        "remote_desktop.licensing.rds_licensing_diagnosis": {
            "wanted_mode": "{{ wanted_mode | default(omit) }}",
            "wanted_servers": "{{ wanted_servers | default(omit) }}",
            **options,
        },
    }


def facts_play(hosts: list[str]) -> Json:
    """A play that collects the facts of license servers."""
    task = {
        "name": FACTS,
        "remote_desktop.licensing.rds_cal_pack_facts": {"issued": "summary"},
        "ignore_errors": True,
    }
    return {"hosts": ",".join(hosts), "gather_facts": False, "tasks": [task]}


def diagnosis_play(hosts: list[str], **options: Any) -> Json:
    """A play that diagnoses hosts."""
    tasks = [diagnosis_task(**options)]
    return {"hosts": ",".join(hosts), "gather_facts": False, "tasks": tasks}


@dataclass(frozen=True)
class Told:
    """A run over the cases of a kind."""

    run: Run
    about: dict[str, str]
    whole_reads: int

    def ids(self, rule: str) -> set[str]:
        """What was found on the host that a rule is about."""
        return {each["id"] for each in self.run.one(DIAGNOSE, self.about[rule])["findings"]}


@pytest.fixture(scope="module")
def told(lab: LABS) -> dict[Kind, Told]:
    """Both kinds: the facts of license servers where they matter, then every host of a case."""
    found: dict[Kind, Told] = {}
    for kind in KINDS:
        scenario, about = together(kind)
        controller = lab(scenario)
        controller.host_variables = {
            host: with_names(CASES[rule].options, prefix_of(host)) for rule, host in about.items()
        }
        prefixes = {prefix_of(host) for rule, host in about.items() if "facts" in CASES[rule].needs}
        servers = [
            host
            for host in controller.farm.hosts
            if prefix_of(host) in prefixes and not host.endswith(("sh", "sh2"))
        ]
        run = controller.plays(
            facts_play(servers), diagnosis_play(list(about.values()), network=True)
        )
        reads = sum(host.events.whole_reads for host in controller.farm.hosts.values())
        found[kind] = Told(run, about, reads)
    return found


def test_the_farm_has_a_case_for_every_rule() -> None:
    assert set(CASES) == {rule.id for rule in catalogue.ALL_RULES}


@pytest.mark.parametrize("rule", HERE)
def test_a_rule_fires_on_a_host(told: dict[Kind, Told], rule: str) -> None:
    assert rule in told["firing"].ids(rule)


@pytest.mark.parametrize("rule", HERE)
def test_a_rule_does_not_fire_on_the_near_miss(told: dict[Kind, Told], rule: str) -> None:
    assert rule not in told["quiet"].ids(rule)


@pytest.mark.parametrize("kind", KINDS)
def test_the_diagnosis_reads_only_and_little(told: dict[Kind, Told], kind: Kind) -> None:
    run = told[kind].run
    for host in told[kind].about.values():
        result = run.one(DIAGNOSE, host)
        assert run.writes(host) == [] or set(run.writes(host)) == {"Command"}
        assert result["changed"] is False
        assert result["ansible_facts"]["rds_diagnosis"]["verdict"] == result["verdict"]
    assert told[kind].whole_reads == 0, "a whole event log was read"


def cim(run: Run, host: str) -> int:
    """The CIM requests that a host saw; those of a shell are not CIM."""
    shell = ("ShellCreate", "Command", "Send", "Receive", "Signal", "ShellDelete")
    return sum(each.operation not in shell for each in run.soap(host))


def counted(result: Json) -> int:
    """What the module says of its requests."""
    return sum(each["requests"] for each in result["checks"].values())


@pytest.mark.parametrize("kind", KINDS)
def test_at_most_twenty_requests_and_two_for_each_license_server(
    told: dict[Kind, Told], kind: Kind
) -> None:
    over = {}
    for rule, host in told[kind].about.items():
        if "facts" in CASES[rule].needs and CASES[rule].on != "sh":
            continue  # the collection of the facts is in its log, too
        result = told[kind].run.one(DIAGNOSE, host)
        seen = cim(told[kind].run, host)
        assert seen == counted(result), "what the module says of its requests is what the host saw"
        servers = (result["session_host"] or {}).get("servers") or []
        if seen > 20 + 2 * len(servers):
            over[rule] = result["checks"]
    assert over == {}


BUSY: dict[str, Json] = {
    # Everything at once: GPO, local list, flood of events, stray keys, no license server good.
    "busy": {
        "release": "2022",
        "gpo": {
            "name": "Mode only",
            "guid": "{6AC1786C-016F-11D2-945F-00C04FB984F9}",
            "values": {"LicensingMode": 4},
        },
        "local": {"servers": ["nowhere1", "nowhere2"]},
        "registry": {
            r"HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services\LicenseServers\000": {
                "x": {"type": "sz", "data": "y"}
            }
        },
        "event_log": {
            "system": 200_000,
            "records": [
                {"id": number, "log": "system", "count": 90, "every_hours": 1}
                for number in (1003, 1004, 1011)
            ],
        },
    },
    "policy": {
        "release": "2022",
        "gpo": {
            "name": "Both",
            "guid": "{6AC1786C-016F-11D2-945F-00C04FB984F9}",
            "values": {"LicensingMode": 4, "LicenseServers": "both1,ls-a.corp.example"},
        },
    },
    "bare": {"release": "2022"},
    "both1": {"release": "2025", "roles": ["session_host", "licensing"], "workgroup": "WG"},
    "ls-a": {"release": "2025", "roles": ["licensing"], "license_server": {"delegation": True}},
    "nothing": {"release": "2022", "roles": [], "groups": ["rds_session_hosts"]},
    "client": {"release": "win11-24h2", "groups": ["rds_session_hosts"]},
    # Half of the answers.
    "half": {
        "release": "2022",
        "policy": {"mode": 4, "servers": "ls-a.corp.example"},
        "denied": ["Win32_NTLogEvent", "Win32_TSGeneralSetting", "root/rsop/computer"],
        "registry_denied": [r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\RCM"],
        "event_log": {
            "denied_channels": ["Microsoft-Windows-TerminalServices-RemoteConnectionManager/Admin"]
        },
    },
    "mute": {"release": "2022", "denied": ["root/cimv2/TerminalServices"]},
    "german": {
        "release": "2022",
        "language": "de",
        "policy": {"mode": 4, "servers": "ls-a.corp.example"},
    },
}
CHECK_MODE, QUIET, FEW = "In check mode", "Without PowerShell", "Some groups"
FUTURE, STRANGE = "Look into the future", "An unknown group"


@pytest.fixture(scope="module")
def busy(lab: LABS) -> tuple[Run, Run]:
    """All hosts with everything, and a second run with less."""
    controller = lab({"hosts": BUSY})
    hosts = list(BUSY)
    every = controller.plays(diagnosis_play(hosts))
    module = "remote_desktop.licensing.rds_licensing_diagnosis"
    fewer = controller.play(
        {"name": CHECK_MODE, module: {"events": "system"}, "check_mode": True},
        {"name": QUIET, module: {"events": "none"}},
        {"name": FEW, module: {"checks": ["settings", "servers", "grace"]}},
        {"name": FUTURE, module: {"since_boot_hours": 0}, "ignore_errors": True},
        {"name": STRANGE, module: {"checks": ["weather"]}, "ignore_errors": True},
        hosts="policy,bare,ls-a",
    )
    assert sum(each.events.whole_reads for each in controller.farm.hosts.values()) == 0
    return every, fewer


@pytest.mark.parametrize("host", ["busy", "policy", "bare", "ls-a", "nothing", "half", "german"])
def test_a_host_with_everything_stays_within_the_budget(busy: tuple[Run, Run], host: str) -> None:
    result = busy[0].one(DIAGNOSE, host)
    servers = (result["session_host"] or {}).get("servers") or []
    assert cim(busy[0], host) == counted(result)
    assert counted(result) <= 20 + 2 * len(servers), result["checks"]


def test_a_host_with_both_roles_pays_for_both(busy: tuple[Run, Run]) -> None:
    result = busy[0].one(DIAGNOSE, "both1")
    assert result["roles"] == ["session_host", "license_server"]
    assert counted(result) <= 20 + 8


@pytest.mark.parametrize(
    ("host", "verdict"),
    [
        ("busy", "grace"),
        ("policy", "licensed"),
        ("bare", "grace"),
        ("ls-a", "not_applicable"),
        ("nothing", "not_applicable"),
        ("client", "not_applicable"),
        ("half", "licensed"),
        ("mute", "unknown"),
        ("german", "licensed"),
    ],
)
def test_verdicts(busy: tuple[Run, Run], host: str, verdict: str) -> None:
    result = busy[0].one(DIAGNOSE, host)
    assert result["verdict"] == verdict, (result["why"], result["unknown"])


def test_a_host_that_answers_half_of_the_questions_says_which(busy: tuple[Run, Run]) -> None:
    result = busy[0].one(DIAGNOSE, "half")
    unknown = {each["signal"]: each["why"] for each in result["unknown"]}
    assert set(unknown) == {
        "system events",
        "admin events",
        "network level authentication",
        "rsop",
        "grace key",
        "facts of ls-a.corp.example",
    }
    assert all(unknown.values())
    assert result["checks"]["events"]["done"] is False
    assert result["checks"]["connectivity"]["done"] is True
    assert result["session_host"]["grace_key"] is None
    assert {each["id"] for each in result["findings"]} == {"single_license_server"}


def test_events_of_others_and_of_before_are_not_counted(busy: tuple[Run, Run]) -> None:
    counts = busy[0].one(DIAGNOSE, "busy")["session_host"]["events"]["counts"]
    assert set(counts) <= {"1003", "1004", "1011"}
    assert sum(counts.values()) == 100
    signals = {each["signal"] for each in busy[0].one(DIAGNOSE, "busy")["unknown"]}
    assert "older system events" in signals


def test_only_one_command_runs_on_a_session_host_and_none_elsewhere(
    busy: tuple[Run, Run],
) -> None:
    commands = {
        host: [each.operation for each in busy[0].soap(host)].count("Command") for host in BUSY
    }
    assert commands["policy"] == commands["bare"] == 1
    assert commands["ls-a"] == commands["nothing"] == 0


def test_over_psrp_it_tells_the_same(lab: LABS) -> None:
    """Events, the probe of the network and the firewall are read in a runspace then."""
    names = ("policy", "ls-a")
    controller = lab({"hosts": {name: BUSY[name] for name in names}})
    play = diagnosis_play(list(names), network=True)
    shell = controller.plays(play)
    controller.over_psrp = frozenset(names)
    runspace = controller.plays(play)
    for name in names:
        one, other = shell.one(DIAGNOSE, name), runspace.one(DIAGNOSE, name)
        for key in ("verdict", "why", "unknown", "checks", "roles"):
            assert other[key] == one[key], key
        assert [each["id"] for each in other["findings"]] == [
            each["id"] for each in one["findings"]
        ]
        commands = [each.operation for each in runspace.soap(name)].count("Command")
        assert commands == [each.operation for each in shell.soap(name)].count("Command") > 0
        # Only a runspace is asked for something before its first command.
        opened = [each.operation for each in runspace.soap(name)]
        assert opened[opened.index("ShellCreate") + 1] == "Receive"


def test_a_connection_that_breaks_at_any_request_changes_nothing(lab: LABS) -> None:
    numbers = range(1, 25)
    plan = {**BUSY["german"], "policy": {"mode": 4, "servers": "ls-a.corp.example"}}
    hosts = {f"drop{at}": {**plan, "faults": [{"kind": "drop", "at": at}]} for at in numbers}
    controller = lab({"hosts": {**hosts, "ls-a": BUSY["ls-a"]}})
    run = controller.plays(diagnosis_play(list(hosts), events="system"))
    # A read is sent a second time, once.
    assert set(run.statuses(DIAGNOSE).values()) == {"ok"}
    assert {run.one(DIAGNOSE, host)["verdict"] for host in hosts} == {"licensed"}


def test_options_that_cannot_be(busy: tuple[Run, Run]) -> None:
    future = busy[1].one(FUTURE, "bare")
    assert "since_boot_hours has to be 1 or more" in future["msg"]
    strange = busy[1].one(STRANGE, "bare")
    assert "must be one or more of: settings, servers" in strange["msg"]


def test_less_may_be_asked_for(busy: tuple[Run, Run]) -> None:
    run = busy[1]
    assert not any(each.operation == "ShellCreate" for each in run.soap("ls-a"))
    quiet = run.one(QUIET, "policy")
    assert "events" not in quiet["checks"]
    few = run.one(FEW, "policy")
    assert set(few["checks"]) == {"system", "settings", "servers", "grace"}
    assert few["verdict"] == "unknown"
    checked = run.one(CHECK_MODE, "policy")
    assert "admin events" in {each["signal"] for each in checked["unknown"]}
    assert checked["verdict"] == "licensed"


@pytest.mark.parametrize("rule", ALONE)
def test_rules_over_the_farm(lab: LABS, rule: str) -> None:
    case: Case = ALONE[rule]
    hosts = {**named(case.firing, "f"), **named(case.quiet, "q")}
    controller = lab({"hosts": hosts})
    servers = [host for host in hosts if "ls" in host]
    run = controller.plays(facts_play(servers), diagnosis_play(list(hosts), events="system"))
    for kind, fires in (("f", True), ("q", False)):
        seen = {
            host: farm_rules.FarmHost(
                host,
                run.one(DIAGNOSE, host),
                run.one(FACTS, host)["ansible_facts"]["rds_cal"] if host in servers else {},
            )
            for host in hosts
            if host.startswith(kind)
        }
        assert (rule in {found.rule.id for dummy, found in farm_rules.judge_farm(seen)}) is fires
