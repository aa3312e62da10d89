# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim import wql
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.schema import (
    CimClass,
    string,
)

SERVICE = CimClass("root/cimv2", "Win32_Service", "test", (string("Name"), string("State")))


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("TermService", "'TermService'"),
        ("", "''"),
        ("it's", r"'it\'s'"),
        ('say "x"', r"'say \"x\"'"),
        ("SOFTWARE\\Policies", r"'SOFTWARE\\Policies'"),
        ("\\' OR Name = '", r"'\\\' OR Name = \''"),
    ],
)
def test_a_literal_cannot_end_early(text: str, quoted: str) -> None:
    assert wql.literal(text) == quoted


def test_select_names_the_columns_in_the_order_asked_for() -> None:
    assert wql.select(SERVICE, ["State", "Name"]) == "SELECT State, Name FROM Win32_Service"


def test_select_with_a_condition() -> None:
    where = f"Name = {wql.literal('a')}"
    assert wql.select(SERVICE, ["Name"], where) == "SELECT Name FROM Win32_Service WHERE Name = 'a'"


def test_a_column_that_is_not_in_the_table_cannot_be_asked_for() -> None:
    with pytest.raises(KeyError, match="Stat"):
        wql.select(SERVICE, ["Name", "Stat"])
