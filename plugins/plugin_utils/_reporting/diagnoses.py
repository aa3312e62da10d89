# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Diagnoses as they come out of a fact cache: old, missing, half, of another version, or hostile.

Nothing raises. What a catalog has no words for keeps the words that it came with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .._texts.rule_texts import RuleTexts, Value, rule_texts
from .build import CLOCK_TOLERANCE
from .farm import (
    DIAGNOSIS_OLD,
    NOT_DIAGNOSED,
    SEVERITIES,
    TIME,
    DiagnosisState,
    Host,
    HostFinding,
    UnknownSignal,
    Verdict,
)
from .language import Language
from .reading import LONGEST, Facts, clean, moment, whole

MOST_FINDINGS, MOST_UNKNOWN, MOST_VALUES = 200, 200, 50
_LONGEST_SENTENCE = 2000
_DENIED = ("0x80041003", "0x80070005", "0x80338104", "0x80338105", "0x80338106")
"""Numbers by which Windows says that the account has not the right."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A diagnosis that was tried in this run and did not come about.

    :param why: the message of the task, without its advice where ``trouble`` has one.
    :param trouble: the word for it in the result, empty where the result has none.
    """

    state: DiagnosisState
    why: str
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class DiagnosisReader:
    """Reads them in one language.

    :param now: what is old is so against it.
    :param max_age: of a diagnosis that counts as current.
    """

    language: Language
    now: datetime
    max_age: timedelta

    @property
    def texts(self) -> RuleTexts:
        """The words of the rules."""
        return rule_texts(self.language.code)

    def hosts(
        self,
        expected: Iterable[str],
        diagnoses: Mapping[str, Any],
        attempts: Mapping[str, Attempt],
    ) -> tuple[Host, ...]:
        """All hosts, those that need somebody first.

        :param expected: those that should be there; others with a diagnosis come with them.
        :param attempts: those of which this run has none, whatever a cache says.
        """
        names = dict.fromkeys([*expected, *diagnoses, *attempts])
        found = [self._host(name, diagnoses.get(name), attempts.get(name)) for name in names]
        return tuple(sorted(found, key=lambda host: host.order))

    def _host(self, name: str, raw: object, attempt: Attempt | None) -> Host:
        known = isinstance(raw, Mapping) and clean(raw.get("verdict")) in set(Verdict)
        told = self._told(name, raw) if known and isinstance(raw, Mapping) else None
        if attempt is not None:
            return self._undiagnosed(name, attempt, told)
        if told is None:
            state = DiagnosisState.UNREADABLE if raw else DiagnosisState.MISSING
            return self._undiagnosed(name, Attempt(state, ""), None)
        return told

    def _undiagnosed(self, name: str, attempt: Attempt, before: Host | None) -> Host:
        say, state = self.language.text, attempt.state
        why, remedy = say(f"farm.why.{state}"), say(f"farm.remedy.{state}")
        if self.language.has(f"trouble.{attempt.trouble}.remedy"):
            why += " " + say(f"trouble.{attempt.trouble}")
            remedy = say(f"trouble.{attempt.trouble}.remedy")
        reason = _sentence(attempt.why)
        cause = f"{why} {say('farm.message', what=reason)}" if reason else why
        if before is not None and before.collected_at is not None:
            why += " " + say(
                "farm.last_verdict",
                verdict=self.language.word("verdict", before.verdict),
                when=before.collected_at,
            )
        finding = HostFinding(
            NOT_DIAGNOSED,
            "error",
            say("farm.not_diagnosed"),
            cause,
            remedy,
        )
        return Host(
            clean(name),
            Verdict.UNKNOWN,
            why,
            state,
            findings=(finding,),
            timed=before is not None,
        )

    def _told(self, name: str, raw: Mapping[str, Any]) -> Host:
        facts = Facts(raw)
        part = raw.get("session_host")
        about = Facts(part if isinstance(part, Mapping) else {})
        collected = facts.time("collected_at")
        if collected is not None and collected > self.now + CLOCK_TOLERANCE:
            collected = None
        findings = [*self._findings(raw.get("findings"))]
        old = collected is None or self.now - collected > self.max_age
        if old:
            findings.append(self._old(collected))
        findings.sort(key=lambda each: each.rank)
        listed = about.row.get("servers")
        servers = tuple(map(clean, listed)) if isinstance(listed, (list, tuple)) else None
        days = whole(about.row.get("grace_days"))
        return Host(
            name=clean(name),
            verdict=Verdict(facts.text("verdict")),
            why=self._why(raw),
            state=DiagnosisState.OLD if old else DiagnosisState.CURRENT,
            stops_on=facts.time("stops_on"),
            roles=_roles(raw),
            mode=about.text("mode"),
            mode_source=about.text("mode_source"),
            servers=servers,
            version=about.text("version"),
            grace_days=days if days is not None and days >= 0 else None,
            findings=tuple(findings),
            unknown=tuple(self._unknown(raw.get("unknown"))),
            collected_at=collected,
            timed=_tells_time(raw.get("reason")),
        )

    def _old(self, collected: datetime | None) -> HostFinding:
        say = self.language.text
        cause = (
            say("farm.old.undated") if collected is None else say("farm.old.since", when=collected)
        )
        return HostFinding(DIAGNOSIS_OLD, "warning", say("farm.old"), cause, say("farm.remedy.old"))

    def _why(self, raw: Mapping[str, Any]) -> str:
        reason = raw.get("reason")
        if isinstance(reason, Mapping):
            code, values = clean(reason.get("code")), _values(reason)
            try:
                return self.language.typeset(
                    _sentence(self.texts.verdict(code, self._dated(values)))
                )
            except (KeyError, ValueError, IndexError, AttributeError):
                pass
        return _sentence(raw.get("why"))

    def _findings(self, raw: object) -> Iterable[HostFinding]:
        for each in raw[:MOST_FINDINGS] if isinstance(raw, (list, tuple)) else ():
            if isinstance(each, Mapping):
                yield self.finding(each)

    def finding(self, raw: Mapping[str, Any]) -> HostFinding:
        """A finding as the diagnosis returns it."""
        facts = Facts(raw)
        evidence = _values(raw.get("evidence"))
        title, cause, remedy = (raw.get(each) for each in ("title", "cause", "remedy"))
        try:
            said = self.texts.of(facts.text("id"), self._dated(evidence))
        except (KeyError, ValueError, IndexError, AttributeError):
            pass  # A rule of another version.
        else:
            typeset = self.language.typeset
            title, cause, remedy = map(typeset, (said.title, said.cause, said.remedy))
        severity = facts.text("severity")
        return HostFinding(
            id=facts.text("id") or "unknown",
            severity=severity if severity in SEVERITIES else "warning",
            title=_sentence(title) or facts.text("id"),
            cause=_sentence(cause),
            remedy=_sentence(remedy),
            about=facts.text("about"),
            fix=facts.text("fix"),
            evidence=evidence,
        )

    def _unknown(self, raw: object) -> Iterable[UnknownSignal]:
        for each in raw[:MOST_UNKNOWN] if isinstance(raw, (list, tuple)) else ():
            if isinstance(each, Mapping):
                said = _sentence(each.get("why"))
                denied = any(number in said for number in _DENIED)
                kind = "farm.unread.rights" if denied else "farm.unread"
                why = self.language.text(kind, what=said) if said else ""
                yield UnknownSignal(clean(each.get("signal")), why)

    def _dated(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Times as readers write them."""
        return {name: self._moment(value) for name, value in values.items()}

    def _moment(self, value: Value) -> Value:
        if isinstance(value, str) and TIME.fullmatch(value):
            found = moment(value)
            return value if found is None else self.language.moment(found)
        return value


def _tells_time(reason: object) -> bool:
    return any(isinstance(each, str) and TIME.fullmatch(each) for each in _values(reason).values())


def _roles(raw: Mapping[str, Any]) -> tuple[str, ...]:
    roles = raw.get("roles")
    return tuple(map(clean, roles)) if isinstance(roles, (list, tuple)) else ()


def _values(raw: object) -> dict[str, Value]:
    """Flat values; texts in them are cleaned."""
    entries = list(raw.items())[:MOST_VALUES] if isinstance(raw, Mapping) else ()
    return {clean(name): _value(value) for name, value in entries}


def _value(value: object) -> Value:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return _sentence(value)


def _sentence(raw: object) -> str:
    """A text without control characters; sentences may be longer than names."""
    if raw is None or isinstance(raw, (Mapping, list, tuple)):
        return ""
    text = str(raw)[:_LONGEST_SENTENCE]
    parts = (text[start : start + LONGEST] for start in range(0, len(text), LONGEST))
    # Blanks at the seams are text, at the ends they are none.
    return "".join(_kept(part) for part in parts).strip()


def _kept(part: str) -> str:
    inner = clean(part)
    lead = " " if part[:1].isspace() and inner else ""
    return f"{lead}{inner}{' ' if part[-1:].isspace() and inner else ''}"
