# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builders of diagnoses as the module returns them, and of reports with all views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._audit.audit_view import (
    audit_view,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._audit.change_log import (
    PackChanges,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._audit.farm_view import (
    farm_view,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.evidence import (
    Given,
    make_evidence,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.pack_name import (
    PackName,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.state import (
    Change,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis import (
    catalogue,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.diagnoses import (
    Attempt,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.farm import (
    DiagnosisState,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.report import (
    Report,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._texts.rule_texts import (
    rule_texts,
)
from unit.reporting.inventories import COLLECTED, NOW, Facts, facts, pack, report

EVIDENCE: dict[str, dict[str, Any]] = {
    "mode_not_configured": {"mode": "not_configured", "source": "none"},
    "lives_by_grace": {"days": 12, "ends": "2026-12-03T09:12:00Z"},
    "grace_over": {"event": 1128, "last": "2026-11-21T08:00:00Z", "log": "System", "n": 3},
}
REASONS: dict[str, dict[str, Any]] = {
    "licensed": {"mode": "per_user", "servers": "ls1.example.com"},
    "grace": {"days": 12, "problem": "mode_not_configured"},
    "expired_logged": {"event": 1128, "last": "2026-11-21T08:00:00Z"},
}


def finding(rule: str, **values: Any) -> Facts:
    """A finding as the diagnosis tells it; its English words are those of the catalog."""
    evidence = values.pop("evidence", EVIDENCE.get(rule, {}))
    severity = str(catalogue.BY_ID[rule].severity) if rule in catalogue.BY_ID else "warning"
    words = {"title": f"The title of {rule}", "cause": "A cause.", "remedy": "A remedy."}
    if rule in EVIDENCE:
        said = rule_texts("en").of(rule, evidence)
        words = {"title": said.title, "cause": said.cause, "remedy": said.remedy}
    told = {"id": rule, "severity": severity, **words, "evidence": evidence}
    return {**told, "fix": None, "about": None, **values}


def diagnosis(verdict: str = "licensed", *findings: Facts, **values: Any) -> Facts:
    """The facts rds_diagnosis of a session host."""
    code = {"grace": "grace", "expired": "expired_logged"}.get(verdict, "licensed")
    reason = {"code": code, **REASONS[code]}
    told = {
        "verdict": verdict,
        "why": rule_texts("en").verdict(code, REASONS[code]),
        "reason": reason,
        "stops_on": "2026-12-03T09:12:00Z" if verdict == "grace" else None,
        "roles": ["session_host"],
        "findings": list(findings),
        "unknown": [],
        "session_host": {
            "mode": "per_user",
            "mode_source": "policy",
            "servers": ["ls1.example.com"],
            "servers_source": "policy",
            "grace_days": 12 if verdict == "grace" else 0,
            "version": "2022",
            "build": "20348",
        },
        "license_server": None,
        "policy": None,
        "collected_at": COLLECTED,
    }
    return {**told, **values}


def server_diagnosis(**values: Any) -> Facts:
    """That of a license server."""
    about = {"activated": True, "license_server_id": "A" * 35}
    told = {"roles": ["license_server"], "session_host": None, "license_server": about}
    return diagnosis("not_applicable", **{**told, "reason": {"code": "license_server"}, **values})


def mixed_farm() -> dict[str, Facts]:
    """A host of each kind."""
    return {
        "sh1": diagnosis(
            "grace", finding("mode_not_configured", fix="policy_mode"), finding("lives_by_grace")
        ),
        "sh2": diagnosis("expired", finding("grace_over")),
        "sh3": diagnosis(),
        "sh4": diagnosis(),
        "sh5": diagnosis("licensed", finding("nla_off", evidence={})),
        "sh6": diagnosis(
            "unknown", unknown=[{"signal": "admin events", "why": "PowerShell is refused"}]
        ),
        "ls1.example.com": server_diagnosis(),
    }


def given(diagnoses: Mapping[str, Any], **values: Any) -> Given:
    """What the views are made from, with one license server."""
    cal = facts(pack(3, total=100, issued=60), pack(4, total=10, issued=0, type="per_device"))
    hosts = [name for name in diagnoses if not name.startswith("ls")]
    return Given(
        **{
            "facts": {"ls1.example.com": cal},
            "diagnoses": diagnoses,
            "license_servers": ["ls1.example.com"],
            "session_hosts": [*hosts, "sh7", "sh8"],
            "now": NOW,
            **values,
        }
    )


ATTEMPTS = {"sh8": Attempt(DiagnosisState.UNREACHABLE, "no connection: it timed out")}
CHANGES = (
    Change("session_host", "sh1", "mode", "per_user", "not_configured"),
    Change("session_host", "sh1", "servers", ["ls1", "ls2"], []),
    Change("license_server", "ls1.example.com", "activated", False, True),
    Change(
        "key_pack",
        "ls1.example.com",
        "key pack 3",
        None,
        {"version": "2022", "type": "per_user", "suite": "rds", "program": "open", "total": 100},
    ),
    Change("key_pack", "ls1.example.com", "packs", "not known", "known"),
)
LOG = PackChanges(PackName("licensing_evidence", 3, NOW), CHANGES)


def viewed(
    diagnoses: Mapping[str, Any] | None = None,
    language: str = "en",
    fail_at: str = "error",
    attempts: Mapping[str, Attempt] | None = None,
    log: PackChanges | None = LOG,
    **values: Any,
) -> Report:
    """A report with all views."""
    source = given(mixed_farm() if diagnoses is None else diagnoses, **values)
    evidence = make_evidence(source)
    plain = report(dict(source.facts), hosts=list(source.license_servers), language=language)
    tried = ATTEMPTS if attempts is None else attempts
    return replace(
        plain,
        farm=farm_view(evidence, tried, plain.language),
        audit=audit_view(evidence, log, plain.language),
        fail_at=fail_at,
    )


def many_hosts(number: int = 2000) -> dict[str, Facts]:
    """Two thousand hosts, a third of them in trouble, of many kinds."""
    found: dict[str, Facts] = {"ls1.example.com": server_diagnosis()}
    for each in range(number):
        name = f"rdsh{each:04}.farm{each % 7}.example.com"
        days = each % 117 + 1
        if each % 3:
            found[name] = diagnosis()
            continue
        grace = finding(
            "lives_by_grace",
            evidence={"days": days, "ends": f"2027-01-{each % 28 + 1:02}T00:00:00Z"},
        )
        found[name] = diagnosis(
            "grace",
            finding("mode_not_configured", fix="policy_mode"),
            grace,
            reason={"code": "grace", "days": days, "problem": "mode_not_configured"},
            stops_on=f"2027-01-{each % 28 + 1:02}T00:00:00Z",
        )
    return found
