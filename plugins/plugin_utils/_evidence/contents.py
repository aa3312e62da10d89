# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a pack."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from .._reporting.renderers.as_json import body
from . import tables
from .evidence import Evidence
from .pack_writer import PackSource
from .purchase_documents import PurchaseDocument
from .state import Change

STATE = "state.json"
REPORT_PAGE = "report.html"
SCHEMA = 1
_ODD = re.compile(r"[^A-Za-z0-9._-]+|\.{2,}")


def sources_of(
    evidence: Evidence,
    changes: Sequence[Change],
    *,
    page: Path | None,
    attachments: Sequence[tuple[str, Path]],
    include_documents: bool,
) -> list[PackSource]:
    """Everything but the manifest.

    :param page: the HTML report on the controller.
    :param attachments: names and files on the controller.
    :param include_documents: the proofs of purchase themselves, not only their hashes.
    """
    policies = {
        name: policy
        for name, each in evidence.diagnoses.items()
        if (policy := each.get("policy")) is not None
    }
    files = dict(zip(policies, _names("policy", policies, ".json"), strict=True))
    found = [
        PackSource("report.json", _json(report_of(evidence, changes))),
        PackSource(STATE, _json(evidence.state)),
        PackSource("hosts.csv", tables.hosts(evidence, files)),
        PackSource("findings.csv", tables.findings(evidence)),
        PackSource("cals.csv", tables.cals(evidence)),
        PackSource("packs.csv", tables.packs(evidence)),
        PackSource("reconciliation.csv", tables.reconciliation(evidence)),
        PackSource("documents.csv", tables.documents(evidence)),
        PackSource("changes.csv", tables.changes(changes)),
        *(PackSource(files[name], _json(policy)) for name, policy in policies.items()),
    ]
    if page is not None:
        found.append(PackSource(REPORT_PAGE, path=page))
    names = _names("attachments", [name for name, dummy in attachments])
    found += [
        PackSource(name, path=path) for name, (dummy, path) in zip(names, attachments, strict=True)
    ]
    if include_documents:
        found += _documents(evidence.given.documents)
    return found


def report_of(evidence: Evidence, changes: Sequence[Change]) -> dict[str, Any]:
    """Everything as JSON."""
    given = evidence.given
    return {
        "schema_version": SCHEMA,
        "digest": evidence.digest,
        "cal_inventory": body(evidence.report),
        "diagnoses": dict(evidence.diagnoses),
        "farm_findings": [{"host": name, **each} for name, each in evidence.farm_findings],
        "farm_matrix": evidence.matrix.as_dict(),
        "reconciliation": evidence.reconciliation.as_dict(),
        "entitlements": (
            None if given.entitlements is None else [each.as_dict() for each in given.documents]
        ),
        "authorized_users": given.authorized.as_dict() if given.authorized else None,
        "changes": [each.as_dict() for each in changes],
        "unknown": evidence.unknown,
    }


def _json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return text.encode("utf-8", "replace")


def _documents(documents: Iterable[PurchaseDocument]) -> Iterator[PackSource]:
    """Each file once, under the first line that names it."""
    seen: set[str] = set()
    for each in documents:
        if each.path is None or each.sha256 is None or each.sha256 in seen:
            continue
        seen.add(each.sha256)
        name = file_name(each.name or "document")
        yield PackSource(
            f"documents/{each.entitlement.row:04}-{name}", path=each.path, sha256=each.sha256
        )


def _names(folder: str, names: Iterable[str] | Mapping[str, Any], end: str = "") -> list[str]:
    """Names of entries, each another one, upper and lower case apart."""
    taken: set[str] = set()
    found = []
    for name in names:
        plain = file_name(PurePosixPath(name).name if not end else name)
        stem, suffix = (plain, end) if end else _split(plain)
        number, tried = 1, f"{stem}{suffix}"
        while tried.casefold() in taken:
            number += 1
            tried = f"{stem}~{number}{suffix}"
        taken.add(tried.casefold())
        found.append(f"{folder}/{tried}")
    return found


def _split(name: str) -> tuple[str, str]:
    path = PurePosixPath(name)
    return path.stem, path.suffix


def file_name(text: str) -> str:
    """A name that is a file's name everywhere: no path, no blank, not hidden, not long."""
    return _ODD.sub("_", text).strip("._")[:100] or "unnamed"
