# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the service hands back to the HTTP layer, and the envelope of an answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from ..log import Request
from . import namespaces as ns

SOAP_TYPE = "application/soap+xml;charset=UTF-8"


@dataclass(slots=True)
class Reply:
    """An answer to one request.

    ``drop`` closes the connection instead of answering, ``hang`` keeps it open without a word,
    ``stream`` replaces the body and is never sealed, ``after`` runs once the answer is out, in
    ``background`` beside the connection's next requests.
    """

    request: Request
    status: int = 200
    body: bytes = b""
    content_type: str = SOAP_TYPE
    sealed: bool = True
    drop: bool = False
    hang: bool = False
    stream: Iterator[bytes] | None = None
    stream_length: int | None = None
    after: Callable[[], None] | None = None
    background: bool = False


@dataclass(slots=True)
class Outcome:
    """The body of a successful answer, its action, and what belongs in the log."""

    action: str
    body: str
    log: dict[str, object] = field(default_factory=dict)


def new_message_id() -> str:
    """A message id as Windows writes it."""
    return f"uuid:{str(uuid.uuid4()).upper()}"


def envelope(
    action: str, body: str, relates_to: str, operation_id: str | None, german: bool
) -> str:
    """The envelope of an answer. An OperationID of the request is echoed."""
    lang = "de-DE" if german else "en-US"
    echo = ""
    if operation_id is not None:
        echo = (
            f'<m:OperationID xmlns:m="{ns.WSMV}" s:mustUnderstand="false">'
            f"{escape(operation_id)}</m:OperationID>"
        )
    return (
        f'<s:Envelope xml:lang="{lang}" xmlns:s="{ns.SOAP}" xmlns:a="{ns.ADDRESSING}"'
        f' xmlns:x="{ns.TRANSFER}" xmlns:n="{ns.ENUMERATION}" xmlns:w="{ns.WSMAN}">'
        f"<s:Header><a:Action>{escape(action)}</a:Action><a:MessageID>{new_message_id()}</a:MessageID>"
        f"{echo}<a:To>{ns.ANONYMOUS}</a:To><a:RelatesTo>{escape(relates_to)}</a:RelatesTo>"
        f"</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )


def identify_envelope(version: str) -> str:
    """The answer to wsmid:Identify (DSP0226 11)."""
    return (
        f'<s:Envelope xml:lang="en-US" xmlns:s="{ns.SOAP}"><s:Header/><s:Body>'
        f'<wsmid:IdentifyResponse xmlns:wsmid="{ns.IDENTITY}">'
        f"<wsmid:ProtocolVersion>{ns.WSMAN}</wsmid:ProtocolVersion>"
        "<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>"
        f"<wsmid:ProductVersion>OS: {version} SP: 0.0 Stack: 3.0</wsmid:ProductVersion>"
        "</wsmid:IdentifyResponse></s:Body></s:Envelope>"
    )
