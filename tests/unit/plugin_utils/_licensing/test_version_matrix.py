# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which CALs a license server can hold."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.version_matrix import (
    VERSIONS,
    can_hold,
    is_documented,
    release_of,
)

# Microsoft Learn: "License your RDS deployment with client access licenses"; the rows are the
# license servers, the columns the CALs of 2016, 2019, 2022 and 2025.
TABLE = {
    "2016": "yes no no no",
    "2019": "yes yes no no",
    "2022": "yes yes yes no",
    "2025": "yes yes yes yes",
}
CELLS = [
    (server, cal, said == "yes")
    for server, line in TABLE.items()
    for cal, said in zip(("2016", "2019", "2022", "2025"), line.split(), strict=True)
]


@pytest.mark.parametrize(("server", "cal", "holds"), CELLS)
def test_the_table_of_microsoft(server: str, cal: str, holds: bool) -> None:
    assert can_hold(server, cal) is holds
    assert is_documented(server, cal)


@pytest.mark.parametrize(
    ("server", "cal", "holds"),
    [("2008", "2008", True), ("2008", "2012", False), ("2012", "2016", False),
     ("2025", "2008", True), ("2012", "2008", True)],
)  # fmt: skip
def test_what_only_follows_from_the_rule(server: str, cal: str, holds: bool) -> None:
    assert can_hold(server, cal) is holds
    assert not is_documented(server, cal)


@pytest.mark.parametrize(
    ("build", "release"),
    [(9600, "2012"), (9200, "2012"), (14393, "2016"), (17763, "2019"), (20348, "2022"),
     (25398, "2022"), (26100, "2025"), (29000, "2025"), (7601, "2008"), (3790, None), (None, None)],
)  # fmt: skip
def test_the_release_of_a_build(build: int | None, release: str | None) -> None:
    assert release_of(build) == release
    assert release is None or release in VERSIONS
