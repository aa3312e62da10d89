# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strict, bounded reading of the JSON that a bundle holds.

A bundle may come from anywhere: nothing in it may end in a traceback, and nothing that two
readers could read in two ways is accepted.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any, NoReturn

LIMIT = 8 * 1024 * 1024
"""Bytes of a text that is read whole; the operation read_bundle keeps to it as well."""
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)


class NotReadable(ValueError):
    """A text of a bundle is not what it should be; ``str()`` says why."""


def _one_of_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotReadable("a name stands twice in one object")
    return found


def _no_such_number(name: str) -> NoReturn:
    raise NotReadable(f"{name} is not JSON")


def read_object(text: bytes) -> dict[str, Any]:
    """Read a JSON object.

    :param text: UTF-8, with or without a byte order mark.
    :raises NotReadable: it is no JSON object, or too long, or ambiguous.
    """
    if len(text) > LIMIT:
        raise NotReadable(f"it is longer than {LIMIT} bytes")
    try:
        found = json.loads(
            text.decode("utf-8-sig"),
            object_pairs_hook=_one_of_each,
            parse_constant=_no_such_number,
        )
    except NotReadable:
        raise
    except RecursionError as exc:
        raise NotReadable("it is nested too deeply") from exc
    except ValueError as exc:
        raise NotReadable(f"it is not JSON: {plain(str(exc))}") from exc
    if not isinstance(found, dict):
        raise NotReadable("it is not a JSON object")
    return found


def plain(text: str, limit: int = 200) -> str:
    """A text from a bundle, made fit for a terminal and a result: printable, not too long."""
    shown = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text[:limit])
    return shown if len(text) <= limit else f"{shown}..."


def text_in(data: dict[str, Any], name: str) -> str:
    """A text that has to be there.

    :raises NotReadable: it is not.
    """
    value = data.get(name)
    if not isinstance(value, str) or not value:
        raise NotReadable(f"{name} is missing or not a text")
    return value


def text_or_none(data: dict[str, Any], name: str) -> str | None:
    """A text or null.

    :raises NotReadable: it is something else.
    """
    value = data.get(name)
    if value is not None and not isinstance(value, str):
        raise NotReadable(f"{name} is neither a text nor null")
    return value


def integer_or_none(data: dict[str, Any], name: str) -> int | None:
    """A whole number, not negative, or null.

    :raises NotReadable: it is something else.
    """
    value = data.get(name)
    if value is not None and (value.__class__ is not int or not 0 <= value < 2**63):
        raise NotReadable(f"{name} is neither a number nor null")
    return value


def object_in(data: dict[str, Any], name: str) -> dict[str, Any]:
    """An object that has to be there.

    :raises NotReadable: it is not.
    """
    value = data.get(name)
    if not isinstance(value, dict):
        raise NotReadable(f"{name} is missing or not an object")
    return value


def objects_in(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects that has to be there.

    :raises NotReadable: it is not.
    """
    value = data.get(name)
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise NotReadable(f"{name} is missing or not a list of objects")
    return value


def moment(text: str) -> datetime:
    """A time as the bundles write it.

    :raises NotReadable: it is not ``YYYY-MM-DDTHH:MM:SSZ``.
    """
    if not _TIME.fullmatch(text):
        raise NotReadable(f"{plain(text, 40)!r} is not a time in UTC")
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as exc:
        raise NotReadable(f"{text} is a time that there never was") from exc
