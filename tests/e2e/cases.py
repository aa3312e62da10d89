# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases of one module: a host in some state and the options of the task, one host per case.

All cases of a module run in one playbook, in check mode, for real, and once more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .runner import Json, Run
from .stories import LABS, Story, tell

TASK = "The task of the case"
GPO: dict[str, Any] = {
    "name": "Session limits",
    "guid": "{6AC1786C-016F-11D2-945F-00C04FB984F9}",
    "values": {"MaxIdleTime": 600000},
}
"""A GPO that delivers none of our values: the host can tell so."""


@dataclass(frozen=True)
class Case:
    """A case and what has to come of it.

    :param name: of the host.
    :param plan: the host's part of the scenario.
    :param options: of the task.
    :param writes: the writing methods that the run sends; none: nothing changes.
    :param after: the fields of ``after`` that matter.
    :param refused: the word of the refusal; the task fails then.
    :param says: parts of the message of a failure, or of the warnings; no warning without any.
    :param pending: Windows does not answer by the policy yet.
    """

    name: str
    plan: dict[str, Any]
    options: Json
    writes: tuple[str, ...] = ()
    after: Json = field(default_factory=dict)
    refused: str | None = None
    says: tuple[str, ...] = ()
    pending: bool = False

    @property
    def whole_plan(self) -> dict[str, Any]:
        """The plan; a domain member gets a GPO of no concern, so that it can tell of its GPOs."""
        if "workgroup" in self.plan or "rsop" in self.plan:
            return self.plan
        return {"gpo": GPO, **self.plan}


def run_cases(lab: LABS, module: str, cases: Iterable[Case], others: dict[str, Any]) -> Story:
    """Run all of them.

    :param others: hosts without a case.
    """
    cases = list(cases)
    controller = lab({"hosts": {**{each.name: each.whole_plan for each in cases}, **others}})
    controller.environment["ANSIBLE_STRATEGY"] = "free"
    controller.host_variables = {each.name: {"options": each.options} for each in cases}
    names = sorted({name for each in cases for name in each.options})
    options = {name: f"{{{{ options.{name} | default(omit) }}}}" for name in names}
    task = {"name": TASK, f"remote_desktop.licensing.{module}": options}
    hosts = ",".join(each.name for each in cases)

    def run(*arguments: str) -> Run:
        return controller.play(task, hosts=hosts, arguments=arguments)

    return tell(controller, run, only_changed_again=True)


def check_case(story: Story, case: Case) -> None:
    """Hold what came of it against what has to."""
    first = story.first.one(TASK, case.name)
    assert story.first.writes(case.name) == list(case.writes), first
    assert first["changed"] == bool(case.writes)
    if case.refused is not None:
        assert first["refused"] == case.refused
        assert story.first.statuses(TASK)[case.name] == "failed"
        assert first["msg"].startswith(f"{case.name} (")
        assert "): setting the licens" in first["msg"], "the operation"
        assert "What to do: " in first["msg"]
        said = first["msg"]
    else:
        said = "\n".join(first.get("warnings", []))
        assert story.first.statuses(TASK)[case.name] == "ok", first.get("msg")
        assert {name: first["after"][name] for name in case.after} == case.after
        assert first["pending"] == case.pending
        assert bool(said) == bool(case.says), said
    for part in case.says:
        assert part in said, said


def check_mode_tells(story: Story, case: Case) -> None:
    """Check mode wrote nothing and foretold what the run then did."""
    told, first = story.check.one(TASK, case.name), story.first.one(TASK, case.name)
    assert story.check.writes(case.name) == []
    assert story.at_start[case.name] == story.after_check[case.name]
    assert told["changed"] == first["changed"]
    assert told.get("msg") == first.get("msg")
    assert told.get("before") == first.get("before")
    if not case.pending:
        assert told.get("after") == first.get("after")
        assert told.get("warnings") == first.get("warnings")
    if first["changed"]:
        assert told["diff"]["before"] == first["before"]
        assert told["diff"]["after"] == told["after"]


def second_run_rests(story: Story, case: Case) -> None:
    """A second run changes nothing; the first one was a second one where nothing was written."""
    first = story.first.one(TASK, case.name)
    if not case.writes:
        assert story.at_start[case.name] == story.after_first[case.name]
        assert story.second.of(TASK, case.name) == []
        return
    second = story.second.one(TASK, case.name)
    assert second["changed"] is False
    assert story.second.writes(case.name) == []
    assert story.after_first[case.name] == story.after_second[case.name]
    assert second["before"] == second["after"]
    if not case.pending:
        assert second["before"] == first["after"]
