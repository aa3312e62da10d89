# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a request envelope and checking its header (MS-WSMV 3.1.4.1, DSP0226)."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass

from . import namespaces as ns
from .fault_message import (
    ENCODING_LIMIT,
    HEADER_REQUIRED,
    INVALID_HEADER,
    INVALID_SELECTORS,
    INVALID_XML,
    NOT_UNDERSTOOD,
    UNSUPPORTED_FEATURE,
    WsmanFault,
)
from .namespaces import q

MIN_ENVELOPE = 8192
MAX_TIMEOUT_SECONDS = 60.0
_MAX_MESSAGE_ID = 2048
_KNOWN_HEADERS = frozenset(
    {
        q(ns.ADDRESSING, name)
        for name in ("To", "Action", "MessageID", "ReplyTo", "FaultTo", "From", "RelatesTo")
    }
    | {
        q(ns.WSMAN, name)
        for name in (
            "ResourceURI",
            "SelectorSet",
            "OptionSet",
            "MaxEnvelopeSize",
            "OperationTimeout",
            "Locale",
            "FragmentTransfer",
        )
    }
    | {
        q(ns.WSMV, name)
        for name in ("DataLocale", "SessionId", "OperationID", "SequenceId", "ActivityId")
    }
    | {q(ns.SHELL, "CompressionType")}
)
_DURATION = re.compile(
    r"(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)


class _NoDoctype(ET.TreeBuilder):
    """Refuses a document type declaration: SOAP 1.2 forbids it."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise WsmanFault(INVALID_XML, extra="DTD")


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a checked request."""

    action: str
    resource_uri: str
    message_id: str
    timeout: float
    max_envelope: int
    selectors: Mapping[str, str]
    options: Mapping[str, str]
    fragment: str | None
    operation_id: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """A request: its header (None for Identify) and the body element."""

    header: Header | None
    body: ET.Element

    @property
    def identify(self) -> bool:
        """True for wsmid:Identify."""
        return self.header is None


def parse_xml(data: bytes) -> ET.Element:
    """Parse without ever reading a DTD; a fault for anything that is no XML."""
    try:
        root: ET.Element = ET.fromstring(data, parser=ET.XMLParser(target=_NoDoctype()))
    except ET.ParseError as error:
        raise WsmanFault(INVALID_XML, extra=str(error)) from error
    return root


def message_id_of(root: ET.Element) -> str:
    """The MessageID of a request that may be wrong in every other way."""
    return (root.findtext(f"{q(ns.SOAP, 'Header')}/{q(ns.ADDRESSING, 'MessageID')}") or "").strip()


def read_message(root: ET.Element, server_limit: int) -> Message:
    """Check the envelope and its header; raises the fault that Windows would send."""
    if root.tag != q(ns.SOAP, "Envelope"):
        raise WsmanFault(INVALID_XML, extra=root.tag)
    body = root.find(q(ns.SOAP, "Body"))
    if body is None:
        raise WsmanFault(INVALID_XML, extra="Body")
    header = root.find(q(ns.SOAP, "Header"))
    if body.find(q(ns.IDENTITY, "Identify")) is not None:
        return Message(None, body)
    if header is None:
        raise WsmanFault(HEADER_REQUIRED, extra="Header")
    return Message(_read_header(header, server_limit), body)


def _text(header: ET.Element, namespace: str, name: str, *, required: bool = False) -> str:
    text = (header.findtext(q(namespace, name)) or "").strip()
    if required and not text:
        raise WsmanFault(HEADER_REQUIRED, extra=name)
    return text


def _read_header(header: ET.Element, server_limit: int) -> Header:
    for child in header:
        must = child.get(q(ns.SOAP, "mustUnderstand"), "").lower() in ("true", "1")
        if must and child.tag not in _KNOWN_HEADERS:
            raise WsmanFault(NOT_UNDERSTOOD, extra=child.tag)
    message_id = _text(header, ns.ADDRESSING, "MessageID", required=True)
    if len(message_id) > _MAX_MESSAGE_ID:
        raise WsmanFault(INVALID_HEADER, extra="MessageID")
    _check_reply_to(header)
    for namespace, name in ((ns.WSMAN, "Locale"), (ns.WSMV, "DataLocale")):
        locale = header.find(q(namespace, name))
        if locale is not None and locale.get(q(ns.SOAP, "mustUnderstand"), "").lower() in (
            "true",
            "1",
        ):
            raise WsmanFault(UNSUPPORTED_FEATURE, detail="Locale")
    fragment = header.find(q(ns.WSMAN, "FragmentTransfer"))
    return Header(
        action=_text(header, ns.ADDRESSING, "Action", required=True),
        resource_uri=_text(header, ns.WSMAN, "ResourceURI", required=True),
        message_id=message_id,
        timeout=_timeout(_text(header, ns.WSMAN, "OperationTimeout")),
        max_envelope=_max_envelope(_text(header, ns.WSMAN, "MaxEnvelopeSize"), server_limit),
        selectors=_selectors(header),
        options={
            option.get("Name", ""): option.text or ""
            for option in header.iterfind(f"{q(ns.WSMAN, 'OptionSet')}/{q(ns.WSMAN, 'Option')}")
        },
        fragment=None if fragment is None else (fragment.text or "").strip(),
        operation_id=_text(header, ns.WSMV, "OperationID") or None,
    )


def _check_reply_to(header: ET.Element) -> None:
    reply_to = header.find(q(ns.ADDRESSING, "ReplyTo"))
    if reply_to is None:
        raise WsmanFault(HEADER_REQUIRED, extra="ReplyTo")
    address = (reply_to.findtext(q(ns.ADDRESSING, "Address")) or "").strip()
    if address != ns.ANONYMOUS:
        raise WsmanFault(UNSUPPORTED_FEATURE, detail="AddressingMode")


def _timeout(text: str) -> float:
    """Seconds, capped at MaxTimeoutms; a negative or malformed duration is a bad header."""
    if not text:
        return MAX_TIMEOUT_SECONDS
    match = _DURATION.fullmatch(text)
    if match is None or text.rstrip("T") in ("P", "-P") or text.startswith("-") or "-" in text:
        raise WsmanFault(INVALID_HEADER, extra="OperationTimeout")
    years, months, days, hours, minutes, seconds = (float(g or 0) for g in match.groups()[1:])
    total = ((years * 365 + months * 30 + days) * 24 + hours) * 3600 + minutes * 60 + seconds
    return min(total, MAX_TIMEOUT_SECONDS)


def _max_envelope(text: str, server_limit: int) -> int:
    if not text:
        return server_limit
    if not text.isdigit():
        raise WsmanFault(INVALID_HEADER, extra="MaxEnvelopeSize")
    if int(text) < MIN_ENVELOPE:
        raise WsmanFault(ENCODING_LIMIT, detail="MinimumEnvelopeLimit")
    return min(int(text), server_limit)


def _selectors(header: ET.Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for selector in header.iterfind(f"{q(ns.WSMAN, 'SelectorSet')}/{q(ns.WSMAN, 'Selector')}"):
        name = selector.get("Name", "")
        if not name or name.lower() in (known.lower() for known in found):
            raise WsmanFault(INVALID_SELECTORS, detail="DuplicateSelectors")
        found[name] = selector.text or ""
    return found
