# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a run can break off, and how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from e2e.runner import Controller
from farm import Fault
from farm.log import Request


class Break(StrEnum):
    """What happens at a place."""

    BEFORE = "the request is lost"
    ANSWER = "its answer is lost"
    GONE = "its answer is lost, and nothing comes through any more"


@dataclass(frozen=True, order=True)
class Place:
    """One request of an undisturbed run: the ``at``-th of its kind that this host sees.

    A PowerShell step has its place where its input is sent: with that it begins.
    """

    host: str
    operation: str
    cls: str
    method: str
    at: int

    def __str__(self) -> str:
        what = self.method or ("PowerShell step" if self.operation == "Send" else self.operation)
        return f"{what} {self.at} on {self.host}"

    def break_off(self, controller: Controller, how: Break) -> Fault:
        """Have the connection break here, once, or from here on; returns what counts the hit."""
        here = Fault(
            "drop" if how is Break.BEFORE else "drop_after",
            at=self.at,
            operation=self.operation,
            cls=self.cls or None,
            method=self.method or None,
        )
        controller.farm.hosts[self.host].faults.add(here)
        if how is Break.GONE:
            gone = False

            def nothing_more(dummy: Request) -> None:
                nonlocal gone
                if here.hits and not gone:
                    gone = True
                    for host in controller.farm.hosts.values():
                        host.faults.add(Fault("drop"))

            controller.farm.listen(nothing_more)
        return here


def places_of(requests: Mapping[str, Sequence[Request]]) -> list[Place]:
    """The places of a run: its writing requests and its PowerShell steps."""
    found = []
    for host, seen in requests.items():
        counted: Counter[tuple[str, str, str]] = Counter()
        for each in seen:
            what = (each.operation, each.cls, each.method)
            counted[what] += 1
            # A command of the remote shell does nothing before it has its input.
            writes = each.writes and each.operation not in ("Command", "ShellCreate")
            if writes or each.operation == "Send":
                found.append(Place(host, *what, counted[what]))
    return found


def mend(controller: Controller) -> None:
    """The connection is back; what a process does whose client is gone, it has done by then."""
    controller.farm.settle()
    controller.farm.listen(None)
    for host in controller.farm.hosts.values():
        host.faults.clear()
