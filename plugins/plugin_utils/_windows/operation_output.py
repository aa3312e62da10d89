# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what an operation returned, field by field: what is not as agreed is a bad answer."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from .._cim.errors import BadAnswer

_TIME = "%Y-%m-%dT%H:%M:%SZ"
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Output:
    """The values of one operation, or of one object in them.

    :raises BadAnswer: from every method, when the field is missing or of another type.
    """

    def __init__(self, operation: str, values: object) -> None:
        self._operation = operation
        if not isinstance(values, Mapping):
            raise BadAnswer(f"the PowerShell step {operation} answered {_shown(values)}")
        self._values = values

    def _wrong(self, name: str, value: object) -> BadAnswer:
        return BadAnswer(f"the PowerShell step {self._operation} answered {name} {_shown(value)}")

    def _value(self, name: str) -> Any:
        if name not in self._values:
            raise BadAnswer(f"the PowerShell step {self._operation} answered no {name}")
        return self._values[name]

    def absent(self, name: str) -> bool:
        """Whether the field is null."""
        return self._value(name) is None

    def text(self, name: str) -> str:
        """A string."""
        value = self._value(name)
        if not isinstance(value, str):
            raise self._wrong(name, value)
        return value

    def flag(self, name: str) -> bool:
        """A truth value."""
        value = self._value(name)
        if not isinstance(value, bool):
            raise self._wrong(name, value)
        return value

    def number(self, name: str) -> int:
        """A whole number."""
        value = self._value(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._wrong(name, value)
        return value

    def count(self, name: str) -> int:
        """A whole number that is not negative."""
        value = self.number(name)
        if value < 0:
            raise self._wrong(name, value)
        return value

    def time(self, name: str) -> datetime:
        """A point in time, in UTC."""
        value = self.text(name)
        try:
            return datetime.strptime(value, _TIME).replace(tzinfo=UTC)
        except ValueError as exc:
            raise self._wrong(name, value) from exc

    def sha256(self, name: str) -> str:
        """A SHA-256 in hexadecimal digits."""
        value = self.text(name)
        if not _SHA256.fullmatch(value):
            raise self._wrong(name, value)
        return value

    def base64(self, name: str) -> bytes:
        """Bytes that stand in the JSON as base64."""
        value = self.text(name)
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError) as exc:
            raise self._wrong(name, value) from exc

    def blob(self) -> bytes:
        """The bytes that came along."""
        value = self._value("blob")
        if not isinstance(value, bytes):
            raise self._wrong("blob", value)
        return value

    def record(self, name: str) -> Output:
        """An object."""
        return Output(self._operation, self._value(name))

    def records(self, name: str) -> Iterator[Output]:
        """A list of objects."""
        value = self._value(name)
        if not isinstance(value, list):
            raise self._wrong(name, value)
        return (Output(self._operation, each) for each in value)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of strings."""
        value = self._value(name)
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self._wrong(name, value)
        return tuple(value)

    def plain(self, name: str) -> Any:
        """The value as it came."""
        return self._value(name)


def _shown(value: object) -> str:
    return repr(value)[:80]
