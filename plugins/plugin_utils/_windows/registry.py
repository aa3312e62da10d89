# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The registry of a host through StdRegProv.

StdRegProv returns a number when a value cannot be read, but no page documents which: 2 has
been seen for a missing key, 1 and 2 for a missing value. So a number other than 0 only says
"not read"; whether the key or the value is missing is then decided by listing
what is there (EnumValues, and EnumKey up to the first key that answers).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TypeVar

from .._cim.codes import ADVICE_RIGHTS, look_up
from .._cim.errors import BadAnswer, CimError
from .._cim.session import CimSession
from .._cim.values import CimValue
from .schema.operating_system import STD_REG_PROV

_T = TypeVar("_T")

HKEY_LOCAL_MACHINE = 0x80000002


class RegistryType(IntEnum):
    """Types of registry values (Microsoft Learn: StdRegProv.EnumValues)."""

    REG_SZ = 1
    REG_EXPAND_SZ = 2
    REG_BINARY = 3
    REG_DWORD = 4
    REG_MULTI_SZ = 7
    REG_QWORD = 11


# How each type is read: the method and its output.
_WAYS: dict[int | None, tuple[str, str]] = {
    RegistryType.REG_SZ: ("GetStringValue", "sValue"),
    RegistryType.REG_EXPAND_SZ: ("GetExpandedStringValue", "sValue"),
    RegistryType.REG_BINARY: ("GetBinaryValue", "uValue"),
    RegistryType.REG_DWORD: ("GetDWORDValue", "uValue"),
    RegistryType.REG_MULTI_SZ: ("GetMultiStringValue", "sValue"),
    RegistryType.REG_QWORD: ("GetQWORDValue", "uValue"),
}


class Absent(Enum):
    """Why there is no value: both are proven by what the registry lists."""

    KEY = "key"
    VALUE = "value"


class RegistryUnreadable(CimError):
    """A key or value is there, or may be there, but cannot be read."""

    def __init__(self, key: str, name: str | None, number: int) -> None:
        what = rf"HKLM\{key}" + (f", value {name}," if name is not None else "")
        self.code = look_up(number)
        self.advice = self.code.advice or ADVICE_RIGHTS
        super().__init__(f"{what} cannot be read (StdRegProv returned {self.code.number})")


@dataclass(frozen=True, slots=True)
class WrongType:
    """A value that is there, with another type than the one that Windows looks for."""

    found: str
    wanted: str


class Registry:
    """HKEY_LOCAL_MACHINE of one host. Paths are without the hive: ``SOFTWARE\\...``.

    Errors: RegistryUnreadable where something is there but cannot be read, MethodFailed where
    a write was refused, and whatever the session raises.
    """

    def __init__(self, session: CimSession) -> None:
        self._session = session

    def dword(self, key: str, name: str) -> int | Absent | WrongType:
        """Read a REG_DWORD."""
        return self._value(key, name, "GetDWORDValue", "uValue", RegistryType.REG_DWORD, int)

    def text(self, key: str, name: str) -> str | Absent | WrongType:
        """Read a REG_SZ."""
        return self._value(key, name, "GetStringValue", "sValue", RegistryType.REG_SZ, str)

    def texts(self, key: str, name: str) -> list[str] | Absent | WrongType:
        """Read a REG_MULTI_SZ.

        Looks for it before it reads it: at most two requests, wherever it is missing.
        """
        missing = self._look_for(key, name, RegistryType.REG_MULTI_SZ)
        if missing is not None:
            return missing
        outputs = self._session.invoke(STD_REG_PROV, "GetMultiStringValue", _at(key, name))
        if outputs["ReturnValue"] != 0:
            raise RegistryUnreadable(key, name, _number(outputs["ReturnValue"]))
        # An empty REG_MULTI_SZ comes as an array that is not there, which reads as a list.
        return [str(each) for each in _list(outputs["sValue"])]

    def subkeys(self, key: str) -> list[str] | None:
        """Return the names of the direct sub-keys; None when the key is proven missing."""
        outputs = self._session.invoke(STD_REG_PROV, "EnumKey", _at(key))
        if outputs["ReturnValue"] == 0:
            return [each for each in _list(outputs["sNames"]) if isinstance(each, str)]
        if self.exists(key):
            raise RegistryUnreadable(key, None, _number(outputs["ReturnValue"]))
        return None

    def value_names(self, key: str) -> list[str]:
        """Return the names of the values of a key that is there; "" is the default value."""
        found = self._value_types(key)
        if isinstance(found, int):
            raise RegistryUnreadable(key, None, found)
        return [name for name, dummy in found]

    def values(self, key: str) -> dict[str, tuple[str, object]]:
        """Read all values of a key that is there: the type's name and the data by value name.

        A value whose type nobody documents, or that cannot be read, has None as its data.
        """
        found = self._value_types(key)
        if isinstance(found, int):
            raise RegistryUnreadable(key, None, found)
        return {name: (_type_name(kind or 0), self._any(key, name, kind)) for name, kind in found}

    def _any(self, key: str, name: str, kind: int | None) -> object:
        if kind not in _WAYS:
            return None
        method, output = _WAYS[kind]
        outputs = self._session.invoke(STD_REG_PROV, method, _at(key, name))
        if outputs["ReturnValue"] != 0:
            return None
        value = outputs[output]
        if kind == RegistryType.REG_BINARY:
            return bytes(each for each in _list(value) if isinstance(each, int))
        return value

    def exists(self, key: str, asked: str | None = None) -> bool:
        """Whether a key is there: its parent lists it.

        A parent that does not answer is looked for in the same way; a hive always answers.

        :param asked: the key that it is all about, for messages.
        """
        asked = asked or key
        parent, dummy, leaf = key.rpartition("\\")
        outputs = self._session.invoke(STD_REG_PROV, "EnumKey", _at(parent))
        if outputs["ReturnValue"] == 0:
            return any(_same(leaf, each) for each in _list(outputs["sNames"]))
        if not parent or self.exists(parent, asked):
            raise RegistryUnreadable(asked, None, _number(outputs["ReturnValue"]))
        return False

    def set_dword(self, key: str, name: str, value: int) -> None:
        """Write a REG_DWORD into a key that is there."""
        self._session.call(STD_REG_PROV, "SetDWORDValue", {**_at(key, name), "uValue": value})

    def set_text(self, key: str, name: str, value: str) -> None:
        """Write a REG_SZ into a key that is there."""
        self._session.call(STD_REG_PROV, "SetStringValue", {**_at(key, name), "sValue": value})

    def create_key(self, key: str) -> None:
        """Create a key with all levels above it; one that is there stays as it is."""
        self._session.call(STD_REG_PROV, "CreateKey", _at(key))

    def delete_value(self, key: str, name: str) -> None:
        """Delete a value."""
        self._session.call(STD_REG_PROV, "DeleteValue", _at(key, name))

    def delete_key(self, key: str) -> None:
        """Delete a key that has no sub-keys, and its values with it."""
        self._session.call(STD_REG_PROV, "DeleteKey", _at(key))

    def _value(
        self, key: str, name: str, method: str, output: str, kind: RegistryType, of: type[_T]
    ) -> _T | Absent | WrongType:
        outputs = self._session.invoke(STD_REG_PROV, method, _at(key, name))
        if outputs["ReturnValue"] == 0 and isinstance(value := outputs[output], of):
            return value
        found = self._look_for(key, name, kind)
        if found is None:
            raise RegistryUnreadable(key, name, _number(outputs["ReturnValue"]))
        return found

    def _look_for(self, key: str, name: str, kind: RegistryType) -> Absent | WrongType | None:
        """Tell what keeps a value from being read; None: it is there with the right type."""
        found = self._value_types(key)
        if isinstance(found, int):
            if self.exists(key):
                raise RegistryUnreadable(key, None, found)
            return Absent.KEY
        for each, number in found:
            if _same(name, each):
                # Types is null when a key holds nothing but its default value.
                if number is None or number == kind:
                    return None
                return WrongType(_type_name(number), kind.name)
        return Absent.VALUE

    def _value_types(self, key: str) -> list[tuple[str, int | None]] | int:
        """List the values of a key with their types; the ReturnValue when that fails."""
        outputs = self._session.invoke(STD_REG_PROV, "EnumValues", _at(key))
        if outputs["ReturnValue"] != 0:
            return _number(outputs["ReturnValue"])
        names, types = _list(outputs["sNames"]), _list(outputs["Types"])
        if types and len(types) != len(names):
            raise BadAnswer("EnumValues answered names and types of different number")
        kinds = types or [None] * len(names)
        return [
            (str(name), kind if isinstance(kind, int) else None)
            for name, kind in zip(names, kinds, strict=True)
        ]


def _at(key: str, name: str | None = None) -> dict[str, CimValue]:
    place: dict[str, CimValue] = {"hDefKey": HKEY_LOCAL_MACHINE, "sSubKeyName": key}
    if name is not None:
        place["sValueName"] = name
    return place


def _list(value: CimValue) -> list[CimValue]:
    return value if isinstance(value, list) else []


def _number(value: CimValue) -> int:
    return value if isinstance(value, int) else 0


def _same(name: str, other: CimValue) -> bool:
    # The registry does not tell upper from lower case.
    return isinstance(other, str) and name.casefold() == other.casefold()


def _type_name(number: int) -> str:
    try:
        return RegistryType(number).name
    except ValueError:
        return f"type {number}"
