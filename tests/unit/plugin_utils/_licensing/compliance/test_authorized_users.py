# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many users may connect."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance.authorized_users import (
    AuthorizedUsers,
    BadAuthorizedUsers,
    count_names,
    read_authorized_users,
)


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (None, None),
        ("", None),
        (0, AuthorizedUsers(total=0)),
        (180, AuthorizedUsers(total=180)),
        ("180", AuthorizedUsers(total=180)),
        (["anna", "Bob", "ANNA", "", "# x"], AuthorizedUsers(total=2, listed=True)),
        ({2022: 180, "2012 R2": "4"}, AuthorizedUsers(by_version={"2022": 180, "2012": 4})),
        ({"2022": ["a", "b"]}, AuthorizedUsers(by_version={"2022": 2}, listed=True)),
    ],
)
def test_what_is_understood(raw: object, read: AuthorizedUsers | None) -> None:
    assert read_authorized_users(raw) == read


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (-1, "neither a number of users"),
        (2.5, "neither a number"),
        (True, "neither a number"),
        ("many", "neither a number"),
        (10**8, "is more than"),
        ([], "no name in it"),
        (["", "  "], "no name in it"),
        ([{"name": "anna"}], "a list of names is needed"),
        ({}, "an empty mapping"),
        ({"2021": 4}, "'2021' is no version"),
        ({"2012": 4, "2012 R2": 4}, "stands there twice"),
        ({"2022": None}, "authorized_users.2022"),
    ],
)
def test_what_is_refused(raw: object, said: str) -> None:
    with pytest.raises(BadAuthorizedUsers) as caught:
        read_authorized_users(raw)
    assert said in str(caught.value)


def test_an_export_that_failed_is_not_zero_users() -> None:
    with pytest.raises(BadAuthorizedUsers, match=r"users.txt: there is no name"):
        count_names(["\n", "# head\n"], "users.txt")
