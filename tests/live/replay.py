# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets a record answer in place of the host: a carrier for ``CimSession``."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    ConnectionLost,
)

from .recording import Exchange, Record

_VARIES = frozenset(
    {"MessageID", "To", "OperationTimeout", "MaxEnvelopeSize", "ReplyTo", "Address"}
)
_MESSAGE_ID = re.compile(r"<(?:\w+:)?MessageID[^<>]*>([^<>]+)<")
# A time that the controller worked out: it differs whenever the record is replayed.
_TIME = re.compile(r"\d{14}\.\d{6}[+-]\d{3}|\d{4}-\d\d-\d\dT[\d:.]+Z?")


class NotRecorded(AssertionError):
    """The code asks for something that the record does not hold."""


class ReplayCarrier:
    """Answers each request with the first unused answer to an equal one.

    Equal are requests with the same action, class, keys and body; what changes with every
    message (ids, times) is not compared.
    """

    endpoint = "http://recorded:5985/wsman"
    operation_timeout = 20.0
    sealed = True

    def __init__(self, record: Record) -> None:
        self.unused = [(meaning_of(each.request), each) for each in record.exchanges]

    def send(self, message: bytes, wait: float | None = None) -> tuple[int, bytes]:
        """See ``Carrier``."""
        del wait
        text = message.decode("utf-8")
        wanted = meaning_of(text)
        for number, (meaning, exchange) in enumerate(self.unused):
            if meaning == wanted:
                del self.unused[number]
                return _answer(exchange, _id_in(text))
        raise NotRecorded(f"the record has no (further) answer to {' '.join(wanted)}")

    def reset(self) -> None:
        """See ``Carrier``."""


def meaning_of(request: str) -> tuple[str, ...]:
    """What a request asks for, without what differs from message to message."""
    return tuple(_meaning(ET.fromstring(request)))


def _meaning(element: ET.Element) -> Iterator[str]:
    name = element.tag.rpartition("}")[2]
    if name in _VARIES:
        return
    text = _TIME.sub("(a time)", (element.text or "").strip())
    if text or not len(element):
        yield f"{name}={text}"
    for key in sorted(element.keys()):
        if key == "Name":
            yield f"@{element.get(key)}"
    for child in element:
        yield from _meaning(child)


def _id_in(text: str) -> str:
    found = _MESSAGE_ID.search(text)
    return found[1].strip() if found else ""


def _answer(exchange: Exchange, message_id: str) -> tuple[int, bytes]:
    if exchange.status is None:
        raise ConnectionLost(exchange.error or "no answer was recorded")
    answer = exchange.answer
    asked = _id_in(exchange.request)
    if asked:
        answer = re.sub(re.escape(asked), message_id, answer, flags=re.IGNORECASE)
    return exchange.status, answer.encode("utf-8")
