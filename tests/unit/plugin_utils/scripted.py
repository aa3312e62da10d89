# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A carrier that answers from a script and remembers what was sent."""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.session import (
    CimSession,
)
from unit.plugin_utils.soap import Sent, envelope

Reply = str | tuple[int, bytes] | Exception | Callable[[Sent], str]
"""The text of a body; a status with raw bytes; an error to raise; or what makes a body."""


class ScriptedCarrier:
    """Answers one request after the other; a request more than the script has is an error."""

    endpoint = "http://host:5985/wsman"
    operation_timeout = 20.0

    def __init__(self, *replies: Reply) -> None:
        self.script = list(replies)
        self.sent: list[Sent] = []
        self.waits: list[float | None] = []
        self.resets = 0

    def send(self, message: bytes, wait: float | None = None) -> tuple[int, bytes]:
        self.waits.append(wait)
        sent = Sent.of(message)
        self.sent.append(sent)
        if not self.script:
            raise AssertionError(f"nothing is left to answer {sent.action} with")
        reply = self.script.pop(0)
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, tuple):
            return reply
        body = reply if isinstance(reply, str) else reply(sent)
        return (500 if "<s:Fault>" in body else 200), envelope(body, sent.message_id)

    def reset(self) -> None:
        self.resets += 1

    @property
    def actions(self) -> list[str]:
        """What was asked for, in order."""
        return [each.action for each in self.sent]


def scripted(*replies: Reply, read_only: bool = False) -> tuple[CimSession, ScriptedCarrier]:
    """A session over a script."""
    carrier = ScriptedCarrier(*replies)
    return CimSession(carrier, read_only=read_only), carrier
