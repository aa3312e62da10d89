# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that a pack says, made from facts; and whether it is news."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from .._licensing.compliance.account import Reconciliation
from .._licensing.compliance.authorized_users import AuthorizedUsers
from .._licensing.compliance.entitlements import Entitlement
from .._licensing.compliance.farm import Farm
from .._licensing.compliance.farm_matrix import FarmMatrix, farm_matrix
from .._licensing.compliance.reconciliation import reconcile
from .._licensing.diagnosis.farm_rules import FarmHost, judge_farm
from .._reporting.history import digest_of
from .._reporting.report import Report
from .._reporting.request import Request
from .._texts.rule_texts import rule_texts
from .farm_reading import farm_of
from .gathering import plain
from .purchase_documents import PurchaseDocument, document_findings
from .state import state_of


@dataclass(frozen=True, slots=True)
class Given:
    """What a pack is made from.

    :param facts: ``rds_cal`` by license server.
    :param diagnoses: ``rds_diagnosis`` by host.
    :param license_servers, session_hosts: those that should be there.
    :param entitlements: ``None`` where no list was given.
    :param documents: their documents as they were found.
    """

    facts: Mapping[str, Any]
    diagnoses: Mapping[str, Any]
    license_servers: Sequence[str]
    session_hosts: Sequence[str]
    now: datetime
    entitlements: tuple[Entitlement, ...] | None = None
    documents: tuple[PurchaseDocument, ...] = ()
    authorized: AuthorizedUsers | None = None
    max_fact_age: float = 48.0
    title: str = ""


@dataclass(frozen=True)
class Evidence:
    """What was found, ready to be written."""

    given: Given
    report: Report
    farm: Farm
    matrix: FarmMatrix
    reconciliation: Reconciliation
    diagnoses: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def state(self) -> dict[str, Any]:
        """What the next pack is compared with."""
        return state_of(self.farm, self.diagnoses, self.given.entitlements)

    @cached_property
    def digest(self) -> str:
        """A digest of what was found, whenever it was collected.

        Events and days of grace are not in it: they move by themselves. Verdicts and findings are.
        """
        verdicts = {name: sorted(_ids(each)) for name, each in self.diagnoses.items()}
        return digest_of(
            {
                "cals": self.report.digest,
                "state": self.state,
                "matrix": self.matrix.as_dict(),
                "reconciliation": self.reconciliation.as_dict(),
                "findings": verdicts,
                "farm_findings": [(name, each["id"]) for name, each in self.farm_findings],
                "documents": [each.as_dict() for each in self.given.documents],
            }
        )

    @cached_property
    def farm_findings(self) -> list[tuple[str, dict[str, Any]]]:
        """What shows only when all hosts lie side by side, with the host that it is about."""
        facts = self.given.facts
        hosts = {}
        for name in sorted({*self.diagnoses, *facts}):
            cal = plain(facts.get(name))
            hosts[name] = FarmHost(
                name, self.diagnoses.get(name, {}), cal if isinstance(cal, Mapping) else {}
            )
        texts = rule_texts("en")
        return [(name, each.as_dict(texts)) for name, each in judge_farm(hosts)]

    @property
    def unknown(self) -> list[dict[str, str]]:
        """What is not known, and why, of the whole farm."""
        found = [{"host": "", **each.as_dict()} for each in self.reconciliation.unknown]
        for host in self.farm.hosts:
            if host.name not in self.diagnoses:
                why = "There is no diagnosis of this session host."
                found.append({"host": host.name, "signal": "no_diagnosis", "why": why})
        for name, diagnosis in sorted(self.diagnoses.items()):
            for each in _rows(diagnosis, "unknown"):
                signal, why = str(each.get("signal") or ""), str(each.get("why") or "")
                found.append({"host": name, "signal": signal, "why": why})
        return found


def make_evidence(given: Given) -> Evidence:
    """Make it.

    :raises BadRequest: facts or options make no sense.
    """
    diagnoses = {
        name: plain(raw) for name, raw in given.diagnoses.items() if isinstance(raw, Mapping)
    }
    settings = {
        name: {
            "mode": about.get("mode"),
            "servers": about.get("servers"),
            "source": about.get("mode_source"),
        }
        for name, raw in diagnoses.items()
        if isinstance(about := raw.get("session_host"), Mapping)
    }
    report, dummy = Request(
        facts=given.facts,
        now=given.now,
        hosts=given.license_servers,
        session_hosts=settings,
        max_fact_age=given.max_fact_age,
        title=given.title,
    ).report()
    farm = farm_of(report.inventory, given.facts, diagnoses, given.session_hosts)
    reconciliation = reconcile(
        farm,
        given.entitlements,
        given.authorized,
        given.now.date(),
        document_findings(given.documents),
    )
    return Evidence(given, report, farm, farm_matrix(farm), reconciliation, diagnoses)


def findings_of(diagnosis: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The findings of one diagnosis."""
    yield from _rows(diagnosis, "findings")


def _rows(diagnosis: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    rows = diagnosis.get(name)
    for each in rows if isinstance(rows, list) else ():
        if isinstance(each, Mapping):
            yield each


def _ids(diagnosis: Mapping[str, Any]) -> Iterator[str]:
    yield f"verdict {diagnosis.get('verdict')}"
    for each in findings_of(diagnosis):
        yield f"{each.get('id')} {each.get('severity')} {each.get('about')}"
