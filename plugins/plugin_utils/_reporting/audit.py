# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit view: what is owned against what is used, what changed, and what is not known.

Sentences are in the language of the report already. A number that is not known is ``None``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from .farm import SEVERITIES
from .model import StockKey


@dataclass(frozen=True, slots=True)
class AuditLine:
    """The account of one version, type and suite.

    :param state: the verdict, in the words of the reconciliation.
    :param installed_least, issued_least, used_least: what was counted where not all is known.
    :param borrowed: newer CALs that stand in: version and number.
    """

    key: StockKey
    state: str
    rule: str
    why: str
    owned: int | None
    installed: int | None
    installed_least: int
    issued: int | None
    issued_least: int
    authorized: int | None
    used: int | None
    used_least: int
    short: int | None
    unused: int | None
    borrowed: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One finding of the account; without a key it is about the purchases."""

    id: str
    severity: str
    key: StockKey | None
    text: str


@dataclass(frozen=True, slots=True)
class AuditChange:
    """One difference; an empty text is not there, or not known."""

    kind: str
    host: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangeLog:
    """What changed since the newest evidence pack that says something else.

    :param pack: its name; ``made_at`` is when it was made.
    """

    pack: str
    made_at: datetime | None
    changes: tuple[AuditChange, ...]


@dataclass(frozen=True, slots=True)
class AuditUnknown:
    """Something that is not known, and of which hosts; none for the whole."""

    signal: str
    why: str
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HostsOfReason:
    """Session hosts with one answer to the question whether they find a CAL."""

    finds_cal: str
    why: str
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IdlePack:
    """A key pack that no session host can use."""

    server: str
    key_pack_id: int | None
    key: StockKey
    total: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Purchase:
    """One line of the purchases; the number is masked."""

    key: StockKey
    program: str
    quantity: int
    number: str
    document: str
    document_state: str
    sha256: str


@dataclass(frozen=True, slots=True)
class AuditView:
    """Everything that an auditor asks for.

    :param log: ``None`` where no evidence pack says anything else.
    :param purchases: ``None`` where no list was given.
    """

    lines: tuple[AuditLine, ...] = ()
    findings: tuple[AuditFinding, ...] = ()
    finds_cal: tuple[HostsOfReason, ...] = ()
    idle: tuple[IdlePack, ...] = ()
    log: ChangeLog | None = None
    unknown: tuple[AuditUnknown, ...] = ()
    purchases: tuple[Purchase, ...] | None = None

    @property
    def severities(self) -> Mapping[str, int]:
        """The number of findings by severity, the worst first."""
        counts = Counter(each.severity for each in self.findings)
        return {each: counts[each] for each in SEVERITIES}

    def coded(self) -> list[object]:
        """What it says, in no language."""
        return [
            [
                [*_named(each.key), each.state, each.owned, each.installed, each.issued]
                for each in self.lines
            ],
            [[each.authorized, each.used, each.short] for each in self.lines],
            [[each.id, each.severity, _named(each.key)] for each in self.findings],
            [[each.finds_cal, each.hosts] for each in self.finds_cal],
            [[each.server, each.key_pack_id] for each in self.idle],
            [self.log.pack, len(self.log.changes)] if self.log else None,
            [[each.signal, each.hosts] for each in self.unknown],
        ]


def _named(key: StockKey | None) -> list[str]:
    return [key.version, key.type, key.suite] if key else []
