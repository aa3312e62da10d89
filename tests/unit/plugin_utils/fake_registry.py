# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A registry behind StdRegProv, with the return codes that no page documents at choice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from unit.plugin_utils.soap import Value

SZ, EXPAND_SZ, BINARY, DWORD, MULTI_SZ, QWORD = 1, 2, 3, 4, 7, 11
Data = str | int | list[str]
Outputs = dict[str, Value]


@dataclass(frozen=True, slots=True)
class RegistryCodes:
    """What StdRegProv returns when it cannot read: hosts differ."""

    missing_key: int = 2
    missing_value: int = 1
    wrong_type: int = 2147749893
    denied: int = 5


def _fold(path: str) -> str:
    return path.strip("\\").casefold()


@dataclass
class FakeRegistry:
    """HKEY_LOCAL_MACHINE. Keys and names do not tell upper from lower case.

    ``denied`` holds keys that the account may not open. With ``types_null`` a key that holds
    nothing but its default value has no types, which Windows does.
    """

    codes: RegistryCodes = field(default_factory=RegistryCodes)
    denied: set[str] = field(default_factory=set)
    types_null: bool = True

    def __post_init__(self) -> None:
        self._keys: dict[str, str] = {"": ""}
        self._values: dict[str, dict[str, tuple[str, int, Data]]] = {"": {}}

    # -- for tests ------------------------------------------------------------------------

    def create(self, path: str) -> None:
        """Create a key with all levels above it."""
        parts = path.strip("\\").split("\\")
        for length in range(1, len(parts) + 1):
            each = "\\".join(parts[:length])
            self._keys.setdefault(_fold(each), each)
            self._values.setdefault(_fold(each), {})

    def put(self, path: str, name: str, kind: int, data: Data) -> None:
        """Set a value, and create its key."""
        self.create(path)
        self._values[_fold(path)][name.casefold()] = (name, kind, data)

    def look(self, path: str, name: str) -> tuple[int, Data] | None:
        """A value's type and data."""
        found = self._values.get(_fold(path), {}).get(name.casefold())
        return None if found is None else found[1:]

    def remove(self, path: str, name: str) -> None:
        """Delete a value."""
        del self._values[_fold(path)][name.casefold()]

    def has(self, path: str) -> bool:
        """Whether a key is there."""
        return _fold(path) in self._keys

    def children(self, path: str) -> list[str]:
        """Names of the direct sub-keys."""
        above = _fold(path)
        return [
            shown.rpartition("\\")[2]
            for folded, shown in self._keys.items()
            if folded and folded.rpartition("\\")[0] == above
        ]

    # -- StdRegProv -----------------------------------------------------------------------

    def call(self, method: str, key: str, name: str, data: list[str]) -> Outputs:
        """Answer a method call."""
        if _fold(key) in {_fold(each) for each in self.denied}:
            return {"ReturnValue": self.codes.denied}
        if not self.has(key) and method != "CreateKey":
            return {"ReturnValue": self.codes.missing_key}
        answers: dict[str, Callable[[str, str, list[str]], Outputs]] = {
            "EnumKey": self._enum_key,
            "EnumValues": self._enum_values,
            "GetDWORDValue": self._get_dword_value,
            "GetStringValue": self._get_string_value,
            "GetMultiStringValue": self._get_multi_string_value,
            "SetDWORDValue": self._set_dword_value,
            "SetStringValue": self._set_string_value,
            "CreateKey": self._create_key,
            "DeleteValue": self._delete_value,
            "DeleteKey": self._delete_key,
        }
        return answers[method](key, name, data)

    def _enum_key(self, key: str, name: str, data: list[str]) -> Outputs:
        del name, data
        return {"sNames": self.children(key), "ReturnValue": 0}

    def _enum_values(self, key: str, name: str, data: list[str]) -> Outputs:
        del name, data
        held = self._values[_fold(key)].values()
        names = [each[0] for each in held]
        if self.types_null and names == [""]:
            return {"sNames": names, "ReturnValue": 0}
        return {"sNames": names, "Types": [each[1] for each in held], "ReturnValue": 0}

    def _get(self, key: str, name: str, output: str, kinds: Iterable[int]) -> Outputs:
        found = self.look(key, name)
        if found is None:
            return {"ReturnValue": self.codes.missing_value}
        kind, value = found
        if kind not in kinds:
            return {"ReturnValue": self.codes.wrong_type}
        return {output: value, "ReturnValue": 0}

    def _get_dword_value(self, key: str, name: str, data: list[str]) -> Outputs:
        del data
        return self._get(key, name, "uValue", [DWORD])

    def _get_string_value(self, key: str, name: str, data: list[str]) -> Outputs:
        del data
        return self._get(key, name, "sValue", [SZ])

    def _get_multi_string_value(self, key: str, name: str, data: list[str]) -> Outputs:
        del data
        return self._get(key, name, "sValue", [MULTI_SZ])

    def _set_dword_value(self, key: str, name: str, data: list[str]) -> Outputs:
        self.put(key, name, DWORD, int(data[0]))
        return {"ReturnValue": 0}

    def _set_string_value(self, key: str, name: str, data: list[str]) -> Outputs:
        self.put(key, name, SZ, data[0])
        return {"ReturnValue": 0}

    def _create_key(self, key: str, name: str, data: list[str]) -> Outputs:
        del name, data
        self.create(key)
        return {"ReturnValue": 0}

    def _delete_value(self, key: str, name: str, data: list[str]) -> Outputs:
        del data
        if self.look(key, name) is None:
            return {"ReturnValue": self.codes.missing_value}
        self.remove(key, name)
        return {"ReturnValue": 0}

    def _delete_key(self, key: str, name: str, data: list[str]) -> Outputs:
        del name, data
        if self.children(key):
            return {"ReturnValue": 5}
        del self._keys[_fold(key)], self._values[_fold(key)]
        return {"ReturnValue": 0}
