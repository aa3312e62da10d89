# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts and their verdicts for monitoring systems: a state, a line, numbers by verdict."""

from __future__ import annotations

from functools import reduce

from ..farm import FarmView, Host, Verdict
from ..language import Language
from .judgment import CRIT, OK, UNKNOWN, WARN, plain, worse

OF_VERDICT = {
    Verdict.EXPIRED: CRIT,
    Verdict.MISCONFIGURED: CRIT,
    Verdict.GRACE: WARN,
    Verdict.UNKNOWN: UNKNOWN,
    Verdict.LICENSED: OK,
    Verdict.NOT_APPLICABLE: OK,
}
_OF_SEVERITY = {"critical": CRIT, "error": CRIT, "warning": WARN}


def of_host(host: Host) -> int:
    """The state of one host: the worse of its verdict and its findings.

    A host that was not diagnosed is unknown, not critical: nothing says that it does not work.
    """
    verdict = OF_VERDICT[host.verdict]
    if not host.state.known:
        return verdict
    return worse(verdict, _OF_SEVERITY.get(host.severity, OK))


def of_farm(view: FarmView) -> int:
    """The worst state of all hosts."""
    return reduce(worse, map(of_host, view.hosts)) if view.hosts else UNKNOWN


def says(host: Host, language: Language) -> str:
    """What there is to say of a host, in one line: the verdict, then what to do first."""
    said = f"{language.word('verdict', host.verdict)}: {host.why}"
    if host.findings and host.severity != "note":
        said += f" / {host.findings[0].title}: {host.findings[0].remedy}"
    return plain(said)


def summary(view: FarmView, language: Language) -> str:
    """All hosts in one line: how many there are of each verdict."""
    told = ", ".join(
        f"{number} {language.word('verdict', verdict)}"
        for verdict, number in view.verdicts.items()
        if number
    )
    return language.text("line.hosts", hosts=len(view.hosts), told=told)
