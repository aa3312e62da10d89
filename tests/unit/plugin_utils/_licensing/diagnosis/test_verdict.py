# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict: one word, why, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis import (
    catalogue,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.findings import (
    judge,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.observations import (
    Events,
    Grace,
    LicenseServerSeen,
    Observed,
    ServiceSeen,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.verdict import (
    Verdict,
    Word,
    decide,
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
    JUST_NOW,
    LONG_AGO,
    NO_MODE,
    NOW,
    PER_DEVICE,
    PER_USER,
    SERVER,
    UNREACHED,
    of_host,
    reached,
    server,
    settings,
    with_listed,
)

WORKGROUP = replace(HOST.system, in_domain=False, workgroup="WG")
ANSWERING = replace(HOST, reached=reached(8, 8))


def verdict(observed: Observed) -> Verdict:
    return decide(observed, judge(observed, catalogue.HOST_RULES))


def grace(observed: Observed, days: int | None) -> Observed:
    return replace(observed, grace=Grace(days, True))


TABLE: dict[str, tuple[Observed, Word, str]] = {
    "good": (HOST, Word.LICENSED, "licensed"),
    # 0 days of grace alone are no alarm, and none at all neither.
    "good, grace not known": (replace(HOST, grace=None), Word.LICENSED, "licensed"),
    "one good server is enough": (
        replace(HOST, reached=reached(6, 11)),
        Word.LICENSED,
        "licensed",
    ),
    "answers, and nothing was refused": (ANSWERING, Word.LICENSED, "licensed_answering"),
    "answers, and the logs were not all read": (
        replace(ANSWERING, events=Events(whole=False)),
        Word.UNKNOWN,
        "unknown_events",
    ),
    "answers, and no log was read": (
        replace(ANSWERING, events=None),
        Word.UNKNOWN,
        "unknown_events",
    ),
    "answers, and sessions were refused days ago": (
        replace(ANSWERING, events=of_host(1128, LONG_AGO)),
        Word.UNKNOWN,
        "unknown_since_grace_over",
    ),
    "answers, and sessions were refused an hour ago": (
        replace(ANSWERING, events=of_host(1128, JUST_NOW)),
        Word.EXPIRED,
        "expired_logged",
    ),
    "good by now, refused an hour ago": (
        replace(HOST, events=of_host(1128, JUST_NOW)),
        Word.LICENSED,
        "licensed",
    ),
    "no mode, grace left": (grace(NO_MODE, 12), Word.GRACE, "grace"),
    "no mode, grace over": (grace(NO_MODE, 0), Word.EXPIRED, "expired_used_up"),
    "no mode, and it was logged": (
        replace(NO_MODE, events=of_host(1069, LONG_AGO)),
        Word.EXPIRED,
        "expired_logged",
    ),
    "no mode, grace not known": (
        grace(NO_MODE, None),
        Word.MISCONFIGURED,
        "misconfigured_grace_unknown",
    ),
    "no server, grace left": (grace(settings(servers=()), 3), Word.GRACE, "grace"),
    "no server reached, grace left": (grace(UNREACHED, 3), Word.GRACE, "grace"),
    "no server reached, grace over": (UNREACHED, Word.EXPIRED, "expired_used_up"),
    "per user in a workgroup": (
        grace(replace(HOST, system=WORKGROUP), 50),
        Word.MISCONFIGURED,
        "misconfigured",
    ),
    "CALs of the other type, grace left": (
        grace(with_listed(PER_DEVICE), 50),
        Word.GRACE,
        "grace",
    ),
    "CALs of the other type": (with_listed(PER_DEVICE), Word.MISCONFIGURED, "misconfigured"),
    "CALs too old": (
        with_listed(PER_USER, version="2025"),
        Word.MISCONFIGURED,
        "misconfigured",
    ),
    "no license server is activated": (
        replace(CASES["no_activated_license_server"].fires, reached=reached(7, 7)),
        Word.MISCONFIGURED,
        "misconfigured",
    ),
    "its service is stopped": (
        replace(HOST, services={"TermService": ServiceSeen("Stopped", "Auto")}),
        Word.MISCONFIGURED,
        "misconfigured",
    ),
    "the mode is not documented": (
        settings(mode=LicensingMode.UNKNOWN),
        Word.UNKNOWN,
        "unknown_mode",
    ),
    "servers not read": (settings(servers=None), Word.UNKNOWN, "unknown_servers"),
    "connectivity not read": (replace(HOST, reached=None), Word.UNKNOWN, "unknown_reach"),
    "Windows cannot tell": (replace(HOST, reached=reached(0, 0)), Word.UNKNOWN, "unknown_reach"),
    "settings not read": (replace(HOST, settings=None), Word.UNKNOWN, "unknown_settings"),
    "a license server that says nothing": (
        Observed(
            host="x",
            now=NOW,
            session_host=False,
            services={"TermServLicensing": ServiceSeen("Running", "Auto")},
            server=LicenseServerSeen(),
        ),
        Word.UNKNOWN,
        "unknown_license_server",
    ),
    "not even the role is known": (
        Observed(host="x", now=NOW),
        Word.UNKNOWN,
        "unknown_role",
    ),
    "no role": (
        Observed(host="x", now=NOW, session_host=False, services={}),
        Word.NOT_APPLICABLE,
        "no_role",
    ),
    "a client": (
        replace(HOST, system=replace(HOST.system, client=True)),
        Word.NOT_APPLICABLE,
        "client",
    ),
    "Entra ID": (
        settings(mode=LicensingMode.AAD_PER_USER, servers=()),
        Word.NOT_APPLICABLE,
        "entra",
    ),
    "a license server": (SERVER, Word.NOT_APPLICABLE, "license_server"),
    "a license server in trouble": (
        server(activated=False),
        Word.MISCONFIGURED,
        "license_server_bad",
    ),
    "a license server with notes": (
        replace(SERVER, system=replace(SERVER.system, domain_controller=True)),
        Word.NOT_APPLICABLE,
        "license_server",
    ),
}


@pytest.mark.parametrize("case", TABLE)
def test_the_verdict(case: str) -> None:
    observed, word, code = TABLE[case]
    found = verdict(observed)
    assert (found.word, found.code) == (word, code)


def test_every_word_and_every_sentence_is_reached() -> None:
    assert {row[1] for row in TABLE.values()} == set(Word)
    assert {row[2] for row in TABLE.values()} == set(rule_texts("en")._verdicts)


@pytest.mark.parametrize("case", TABLE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_of_a_verdict(case: str, language: str) -> None:
    found = verdict(TABLE[case][0])
    said = rule_texts(language).verdict(found.code, found.values)
    assert said.endswith(".")
    assert "{" not in said
    assert "_" not in said.replace("TermService", ""), "a code instead of its words"


@pytest.mark.parametrize("rule", CASES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_any_case_of_a_rule_has_a_verdict_that_can_be_told(rule: str, language: str) -> None:
    found = verdict(CASES[rule].fires)
    assert rule_texts(language).verdict(found.code, found.values)


def test_only_a_host_in_its_grace_period_stops_on_a_day() -> None:
    assert verdict(grace(NO_MODE, 12)).stops_on == NOW + timedelta(days=12)
    for row in TABLE.values():
        assert (verdict(row[0]).stops_on is not None) == (row[1] is Word.GRACE)


def test_the_host_s_own_clock_dates_its_events() -> None:
    ahead = replace(HOST.system, clock_ahead=48 * 3600)
    late = replace(ANSWERING, events=of_host(1128, NOW + timedelta(hours=1)))
    # By its clock that was 47 hours ago.
    assert verdict(replace(late, system=ahead)).word is Word.UNKNOWN
    assert verdict(late).word is Word.EXPIRED
