# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module again, with nothing but a record of it: no host, no connection, no clock.

The action plugin is the shipped one. The record stands in for the carrier, the PowerShell steps,
the connection's settings, the variables and the controller (its clock, its libraries).
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest import mock

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers import choose
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._surroundings import (
    standing_in,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.powershell import (
    Operations,
)

from .bytes_kept import number_of, options_kept, output_again
from .errors import rebuilt
from .given import RecordedSurroundings
from .messages import id_in, meaning_of
from .recording import Exchange, NotRecorded, Record, Step
from .task_parts import RecordedConnection, RecordedTask

_COLLECTION = "ansible_collections.remote_desktop.licensing"


class NotAsked(AssertionError):
    """The record holds something that the code did not ask for."""


class ReplayCarrier:
    """Answers each request with the first unused answer to an equal one.

    Equal are requests with the same action, class, keys and body; what changes with every
    message (ids, times) is not compared.
    """

    def __init__(self, record: Record) -> None:
        said = record.carrier
        self.endpoint = said.get("endpoint") or "http://recorded:5985/wsman"
        self.operation_timeout = float(said.get("operation_timeout") or 20.0)
        self.sealed = said.get("sealed")
        self.left = [(meaning_of(each.request), each) for each in record.exchanges]
        self.missed: list[NotRecorded] = []

    @property
    def unused(self) -> list[str]:
        """What was not asked for, in words."""
        return [" ".join(meaning) for meaning, dummy in self.left]

    def send(self, message: bytes, wait: float | None = None) -> tuple[int, bytes]:
        """See ``Carrier``."""
        del wait
        text = message.decode("utf-8")
        wanted = meaning_of(text)
        for number, (meaning, exchange) in enumerate(self.left):
            if meaning == wanted:
                del self.left[number]
                return _answer(exchange, id_in(text))
        self.missed.append(NotRecorded(f"the record has no (further) answer to {' '.join(wanted)}"))
        raise self.missed[-1]

    def reset(self) -> None:
        """See ``Carrier``."""


class ReplaySteps:
    """Answers each PowerShell step with the first unused answer to an equal one."""

    def __init__(self, record: Record) -> None:
        self.left = list(record.steps)
        self.missed: list[NotRecorded] = []

    @property
    def unused(self) -> list[str]:
        """What was not asked for, in words."""
        return [f"the PowerShell step {each.operation} {each.options}" for each in self.left]

    def run(
        self, operation: str, options: Mapping[str, Any], blob: bytes | None = None
    ) -> dict[str, Any]:
        """See ``Operations.run``."""
        asked = Step(operation, options_kept(operation, options), number_of(blob))
        for number, step in enumerate(self.left):
            if (step.operation, step.options, step.sent) == (operation, asked.options, asked.sent):
                del self.left[number]
                if step.error is not None:
                    raise rebuilt(step.error)
                try:
                    return output_again(operation, options, blob, step.output or {})
                except NotRecorded as error:
                    self.missed.append(error)
                    raise
        self.missed.append(
            NotRecorded(
                f"the record has no (further) answer to the PowerShell step {operation} "
                f"{asked.options} with {asked.sent} bytes"
            )
        )
        raise self.missed[-1]


def replay(record: Record) -> dict[str, Any]:
    """Run the module of a record again.

    :returns: its result, as JSON has it.
    :raises NotRecorded: it asks for something that the record does not hold.
    :raises NotAsked: the record holds a message or step that it does not ask for.
    """
    if record.left_out:
        raise NotRecorded(f"{record.left_out} messages were too many and left out of the record")
    name = f"{_COLLECTION}.plugins.action.{record.module}"
    cls: Any = importlib.import_module(name).ActionModule
    task = RecordedTask(
        f"remote_desktop.licensing.{record.module}",
        dict(record.options),
        record.check_mode,
        record.diff,
    )
    connection = RecordedConnection.of(record.connection)
    carrier, steps = ReplayCarrier(record), ReplaySteps(record)
    action = cls(task, connection, SimpleNamespace(), None, None, None)
    action._load_name = task.action
    with _in_place_of_the_host(record, carrier, steps):
        try:
            result = action.run(None, {"inventory_hostname": record.host, **record.variables})
        except NotRecorded as last:
            # What was asked first is nearer to the cause: the rest are attempts to clean up. Where
            # an error of the module came before, it stands above.
            first = next(iter([*carrier.missed, *steps.missed]), last)
            raise first from first.__context__
    if unused := [*carrier.unused, *steps.unused]:
        raise NotAsked(f"the record holds what was not asked for: {'; '.join(unused)}")
    return dict(json.loads(json.dumps(result, default=str)))


def comparable(value: Any) -> Any:
    """A result as a recorded one and one of a replay are compared: the only thing that may differ.

    Texts for people are wrapped to a width, and an address that was taken out has another length
    than its stand-in, so lines may break elsewhere. Everything else is equal: times, durations,
    versions and the number of the run are in the record, and names have stand-ins of their length.
    """
    if isinstance(value, dict):
        return {name: comparable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [comparable(each) for each in value]
    return " ".join(value.split()) if isinstance(value, str) else value


@contextmanager
def _in_place_of_the_host(
    record: Record, carrier: ReplayCarrier, steps: ReplaySteps
) -> Iterator[None]:
    def carry(dummy: Any) -> ReplayCarrier:
        if "error" in record.carrier:
            raise rebuilt(record.carrier["error"])
        return carrier

    def run(
        dummy: Operations, operation: str, options: Mapping[str, Any], blob: bytes | None = None
    ) -> dict[str, Any]:
        return steps.run(operation, options, blob)

    with (
        mock.patch.dict(choose.CARRIERS, dict.fromkeys(choose.CARRIERS, carry)),
        mock.patch.object(Operations, "run", run),
        standing_in(RecordedSurroundings(record.given)),
    ):
        yield


def _answer(exchange: Exchange, message_id: str) -> tuple[int, bytes]:
    if exchange.error is not None:
        raise rebuilt(exchange.error)
    if exchange.status is None:
        raise NotRecorded("the record does not say what became of a message: it broke off there")
    answer = exchange.answer
    asked = id_in(exchange.request)
    if asked:
        answer = re.sub(re.escape(asked), message_id, answer, flags=re.IGNORECASE)
    return exchange.status, answer.encode("utf-8")
