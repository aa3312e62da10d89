# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small strict checker for the part of JSON Schema that operations use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

_KEYWORDS = frozenset(
    {
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "enum",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "pattern",
        "description",
    }
)
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


class SchemaError(ValueError):
    """A value that does not fit, or a schema with a keyword that is not understood."""


def _is(value: object, name: str) -> bool:
    if isinstance(value, bool) and name in ("integer", "number"):
        return False
    return isinstance(value, _TYPES[name])


def check(value: object, schema: Schema, where: str = "$") -> None:
    """Raise SchemaError unless ``value`` fits ``schema``."""
    unknown = sorted(set(schema) - _KEYWORDS)
    if unknown:
        raise SchemaError(f"{where}: keyword {unknown[0]} is not understood")
    wanted = schema.get("type")
    if wanted is not None:
        names = wanted if isinstance(wanted, list) else [wanted]
        if not any(_is(value, name) for name in names):
            raise SchemaError(f"{where}: {value!r} is no {' or '.join(names)}")
    if "enum" in schema and value not in schema["enum"]:
        raise SchemaError(f"{where}: {value!r} is not one of {schema['enum']}")
    if isinstance(value, dict):
        _check_object(value, schema, where)
    elif isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            check(item, schema["items"], f"{where}[{index}]")
    elif isinstance(value, str):
        _check_text(value, schema, where)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        _check_range(value, schema, "minimum", "maximum", where)


def _check_text(text: str, schema: Schema, where: str) -> None:
    _check_range(len(text), schema, "minLength", "maxLength", where)
    if re.search(schema.get("pattern", ""), text) is None:
        raise SchemaError(f"{where}: {text!r} does not match {schema['pattern']}")


def _check_range(number: float, schema: Schema, low: str, high: str, where: str) -> None:
    if low in schema and number < schema[low]:
        raise SchemaError(f"{where}: {number} is below {schema[low]}")
    if high in schema and number > schema[high]:
        raise SchemaError(f"{where}: {number} is above {schema[high]}")


def _check_object(value: Mapping[str, object], schema: Schema, where: str) -> None:
    known = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            raise SchemaError(f"{where}: {name} is missing")
    for name, item in value.items():
        if name in known:
            check(item, known[name], f"{where}.{name}")
        elif schema.get("additionalProperties", True) is False:
            raise SchemaError(f"{where}: {name} is not expected")
