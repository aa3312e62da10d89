# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run over the mesh took: time, CPU, memory, bytes."""

from __future__ import annotations

import os
import resource
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .farm_hosts import MeshFarm
from .job import Attempt
from .nodes import CONTROL, Mesh

SAMPLE_SECONDS = 1.0


@dataclass(frozen=True)
class Figures:
    """Seconds, MB, kB. ``nodes``: CPU of the execution nodes; ``peak``: the most that one held."""

    name: str
    wall: float
    nodes: float
    control: float
    farm: float
    peak: float
    received: int
    slowest: float
    load: float

    def line(self, hosts: int) -> str:
        """A row of the table."""
        return (
            f"{self.name:28}{self.wall:8.1f}{self.slowest:9.1f}{self.nodes:8.1f}{self.control:9.1f}"
            f"{self.farm:7.1f}{1000 * self.nodes / hosts:9.0f}{self.peak:9.0f}"
            f"{self.received / 1000 / hosts:10.1f}{self.load:6.1f}"
        )


HEAD = (
    f"{'':28}{'wall s':>8}{'longest':>9}{'nodes':>8}{'control':>9}{'farm':>7}"
    f"{'ms/host':>9}{'peak MB':>9}{'kB/host':>10}{'load':>6}"
)
LEGEND = """wall: from the first job to the end of the last; longest: the longest job
nodes, control, farm: seconds of CPU of the execution nodes, of the control node with transmit and
process, and of the farm; ms/host: of the nodes' CPU
peak MB: the most that one node held; kB/host: what came back from the nodes; load: before it"""


class Meter:
    """Measures one run."""

    def __init__(self, mesh: Mesh, farm: MeshFarm) -> None:
        self._mesh = mesh
        self._farm = farm

    def measure(
        self, name: str, run: Callable[[], Sequence[Attempt]]
    ) -> tuple[list[Attempt], Figures]:
        """Run it; the nodes' processes are looked at every few seconds for their memory."""
        load, before, started = os.getloadavg()[0], self._cpu(), time.monotonic()
        ended, peaks = threading.Event(), [0.0]
        sampler = threading.Thread(target=self._sample, args=(ended, peaks), daemon=True)
        sampler.start()
        try:
            attempts = list(run())
        finally:
            ended.set()
            sampler.join()
        wall, after = time.monotonic() - started, self._cpu()
        cpu = [now - then for now, then in zip(after, before, strict=True)]
        return attempts, Figures(
            *(name, wall, cpu[0], cpu[1], cpu[2], max(peaks)),
            sum(each.received for each in attempts),
            max(each.ended - each.started for each in attempts),
            load,
        )

    def _cpu(self) -> tuple[float, float, float]:
        """Of the execution nodes, the control node, the farm, until now."""
        far = [node for name, node in self._mesh.nodes.items() if name != CONTROL]
        nodes = sum(node.cpu() if node.spent is None else node.spent for node in far)
        own = resource.getrusage(resource.RUSAGE_SELF)
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        control = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
        control += self._mesh.nodes[CONTROL].cpu() - sum(node.reaped for node in far)
        return nodes, control, self._farm.cpu()

    def _sample(self, ended: threading.Event, peaks: list[float]) -> None:
        while not ended.wait(SAMPLE_SECONDS):
            for name, node in list(self._mesh.nodes.items()):
                if name != CONTROL:
                    peaks.append(node.memory())
