# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of rules and verdicts in one language."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

Value = str | int | float | bool | None
LANGUAGES = ("en", "fr")
_COUNTED = re.compile(r"\{(\w+):[^{}|]*\|([^{}]*)\}")
"""A number with its noun in a template: ``{n:time|times}``."""


@dataclass(frozen=True, slots=True)
class RuleText:
    """What is said of one finding."""

    title: str
    cause: str
    remedy: str


class Said(str):
    """A value in a sentence: ``{n}`` alone, ``{n:time|times}`` with its noun.

    French counts 0 in the singular, English does not. What is no number takes the plural.
    """

    __slots__ = ("_lone",)
    _lone: frozenset[str]

    def __new__(cls, text: str, lone: frozenset[str]) -> Said:
        """:param lone: the numbers after which a noun is in the singular."""
        said = super().__new__(cls, text)
        said._lone = lone
        return said

    def __format__(self, forms: str) -> str:
        if not forms:
            return str(self)
        one, dummy, more = forms.partition("|")
        return f"{self} {one if self in self._lone else more}"


_LONE = {"en": frozenset({"1", "-1"}), "fr": frozenset({"0", "1", "-1"})}


class RuleTexts:
    """One language: ``rules_<language>.json``.

    :param catalog: the file's content: ``rules``, ``verdicts`` and ``words``.
    :param language: its name.
    """

    def __init__(self, catalog: Mapping[str, Any], language: str) -> None:
        self._lone = _LONE[language]
        self._rules: Mapping[str, Mapping[str, str]] = catalog["rules"]
        self._verdicts: Mapping[str, str] = catalog["verdicts"]
        self._words: Mapping[str, str] = catalog["words"]

    def of(self, rule: str, evidence: Mapping[str, Value]) -> RuleText:
        """The words of a finding.

        :raises KeyError: there is no such rule, or its text wants more than the evidence has.
        """
        templates = self._rules[rule]
        said = self._all_said(evidence)
        return RuleText(
            templates["title"].format_map(said),
            templates["cause"].format_map(said),
            templates["remedy"].format_map(said),
        )

    def template(self, rule: str) -> RuleText:
        """The words of a rule with their parameters left open, and nouns in the plural."""
        return RuleText(
            **{
                name: _COUNTED.sub(r"{\1} \2", self._rules[rule][name])
                for name in ("title", "cause", "remedy")
            }
        )

    def verdict(self, code: str, values: Mapping[str, Value]) -> str:
        """The sentence that explains a verdict.

        :raises KeyError: there is no such reason, or it wants more than the values.
        """
        said = self._all_said(values)
        return self._verdicts[code].format_map(said)

    def _all_said(self, values: Mapping[str, Value]) -> dict[str, Said]:
        return {name: Said(self._say(value), self._lone) for name, value in values.items()}

    def _say(self, value: Value) -> str:
        """A value in a sentence; what has a word in this language is translated.

        ``None`` is not known, the empty text is none: two different things.
        """
        if value is None:
            return self._words["unknown"]
        if value == "":
            return self._words["nothing"]
        if isinstance(value, bool):
            return self._words["yes" if value else "no"]
        text = str(value)
        return self._words.get(text, text)


@cache
def rule_texts(language: str) -> RuleTexts:
    """The words in a language.

    :raises FileNotFoundError: there is no such language.
    """
    path = Path(__file__).with_name(f"rules_{language}.json")
    return RuleTexts(json.loads(path.read_text(encoding="utf-8")), language)
