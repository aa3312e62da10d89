# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The evidence to the audit view: sentences in a language, hosts of one answer together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .._evidence.evidence import Evidence
from .._evidence.purchase_documents import PurchaseDocument
from .._evidence.state import Change
from .._licensing.compliance.account import Line
from .._licensing.compliance.farm import StockKey as FarmKey
from .._licensing.compliance.farm_matrix import FindsCal
from .._licensing.compliance.words import Value
from .._licensing.compliance.words import sentence as sentence_in
from .._reporting.audit import (
    AuditChange,
    AuditFinding,
    AuditLine,
    AuditUnknown,
    AuditView,
    ChangeLog,
    HostsOfReason,
    IdlePack,
    Purchase,
)
from .._reporting.language import Language
from .._reporting.model import CalType, StockKey, Suite
from .._reporting.reading import clean
from .change_log import PackChanges

_WORST_FIRST = (
    FindsCal.NO,
    FindsCal.UNKNOWN,
    FindsCal.PROBABLY,
    FindsCal.YES,
    FindsCal.NOT_NEEDED,
)
_VALUES = {
    "mode": "mode",
    "mode_source": "source",
    "servers_source": "source",
    "verdict": "verdict",
}
_LONGEST_VALUE = 300


def audit_view(evidence: Evidence, log: PackChanges | None, language: Language) -> AuditView:
    """The audit view.

    :param log: what changed since an evidence pack, ``None`` where there is none.
    """
    account = evidence.reconciliation
    purchases = None
    if evidence.given.entitlements is not None:
        purchases = tuple(_purchase(each) for each in evidence.given.documents)
    return AuditView(
        lines=tuple(_line(each, language) for each in account.lines),
        findings=tuple(
            AuditFinding(
                each.id,
                each.severity,
                _key(each.key) if each.key else None,
                _sentence(each.id, each.values, language),
            )
            for each in account.findings
        ),
        finds_cal=tuple(_finds_cal(evidence, language)),
        idle=tuple(
            IdlePack(
                each.server,
                each.pack.key_pack_id,
                _key(each.pack.key),
                each.pack.total,
                _sentence(each.reason, each.values, language),
            )
            for each in evidence.matrix.idle
        ),
        log=_log(log, language) if log else None,
        unknown=tuple(_unknown(evidence, language)),
        purchases=purchases,
    )


def _sentence(code: str, values: Mapping[str, Value], language: Language) -> str:
    mode = values.get("mode")
    if isinstance(mode, str):
        group = "type" if mode in set(CalType) else "mode"
        values = {**values, "mode": language.word(group, mode)}
    return language.typeset(sentence_in(code, values, language.code))


def _unread(signal: str, language: Language) -> str:
    label = language.label(language.text("farm.signals"))
    return f"{label} {language.word('signal', signal)}"


def _key(key: FarmKey) -> StockKey:
    known = key.type in set(CalType)
    suite = Suite(key.suite) if key.suite in set(Suite) else Suite.UNKNOWN
    kind = CalType(key.type) if known else CalType.UNKNOWN
    return StockKey.of(key.version, None, kind, suite)


def _line(line: Line, language: Language) -> AuditLine:
    lacks = [each for each in (line.over_used, line.over_installed) if each is not None]
    return AuditLine(
        key=_key(line.key),
        state=str(line.state),
        rule=line.rule,
        why=_sentence(line.rule, {"used": line.used.known}, language),
        owned=line.owned,
        installed=line.installed.value,
        installed_least=line.installed.known,
        issued=line.issued.value,
        issued_least=line.issued.known,
        authorized=line.authorized,
        used=line.used.value,
        used_least=line.used.known,
        short=max(lacks, default=None),
        unused=line.unused,
        borrowed=tuple((each.version, each.quantity) for each in line.covered_by),
    )


def _finds_cal(evidence: Evidence, language: Language) -> Iterator[HostsOfReason]:
    groups: dict[tuple[FindsCal, str], list[str]] = {}
    for each in evidence.matrix.hosts:
        why = _sentence(each.reason, each.values, language)
        groups.setdefault((each.finds_cal, why), []).append(each.host)
    for finds, why in sorted(groups, key=lambda key: (_WORST_FIRST.index(key[0]), key[1])):
        yield HostsOfReason(str(finds), why, tuple(groups[finds, why]))


def _unknown(evidence: Evidence, language: Language) -> Iterator[AuditUnknown]:
    """What is not known of the whole farm; what a host did not tell stands in the farm view."""
    for each in evidence.reconciliation.unknown:
        yield AuditUnknown(each.signal, _sentence(each.signal, each.values, language))
    missing = [host.name for host in evidence.farm.hosts if host.name not in evidence.diagnoses]
    if missing:
        yield AuditUnknown("no_diagnosis", language.text("farm.why.missing"), tuple(missing))
    signals: dict[str, list[str]] = {}
    for name, diagnosis in sorted(evidence.diagnoses.items()):
        for signal in dict.fromkeys(_signals(diagnosis)):
            signals.setdefault(signal, []).append(name)
    for signal, names in sorted(signals.items()):
        yield AuditUnknown(signal, _unread(signal, language), tuple(names))


def _signals(diagnosis: Mapping[str, Any]) -> Iterator[str]:
    rows = diagnosis.get("unknown")
    for each in rows if isinstance(rows, list) else ():
        if isinstance(each, Mapping):
            yield clean(each.get("signal"))


def _log(log: PackChanges, language: Language) -> ChangeLog:
    return ChangeLog(
        pack=str(log.pack),
        made_at=log.pack.created,
        changes=tuple(_changes(log.changes, language)),
    )


def _changes(changes: Iterable[Change], language: Language) -> Iterator[AuditChange]:
    for each in changes:
        what = each.what
        if each.kind == "key_pack" and what != "packs":
            number = what.removeprefix("key pack ")
            what = f"{language.word('change', 'key_pack')} {number}"
        yield AuditChange(
            kind=each.kind,
            host=clean(each.host),
            what=clean(language.word("changed", what)),
            before=_said(each, each.before, language),
            after=_said(each, each.after, language),
        )


def _said(change: Change, value: Any, language: Language) -> str:
    """A value of a change in words."""
    if value is None:
        return ""
    if change.kind == "key_pack" and change.what == "packs":
        return language.word("changed", str(value))
    if isinstance(value, bool):
        return language.text("yes" if value else "no")
    if isinstance(value, Mapping):
        return _stock(value, language)
    if isinstance(value, list):
        return clean(", ".join(map(str, value))) or language.text("none")
    if change.what in _VALUES:
        return clean(language.word(_VALUES[change.what], str(value)))
    return clean(value)


def _stock(value: Mapping[str, Any], language: Language) -> str:
    """A key pack or a purchase in words."""
    key = FarmKey(
        clean(value.get("version")), clean(value.get("type")), clean(value.get("suite")) or "rds"
    )
    number = value.get("total", value.get("quantity"))
    if not key.version:
        return clean(json.dumps(value, ensure_ascii=False, sort_keys=True)[:_LONGEST_VALUE])
    count = language.number(number) if number.__class__ is int else language.text("unknown")
    program = language.word("program", clean(value.get("program")))
    return f"{language.stock(_key(key))}, {program}: {count}"


def _purchase(document: PurchaseDocument) -> Purchase:
    shown = document.as_dict()
    return Purchase(
        key=_key(document.entitlement.key),
        program=clean(shown["program"]),
        quantity=document.entitlement.quantity,
        number=clean(shown["number_masked"]),
        document=clean(shown["document"]),
        document_state=clean(shown["document_state"]),
        sha256=clean(shown["document_sha256"]),
    )
