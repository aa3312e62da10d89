# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""English and French: the same texts, numbers and dates as readers write them."""

from __future__ import annotations

import string
from datetime import UTC, date, datetime

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.farm import (
    SEVERITIES,
    DiagnosisState,
    Verdict,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.language import (
    LANGUAGES,
    Language,
    os_release,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.model import (
    CalType,
    Program,
    Severity,
    StockState,
    Suite,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.texts import (
    en,
    fr,
    views_en,
    views_fr,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.trend import (
    Outlook,
)
from unit.reporting.inventories import facts, inventory, pack, small_fleet, small_hosts

ENGLISH, FRENCH = en.TEXTS | views_en.TEXTS, fr.TEXTS | views_fr.TEXTS
CATALOGS = {"en": ENGLISH, "fr": FRENCH}
NBSP, THIN = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


def fields(text: str) -> set[str]:
    """The names that a text takes."""
    return {name for dummy, name, dummy2, dummy3 in string.Formatter().parse(text) if name}


def test_both_catalogs_have_the_same_texts() -> None:
    assert list(ENGLISH) == list(FRENCH)
    assert len(ENGLISH) == len(en.TEXTS) + len(views_en.TEXTS), "a name stands in both files"


@pytest.mark.parametrize("name", ENGLISH)
def test_both_texts_say_the_same_values(name: str) -> None:
    assert fields(ENGLISH[name]) == fields(FRENCH[name])
    assert ENGLISH[name].strip()
    assert FRENCH[name].strip()


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_member_of_a_closed_set_has_its_word(code: str) -> None:
    wanted = {f"type.{each}" for each in CalType}
    wanted |= {f"program.{each}" for each in Program}
    wanted |= {f"state.{each}" for each in StockState}
    wanted |= {f"severity.{each}" for each in Severity}
    wanted |= {f"trend.{each}" for each in Outlook}
    wanted |= {f"verdict.{each}" for each in Verdict}
    wanted |= {f"farm.verdict.{each}" for each in Verdict}
    wanted |= {f"diagnosed.{each}" for each in DiagnosisState if each != "current"}
    wanted |= {f"farm.why.{each}" for each in DiagnosisState if not each.known}
    wanted |= {f"farm.remedy.{each}" for each in DiagnosisState if not each.known}
    wanted |= {f"grade.{each}" for each in SEVERITIES} | {f"grades.{each}" for each in SEVERITIES}
    wanted |= {f"audit.verdict.{each}" for each in SEVERITIES}
    wanted |= {f"suite.{each}" for each in Suite if each is not Suite.RDS}
    assert wanted <= set(CATALOGS[code])


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_kind_of_finding_has_a_heading(code: str) -> None:
    kinds = {
        name.removeprefix("finding.") for name in CATALOGS[code] if name.startswith("finding.")
    }
    headings = {name.removeprefix("title.") for name in CATALOGS[code] if name.startswith("title.")}
    assert kinds == headings


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_finding_can_be_said(code: str) -> None:
    """A fleet in which everything is wrong; a missing name in a text would raise."""
    language = Language(code)
    identity = {"license_server_id": f"{'LS1':0<35}"}
    everything = small_fleet() | {
        "a": None,
        "b": "x",
        "c": facts(pack(3, total=10, issued=10), pack(4, program="temporary", issued=1), name="C"),
        "d": facts(name="D") | {"packs": [pack(3), pack(3), pack(4) | {"total": None}, "x"]},
        "e": facts(pack(available=None), pack(5, available=900), name="E", collected_at=None),
        "f": facts(pack(version="unknown"), name="F", collected_at="2020-01-01"),
        "g": facts(pack(), name="G", summary=[], server={"activated": False}),
        "h": facts(
            pack(),
            name="H",
            server={"activated": None},
            per_user={"available": False},
            issued={"devices_with_several": 2},
        ),
        "i": facts(pack(), name="LS1"),
        "j": facts(pack(), name="J", server=identity),
        "k": facts(pack(type="per_device"), name="K"),
    }
    hosts = small_hosts() | {
        "s1": {"mode": "per_device", "servers": ["c"]},
        "s2": {"mode": "x"},
        "s3": {"mode": "per_user", "servers": ["nobody"]},
        "s4": {"mode": "per_user", "servers": ["k"]},
    }
    backups = {
        "c": {"newest_good_created": None, "limit_hours": 192},
        "d": {"newest_good_created": "2020-01-01T00:00:00Z", "limit_hours": 192},
        "e": {"newest_good_created": "yesterday"},
    }
    built = inventory(everything, session_hosts=hosts, backups=backups)
    said = {finding.code: language.finding(finding) for finding in built.findings}
    kinds = {
        name.removeprefix("finding.") for name in CATALOGS[code] if name.startswith("finding.")
    }
    assert set(said) == kinds
    assert not any("{" in text or "None" in text for text in said.values())


@pytest.mark.parametrize(
    ("number", "english", "french"),
    [
        (0, "0", "0"),
        (1234, "1,234", f"1{THIN}234"),
        (1234567, "1,234,567", f"1{THIN}234{THIN}567"),
        (-5, "-5", "-5"),
        (None, "unknown", "inconnu"),
    ],
)
def test_numbers(number: int | None, english: str, french: str) -> None:
    assert (Language("en").number(number), Language("fr").number(number)) == (english, french)


@pytest.mark.parametrize(
    ("number", "english", "french"),
    [
        (7.5, f"7.5{NBSP}%", f"7,5{THIN}%"),
        (10.0, f"10{NBSP}%", f"10{THIN}%"),
        (0.0, f"0{NBSP}%", f"0{THIN}%"),
        (45.4, f"45{NBSP}%", f"45{THIN}%"),
        (0.04, f"<{NBSP}0.1{NBSP}%", f"<{NBSP}0,1{THIN}%"),
        (99.9, f">{NBSP}99{NBSP}%", f">{NBSP}99{THIN}%"),
        (100.0, f"100{NBSP}%", f"100{THIN}%"),
        (None, "unknown", "inconnu"),
    ],
)
def test_percentages_never_round_to_none_or_all(
    number: float | None, english: str, french: str
) -> None:
    assert (Language("en").percent(number), Language("fr").percent(number)) == (english, french)


def test_dates() -> None:
    when = datetime(2026, 8, 1, 9, 5, tzinfo=UTC)
    assert Language("en").moment(when) == f"1{NBSP}Aug{NBSP}2026, 09:05{NBSP}UTC"
    assert Language("fr").day(when) == f"1{NBSP}août{NBSP}2026"
    assert Language("fr").month(date(2027, 2, 1)) == f"févr.{NBSP}2027"


@pytest.mark.parametrize(
    ("code", "number", "said"),
    [
        ("en", 0, "0 problems"),
        ("en", 1, "1 problem"),
        ("en", 2, "2 problems"),
        ("fr", 0, "0 problème"),
        ("fr", 1, "1 problème"),
        ("fr", 2, "2 problèmes"),
    ],
)
def test_plurals(code: str, number: int, said: str) -> None:
    assert Language(code).text("page.problems", n=number).replace(NBSP, " ") == said


def test_an_unknown_number_with_its_noun() -> None:
    assert Language("en").text("page.problems", n=None) == f"?{NBSP}problems"


def test_values_with_braces_stay_as_they_are() -> None:
    assert (
        Language("en").text("finding.per_user_not_reported", why="{0} {x!r}").endswith("{0} {x!r}.")
    )


def test_french_typography() -> None:
    said = Language("fr").text("finding.facts_missing")
    assert f"donnée{THIN}:" in said
    assert "'" not in said


@pytest.mark.parametrize(
    ("os_build", "release"),
    [
        ("10.0.20348", "2022"),
        ("20348", "2022"),
        ("10.0.26100.1742", "2025"),
        ("6.3.9600", "2012 R2"),
        ("10.0.99999", ""),
        ("", ""),
        ("9" * 5000, ""),
    ],
)
def test_releases(os_build: str, release: str) -> None:
    assert os_release(os_build) == release
