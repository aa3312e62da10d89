# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rule is, and what it says when it fires."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ..._texts.rule_texts import RuleTexts, Value
from .observations import Observed


class Severity(StrEnum):
    """How bad it is, the worst first.

    critical: sessions are refused, or will be. error: part of it does not work. warning: it may
    stop working, or somebody will be misled. note: worth knowing.
    """

    CRITICAL = "critical"
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class Fix(StrEnum):
    """What the collection can do about it by itself, without risk."""

    POLICY_MODE = "policy_mode"
    POLICY_SERVERS = "policy_servers"
    STRAY_SUBKEYS = "stray_subkeys"
    START_SERVICE = "start_service"


class Scope(StrEnum):
    """What a rule is about."""

    SESSION_HOST = "session_host"
    LICENSE_SERVER = "license_server"
    FARM = "farm"


class Blocks(StrEnum):
    """Why a session host with such a finding gives no licensed sessions once its grace is over.

    settings: it has no mode or no license server to ask. cals: the license servers have nothing
    for it, as far as their facts tell. always: not even the grace period helps.
    """

    SETTINGS = "settings"
    CALS = "cals"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that fires.

    :param evidence: flat values; the texts take their parameters from it.
    :param about: the host that it is about, where that is another one.
    """

    evidence: Mapping[str, Value]
    about: str | None = None
    fix: Fix | None = None


Evidence = dict[str, Value]
Check = Callable[[Observed], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Its words are in ``_texts/rules_*.json``, by its id.

    :param reads: the signals that it decides by.
    :param source: where it is documented that this is wrong.
    :param check: None for a rule over the whole farm.
    :param rows: rows of the troubleshooting tables that it answers (``docs/rules.md`` lists them).
    """

    id: str
    severity: Severity
    scope: Scope
    reads: tuple[str, ...]
    source: str
    check: Check | None
    rows: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()
    blocks: Blocks | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found."""

    rule: Rule
    hit: Hit

    def as_dict(self, texts: RuleTexts) -> dict[str, Any]:
        """As the module returns it."""
        said = texts.of(self.rule.id, self.hit.evidence)
        return {
            "id": self.rule.id,
            "severity": str(self.rule.severity),
            "title": said.title,
            "cause": said.cause,
            "remedy": said.remedy,
            "evidence": dict(self.hit.evidence),
            "fix": str(self.hit.fix) if self.hit.fix else None,
            "about": self.hit.about,
        }


def judge(observed: Observed, rules: Iterable[Rule]) -> list[Finding]:
    """What the rules find on one host, the worst first, else in the order of the rules."""
    found = [
        Finding(rule, hit)
        for rule in rules
        if rule.check is not None
        for hit in rule.check(observed)
    ]
    return sorted(found, key=lambda each: each.rule.severity.rank)


def stamp(moment: datetime | None) -> str | None:
    """A time as evidence shows it: ISO 8601 in UTC, without fractions of seconds."""
    if moment is None:
        return None
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def listed(names: Iterable[str]) -> str:
    """Several names as one value."""
    return ", ".join(names)


def blocking(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Those that keep a session host from giving licensed sessions."""
    return (each for each in findings if each.rule.blocks is not None)
