# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CSV files of a pack (RFC 4180): no cell of them is run by a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._licensing.compliance.farm_matrix import HostLine
from .._reporting.reading import clean
from .._reporting.renderers.as_csv import render
from .._reporting.spreadsheet import safe
from .evidence import Evidence, findings_of
from .state import Change

HOSTS = (
    *("Host", "Verdict", "Why", "StopsOn", "Mode", "ModeSource", "Servers", "ServersSource"),
    *("WindowsVersion", "Build", "Domain", "GraceDays", "FindsCal", "FindsCalWhy", "Unknown"),
    *("CollectedAt", "PolicyFile"),
)
FINDINGS = ("Host", "Source", "Severity", "Id", "Title", "Cause", "Remedy", "About", "Evidence")
RECONCILIATION = (
    *("Version", "Type", "Suite", "State", "Owned", "Installed", "InstalledAtLeast", "Issued"),
    *("IssuedAtLeast", "Authorized", "Used", "UsedAtLeast", "OverUsed", "OverInstalled"),
    *("OverIssued", "NotInstalled", "Unused", "CoveredBy", "Rule", "Why"),
)
CHANGES = ("Kind", "Host", "What", "Before", "After")
PACKS = (
    *("Server", "KeyPackId", "Version", "Type", "Suite", "Program", "Total", "Issued"),
    *("Use", "Hosts", "Why"),
)
DOCUMENTS = (
    *("Row", "Program", "Version", "Type", "Suite", "Quantity", "Number", "Document", "State"),
    *("Sha256", "Sha256Named", "Bytes", "Date", "ValidUntil", "Note"),
)


def cals(evidence: Evidence) -> bytes:
    """One line per key pack, as the CAL report writes it."""
    return render(evidence.report).encode()


def hosts(evidence: Evidence, policy_files: Mapping[str, str]) -> bytes:
    """One line per host that has a diagnosis or should have one.

    :param policy_files: the file with a host's policy values in the pack.
    """
    lines = {each.host: each for each in evidence.matrix.hosts}
    names = sorted({*lines, *evidence.diagnoses})
    rows = (
        _host(name, evidence.diagnoses.get(name), lines.get(name), policy_files.get(name))
        for name in names
    )
    return _table(HOSTS, rows)


def _host(
    name: str,
    diagnosis: Mapping[str, Any] | None,
    line: HostLine | None,
    policy_file: str | None,
) -> list[object]:
    told = diagnosis or {}
    about = _mapping(told.get("session_host"))
    unknown = [each.get("signal") for each in _mappings(told.get("unknown"))]
    missing = "There is no diagnosis of this host." if diagnosis is None else None
    return [
        name,
        told.get("verdict") or "unknown",
        told.get("why") or missing,
        told.get("stops_on"),
        about.get("mode"),
        about.get("mode_source"),
        _list(about.get("servers")),
        about.get("servers_source"),
        line.version if line else about.get("version"),
        about.get("build"),
        about.get("domain"),
        about.get("grace_days"),
        str(line.finds_cal) if line else None,
        line.why if line else None,
        _list(unknown),
        told.get("collected_at"),
        policy_file,
    ]


def findings(evidence: Evidence) -> bytes:
    """Everything that was found, by diagnosis, farm, inventory and reconciliation."""
    rows = [
        _finding(name, "diagnosis", each)
        for name, diagnosis in sorted(evidence.diagnoses.items())
        for each in findings_of(diagnosis)
    ]
    rows += [_finding(name, "farm", each) for name, each in evidence.farm_findings]
    language = evidence.report.language
    for finding in evidence.report.inventory.findings:
        text = language.finding(finding)
        kind = [str(finding.severity), f"{finding.rule}.{finding.code}", text]
        rows.append([finding.subject, "inventory", *kind, None, None, None, None])
    for purchase in evidence.reconciliation.findings:
        about = " ".join(purchase.key.as_dict().values()) if purchase.key else None
        told = [purchase.severity, purchase.id, purchase.text, None, None]
        rows.append([None, "reconciliation", *told, about, _json(dict(purchase.values))])
    return _table(FINDINGS, rows)


def _finding(host: str, source: str, finding: Mapping[str, Any]) -> list[object]:
    texts = [finding.get(part) for part in ("severity", "id", "title", "cause", "remedy")]
    return [host, source, *texts, finding.get("about"), _json(finding.get("evidence"))]


def reconciliation(evidence: Evidence) -> bytes:
    """One line per version, type and suite; an empty cell is not known."""
    rows = []
    for line in evidence.reconciliation.lines:
        shown = line.as_dict()
        loans = [f"{each.quantity} of {each.version}" for each in line.covered_by]
        rows.append(
            [
                *(shown[name] for name in ("version", "type", "suite", "state", "owned")),
                *(shown[name] for name in ("installed", "installed_at_least")),
                *(shown[name] for name in ("issued", "issued_at_least", "authorized")),
                *(shown[name] for name in ("used", "used_at_least", "over_used")),
                *(shown[name] for name in ("over_installed", "over_issued", "not_installed")),
                *(shown["unused"], _list(loans), shown["rule"], shown["why"]),
            ]
        )
    return _table(RECONCILIATION, rows)


def packs(evidence: Evidence) -> bytes:
    """Which key packs session hosts can use, and which are idle."""
    names = ("server", "key_pack_id", "version", "type", "suite", "program", "total", "issued")
    rows = [
        [each[name] for name in (*names, "use", "hosts", "why")]
        for each in evidence.matrix.as_dict()["packs"]
    ]
    return _table(PACKS, rows)


def documents(evidence: Evidence) -> bytes:
    """The purchases with the hashes of their documents."""
    names = ("row", "program", "version", "type", "suite", "quantity", "number_masked")
    proof = ("document", "document_state", "document_sha256", "document_sha256_named")
    rows = [
        [each.as_dict()[name] for name in (*names, *proof, "document_bytes", *_ENDS)]
        for each in evidence.given.documents
    ]
    return _table(DOCUMENTS, rows)


_ENDS = ("date", "valid_until", "note")


def changes(found: Iterable[Change]) -> bytes:
    """What is different from the previous pack."""
    rows = [
        [each.kind, each.host, each.what, _json(each.before), _json(each.after)] for each in found
    ]
    return _table(CHANGES, rows)


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_cell(cell) for cell in row])
    return text.getvalue().encode("utf-8", "replace")


def _cell(value: object) -> str | int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return safe(clean(value) if len(str(value)) < 400 else _long(str(value)))


def _long(text: str) -> str:
    """A long text without control characters: sentences may be longer than names."""
    parts = [clean(text[start : start + 400]) for start in range(0, min(len(text), 8000), 400)]
    return "".join(parts)


def _json(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _list(values: object) -> str | None:
    if not isinstance(values, (list, tuple)):
        return None
    return ", ".join(str(each) for each in values)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
