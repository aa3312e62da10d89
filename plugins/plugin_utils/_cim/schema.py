# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CIM classes as typed values.

The tables that the collection uses are instances of these; a class, property, method or
parameter that is not in such a table cannot be sent, since ``session`` and ``envelope`` take
nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

WMI_URI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"


class CimType(StrEnum):
    """The CIM data types (DSP0004 5.2.2) that WMI classes use."""

    BOOLEAN = "boolean"
    UINT8 = "uint8"
    UINT16 = "uint16"
    UINT32 = "uint32"
    UINT64 = "uint64"
    SINT8 = "sint8"
    SINT16 = "sint16"
    SINT32 = "sint32"
    SINT64 = "sint64"
    STRING = "string"
    DATETIME = "datetime"
    OBJECT = "object"


@dataclass(frozen=True, slots=True)
class Element:
    """A property or a parameter: a name (exactly as Windows spells it) and its type."""

    name: str
    type: CimType
    array: bool = False
    key: bool = False
    embedded: CimClass | None = None
    """The class of an embedded instance (type ``object``)."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method. ``reads`` marks one that changes nothing.

    Only such a method may be called in check mode, and only such a method may be sent
    a second time after a dropped connection.
    """

    name: str
    inputs: tuple[Element, ...] = ()
    outputs: tuple[Element, ...] = ()
    static: bool = False
    reads: bool = False


@dataclass(frozen=True, slots=True)
class CimClass:
    """A class, as far as it is used, with the place where it is documented."""

    namespace: str
    """With slashes, for example ``root/cimv2``."""
    name: str
    source: str
    properties: tuple[Element, ...] = ()
    methods: tuple[Method, ...] = ()
    _properties: dict[str, Element] = field(init=False, repr=False, compare=False, hash=False)
    _methods: dict[str, Method] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_properties", {each.name: each for each in self.properties})
        object.__setattr__(self, "_methods", {each.name: each for each in self.methods})

    @property
    def uri(self) -> str:
        """The resource URI of the class (MS-WSMV 2.2.4.30)."""
        return f"{WMI_URI}{self.namespace}/{self.name}"

    @property
    def query_uri(self) -> str:
        """The resource URI for a WQL query in the namespace of the class."""
        return f"{WMI_URI}{self.namespace}/*"

    def method(self, name: str) -> Method:
        """Return the method. KeyError: it is not in the table, a mistake in the caller."""
        return self._methods[name]

    def select(self, names: Iterable[str] | None = None) -> tuple[Element, ...]:
        """Return the named properties (all, when None). KeyError: not in the table."""
        if names is None:
            return self.properties
        return tuple(self._properties[name] for name in names)


def integer(name: str, *, array: bool = False, key: bool = False) -> Element:
    """Shorthand for the type that most of WMI is made of: uint32."""
    return Element(name, CimType.UINT32, array=array, key=key)


def string(name: str, *, array: bool = False, key: bool = False) -> Element:
    """Shorthand for a string."""
    return Element(name, CimType.STRING, array=array, key=key)
