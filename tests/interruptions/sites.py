# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rescue stories: a small site for each, its playbook, and what must never be lost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from e2e import test_migration, test_reinstalled, test_wrong_channel
from e2e.runner import CALLBACKS, Controller, Json
from e2e.stories import LABS
from farm.model.host import Host

Pack = tuple[int, int, int, int]
"""Program, version, type and total, as Windows numbers them."""
QUICK = {"ansible_winrm_operation_timeout_sec": 1, "ansible_winrm_read_timeout_sec": 5}
"""The plugin waits this long for output when its input got lost; 20 seconds by default."""
HURRY = {
    "ANSIBLE_CALLBACK_PLUGINS": f"{CALLBACKS}:{Path(__file__).with_name('callback_plugins')}",
    "ANSIBLE_CALLBACKS_ENABLED": "transcript,hurry",
}


def packs(controller: Controller, host: str) -> Counter[Pack]:
    """What was bought, as the license server holds it; empty where there is none."""
    server = controller.farm.hosts[host].license_server
    if server is None:
        return Counter()
    return Counter(
        (int(each.program), each.version, int(each.type), each.total)
        for each in server.packs.all()
        if each.bought
    )


def lists(controller: Controller) -> dict[str, list[str]]:
    """The license servers that each session host uses."""
    found = {}
    for name, state in controller.farm.state().items():
        servers = state["effective_servers"]
        if state["session_host"] and isinstance(servers, list):
            found[name] = servers
    return found


Held = dict[str, Counter[Pack]]
Losses = Callable[[Controller, Held, Held], list[str]]


@dataclass(frozen=True)
class Rescue:
    """A story.

    ``variant`` tells two runs of one playbook apart. ``losses`` says what is lost, given what the
    license servers held at the start and hold after an undisturbed run.
    """

    playbook: str
    build: Callable[[LABS], Controller]
    variables: Json
    losses: Losses
    variant: str = ""
    folders: dict[str, str] = field(default_factory=dict)
    """Variables that name a folder on the controller: one below that of the run."""

    @property
    def name(self) -> str:
        """For people."""
        return self.playbook.rpartition(".")[2] + (f", {self.variant}" if self.variant else "")

    def site(self, lab: LABS) -> Controller:
        """The site at the start of the story; its services start at once."""
        made = self.build(lab)
        made.auth = "basic"
        made.environment |= HURRY
        for name, host in made.farm.hosts.items():
            made.host_variables[name] = {**QUICK, **made.host_variables.get(name, {})}
            for service in host.services.values():
                service.seconds = 0.005
        return made

    def all_variables(self, controller: Controller) -> Json:
        """The variables of a run."""
        folders = {name: str(controller.folder / at) for name, at in self.folders.items()}
        return {**self.variables, **folders}


def license_hosts(controller: Controller) -> dict[str, Host]:
    """The hosts that are license servers, or are to be."""
    return {
        name: host
        for name, host in controller.farm.hosts.items()
        if host.license_server is not None or "rds_license_servers" in (host.plan.groups or ())
    }


# -- migrate_license_server ---------------------------------------------------------------------


def _migration(lab: LABS) -> Controller:
    by_policy = {"release": "2022", "policy": {"mode": 4, "servers": "lsold"}, "rsop": "empty"}
    return test_migration.small(lab, test_migration.PACKS, sh2=by_policy)


def _lost_by_migration(controller: Controller, start: Held, end: Held) -> list[str]:
    wrong = []
    if packs(controller, "lsold") != start["lsold"]:
        wrong.append(f"the old server holds {packs(controller, 'lsold')}")
    stocked = packs(controller, "lsnew") == end["lsnew"]
    old = controller.farm.hosts["lsold"].license_server
    if old is not None and not old.activated and not stocked:
        wrong.append("the old server is deactivated, and the new one has not all CALs")
    for name, servers in lists(controller).items():
        first = {each.partition(".")[0] for each in servers}
        if not stocked and "lsnew" in first:
            wrong.append(f"{name} is pointed at a half stocked server: {servers}")
        elif not first & {"lsold", "lsnew"}:
            wrong.append(f"{name} has {servers}, where its CALs are not")
    return wrong


# -- recover_after_reinstall --------------------------------------------------------------------


def _reinstalled(lab: LABS) -> Controller:
    return test_reinstalled.site(lab, reinstalls=1)


def _lost_by_recovery(controller: Controller, start: Held, end: Held) -> list[str]:
    """There was nothing; but what Microsoft gave stays, and only once."""
    held = packs(controller, "ls1")
    more = held - end["ls1"]
    return [f"more than was bought: {more}"] if more or start["ls1"] else []


# -- correct_cal_channel ------------------------------------------------------------------------

EVIDENCE = {"lserver_migration_output_path": "evidence"}


def _evidence(controller: Controller, start: Held) -> list[str]:
    """What was there before is written down once, and stays."""
    path = controller.folder / EVIDENCE["lserver_migration_output_path"]
    path /= f"ls1.key_pack_{test_wrong_channel.WRONG}.before.json"
    if not path.exists():
        return [] if packs(controller, "ls1") == start["ls1"] else ["no evidence from before"]
    shown = json.loads(path.read_text(encoding="utf-8"))["servers"][0]["packs"]
    bought = [each for each in shown if each["program"] not in ("builtin", "temporary")]
    totals = sorted(each["total"] for each in bought)
    if totals == sorted(pack[-1] for pack in start["ls1"].elements()):
        return []
    return [f"the evidence from before tells of {totals}"]


def _lost_by_correction(controller: Controller, start: Held, end: Held) -> list[str]:
    """Until the right CALs are there, the wrong ones are; no other pack is ever touched."""
    held, both = packs(controller, "ls1"), start["ls1"] | end["ls1"]
    wrong = _evidence(controller, start)
    wrong += [f"more than was bought: {held - both}"] if held - both else []
    if held & start["ls1"] != start["ls1"] and held & end["ls1"] != end["ls1"]:
        wrong.append(f"neither the old nor the right packs are whole: {held}")
    return wrong


def _lost_by_removing_first(controller: Controller, start: Held, end: Held) -> list[str]:
    """The order that was asked for has a time without the CALs in question."""
    held, both = packs(controller, "ls1"), start["ls1"] | end["ls1"]
    wrong = _evidence(controller, start)
    wrong += [f"more than was bought: {held - both}"] if held - both else []
    untouched = start["ls1"] & end["ls1"]
    if held & untouched != untouched:
        wrong.append(f"a pack that is not concerned is gone: {held}")
    return wrong


CORRECTION: Json = {
    **test_wrong_channel.VARIABLES,
    "lserver_migration_backup": True,
    # The service is down meanwhile. The migration's bundle is made from a snapshot.
    "lserver_migration_backup_method": "stop_service",
}
MIGRATION = Rescue(
    test_migration.PLAYBOOK,
    _migration,
    {
        **test_migration.FAST,
        "lserver_migration_backup": True,
        "lserver_migration_switch": True,
        "lserver_migration_deactivate_old": True,
    },
    _lost_by_migration,
)
RECOVERY = Rescue(
    test_reinstalled.PLAYBOOK,
    _reinstalled,
    {
        "lserver_migration_server": "ls1",
        "lserver_migration_timeout": 1,
        "license_server_contact": test_reinstalled.CONTACT,
    },
    _lost_by_recovery,
    folders={"lserver_migration_output_path": "sheets"},
)
CORRECT = Rescue(
    test_wrong_channel.PLAYBOOK,
    test_wrong_channel.site,
    CORRECTION,
    _lost_by_correction,
    folders=EVIDENCE,
)
REMOVE_FIRST = Rescue(
    test_wrong_channel.PLAYBOOK,
    test_wrong_channel.site,
    # The bundle is made in the same way as in the other order, and tried there.
    {**CORRECTION, "lserver_migration_backup": False, "lserver_migration_remove_first": True},
    _lost_by_removing_first,
    variant="the wrong pack first",
    folders=EVIDENCE,
)
RESCUES = (RECOVERY, REMOVE_FIRST, CORRECT, MIGRATION)
