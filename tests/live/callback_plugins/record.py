# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records what the collection's modules say to their hosts, and what they make of the answers.

It changes nothing in the collection: it puts itself around the carriers, the PowerShell steps and
the action plugins of this process, before ansible-playbook forks its workers.
"""

from __future__ import annotations

import json
import os
import sys
from functools import wraps
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._action import ModuleAction
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers import choose
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.powershell import (
    Operations,
)

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from live.cleaning import Cleaner
from live.recording import Exchange, Record, Step

DOCUMENTATION = """
name: record
type: notification
short_description: Records the conversations of modules with their hosts
description:
  - For the live kit. RDS_RECORDS names the folder, RDS_RECORDS_KEY a file with the key of the
    stand-ins, RDS_RECORDS_HIDE a file with texts to take out, RDS_RECORDS_KEEP_NAMES=1 keeps names.
"""
MAX_EXCHANGES = 300
_now: list[Record] = []
"""The record of the task that this worker runs, if it runs one."""


class RecordingCarrier:
    """A carrier, and what went through it."""

    def __init__(self, carrier: Any) -> None:
        self._carrier = carrier

    def __getattr__(self, name: str) -> Any:
        return getattr(self._carrier, name)

    def send(self, message: bytes, wait: float | None = None) -> tuple[int, bytes]:
        """Pass it on and keep both."""
        exchange = Exchange(message.decode("utf-8", "replace"))
        if _now:
            if len(_now[0].exchanges) < MAX_EXCHANGES:
                _now[0].exchanges.append(exchange)
            else:
                _now[0].left_out += 1
        try:
            status, answer = self._carrier.send(message, wait)
        except Exception as error:
            exchange.error = f"{error.__class__.__name__}: {error}"
            raise
        exchange.status, exchange.answer = status, answer.decode("utf-8", "replace")
        return status, answer


def _without_bytes(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: f"({len(value)} bytes)" if isinstance(value, bytes) else value
        for name, value in values.items()
    }


def _record_steps() -> None:
    run = Operations.run

    @wraps(run)
    def recorded(self: Any, operation: str, options: Any, blob: bytes | None = None) -> Any:
        step = Step(operation, _without_bytes(dict(options)))
        if _now:
            _now[0].steps.append(step)
        try:
            output = run(self, operation, options, blob)
        except Exception as error:
            step.error = f"{error.__class__.__name__}: {error}"
            raise
        step.output = _without_bytes(output)
        return output

    Operations.run = recorded  # type: ignore[method-assign]  # the very point of a recorder


def _record_tasks(folder: Path, cleaner: Cleaner) -> None:
    run = ModuleAction.run

    @wraps(run)
    def recorded(self: Any, tmp: Any = None, task_vars: Any = None) -> Any:
        host = str((task_vars or {}).get("inventory_hostname", "unknown"))
        module = str(self._task.action).rpartition(".")[2]
        record = Record(module, host, check_mode=bool(self._task.check_mode))
        _now[:] = [record]
        try:
            result = run(self, tmp, task_vars)
            record.result = json.loads(json.dumps(result, default=str))
            record.options = record.result.get("invocation", {}).get("module_args", {})
            _write(folder, cleaner.clean(record))
        finally:
            _now.clear()
        return result

    ModuleAction.run = recorded  # type: ignore[method-assign]  # the very point of a recorder


def _write(folder: Path, record: Record) -> None:
    own = folder / record.host
    own.mkdir(parents=True, exist_ok=True)
    # Hosts run their tasks one after the other: the number is the order.
    first = 1 + sum(1 for dummy in own.glob("*.json"))
    for number in range(first, first + 10_000):
        try:
            with (own / f"{number:03}-{record.module}.json").open("x", encoding="utf-8") as out:
                out.write(record.as_text())
        except FileExistsError:
            continue
        return


def _install() -> None:
    folder = Path(os.environ["RDS_RECORDS"])
    key = Path(os.environ["RDS_RECORDS_KEY"]).read_bytes()
    hide = Path(os.environ["RDS_RECORDS_HIDE"]).read_text(encoding="utf-8").splitlines()
    keep = os.environ.get("RDS_RECORDS_KEEP_NAMES") == "1"
    _record_tasks(folder, Cleaner(key, hide, keep_names=keep))
    _record_steps()
    for name, make in list(choose.CARRIERS.items()):
        choose.CARRIERS[name] = _recording(make)


def _recording(make: Any) -> Any:
    return lambda connection: RecordingCarrier(make(connection))


class CallbackModule(CallbackBase):
    """Installs the recorder when it is loaded."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "record"

    def __init__(self) -> None:
        super().__init__()
        _install()
