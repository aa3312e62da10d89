# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which registry values are others than in a bundle."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database import (
    licensing_keys,
)

KEY = r"SYSTEM\CurrentControlSet\Services\TermServLicensing\Parameters"


def value(data: object) -> dict[str, Any]:
    return {"type": "REG_DWORD", "data": data}


NOW = {"keys": {KEY: {"MaxVerPages": value(1024), "DisableWorkgroupAuthEnforcement": value(1)}}}


def different(saved: dict[str, Any]) -> list[str]:
    return licensing_keys.registry_differences(json.dumps(saved).encode(), NOW)


def test_what_is_the_same_is_not_told() -> None:
    assert different(NOW) == []


def test_what_changed_came_or_went_is_told() -> None:
    saved = {"keys": {KEY: {"MaxVerPages": value(512), "Gone": value(1)}, "OTHER": {"x": value(1)}}}
    assert different(saved) == [
        r"OTHER\x",
        rf"{KEY}\DisableWorkgroupAuthEnforcement",
        rf"{KEY}\Gone",
        rf"{KEY}\MaxVerPages",
    ]


@pytest.mark.parametrize("saved", [None, b"", b"{", b"[1]", b'{"keys": 5}', b"[" * 100_000])
def test_what_is_no_registry_says_nothing(saved: bytes | None) -> None:
    assert licensing_keys.registry_differences(saved, NOW) == []


def test_every_key_has_its_source() -> None:
    assert all("Microsoft Learn" in source for source in licensing_keys.LICENSING_KEYS.values())
