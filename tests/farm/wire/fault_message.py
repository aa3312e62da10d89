# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SOAP faults as Windows words them (MS-WSMV 2.2.4.43, recorded answers; codes of wsmerror.h)."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from ..cim.errors import CimError, QueryError, SelectorError, Wbem
from . import namespaces as ns
from .texts import wmi_text, wsman_text

CANNOT_PROCESS_FILTER = 2150858778
DESTINATION_UNREACHABLE = 2150858752
INVALID_SELECTORS = 2150858843
TIMED_OUT = 2150858793
INVALID_HEADER = 2150858767
HEADER_REQUIRED = 2150858769
ACTION_NOT_SUPPORTED = 2150858771
NOT_UNDERSTOOD = 2150858768
INVALID_CONTEXT = 2150858779
FILTER_DIALECT = 2150858777
ENCODING_LIMIT = 2150858805
SCHEMA_VALIDATION = 2150858817
UNSUPPORTED_FEATURE = 2150858818
INVALID_XML = 2150858819
PROVIDER_FAILED = 2150859010
OPERATIONS_QUOTA = 2150859174
SHELLS_QUOTA = 2150859173
ACCESS_DENIED = 5
INVALID_PARAMETER = 87
ABORTED = 995
# Of PowerShell's plug-in of WS-Management.
PSRP_INPUT = 2152991672
PSRP_STREAM_SETS = 2152991673
PSRP_COMMAND = 2152991677
PSRP_INPUT_STREAM = 2152991678
PSRP_OUTPUT_STREAM = 2152991680
PSRP_VERSION = 2152991685
PSRP_NO_VERSION = 2152991687
PSRP_BROKEN = 2152992672

_SUBCODES: dict[int, tuple[str, str]] = {
    CANNOT_PROCESS_FILTER: ("s:Sender", "n:CannotProcessFilter"),
    DESTINATION_UNREACHABLE: ("s:Sender", "a:DestinationUnreachable"),
    INVALID_SELECTORS: ("s:Sender", "w:InvalidSelectors"),
    TIMED_OUT: ("s:Receiver", "w:TimedOut"),
    INVALID_HEADER: ("s:Sender", "a:InvalidMessageInformationHeader"),
    HEADER_REQUIRED: ("s:Sender", "a:MessageInformationHeaderRequired"),
    ACTION_NOT_SUPPORTED: ("s:Sender", "a:ActionNotSupported"),
    NOT_UNDERSTOOD: ("s:MustUnderstand", ""),
    INVALID_CONTEXT: ("s:Receiver", "n:InvalidEnumerationContext"),
    FILTER_DIALECT: ("s:Sender", "n:FilterDialectRequestedUnavailable"),
    ENCODING_LIMIT: ("s:Sender", "w:EncodingLimit"),
    SCHEMA_VALIDATION: ("s:Sender", "w:SchemaValidationError"),
    UNSUPPORTED_FEATURE: ("s:Sender", "w:UnsupportedFeature"),
    INVALID_XML: ("s:Sender", "w:SchemaValidationError"),
    PROVIDER_FAILED: ("s:Receiver", "w:InternalError"),
    OPERATIONS_QUOTA: ("s:Receiver", "w:QuotaLimit"),
    SHELLS_QUOTA: ("s:Receiver", "w:QuotaLimit"),
    ACCESS_DENIED: ("s:Sender", "w:AccessDenied"),
    INVALID_PARAMETER: ("s:Sender", "w:InvalidParameter"),
    ABORTED: ("s:Receiver", "w:InternalError"),
    PSRP_INPUT: ("s:Receiver", "w:InternalError"),
    PSRP_STREAM_SETS: ("s:Receiver", "w:InternalError"),
    PSRP_COMMAND: ("s:Receiver", "w:InternalError"),
    PSRP_INPUT_STREAM: ("s:Receiver", "w:InternalError"),
    PSRP_OUTPUT_STREAM: ("s:Receiver", "w:InternalError"),
    PSRP_VERSION: ("s:Receiver", "w:InternalError"),
    PSRP_NO_VERSION: ("s:Receiver", "w:InternalError"),
    PSRP_BROKEN: ("s:Receiver", "w:InternalError"),
}
_DETAIL = "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/"


class WsmanFault(Exception):
    """A fault to be sent. ``detail`` is the last part of a w:FaultDetail URI."""

    def __init__(
        self,
        code: int,
        *,
        detail: str = "",
        extra: str = "",
        wmi: CimError | None = None,
        operation: str = "",
    ) -> None:
        super().__init__(f"fault {code} {extra}")
        self.code = code
        self.detail = detail
        self.extra = extra
        self.wmi = wmi
        self.operation = operation

    @property
    def subcode(self) -> str:
        """Local name of the SOAP subcode."""
        return _SUBCODES[self.code][1].rpartition(":")[2]


def from_cim(error: CimError, operation: str) -> WsmanFault:
    """The WS-Management fault in which a WMI error travels."""
    if isinstance(error, QueryError):
        return WsmanFault(CANNOT_PROCESS_FILTER, wmi=error, operation=operation)
    if isinstance(error, SelectorError):
        detail = "UnexpectedSelectors" if error.unexpected else "InsufficientSelectors"
        return WsmanFault(INVALID_SELECTORS, detail=detail, extra=error.detail)
    if error.code in (Wbem.INVALID_CLASS, Wbem.INVALID_NAMESPACE, Wbem.NOT_FOUND):
        return WsmanFault(DESTINATION_UNREACHABLE, wmi=error, operation=operation)
    if error.code is Wbem.ACCESS_DENIED:
        return WsmanFault(ACCESS_DENIED, wmi=error, operation=operation)
    return WsmanFault(PROVIDER_FAILED, wmi=error, operation=operation)


@dataclass(frozen=True, slots=True)
class FaultAddress:
    """Where a fault comes from and goes to."""

    machine: str
    relates_to: str
    message_id: str
    german: bool


def _extended(fault: WsmanFault, error: CimError) -> str:
    status = ns.EXTENDED_STATUS
    return (
        f'<f:ExtendedError><p:__ExtendedStatus xmlns:p="{status}" xmlns:xsi="{ns.XSI}"'
        f' xsi:type="p:__ExtendedStatus_Type"><p:Description xsi:nil="true"/>'
        f"<p:Operation>{escape(fault.operation)}</p:Operation>"
        f"<p:ParameterInfo>{escape(error.parameter)}</p:ParameterInfo>"
        f"<p:ProviderName>WinMgmt</p:ProviderName>"
        f"<p:StatusCode>{int(error.code)}</p:StatusCode></p:__ExtendedStatus></f:ExtendedError>"
    )


def _wsman_detail(fault: WsmanFault, address: FaultAddress, text: str) -> str:
    uri = f"<w:FaultDetail>{_DETAIL}{fault.detail}</w:FaultDetail>" if fault.detail else ""
    body = escape(text)
    if fault.wmi is not None:
        inner = escape(wmi_text(fault.wmi.code, address.german))
        body = (
            '<f:ProviderFault provider="WMI Provider"'
            ' path="%systemroot%\\system32\\WsmWmiPl.dll">'
            f'<f:WSManFault xmlns:f="{ns.FAULT}" Code="{int(fault.wmi.code)}"'
            f" Machine={quoteattr(address.machine)}><f:Message>{inner}</f:Message></f:WSManFault>"
            f"{_extended(fault, fault.wmi)}</f:ProviderFault>"
        )
    return (
        f'{uri}<f:WSManFault xmlns:f="{ns.FAULT}" Code="{fault.code}"'
        f" Machine={quoteattr(address.machine)}><f:Message>{body}</f:Message></f:WSManFault>"
    )


def _wmi_detail(fault: WsmanFault, text: str) -> str:
    return (
        f'<p:MSFT_WmiError b:IsCIM_Error="true" xmlns:p="{ns.WMI_ERROR}" xmlns:b="{ns.CIM_BINDING}"'
        f' xmlns:xsi="{ns.XSI}" xsi:type="p:MSFT_WmiError_Type">'
        '<p:CIMStatusCode>27</p:CIMStatusCode><p:error_Category xsi:nil="true"/>'
        f"<p:error_Code>{fault.code}</p:error_Code><p:error_Type>HRESULT</p:error_Type>"
        f"<p:Message>{escape(text)}</p:Message>"
        f"<p:MessageID>HRESULT 0x{fault.code:08x}</p:MessageID></p:MSFT_WmiError>"
    )


def render_fault(fault: WsmanFault, address: FaultAddress) -> str:
    """The whole envelope of a fault, in one of the two shapes of detail that Windows uses."""
    value, subcode = _SUBCODES[fault.code]
    text = wsman_text(fault.code, address.german)
    if fault.extra:
        text = f"{text} ({fault.extra})"
    lang = "de-DE" if address.german else "en-US"
    quota = fault.code in (OPERATIONS_QUOTA, SHELLS_QUOTA)
    detail = _wmi_detail(fault, text) if quota else _wsman_detail(fault, address, text)
    action = ns.ADDRESSING_FAULT_ACTION if subcode.startswith("a:") else ns.FAULT_ACTION
    sub = f"<s:Subcode><s:Value>{subcode}</s:Value></s:Subcode>" if subcode else ""
    relates = (
        f"<a:RelatesTo>{escape(address.relates_to)}</a:RelatesTo>" if address.relates_to else ""
    )
    return (
        f'<s:Envelope xml:lang="{lang}" xmlns:s="{ns.SOAP}" xmlns:a="{ns.ADDRESSING}"'
        f' xmlns:x="{ns.TRANSFER}" xmlns:n="{ns.ENUMERATION}" xmlns:w="{ns.WSMAN}">'
        f"<s:Header><a:Action>{action}</a:Action><a:MessageID>{address.message_id}</a:MessageID>"
        f"<a:To>{ns.ANONYMOUS}</a:To>{relates}</s:Header><s:Body><s:Fault><s:Code>"
        f"<s:Value>{value}</s:Value>{sub}</s:Code><s:Reason>"
        f'<s:Text xml:lang="{lang}">{escape(text)}</s:Text></s:Reason>'
        f"<s:Detail>{detail}</s:Detail></s:Fault></s:Body></s:Envelope>"
    )
