# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a request asks for, without what differs from message to message."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

_MESSAGE_ID_NAME = "MessageID"
_VARIES = frozenset(
    {
        "DataLocale",
        "Locale",
        "MaxEnvelopeSize",
        "OperationTimeout",
        "ReplyTo",
        "To",
        _MESSAGE_ID_NAME,
    }
)
_MESSAGE_ID = re.compile(r"<(?:\w+:)?MessageID[^<>]*>([^<>]+)<")
# A time that the controller worked out: it differs whenever the record is replayed.
_TIME = re.compile(r"\d{14}\.\d{6}[+-]\d{3}|\d{4}-\d\d-\d\dT[\d:.]+Z?")
_NAME = "Name"


def meaning_of(request: str) -> tuple[str, ...]:
    """What a request asks for: equal ones may have the same answer."""
    return tuple(_meaning(ET.fromstring(request)))


def _meaning(element: ET.Element) -> Iterator[str]:
    name = _local(element)
    if name in _VARIES:
        return
    text = _TIME.sub("(a time)", (element.text or "").strip())
    if text or not len(element):
        yield f"{name}={text}"
    if _NAME in element.attrib:
        yield f"@{element.get(_NAME)}"
    for child in element:
        yield from _meaning(child)


def id_in(message: str) -> str:
    """The id of a message; empty where it has none, as Identify."""
    found = _MESSAGE_ID.search(message)
    return found[1].strip() if found else ""


def shortened(request: str) -> str:
    """The same question in fewer words, with the same id: for records that are kept."""
    return ET.tostring(_shortened(ET.fromstring(request)), encoding="unicode")


def _shortened(element: ET.Element) -> ET.Element:
    own = {_NAME: element.attrib[_NAME]} if _NAME in element.attrib else {}
    made = ET.Element(_local(element), own)
    made.text = (element.text or "").strip() or None
    for child in element:
        if _local(child) not in _VARIES - {_MESSAGE_ID_NAME}:
            made.append(_shortened(child))
    return made


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
