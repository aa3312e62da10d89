# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slices go to nodes, and again where a node was lost; those that ended are left alone."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pytest
from mesh.dispatch import NoNodesLeft, dispatch


@dataclass(frozen=True)
class Ended:
    plan: int
    node: str
    good: bool = True
    lost: bool = False


def test_every_slice_runs_once_and_one_at_a_time_per_node() -> None:
    busy: set[str] = set()
    both = threading.Barrier(2, timeout=10)

    def run(plan: int, node: str) -> Ended:
        assert node not in busy
        busy.add(node)
        both.wait()
        busy.discard(node)
        return Ended(plan, node)

    attempts = dispatch([1, 2, 3, 4], ["a", "b"], run)
    assert sorted(each.plan for each in attempts) == [1, 2, 3, 4]
    assert {each.node for each in attempts} == {"a", "b"}


def test_the_slice_of_a_lost_node_runs_again_elsewhere_and_no_other_does() -> None:
    over = threading.Semaphore(0)

    def run(plan: int, node: str) -> Ended:
        if node == "b":
            # Lost when everything else is over: the other node has to wait for that.
            for dummy in range(2):
                assert over.acquire(timeout=10)
            return Ended(plan, node, good=False, lost=True)
        over.release()
        return Ended(plan, node)

    attempts = dispatch([1, 2, 3], ["b", "a"], run)
    lost = [each for each in attempts if each.lost]
    assert len(lost) == 1
    assert sorted(each.plan for each in attempts if each.good) == [1, 2, 3]
    again = [each for each in attempts if each.plan == lost[0].plan]
    assert [(each.node, each.good) for each in again] == [("b", False), ("a", True)]
    assert len(attempts) == 4


def test_what_failed_on_a_good_node_is_not_tried_again() -> None:
    attempts = dispatch([1, 2], ["a"], lambda plan, node: Ended(plan, node, good=plan == 2))
    assert [(each.plan, each.good) for each in attempts] == [(1, False), (2, True)]


def test_without_nodes_nothing_is_called_done() -> None:
    def lose(plan: int, node: str) -> Ended:
        return Ended(plan, node, good=False, lost=True)

    with pytest.raises(NoNodesLeft, match="2 of 2 slices were not run"):
        dispatch([1, 2], ["a", "b"], lose)


def test_an_error_stops_everything_and_is_seen() -> None:
    seen: list[int] = []

    def break_down(plan: int, node: str) -> Ended:
        seen.append(plan)
        raise OSError(f"no space on {node}")

    with pytest.raises(OSError, match="no space on a"):
        dispatch([1, 2, 3], ["a"], break_down)
    assert seen == [1]
