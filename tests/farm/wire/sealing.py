# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sealed messages: multipart/encrypted as MS-WSMV 2.2.9.1 lays it out."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping

import spnego
from spnego.exceptions import SpnegoError

_PROTOCOL = "application/HTTP-SPNEGO-session-encrypted"
_BOUNDARY = b"--Encrypted Boundary"
_OCTETS = b"Content-Type: application/octet-stream\r\n"
_LENGTH = re.compile(rb"OriginalContent:[^\r\n]*;\s*Length=(\d+)", re.IGNORECASE)
_END = re.compile(rb"--\s*Encrypted Boundary(?:--)?\r\n\Z")

SEALED_TYPE = f'multipart/encrypted;protocol="{_PROTOCOL}";boundary="Encrypted Boundary"'


class UnsealError(Exception):
    """The body is no sealed message of this context."""


def is_sealed(headers: Mapping[str, str]) -> bool:
    """True when the request says that it carries a sealed message."""
    return headers.get("content-type", "").lower().startswith("multipart/encrypted")


def unseal(context: spnego.ContextProxy, headers: Mapping[str, str], body: bytes) -> bytes:
    """Decrypt and check a request; the stated length must be the real one."""
    if _PROTOCOL.lower() not in headers.get("content-type", "").lower():
        raise UnsealError("protocol")
    start = body.find(_OCTETS)
    length = _LENGTH.search(body[: max(start, 0)])
    end = _END.search(body)
    if start < 0 or length is None or end is None:
        raise UnsealError("parts")
    payload = body[start + len(_OCTETS) : end.start()]
    if len(payload) < 4:
        raise UnsealError("signature")
    (size,) = struct.unpack("<i", payload[:4])
    if not 0 < size <= len(payload) - 4:
        raise UnsealError("signature")
    try:
        plain = context.unwrap_winrm(payload[4 : 4 + size], payload[4 + size :])
    except SpnegoError as error:
        raise UnsealError("signature") from error
    if len(plain) != int(length.group(1)):
        raise UnsealError("length")
    return plain


def seal(context: spnego.ContextProxy, plain: bytes) -> bytes:
    """Encrypt an answer."""
    wrapped = context.wrap_winrm(plain)
    head = (
        _BOUNDARY
        + b"\r\n\tContent-Type: "
        + _PROTOCOL.encode("ascii")
        + b"\r\n\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length="
        + str(len(plain) + wrapped.padding_length).encode("ascii")
        + b"\r\n"
        + _BOUNDARY
        + b"\r\n\tContent-Type: application/octet-stream\r\n"
    )
    framed = struct.pack("<i", len(wrapped.header)) + wrapped.header + wrapped.data
    return head + framed + _BOUNDARY + b"--\r\n"
