# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One interruption: the run that breaks off, what it leaves behind, and the run that mends it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database import (
    bundle_check,
    bundle_name,
    bundle_reader,
)
from e2e.runner import Controller, Run
from e2e.stories import LABS
from farm import Fault
from farm.model.host import Host

from .places import Break, Place, mend, places_of
from .sites import Held, Rescue, license_hosts, lists, packs

FOLDER = r"C:\ProgramData\rds_bundles"
AFTER_DEAD_MAN = 25
"""Minutes: the dead man acts after 15, and a claim lasts 20."""
CLEARINGHOUSE = ("KeyPack", "ServerAutomatic")
"""Parts of the names of methods that ask Microsoft."""

WAY_OUT = "What to do: "


@dataclass(frozen=True)
class Reference:
    """An undisturbed run: where it can break off, and what is right at its end."""

    places: list[Place]
    start: Held
    end: Held
    lists: dict[str, list[str]]
    activated: dict[str, bool]
    seconds: float


@dataclass
class Verdict:
    """What came of interruptions, one per run.

    ``hit``: each place was reached. ``broke``: a run failed for it. ``refused``: why a run after
    one would not go on at once.
    """

    hit: bool = True
    broke: bool = False
    refused: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def play(rescue: Rescue, controller: Controller) -> Run:
    """Run the playbook of the story."""
    return controller.run(rescue.playbook, **rescue.all_variables(controller))


def held(controller: Controller) -> Held:
    """What the license servers hold."""
    return {name: packs(controller, name) for name in license_hosts(controller)}


def activated(controller: Controller) -> dict[str, bool]:
    """Which license servers are activated."""
    return {
        name: host.license_server is not None and host.license_server.activated
        for name, host in license_hosts(controller).items()
    }


def undisturbed(rescue: Rescue, lab: LABS) -> Reference:
    """Run the story to its end."""
    controller = rescue.site(lab)
    start, began = held(controller), time.monotonic()
    run = play(rescue, controller)
    assert run.returncode == 0, run.output
    assert held(controller) != start
    return Reference(
        places_of(run.requests),
        start,
        held(controller),
        lists(controller),
        activated(controller),
        time.monotonic() - began,
    )


def interrupt(
    rescue: Rescue, reference: Reference, breaks: Sequence[tuple[Place, Break]], lab: LABS
) -> Verdict:
    """Break a run off, look, and run again: until it is not broken off, and ends as undisturbed."""
    controller, verdict = rescue.site(lab), Verdict()
    runs: list[Run] = []
    for place, how in breaks:
        fault = place.break_off(controller, how)
        runs += _go_on(rescue, controller, fault, verdict)
        mend(controller)
        verdict.hit &= bool(fault.hits)
        verdict.broke |= runs[-1].returncode != 0
        lost = _losses(rescue, controller, reference)
        verdict.wrong += [f"after {place}: {each}" for each in lost]
    runs += _go_on(rescue, controller, None, verdict)
    if runs[-1].returncode != 0:
        verdict.wrong.append(f"the last run ends with: {_says(runs[-1])}")
    verdict.wrong += asked_twice(runs)
    verdict.wrong += _differences(rescue, controller, reference)
    # A dead man whose removal got lost finds the service running, and goes by himself.
    _wait(controller)
    verdict.wrong += _left_behind(controller)
    return verdict


def _go_on(
    rescue: Rescue, controller: Controller, fault: Fault | None, verdict: Verdict
) -> list[Run]:
    """Run it. Where it is refused, do what the message says, and run it again.

    First a service that does not run is started by hand, then somebody waits.
    """
    runs = [play(rescue, controller)]
    stopped = [name for name, host in license_hosts(controller).items() if not _runs(host)]
    ways: list[Callable[[], None]] = [lambda: _wait(controller)]
    if stopped:
        ways.insert(0, lambda: _start(controller, stopped))
    for way in ways:
        if runs[-1].returncode == 0 or (fault is not None and fault.hits):
            break
        refusal = _says(runs[-1])
        verdict.refused.append(refusal)
        if WAY_OUT not in refusal:
            verdict.wrong.append(f"does not say what to do: {refusal}")
        way()
        runs.append(play(rescue, controller))
    return runs


def _start(controller: Controller, names: Sequence[str]) -> None:
    """Start the licensing service, as the modules tell those where it does not run."""
    options = {"name": "licensing", "state": "started"}
    for name in names:
        controller.play({"remote_desktop.licensing.rds_service": options}, hosts=name)


def asked_twice(runs: Sequence[Run]) -> list[str]:
    """What was asked of Microsoft twice: in one run at all, in several if it had been done.

    In these sites there is one question of each kind. The farm notes the parameters of what it did.
    """
    wrong = []
    done: Counter[tuple[str, str]] = Counter()
    for run in runs:
        asked: Counter[tuple[str, str]] = Counter()
        for host, seen in run.requests.items():
            for each in seen:
                if each.writes and any(part in each.method for part in CLEARINGHOUSE):
                    asked[host, each.method] += 1
                    done[host, each.method] += bool(each.params)
        wrong += [f"in one run: {each}" for each, times in asked.items() if times > 1]
    wrong += [f"although it was done: {each}" for each, times in done.items() if times > 1]
    return [f"asked of Microsoft twice {each}" for each in wrong]


def _says(run: Run) -> str:
    """Why a run failed: the messages of the tasks that did."""
    texts = [
        f"{each.task}: {each.result.get('msg', '')}"
        for each in run.events
        if each.status in ("failed", "unreachable") and not each.result.get("ignore_errors")
    ]
    return " | ".join(texts) or run.output[-500:]


def _wait(controller: Controller) -> None:
    """Let time pass on the hosts; what is due there runs."""
    for host in controller.farm.hosts.values():
        host.clock.advance(timedelta(minutes=AFTER_DEAD_MAN))
        host.tasks.run_due()


def _losses(rescue: Rescue, controller: Controller, reference: Reference) -> list[str]:
    wrong = rescue.losses(controller, reference.start, reference.end)
    for name, host in license_hosts(controller).items():
        wrong += [f"{name}: {each}" for each in bundle_problems(host)]
        if not _runs(host) and host.license_server is not None and not host.tasks.all():
            wrong.append(f"{name}: the service is stopped, and no task would start it")
    return wrong


def _runs(host: Host) -> bool:
    """Whether the licensing service runs, once it is where it was going."""
    service = host.services.get("TermServLicensing")
    if service is None:
        return False
    for dummy in range(100):
        if not service.state.endswith("Pending"):
            break
        time.sleep(0.01)
    return service.state == "Running"


def bundle_problems(host: Host) -> list[str]:
    """What is wrong with the bundles of a host, by the reader of the controller."""
    with host.files.exempt():
        if not host.files.exists(FOLDER):
            return []
        names = [each.name for each in host.files.list_folder(FOLDER)]
        real = {
            name: host.files.real(rf"{FOLDER}\{name}")
            for name in names
            if bundle_name.BundleName.find(name) is not None
        }
    wrong = []
    for name, path in real.items():
        contents = bundle_reader.read_bundle_file(path, deep=True)
        checked = bundle_check.check_bundle(contents, bundle_name.BundleName.parse(name))
        wrong += [f"{name}: {each.text}" for each in checked.problems]
    return wrong


def _differences(rescue: Rescue, controller: Controller, reference: Reference) -> list[str]:
    """In what the end is not that of an undisturbed run."""
    wrong = _losses(rescue, controller, reference)
    pairs = {
        "packs": (held(controller), reference.end),
        "lists": (lists(controller), reference.lists),
        "activated": (activated(controller), reference.activated),
    }
    wrong += [f"{name}: {now}, not {right}" for name, (now, right) in pairs.items() if now != right]
    wrong += _left_behind(controller, tasks=False)
    return [f"at the end: {each}" for each in wrong]


def _left_behind(controller: Controller, *, tasks: bool = True) -> list[str]:
    """A license server whose service does not run, or that still has a task."""
    wrong = []
    for name, host in license_hosts(controller).items():
        if not _runs(host):
            wrong.append(f"{name}: the service does not run")
        if tasks and host.tasks.all():
            wrong.append(f"{name}: tasks are left: {[each.name for each in host.tasks.all()]}")
    return wrong
