# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of a scenario that is about Windows features."""

from __future__ import annotations

from .model.features import FEATURES, FeaturePlan
from .scenario_section import Section


def read_features(section: Section) -> FeaturePlan:
    """The host's section ``features``."""
    section.known("installed", "removed", "restart", "failures", "cache", "pending")
    names = tuple(FEATURES)
    failures = section.section("failures")
    failures.known(*names)
    return FeaturePlan(
        section.choices("installed", names, ()),
        section.choices("removed", names, ()),
        section.choices("restart", names, ()),
        {name: failures.text(name) for name in failures.mapping()},
        section.flag("cache", default=True),
        section.choices("pending", ("servicing", "file_rename"), ()),
    )
