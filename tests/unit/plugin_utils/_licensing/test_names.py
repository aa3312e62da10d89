# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of license servers, and lists of them."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.names import (
    MAX_NAME,
    appended,
    format_list,
    parse_list,
    same_list,
    why_not_a_name,
    without,
)

LABEL = "a" * 63


@pytest.mark.parametrize(
    "name",
    [
        "LS1",
        "ls-1.ad.example.com",
        "ls_1",
        "ls1.example.com.",
        "192.168.1.10",
        "10.0.0.1",
        "1ls",
        "xn--bcher-kva.example",
        LABEL,
        ".".join([LABEL] * 3 + ["a" * 61]),
    ],
)
def test_good_names(name: str) -> None:
    assert why_not_a_name(name) is None


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "empty"),
        ("ls1,ls2", "comma"),
        ("ls1,", "comma"),
        (" ls1", "blank"),
        ("ls1 ", "blank"),
        ("ls 1", "blank"),
        ("ls1\tls2", "blank"),
        ("ls1\n", "blank"),
        (" ", "blank"),
        ('"ls1"', "quotation mark"),
        ("ls'1", "quotation mark"),
        ("l" * 300, "300 characters"),
        ("l" * 256, "256 characters"),
        ("http://ls1", "URL"),
        ("https://ls1.example.com/path", "URL"),
        ("ls1:135", "port"),
        ("::1", "IPv6"),
        ("fe80::1%eth0", "IPv6"),
        ("256.1.1.1", "IPv4"),
        ("10.0.0", "IPv4"),
        ("2022", "IPv4"),
        ("10.0.0.1.", "IPv4"),
        ("1.2.3.4.5", "IPv4"),
        ("010.0.0.1", "IPv4"),
        ("-ls1", "DNS label"),
        ("ls1-", "DNS label"),
        ("ls1..example.com", "DNS label"),
        (".ls1", "DNS label"),
        (".", "IPv4"),
        ("ls1/share", "DNS label"),
        ("\\\\ls1", "DNS label"),
        ("ls*", "DNS label"),
        ("l\u00e4", "DNS label"),
        ("ls\u0661", "DNS label"),
        (LABEL + "a", "63"),
        ("a" * 64 + ".example.com", "63"),
        ("ls1;ls2", "DNS label"),
        ("ls1\x00", "DNS label"),
    ],
)
def test_bad_names_and_why(name: str, why: str) -> None:
    assert why in (why_not_a_name(name) or "")


def test_the_longest_name() -> None:
    name = ".".join([LABEL] * 4)
    assert len(name) == MAX_NAME
    assert why_not_a_name(name) is None
    assert "256" in (why_not_a_name("a." + name[:-1]) or "")


def test_what_is_shown_of_a_bad_label_is_bounded() -> None:
    assert len(why_not_a_name("\u00e4" * 255) or "") < 200


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        (" ", []),
        (",,", []),
        ("a", ["a"]),
        ("a,b", ["a", "b"]),
        (" a , b ,", ["a", "b"]),
        (",a,,\tb", ["a", "b"]),
        ("b,a", ["b", "a"]),
        ("a b", ["a b"]),
        ("a;b", ["a;b"]),
    ],
)
def test_the_policy_s_text_is_read_as_windows_reads_it(text: str, names: list[str]) -> None:
    assert parse_list(text) == names


def test_the_policy_s_text_has_no_blanks() -> None:
    assert format_list(["a", "b"]) == "a,b"
    assert parse_list(format_list(["a", "b"])) == ["a", "b"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ([], [], True),
        (["a", "b"], ["A", "B"], True),
        (["a", "b"], ["b", "a"], False),
        (["a"], ["a", "b"], False),
        (["a"], ["a.example.com"], False),
    ],
)
def test_order_counts_and_case_does_not(one: list[str], other: list[str], same: bool) -> None:
    for first, second in ((one, other), (other, one)):
        assert same_list(first, second) is same


def test_appending_keeps_order_spelling_and_single_names() -> None:
    assert appended(["B", "a"], ["A", "c", "C", "b"]) == ["B", "a", "c"]
    assert appended([], ["a", "A"]) == ["a"]
    assert appended(["a", "A"], []) == ["a"]


def test_removing_is_not_stopped_by_case() -> None:
    assert without(["A", "b", "c"], ["a", "C", "x"]) == ["b"]
    assert without(["a"], []) == ["a"]
