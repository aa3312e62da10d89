# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields of an operation's output: each kind, and what is not of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.operation_output import (
    Output,
)

GOOD = {
    "text": "x",
    "flag": False,
    "number": -3,
    "count": 0,
    "time": "2026-11-21T22:00:00Z",
    "sha256": "0a" * 32,
    "base64": "AP8=",
    "blob": b"",
    "record": {"text": "y"},
    "records": [{"number": 1}],
    "texts": ["a", ""],
    "null": None,
}


def read(values: object) -> Output:
    return Output("move", values)


def test_every_kind_of_field() -> None:
    found = read(GOOD)
    assert found.text("text") == "x"
    assert found.flag("flag") is False
    assert found.number("number") == -3
    assert found.count("count") == 0
    assert found.time("time") == datetime(2026, 11, 21, 22, tzinfo=UTC)
    assert found.sha256("sha256") == "0a" * 32
    assert found.base64("base64") == b"\x00\xff"
    assert found.blob() == b""
    assert found.record("record").text("text") == "y"
    assert [each.number("number") for each in found.records("records")] == [1]
    assert found.texts("texts") == ("a", "")
    assert found.absent("null") is True
    assert found.absent("text") is False
    assert found.plain("record") == {"text": "y"}


WRONG: list[tuple[str, object]] = [
    ("text", 1),
    ("text", None),
    ("flag", 1),
    ("flag", "true"),
    ("number", True),
    ("number", 1.5),
    ("number", "1"),
    ("count", -1),
    ("time", "2026-11-21 22:00:00"),
    ("time", "2026-11-21T22:00:00+01:00"),
    ("time", "/Date(1)/"),
    ("time", 5),
    ("sha256", "0A" * 32),
    ("sha256", "0a" * 31),
    ("base64", "AP8"),
    ("base64", "\u00e4"),
    ("record", []),
    ("record", None),
    ("records", {"number": 1}),
    ("records", None),
    ("texts", ["a", 1]),
    ("texts", "a"),
]


@pytest.mark.parametrize(("kind", "value"), WRONG)
def test_what_is_of_another_kind(kind: str, value: object) -> None:
    reader: Callable[[str], object] = getattr(read({"it": value}), kind)
    with pytest.raises(BadAnswer, match="PowerShell step move answered"):
        reader("it")


@pytest.mark.parametrize("kind", [each for each in GOOD if each not in ("null", "blob")])
def test_what_is_missing(kind: str) -> None:
    with pytest.raises(BadAnswer, match="answered no it"):
        getattr(read({}), kind)("it")


def test_bytes_that_are_missing_or_text() -> None:
    for values in ({}, {"blob": "text"}, {"blob": None}):
        with pytest.raises(BadAnswer, match="blob"):
            read(values).blob()


@pytest.mark.parametrize("values", [None, [], "x", 1])
def test_no_object_at_all(values: object) -> None:
    with pytest.raises(BadAnswer, match="step move answered"):
        read(values)


def test_a_list_of_what_are_no_objects() -> None:
    with pytest.raises(BadAnswer):
        list(read({"it": [1]}).records("it"))


def test_a_long_value_is_not_told_whole() -> None:
    with pytest.raises(BadAnswer) as caught:
        read({"it": "x" * 5000}).number("it")
    assert len(str(caught.value)) < 200
