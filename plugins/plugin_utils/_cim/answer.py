# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads WS-Management answers. Sans-IO: bytes in, values out.

An answer is untrusted: sizes and depths are bounded, document type declarations refused.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

from .errors import BadAnswer, Fault, NotWinRM
from .schema import Element, Method, integer
from .values import CimValue, InstanceDecoder, local_name

MAX_ANSWER = 8 * 1024 * 1024
"""Bytes. We ask for envelopes of 512,000: sixteen times that is a broken or hostile server."""

_SOAP = "{http://www.w3.org/2003/05/soap-envelope}"
_RELATES_TO = "{http://schemas.xmlsoap.org/ws/2004/08/addressing}RelatesTo"
_WMI_HRESULT = re.compile(r"0x(800[47][0-9A-Fa-f]{4})\b")
_WEB_PAGE = (b"<!doctype html", b"<html", b"<head", b"<body")
_LEADING = b" \t\r\n\xef\xbb\xbf"

RETURN_VALUE = integer("ReturnValue")


def parse(data: bytes) -> ET.Element:
    """Parse XML in UTF-8 without document type declaration; return the root element.

    The encoding is fixed, so that a declaration cannot hide in another one, and a DTD can
    then only appear as these bytes: SOAP 1.2 forbids it (section 5), nothing legitimate
    breaks. expat bounds nothing else that is left, hence the size.

    :raises NotWinRM: it is a web page.
    :raises BadAnswer: too large, no XML, not whole, or with a DTD.
    """
    if len(data) > MAX_ANSWER:
        raise BadAnswer(f"the answer is larger than {MAX_ANSWER} bytes")
    head = data[:300].lstrip(_LEADING).lower()
    if head.startswith(_WEB_PAGE) or b"<html" in head:
        raise NotWinRM("the answer is a web page")
    if b"<!DOCTYPE" in data:
        raise BadAnswer("the answer holds a document type declaration, which SOAP forbids")
    if b"\0" in data:
        # expat follows the byte order mark of UTF-16 whatever encoding it was given.
        raise BadAnswer("the answer is no whole XML document: it is not in UTF-8")
    # defusedxml would be slower and one more dependency; what it guards against is barred above.
    parser = ET.XMLParser(encoding="utf-8")  # noqa: S314
    try:
        parser.feed(data)
        return parser.close()
    except ET.ParseError as exc:
        if not head:
            raise BadAnswer("the answer is empty") from exc
        raise BadAnswer(f"the answer is no whole XML document ({exc})") from exc


def body_of(data: bytes, message_id: str) -> ET.Element:
    """Return the Body of the answer to the message with that id.

    :raises Fault: it is a fault.
    :raises NotWinRM: it is not a SOAP envelope.
    :raises BadAnswer: it is broken, or the answer to another message.
    """
    root = parse(data)
    if root.tag != _SOAP + "Envelope":
        name = local_name(root.tag)[:80]
        raise NotWinRM(f"the answer is <{name}>, not a SOAP 1.2 envelope")
    body = root.find(_SOAP + "Body")
    if body is None:
        raise BadAnswer("the answer has no SOAP body")
    if (fault := body.find(_SOAP + "Fault")) is not None:
        raise read_fault(fault)
    if message_id:
        related = root.findtext(f"{_SOAP}Header/{_RELATES_TO}", default="").strip()
        if related.upper() != message_id.upper():
            raise BadAnswer("the answer belongs to another request (RelatesTo differs)")
    return body


def fault_in(data: bytes) -> Fault | None:
    """Return the fault in the body of an HTTP error, None when there is none."""
    try:
        root = parse(data)
    except (BadAnswer, NotWinRM):
        return None
    fault = root.find(f"{_SOAP}Body/{_SOAP}Fault")
    return None if fault is None else read_fault(fault)


def read_fault(fault: ET.Element) -> Fault:
    """Read a SOAP fault in either of the two detail shapes that Windows sends.

    WSManFault (with a provider's own fault inside), or MSFT_WmiError (WinRM 3 and later:
    quotas, and what the MI client stack reports).
    """
    subcode = fault.findtext(f"{_SOAP}Code/{_SOAP}Subcode/{_SOAP}Value", default="")
    text = fault.findtext(f"{_SOAP}Reason/{_SOAP}Text", default="")
    code, wmi_code = 0, None
    for element in fault.iter():
        name = local_name(element.tag)
        if name == "WSManFault":
            number = _number(element.get("Code"))
            code = code or number
            if _is_wmi(number):
                wmi_code = number
        elif name in ("error_Code", "StatusCode"):
            number = _number(element.text)
            if _is_wmi(number):
                wmi_code = number
            elif name == "error_Code":
                code = code or number
        elif name in ("MessageID", "ProviderFault") and wmi_code is None:
            # "HRESULT 0x8004..." is a number in a text that is not translated.
            if match := _WMI_HRESULT.search(element.text or ""):
                wmi_code = int(match[1], 16)
        elif name in ("Message", "Description") and not text.strip():
            text = "".join(element.itertext())
    return Fault(code, subcode.rpartition(":")[2].strip(), text, wmi_code)


def _number(text: str | None) -> int:
    try:
        return int((text or "").strip(), 0) & 0xFFFFFFFF
    except ValueError:
        return 0


def _is_wmi(number: int) -> bool:
    """WMI's own errors, and those of Windows that a provider hands on (as HTTP's 0x80072F8F)."""
    return number >> 16 in (0x8004, 0x8007)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an enumeration: the items, and how to go on (None: this was the last)."""

    items: list[ET.Element]
    context: str | None


def read_page(body: ET.Element) -> Page:
    """Read an EnumerateResponse or PullResponse.

    Only direct children count (a class may have a property called EndOfSequence), whatever
    their namespace: the two answers put them into different ones.

    :raises BadAnswer: it is neither.
    """
    response = _first(body)
    if local_name(response.tag) not in ("EnumerateResponse", "PullResponse"):
        raise BadAnswer(f"<{local_name(response.tag)[:80]}> came in place of a page")
    items: list[ET.Element] = []
    context, ended = "", False
    for child in response:
        name = local_name(child.tag)
        if name == "Items":
            items = list(child)
        elif name == "EnumerationContext":
            context = (child.text or "").strip()
        elif name == "EndOfSequence":
            ended = True
    return Page(items, None if ended or not context else context)


def read_instances(page: Page, decoder: InstanceDecoder) -> Iterator[dict[str, CimValue]]:
    """Yield the instances of a page.

    A projection stands in an XmlFragment, a whole instance under the name of its class or
    of a class derived from it.
    """
    for item in page.items:
        yield decoder.decode(item)


def read_instance(body: ET.Element, shape: tuple[Element, ...]) -> dict[str, CimValue]:
    """Read the answer to Get or Put."""
    return InstanceDecoder(shape).decode(_first(body))


def read_outputs(body: ET.Element, method: Method) -> dict[str, CimValue]:
    """Read the output parameters and the ReturnValue of a method call.

    The first element counts, whatever its name: servers differ in it.

    :raises BadAnswer: there is no ReturnValue.
    """
    outputs = InstanceDecoder((*method.outputs, RETURN_VALUE)).decode(_first(body))
    if outputs[RETURN_VALUE.name] is None:
        raise BadAnswer(f"the answer to {method.name} holds no ReturnValue")
    return outputs


def read_texts(body: ET.Element) -> dict[str, str]:
    """Read the answer to Identify: local names and texts."""
    return {local_name(child.tag): (child.text or "").strip() for child in _first(body)}


def _first(body: ET.Element) -> ET.Element:
    for child in body:
        return child
    raise BadAnswer("the body of the answer is empty")
