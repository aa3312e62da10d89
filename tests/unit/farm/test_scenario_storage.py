# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The scenario keys about drives, identity, shadow copies and snapshots."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from farm import ScenarioError, load_scenario_dict


def _host(**keys: Any) -> Any:
    return load_scenario_dict({"hosts": {"a": keys}}).hosts["a"]


def test_what_is_left_out_is_usual() -> None:
    plan = _host()
    assert list(plan.drives) == ["C:"]
    assert (plan.identity.os_installed, plan.identity.computer_sid) == (None, None)
    assert (plan.storage.shadow_copies, plan.storage.snapshot) == ((), "works")


def test_everything_is_read() -> None:
    plan = _host(
        drives={"d:": {"type": "Network", "format": "ReFS", "size": 10, "free": 5, "ready": False}},
        os_installed="2024-01-02T03:04:05+01:00",
        computer_sid="S-1-5-21-1-2-3",
        shadow_copies={"existing": [{"drive": "D:", "age_hours": 2}], "create_code": 9, "limit": 3},
        snapshot="fails",
    )
    drive = plan.drives["D:"]
    found = (drive.type, drive.format, drive.size, drive.free, drive.ready)
    assert found == ("Network", "ReFS", 10, 5, False)
    assert "C:" in plan.drives
    assert plan.identity.os_installed.astimezone(UTC) == datetime(2024, 1, 2, 2, 4, 5, tzinfo=UTC)
    assert plan.identity.computer_sid == "S-1-5-21-1-2-3"
    (shadow,) = plan.storage.shadow_copies
    assert (shadow.drive, shadow.age_hours) == ("D:", 2)
    assert (plan.storage.shadow_code, plan.storage.shadow_limit) == (9, 3)
    assert plan.storage.snapshot == "fails"


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"drives": {"D": {}}}, "a drive such as D:"),
        ({"drives": {"D:": {"kind": "Fixed"}}}, "unknown key"),
        ({"drives": {"D:": {"type": "Tape"}}}, "is not one of"),
        ({"os_installed": "yesterday"}, "ISO 8601"),
        ({"os_installed": "2024-01-02T03:04:05"}, "needs a zone"),
        ({"computer_sid": "S-1-5-18"}, "SID such as"),
        ({"shadow_copies": {"existing": [{"drive": "C"}]}}, "a drive such as C:"),
        ({"shadow_copies": {"count": 1}}, "unknown key"),
        ({"snapshot": "maybe"}, "is not one of"),
    ],
)
def test_what_is_wrong_is_named(keys: dict[str, Any], words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        _host(**keys)
