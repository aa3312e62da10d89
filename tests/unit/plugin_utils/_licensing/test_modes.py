# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Licensing modes and their numbers."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.session_hosts.modes import (
    NUMBERS,
    LicensingMode,
    mode_of,
    mode_of_value,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.registry import (
    Absent,
    WrongType,
)


@pytest.mark.parametrize(
    ("number", "mode"),
    [
        (1, "remote_administration"),
        (2, "per_device"),
        (4, "per_user"),
        (5, "not_configured"),
        (6, "aad_per_user"),
        (0, "unknown"),
        (3, "unknown"),
        (7, "unknown"),
        (4294967295, "unknown"),
        (None, "unknown"),
    ],
)
def test_numbers(number: int | None, mode: str) -> None:
    assert mode_of(number) == mode
    if number is not None:
        assert mode_of_value(number) == mode


def test_the_numbers_that_can_be_set_read_back() -> None:
    assert {str(mode): mode_of(number) for mode, number in NUMBERS.items()} == {
        "per_device": LicensingMode.PER_DEVICE,
        "per_user": LicensingMode.PER_USER,
    }


@pytest.mark.parametrize("absent", list(Absent))
def test_no_value_is_not_configured(absent: Absent) -> None:
    assert mode_of_value(absent) is LicensingMode.NOT_CONFIGURED


def test_a_value_of_another_type_is_unknown() -> None:
    assert mode_of_value(WrongType("REG_SZ", "REG_DWORD")) is LicensingMode.UNKNOWN
