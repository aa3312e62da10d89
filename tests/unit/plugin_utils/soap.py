# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds WS-Management answers in the forms that Windows sends (MS-WSMV 3.1.4.1)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
CIM = "http://schemas.dmtf.org/wbem/wscim/1/common"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
WSMAN_FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi"

Value = str | int | bool | None | list[str] | list[int]


def envelope(body: str, relates_to: str = "") -> bytes:
    """A whole answer around the text of a body."""
    return (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:a="{ADDRESSING}" xmlns:w="{WSMAN}"'
        f' xmlns:n="{ENUMERATION}" xmlns:xsi="{XSI}" xmlns:cim="{CIM}">'
        f"<s:Header><a:RelatesTo>{relates_to}</a:RelatesTo></s:Header>"
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def properties(values: Mapping[str, Value], prefix: str = "p:") -> str:
    """Elements as Windows sends them: nil for null, nothing at all for a null array."""
    return "".join(_property(f"{prefix}{name}", value) for name, value in sorted(values.items()))


def _property(tag: str, value: Value) -> str:
    if isinstance(value, list):
        return "".join(_property(tag, each) for each in value)
    if value is None:
        return f'<{tag} xsi:nil="true"/>'
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"<{tag}>{escape(text)}</{tag}>"


def instance(uri: str, name: str, values: Mapping[str, Value]) -> str:
    """A whole instance, in the namespace of its class."""
    return f'<p:{name} xmlns:p="{uri}">{properties(values)}</p:{name}>'


def fragment(values: Mapping[str, Value]) -> str:
    """A projection: its properties carry no namespace."""
    return f"<w:XmlFragment>{properties(values, prefix='')}</w:XmlFragment>"


def outputs(uri: str, method: str, values: Mapping[str, Value]) -> str:
    """The output parameters of a method call."""
    return f'<p:{method}_OUTPUT xmlns:p="{uri}">{properties(values)}</p:{method}_OUTPUT>'


def first_page(items: str, context: str | None = None) -> str:
    """An EnumerateResponse; without context it is the last page, too."""
    end = "" if context else "<w:EndOfSequence/>"
    return (
        f"<n:EnumerateResponse><n:EnumerationContext>{context or ''}</n:EnumerationContext>"
        f"<w:Items>{items}</w:Items>{end}</n:EnumerateResponse>"
    )


def next_page(items: str, context: str | None = None) -> str:
    """A PullResponse, whose elements stand in another namespace than those of the first page."""
    if context:
        head, end = f"<n:EnumerationContext>{context}</n:EnumerationContext>", ""
    else:
        head, end = "", "<n:EndOfSequence/>"
    return f"<n:PullResponse>{head}<n:Items>{items}</n:Items>{end}</n:PullResponse>"


def fault(code: int, subcode: str, text: str, inside: str = "") -> str:
    """A fault whose detail is a WSManFault; ``inside`` stands in its Message."""
    return _fault(
        subcode,
        text,
        f'<f:WSManFault xmlns:f="{WSMAN_FAULT}" Code="{code}" Machine="host"><f:Message>'
        f"{inside or escape(text)}</f:Message></f:WSManFault>",
    )


def provider_fault(status: str, description: str = "", *, number: int | None = None) -> str:
    """What a provider's own fault looks like within the message of a WSManFault."""
    inner = "" if number is None else f'<f:WSManFault Code="{number}"><f:Message/></f:WSManFault>'
    return (
        f'<f:ProviderFault provider="WMI Provider">{inner}<p:ExtendedError xmlns:p="{WMI}">'
        f"<p:__ExtendedStatus><p:Description>{description}</p:Description>"
        f"<p:StatusCode>{status}</p:StatusCode></p:__ExtendedStatus></p:ExtendedError>"
        "</f:ProviderFault>"
    )


def wmi_error(error_code: int, subcode: str, text: str, message_id: str = "") -> str:
    """A fault whose detail is an MSFT_WmiError (WinRM 3.0 and later)."""
    uri = f"{WMI}/root/Microsoft/Windows/winrm/MSFT_WmiError"
    values: dict[str, Value] = {"Message": text, "MessageID": message_id, "error_Code": error_code}
    return _fault(subcode, text, instance(uri, "MSFT_WmiError", values))


def _fault(subcode: str, text: str, detail: str) -> str:
    code = f"<s:Subcode><s:Value>{subcode}</s:Value></s:Subcode>" if subcode else ""
    return (
        f"<s:Fault><s:Code><s:Value>s:Receiver</s:Value>{code}</s:Code>"
        f'<s:Reason><s:Text xml:lang="en-US">{escape(text)}</s:Text></s:Reason>'
        f"<s:Detail>{detail}</s:Detail></s:Fault>"
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """A request, taken apart."""

    message: bytes
    root: ET.Element

    @classmethod
    def of(cls, message: bytes) -> Sent:
        """Take a message apart."""
        return cls(message, ET.fromstring(message))

    def header(self, name: str) -> str:
        """The text of a header element, by its local name."""
        for each in self.root.iter():
            if each.tag.rpartition("}")[2] == name:
                return (each.text or "").strip()
        return ""

    @property
    def action(self) -> str:
        """The last part of the action: Get, Enumerate, Pull, a method's name."""
        return self.header("Action").rpartition("/")[2]

    @property
    def message_id(self) -> str:
        """What an answer has to relate to."""
        return self.header("MessageID")

    @property
    def cls(self) -> str:
        """The class (``*`` for a query)."""
        return self.header("ResourceURI").rpartition("/")[2]

    @property
    def selectors(self) -> dict[str, str]:
        """The keys of the instance."""
        return {
            each.get("Name", ""): each.text or "" for each in self.root.iter(f"{{{WSMAN}}}Selector")
        }

    @property
    def payload(self) -> ET.Element | None:
        """The first element of the body."""
        body = self.root.find(f"{{{SOAP}}}Body")
        return None if body is None else next(iter(body), None)

    def inputs(self) -> dict[str, list[str]]:
        """Parameters by name; what is repeated has several texts."""
        found: dict[str, list[str]] = {}
        for each in self.payload if self.payload is not None else ():
            found.setdefault(each.tag.rpartition("}")[2], []).append(each.text or "")
        return found
