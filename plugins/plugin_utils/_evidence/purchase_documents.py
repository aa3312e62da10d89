# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proofs of purchase: hashed where they lie, in blocks, and never changed."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from .._licensing.compliance.account import Finding
from .._licensing.compliance.entitlements import Entitlement
from .._licensing.compliance.words import Value

BLOCK = 1024 * 1024


class DocumentState(StrEnum):
    """What is known of a document."""

    CONFIRMED = "confirmed"
    """It has the hash that the list names."""
    HASHED = "hashed"
    """The list names no hash; this is the first."""
    DIFFERS = "differs"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    NONE = "none"
    """The purchase names no document."""


@dataclass(frozen=True, slots=True)
class PurchaseDocument:
    """The document of one purchase as it was found.

    :param path: where it lies on the controller; not shown.
    :param sha256: of the file that is there.
    """

    entitlement: Entitlement
    state: DocumentState
    sha256: str | None = None
    size: int | None = None
    why: str = ""
    path: Path | None = field(default=None, repr=False)

    @property
    def name(self) -> str | None:
        """The file's own name."""
        return self.entitlement.document.name if self.entitlement.document else None

    def as_dict(self) -> dict[str, Any]:
        """As a pack and the results show it."""
        named = self.entitlement.document
        return {
            **self.entitlement.as_dict(),
            "document_state": str(self.state),
            "document_sha256": self.sha256,
            "document_sha256_named": named.sha256 if named else None,
            "document_bytes": self.size,
        }


def look_at_documents(entitlements: Iterable[Entitlement], folder: Path) -> list[PurchaseDocument]:
    """Look at the document of each purchase.

    :param folder: what paths that are not absolute begin at.
    """
    hashed: dict[Path, PurchaseDocument] = {}
    found = []
    for each in entitlements:
        if each.document is None:
            found.append(PurchaseDocument(each, DocumentState.NONE))
            continue
        path = folder / Path(each.document.path).expanduser()
        if path not in hashed:
            hashed[path] = _hashed(each, path)
        found.append(_judged(each, hashed[path]))
    return found


def _hashed(entitlement: Entitlement, path: Path) -> PurchaseDocument:
    try:
        # Without waiting: the other end of a pipe may never come.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                why = "it is not a file"
                return PurchaseDocument(entitlement, DocumentState.UNREADABLE, why=why)
            digest, size = hashlib.sha256(), 0
            while block := file.read(BLOCK):
                digest.update(block)
                size += len(block)
    except FileNotFoundError:
        return PurchaseDocument(entitlement, DocumentState.MISSING)
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or "its path is none"
        return PurchaseDocument(entitlement, DocumentState.UNREADABLE, why=why)
    return PurchaseDocument(entitlement, DocumentState.HASHED, digest.hexdigest(), size, path=path)


def _judged(entitlement: Entitlement, there: PurchaseDocument) -> PurchaseDocument:
    state = there.state
    named = entitlement.document.sha256 if entitlement.document else None
    if state is DocumentState.HASHED and named:
        state = DocumentState.CONFIRMED if named == there.sha256 else DocumentState.DIFFERS
    return PurchaseDocument(entitlement, state, there.sha256, there.size, there.why, there.path)


_FINDINGS = {
    DocumentState.DIFFERS: ("document_differs", "error"),
    DocumentState.MISSING: ("document_missing", "warning"),
    DocumentState.UNREADABLE: ("document_unreadable", "warning"),
    DocumentState.NONE: ("document_none", "warning"),
}


def document_findings(documents: Sequence[PurchaseDocument]) -> Iterator[Finding]:
    """What is wrong with the proofs."""
    for each in documents:
        if each.state not in _FINDINGS:
            continue
        code, severity = _FINDINGS[each.state]
        values: dict[str, Value] = {
            "where": each.entitlement.where,
            "document": each.name,
            "why": each.why,
        }
        yield Finding(code, severity, each.entitlement.key, values)
