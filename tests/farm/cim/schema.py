# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Class definitions, read from the JSON files in ``definitions``."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DEFINITIONS = Path(__file__).resolve().parent.parent / "definitions"

INTEGERS: dict[str, tuple[int, int]] = {
    f"{sign}int{width}": (0, 2**width - 1)
    if sign == "u"
    else (-(2 ** (width - 1)), 2 ** (width - 1) - 1)
    for sign in ("u", "s")
    for width in (8, 16, 32, 64)
}
INTRINSIC = frozenset(INTEGERS) | {"string", "boolean", "datetime", "real32", "real64", "char16"}


@dataclass(frozen=True, slots=True)
class CimType:
    """A type name without its array mark, and whether it is an array."""

    name: str
    array: bool

    @classmethod
    def parse(cls, text: str) -> CimType:
        """Read ``uint32`` or ``string[]``."""
        return cls(text.removesuffix("[]"), text.endswith("[]"))

    @property
    def embedded(self) -> bool:
        """True for an embedded instance of the class ``name``."""
        return self.name not in INTRINSIC


@dataclass(frozen=True, slots=True)
class Parameter:
    """One method parameter."""

    name: str
    type: CimType
    optional: bool


@dataclass(frozen=True, slots=True)
class Method:
    """One method; ``writes`` tells whether a call may change the machine."""

    name: str
    static: bool
    writes: bool
    inputs: tuple[Parameter, ...]
    outputs: tuple[Parameter, ...]
    since: int


@dataclass(frozen=True, slots=True, eq=False)
class ClassDef:
    """One class with its inherited properties and methods merged in."""

    name: str
    namespaces: tuple[str, ...]
    superclass: str | None
    keys: tuple[str, ...]
    singleton: bool
    abstract: bool
    simulated: bool
    since: int
    role: str | None
    properties: Mapping[str, CimType]
    until: Mapping[str, int]
    writable: frozenset[str]
    methods: Mapping[str, Method]

    def property_named(self, name: str) -> str | None:
        """The definition's spelling of a property, looked up without case."""
        return next((p for p in self.properties if p.lower() == name.lower()), None)


def _parameters(given: Iterable[Mapping[str, Any]]) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(p["name"], CimType.parse(p["type"]), bool(p.get("optional", False)))
        for p in given
    )


def _methods(given: Mapping[str, Mapping[str, Any]]) -> dict[str, Method]:
    return {
        name: Method(
            name,
            m["static"],
            m["writes"],
            _parameters(m["in"]),
            _parameters(m["out"]),
            m.get("since", 0),
        )
        for name, m in given.items()
    }


def _class(raw: Mapping[str, Any], parent: ClassDef | None) -> ClassDef:
    properties = {name: CimType.parse(text) for name, text in raw["properties"].items()}
    methods = _methods(raw["methods"])
    if parent is not None:
        properties = {**parent.properties, **properties}
        methods = {**parent.methods, **methods}
    return ClassDef(
        name=raw["name"],
        namespaces=tuple(raw["namespaces"]),
        superclass=raw["superclass"],
        keys=tuple(raw["keys"]),
        singleton=raw["singleton"],
        abstract=raw["abstract"],
        simulated=raw.get("simulated", True),
        since=raw.get("since", 0),
        role=raw.get("role"),
        properties=dict(sorted(properties.items(), key=lambda item: item[0].lower())),
        until=raw.get("until", {}),
        writable=frozenset(raw.get("write", ())),
        methods=methods,
    )


@functools.cache
def load_definitions() -> Mapping[str, ClassDef]:
    """All defined classes by lower-case name. Parents stand before children in a file."""
    classes: dict[str, ClassDef] = {}
    for path in sorted(DEFINITIONS.glob("*.json")):
        for raw in json.loads(path.read_text(encoding="utf-8"))["classes"]:
            parent = classes.get((raw["superclass"] or "").lower())
            classes[raw["name"].lower()] = _class(raw, parent)
    return classes


def namespaces() -> frozenset[str]:
    """All namespaces of the definitions, lower-case."""
    return frozenset(ns.lower() for c in load_definitions().values() for ns in c.namespaces)


@functools.lru_cache(maxsize=4096)
def present_properties(definition: ClassDef, build: int) -> Mapping[str, CimType]:
    """The properties that the class has on a given build, in alphabetical order."""
    raise_above = definition.until
    return {
        name: kind
        for name, kind in definition.properties.items()
        if build <= raise_above.get(name, build)
    }
