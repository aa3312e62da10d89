# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a run can break off: what writes, and each PowerShell step once."""

from __future__ import annotations

from farm.log import Request
from interruptions.places import Place, places_of


def invoke(method: str, *, writes: bool = True) -> Request:
    return Request("ls1", "Invoke", cls="C", method=method, writes=writes)


def shell(operation: str) -> Request:
    return Request("ls1", operation, writes=operation in ("ShellCreate", "Command"))


def test_reads_and_the_parts_of_a_step_are_no_places() -> None:
    step = [shell(each) for each in ("ShellCreate", "Command", "Send", "Receive", "Signal")]
    seen = [invoke("Read", writes=False), *step, invoke("Write"), shell("ShellDelete")]
    assert places_of({"ls1": seen}) == [
        Place("ls1", "Send", "", "", 1),
        Place("ls1", "Invoke", "C", "Write", 1),
    ]


def test_each_is_counted_among_its_like() -> None:
    """The knob of the farm counts what matches it, on its own host."""
    seen = [invoke("A"), invoke("B"), invoke("A"), Request("ls1", "Put", cls="C", writes=True)]
    found = places_of({"ls1": seen, "ls2": [invoke("A")]})
    assert [(each.host, each.method or each.operation, each.at) for each in found] == [
        ("ls1", "A", 1),
        ("ls1", "B", 1),
        ("ls1", "A", 2),
        ("ls1", "Put", 1),
        ("ls2", "A", 1),
    ]
