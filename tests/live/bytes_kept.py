# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a record keeps of bytes, and how they are had again.

- Of bytes that are sent only their number is kept: they hold what the answers before them said.
  Where the host tells their digest or their length, the record says so in place of the number,
  since names that are taken out change both.
- Of bytes that come back the texts of a bundle are kept as texts, so that names can be taken out
  of them, and of its database the pages of the header. A manifest is sealed by a digest of what it
  says: a seal that fitted is noted as fitting.
- Everything else is a number, and cannot be had again.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database import (
    ese_header,
    manifest,
)

from .recording import NotRecorded

SENT = {"write_bundle": "base64"}
"""The options of steps that hold bytes in base64, at any depth."""
ANSWERED = {"read_bundle": ("text", "head")}
"""The same for their answers."""
_FITS = "(fits)"
_DIGEST = "(the digest of what was sent)"
_LENGTH = "(the length after what was sent)"
_GZIP = b"\x1f\x8b"


def options_kept(operation: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a step as a record holds them."""
    name = SENT.get(operation)

    def change(key: str, value: Any) -> Any:
        if key == name and isinstance(value, str):
            return f"({len(base64.b64decode(value))} bytes)"
        return value

    return dict(_each(_plain(options), change))


def number_of(blob: bytes | None) -> int | None:
    """How many bytes: unpacked, since other names pack to another number."""
    if blob is None:
        return None
    return len(gzip.decompress(blob) if blob.startswith(_GZIP) else blob)


def output_kept(
    operation: str, options: Mapping[str, Any], blob: bytes | None, output: Mapping[str, Any]
) -> dict[str, Any]:
    """The answer of a step as a record holds it."""
    told = _of_sent(options, blob)
    back = {value: name for name, value in told.items()}
    names = ANSWERED.get(operation, ())

    def change(key: str, value: Any) -> Any:
        if isinstance(value, str | int) and not isinstance(value, bool) and value in back:
            return back[value]
        if key in names and isinstance(value, str):
            return _kept(base64.b64decode(value))
        return value

    return dict(_each(_plain(output), change))


def output_again(
    operation: str, options: Mapping[str, Any], blob: bytes | None, output: Mapping[str, Any]
) -> dict[str, Any]:
    """The answer of a step out of a record.

    :raises NotRecorded: only the number of its bytes was kept.
    """
    told = _of_sent(options, blob)
    names = ANSWERED.get(operation, ())

    def change(key: str, value: Any) -> Any:
        if isinstance(value, str) and value in told:
            return told[value]
        if isinstance(value, str) and key == "blob":
            raise NotRecorded(f"{operation} answered with {value}, which were not kept")
        if key in names and isinstance(value, dict):
            return base64.b64encode(_again(operation, value)).decode()
        return value

    return dict(_each(output, change))


def heads_cleaned(value: Any, clean: Callable[[str], str]) -> Any:
    """The same with header pages cleaned: a header names the computer that made the database.

    :param clean: takes private texts out. What has another length then is not kept at all.
    """

    def change(dummy: str, each: Any) -> Any:
        if not isinstance(each, dict) or "zlib" not in each:
            return each
        data = _unpacked(each)
        half = len(data) // 2
        pages = [_page_cleaned(page, clean) for page in (data[:half], data[half:])]
        wide = data.decode("utf-16-le", "replace")
        if None in pages or clean(wide) != wide:
            return {"bytes": each["bytes"]}
        return {**each, "zlib": _packed(b"".join(page or b"" for page in pages))}

    return _each(value, change)


def texts_in_heads(value: Any) -> list[str]:
    """The header pages that are kept, as text: for whoever looks for names in a record."""
    found: list[str] = []

    def note(dummy: str, each: Any) -> Any:
        if isinstance(each, dict) and "zlib" in each:
            found.append(_unpacked(each).decode("latin-1"))
        return each

    _each(value, note)
    return found


def _page_cleaned(page: bytes, clean: Callable[[str], str]) -> bytes | None:
    cleaned = clean(page.decode("latin-1")).encode("latin-1", "replace")
    if len(cleaned) != len(page):
        return None
    if page[:4] == _checksum(page):
        cleaned = _checksum(cleaned) + cleaned[4:]
    return cleaned


def _checksum(page: bytes) -> bytes:
    return ese_header.checksum(page).to_bytes(4, "little")


def _of_sent(options: Mapping[str, Any], blob: bytes | None) -> dict[str, str | int]:
    """What a host could tell of bytes that were sent, by the words for it."""
    if blob is None:
        return {}
    start = options.get("offset", 0)
    return {_DIGEST: hashlib.sha256(blob).hexdigest(), _LENGTH: start + len(blob)}


def _kept(data: bytes) -> dict[str, Any]:
    try:
        return {"json": _each(json.loads(data.decode("utf-8-sig")), _seal_noted)}
    except (ValueError, RecursionError):
        pass
    try:
        size = 2 * ese_header.read_header(data).page_size
    except ese_header.NotAnEseDatabase:
        return {"bytes": len(data)}
    return {"zlib": _packed(data[:size]), "bytes": len(data)}


def _again(operation: str, kept: dict[str, Any]) -> bytes:
    if "json" in kept:
        return json.dumps(_each(kept["json"], _seal_made)).encode()
    if "zlib" in kept:
        return _unpacked(kept).ljust(kept["bytes"], b"\0")
    raise NotRecorded(f"{operation} answered with {kept['bytes']} bytes, which were not kept")


def _packed(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data, 9)).decode()


def _unpacked(kept: dict[str, Any]) -> bytes:
    return zlib.decompress(binascii.a2b_base64(kept["zlib"]))


def _seal_noted(dummy: str, value: Any) -> Any:
    if _is_manifest(value) and value["digest"] == _seal(value):
        return {**value, "digest": _FITS}
    return value


def _seal_made(dummy: str, value: Any) -> Any:
    if _is_manifest(value) and value["digest"] == _FITS:
        return {**value, "digest": _seal(value)}
    return value


def _is_manifest(value: Any) -> bool:
    return isinstance(value, dict) and {"format", "digest", "server"} <= set(value)


def _seal(value: dict[str, Any]) -> str:
    return manifest.seal_of({k: v for k, v in value.items() if k not in ("digest", "files")})


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON has it, with seals noted, and bytes as their number."""

    def counted(value: Any) -> str:
        return f"({len(value)} bytes)" if isinstance(value, bytes) else str(value)

    found = json.loads(json.dumps(dict(values), default=counted))
    return dict(_each(found, _seal_noted))


def _each(value: Any, change: Callable[[str, Any], Any], key: str = "") -> Any:
    """The same value with its parts changed; what was changed is not looked into."""
    changed = change(key, value)
    if changed is not value:
        return changed
    if isinstance(value, dict):
        return {name: _each(each, change, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_each(each, change, key) for each in value]
    return value
