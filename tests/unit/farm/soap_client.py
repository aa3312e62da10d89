# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small SOAP client of the farm's own tests; it can say everything wrong that a client can."""

from __future__ import annotations

import base64
import http.client
import ssl
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from farm import Farm, Rights

S = "http://www.w3.org/2003/05/soap-envelope"
A = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
W = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
P = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
N = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
F = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
X = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
RSP = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
WQL = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
CIMV2 = WMI + "root/cimv2/"
TS = CIMV2 + "TerminalServices/"
SETTING = TS + "Win32_TerminalServiceSetting"
REGISTRY = WMI + "root/default/StdRegProv"
HKLM = "2147483650"

Params = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """Status, headers and body of one HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def root(self) -> ET.Element:
        return ET.fromstring(self.body)

    @property
    def content(self) -> ET.Element:
        """The first element of the SOAP body."""
        assert self.status == 200, self.body.decode()
        body = self.root.find(f"{{{S}}}Body")
        assert body is not None
        return body[0]

    @property
    def values(self) -> dict[str, list[str | None]]:
        """Local names and texts of the content's children; None stands for nil."""
        found: dict[str, list[str | None]] = {}
        for child in self.content:
            nil = child.get(f"{{{XSI}}}nil") == "true"
            text = None if nil else "".join(child.itertext())
            found.setdefault(local(child), []).append(text)
        return found

    def value(self, name: str) -> str | None:
        """The one text of a property or out parameter."""
        (text,) = self.values[name]
        return text

    @property
    def code(self) -> int:
        """WSManFault code, or the error_Code of an MSFT_WmiError."""
        assert self.status == 500, (self.status, self.body)
        fault = self.root.find(f".//{{{S}}}Detail/{{{F}}}WSManFault")
        if fault is not None:
            return int(fault.get("Code", ""))
        return int(next(e.text or "" for e in self.root.iter() if local(e) == "error_Code"))

    @property
    def wmi_code(self) -> int:
        """StatusCode of the provider fault's __ExtendedStatus."""
        return int(next(e.text or "" for e in self.root.iter() if local(e) == "StatusCode"))

    @property
    def subcode(self) -> str:
        found = self.root.findtext(f".//{{{S}}}Subcode/{{{S}}}Value")
        return (found or "").partition(":")[2]

    @property
    def detail(self) -> str:
        """Last part of the w:FaultDetail URI."""
        return (self.root.findtext(f".//{{{W}}}FaultDetail") or "").rpartition("/")[2]

    @property
    def reason(self) -> str:
        return self.root.findtext(f".//{{{S}}}Reason/{{{S}}}Text") or ""


def local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def header(
    action: str,
    uri: str,
    *,
    selectors: Mapping[str, str] | None = None,
    replace: Mapping[str, str | None] | None = None,
    extra: str = "",
) -> str:
    """A correct header; ``replace`` puts other XML in the place of an element, or drops it."""
    parts: dict[str, str | None] = {
        "To": "<a:To>http://host:5985/wsman</a:To>",
        "ResourceURI": f'<w:ResourceURI s:mustUnderstand="true">{escape(uri)}</w:ResourceURI>',
        "ReplyTo": f"<a:ReplyTo><a:Address>{A}/role/anonymous</a:Address></a:ReplyTo>",
        "Action": f'<a:Action s:mustUnderstand="true">{escape(action)}</a:Action>',
        "MaxEnvelopeSize": '<w:MaxEnvelopeSize s:mustUnderstand="true">512000</w:MaxEnvelopeSize>',
        "MessageID": f"<a:MessageID>uuid:{uuid.uuid4()}</a:MessageID>",
        "Locale": '<w:Locale xml:lang="en-US" s:mustUnderstand="false"/>',
        "DataLocale": '<p:DataLocale xml:lang="en-US" s:mustUnderstand="false"/>',
        "OperationTimeout": "<w:OperationTimeout>PT20S</w:OperationTimeout>",
    }
    if selectors:
        inner = "".join(
            f"<w:Selector Name={quoteattr(name)}>{escape(value)}</w:Selector>"
            for name, value in selectors.items()
        )
        parts["SelectorSet"] = f"<w:SelectorSet>{inner}</w:SelectorSet>"
    parts.update(replace or {})
    return "".join(part for part in parts.values() if part) + extra


def envelope(head: str, body: str) -> bytes:
    return (
        f'<s:Envelope xmlns:s="{S}" xmlns:a="{A}" xmlns:w="{W}" xmlns:p="{P}" xmlns:n="{N}"'
        f' xmlns:xsi="{XSI}" xmlns:rsp="{RSP}"><s:Header>{head}</s:Header>'
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class SoapClient:
    """Speaks to one host over one kept-alive connection, with Basic."""

    def __init__(
        self,
        farm: Farm,
        host: str,
        *,
        scheme: str = "https",
        rights: Rights = Rights.ADMINISTRATOR,
        authorization: str | None = None,
    ) -> None:
        url = urlsplit(farm.endpoint(host, scheme))
        name, port = url.hostname or "", url.port
        if scheme == "https":
            trust = ssl.create_default_context(cafile=str(farm.ca_path))
            self.http: http.client.HTTPConnection = http.client.HTTPSConnection(
                name, port, context=trust, timeout=20
            )
        else:
            self.http = http.client.HTTPConnection(name, port, timeout=20)
        if authorization is None:
            authorization = basic(*farm.login(host, auth="basic", rights=rights))
        self.authorization = authorization

    def close(self) -> None:
        self.http.close()

    def post(
        self,
        data: bytes,
        *,
        path: str = "/wsman",
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        sent = {"Content-Type": "application/soap+xml;charset=UTF-8", **(headers or {})}
        if self.authorization:
            sent.setdefault("Authorization", self.authorization)
        self.http.request(method, path, data, sent)
        got = self.http.getresponse()
        found: dict[str, str] = {}
        for name, value in got.getheaders():
            found[name.lower()] = ", ".join(filter(None, (found.get(name.lower()), value)))
        return Answer(got.status, found, got.read())

    def send(
        self,
        action: str,
        uri: str,
        body: str = "",
        *,
        selectors: Mapping[str, str] | None = None,
        replace: Mapping[str, str | None] | None = None,
        extra: str = "",
    ) -> Answer:
        head = header(action, uri, selectors=selectors, replace=replace, extra=extra)
        return self.post(envelope(head, body))

    def get(self, uri: str, selectors: Mapping[str, str] | None = None) -> Answer:
        return self.send(X + "/Get", uri, selectors=selectors)

    def put(self, uri: str, body: str, selectors: Mapping[str, str] | None = None) -> Answer:
        return self.send(X + "/Put", uri, body, selectors=selectors)

    def invoke(
        self,
        uri: str,
        method: str,
        params: Params = (),
        selectors: Mapping[str, str] | None = None,
    ) -> Answer:
        inner = "".join(f"<m:{name}>{escape(value)}</m:{name}>" for name, value in params)
        body = f'<m:{method}_INPUT xmlns:m="{uri}">{inner}</m:{method}_INPUT>'
        return self.send(f"{uri}/{method}", uri, body, selectors=selectors)

    def setting(self, method: str, params: Params = (), host: str = "SH1") -> Answer:
        """Invoke a method of Win32_TerminalServiceSetting."""
        return self.invoke(SETTING, method, params, {"ServerName": host})

    def registry(self, method: str, key: str, *params: tuple[str, str]) -> Answer:
        """Invoke a method of StdRegProv below HKLM."""
        return self.invoke(REGISTRY, method, [("hDefKey", HKLM), ("sSubKeyName", key), *params])

    def enumerate(
        self,
        uri: str,
        *,
        query: str | None = None,
        optimize: bool = True,
        dialect: str = WQL,
        max_elements: str | None = "32000",
        replace: Mapping[str, str | None] | None = None,
    ) -> Answer:
        inner = "<w:OptimizeEnumeration/>" if optimize else ""
        if max_elements is not None:
            inner += f"<w:MaxElements>{max_elements}</w:MaxElements>"
        if query is not None:
            inner += f'<w:Filter Dialect="{dialect}">{escape(query)}</w:Filter>'
        return self.send(
            N + "/Enumerate", uri, f"<n:Enumerate>{inner}</n:Enumerate>", replace=replace
        )

    def query(self, text: str, namespace: str = CIMV2) -> Answer:
        return self.enumerate(namespace + "*", query=text)

    def pull(
        self,
        uri: str,
        context: str,
        max_elements: str | None = "32000",
        replace: Mapping[str, str | None] | None = None,
    ) -> Answer:
        most = "" if max_elements is None else f"<n:MaxElements>{max_elements}</n:MaxElements>"
        body = f"<n:Pull><n:EnumerationContext>{context}</n:EnumerationContext>{most}</n:Pull>"
        return self.send(N + "/Pull", uri, body, replace=replace)

    def release(self, uri: str, context: str) -> Answer:
        body = f"<n:Release><n:EnumerationContext>{context}</n:EnumerationContext></n:Release>"
        return self.send(N + "/Release", uri, body)

    def all_items(self, uri: str, query: str | None = None) -> list[ET.Element]:
        """Enumerate and pull to the end."""
        answer = self.enumerate(uri, query=query)
        items = page(answer)
        while context := context_of(answer):
            answer = self.pull(uri, context)
            items += page(answer)
        return items


def context_of(answer: Answer) -> str:
    return (answer.content.findtext(f"{{{N}}}EnumerationContext") or "").strip()


def page(answer: Answer) -> list[ET.Element]:
    found = [child for child in answer.content if local(child) == "Items"]
    return [item for items in found for item in items]


def ended(answer: Answer) -> bool:
    return any(local(child) == "EndOfSequence" for child in answer.content)


def fields(item: ET.Element) -> dict[str, str | None]:
    """Local names and texts of an item's children; the last one wins where a name repeats."""
    return {
        local(child): None if child.get(f"{{{XSI}}}nil") else "".join(child.itertext())
        for child in item
    }
