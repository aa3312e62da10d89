# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was bought: the operator's list, checked line by line.

License and agreement numbers are secrets. They are read to tell two lines apart, and then only
their last three characters are kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from ..version_matrix import VERSIONS
from .farm import CAL_TYPES, RDS, VDI, StockKey

FILED_UNDER: Mapping[str, frozenset[str]] = {
    "retail": frozenset({"retail"}),
    "open": frozenset({"open"}),
    "volume": frozenset({"volume"}),
    "select": frozenset({"volume"}),
    "enterprise": frozenset({"volume"}),
    "campus": frozenset({"volume"}),
    "school": frozenset({"volume"}),
    "spla": frozenset({"volume"}),
    "other": frozenset(),
}
"""The programs of purchase, and under which program Windows files packs of them.

Microsoft Learn: Win32_TSLicenseKeyPack (KeyPackType 1, 2, 5) and
InstallAgreementLicenseKeyPack (AgreementType). Of ``other`` nothing is expected.
"""
RENTED = frozenset({"spla"})
MOST_LINES = 5000
MOST_CALS = 10_000_000
_LONGEST = 400
_SHORTEST_NUMBER, _MOST_GROUPS = 4, 8
"""Signs of a number that is masked in texts, and groups that it may be written in."""
_COLUMNS = (
    *("program", "version", "type", "suite", "quantity", "number", "number_masked"),
    *("document", "date", "valid_until", "note"),
)
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_VERSION = re.compile(r"(?:windows\s+server\s+)?(\d{4})(?:\s*r2)?", re.IGNORECASE)


class BadEntitlements(ValueError):
    """The list is not what it has to be; ``problems`` names each line and what to do."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        shown = "; ".join(self.problems[:10])
        more = len(self.problems) - 10
        super().__init__(shown + (f"; and {more} more" if more > 0 else ""))


@dataclass(frozen=True, slots=True)
class Document:
    """A proof of purchase.

    :param path: where it lies, as it was written; not shown.
    :param name: the file's own name, without the numbers that may be in it.
    :param sha256: the hash that the list names, lower case, if it names one.
    """

    path: str = field(repr=False)
    name: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One purchase."""

    row: int
    program: str
    key: StockKey
    quantity: int
    number_masked: str = ""
    document: Document | None = None
    bought: date | None = None
    valid_until: date | None = None
    note: str = ""

    @property
    def where(self) -> str:
        """The line as messages name it."""
        return f"entitlements[{self.row}]"

    def counts_on(self, day: date) -> bool:
        """Whether it is owned on a day."""
        begun = self.bought is None or self.bought <= day
        return begun and (self.valid_until is None or self.valid_until >= day)

    def as_dict(self) -> dict[str, Any]:
        """As results and reports show it: without the number."""
        return {
            "row": self.row,
            "program": self.program,
            **self.key.as_dict(),
            "quantity": self.quantity,
            "number_masked": self.number_masked,
            "document": self.document.name if self.document else None,
            "date": self.bought.isoformat() if self.bought else None,
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "note": self.note,
        }


def read_entitlements(raw: object) -> tuple[Entitlement, ...]:
    """Check the operator's list.

    :param raw: what YAML or JSON gave: a list of lines, or a mapping with ``entitlements``.
    :raises BadEntitlements: it is no such list, or lines are wrong; all that is wrong is named.
    """
    if isinstance(raw, Mapping):
        raw = raw.get("entitlements")
    if not isinstance(raw, Sequence) or isinstance(raw, (str, bytes)):
        raise BadEntitlements(
            ["a list of purchases is needed, each with program, version, type and quantity"]
        )
    if len(raw) > MOST_LINES:
        raise BadEntitlements([f"{len(raw)} lines are more than {MOST_LINES}"])
    problems: list[str] = []
    found: list[Entitlement] = []
    first: dict[object, int] = {}
    numbers = _numbers_in(raw)
    for row, line in enumerate(raw):
        reader = _Line(row, line, numbers)
        entitlement = reader.read()
        problems += reader.problems
        if entitlement is None:
            continue
        found.append(entitlement)
        # The number itself takes part in the comparison and in nothing else.
        purchase = (replace(entitlement, row=0, note=""), reader.number)
        if purchase in first:
            problems.append(
                f"entitlements[{row}] says the same as entitlements[{first[purchase]}]: state "
                "each purchase once; two alike differ by number, date or document, or are one "
                "line with their sum"
            )
        first.setdefault(purchase, row)
    if problems:
        raise BadEntitlements(problems)
    return tuple(found)


def _numbers_in(lines: Sequence[object]) -> frozenset[str]:
    """All numbers of the list, as far as they are long enough to be told from others."""
    texts = (_text(line.get("number")) for line in lines if isinstance(line, Mapping))
    return frozenset(signs for text in texts if len(signs := _signs(text)) >= _SHORTEST_NUMBER)


class _Line:
    """Reads one line, and notes what is wrong with it.

    :param numbers: those of all lines: one may stand in the note of another.
    """

    def __init__(self, row: int, line: object, numbers: frozenset[str]) -> None:
        self._numbers = numbers
        self._where = f"entitlements[{row}]"
        self._row = row
        self._line: Mapping[Any, Any] = line if isinstance(line, Mapping) else {}
        self.problems: list[str] = []
        self.number = _text(self._line.get("number"))
        if not isinstance(line, Mapping):
            self.problems.append(
                f"{self._where}: a mapping is needed, with program, version, type and quantity"
            )

    def read(self) -> Entitlement | None:
        """The line, ``None`` where it is wrong."""
        if self.problems:
            return None
        strange = sorted(str(name) for name in self._line if name not in _COLUMNS)
        if strange:
            self._wrong("", f"{', '.join(strange)[:200]} is unknown; known: {', '.join(_COLUMNS)}")
        key = StockKey(
            self._version(), self._choice("type", CAL_TYPES), self._choice("suite", (RDS, VDI), RDS)
        )
        begins, ends = self._date("date"), self._date("valid_until")
        if begins and ends and ends < begins:
            self._wrong("valid_until", f"{ends} lies before date, {begins}")
        found = Entitlement(
            row=self._row,
            program=self._choice("program", tuple(FILED_UNDER)),
            key=key,
            quantity=self._quantity(),
            number_masked=self._masked(),
            document=self._document(),
            bought=begins,
            valid_until=ends,
            note=self._without_number(_text(self._line.get("note"))),
        )
        return None if self.problems else found

    def _wrong(self, column: str, why: str) -> None:
        place = f"{self._where}.{column}" if column else self._where
        self.problems.append(f"{place}: {self._without_number(why)}")

    def _without_number(self, text: str) -> str:
        """A text in which the numbers of the list are masked, however they are grouped."""
        own = _signs(self.number)
        if len(own) >= _SHORTEST_NUMBER:
            # Between the signs may be anything else: numbers are written with and without dashes.
            pattern = r"[\W_]*".join(map(re.escape, own))
            text = re.sub(pattern, mask(self.number), text, flags=re.IGNORECASE)
        return self._without_others(text)

    def _without_others(self, text: str) -> str:
        """The same for those of other lines, where they stand as words of their own."""
        words = list(re.finditer(r"[^\W_]+", text))
        for first in range(len(words)):
            for last in range(first, min(first + _MOST_GROUPS, len(words))):
                start, end = words[first].start(), words[last].end()
                if _signs(text[start:end]) in self._numbers:
                    return text[:start] + mask(text[start:end]) + self._without_others(text[end:])
        return text

    def _choice(self, column: str, choices: Sequence[str], default: str | None = None) -> str:
        text = _text(self._line.get(column)).lower()
        if not text and default is not None:
            return default
        if text in choices:
            return text
        said = f"{text[:60]!r} is none of" if text else "it is missing; one of"
        self._wrong(column, f"{said} {', '.join(choices)}")
        return ""

    def _version(self) -> str:
        text = _text(self._line.get("version"))
        found = _VERSION.fullmatch(text)
        if found and found[1] in VERSIONS:
            return found[1]
        said = f"{text[:60]!r} is no version" if text else "it is missing; a version"
        self._wrong("version", f"{said} that RDS CALs are sold for: {', '.join(VERSIONS)}")
        return ""

    def _quantity(self) -> int:
        raw = self._line.get("quantity")
        text = _text(raw)
        number = int(text) if re.fullmatch(r"-?[0-9]{1,15}", text) else None
        if isinstance(raw, bool) or number is None:
            said = f"{text[:60]!r} is no whole number" if text else "it is missing"
            self._wrong("quantity", f"{said}; write how many CALs were bought")
        elif number < 1:
            self._wrong(
                "quantity",
                f"{number} is not positive; leave out what was given back, or correct its purchase",
            )
        elif number > MOST_CALS:
            self._wrong("quantity", f"{number} is more than {MOST_CALS}")
        else:
            return number
        return 0

    def _date(self, column: str) -> date | None:
        raw = self._line.get(column)
        if raw is None or raw == "":
            return None
        if isinstance(raw, datetime):
            return raw.date()
        if isinstance(raw, date):
            return raw
        text = _text(raw)
        try:
            return date.fromisoformat(text[:10]) if len(text) == 10 else _refuse()
        except ValueError:
            self._wrong(column, f"{text[:60]!r} is no date; write it as 2026-11-21")
            return None

    def _masked(self) -> str:
        number, masked = self.number, _text(self._line.get("number_masked"))
        if number and masked:
            self._wrong("number_masked", "give number or number_masked, not both")
        return mask(number or masked) if number or masked else ""

    def _document(self) -> Document | None:
        raw = self._line.get("document")
        if raw is None or raw == "":
            return None
        about = raw if isinstance(raw, Mapping) else {"path": raw}
        strange = sorted(str(name) for name in about if name not in ("path", "sha256"))
        path, digest = _text(about.get("path"), 4096), _text(about.get("sha256"))
        if strange or not path or (isinstance(raw, Sequence) and not isinstance(raw, str)):
            self._wrong("document", "give path, and sha256 where it is known")
            return None
        if digest and not _SHA256.fullmatch(digest):
            self._wrong("document.sha256", "a SHA-256 has 64 hexadecimal digits")
        name = path.replace("\\", "/").rstrip("/").rpartition("/")[2]
        return Document(path, self._without_number(name), digest.lower() or None)


def _refuse() -> date:
    raise ValueError


def mask(number: str) -> str:
    """The last three characters of a number behind stars; nothing of a short one."""
    signs = [each for each in number if each.isalnum()]
    return "***" + ("".join(signs[-3:]) if len(signs) >= 6 else "")


def _signs(text: str) -> str:
    """A number without what groups it."""
    return "".join(each for each in text.casefold() if each.isalnum())


def _text(raw: object, longest: int = _LONGEST) -> str:
    """A value as one line of text of bounded length."""
    if raw is None or isinstance(raw, (Mapping, bytes, list, tuple, set)):
        return ""
    # A number with thousands of digits is refused by Python itself, with a ValueError.
    if isinstance(raw, int) and abs(raw) >= 10**100:
        return "a number beyond measure"
    text = str(raw)[:longest]
    return "".join(each if each.isprintable() else " " for each in text).strip()
