# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts together what says the same, so that a page about 2,000 hosts stays short."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..language import Language
from ..model import Finding, SessionHost, Severity

SHOWN = 4
"""Sentences of a group that stand in the open; the others unfold."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and the hosts that it is true of."""

    text: str
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one kind."""

    code: str
    severity: Severity
    title: str
    sentences: tuple[Sentence, ...]

    @property
    def shown(self) -> tuple[Sentence, ...]:
        """The sentences that stand in the open."""
        return self.sentences if len(self.sentences) <= SHOWN + 1 else self.sentences[:SHOWN]

    @property
    def folded(self) -> tuple[Sentence, ...]:
        """The others."""
        return self.sentences[len(self.shown) :]

    @property
    def hosts(self) -> int:
        """How many hosts it is about."""
        return len({name for sentence in self.sentences for name in sentence.subjects})


@dataclass(frozen=True, slots=True)
class HostGroup:
    """Session hosts with the same settings."""

    mode: str
    servers: tuple[str, ...] | None
    source: str
    names: tuple[str, ...]


def group_findings(findings: Iterable[Finding], language: Language) -> list[Group]:
    """Findings by kind, the worst kind first."""
    groups: dict[tuple[Severity, str], dict[str, list[str]]] = {}
    for finding in findings:
        sentences = groups.setdefault((finding.severity, finding.code), {})
        sentences.setdefault(language.finding(finding), []).append(finding.subject)
    return [
        Group(
            code=code,
            severity=severity,
            title=language.text(f"title.{code}"),
            sentences=tuple(
                Sentence(text, tuple(dict.fromkeys(subjects)))
                for text, subjects in sentences.items()
            ),
        )
        for (severity, code), sentences in groups.items()
    ]


def group_hosts(hosts: Iterable[SessionHost]) -> list[HostGroup]:
    """Session hosts by their settings, the most common first."""
    groups: dict[tuple[str, tuple[str, ...] | None, str], list[str]] = {}
    for host in hosts:
        groups.setdefault((host.mode, host.servers, host.source), []).append(host.name)
    found = [
        HostGroup(mode, servers, source, tuple(names))
        for (mode, servers, source), names in groups.items()
    ]
    return sorted(found, key=lambda group: (-len(group.names), group.names))
