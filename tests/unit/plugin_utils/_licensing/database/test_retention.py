# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bundles are removed."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.bundle_name import (
    BundleName,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.retention import (
    BadKeep,
    check_keep,
    prunable,
)


def name(day: int, label: str = "", server: str = "LS1") -> str:
    return f"{server}-202611{day:02}T220000Z{'-' + label if label else ''}.zip"


NEWEST = BundleName.parse(name(21))


def removed(names: list[str], keep: int, newest: BundleName | None = NEWEST) -> list[str]:
    return [str(each) for each in prunable(names, "LS1", keep, newest)]


def test_the_oldest_go_first() -> None:
    names = [name(day) for day in (21, 18, 20, 19)]
    assert removed(names, 2) == [name(18), name(19)]
    assert removed(names, 1) == [name(18), name(19), name(20)]
    assert removed(names, 4) == []


def test_labels_other_servers_and_other_files_are_never_touched() -> None:
    names = [
        name(21),
        name(1, "before_migration"),
        name(2, server="LS2"),
        "notes.zip",
        "LS1-backup.zip",
        name(3) + ".part",
        "LS1-20261301T000000Z.zip",
    ]
    assert removed(names, 1) == []


def test_labels_do_not_count() -> None:
    assert removed([name(21), name(20), name(19, "keep")], 2) == []


def test_the_newest_good_one_stays_though_newer_ones_are_there() -> None:
    good = BundleName.parse(name(10))
    assert removed([name(10), name(11), name(12)], 1, good) == [name(11)]


def test_without_a_good_one_nothing_goes() -> None:
    assert removed([name(10), name(11), name(12)], 1, None) == []


@pytest.mark.parametrize("keep", [0, -1])
def test_keeping_none_is_refused(keep: int) -> None:
    with pytest.raises(BadKeep, match="at least one"):
        check_keep(keep)
    check_keep(1)
