# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account as text for people, no wider than a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from .findings import Area, Finding, Status

WIDTH = 80
_MARGIN = " " * 10
_WORDS = {
    Status.OK: "ok",
    Status.NOTE: "note",
    Status.WARNING: "WARNING",
    Status.FAILED: "FAILED",
    Status.SKIPPED: "skipped",
}
_HEADINGS = {
    Area.CONTROLLER: "On the controller",
    Area.CONNECTION: "Connection",
    Area.HOST: "On the host",
}


def written(where: str, verdict: str, findings: Iterable[Finding]) -> str:
    """Write it: a first line that says it all, then a heading and its findings for each area."""
    lines = _wrapped(f"{where}: {verdict}", "", "  ")
    found = list(findings)
    for area, heading in _HEADINGS.items():
        own = [each for each in found if each.area is area]
        if own:
            lines += ["", heading]
            for each in own:
                lines += _lines_of(each)
    return "\n".join(lines)


def _lines_of(finding: Finding) -> list[str]:
    first = f"  {_WORDS[finding.status]:<8}"
    # On the controller a finding names what it is about by itself.
    says = finding.says
    if finding.area is not Area.CONTROLLER:
        says = f"{finding.check}: {says}"
    code = finding.code
    if code is not None:
        name = f" {code.name}: {code.meaning}" if code.name else ""
        says += f" ({code.hex}{name})"
    lines = _wrapped(says, first, _MARGIN)
    if finding.advice:
        lines += _wrapped(f"What to do: {finding.advice}", _MARGIN, _MARGIN)
    return lines


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
    )
