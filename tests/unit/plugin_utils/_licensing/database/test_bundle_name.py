# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of bundles: made, taken apart, refused, ordered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.bundle_name import (
    BundleName,
    NotABundleName,
)

WHEN = datetime(2026, 11, 21, 22, 0, 5, 999_999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("server", "label", "text"),
    [
        ("LS1", None, "LS1-20261121T220005Z.zip"),
        ("LS1", "", "LS1-20261121T220005Z.zip"),
        ("LS1", "before_migration", "LS1-20261121T220005Z-before_migration.zip"),
        ("rds-lic-01", "v1.2", "rds-lic-01-20261121T220005Z-v1.2.zip"),
        ("LS_1", "a" * 40, f"LS_1-20261121T220005Z-{'a' * 40}.zip"),
        ("B\u00dcRO", None, "B\u00dcRO-20261121T220005Z.zip"),
        ("A", "x.zip", "A-20261121T220005Z-x.zip.zip"),
    ],
)
def test_made_and_taken_apart(server: str, label: str | None, text: str) -> None:
    name = BundleName.make(server, WHEN, label)
    assert str(name) == text
    assert name.part == f"{text}.part"
    again = BundleName.parse(text)
    assert (again.server, again.label) == (server, label or None)
    assert again.created == WHEN.replace(microsecond=0)
    assert again == name
    assert again.created_text == "2026-11-21T22:00:05Z"


def test_times_are_kept_in_utc() -> None:
    paris = datetime(2026, 11, 21, 23, 0, 5, tzinfo=timezone(timedelta(hours=1)))
    assert BundleName.make("LS1", paris) == BundleName.make("LS1", WHEN)


@pytest.mark.parametrize(
    "server",
    ["", "-LS1", "LS1-", "LS 1", "LS/1", "..", "LS1.example.com", "a" * 64, "LS1\n", 'L"S', "L\0S"],
)
def test_servers_that_are_no_names(server: str) -> None:
    with pytest.raises(NotABundleName, match="cannot be part of a file name"):
        BundleName.make(server, WHEN)


@pytest.mark.parametrize(
    "label",
    ["a b", "a-b", "a/b", "..\\x", "a" * 41, "\u00fc", "a\n", "20261121T220005Z", "x:y"],
)
def test_labels_that_are_none(label: str) -> None:
    with pytest.raises(NotABundleName, match="label"):
        BundleName.make("LS1", WHEN, label)


def test_a_server_that_ends_in_a_time_cannot_be_mistaken() -> None:
    odd = BundleName.make("LS1-20261121T220005Z", WHEN)
    assert BundleName.parse(str(odd)).server == "LS1-20261121T220005Z"
    assert BundleName.parse(str(odd)).label is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "LS1.zip",
        "LS1-20261121T220005Z",
        "LS1-20261121T220005Z.zip.part",
        "LS1-20261121T220005Z.ZIP",
        "LS1-20261121T220005Z-.zip",
        "LS1-20261121T220005Z-a-b.zip",
        "LS1-20261321T220005Z.zip",
        "LS1-20261121T250005Z.zip",
        "LS1-20261121T220005.zip",
        "-20261121T220005Z.zip",
        "../LS1-20261121T220005Z.zip",
        "a/LS1-20261121T220005Z.zip",
        "LS1-20261121T220005Z.zip\n",
        ".LS1-20261121T220005Z.zip",
        "LS1-\u0662\u0660261121T220005Z.zip",
        "LS1\udc80-20261121T220005Z.zip",
    ],
)
def test_other_files_are_none_of_ours(text: str) -> None:
    assert BundleName.find(text) is None
    with pytest.raises(NotABundleName):
        BundleName.parse(text)


def test_the_order_is_that_of_time() -> None:
    texts = [
        "ZZ-20250101T000000Z.zip",
        "AA-20260101T000000Z.zip",
        "AA-20260101T000000Z-x.zip",
        "BB-20260101T000000Z.zip",
    ]
    names = [BundleName.parse(each) for each in reversed(texts)]
    assert [str(each) for each in sorted(names)] == [texts[0], texts[2], texts[1], texts[3]]


def test_whose_it_is() -> None:
    name = BundleName.make("LS1", WHEN)
    assert name.of_server("ls1")
    assert name.of_server("ls1.example.com")
    assert not name.of_server("ls10")
    assert not name.of_server("")
