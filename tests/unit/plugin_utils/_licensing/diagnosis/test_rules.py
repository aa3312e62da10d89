# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every rule: an observation on which it fires, one on which it must not, its words."""

from __future__ import annotations

import string
from dataclasses import replace

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis import (
    catalogue,
    farm_rules,
    findings,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.findings import (
    Finding,
    Fix,
    Severity,
    judge,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.hardening_rules import (
    is_patched,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.observations import (
    Observed,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.session_hosts.modes import (
    LicensingMode,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._texts.rule_texts import (
    LANGUAGES,
    rule_texts,
)
from unit.plugin_utils.diagnosis_cases import (
    CASES,
    HOST,
    NOW,
    SERVER,
    policy,
    settings,
)
from unit.plugin_utils.diagnosis_farm_cases import FARM_CASES


def found(observed: Observed) -> dict[str, Finding]:
    return {each.rule.id: each for each in judge(observed, catalogue.HOST_RULES)}


def found_in_farm(hosts: dict[str, farm_rules.FarmHost]) -> dict[str, Finding]:
    return {finding.rule.id: finding for dummy, finding in farm_rules.judge_farm(hosts)}


def parameters(text: str) -> list[str]:
    return [each[1] for each in string.Formatter().parse(text) if each[1] is not None]


def firing(rule: str) -> Finding:
    if rule in CASES:
        return found(CASES[rule].fires)[rule]
    return found_in_farm(FARM_CASES[rule].fires)[rule]


def test_every_rule_has_both_cases_and_no_case_is_of_no_rule() -> None:
    assert {rule.id for rule in catalogue.HOST_RULES} == set(CASES)
    assert {rule.id for rule in farm_rules.RULES} == set(FARM_CASES)
    assert len(catalogue.ALL_RULES) == len(catalogue.BY_ID)


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_fires(rule: str) -> None:
    assert rule in found(CASES[rule].fires)


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_does_not_fire(rule: str) -> None:
    assert rule not in found(CASES[rule].quiet)


@pytest.mark.parametrize("rule", FARM_CASES)
def test_a_rule_over_the_farm(rule: str) -> None:
    assert rule in found_in_farm(FARM_CASES[rule].fires)
    assert rule not in found_in_farm(FARM_CASES[rule].quiet)


@pytest.mark.parametrize("observed", [HOST, SERVER], ids=["session host", "license server"])
def test_nothing_is_found_where_nothing_is_wrong(observed: Observed) -> None:
    assert found(observed) == {}


def test_nothing_is_found_where_nothing_is_known() -> None:
    assert found(Observed(host="sh1", now=NOW)) == {}
    assert found(Observed(host="sh1", now=NOW, session_host=True)) == {}


@pytest.mark.parametrize("rule", [each.id for each in catalogue.ALL_RULES])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_a_rule_take_their_parameters_from_its_evidence(
    rule: str, language: str
) -> None:
    texts = rule_texts(language)
    said = firing(rule).as_dict(texts)
    template = texts.template(rule)
    fields = {
        name
        for text in (template.title, template.cause, template.remedy)
        for name in parameters(text)
    }
    assert fields <= set(said["evidence"])
    assert said["title"]
    assert said["cause"]
    assert said["remedy"]
    assert "{" not in said["title"] + said["cause"] + said["remedy"]
    assert all(not isinstance(each, (dict, list)) for each in said["evidence"].values())


def test_both_languages_say_the_same_things() -> None:
    english, french = (rule_texts(each) for each in LANGUAGES)
    assert set(english._rules) == set(french._rules) == set(catalogue.BY_ID)
    assert set(english._verdicts) == set(french._verdicts)
    for rule in catalogue.BY_ID:
        pair = [
            sorted(
                name
                for text in (each.template(rule).title, each.template(rule).cause)
                for name in parameters(text)
            )
            for each in (english, french)
        ]
        assert pair[0] == pair[1], rule


@pytest.mark.parametrize("rule", CASES)
def test_only_fixes_that_a_rule_names_are_offered(rule: str) -> None:
    finding = found(CASES[rule].fires)[rule]
    if finding.rule.fixes:
        assert finding.hit.fix in finding.rule.fixes
    else:
        assert finding.hit.fix is None


@pytest.mark.parametrize(
    ("rule", "value"), [("mode_differs", "LicensingMode"), ("servers_differ", "LicenseServers")]
)
def test_no_policy_value_is_offered_as_a_fix_that_a_gpo_puts_back(rule: str, value: str) -> None:
    fires = CASES[rule].fires
    assert found(fires)[rule].hit.fix is not None
    ruled = replace(fires, policy=policy(gpos={value: ("RDS",)}))
    assert found(ruled)[rule].hit.fix is None
    assert found(ruled)[rule].hit.evidence["gpo"] == "RDS"


def test_the_worst_comes_first() -> None:
    worst = replace(
        settings(servers=(), mode=LicensingMode.NOT_CONFIGURED, stray_subkeys=("LicenseServers",)),
        nla=False,
    )
    severities = [each.rule.severity for each in judge(worst, catalogue.HOST_RULES)]
    assert severities == sorted(severities, key=lambda each: each.rank)
    assert severities[0] is Severity.CRITICAL
    assert severities[-1] is Severity.NOTE


def test_every_row_of_the_troubleshooting_tables_is_answered() -> None:
    answered = {row for rule in catalogue.ALL_RULES for row in rule.rows}
    assert answered == set(catalogue.TROUBLESHOOTING) == {f"R{at}" for at in range(1, 14)}


def test_every_rule_says_what_it_reads_and_where_it_is_documented() -> None:
    for rule in catalogue.ALL_RULES:
        assert rule.reads
        assert rule.source
        assert rule.id == rule.id.lower()
        assert rule.id.replace("_", "").isalpha()


@pytest.mark.parametrize(
    ("build", "revision", "patched"),
    [
        (14393, 7158, False),
        (14393, 7159, True),
        (17763, 6053, False),
        (17763, 6054, True),
        (20348, 2581, False),
        (20348, 2582, True),
        (25398, 1008, False),
        (25398, 1009, True),
        (26100, 1, True),
        (26100, None, True),
        (9600, 22000, None),
        (20348, None, None),
        (None, 5, None),
    ],
)
def test_the_patch_state(build: int | None, revision: int | None, patched: bool | None) -> None:
    assert is_patched(build, revision) is patched


def test_fixes_are_what_the_collection_can_do() -> None:
    assert {str(each) for each in Fix} == {
        "policy_mode",
        "policy_servers",
        "stray_subkeys",
        "start_service",
    }
    assert findings.stamp(NOW) == "2026-11-21T12:00:00Z"


def test_a_farm_of_broken_facts_says_nothing() -> None:
    broken = {
        "a": farm_rules.FarmHost("a", {"session_host": 3, "license_server": "x"}, {"packs": {}}),
        "b": farm_rules.FarmHost("b", {}, {"packs": [None, {"issued": True}, {"issued": "5"}]}),
    }
    assert found_in_farm(broken) == {}


@pytest.mark.parametrize(
    ("language", "days", "title"),
    [
        ("en", 1, "The grace period ends in 1 day"),
        ("en", 12, "The grace period ends in 12 days"),
        ("en", 0, "The grace period ends in 0 days"),
        ("fr", 0, "La période de grâce se termine dans 0 jour"),
        ("fr", 1, "La période de grâce se termine dans 1 jour"),
        ("fr", 12, "La période de grâce se termine dans 12 jours"),
        ("en", None, "The grace period ends in unknown days"),
    ],
)
def test_nouns_follow_their_numbers(language: str, days: int | None, title: str) -> None:
    evidence = {"days": days, "ends": "2026-12-03T09:12:00Z"}
    assert rule_texts(language).of("grace_ends_soon", evidence).title == title


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_leaves_the_number_open(language: str) -> None:
    texts = rule_texts(language)
    for rule in catalogue.BY_ID:
        words = texts.template(rule)
        for text in (words.title, words.cause, words.remedy):
            assert "(s)" not in text
            assert "|" not in text
    assert not any("(s)" in text for text in texts._verdicts.values())


def test_not_known_and_none_are_two_things() -> None:
    texts = rule_texts("en")
    evidence = {"n": 3, "expiring": None}
    assert "within 30 days: unknown." in texts.of("temporary_cals", evidence).cause
    ruled = CASES["mode_differs"].fires
    assert "delivers it: none." in found(ruled)["mode_differs"].as_dict(texts)["cause"]
    untold = replace(ruled, policy=policy(gpos=None))
    assert "delivers it: unknown." in found(untold)["mode_differs"].as_dict(texts)["cause"]
