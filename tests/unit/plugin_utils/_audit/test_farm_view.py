# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The farm view: every host with its verdict, the words of the diagnosis, and nothing dropped."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._audit.attempts import (
    attempts_of,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import Trouble
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.purchase_documents import (
    DocumentState,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance.account import (
    LineState,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance.farm_matrix import (
    FindsCal,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis import (
    collecting,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.findings import (
    Severity,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.verdict import (
    Word,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.diagnoses import (
    Attempt,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.farm import (
    SEVERITIES,
    DiagnosisState,
    Host,
    Verdict,
    reaches,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.language import (
    LANGUAGES,
    Language,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.report import (
    Report,
)
from unit.plugin_utils._audit.farm_builders import (
    diagnosis,
    finding,
    mixed_farm,
    server_diagnosis,
    viewed,
)
from unit.reporting.inventories import HOSTILE, NOW

TOLD_WITH_ADVICE = {
    "msg": "f: TLS failed. What to do: trust the issuer. Done before that: a step.",
    "advice": "trust the issuer",
}


def host(made: Report, name: str) -> Host:
    """One host of a report."""
    assert made.farm is not None
    return next(each for each in made.farm.hosts if each.name == name)


def test_the_words_are_those_of_the_diagnosis() -> None:
    assert {each.value for each in Verdict} == {each.value for each in Word}
    assert tuple(Severity) == SEVERITIES


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_member_of_a_closed_set_has_its_word(code: str) -> None:
    language = Language(code)
    for group, members in {
        "account": LineState,
        "finds": FindsCal,
        "document": DocumentState,
    }.items():
        for each in members:
            assert language.text(f"{group}.{each}")


def test_hosts_in_trouble_come_first_and_none_is_dropped() -> None:
    made = viewed()
    assert made.farm is not None
    assert [(each.name, each.verdict.value) for each in made.farm.hosts] == [
        ("sh2", "expired"),
        ("sh1", "grace"),
        ("sh7", "unknown"),
        ("sh8", "unknown"),
        ("sh6", "unknown"),
        ("sh5", "licensed"),
        ("sh3", "licensed"),
        ("sh4", "licensed"),
        ("ls1.example.com", "not_applicable"),
    ]
    assert made.farm.verdicts[Verdict.UNKNOWN] == 3
    assert made.farm.worst is Verdict.EXPIRED


def test_a_host_without_a_diagnosis_is_unknown_and_says_why() -> None:
    found = host(viewed(), "sh7")
    assert (found.verdict, found.state) == (Verdict.UNKNOWN, DiagnosisState.MISSING)
    assert [(each.id, each.severity) for each in found.findings] == [("not_diagnosed", "error")]
    assert "Diagnose it" in found.findings[0].remedy


def test_a_host_that_this_run_did_not_reach_is_so_whatever_the_cache_says() -> None:
    farm = mixed_farm() | {"sh8": diagnosis()}
    found = host(viewed(farm), "sh8")
    assert (found.verdict, found.state) == (Verdict.UNKNOWN, DiagnosisState.UNREACHABLE)
    assert "timed out" in found.findings[0].cause
    assert "Licensed" in found.why, "what the diagnosis before said"
    assert "21" in found.why


@pytest.mark.parametrize(
    "raw", ["text", 5, [], {"verdict": "splendid"}, {"verdict": None}, {"findings": []}]
)
def test_a_diagnosis_that_cannot_be_read_is_unknown(raw: Any) -> None:
    found = host(viewed({"sh1": raw}), "sh1")
    assert found.verdict is Verdict.UNKNOWN
    assert not found.state.known
    assert found.findings[0].id == "not_diagnosed"


@pytest.mark.parametrize(
    ("collected_at", "state"),
    [
        ((NOW - timedelta(hours=47)).isoformat(), DiagnosisState.CURRENT),
        ((NOW - timedelta(hours=49)).isoformat(), DiagnosisState.OLD),
        ((NOW + timedelta(hours=1)).isoformat(), DiagnosisState.OLD),
        ("yesterday", DiagnosisState.OLD),
        (None, DiagnosisState.OLD),
    ],
)
def test_an_old_diagnosis_counts_and_says_that_it_is_old(
    collected_at: str | None, state: DiagnosisState
) -> None:
    found = host(viewed({"sh1": diagnosis(collected_at=collected_at)}), "sh1")
    assert (found.verdict, found.state) == (Verdict.LICENSED, state)
    ids = [each.id for each in found.findings]
    assert ids == ([] if state is DiagnosisState.CURRENT else ["diagnosis_old"])


def test_half_a_diagnosis_is_read_as_far_as_it_goes() -> None:
    raw = {
        "verdict": "grace",
        "findings": ["x", {"id": "y"}, None, {"severity": "bad", "title": 5, "evidence": []}],
        "unknown": [1, {"signal": "events"}],
        "session_host": {"servers": "ls1", "grace_days": "many"},
        "reason": {"code": "grace"},
        "why": "Its own words.",
        "stops_on": "soon",
        "collected_at": NOW.isoformat(),
    }
    found = host(viewed({"sh1": raw}), "sh1")
    assert (found.why, found.stops_on, found.servers) == ("Its own words.", None, None)
    assert [(each.id, each.severity) for each in found.findings] == [
        ("y", "warning"),
        ("unknown", "warning"),
    ]
    assert [each.signal for each in found.unknown] == ["events"]
    assert found.grace_days is None


def test_french_comes_from_the_catalog_and_an_unknown_rule_keeps_its_words() -> None:
    told = {"title": "New rule", "cause": "New cause.", "remedy": "New remedy."}
    raw = diagnosis("grace", finding("mode_not_configured"), finding("a_rule_to_come", **told))
    found = host(viewed({"sh1": raw}, language="fr"), "sh1")
    known, later = found.findings
    assert "mode de licence" in known.title.lower()
    assert (later.title, later.cause, later.remedy) == tuple(told.values())
    assert "grâce" in found.why
    assert "'" not in found.why + known.title + known.cause


def test_times_are_written_for_readers_and_kept_for_machines() -> None:
    found = host(viewed(), "sh2")
    assert "T08:00:00Z" not in found.why + found.findings[0].cause
    assert "21" in found.findings[0].cause
    assert found.findings[0].evidence["last"] == "2026-11-21T08:00:00Z"


def test_another_time_of_the_day_is_no_news_and_another_day_of_grace_is() -> None:
    def made(when: str, days: int) -> Report:
        ends = finding("lives_by_grace", evidence={"days": days, "ends": when})
        reason = {"code": "grace", "days": days, "problem": "mode_not_configured"}
        raw = diagnosis("grace", ends, stops_on=when, collected_at=when, reason=reason)
        return viewed({"sh1": raw}).without_times()

    first = made("2026-11-21T08:00:00Z", 12)
    assert made("2026-11-21T09:30:00Z", 12).farm == first.farm
    assert made("2026-11-21T08:00:00Z", 11).farm != first.farm


def test_the_order_does_not_hang_on_the_time_of_the_day() -> None:
    late = diagnosis("grace", stops_on="2026-12-03T10:00:00Z")
    early = diagnosis("grace", stops_on="2026-12-03T09:00:00Z")
    made = viewed({"a": late, "b": early})
    assert made.farm is not None
    assert [each.name for each in made.farm.hosts][:2] == ["a", "b"]


def test_the_digest_is_the_same_in_every_language_and_tells_verdicts_apart() -> None:
    assert viewed(language="en").digest == viewed(language="fr").digest
    other = mixed_farm() | {"sh3": diagnosis("expired", finding("grace_over"))}
    assert viewed(other).digest != viewed().digest
    assert replace(viewed(), farm=None, audit=None).digest != viewed().digest


def test_what_shows_over_all_hosts_stands_beside_them() -> None:
    twin = {"activated": True, "license_server_id": "A" * 35}
    system = {"name": "LS9"}
    farm = mixed_farm() | {"ls9": server_diagnosis(license_server=twin, system=system)}
    made = viewed(farm)
    assert made.farm is not None
    ids = {(name, each.id) for name, each in made.farm.findings}
    assert {("ls1.example.com", "same_license_server_id"), ("ls9", "same_license_server_id")} <= ids


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_cleaned(text: str) -> None:
    raw = diagnosis(
        "grace",
        finding(text, title=text, cause=text, remedy=text, about=text, evidence={text: text}),
        why=text,
        reason=text,
        unknown=[{"signal": text, "why": text}],
    )
    found = host(viewed({"sh1": raw}), "sh1")
    said = [found.why, found.findings[0].title, found.findings[0].id, found.unknown[0].signal]
    assert not any(set(each) & set("\n\r\t\x00\x1b\u2028") for each in said)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_has_its_sentence_and_its_remedy(trouble: Trouble, code: str) -> None:
    tried = {"sh8": Attempt(DiagnosisState.UNREACHABLE, "sh8: what the machine said", trouble)}
    found = host(viewed({}, attempts=tried, language=code), "sh8").findings[0]
    say = Language(code).text
    assert say(f"trouble.{trouble}") in found.cause
    assert "sh8: what the machine said" in found.cause
    assert found.remedy == say(f"trouble.{trouble}.remedy")


def test_a_trouble_that_nobody_knows_is_told_by_its_message() -> None:
    for trouble in ("", "of_tomorrow", "tls.remedy"):
        tried = {"sh8": Attempt(DiagnosisState.FAILED, "its own words", trouble)}
        found = host(viewed({}, attempts=tried, language="fr"), "sh8").findings[0]
        assert found.cause == (
            "Le diagnostic a échoué. Message\N{NARROW NO-BREAK SPACE}: "
            "«\N{NARROW NO-BREAK SPACE}its own words\N{NARROW NO-BREAK SPACE}»"
        )
        assert found.remedy == Language("fr").text("farm.remedy.failed")


def test_what_was_not_read_is_told_in_the_language_of_the_report() -> None:
    rows = [
        {"signal": "system events", "why": "refused (0x80041003 WBEM_E_ACCESS_DENIED)"},
        {"signal": "certificate", "why": "half an answer"},
        {"signal": "grace key"},
    ]
    raw = diagnosis("unknown", unknown=rows)
    french = host(viewed({"sh1": raw}, language="fr"), "sh1").unknown
    assert french[0].why.startswith("Le compte n\N{RIGHT SINGLE QUOTATION MARK}en a pas le droit. ")
    assert french[0].why.endswith(
        "refused (0x80041003 WBEM_E_ACCESS_DENIED)\N{NARROW NO-BREAK SPACE}»"
    )
    assert french[1].why.startswith("Message")
    assert french[2].why == ""
    english = host(viewed({"sh1": raw}), "sh1").unknown
    assert [each.why for each in english] == [str(row.get("why", "")) for row in rows]


def test_every_signal_of_the_diagnosis_has_its_word() -> None:
    folder = Path(collecting.__file__).parent
    sources = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    signals = set(re.findall(r'\.(?:read|miss)\(\s*"([^"]+)"', sources))
    assert len(signals) > 20
    for code in LANGUAGES:
        missing = {each for each in signals if not Language(code).has(f"signal.{each}")}
        assert not missing, code


def test_attempts_come_from_the_registered_results() -> None:
    lost = "<urllib3.connection.HTTPConnection object at 0x7f3a>: refused"
    variables = {
        "hostvars": {
            "a": {"told": {"unreachable": True, "msg": lost}},
            "b": {"told": {"failed": True, "msg": "no right", "trouble": ["of no kind"]}},
            "c": {"told": {"changed": False}},
            "d": {},
            "e": {"told": "text"},
            "f": {"told": {"unreachable": True, "trouble": "tls", **TOLD_WITH_ADVICE}},
        }
    }
    found = attempts_of(variables, "told", "abcdefg")
    told = {name: (each.state.value, each.why, each.trouble) for name, each in found.items()}
    assert told == {
        "a": ("unreachable", "refused", ""),
        "b": ("failed", "no right", ""),
        "f": ("unreachable", "f: TLS failed. Done before that: a step.", "tls"),
    }
    assert attempts_of(variables, None, "abc") == {}


@pytest.mark.parametrize("fail_at", [*SEVERITIES, "never"])
def test_what_reaches_a_severity(fail_at: str) -> None:
    reached = [each for each in SEVERITIES if reaches(each, fail_at)]
    wanted = () if fail_at == "never" else SEVERITIES[: SEVERITIES.index(fail_at) + 1]
    assert reached == list(wanted)
