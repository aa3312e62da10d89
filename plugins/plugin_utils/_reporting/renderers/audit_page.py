# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the audit view of the HTML page says; ``templates/audit.html.j2`` says how it looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..audit import AuditChange, AuditFinding, AuditLine, AuditView
from ..farm import SEVERITIES
from ..language import Language
from .farm_page import COLORS

OPEN_CHANGES = 200
"""Changes that the page shows; the evidence pack has all."""
STATES = {
    "over_used": "error",
    "over_installed": "error",
    "over_issued": "error",
    "unknown": "unknown",
    "not_installed": "info",
    "ok": "ok",
}
"""The color of each verdict of the account."""
FINDS = {"no": "error", "unknown": "unknown", "probably": "warning", "yes": "ok"}
_NOTHING_OPEN = ("yes", "not_needed")


@dataclass(frozen=True, slots=True)
class Said:
    """One finding of the account as it is shown."""

    finding: AuditFinding
    color: str
    about: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """All of it."""

    view: AuditView
    color: str
    said: str
    findings: tuple[Said, ...]
    changes: tuple[AuditChange, ...]
    more_changes: int
    since: str


def audit_page(view: AuditView, language: Language) -> AuditPage:
    """Prepare it."""
    worst = min((each.severity for each in view.findings), key=SEVERITIES.index, default="note")
    color, said = ("ok" if worst == "note" else COLORS[worst]), worst
    if worst == "note" and view.purchases is None:
        color, said = "unknown", "unknown"
    changes = view.log.changes if view.log else ()
    return AuditPage(
        view=view,
        color=color,
        said=language.text(f"audit.verdict.{said}"),
        findings=tuple(_said(each, language) for each in view.findings),
        changes=changes[:OPEN_CHANGES],
        more_changes=max(0, len(changes) - OPEN_CHANGES),
        since=_since(view, language),
    )


def _said(finding: AuditFinding, language: Language) -> Said:
    about = language.stock(finding.key) if finding.key else language.text("audit.purchases_about")
    return Said(finding, COLORS[finding.severity], about)


def _since(view: AuditView, language: Language) -> str:
    if view.log is None:
        return ""
    if view.log.made_at is None:
        return language.text("audit.since", pack=view.log.pack)
    return language.text("audit.since_when", when=view.log.made_at)


def amount(number: int | None, least: int, language: Language) -> str:
    """A number, or the least that it can be."""
    if number is not None:
        return language.number(number)
    if least:
        return language.text("audit.at_least", n=least)
    return language.text("unknown")


def borrowed(line: AuditLine, language: Language) -> list[str]:
    """The newer CALs that stand in, as sentences."""
    return [
        language.text("audit.borrowed", n=number, version=version)
        for version, number in line.borrowed
    ]


def opens(finds_cal: str) -> bool:
    """Whether somebody has to look at such hosts."""
    return finds_cal not in _NOTHING_OPEN


def colors() -> Mapping[str, Mapping[str, str]]:
    """The colors of closed sets, for the template."""
    return {"account": STATES, "finds": FINDS}
