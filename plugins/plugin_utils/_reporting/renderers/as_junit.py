# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JUnit XML: one suite per rule, one test per host, so that a pipeline shows red where it hurts.

Problems, warnings and unknowns fail; notes pass. A rule that cannot be checked for want of facts is
skipped, and says so.
"""

from __future__ import annotations

from collections import defaultdict

from ..model import HOST_RULES, SERVER_RULES, Finding, Rule, Severity
from ..report import Report
from .judgment import plain
from .xml_text import attribute, element

NEEDS_NO_FACTS = (Rule.FACTS_PRESENT, Rule.FACTS_READABLE)


def render(report: Report) -> str:
    """The findings as tests."""
    inventory = report.inventory
    found: dict[tuple[Rule, str], list[Finding]] = defaultdict(list)
    for finding in inventory.findings:
        found[finding.rule, finding.subject].append(finding)
    suites: list[str] = []
    totals = [0, 0, 0]
    for rule in SERVER_RULES + HOST_RULES:
        cases: list[str] = []
        numbers = [0, 0, 0]
        if rule in SERVER_RULES:
            subjects = [
                (each.name, each.counted or bool(each.same_as)) for each in inventory.servers
            ]
        else:
            subjects = [(each.name, True) for each in inventory.session_hosts]
        for name, known in subjects:
            findings = found[rule, name]
            skipped = not known and rule not in NEEDS_NO_FACTS and not findings
            failed = any(each.severity is not Severity.INFO for each in findings)
            for index, counts in enumerate((True, failed, skipped)):
                numbers[index] += counts
            cases += _case(report, rule, name, findings, skipped=skipped)
        if cases:
            suites += [f"  <testsuite {_numbers(rule.value, numbers)}>", *cases, "  </testsuite>"]
        totals = [one + other for one, other in zip(totals, numbers, strict=True)]
    head = f"<testsuites {_numbers(report.heading, totals)}>"
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>"]
    return "\n".join(lines) + "\n"


def _numbers(name: str, numbers: list[int]) -> str:
    tests, failures, skipped = numbers
    counts = f'tests="{tests}" failures="{failures}" errors="0" skipped="{skipped}"'
    return f"{attribute('name', name)} {counts}"


def _case(
    report: Report, rule: Rule, name: str, findings: list[Finding], *, skipped: bool
) -> list[str]:
    language = report.language
    head = f"    <testcase {attribute('classname', rule.value)} {attribute('name', name)}"
    if skipped:
        why = attribute("message", language.text("line.no_facts"))
        return [f"{head}>", f"      <skipped {why}/>", "    </testcase>"]
    failures = [each for each in findings if each.severity is not Severity.INFO]
    notes = [each for each in findings if each.severity is Severity.INFO]
    if not findings:
        return [f"{head}/>"]
    lines = [f"{head}>"]
    if failures:
        texts = [plain(language.finding(each)) for each in failures]
        kind = attribute("type", failures[0].severity.value)
        message = attribute("message", texts[0])
        lines.append(f"      {element('failure', chr(10).join(texts), kind, message)}")
    lines += [f"      {element('system-out', plain(language.finding(note)))}" for note in notes]
    return [*lines, "    </testcase>"]
