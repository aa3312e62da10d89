# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract: every class, property, method and parameter that the collection touches is one
that Windows has, by the definitions that the simulated farm is built from.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.schema import (
    CimClass,
    CimType,
    Element,
    Method,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows import schema

DEFINITIONS = Path(__file__).parents[3] / "farm" / "definitions"
DEFINED: dict[str, dict[str, Any]] = {
    each["name"].casefold(): each
    for file in sorted(DEFINITIONS.glob("*.json"))
    for each in json.loads(file.read_text(encoding="utf-8"))["classes"]
}
PROPERTIES = [(cls, each) for cls in schema.ALL_CLASSES for each in cls.properties]
METHODS = [(cls, each) for cls in schema.ALL_CLASSES for each in cls.methods]
READING = ("Get", "Fetch", "Enum", "Check", "Find", "Ping", "Can", "Is")


def definition(name: str) -> dict[str, Any]:
    return DEFINED[name.casefold()]


def lineage(name: str) -> Iterator[dict[str, Any]]:
    """A class and those that it is derived from, as far as they are defined."""
    found = DEFINED.get(name.casefold())
    while found is not None:
        yield found
        found = DEFINED.get((found["superclass"] or "").casefold())


def merged(name: str, what: str) -> dict[str, Any]:
    return {key: value for each in reversed([*lineage(name)]) for key, value in each[what].items()}


def keys(name: str) -> list[str]:
    return next((each["keys"] for each in lineage(name) if each["keys"]), [])


def spelled(element: Element) -> str:
    kind = element.type.value
    if element.type is CimType.OBJECT:
        assert element.embedded is not None
        kind = element.embedded.name
    return kind + ("[]" if element.array else "")


def parameters(listed: list[Mapping[str, Any]]) -> dict[str, str]:
    return {each["name"]: each["type"] for each in listed}


def iter_modules() -> Iterator[pkgutil.ModuleInfo]:
    return pkgutil.iter_modules(schema.__path__, f"{schema.__name__}.")


def name_of(value: object) -> str | None:
    return getattr(value, "name", None)


def test_the_table_holds_every_class_of_its_modules() -> None:
    modules = [importlib.import_module(each.name) for each in iter_modules()]
    assert modules
    found = {
        each for module in modules for each in vars(module).values() if isinstance(each, CimClass)
    }
    assert found == set(schema.ALL_CLASSES)
    names = [each.name for each in schema.ALL_CLASSES]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("cls", schema.ALL_CLASSES, ids=name_of)
def test_a_class_is_defined_with_this_spelling_in_this_namespace(cls: CimClass) -> None:
    found = definition(cls.name)
    assert found["name"] == cls.name
    assert cls.namespace in found["namespaces"]
    assert cls.source.startswith("Microsoft Learn: ")
    assert cls.name in cls.source or "schema of" in cls.source


@pytest.mark.parametrize(("cls", "element"), PROPERTIES, ids=name_of)
def test_a_property_is_defined_with_this_spelling_and_type(cls: CimClass, element: Element) -> None:
    known = merged(cls.name, "properties")
    assert element.name in known
    assert spelled(element) == known[element.name]
    assert not element.key or element.name in keys(cls.name)


@pytest.mark.parametrize(("cls", "method"), METHODS, ids=name_of)
def test_a_method_is_defined_with_these_parameters(cls: CimClass, method: Method) -> None:
    known = merged(cls.name, "methods")
    assert method.name in known
    found = known[method.name]
    wanted, given = parameters(found["in"]), {each.name: spelled(each) for each in method.inputs}
    assert given == {name: wanted.get(name) for name in given}
    needed = {each["name"] for each in found["in"] if not each.get("optional")}
    assert needed <= set(given)
    delivered = parameters(found["out"])
    for each in method.outputs:
        assert delivered.get(each.name) == spelled(each)


@pytest.mark.parametrize(("cls", "method"), METHODS, ids=name_of)
def test_a_method_is_static_where_the_definition_says_so(cls: CimClass, method: Method) -> None:
    assert method.static == merged(cls.name, "methods")[method.name]["static"]


@pytest.mark.parametrize(("cls", "method"), METHODS, ids=name_of)
def test_only_what_changes_nothing_is_marked_as_reading(cls: CimClass, method: Method) -> None:
    found = merged(cls.name, "methods")[method.name]
    assert method.reads == (not found["writes"])
    assert method.reads == method.name.startswith(READING)


@pytest.mark.parametrize("cls", schema.ALL_CLASSES, ids=name_of)
def test_every_key_is_in_the_table_where_instances_are_addressed(cls: CimClass) -> None:
    if any(not each.static for each in cls.methods):
        assert set(keys(cls.name)) == {each.name for each in cls.properties if each.key}


@pytest.mark.parametrize(
    ("cls", "name"),
    [
        ("Win32_TerminalServiceSetting", "SetLicensingType"),
        ("Win32_TerminalServiceSetting", "SpecifiedLicenseServers"),
    ],
)
def test_what_instructions_invent_is_in_no_definition(cls: str, name: str) -> None:
    assert name not in merged(cls, "methods")
    assert name not in merged(cls, "properties")
