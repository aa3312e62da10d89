# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reconciliation as data: lines, findings, and what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .coverage import Loan
from .farm import StockKey
from .words import Value, sentence

SEVERITIES = ("critical", "error", "warning", "note")
"""As of the findings of a diagnosis, the worst first."""


class LineState(StrEnum):
    """The verdict on a line, the worst first."""

    OVER_USED = "over_used"
    OVER_INSTALLED = "over_installed"
    OVER_ISSUED = "over_issued"
    UNKNOWN = "unknown"
    NOT_INSTALLED = "not_installed"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of CALs, as far as it could be counted.

    :param known: what was counted: the least that it can be.
    :param complete: whether that is all.
    """

    known: int = 0
    complete: bool = True

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.known + other.known, self.complete and other.complete)

    @property
    def value(self) -> int | None:
        """The number, ``None`` where it is not fully known."""
        return self.known if self.complete else None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that someone should know of the reconciliation."""

    id: str
    severity: str
    key: StockKey | None
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """As a sentence."""
        return sentence(self.id, self.values)

    def as_dict(self) -> dict[str, Any]:
        """As results and reports show it."""
        about = self.key.as_dict() if self.key else None
        return {
            "id": self.id,
            "severity": self.severity,
            "about": about,
            "text": self.text,
            "values": dict(self.values),
        }


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that is not known, and why."""

    signal: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def as_dict(self) -> dict[str, str]:
        """As results and reports show it."""
        return {"signal": self.signal, "why": sentence(self.signal, self.values)}


@dataclass(frozen=True, slots=True)
class Line:
    """One version, type and suite.

    :param owned: ``None`` without a list of purchases.
    :param used: what is held against ``owned``: issued per device, authorized per user.
    :param covered_by: newer CALs that stand in for used ones.
    :param over_used: used beyond owned, ``None`` where that cannot be told; so the others.
    :param unused: owned and not used, neither here nor for an older version.
    """

    key: StockKey
    state: LineState
    rule: str
    owned: int | None
    installed: Amount
    issued: Amount
    authorized: int | None
    used: Amount
    covered_by: tuple[Loan, ...] = ()
    installed_covered_by: tuple[Loan, ...] = ()
    over_used: int | None = None
    over_installed: int | None = None
    over_issued: int = 0
    not_installed: int | None = None
    unused: int | None = None

    @property
    def values(self) -> Mapping[str, Value]:
        """What the rule's sentence says in numbers."""
        return {"used": self.used.known}

    @property
    def why(self) -> str:
        """The rule as a sentence."""
        return sentence(self.rule, self.values)

    def as_dict(self) -> dict[str, Any]:
        """As results and reports show it: ``null`` is unknown, ``_at_least`` what was counted."""
        shown: dict[str, Any] = {
            **self.key.as_dict(),
            "state": str(self.state),
            "rule": self.rule,
            "why": self.why,
            "owned": self.owned,
        }
        for name in ("installed", "issued", "used"):
            amount: Amount = getattr(self, name)
            shown[name] = amount.value
            shown[f"{name}_at_least"] = amount.known
        shown["authorized"] = self.authorized
        for name in ("over_used", "over_installed", "over_issued", "not_installed", "unused"):
            shown[name] = getattr(self, name)
        shown["covered_by"] = [each.as_dict() for each in self.covered_by]
        shown["installed_covered_by"] = [each.as_dict() for each in self.installed_covered_by]
        return shown


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The whole of it."""

    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]
    unknown: tuple[Unknown, ...]

    def as_dict(self) -> dict[str, Any]:
        """As results and reports show it."""
        return {
            "lines": [each.as_dict() for each in self.lines],
            "findings": [each.as_dict() for each in self.findings],
            "unknown": [each.as_dict() for each in self.unknown],
        }
