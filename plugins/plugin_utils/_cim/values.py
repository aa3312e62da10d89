# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CIM values to and from the text of XML elements (DSP0230, MS-WSMV 3.1.4.1.25/26)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element as XmlElement
from xml.sax.saxutils import escape

from .errors import BadAnswer
from .schema import CimClass, CimType, Element

CimScalar = str | int | bool | datetime | timedelta
CimInstance = Mapping[str, "CimValue"]
CimValue = CimScalar | CimInstance | list["CimValue"] | None

XSI = "http://www.w3.org/2001/XMLSchema-instance"
NIL = f"{{{XSI}}}nil"
MAX_DEPTH = 16
"""Instances embedded in instances: WMI classes go two deep; more is an attack or an accident."""

_RANGES: dict[CimType, tuple[int, int]] = {
    getattr(CimType, f"{sign}{bits}"): (
        (0, 2**bits - 1) if sign == "UINT" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    )
    for sign in ("UINT", "SINT")
    for bits in (8, 16, 32, 64)
}
_ILLEGAL_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_INTERVAL = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,6})\d*)?S)?)?$")
_DMTF = re.compile(r"(\d{14})\.(\d{6})([+-])(\d{3})$")
_DMTF_INTERVAL = re.compile(r"(\d{8})(\d{2})(\d{2})(\d{2})\.(\d{6}):000$")
# No CIM form; license servers have been seen to show it for the expiry of key packs.
_US = re.compile(r"(\d\d)/(\d\d)/(\d{4}) (\d\d):(\d\d):(\d\d)$")
_XSD = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?$")


def xml_text(text: str) -> str:
    """Escape a text for an element or an attribute in double quotes.

    Characters that XML 1.0 forbids become ``?``, as Windows does it in its answers
    (MS-WSMV 3.1.4.1.25): the parser on the other side would refuse the whole message.
    """
    return escape(_ILLEGAL_XML.sub("?", text), {'"': "&quot;"})


def encode_value(element: Element, value: CimValue, prefix: str) -> str:
    """Return the XML for one property or parameter, in the namespace of ``prefix``.

    An array is the element repeated; an empty array and None are left out, which is how
    WS-Man says null (MS-WSMV 3.1.4.1.26).

    :raises ValueError: the value does not fit the element's type.
    """
    if value is None:
        return ""
    values = value if isinstance(value, list) else [value]
    if isinstance(value, list) != element.array:
        shape = "an array" if element.array else "one value"
        raise ValueError(f"{element.name} takes {shape}")
    return "".join(_encode_scalar(element, each, prefix) for each in values)


def null_element(element: Element, prefix: str) -> str:
    """Say null where it must not be left out, as in Put; a null array is left out there, too."""
    return "" if element.array else f'<{prefix}:{element.name} xsi:nil="true"/>'


def _encode_scalar(element: Element, value: CimValue, prefix: str) -> str:
    tag = f"{prefix}:{element.name}"
    if element.type is CimType.OBJECT:
        if element.embedded is None or not isinstance(value, Mapping):
            raise ValueError(f"{element.name} takes an instance")
        return _encode_embedded(tag, element.embedded, value, "f" if prefix == "e" else "e")
    return f"<{tag}>{xml_text(_scalar_text(element, value))}</{tag}>"


def _encode_embedded(tag: str, cls: CimClass, instance: CimInstance, own: str) -> str:
    known = {each.name: each for each in cls.properties}
    inner = "".join(encode_value(known[name], each, own) for name, each in instance.items())
    return (
        f'<{tag} xmlns:{own}="{cls.uri}" xmlns:xsi="{XSI}" xsi:type="{own}:{cls.name}_Type">'
        f"{inner}</{tag}>"
    )


def _scalar_text(element: Element, value: CimValue) -> str:
    kind = element.type
    if kind is CimType.STRING and isinstance(value, str):
        return value
    if kind is CimType.BOOLEAN and isinstance(value, bool):
        return "true" if value else "false"
    if kind in _RANGES and isinstance(value, int) and not isinstance(value, bool):
        low, high = _RANGES[kind]
        if low <= value <= high:
            return str(value)
        raise ValueError(f"{element.name} takes {kind}: {value} is outside {low} to {high}")
    if kind is CimType.DATETIME and isinstance(value, datetime) and value.tzinfo is not None:
        utc = value.astimezone(UTC)
        return f"{utc:%Y%m%d%H%M%S}.{utc.microsecond:06d}+000"
    if kind is CimType.DATETIME and isinstance(value, timedelta) and value >= timedelta(0):
        hours, rest = divmod(value.seconds, 3600)
        minutes, seconds = divmod(rest, 60)
        return f"{value.days:08d}{hours:02d}{minutes:02d}{seconds:02d}.{value.microseconds:06d}:000"
    raise ValueError(f"{element.name} takes {kind}, not {type(value).__name__}")


def decode_datetime(text: str) -> datetime | timedelta:
    """Read a CIM datetime or interval in any form that Windows, OMI or openwsman send.

    :returns: an aware datetime in UTC, or a timedelta.
    :raises ValueError: it is none of them.
    """
    text = text.strip()
    if text[10:11] == "T" and text[-1] == "Z":
        # What Windows sends; the short way, since there are two in every issued license.
        return datetime.fromisoformat(text)
    if match := _XSD.match(text):
        base, fraction, zone = match.groups()
        micro = int((fraction or "0")[:6].ljust(6, "0"))
        # Windows answers in UTC (Z) only; a text without zone cannot be placed otherwise.
        stamp = datetime.fromisoformat(base + ("+00:00" if zone in (None, "Z") else zone))
        return stamp.replace(microsecond=micro).astimezone(UTC)
    if match := _DMTF.match(text):
        digits, micro_text, sign, minutes = match.groups()
        offset = timedelta(minutes=int(minutes)) * (1 if sign == "+" else -1)
        stamp = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(
            microsecond=int(micro_text), tzinfo=UTC
        )
        return stamp - offset
    if (match := _INTERVAL.match(text)) and text != "P":
        days, hours, minutes_, seconds, fraction = match.groups(default="0")
        return timedelta(
            days=int(days),
            hours=int(hours),
            minutes=int(minutes_),
            seconds=int(seconds),
            microseconds=int(fraction.ljust(6, "0")),
        )
    if match := _DMTF_INTERVAL.match(text):
        whole = [int(part) for part in match.groups()]
        return timedelta(
            days=whole[0], hours=whole[1], minutes=whole[2], seconds=whole[3], microseconds=whole[4]
        )
    if match := _US.match(text):
        month, day, year, hour, minute, second = map(int, match.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    raise ValueError(f"{text!r} is no CIM datetime")


def _boolean(text: str) -> bool:
    # Windows sends true/false, OMI TRUE/FALSE, openwsman has been seen with 1/0.
    lowered = text.strip().lower()
    if lowered in ("true", "1"):
        return True
    if lowered in ("false", "0"):
        return False
    raise ValueError(f"{text!r} is no boolean")


def _integer(bits: int) -> Callable[[str], int]:
    """A reader of integers of that width.

    One that is shown as signed and declared as unsigned, or the other way round, is taken as
    it is shown: license servers show "no limit" both as 4294967295 and as -1.
    """
    low, high = -(2 ** (bits - 1)), 2**bits - 1

    def decode(text: str) -> int:
        digits = text.strip()
        if not (digits.isascii() and digits.removeprefix("-").isdigit()):
            raise ValueError(f"{digits[:40]!r} is no integer")
        number = int(digits)
        if not low <= number <= high:
            raise ValueError(f"{digits[:40]} does not fit into {bits} bits")
        return number

    return decode


_TEXT_DECODERS: dict[CimType, Callable[[str], CimScalar]] = {
    CimType.BOOLEAN: _boolean,
    CimType.STRING: str,
    CimType.DATETIME: decode_datetime,
    **{
        getattr(CimType, f"{sign}{bits}"): _integer(bits)
        for sign in ("UINT", "SINT")
        for bits in (8, 16, 32, 64)
    },
}


def local_name(tag: str) -> str:
    """The tag without its namespace: projections carry none, full instances the class URI."""
    return tag.rpartition("}")[2]


class InstanceDecoder:
    """Turns the XML of instances of one shape into dictionaries.

    Every property of the shape is a key of the result: None where Windows sent nil or left
    a scalar out, [] for an array that is not there (Windows leaves a NULL array out
    altogether, so null and empty arrays cannot be told apart).

    Properties that are not in the shape are passed over: derived classes carry more.
    """

    def __init__(self, shape: tuple[Element, ...]) -> None:
        self._elements = {each.name: each for each in shape}
        self._arrays = tuple(each.name for each in shape if each.array)
        self._blank: dict[str, CimValue] = dict.fromkeys(self._elements)
        # By full tag, filled as tags come along: one look-up per property in a long page.
        self._seen: dict[str, tuple[str, Callable[[str], CimScalar] | None, Element | None]] = {}

    def decode(self, item: XmlElement, depth: int = 0) -> dict[str, CimValue]:
        """Return the instance that ``item`` holds.

        :raises BadAnswer: a value is not of the type that the class declares.
        """
        instance = self._blank.copy()
        for name in self._arrays:
            instance[name] = []
        seen = self._seen
        for child in item:
            try:
                name, decoder, element = seen[child.tag]
            except KeyError:
                name, decoder, element = self._learn(child.tag)
            if decoder is not None and not child.attrib:
                # A datetime stands in a <cim:Datetime> of its own.
                leaf = child[0] if decoder is decode_datetime and len(child) else child
                try:
                    instance[name] = decoder(leaf.text or "")
                except (ValueError, OverflowError) as exc:
                    raise _mismatch(name, exc) from exc
            elif element is not None:
                self._decode_slowly(instance, child, element, depth)
        return instance

    def _learn(self, tag: str) -> tuple[str, Callable[[str], CimScalar] | None, Element | None]:
        name = local_name(tag)
        element = self._elements.get(name)
        fast = None if element is None or element.array else _TEXT_DECODERS.get(element.type)
        if len(self._seen) < 1000:  # a hostile server could send a new tag for ever
            self._seen[tag] = (name, fast, element)
        return name, fast, element

    def _decode_slowly(
        self, instance: dict[str, CimValue], child: XmlElement, element: Element, depth: int
    ) -> None:
        """Nil, arrays, embedded instances: the rarer shapes."""
        try:
            value = _decode_element(child, element, depth)
        except (ValueError, OverflowError) as exc:
            raise _mismatch(element.name, exc) from exc
        if not element.array:
            instance[element.name] = value
            return
        held = instance[element.name]
        if value is not None and isinstance(held, list):
            held.append(value)


def _mismatch(name: str, exc: Exception) -> BadAnswer:
    return BadAnswer(f"the value of {name} is not of the type that the class declares: {exc}")


def _decode_element(child: XmlElement, element: Element, depth: int) -> CimValue:
    if depth >= MAX_DEPTH:
        raise BadAnswer(f"instances are embedded more than {MAX_DEPTH} deep")
    if child.get(NIL, "").strip().lower() in ("true", "1"):
        return None
    if element.type is CimType.OBJECT:
        if element.embedded is None:
            return None
        return InstanceDecoder(element.embedded.properties).decode(child, depth + 1)
    leaf = child[0] if element.type is CimType.DATETIME and len(child) else child
    return _TEXT_DECODERS[element.type](leaf.text or "")
