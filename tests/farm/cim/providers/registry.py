# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""StdRegProv (Microsoft Learn: StdRegProv). Methods only; codes in ReturnValue, never a fault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from ...model.licensing import GRACE_KEY
from ...model.registry import HIVES, RegData, RegistryError, RegType
from ..errors import Wbem
from ..instance import Value
from ..provider import Call, Provider, Result

OK = 0
MISSING_KEY = 2
HKLM = 2147483650
_READ_BITS = 1 | 8 | 16 | 131072
_KINDS: dict[str, tuple[RegType, str]] = {
    "String": (RegType.SZ, "sValue"),
    "ExpandedString": (RegType.EXPAND_SZ, "sValue"),
    "MultiString": (RegType.MULTI_SZ, "sValue"),
    "DWORD": (RegType.DWORD, "uValue"),
    "QWORD": (RegType.QWORD, "uValue"),
    "Binary": (RegType.BINARY, "uValue"),
}


class RegistryProvider(Provider):
    """The registry over CIM. Key and value access of the caller is part of every method."""

    def invoke(self, call: Call, method: str, arguments: Mapping[str, Value]) -> Result:
        """Run one method; a hive that does not exist is an invalid parameter."""
        hive = HIVES.get(cast(int, arguments.get("hDefKey", HKLM)))
        if hive is None:
            return int(Wbem.INVALID_PARAMETER), {}
        key = "\\".join([hive, *(p for p in cast(str, arguments["sSubKeyName"]).split("\\") if p)])
        if method == "CheckAccess":
            return self._check_access(call, key, arguments)
        writes = call.definition.methods[method].writes
        if _denied(call, key) or (writes and not call.caller.administrator):
            return call.host.plan.registry_codes.access_denied, {}
        if method == "CreateKey":
            call.host.registry.create_key(key)
            return OK, {}
        if not call.host.registry.exists(key):
            return MISSING_KEY, {}
        return self._on_key(call, key, method, arguments)

    def _on_key(self, call: Call, key: str, method: str, arguments: Mapping[str, Value]) -> Result:
        registry, codes = call.host.registry, call.host.plan.registry_codes
        if method == "DeleteKey":
            try:
                return (OK if registry.delete_key(key) else codes.access_denied), {}
            except KeyError:
                return MISSING_KEY, {}
        if method == "EnumKey":
            return OK, {"sNames": cast(Value, registry.subkeys(key) or None)}
        if method == "EnumValues":
            return OK, _value_names(registry.values(key))
        name = cast(str, arguments["sValueName"])
        if method == "DeleteValue":
            return (OK if registry.delete_value(key, name) else codes.missing_value), {}
        kind, parameter = _KINDS[method.removesuffix("Value")[3:]]
        if method.startswith("Set"):
            return _write(call, key, name, kind, arguments[parameter])
        return _read(call, key, name, kind, parameter)

    def _check_access(self, call: Call, key: str, arguments: Mapping[str, Value]) -> Result:
        required = cast(int, arguments.get("uRequired", 3))
        granted = call.host.registry.exists(key) and not _denied(call, key)
        if granted and not call.caller.administrator:
            granted = required & ~_READ_BITS == 0
        if not call.host.registry.exists(key):
            return MISSING_KEY, {"bGranted": False}
        return (OK if granted else call.host.plan.registry_codes.access_denied), {
            "bGranted": granted
        }


def _denied(call: Call, key: str) -> bool:
    below = key.lower() + "\\"
    # Nobody but the system may open the key of the grace timer, administrators included.
    denied = (GRACE_KEY, *call.host.plan.registry_denied)
    return any(below.startswith(each.lower() + "\\") for each in denied)


def _value_names(values: list[tuple[str, RegType, RegData]]) -> Mapping[str, Value]:
    """Names and types; with nothing but a default value both stay NULL (documented for Types)."""
    if all(name == "" for name, dummy_kind, dummy_data in values):
        return {"sNames": None, "Types": None}
    return {
        "sNames": [name for name, dummy_kind, dummy_data in values],
        "Types": [int(kind) for dummy_name, kind, dummy_data in values],
    }


def _read(call: Call, key: str, name: str, kind: RegType, parameter: str) -> Result:
    found = call.host.registry.get(key, name)
    codes = call.host.plan.registry_codes
    if found is None:
        return codes.missing_value, {}
    actual, data = found
    strings = (RegType.SZ, RegType.EXPAND_SZ)
    if actual is not kind and not (actual in strings and kind in strings):
        return codes.wrong_type, {}
    if isinstance(data, bytes):
        return OK, {parameter: list(data) or None}
    return OK, {parameter: cast(Value, data if data != [] else None)}


def _write(call: Call, key: str, name: str, kind: RegType, value: Value) -> Result:
    data = bytes(cast("list[int]", value)) if kind is RegType.BINARY else value
    try:
        call.host.registry.set(key, name, kind, cast(RegData, data))
    except RegistryError:
        return int(Wbem.TYPE_MISMATCH), {}
    return OK, {}
