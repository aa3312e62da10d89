# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds WS-Management request messages (MS-WSMV 3.1.4.1, DSP0226). Sans-IO.

The header is the smallest that Windows accepts: no OperationID and no SessionId, which would
opt into the full-duplex rules of WinRM 3.0.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from .schema import CimClass, Method
from .values import XSI, CimValue, encode_value, null_element, xml_text

_TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
_ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
_WQL = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
_IDENTIFY = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
_SOAP = "http://www.w3.org/2003/05/soap-envelope"

MAX_ENVELOPE_SIZE = 512_000
"""Asked of the server; it lowers it to its own limit (MS-WSMV <8>: 150 KB on 2008 R2)."""
MAX_ELEMENTS = 32_000
"""Asked per page; Windows cuts pages by size long before."""
MAX_OPERATION_TIMEOUT = 60.0
"""Seconds: MaxTimeoutms of WinRM caps longer ones."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request: its bytes, its id (for RelatesTo) and whether it may write."""

    body: bytes
    message_id: str
    writes: bool = False


class EnvelopeBuilder:
    """Builds the messages for one host.

    :param timeout: seconds that the host may take for one operation.
    :param locale: the language asked for in fault texts.
    """

    def __init__(self, timeout: float = 20.0, locale: str = "en-US") -> None:
        seconds = min(max(timeout, 1.0), MAX_OPERATION_TIMEOUT)
        self._head = (
            f'<s:Envelope xmlns:s="{_SOAP}"'
            ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
            ' xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"'
            ' xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"'
            ' xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration"><s:Header>'
            # Windows does not look at a:To, but DSP0226 requires it.
            "<a:To>http://windows-host:5985/wsman</a:To>"
            '<a:ReplyTo><a:Address s:mustUnderstand="true">'
            "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
            "</a:Address></a:ReplyTo>"
            f'<w:MaxEnvelopeSize s:mustUnderstand="true">{MAX_ENVELOPE_SIZE}</w:MaxEnvelopeSize>'
            # mustUnderstand has to be false for both, else an UnsupportedFeature fault.
            f'<w:Locale xml:lang="{locale}" s:mustUnderstand="false"/>'
            f'<p:DataLocale xml:lang="{locale}" s:mustUnderstand="false"/>'
            f"<w:OperationTimeout>PT{seconds:.3f}S</w:OperationTimeout>"
        )

    def _message(
        self,
        uri: str,
        action: str,
        body: str,
        keys: Mapping[str, str] | None = None,
        *,
        writes: bool = False,
    ) -> Message:
        message_id = f"uuid:{uuid.uuid4()}".upper().replace("UUID:", "uuid:")
        selectors = ""
        if keys:
            inner = "".join(
                f'<w:Selector Name="{xml_text(name)}">{xml_text(value)}</w:Selector>'
                for name, value in keys.items()
            )
            selectors = f"<w:SelectorSet>{inner}</w:SelectorSet>"
        text = (
            f'{self._head}<w:ResourceURI s:mustUnderstand="true">{uri}</w:ResourceURI>'
            f'<a:Action s:mustUnderstand="true">{action}</a:Action>'
            f"<a:MessageID>{message_id}</a:MessageID>{selectors}</s:Header>"
            f"<s:Body>{body}</s:Body></s:Envelope>"
        )
        return Message(text.encode("utf-8"), message_id, writes)

    def identify(self) -> Message:
        """Ask who answers (DSP0226 11): no header, no class, no rights needed."""
        text = (
            f'<s:Envelope xmlns:s="{_SOAP}" xmlns:i="{_IDENTIFY}"><s:Header/>'
            "<s:Body><i:Identify/></s:Body></s:Envelope>"
        )
        return Message(text.encode("utf-8"), "")

    def get(self, cls: CimClass, keys: Mapping[str, str] | None) -> Message:
        """Read one instance; no keys for a singleton."""
        return self._message(cls.uri, _TRANSFER + "Get", "", keys)

    def put(
        self, cls: CimClass, keys: Mapping[str, str] | None, values: Mapping[str, CimValue]
    ) -> Message:
        """Write one instance.

        Send every property that ``get`` returned: whether Windows keeps the ones that are
        left out is not documented.
        """
        known = {each.name: each for each in cls.properties}
        inner = "".join(
            null_element(known[name], "c")
            if value is None
            else encode_value(known[name], value, "c")
            for name, value in values.items()
        )
        body = f'<c:{cls.name} xmlns:c="{cls.uri}" xmlns:xsi="{XSI}">{inner}</c:{cls.name}>'
        return self._message(cls.uri, _TRANSFER + "Put", body, keys, writes=True)

    def invoke(
        self,
        cls: CimClass,
        method: Method,
        inputs: Mapping[str, CimValue],
        keys: Mapping[str, str] | None = None,
    ) -> Message:
        """Call a method: static without keys, else on the instance that the keys name.

        The _INPUT element is needed even when empty (MS-WSMV 3.1.4.1.23).
        """
        known = {each.name: each for each in method.inputs}
        inner = "".join(encode_value(known[name], value, "m") for name, value in inputs.items())
        body = f'<m:{method.name}_INPUT xmlns:m="{cls.uri}">{inner}</m:{method.name}_INPUT>'
        action = f"{cls.uri}/{method.name}"
        return self._message(cls.uri, action, body, keys, writes=not method.reads)

    def enumerate(
        self, cls: CimClass, query: str | None = None, max_elements: int = MAX_ELEMENTS
    ) -> Message:
        """Start reading the instances of a class, or of a WQL query in its namespace.

        Optimized: the answer brings the first items along, for a class with one instance
        all of them.
        """
        filtered = (
            f'<w:Filter Dialect="{_WQL}">{xml_text(query)}</w:Filter>' if query is not None else ""
        )
        body = (
            "<n:Enumerate><w:OptimizeEnumeration/>"
            f"<w:MaxElements>{max_elements}</w:MaxElements>{filtered}</n:Enumerate>"
        )
        uri = cls.uri if query is None else cls.query_uri
        return self._message(uri, _ENUMERATION + "Enumerate", body)

    def pull(
        self, cls: CimClass, context: str, query: bool, max_elements: int = MAX_ELEMENTS
    ) -> Message:
        """Read the next page. Without MaxElements Windows would send one item a page."""
        body = (
            f"<n:Pull><n:EnumerationContext>{xml_text(context)}</n:EnumerationContext>"
            f"<n:MaxElements>{max_elements}</n:MaxElements></n:Pull>"
        )
        uri = cls.query_uri if query else cls.uri
        return self._message(uri, _ENUMERATION + "Pull", body)

    def release(self, cls: CimClass, context: str, query: bool) -> Message:
        """Give an enumeration up: an open one counts against the user's quota."""
        body = (
            f"<n:Release><n:EnumerationContext>{xml_text(context)}</n:EnumerationContext>"
            "</n:Release>"
        )
        uri = cls.query_uri if query else cls.uri
        return self._message(uri, _ENUMERATION + "Release", body)
