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
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._surroundings import (
    standing_in,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.powershell import (
    Operations,
)

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from live.bytes_kept import number_of, options_kept, output_kept
from live.cleaning import Cleaner
from live.errors import told
from live.given import RecordingSurroundings
from live.recording import Exchange, Record, Step
from live.task_parts import HostvarsWatched, connection_kept, options_given, variables_kept

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
_carriers: list[Any] = []
"""The carriers that it made."""


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
            exchange.error = told(error)
            raise
        exchange.status, exchange.answer = status, answer.decode("utf-8", "replace")
        return status, answer

    def as_values(self) -> dict[str, Any]:
        """What modules ask it about itself."""
        names = ("endpoint", "operation_timeout", "sealed")
        return {name: getattr(self._carrier, name, None) for name in names}


def _recording(make: Any) -> Any:
    def made(connection: Any) -> Any:
        try:
            carrier = RecordingCarrier(make(connection))
        except Exception as error:
            if _now:
                _now[0].carrier = {"error": told(error)}
            raise
        _carriers.append(carrier)
        return carrier

    return made


def _record_steps() -> None:
    run = Operations.run

    @wraps(run)
    def recorded(self: Any, operation: str, options: Any, blob: bytes | None = None) -> Any:
        step = Step(operation, options_kept(operation, options), number_of(blob))
        if _now:
            _now[0].steps.append(step)
        try:
            output = run(self, operation, options, blob)
        except Exception as error:
            step.error = told(error)
            raise
        step.output = output_kept(operation, options, blob, output)
        return output

    Operations.run = recorded  # type: ignore[method-assign]  # the very point of a recorder


def _recorded(run: Any, folder: Path, cleaner: Cleaner) -> Any:
    """A run of an action plugin that leaves a record; a run within a run is part of it."""

    @wraps(run)
    def recorded(self: Any, tmp: Any = None, task_vars: Any = None) -> Any:
        if _now:
            return run(self, tmp, task_vars)
        variables = task_vars or {}
        watched = HostvarsWatched(variables.get("hostvars", {}))
        record = Record(
            module=str(self._task.action).rpartition(".")[2],
            host=str(variables.get("inventory_hostname", "unknown")),
            check_mode=bool(self._task.check_mode),
            diff=bool(self._task.diff),
        )
        _now[:], _carriers[:] = [record], []
        try:
            record.connection = connection_kept(self._connection)
            with standing_in(RecordingSurroundings(record.given)):
                result = run(self, tmp, {**variables, "hostvars": watched})
            record.result = json.loads(json.dumps(result, default=str))
        except Exception as error:
            # A mistake of the collection's: what led to it is wanted most of all.
            record.result = {"failed": True, "msg": f"{error.__class__.__name__}: {error}"}
            raise
        finally:
            _now.clear()
            record.options = options_given(self, record.result)
            record.variables = variables_kept(variables, watched)
            if _carriers:
                record.carrier = _carriers[-1].as_values()
            _write(folder, cleaner.clean(record))
        return result

    return recorded


def _record_tasks(folder: Path, cleaner: Cleaner) -> None:
    def init_subclass(cls: Any, /, **words: Any) -> None:
        super(ModuleAction, cls).__init_subclass__(**words)
        if "run" in vars(cls):
            cls.run = _recorded(cls.run, folder, cleaner)

    ModuleAction.run = _recorded(ModuleAction.run, folder, cleaner)  # type: ignore[method-assign]  # the very point of a recorder
    # Action plugins are loaded later than this, and some do a little after their base is done.
    ModuleAction.__init_subclass__ = classmethod(init_subclass)  # type: ignore[assignment]  # as above


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


class CallbackModule(CallbackBase):
    """Installs the recorder when it is loaded."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "record"

    def __init__(self) -> None:
        super().__init__()
        _install()
