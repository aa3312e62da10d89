# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two small farms for each rule of the diagnosis: one where it has to fire, one where it must not.

The second one is a near miss: it looks like the first one and is fine, or cannot be judged. The
cases know nothing of the rules but their ids; ``Case.shows`` tells by the farm's own truth whether
the trouble is there, so that a test of the farm can prove each pair without the collection.
"""

from __future__ import annotations

from . import cals, care, farm_wide, grace, reach, servers, settings
from .case import Case, Hosts, Kind, named

__all__ = ["CASES", "Case", "Kind", "firing", "quiet", "together"]

CASES: dict[str, Case] = {
    case.rule: case
    for group in (grace, settings, reach, cals, servers, care, farm_wide)
    for case in group.CASES
}


def firing(rule: str, prefix: str = "") -> dict[str, Hosts]:
    """A scenario in which the rule has to fire."""
    return {"hosts": named(CASES[rule].firing, prefix)}


def quiet(rule: str, prefix: str = "") -> dict[str, Hosts]:
    """A scenario in which it must not."""
    return {"hosts": named(CASES[rule].quiet, prefix)}


def together(kind: Kind) -> tuple[dict[str, Hosts], dict[str, str]]:
    """All cases of a kind in one scenario, and the host that each rule is about.

    Left out are those that need a farm of their own, since they are about all hosts.
    """
    hosts: dict[str, dict[str, object]] = {}
    about: dict[str, str] = {}
    for number, case in enumerate(CASES.values()):
        if case.alone:
            continue
        prefix = f"{kind[0]}{number:02}"
        hosts |= named(case.firing if kind == "firing" else case.quiet, prefix)
        about[case.rule] = prefix + case.on
    return {"hosts": hosts}, about
