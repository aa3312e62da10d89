# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One word for a host: does licensing work, and until when.

The order of the questions is that of the answers' weight. What Windows itself wrote about refused
sessions beats every reading of settings; what is proven beats what is likely; and what could not
be read ends in ``unknown``, never in ``licensed``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ..._texts.rule_texts import Value
from ..session_hosts.connectivity import Reach
from ..session_hosts.modes import LicensingMode
from .findings import Blocks, Finding, Severity, listed, stamp
from .grace_rules import good_server
from .observations import Observed, Settings

_ANSWERS = (7, 8)
"""Statuses of a license server that was reached, without a word on whether it is valid."""


class Word(StrEnum):
    """The verdicts."""

    LICENSED = "licensed"
    GRACE = "grace"
    EXPIRED = "expired"
    MISCONFIGURED = "misconfigured"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The word, the code of the sentence that explains it, and its values.

    :param stops_on: when sessions will be refused, where that is known.
    """

    word: Word
    code: str
    values: Mapping[str, Value]
    stops_on: datetime | None = None


def decide(observed: Observed, findings: Sequence[Finding]) -> Verdict:
    """The verdict on a host.

    :param findings: of the same observations.
    """
    if observed.session_host is None and observed.license_server is not True:
        return Verdict(Word.UNKNOWN, "unknown_role", {})
    if observed.system.client:
        return Verdict(Word.NOT_APPLICABLE, "client", {})
    if not observed.session_host:
        return _without_sessions(observed, findings)
    settings = observed.working
    if settings is None:
        if observed.settings is None:
            return Verdict(Word.UNKNOWN, "unknown_settings", {})
        return Verdict(Word.NOT_APPLICABLE, "entra", {"mode": str(observed.settings.mode)})
    return _refused(observed, findings) or _granted(observed, findings, settings)


def _without_sessions(observed: Observed, findings: Sequence[Finding]) -> Verdict:
    if not observed.license_server:
        return Verdict(Word.NOT_APPLICABLE, "no_role", {})
    bad = [each for each in findings if each.rule.severity in (Severity.CRITICAL, Severity.ERROR)]
    if bad:
        return Verdict(Word.MISCONFIGURED, "license_server_bad", {"problem": bad[0].rule.id})
    if observed.server is not None and observed.server.silent:
        return Verdict(Word.UNKNOWN, "unknown_license_server", {})
    return Verdict(Word.NOT_APPLICABLE, "license_server", {})


def _refused(observed: Observed, findings: Sequence[Finding]) -> Verdict | None:
    """The verdict on a host that has no licensed sessions, or will have none."""
    fired = {each.rule.id: each for each in findings}
    if "grace_over" in fired:
        event = fired["grace_over"].hit.evidence
        values = {"event": event["event"], "last": event["last"]}
        return Verdict(Word.EXPIRED, "expired_logged", values)
    if "session_service_stopped" in fired:
        values = {"problem": "session_service_stopped"}
        return Verdict(Word.MISCONFIGURED, "misconfigured", values)
    for kind in (Blocks.ALWAYS, Blocks.SETTINGS, Blocks.CALS):
        problem = next((each.rule.id for each in findings if each.rule.blocks is kind), None)
        if problem is not None:
            return _blocked(observed, kind, problem)
    return None


def _blocked(observed: Observed, kind: Blocks, problem: str) -> Verdict:
    days = observed.grace.days if observed.grace else None
    values: dict[str, Value] = {"problem": problem}
    if kind is Blocks.ALWAYS:
        return Verdict(Word.MISCONFIGURED, "misconfigured", values)
    if days:
        ends = observed.now + timedelta(days=days)
        values |= {"days": days, "ends": stamp(ends)}
        return Verdict(Word.GRACE, "grace", values, stops_on=ends)
    if days == 0 and kind is Blocks.SETTINGS:
        return Verdict(Word.EXPIRED, "expired_used_up", values)
    code = "misconfigured" if days == 0 else "misconfigured_grace_unknown"
    return Verdict(Word.MISCONFIGURED, code, values)


def _granted(observed: Observed, findings: Sequence[Finding], settings: Settings) -> Verdict:
    """The verdict on a host with nothing against it, as far as was read."""
    if settings.mode is LicensingMode.UNKNOWN:
        return Verdict(Word.UNKNOWN, "unknown_mode", {})
    if settings.servers is None:
        return Verdict(Word.UNKNOWN, "unknown_servers", {})
    if good_server(observed):
        good = listed(each.server for each in observed.reached or () if each.reach == Reach.GOOD)
        return Verdict(Word.LICENSED, "licensed", {"mode": str(settings.mode), "servers": good})
    answering = [each.server for each in observed.reached or () if each.status in _ANSWERS]
    values: dict[str, Value] = {"servers": listed(settings.servers)}
    if not answering:
        return Verdict(Word.UNKNOWN, "unknown_reach", values)
    if any(each.rule.id == "grace_over_earlier" for each in findings):
        return Verdict(Word.UNKNOWN, "unknown_since_grace_over", values)
    if observed.events is None or not observed.events.whole:
        return Verdict(Word.UNKNOWN, "unknown_events", values)
    values = {"mode": str(settings.mode), "servers": listed(answering)}
    return Verdict(Word.LICENSED, "licensed_answering", values)
