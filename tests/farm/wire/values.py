# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CIM values to and from XML (DSP0227, MS-WSMV 3.1.4.1.25 and .26, recorded answers)."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import cast
from xml.sax.saxutils import escape

from ..cim.errors import CimError, Wbem
from ..cim.instance import Embedded, Instance, Value
from ..cim.schema import INTEGERS, CimType, ClassDef, Method, load_definitions
from . import namespaces as ns
from .namespaces import q

_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f]")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def text_of(value: object) -> str:
    """A scalar as element text; control characters become ``?``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return escape(_CONTROL.sub("?", value))
    return str(value)


def _datetime_text(value: datetime) -> str:
    text = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f"{value.microsecond:06}".rstrip("0")
    return f"{text}.{fraction}Z" if fraction else text + "Z"


def _interval_text(value: timedelta) -> str:
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f"{value.microseconds:06}".rstrip("0")
    return f"P{value.days}DT{hours}H{minutes}M{seconds}{'.' + fraction if fraction else ''}S"


def _element(name: str, value: object, prefix: str, cim: str, depth: int) -> str:
    if isinstance(value, datetime):
        inner = f"<{cim}Datetime>{_datetime_text(value)}</{cim}Datetime>"
        return f"<{prefix}{name}>{inner}</{prefix}{name}>"
    if isinstance(value, timedelta):
        inner = f"<{cim}Interval>{_interval_text(value)}</{cim}Interval>"
        return f"<{prefix}{name}>{inner}</{prefix}{name}>"
    if isinstance(value, Embedded):
        definition = load_definitions()[value.cls.lower()]
        uri = f"{ns.WMI}{definition.namespaces[0]}/{definition.name}"
        own = f"q{depth}:"
        body = properties_xml(value.properties, definition.properties, own, cim, depth + 1)
        return (
            f'<{prefix}{name} xmlns:q{depth}="{uri}" xsi:type="{own}{definition.name}_Type">'
            f"{body}</{prefix}{name}>"
        )
    return f"<{prefix}{name}>{text_of(value)}</{prefix}{name}>"


def property_xml(
    name: str, value: Value, kind: CimType, prefix: str, cim: str, depth: int = 1
) -> str:
    """One property: nil for a NULL scalar, nothing for a NULL array, repeated for an array."""
    if value is None:
        return "" if kind.array else f'<{prefix}{name} xsi:nil="true"/>'
    if isinstance(value, list):
        return "".join(_element(name, item, prefix, cim, depth) for item in value)
    return _element(name, value, prefix, cim, depth)


def properties_xml(
    values: Mapping[str, Value],
    kinds: Mapping[str, CimType],
    prefix: str,
    cim: str,
    depth: int = 1,
) -> str:
    """All properties of ``kinds`` in that order (alphabetical in the definitions)."""
    return "".join(property_xml(n, values.get(n), k, prefix, cim, depth) for n, k in kinds.items())


def instance_xml(instance: Instance, kinds: Mapping[str, CimType], definition: ClassDef) -> str:
    """A whole instance under its own class name."""
    uri = f"{ns.WMI}{definition.namespaces[0]}/{definition.name}"
    body = properties_xml(instance.properties, kinds, "p:", "cim:")
    return (
        f'<p:{definition.name} xmlns:xsi="{ns.XSI}" xmlns:p="{uri}" xmlns:cim="{ns.CIM}"'
        f' xsi:type="p:{definition.name}_Type">{body}</p:{definition.name}>'
    )


def fragment_xml(instance: Instance, kinds: Mapping[str, CimType], names: Iterable[str]) -> str:
    """A projection: properties without any namespace inside w:XmlFragment."""
    chosen = {name: kinds[name] for name in names if name in kinds}
    body = properties_xml(instance.properties, chosen, "", "")
    return f'<w:XmlFragment xmlns:xsi="{ns.XSI}">{body}</w:XmlFragment>'


def output_xml(uri: str, method: Method, code: int, outputs: Mapping[str, Value]) -> str:
    """``Method_OUTPUT`` with the out parameters in alphabetical order, then ReturnValue."""
    kinds = {p.name: p.type for p in sorted(method.outputs, key=lambda p: p.name.lower())}
    shown = {name: kind for name, kind in kinds.items() if outputs.get(name) is not None}
    body = properties_xml(outputs, shown, "p:", "cim:")
    return (
        f'<p:{method.name}_OUTPUT xmlns:xsi="{ns.XSI}" xmlns:p="{uri}" xmlns:cim="{ns.CIM}">'
        f"{body}<p:ReturnValue>{code}</p:ReturnValue></p:{method.name}_OUTPUT>"
    )


# -- input ----------------------------------------------------------------------------------


def _wrong(detail: str, parameter: str) -> CimError:
    return CimError(Wbem.INVALID_METHOD_PARAMETERS, detail, parameter)


def scalar(text: str, kind: CimType, name: str) -> str | int | bool | datetime:
    """Read one scalar; a CimError for text that is no such value or out of range."""
    if kind.name == "string":
        return text
    stripped = text.strip()
    if kind.name == "boolean":
        if stripped.lower() not in _BOOLEANS:
            raise CimError(Wbem.TYPE_MISMATCH, f"{name}: {text!r} is no boolean", name)
        return _BOOLEANS[stripped.lower()]
    if kind.name in INTEGERS:
        if re.fullmatch(r"[+-]?\d+", stripped) is None:
            raise CimError(Wbem.TYPE_MISMATCH, f"{name}: {text!r} is no {kind.name}", name)
        low, high = INTEGERS[kind.name]
        if not low <= int(stripped) <= high:
            raise CimError(Wbem.VALUE_OUT_OF_RANGE, f"{name}: {stripped} is no {kind.name}", name)
        return int(stripped)
    if kind.name == "datetime":
        try:
            return datetime.fromisoformat(stripped)
        except ValueError as error:
            raise CimError(Wbem.TYPE_MISMATCH, f"{name}: {text!r}", name) from error
    raise CimError(Wbem.NOT_SUPPORTED, f"{name}: {kind.name} as input", name)


def _one(element: ET.Element, kind: CimType, name: str) -> str | int | bool | datetime:
    wrapped = element.find(q(ns.CIM, "Datetime")) if kind.name == "datetime" else None
    if wrapped is None and len(element):
        raise CimError(Wbem.TYPE_MISMATCH, f"{name} has child elements", name)
    return scalar((element if wrapped is None else wrapped).text or "", kind, name)


def read_arguments(root: ET.Element, uri: str, method: Method) -> dict[str, Value]:
    """The in parameters of ``Method_INPUT``, checked by exact name, count, type and range.

    A repeated element is an array; a scalar given twice is an error, and so is a missing
    parameter unless the definition has a default for it.
    """
    if local_namespace(root)[0].lower() != uri.lower():
        raise _wrong(f"the namespace of {method.name}_INPUT is not {uri}", method.name)
    inputs = {p.name: p for p in method.inputs}
    given: dict[str, list[ET.Element]] = {}
    for child in root:
        namespace, name = local_namespace(child)
        if namespace.lower() != uri.lower() or name not in inputs:
            raise _wrong(f"{method.name} has no parameter {name}", name)
        given.setdefault(name, []).append(child)
    arguments: dict[str, Value] = {}
    for name, parameter in inputs.items():
        elements = [e for e in given.get(name, []) if not _nil(e)]
        if not elements:
            if parameter.optional:
                continue
            raise _wrong(f"{method.name} needs {name}", name)
        if not parameter.type.array and len(elements) > 1:
            raise _wrong(f"{name} is no array", name)
        values = [_one(e, parameter.type, name) for e in elements]
        arguments[name] = cast(Value, values if parameter.type.array else values[0])
    return arguments


def read_properties(root: ET.Element, kinds: Mapping[str, CimType], uri: str) -> dict[str, Value]:
    """The properties of a Put body; NULL where nil, absent where left out."""
    found: dict[str, list[ET.Element]] = {}
    for child in root:
        namespace, name = local_namespace(child)
        if namespace.lower() != uri.lower() or name not in kinds:
            raise CimError(Wbem.NOT_FOUND, f"no property {name}", name)
        found.setdefault(name, []).append(child)
    values: dict[str, Value] = {}
    for name, elements in found.items():
        kind = kinds[name]
        if not kind.array and len(elements) > 1:
            raise CimError(Wbem.TYPE_MISMATCH, f"{name} is no array", name)
        read = [_one(e, kind, name) for e in elements if not _nil(e)]
        values[name] = cast(Value, read or None) if kind.array else (read[0] if read else None)
    return values


def _nil(element: ET.Element) -> bool:
    return element.get(q(ns.XSI, "nil"), "").lower() in ("true", "1")


def local_namespace(element: ET.Element) -> tuple[str, str]:
    """Namespace and local name of an element."""
    namespace, dummy, name = element.tag.rpartition("}")
    return namespace.removeprefix("{"), name
