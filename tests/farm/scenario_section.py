# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Typed access to one mapping of a scenario, with errors that say where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class ScenarioError(ValueError):
    """A scenario that cannot be used; the text names file, line and key."""


class Section:
    """One mapping of the scenario and its place in the file."""

    def __init__(
        self,
        data: Any,
        path: tuple[str, ...],
        lines: Mapping[tuple[str, ...], int],
        file: str,
    ) -> None:
        self._path, self._lines, self._file = path, lines, file
        if data is None:
            data = {}
        if not isinstance(data, Mapping):
            raise self.wrong("a mapping is expected")
        self._data: dict[str, Any] = {str(key): value for key, value in data.items()}

    def wrong(self, text: str, key: str | None = None) -> ScenarioError:
        """The error for this section or one of its keys."""
        path = self._path if key is None else (*self._path, key)
        line = self._lines.get(path) or self._lines.get(self._path)
        where = f"{self._file}:{line}" if line else self._file
        return ScenarioError(f"{where}: {'.'.join(path) or 'top level'}: {text}")

    def mapping(self) -> dict[str, Any]:
        """The plain content."""
        return self._data

    def has(self, key: str) -> bool:
        """True when the key is given and not null."""
        return self._data.get(key) is not None

    def known(self, *keys: str) -> None:
        """Refuse any other key."""
        for key in self._data:
            if key not in keys:
                raise self.wrong(f"unknown key; known: {', '.join(keys)}", key)

    def section(
        self, key: str, *, required: bool = False, defaults: Mapping[str, Any] | None = None
    ) -> Section:
        """The mapping below ``key``, empty when it is left out; ``defaults`` fill its gaps."""
        if required and key not in self._data:
            raise self.wrong(f"{key} is missing")
        below = Section(self._data.get(key), (*self._path, key), self._lines, self._file)
        below._data = {**(defaults or {}), **below._data}
        return below

    def list_of_sections(self, key: str) -> list[Section]:
        """The list of mappings below ``key``."""
        given = self._data.get(key) or []
        if not isinstance(given, list):
            raise self.wrong("a list is expected", key)
        return [
            Section(item, (*self._path, key, str(index)), self._lines, self._file)
            for index, item in enumerate(given)
        ]

    def _typed(self, key: str, kind: type, name: str) -> Any:
        value = self._data.get(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(f"{name} is expected, not {value!r}", key)
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """A text; required when there is no default."""
        if key not in self._data and default is not None:
            return default
        value: str = self._typed(key, str, "a text")
        return value

    def optional_text(self, key: str) -> str | None:
        """A text or nothing."""
        return self.text(key) if self.has(key) else None

    def number(self, key: str, default: int) -> int:
        """A whole number."""
        value: int = self._typed(key, int, "a whole number") if key in self._data else default
        return value

    def real(self, key: str, default: float) -> float:
        """A number, with or without a fraction."""
        value = self._data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(f"a number is expected, not {value!r}", key)
        return float(value)

    def optional_number(self, key: str, default: int | None = None) -> int | None:
        """A whole number, null, or the default when the key is left out."""
        if key not in self._data:
            return default
        return self.number(key, 0) if self._data[key] is not None else None

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value: bool = self._typed(key, bool, "true or false") if key in self._data else default
        return value

    def optional_flag(self, key: str) -> bool | None:
        """True, false, or nothing."""
        return self.flag(key, default=False) if self.has(key) else None

    def choice(self, key: str, known: Sequence[str], default: str) -> str:
        """One of the known words; a number is read as its text (releases such as 2022)."""
        value = str(self._data.get(key, default))
        if value not in known:
            raise self.wrong(f"{value!r} is not one of {', '.join(known)}", key)
        return value

    def choices(self, key: str, known: Sequence[str], default: Sequence[str]) -> tuple[str, ...]:
        """Some of the known words."""
        if key not in self._data:
            return tuple(default)
        for value in self.optional_texts(key) or ():
            if value not in known:
                raise self.wrong(f"{value!r} is not one of {', '.join(known)}", key)
        return self.optional_texts(key) or ()

    def optional_texts(self, key: str) -> tuple[str, ...] | None:
        """A list of texts or nothing."""
        if not self.has(key):
            return None
        value = self._typed(key, list, "a list")
        if not all(isinstance(item, str) for item in value):
            raise self.wrong("a list of texts is expected", key)
        return tuple(value)
