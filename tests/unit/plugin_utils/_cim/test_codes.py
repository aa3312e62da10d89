# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of numbers."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim import codes
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.codes import look_up

ROWS = codes._TABLE


def test_no_number_stands_twice() -> None:
    numbers = [row[0] for row in ROWS]
    assert sorted(numbers) == sorted(set(numbers))


def test_a_wmi_or_wsman_name_stands_once() -> None:
    names = [row[1] for row in ROWS if row[0] > 0xFFFF and row[0] >> 16 != 0x8007]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_every_row_says_something_for_people(row: tuple[int, str, str, str | None]) -> None:
    number, name, meaning, advice = row
    assert 0 < number <= 0xFFFFFFFF
    assert name == name.upper()
    assert name.replace("_", "").isalnum()
    assert meaning
    assert not meaning.endswith(".")
    assert advice is None or (len(advice) > 20 and not advice.endswith("."))


@pytest.mark.parametrize(
    ("number", "name", "written"),
    [
        (0x80041016, "WBEM_E_INVALID_OPERATION", "0x80041016"),
        (2150858793, "ERROR_WSMAN_OPERATION_TIMEDOUT", "0x80338029"),
        (2150859174, "ERROR_WSMAN_QUOTA_MAX_OPERATIONS", "0x803381A6"),
        (2150859173, "ERROR_WSMAN_QUOTA_MAX_SHELLS", "0x803381A5"),
        (2150858778, "ERROR_WSMAN_CANNOT_PROCESS_FILTER", "0x8033801A"),
        (2150858843, "ERROR_WSMAN_INVALID_SELECTORS", "0x8033805B"),
        (5, "ERROR_ACCESS_DENIED", "0x00000005"),
        (2, "ERROR_FILE_NOT_FOUND", "0x00000002"),
    ],
)
def test_known_numbers(number: int, name: str, written: str) -> None:
    assert (look_up(number).name, look_up(number).hex) == (name, written)


def test_signed_numbers_are_read_as_unsigned() -> None:
    signed = 0x80041003 - 2**32
    assert look_up(signed) == look_up(0x80041003)
    assert look_up(signed).number == 0x80041003


@pytest.mark.parametrize(
    "number", [0x80041003, 5, 0x80070005, 0x80338104, 0x80338105, 0x80338106], ids=hex
)
def test_access_denied_comes_with_what_rights_to_give(number: int) -> None:
    assert look_up(number).advice == codes.ADVICE_RIGHTS
    assert "Administrators" in codes.ADVICE_RIGHTS


def test_a_policy_controlled_write_says_where_to_change_it() -> None:
    assert "policy" in (look_up(0x80041016).advice or "")


def test_an_unknown_number_is_not_guessed_at() -> None:
    found = look_up(0x8004FFFF)
    assert (found.number, found.hex) == (0x8004FFFF, "0x8004FFFF")
    assert (found.name, found.meaning, found.advice) == (None, None, None)
