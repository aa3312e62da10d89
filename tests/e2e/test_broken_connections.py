# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection that breaks at any point of a run that changes a host.

There is a host for each request of the run: its connection breaks when that request comes (drop),
or after it was carried out (drop_after). Afterwards the host is either as wanted, or the result
says what was done and what is uncertain; the next run completes it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from .runner import Controller, Json, Run
from .stories import LABS, POLICY, STRAY, Snapshot

SERVERS = ["ls1.corp.example", "ls2.corp.example"]
TASKS: list[Json] = [
    {"name": "mode", "remote_desktop.licensing.rds_licensing_mode": {"mode": "per_user"}},
    {"name": "list", "remote_desktop.licensing.rds_license_server": {"servers": SERVERS}},
]
PLAN: dict[str, Any] = {
    "registry": {STRAY: None, STRAY + r"\a": {"LicenseServer": {"type": "sz", "data": "a"}}}
}
MOST_REQUESTS = 46
"""More than the run takes, so that each request is hit; a test holds it against the calm host."""
WRITES = ("SetDWORDValue", "SetStringValue", "DeleteKey")


def plans() -> dict[str, dict[str, Any]]:
    """The hosts by name: calm, dropN, after-WRITE."""
    found: dict[str, dict[str, Any]] = {"calm": PLAN}
    for number in range(1, MOST_REQUESTS + 1):
        found[f"drop{number}"] = {**PLAN, "faults": [{"kind": "drop", "at": number}]}
    for method in WRITES:
        # Each of them once: the second DeleteKey is another request than the first.
        for number in (1, 2) if method == "DeleteKey" else (1,):
            knob = {"kind": "drop_after", "method": method, "at": number}
            found[f"after{len(found)}"] = {**PLAN, "faults": [knob]}
    return found


class Outcome(NamedTuple):
    """A run with breaking connections, the next one over what it left, and the farm after each."""

    controller: Controller
    run: Run
    left: dict[str, set[str]]
    following: Run
    completed: dict[str, set[str]]


@pytest.fixture(scope="module")
def outcome(lab: LABS) -> Outcome:
    """All hosts, over winrm."""
    return outcome_of(lab({"hosts": plans()}))


@pytest.fixture(scope="module")
def psrp_outcome(lab: LABS) -> Outcome:
    """Some hosts, over psrp: what is done about it stands above the connection."""
    few = {name: plan for name, plan in plans().items() if name in ("calm", "drop1", "drop3")}
    after = {name: plan for name, plan in plans().items() if name.startswith("after")}
    return outcome_of(lab({"hosts": {**few, **after}}, connection="psrp"))


def outcome_of(controller: Controller) -> Outcome:
    """Run both modules on all hosts, and again over those that are not done."""
    # A lost write is looked for during several seconds: hosts do not wait for each other.
    controller.environment |= {"ANSIBLE_FORKS": "16", "ANSIBLE_STRATEGY": "free"}
    start = {name: Snapshot.of(host) for name, host in controller.farm.hosts.items()}

    def changes() -> dict[str, set[str]]:
        return {
            name: start[name].changes(Snapshot.of(host))
            for name, host in controller.farm.hosts.items()
        }

    first = controller.play(*TASKS, arguments=["-vvv"])
    left = changes()
    unfinished = [name for name, made in left.items() if made != left["calm"]]
    following = controller.play(*TASKS, hosts=",".join([*unfinished, "calm"]))
    return Outcome(controller, first, left, following, changes())


def test_every_request_is_hit(outcome: Outcome) -> None:
    asked = len(outcome.run.soap("calm"))
    assert asked < MOST_REQUESTS
    for name, host in outcome.controller.farm.hosts.items():
        for knob in host.faults:
            wanted = knob.kind == "drop_after" or (knob.at or 0) <= asked
            assert knob.hits == int(wanted), name


def test_the_other_connection_does_the_same(psrp_outcome: Outcome) -> None:
    calm = psrp_outcome.run.soap("calm")
    for name, made in psrp_outcome.left.items():
        assert made == psrp_outcome.left["calm"], name
        assert psrp_outcome.run.recap[name] == psrp_outcome.run.recap["calm"]
        assert psrp_outcome.run.writes(name) == psrp_outcome.run.writes("calm")
        knobs = list(psrp_outcome.controller.farm.hosts[name].faults)
        assert [knob.hits for knob in knobs] == [1] * len(knobs)
        assert len(psrp_outcome.run.soap(name)) == len(calm) + name.startswith("drop")


def test_a_read_that_breaks_off_is_repeated(outcome: Outcome) -> None:
    """Only a write that was not carried out keeps a host from being done."""
    calm = outcome.run.soap("calm")
    for name, made in outcome.left.items():
        if not name.startswith("drop"):
            continue
        number = int(name.removeprefix("drop"))
        hit = calm[number - 1] if number <= len(calm) else None
        done = made == outcome.left["calm"]
        assert done == (hit is None or not hit.writes), (name, hit)
        if done:
            assert outcome.run.recap[name]["changed"] == 2
            assert outcome.run.recap[name]["failed"] == 0


def test_a_write_whose_answer_is_lost_counts_when_it_is_read_back(outcome: Outcome) -> None:
    hosts = [name for name in outcome.left if name.startswith("after")]
    assert len(hosts) == 4
    for name in hosts:
        assert outcome.left[name] == outcome.left["calm"]
        assert outcome.run.writes(name) == outcome.run.writes("calm"), "none was sent twice"
        assert outcome.run.recap[name]["failed"] == 0


def said_of(result: Json) -> str:
    """What a result says was written, or may have been."""
    return "\n".join([*result.get("applied", []), str(result.get("uncertain", ""))])


WORDS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("LicensingMode to 4", lambda change: change.endswith("[LicensingMode]")),
    ("LicenseServers to 'ls1", lambda change: change == f"+{POLICY} [LicenseServers]"),
    (rf"delete the stray key {STRAY}\a", lambda change: change == rf"-{STRAY}\a"),
    (f"delete the stray key {STRAY}", lambda change: change == f"-{STRAY}"),
)


def test_what_is_half_done_is_reported(outcome: Outcome) -> None:
    broken = [name for name, made in outcome.left.items() if made != outcome.left["calm"]]
    assert broken, "some writes were not carried out"
    for name in broken:
        results = [each for each in outcome.run.events if each.host == name]
        last = results[-1]
        assert last.status in ("failed", "unreachable")
        message = last.result["msg"]
        assert message.startswith(f"{name} ("), message
        assert "What to do: " in message
        said = "\n".join(said_of(each.result) for each in results)
        if any(each.result["changed"] for each in results[:-1]):
            said += "\nLicensingMode to 4"  # the task before this one said that it was done
        for change in outcome.left[name]:
            words = next(text for text, fits in WORDS if fits(change))
            assert words in said, (name, change, said)


def test_the_next_run_completes_it(outcome: Outcome) -> None:
    assert outcome.following.returncode == 0, outcome.following.output
    for name, made in outcome.completed.items():
        assert made == outcome.completed["calm"], name
    assert outcome.following.recap["calm"]["changed"] == 0
    assert len(outcome.following.recap) > 1
