# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JUnit: one test suite per rule, one test per host.

Findings at or above ``fail_at`` of the report fail, the others are notes; in a report of the CALs
alone everything but notes fails. A rule that cannot be checked for want of facts is skipped, and
says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ..farm import DIAGNOSIS_OLD, NOT_DIAGNOSED, FarmView, HostFinding, reaches
from ..model import HOST_RULES, SERVER_RULES, Finding, Rule, StockKey
from ..report import Report
from .judgment import plain
from .junit_cases import JunitCase, document

NEEDS_NO_FACTS = (Rule.FACTS_PRESENT, Rule.FACTS_READABLE)
_WHOLE = "all hosts"
_OWN = (NOT_DIAGNOSED, DIAGNOSIS_OLD)


def render(report: Report) -> str:
    """The findings as tests."""
    suites = [*_inventory(report)]
    if report.farm is not None:
        suites += _farm(report.farm, report)
    if report.audit is not None:
        suites.append(("account", _account(report)))
    return document(report.heading, suites)


def _inventory(report: Report) -> Iterator[tuple[str, list[JunitCase]]]:
    inventory = report.inventory
    found: dict[tuple[Rule, str], list[Finding]] = defaultdict(list)
    for finding in inventory.findings:
        found[finding.rule, finding.subject].append(finding)
    servers = [(each.name, each.counted or bool(each.same_as)) for each in inventory.servers]
    hosts = [(each.name, True) for each in inventory.session_hosts]
    for rule in SERVER_RULES + HOST_RULES:
        subjects = servers if rule in SERVER_RULES else hosts
        yield (
            rule.value,
            [_case(report, rule, name, found[rule, name], known=known) for name, known in subjects],
        )


def _case(
    report: Report, rule: Rule, name: str, findings: list[Finding], *, known: bool
) -> JunitCase:
    language = report.language
    if not known and rule not in NEEDS_NO_FACTS and not findings:
        return JunitCase(rule.value, name, skipped=language.text("line.no_facts"))
    failures = [each for each in findings if report.fails(each.severity)]
    return JunitCase(
        rule.value,
        name,
        failures=[language.finding(each) for each in failures],
        kind=failures[0].severity.value if failures else "",
        notes=[language.finding(each) for each in findings if each not in failures],
    )


def _farm(view: FarmView, report: Report) -> Iterator[tuple[str, list[JunitCase]]]:
    """A suite per rule, with a test for each host that the rule is about."""
    found: dict[tuple[str, str], list[HostFinding]] = defaultdict(list)
    for name, finding in view.everything():
        found[finding.id, name].append(finding)
    told = [host for host in view.hosts if host.state.known]
    for own in _OWN:
        names = [host.name for host in view.hosts]
        yield own, [_judged(own, name, found.pop((own, name), []), report) for name in names]
    yield (
        "signals",
        [_signals(host.name, [each.signal for each in host.unknown], report) for host in told],
    )
    for rule in view.rules:
        names = [host.name for host in told if rule.scope in host.roles]
        # Of other hosts, or of names that are no host: what was found is told all the same.
        more = [name for rule_id, name in found if rule_id == rule.id and name not in set(names)]
        if rule.scope == "farm" and not more:
            more = [_WHOLE]
        yield (
            rule.id,
            [
                _judged(rule.id, name, found.pop((rule.id, name), []), report)
                for name in [*names, *more]
            ],
        )
    yield (
        "other_rules",
        [_judged(rule_id, name, findings, report) for (rule_id, name), findings in found.items()],
    )


def _judged(rule: str, name: str, findings: list[HostFinding], report: Report) -> JunitCase:
    failures = [each for each in findings if reaches(each.severity, report.fail_at)]
    return JunitCase(
        rule,
        name,
        failures=[_said(each) for each in failures],
        kind=failures[0].severity if failures else "",
        notes=[_said(each) for each in findings if each not in failures],
    )


def _said(finding: HostFinding) -> str:
    return f"{finding.title}: {finding.cause} {finding.remedy}"


def _signals(name: str, signals: list[str], report: Report) -> JunitCase:
    """What could not be read makes no rule fire: the test of it says that it was not made."""
    if not signals:
        return JunitCase("signals", name)
    why = report.language.text("line.signals", signals=", ".join(signals))
    return JunitCase("signals", name, skipped=why)


def _account(report: Report) -> list[JunitCase]:
    """A test per kind of CAL, and one for the purchases."""
    if report.audit is None:
        return []
    language = report.language
    names: dict[StockKey | None, str] = {None: language.text("audit.purchases_about")}
    names |= {line.key: language.stock(line.key) for line in report.audit.lines}
    for each in report.audit.findings:
        if each.key is not None and each.key not in names:
            names[each.key] = language.stock(each.key)
    cases = []
    for key, name in names.items():
        about = [each for each in report.audit.findings if each.key == key]
        failures = [each for each in about if reaches(each.severity, report.fail_at)]
        cases.append(
            JunitCase(
                "account",
                plain(name),
                failures=[each.text for each in failures],
                kind=failures[0].severity if failures else "",
                notes=[each.text for each in about if each not in failures],
            )
        )
    return cases
