# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The WQL subset that reading needs (Microsoft Learn: WHERE clause, LIKE operator, WQL operators).

SELECT with ``*`` or a property list, FROM one class, WHERE with AND, OR, NOT, comparisons, LIKE,
IS [NOT] NULL and parentheses. Comparisons ignore case; strings escape with a backslash.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from .instance import Value

Literal = str | int | float | bool | None


class WqlError(ValueError):
    """A query that is no WQL or lies outside the subset."""


@dataclass(frozen=True, slots=True)
class Compare:
    """One comparison; ``operator`` is lower-case."""

    name: str
    operator: str
    literal: Literal


@dataclass(frozen=True, slots=True)
class Not:
    """A negated condition."""

    inner: Condition


@dataclass(frozen=True, slots=True)
class Both:
    """Two conditions joined by ``and`` or ``or``."""

    word: str
    left: Condition
    right: Condition


Condition = Compare | Not | Both


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; ``select`` is empty for ``*``."""

    select: tuple[str, ...]
    cls: str
    where: Condition | None

    def properties(self) -> Iterator[str]:
        """Names used in the WHERE clause."""
        if self.where is not None:
            yield from _names(self.where)

    def matches(self, properties: Mapping[str, Value]) -> bool:
        """True when an instance with these properties is selected."""
        if self.where is None:
            return True
        return _holds(self.where, {name.lower(): value for name, value in properties.items()})


def _names(condition: Condition) -> Iterator[str]:
    match condition:
        case Compare():
            yield condition.name
        case Not():
            yield from _names(condition.inner)
        case Both():
            yield from _names(condition.left)
            yield from _names(condition.right)


def _holds(condition: Condition, row: Mapping[str, Value]) -> bool:
    match condition:
        case Not():
            return not _holds(condition.inner, row)
        case Both(word="and"):
            return _holds(condition.left, row) and _holds(condition.right, row)
        case Both():
            return _holds(condition.left, row) or _holds(condition.right, row)
        case Compare():
            value = row.get(condition.name.lower())
            return compare_value(value, condition.operator, condition.literal)


_ORDER: dict[str, Callable[[int], bool]] = {
    "=": lambda c: c == 0,
    "<>": lambda c: c != 0,
    "<": lambda c: c < 0,
    "<=": lambda c: c <= 0,
    ">": lambda c: c > 0,
    ">=": lambda c: c >= 0,
}


_DATETIME = re.compile(r"(\d{14})\.(\d{6})([+-])(\d{3})")


@functools.lru_cache(maxsize=1024)
def parse_datetime(text: str) -> datetime | None:
    """A DMTF datetime with its offset in minutes from UTC; None for any other text."""
    match = _DATETIME.fullmatch(text.strip())
    if match is None:
        return None
    try:
        local = datetime.strptime(match.group(1) + match.group(2) + "Z", "%Y%m%d%H%M%S%f%z")
    except ValueError:
        return None
    minutes = int(match.group(4)) * (-1 if match.group(3) == "-" else 1)
    return local - timedelta(minutes=minutes)


def compare_value(value: Value, operator: str, literal: Literal) -> bool:
    """One comparison of the WHERE clause; NULL is never equal to anything."""
    if operator == "is":
        return value is None
    if operator == "is not":
        return value is not None
    if value is None or literal is None or isinstance(value, list):
        return False
    if operator == "like":
        return isinstance(literal, str) and _like(str(value), literal)
    order = _order(value, literal)
    return order is not None and _ORDER[operator](order)


def _order(value: Value, literal: str | int | float | bool) -> int | None:
    """-1, 0 or 1; None when the two cannot be compared."""
    if isinstance(value, bool):
        if isinstance(literal, str):
            literal = {"true": True, "false": False}.get(literal.lower(), literal)
        return None if isinstance(literal, str) else int(value) - int(bool(literal))
    if isinstance(value, int):
        try:
            number = float(literal) if isinstance(literal, str) else literal
        except ValueError:
            return None
        return (value > number) - (value < number)
    if isinstance(value, datetime):
        moment = parse_datetime(str(literal))
        if moment is not None:
            return (value > moment) - (value < moment)
        text = value.strftime("%Y%m%d%H%M%S.%f")
        other = str(literal).partition("+")[0].partition("-")[0]
        other = other.ljust(len(text), "0") if "." in other else (other.ljust(14, "0") + ".000000")
        return (text > other) - (text < other)
    left, right = str(value).lower(), str(literal).lower()
    return (left > right) - (left < right)


def _like(value: str, pattern: str) -> bool:
    out, i = "", 0
    while i < len(pattern):
        char = pattern[i]
        end = pattern.find("]", i + 1) if char == "[" else -1
        if end > 0:
            inner = pattern[i + 1 : end]
            negate = inner.startswith("^")
            body = re.escape(inner[1:] if negate else inner).replace(r"\-", "-")
            out += "[" + ("^" if negate else "") + body + "]"
            i = end
        else:
            out += {"%": ".*", "_": "."}.get(char, re.escape(char))
        i += 1
    return re.fullmatch(out, value, re.IGNORECASE | re.DOTALL) is not None


_TOKEN = re.compile(
    r"""\s*(?:(?P<string>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
    |(?P<number>[-+]?\d+(?:\.\d+)?(?![\w.]))
    |(?P<word>[A-Za-z_]\w*)
    |(?P<mark><=|>=|<>|!=|=|<|>|\(|\)|,|\*))""",
    re.VERBOSE,
)
_RESERVED = frozenset({"select", "from", "where", "and", "or", "not", "like", "is", "null"})
_SWAPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise WqlError(f"unexpected text at {text[at : at + 20]!r}")
        found.append((match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    return found


def _unescaped(text: str) -> str:
    """Resolve the escapes; a backslash before anything but itself or a quote is an error."""
    wrong = re.search(r"""(?<!\\)(?:\\\\)*\\([^\\'"])""", text)
    if wrong is not None:
        raise WqlError(f"a backslash before {wrong.group(1)!r} is not escaped")
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0

    def peek(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            return ("end", "")
        kind, text = self._tokens[self._at]
        return kind, text.lower() if kind == "word" else text

    def take(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise WqlError("the query ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def word(self, wanted: str) -> bool:
        if self.peek() == ("word", wanted):
            self._at += 1
            return True
        return False

    def mark(self, wanted: str) -> bool:
        if self.peek() == ("mark", wanted):
            self._at += 1
            return True
        return False

    def name(self) -> str:
        kind, text = self.take()
        if kind != "word" or text.lower() in _RESERVED:
            raise WqlError(f"expected a name, found {text!r}")
        return text

    def query(self) -> Query:
        if not self.word("select"):
            raise WqlError("only SELECT is understood")
        select: list[str] = []
        if not self.mark("*"):
            select.append(self.name())
            while self.mark(","):
                select.append(self.name())
        if not self.word("from"):
            raise WqlError("FROM is missing")
        cls = self.name()
        where = self.either() if self.word("where") else None
        if self.peek()[0] != "end":
            raise WqlError(f"unexpected {self.peek()[1]!r}")
        return Query(tuple(select), cls, where)

    def either(self) -> Condition:
        left = self.both()
        while self.word("or"):
            left = Both("or", left, self.both())
        return left

    def both(self) -> Condition:
        left = self.single()
        while self.word("and"):
            left = Both("and", left, self.single())
        return left

    def single(self) -> Condition:
        if self.word("not"):
            return Not(self.single())
        if self.mark("("):
            inner = self.either()
            if not self.mark(")"):
                raise WqlError("a closing parenthesis is missing")
            return inner
        return self.comparison()

    def comparison(self) -> Condition:
        kind, text = self.peek()
        if kind in ("string", "number") or text in ("true", "false"):
            literal = self.literal()
            operator = self.operator()
            return Compare(self.name(), _SWAPPED.get(operator, operator), literal)
        name = self.name()
        if self.word("is"):
            operator = "is not" if self.word("not") else "is"
            if not self.word("null"):
                raise WqlError("IS is used with NULL only")
            return Compare(name, operator, None)
        if self.word("like"):
            return Compare(name, "like", self.literal())
        if self.word("not"):
            if not self.word("like"):
                raise WqlError("LIKE is missing after NOT")
            return Not(Compare(name, "like", self.literal()))
        return Compare(name, self.operator(), self.literal())

    def operator(self) -> str:
        kind, text = self.take()
        text = "<>" if text == "!=" else text
        if kind != "mark" or text not in _ORDER:
            raise WqlError(f"expected an operator, found {text!r}")
        return text

    def literal(self) -> Literal:
        kind, text = self.take()
        if kind == "string":
            return _unescaped(text[1:-1])
        if kind == "number":
            return float(text) if "." in text else int(text)
        words: dict[str, Literal] = {"true": True, "false": False, "null": None}
        if text.lower() in words:
            return words[text.lower()]
        raise WqlError(f"expected a value, found {text!r}")


def parse_query(text: str) -> Query:
    """Parse one query; WqlError says what is wrong."""
    return _Parser(text).query()
