# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences of a sheet in the reader's language."""

from __future__ import annotations

from .._reporting.language import NO_BREAK, THIN, Language
from .english import TEXTS as ENGLISH
from .french import TEXTS as FRENCH

LANGUAGES = ("en", "fr")
_CATALOGS = {"en": ENGLISH, "fr": FRENCH}


class Wording:
    """One language: the sheet's own catalog, and the words that reports use already."""

    def __init__(self, code: str) -> None:
        """:raises KeyError: there is no such language."""
        self.code = code
        self._texts = _CATALOGS[code]
        self._words = Language(code)

    def text(self, name: str, /, **values: object) -> str:
        """The text of that name; values are put in after the typography is set."""
        return _typeset(self._texts[name], self.code).format(**values)

    def label(self, name: str) -> str:
        """A name with the colon that the language writes."""
        return f"{self.text(name)}{THIN if self.code == 'fr' else ''}:"

    def number(self, number: int) -> str:
        """A whole number."""
        return self._words.number(number)

    def cal_type(self, cal_type: str) -> str:
        """Whom a CAL is for."""
        return self._words.word("type", cal_type)

    def program(self, program: str) -> str:
        """How a pack was bought."""
        return self._words.word("program", program) if program else self.text("any_program")

    def release(self, release: str) -> str:
        """A Windows Server."""
        return f"Windows{NO_BREAK}Server{NO_BREAK}{release}" if release else ""


def _typeset(text: str, code: str) -> str:
    """French typography: apostrophes, and spaces before double punctuation that never break."""
    if code != "fr":
        return text
    text = text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
    for mark in ":;?!»":
        text = text.replace(f" {mark}", f"{THIN}{mark}")
    return text.replace("« ", f"«{THIN}")
