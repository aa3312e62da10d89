# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Diagnoses of all hosts to the farm view."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from .._evidence.evidence import Evidence
from .._licensing.diagnosis.catalogue import ALL_RULES
from .._reporting.diagnoses import Attempt, DiagnosisReader
from .._reporting.farm import FarmView, RuleAbout
from .._reporting.language import Language


def farm_view(evidence: Evidence, attempts: Mapping[str, Attempt], language: Language) -> FarmView:
    """The farm view.

    :param attempts: hosts that this run could not diagnose.
    """
    given = evidence.given
    reader = DiagnosisReader(language, given.now, timedelta(hours=given.max_fact_age))
    # A license server that told its CALs is known, even where nobody diagnoses license servers.
    silent = [name for name in given.license_servers if name not in given.facts]
    expected = dict.fromkeys([*given.session_hosts, *silent])
    texts = reader.texts
    return FarmView(
        hosts=reader.hosts(expected, evidence.diagnoses, attempts),
        findings=tuple((name, reader.finding(each)) for name, each in evidence.farm_findings),
        rules=tuple(
            RuleAbout(rule.id, str(rule.scope), texts.template(rule.id).title) for rule in ALL_RULES
        ),
    )
