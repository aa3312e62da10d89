# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counting: by number, never across types, nothing clamped, unknown stays unknown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.cals.key_packs import (
    KeyPack,
    read_key_packs,
    summarize,
)
from unit.plugin_utils.stub_license_server import StubLicenseServer, pack_row

NOW = datetime(2026, 11, 21, tzinfo=UTC)
PAST = datetime(2026, 11, 20, tzinfo=UTC)
UNLIMITED = 4294967295


def packs_of(*rows: dict[str, Any]) -> list[KeyPack]:
    server = StubLicenseServer()
    server.packs = list(rows)
    return read_key_packs(server.session, NOW)


@pytest.mark.parametrize(
    ("column", "number", "name", "expected"),
    [
        ("ProductType", 0, "type", "per_device"),
        ("ProductType", 1, "type", "per_user"),
        ("ProductType", 2, "type", "unknown"),
        ("ProductType", 3, "type", "builtin"),
        ("ProductType", None, "type", "unknown"),
        ("KeyPackType", 0, "program", "unknown"),
        ("KeyPackType", 1, "program", "retail"),
        ("KeyPackType", 2, "program", "volume"),
        ("KeyPackType", 3, "program", "concurrent"),
        ("KeyPackType", 4, "program", "temporary"),
        ("KeyPackType", 5, "program", "open"),
        ("KeyPackType", 6, "program", "builtin"),
        ("KeyPackType", 7, "program", "unknown"),
        ("KeyPackType", 8, "program", "unknown"),
        ("ProductVersionID", 0, "version", "unknown"),
        ("ProductVersionID", 2, "version", "2008"),
        ("ProductVersionID", 3, "version", "2008"),
        ("ProductVersionID", 4, "version", "2012"),
        ("ProductVersionID", 5, "version", "2016"),
        ("ProductVersionID", 6, "version", "2019"),
        ("ProductVersionID", 7, "version", "2022"),
        ("ProductVersionID", 8, "version", "2025"),
        ("ProductVersionID", 99, "version", "unknown"),
        ("AccessRights", 7, "suite", "rds"),
        ("AccessRights", 1, "suite", "rds"),
        ("AccessRights", 2, "suite", "vdi"),
        ("AccessRights", 15, "suite", "vdi"),
        ("AccessRights", 0, "suite", "rds"),
        ("AccessRights", None, "suite", "rds"),
    ],
)
def test_every_number_has_its_name(
    column: str, number: int | None, name: str, expected: str
) -> None:
    (pack,) = packs_of(pack_row(2, **{column: number}))
    assert pack.as_dict()[name] == expected


def test_localized_texts_decide_nothing() -> None:
    german = {
        "ProductVersion": "Windows Server 2008 oder Windows Server 2008 R2",
        "TypeAndModel": "Integrierte TS-CAL pro Gerät",
    }
    (pack,) = packs_of(pack_row(2, **german))
    assert (pack.version, pack.type, pack.builtin) == ("2022", "per_user", False)


@pytest.mark.parametrize("number", [UNLIMITED, -1])
def test_an_unlimited_pack_has_no_total_and_enters_no_sum(number: int) -> None:
    packs = packs_of(
        pack_row(2), pack_row(3, TotalLicenses=number, AvailableLicenses=number, IssuedLicenses=9)
    )
    assert (packs[1].total, packs[1].available, packs[1].unlimited) == (None, None, True)
    (summary,) = summarize(packs)
    assert (summary.total, summary.issued, summary.available, summary.packs) == (50, 12, 38, 1)


def test_users_devices_suites_and_versions_stand_apart() -> None:
    packs = packs_of(
        pack_row(2),
        pack_row(3, ProductType=0),
        pack_row(4, AccessRights=2),
        pack_row(5, ProductVersionID=6),
        pack_row(6),
    )
    found = {
        (each.version, str(each.type), str(each.suite)): each.total for each in summarize(packs)
    }
    assert found == {
        ("2019", "per_user", "rds"): 50,
        ("2022", "per_device", "rds"): 50,
        ("2022", "per_user", "rds"): 100,
        ("2022", "per_user", "vdi"): 50,
    }


def test_two_unknown_versions_are_not_added() -> None:
    found = summarize(packs_of(pack_row(2, ProductVersionID=99), pack_row(3, ProductVersionID=98)))
    assert [(each.version, each.version_id, each.total) for each in found] == [
        ("unknown", 98, 50),
        ("unknown", 99, 50),
    ]


def test_expired_temporary_and_builtin_packs_are_never_added_in() -> None:
    packs = packs_of(
        pack_row(2),
        pack_row(3, ExpirationDate=PAST, TotalLicenses=20),
        pack_row(4, KeyPackType=4, TotalLicenses=0, IssuedLicenses=5),
        pack_row(5, KeyPackType=6, ProductType=3, ProductVersionID=0, TotalLicenses=UNLIMITED),
    )
    (summary,) = summarize(packs)
    assert (summary.total, summary.issued) == (50, 12)
    assert (summary.expired_total, summary.temporary_issued) == (20, 5)
    assert [pack.key_pack_id for pack in packs if pack.expired] == [3]


def test_over_issue_shows_and_available_is_windows_own() -> None:
    packs = packs_of(pack_row(2, TotalLicenses=10, IssuedLicenses=13, AvailableLicenses=0))
    (summary,) = summarize(packs)
    assert (summary.total, summary.issued, summary.available, summary.over_issued) == (10, 13, 0, 3)


def test_a_time_is_told_in_utc_and_a_missing_one_is_null() -> None:
    first, second = packs_of(pack_row(2), pack_row(3, ExpirationDate=None))
    assert first.expires == "2038-01-01T00:00:00Z"
    assert (second.expires, second.expired) == (None, False)


def test_an_empty_server_has_no_summary() -> None:
    assert summarize(packs_of()) == []
