# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task takes from the controller, as it is and from a stand-in."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    Progress,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._surroundings import (
    Surroundings,
    monotonic,
    standing_in,
    surroundings,
    utc_now,
    wait,
)

LATER = datetime(2031, 5, 6, tzinfo=UTC)
PLUGINS = Path(__file__).parents[3] / "plugins"
CLOCKS = re.compile(r"datetime\.now\(|time\.(time|monotonic|sleep)\b|token_hex|gethostname")
HOSTLESS = {"delivery.py", "given.py", "cal_report.py"}
"""Reports: they ask no host, so nobody records them."""


class Later(Surroundings):
    """Another controller at another time."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    def utc_now(self) -> datetime:
        return LATER

    def monotonic(self) -> float:
        return 7.0

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)


def test_a_stand_in_gives_in_place_of_the_controller_as_long_as_it_stands() -> None:
    later = Later()
    with standing_in(later):
        assert (utc_now(), monotonic()) == (LATER, 7.0)
        Progress().sleep(3.0)
        wait(4.0)
    assert later.waited == [3.0, 4.0]
    assert utc_now() != LATER


def test_a_stand_in_goes_also_when_something_breaks() -> None:
    with pytest.raises(RuntimeError), standing_in(Later()):
        raise RuntimeError
    assert not isinstance(surroundings(), Later)


def test_the_controller_as_it_is() -> None:
    around = surroundings()
    assert abs((around.utc_now() - datetime.now(UTC)).total_seconds()) < 60
    assert around.monotonic() <= around.monotonic()
    assert re.fullmatch("[0-9a-f]{16}", around.run_id())
    assert around.run_id() != around.run_id()
    assert str(os.getpid()) in around.process()
    assert around.installed("no-such-distribution") is None
    assert "no_such_module" in str(around.why_not_importable("no_such_module"))
    assert around.why_not_importable("json") is None
    assert not around.has_program("no-such-program")


def test_nothing_else_looks_at_a_clock() -> None:
    found = {
        path.name
        for path in PLUGINS.rglob("*.py")
        if CLOCKS.search(path.read_text(encoding="utf-8"))
    }
    assert found - HOSTLESS == {"_surroundings.py"}
