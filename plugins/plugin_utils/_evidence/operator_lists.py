# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator's own lists: purchases, and users who may connect. From options or from files.

Files may be encrypted with Ansible Vault. What cannot be read is named without a line of it: it
may hold license numbers.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from ansible.errors import AnsibleError

from .._licensing.compliance.authorized_users import (
    AuthorizedUsers,
    BadAuthorizedUsers,
    count_names,
    read_authorized_users,
)
from .._licensing.compliance.entitlements import (
    BadEntitlements,
    Entitlement,
    read_entitlements,
)
from .place import EvidenceError
from .purchase_documents import DocumentState, PurchaseDocument, look_at_documents

LARGEST = 8 * 1024 * 1024
"""Bytes of a YAML or JSON file; lists of users as plain text may be of any length."""
_STRUCTURED = (".yml", ".yaml", ".json")


class Loader(Protocol):
    """Ansible's data loader, as far as it is needed."""

    def path_dwim(self, given: str) -> str:
        """A path as the playbook means it."""

    def load_from_file(self, file_name: str, cache: str = ...) -> Any:
        """YAML or JSON from a file, decrypted."""


def purchase_numbers(arguments: Mapping[str, Any]) -> set[str]:
    """The numbers of purchases that a task itself names, to be masked in its result.

    :param arguments: as they are written, valid or not.
    """
    lines = arguments.get("entitlements")
    numbers = {
        str(line["number"]).strip()
        for line in (lines if isinstance(lines, list) else ())
        if isinstance(line, Mapping) and line.get("number")
    }
    # To mask every "3" of a result would mask the result.
    return {number for number in numbers if len(number) > 3}


def purchases(
    params: Mapping[str, Any], loader: Loader
) -> tuple[tuple[Entitlement, ...] | None, tuple[PurchaseDocument, ...]]:
    """The purchases with their documents; ``None`` where the task names none.

    :raises EvidenceError: the list is wrong, or a document is, where documents are required.
    """
    raw, folder = params["entitlements"], Path(loader.path_dwim("."))
    if params["entitlements_file"]:
        path = Path(loader.path_dwim(params["entitlements_file"]))
        raw, folder = _structured(path, "entitlements_file", loader), path.parent
    elif raw is None:
        return None, ()
    try:
        found = read_entitlements(raw)
    except BadEntitlements as error:
        raise EvidenceError(str(error), "the documentation has the format of the list") from error
    if params["documents_folder"]:
        folder = Path(loader.path_dwim(params["documents_folder"]))
    documents = tuple(look_at_documents(found, folder))
    if params["require_documents"]:
        _require(documents)
    return found, documents


def _require(documents: tuple[PurchaseDocument, ...]) -> None:
    good = (DocumentState.CONFIRMED, DocumentState.HASHED)
    bad = [
        f"{each.entitlement.where}: {each.name or 'no document'} ({each.state})"
        for each in documents
        if each.state not in good
    ]
    if bad:
        raise EvidenceError(
            f"documents are required, and these are not as they should be: {'; '.join(bad[:10])}",
            "put the documents there, correct their hashes, or set require_documents: false to "
            "have them reported as findings",
        )


def authorized_users(params: Mapping[str, Any], loader: Loader) -> AuthorizedUsers | None:
    """The users who may connect; ``None`` where the task does not tell.

    :raises EvidenceError: the number or the list is wrong.
    """
    try:
        if not params["authorized_users_file"]:
            return read_authorized_users(params["authorized_users"])
        path = Path(loader.path_dwim(params["authorized_users_file"]))
        if path.suffix.lower() in _STRUCTURED:
            # An empty file is an export that failed: not a number that was left out.
            raw = _structured(path, "authorized_users_file", loader)
            return read_authorized_users(raw if raw is not None else [])
        return AuthorizedUsers(total=_lines(path), listed=True)
    except BadAuthorizedUsers as error:
        raise EvidenceError(
            str(error), "give a number, a list of names, or either by version"
        ) from error


def _lines(path: Path) -> int:
    _look(path, "authorized_users_file", None)
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            return count_names(file, path.name)
    except OSError as error:
        raise _unreadable(path, "authorized_users_file", error) from error


def _structured(path: Path, option: str, loader: Loader) -> Any:
    _look(path, option, LARGEST)
    try:
        return loader.load_from_file(str(path), cache="none")
    except AnsibleError as error:
        # Its own words show the line, which may hold a number.
        raise EvidenceError(
            f"{option}: {path.name} cannot be read as YAML or JSON, or not be decrypted",
            "check it with ansible.builtin.include_vars, or a YAML linter, where nobody looks on",
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(path, option, error) from error


def _look(path: Path, option: str, largest: int | None) -> None:
    try:
        about = path.stat()
    except (OSError, ValueError) as error:
        raise _unreadable(path, option, error) from error
    if not stat.S_ISREG(about.st_mode):
        raise EvidenceError(f"{option}: {path} is not a file")
    if largest is not None and about.st_size > largest:
        raise EvidenceError(f"{option}: {path} is larger than {largest} bytes")


def _unreadable(path: Path, option: str, error: Exception) -> EvidenceError:
    why = error.strerror if isinstance(error, OSError) else error.__class__.__name__
    return EvidenceError(f"{option}: {path} on the controller cannot be read: {why}")
