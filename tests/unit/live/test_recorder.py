# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorder around an action plugin, a carrier and the steps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    CarrierUnavailable,
    ConnectionLost,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._surroundings import (
    surroundings,
    utc_now,
)
from live.callback_plugins import record as recorder
from live.cleaning import Cleaner
from live.recording import Record, read_record
from unit.plugin_utils.task_stand_ins import Connection, Task

OPTIONS: dict[str, Any] = {
    "given": {"type": "str"},
    "default": {"type": "str", "default": "y"},
    "large": {"type": "dict"},
    "number": {"type": "str", "no_log": True},
}
SPEC = SimpleNamespace(as_arguments=lambda: {"argument_spec": OPTIONS})
Run = Callable[[], dict[str, Any]]


class Line:
    """A carrier that answers everything with the same, or breaks."""

    endpoint = "http://sh1:5985/wsman"
    operation_timeout = 20.0
    breaks = False

    def send(self, message: bytes, wait: float | None = None) -> tuple[int, bytes]:
        if self.breaks:
            raise ConnectionLost(f"it broke after {len(message)} bytes, {wait}")
        return 200, b"<a/>"


def recorded(run: Run, folder: Path, **options: Any) -> list[Record]:
    """Let an action plugin do that; the records that it leaves."""
    action = SimpleNamespace(
        _task=Task(dict(options), action="remote_desktop.licensing.under_test"),
        _connection=Connection(),
        SPEC=SPEC,
    )
    cleaner = Cleaner(b"k" * 32, keep_names=True)
    recording = recorder._recorded(lambda *_dummies: run(), folder, cleaner)
    try:
        recording(action, None, {"inventory_hostname": "sh1"})
    finally:
        assert recorder._now == []
    return records(folder)


def records(folder: Path) -> list[Record]:
    return [read_record(path) for path in sorted(folder.glob("*/*.json"))]


def carry(connection: Any = None) -> Any:
    return recorder._recording(lambda dummy: Line())(connection)


def test_a_run_leaves_a_record_of_everything_that_it_took(tmp_path: Path) -> None:
    def run() -> dict[str, Any]:
        assert carry().send(b"<q/>") == (200, b"<a/>")
        taken = [utc_now().isoformat(), surroundings().run_id()]
        return {"taken": taken, "invocation": {"module_args": {"given": "x", "default": "y"}}}

    (found,) = recorded(run, tmp_path, given="x")
    assert (found.module, found.host, found.options) == ("under_test", "sh1", {"given": "x"})
    assert [(each.request, each.status, each.answer) for each in found.exchanges] == [
        ("<q/>", 200, "<a/>")
    ]
    assert [*found.given["utc_now"], *found.given["run_id"]] == found.result["taken"]
    assert found.carrier["endpoint"] == "http://sh1:5985/wsman"
    assert found.connection["options"] == {"remote_addr": "sh1"}


def test_options_that_the_result_leaves_out_are_kept_unless_they_are_secret(
    tmp_path: Path,
) -> None:
    told = {"given": "x", "number": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "default": "y"}
    options = {"given": "x", "large": {"a": [1]}, "number": "4711", "unknown": "z"}
    (found,) = recorded(lambda: {"invocation": {"module_args": told}}, tmp_path / "told", **options)
    assert found.options == {"given": "x", "large": {"a": [1]}, "number": told["number"]}
    with pytest.raises(ZeroDivisionError):
        recorded(lambda: {"x": 1 // 0}, tmp_path / "crash", **options)
    assert records(tmp_path / "crash")[0].options == {"given": "x", "large": {"a": [1]}}


def test_a_crash_leaves_a_record_of_what_led_to_it(tmp_path: Path) -> None:
    def run() -> dict[str, Any]:
        carry().send(b"<q/>")
        raise ZeroDivisionError("by nothing")

    with pytest.raises(ZeroDivisionError):
        recorded(run, tmp_path)
    (found,) = records(tmp_path)
    assert found.result == {"failed": True, "msg": "ZeroDivisionError: by nothing"}
    assert len(found.exchanges) == 1


def test_a_run_within_a_run_is_part_of_it(tmp_path: Path) -> None:
    def inner() -> dict[str, Any]:
        return {"msg": "inner"}

    def outer() -> dict[str, Any]:
        wrapped = recorder._recorded(lambda *_dummies: inner(), tmp_path, Cleaner(b"k" * 32))
        return {**wrapped(None), "later": True}

    (found,) = recorded(outer, tmp_path)
    assert found.result == {"msg": "inner", "later": True}


def test_errors_are_kept_where_they_arose(tmp_path: Path) -> None:
    def no_carrier(dummy: Any) -> Any:
        raise CarrierUnavailable("no library", "install it")

    def run() -> dict[str, Any]:
        line = Line()
        line.breaks = True
        with pytest.raises(ConnectionLost):
            recorder._recording(lambda dummy: line)(None).send(b"<q/>", 3.0)
        return {}

    def without() -> dict[str, Any]:
        with pytest.raises(CarrierUnavailable):
            recorder._recording(no_carrier)(None)
        return {}

    (lost,) = recorded(run, tmp_path / "lost")
    assert lost.exchanges[0].status is None
    assert (lost.exchanges[0].error or {})["kind"] == "ConnectionLost"
    (unmade,) = recorded(without, tmp_path / "unmade")
    assert unmade.carrier["error"]["text"] == "no library"


def test_what_is_too_much_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "MAX_EXCHANGES", 2)

    def run() -> dict[str, Any]:
        carrier = carry()
        for dummy in range(5):
            carrier.send(b"<q/>")
        return {}

    (found,) = recorded(run, tmp_path)
    assert (len(found.exchanges), found.left_out) == (2, 3)


def test_records_of_a_host_are_numbered_in_their_order(tmp_path: Path) -> None:
    def run() -> dict[str, Any]:
        return {}

    for dummy in range(3):
        recorded(run, tmp_path)
    names = [path.name for path in sorted(tmp_path.glob("*/*.json"))]
    assert names == [f"{number:03}-under_test.json" for number in (1, 2, 3)]
