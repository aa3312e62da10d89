# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of license servers in lists, and what the lists become."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.migration.known_hosts import (
    accepts,
    lists_of,
    names_server,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.version_matrix import (
    VERSIONS,
)

OLD, NEW = ["lsold", "LSOLD.corp.example"], ["lsnew", "lsnew.corp.example"]
ENTRY = "lsnew.corp.example"


@pytest.mark.parametrize(
    ("entry", "names", "same"),
    [
        ("LS1", ["ls1.corp.example"], True),
        ("ls1.corp.example.", ["LS1"], True),
        ("ls1.corp.example", ["ls1.else.example"], False),
        ("ls1", ["ls10"], False),
        ("10.0.0.1", ["10.0.0.1"], True),
        ("10.0.0.1", ["10"], False),
        ("10.0.0.1", ["10.0.0.2"], False),
        ("", [""], False),
        ("ls1", [], False),
    ],
)
def test_names_of_one_server(entry: str, names: list[str], same: bool) -> None:
    assert names_server(entry, names) is same


@pytest.mark.parametrize(
    ("now", "transition", "after"),
    [
        (["lsold"], [ENTRY, "lsold"], [ENTRY]),
        (["a", "lsold", "b"], ["a", ENTRY, "lsold", "b"], ["a", ENTRY, "b"]),
        (["LSOLD.corp.example", "lsold"], [ENTRY, "LSOLD.corp.example", "lsold"], [ENTRY]),
        ([ENTRY, "lsold"], [ENTRY, "lsold"], [ENTRY]),
        (["lsold", "LSNEW"], ["lsold", "LSNEW"], ["LSNEW"]),
        ([ENTRY], [ENTRY], [ENTRY]),
        (["other"], ["other"], ["other"]),
        ([], [], []),
    ],
)
def test_the_lists_of_a_host(now: list[str], transition: list[str], after: list[str]) -> None:
    lists = lists_of(now, OLD, NEW, ENTRY)
    assert (list(lists.transition), list(lists.after)) == (transition, after)
    again = lists_of(after, OLD, NEW, ENTRY)
    assert list(again.transition) == list(again.after) == after, "the old one does not come back"
    named = [each for each in after if each.casefold() in ("lsnew", ENTRY)]
    assert list(lists.new_in_list) == named


def test_a_host_takes_cals_of_its_own_version_or_newer() -> None:
    for host in VERSIONS:
        for cal in VERSIONS:
            assert accepts(host, cal) is (int(cal) >= int(host))
