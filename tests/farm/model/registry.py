# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A registry tree as Windows keeps it: case-insensitive names, typed values."""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


class RegType(enum.IntEnum):
    """Value types (Microsoft Learn: StdRegProv EnumValues)."""

    SZ = 1
    EXPAND_SZ = 2
    BINARY = 3
    DWORD = 4
    MULTI_SZ = 7
    QWORD = 11


RegData = str | int | bytes | list[str]

HIVES: dict[int, str] = {
    2147483648: "HKCR",
    2147483649: "HKCU",
    2147483650: "HKLM",
    2147483651: "HKU",
    2147483653: "HKCC",
}
_HIVE_NAMES: dict[str, str] = {
    "HKEY_CLASSES_ROOT": "HKCR",
    "HKEY_CURRENT_USER": "HKCU",
    "HKEY_LOCAL_MACHINE": "HKLM",
    "HKEY_USERS": "HKU",
    "HKEY_CURRENT_CONFIG": "HKCC",
} | {short: short for short in HIVES.values()}


@dataclass(slots=True)
class Key:
    """One key: its own spelling, its sub-keys and values by lower-case name."""

    name: str
    subkeys: dict[str, Key] = field(default_factory=dict)
    values: dict[str, tuple[str, RegType, RegData]] = field(default_factory=dict)


class RegistryError(ValueError):
    """A path or a value that no registry can hold."""


def reg_type(text: RegType | str | int) -> RegType:
    """Read a type from its number or its name, with or without ``REG_``."""
    if isinstance(text, RegType):
        return text
    if isinstance(text, int):
        return RegType(text)
    name = text.upper().removeprefix("REG_")
    try:
        return RegType[name]
    except KeyError:
        raise RegistryError(f"unknown registry type {text!r}") from None


def split_path(path: str) -> tuple[str, list[str]]:
    r"""Split ``HKLM\a\b`` into the hive's short name and the parts below it."""
    hive, dummy, rest = path.partition("\\")
    short = _HIVE_NAMES.get(hive.upper())
    if short is None:
        raise RegistryError(f"{path!r} does not start with a registry hive such as HKLM")
    return short, [part for part in rest.split("\\") if part]


def checked(kind: RegType, data: object) -> RegData:
    """The data, when it is what a value of this type can hold."""
    match kind, data:
        case ((RegType.SZ | RegType.EXPAND_SZ), str()):
            return data
        case RegType.BINARY, bytes():
            return data
        case RegType.DWORD, int() if not isinstance(data, bool) and 0 <= data < 2**32:
            return data
        case RegType.QWORD, int() if not isinstance(data, bool) and 0 <= data < 2**64:
            return data
        case RegType.MULTI_SZ, list():
            if all(isinstance(item, str) for item in data):
                return [str(item) for item in data]
    raise RegistryError(f"{data!r} is no REG_{kind.name} value")


class Registry:
    """The registry of one host. All methods take full paths and may be called from any thread."""

    def __init__(self) -> None:
        self._hives: dict[str, Key] = {name: Key(name) for name in HIVES.values()}
        self._lock = threading.RLock()
        self._watchers: list[Callable[[str], None]] = []

    def watch(self, called: Callable[[str], None]) -> None:
        """Call ``called(path)`` just before a key or a value below ``path`` changes."""
        self._watchers.append(called)

    def _changing(self, path: str) -> None:
        for called in self._watchers:
            called(path)

    def _find(self, path: str) -> Key | None:
        hive, parts = split_path(path)
        node: Key | None = self._hives[hive]
        for part in parts:
            if node is None:
                return None
            node = node.subkeys.get(part.lower())
        return node

    def exists(self, path: str) -> bool:
        """True when the key is there."""
        with self._lock:
            return self._find(path) is not None

    def create_key(self, path: str) -> None:
        """Create the key and every missing level above it."""
        hive, parts = split_path(path)
        self._changing(path)
        with self._lock:
            node = self._hives[hive]
            for part in parts:
                node = node.subkeys.setdefault(part.lower(), Key(part))

    def delete_key(self, path: str) -> bool:
        """Delete one key that has no sub-keys; False when it has some. KeyError when missing."""
        hive, parts = split_path(path)
        self._changing(path)
        with self._lock:
            node = self._find(path)
            if node is None or not parts:
                raise KeyError(path)
            if node.subkeys:
                return False
            parent = self._hives[hive]
            for part in parts[:-1]:
                parent = parent.subkeys[part.lower()]
            del parent.subkeys[parts[-1].lower()]
            return True

    def subkeys(self, path: str) -> list[str]:
        """Names of the direct sub-keys; empty when the key is missing."""
        with self._lock:
            node = self._find(path)
            return [] if node is None else [child.name for child in node.subkeys.values()]

    def values(self, path: str) -> list[tuple[str, RegType, RegData]]:
        """Name, type and data of the key's values; empty when the key is missing."""
        with self._lock:
            node = self._find(path)
            return [] if node is None else list(node.values.values())

    def get(self, path: str, name: str) -> tuple[RegType, RegData] | None:
        """Type and data of a value ("" is the default one); None when key or value is missing."""
        with self._lock:
            node = self._find(path)
            found = None if node is None else node.values.get(name.lower())
            return None if found is None else (found[1], found[2])

    def set(self, path: str, name: str, kind: RegType | str | int, data: RegData) -> None:
        """Write one value; the key is created when missing (as setup programs do)."""
        typed = reg_type(kind)
        held = checked(typed, data)
        self._changing(path)
        with self._lock:
            if self._find(path) is None:
                self.create_key(path)
            node = self._find(path)
            if node is not None:
                spelled = node.values.get(name.lower(), (name,))[0]
                node.values[name.lower()] = (spelled, typed, held)

    def delete_value(self, path: str, name: str) -> bool:
        """Delete one value; False when it was not there."""
        self._changing(path)
        with self._lock:
            node = self._find(path)
            return node is not None and node.values.pop(name.lower(), None) is not None

    def walk(self, path: str) -> Iterator[str]:
        """The paths of all keys below ``path``, parents first."""
        for name in self.subkeys(path):
            below = f"{path}\\{name}"
            yield below
            yield from self.walk(below)
