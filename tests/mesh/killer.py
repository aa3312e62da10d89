# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills a node in the middle of a slice, when it has finished another one before."""

from __future__ import annotations

import threading
import time

from .farm_hosts import RequestLog
from .job import Attempt, Job
from .nodes import Mesh
from .private_data import JobPlan

PART = 3
"""The node dies when one of so many hosts of its slice was asked."""


class Killer:
    """Runs jobs and kills the node ``victim`` during its second one.

    :param minimum: of the hosts in a slice, below which no middle can be met.
    """

    def __init__(self, mesh: Mesh, job: Job, victim: str, log: RequestLog) -> None:
        self._mesh = mesh
        self._job = job
        self._victim = victim
        self._log = log
        self._done = 0
        self.killed_at: float | None = None
        self.processes = 0
        self.asked_before: frozenset[str] = frozenset()

    def run(self, plan: JobPlan, node: str) -> Attempt:
        """Run a job; the second one of the victim does not survive."""
        if node != self._victim or self._done == 0:
            self._done += node == self._victim
            return self._job.run(plan, node)
        ended = threading.Event()
        killer = threading.Thread(target=self._wait_and_kill, args=(plan, ended))
        self._log.skip()
        killer.start()
        try:
            return self._job.run(plan, node)
        finally:
            ended.set()
            killer.join()

    def _wait_and_kill(self, plan: JobPlan, ended: threading.Event) -> None:
        hosts, seen = set(plan.hosts), set[str]()
        while not ended.wait(0.1):
            seen |= {each.host for each in self._log.more() if not each.login} & hosts
            if len(seen) * PART >= len(hosts):
                self.asked_before = frozenset(seen)
                self.killed_at = time.time()
                self.processes = self._mesh.nodes[self._victim].kill()
                return
