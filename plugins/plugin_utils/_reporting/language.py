# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers, dates and sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import SupportsFloat

from .model import CalType, Detail, Finding, Program, StockKey, Suite
from .texts.en import TEXTS as ENGLISH
from .texts.fr import TEXTS as FRENCH
from .texts.views_en import TEXTS as ENGLISH_VIEWS
from .texts.views_fr import TEXTS as FRENCH_VIEWS

NO_BREAK = "\N{NO-BREAK SPACE}"
THIN = "\N{NARROW NO-BREAK SPACE}"
RELEASES = {
    9200: "2012",
    9600: "2012 R2",
    14393: "2016",
    17763: "2019",
    20348: "2022",
    26100: "2025",
}
"""Windows Server by the build that Win32_OperatingSystem tells (Microsoft Learn: release list)."""
LANGUAGES = ("en", "fr")
_THOUSANDS = {"en": ",", "fr": THIN}
_POINT = {"en": ".", "fr": ","}


def _typeset(text: str) -> str:
    """French typography: apostrophes, and a space before double punctuation that never breaks."""
    text = text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
    for mark in ":;?!%»":
        text = text.replace(f" {mark}", f"{THIN}{mark}")
    return text.replace("« ", f"«{THIN}")


_CATALOGS: dict[str, Mapping[str, str]] = {
    "en": ENGLISH | ENGLISH_VIEWS,
    "fr": {name: _typeset(text) for name, text in (FRENCH | FRENCH_VIEWS).items()},
}


class Amount:
    """A number in a sentence: ``{n}`` alone, ``{n:CAL|CALs}`` with its noun."""

    def __init__(self, number: int | None, language: Language) -> None:
        self._number = number
        self._language = language

    def __format__(self, forms: str) -> str:
        if not forms:
            return self._language.number(self._number)
        written = "?" if self._number is None else self._language.number(self._number)
        one, dummy, more = forms.partition("|")
        return f"{written}{NO_BREAK}{one if self._language.is_one(self._number) else more}"


class Language:
    """One language: its catalog and how it writes numbers and dates."""

    def __init__(self, code: str) -> None:
        """:raises KeyError: there is no such language."""
        self.code = code
        self._texts = _CATALOGS[code]

    def text(self, name: str, /, **values: Detail | date | Amount) -> str:
        """The text of that name; counts are written with their noun, see ``Amount``."""
        return self._texts[name].format(**{key: self._say(each) for key, each in values.items()})

    def has(self, name: str) -> bool:
        """Whether there is a text of that name."""
        return name in self._texts

    def label(self, text: str) -> str:
        """A text as what stands before its explanation: with a colon, as this language sets it."""
        return self.typeset(f"{text} :") if self.code == "fr" else f"{text}:"

    def typeset(self, text: str) -> str:
        """A text from another catalog, as this language is set."""
        return _typeset(text) if self.code == "fr" else text

    def word(self, group: str, value: str) -> str:
        """The word for one member of a closed set; what is not in it stands for itself."""
        return self._texts.get(f"{group}.{value}", value)

    def is_one(self, number: int | None) -> bool:
        """Whether a noun is in the singular after that number; French counts 0 among them."""
        return number in (1, -1) or (self.code == "fr" and number == 0)

    def number(self, number: int | None) -> str:
        """A whole number, or the word for one that is not known."""
        if number is None:
            return self._texts["unknown"]
        return f"{number:,}".replace(",", _THOUSANDS[self.code])

    def decimal(self, number: SupportsFloat, digits: int = 1) -> str:
        """A number with so many places."""
        written = f"{float(number):,.{digits}f}"
        whole, dummy, places = written.partition(".")
        whole = whole.replace(",", _THOUSANDS[self.code])
        return f"{whole}{_POINT[self.code]}{places}" if places else whole

    def percent(self, number: float | None) -> str:
        """A percentage. What is not quite none is not written as none, nor as everything."""
        if number is None:
            return self._texts["unknown"]
        digits = 1 if 0 < abs(number) < 10 and number != int(number) else 0
        if 0 < number < 0.1:
            written = f"<{NO_BREAK}{self.decimal(0.1)}"
        elif 99 < number < 100:
            written = f">{NO_BREAK}99"
        else:
            written = self.decimal(number, digits)
        return f"{written}{THIN if self.code == 'fr' else NO_BREAK}%"

    def day(self, day: date) -> str:
        """A date."""
        return f"{day.day}{NO_BREAK}{self._months()[day.month - 1]}{NO_BREAK}{day.year}"

    def month(self, day: date) -> str:
        """A month and its year."""
        return f"{self._months()[day.month - 1]}{NO_BREAK}{day.year}"

    def moment(self, when: datetime) -> str:
        """A date and a time in UTC."""
        return f"{self.day(when)}, {when:%H:%M}{NO_BREAK}UTC"

    def _months(self) -> list[str]:
        return self._texts["months"].split()

    def _say(self, value: object) -> object:
        if isinstance(value, bool):
            return str(value)
        if isinstance(value, StrEnum):
            return str(value)
        if value is None or isinstance(value, int):
            return Amount(value, self)
        if isinstance(value, float):
            return self.percent(value)
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, date):
            return self.day(value)
        return value

    def version(self, version: str, version_id: int | None = None) -> str:
        """The Windows Server that CALs are of; an unknown one by its number."""
        if version == "unknown":
            number = "" if version_id is None else f" (id{NO_BREAK}{version_id})"
            return self._texts["version.unknown"] + number
        return f"Windows{NO_BREAK}Server{NO_BREAK}{version.replace(' ', NO_BREAK)}"

    def stock(self, key: StockKey) -> str:
        """A stock as a reader names it: version, type and, apart from RDS, the suite."""
        suite = "" if key.suite is Suite.RDS else f", {self.word('suite', key.suite)}"
        return f"{self.version(key.version, key.version_id)}, {self.type(key.type)}{suite}"

    def type(self, cal_type: CalType) -> str:
        """Whom a CAL is for."""
        return self.word("type", cal_type)

    def program(self, program: Program) -> str:
        """How a pack was bought."""
        return self.word("program", program)

    def finding(self, finding: Finding) -> str:
        """What a finding says, in one sentence."""
        values: dict[str, Detail | date] = dict(finding.details)
        if finding.stock is not None:
            values["stock"] = self.stock(finding.stock)
        for name in ("pack", "version_id"):
            # Identifiers: no thousands separators.
            if values.get(name) is not None:
                values[name] = str(values[name])
        if isinstance(expires := values.get("expires"), datetime):
            values["expires"] = expires.date()
        if "what" in values and finding.code in ("pack_unknown", "summary_differs"):
            names = str(values["what"]).split(", ")
            values["what"] = ", ".join(self.word("value", name) for name in names)
        return self.text(f"finding.{finding.code}", **values)


def os_release(os_build: str) -> str:
    """The Windows Server of a build such as ``10.0.20348`` or ``20348``, empty if unknown."""
    for part in reversed(os_build.replace(" ", ".").split(".")):
        if part.isascii() and part.isdigit() and len(part) < 9 and int(part) in RELEASES:
            return RELEASES[int(part)]
    return ""
