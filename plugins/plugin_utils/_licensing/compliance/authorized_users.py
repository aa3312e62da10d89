# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many users may connect: the operator's number, or the number of names in a list.

The names are counted and not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..version_matrix import VERSIONS

MOST_USERS = 5_000_000
_VERSION = re.compile(r"(\d{4})(?:\s*r2)?", re.IGNORECASE)


class BadAuthorizedUsers(ValueError):
    """The number or list is not what it has to be."""


@dataclass(frozen=True, slots=True)
class AuthorizedUsers:
    """Users who may connect to session hosts in the mode Per User.

    :param total: of all of them together, where the operator did not tell them apart.
    :param by_version: by the newest session hosts that they may connect to; each user once.
    :param listed: whether names were counted, rather than a number believed.
    """

    total: int | None = None
    by_version: Mapping[str, int] = field(default_factory=dict)
    listed: bool = False

    def as_dict(self) -> dict[str, Any]:
        """As results and reports show it."""
        return {
            "total": self.total,
            "by_version": dict(sorted(self.by_version.items())),
            "source": "list" if self.listed else "number",
        }


def read_authorized_users(raw: object) -> AuthorizedUsers | None:
    """Understand a number, a list of names, or a mapping of versions to either.

    :returns: ``None`` for nothing: then the number is unknown, which is not 0.
    :raises BadAuthorizedUsers: it is something else, or an empty list.
    """
    if raw is None or raw == "":
        return None
    if not isinstance(raw, Mapping):
        number, listed = _count(raw, "authorized_users")
        return AuthorizedUsers(total=number, listed=listed)
    counts: dict[str, int] = {}
    names_counted = False
    for name, value in raw.items():
        found = _VERSION.fullmatch(str(name).strip())
        if found is None or found[1] not in VERSIONS:
            raise BadAuthorizedUsers(
                f"authorized_users: {str(name)[:60]!r} is no version; known: {', '.join(VERSIONS)}"
            )
        if found[1] in counts:
            raise BadAuthorizedUsers(f"authorized_users: {found[1]} stands there twice")
        counts[found[1]], listed = _count(value, f"authorized_users.{found[1]}")
        names_counted = names_counted or listed
    if not counts:
        raise BadAuthorizedUsers("authorized_users: an empty mapping tells nothing; leave it out")
    return AuthorizedUsers(by_version=counts, listed=names_counted)


def count_names(names: Iterable[object], where: str) -> int:
    """Count the different names of a list; upper and lower case do not count.

    Blank lines and lines that begin with ``#`` are none.

    :raises BadAuthorizedUsers: there is no name in it: an export that failed is not 0 users.
    """
    seen: set[str] = set()
    for each in names:
        name = str(each).strip().strip('"').casefold()
        if name and not name.startswith("#"):
            seen.add(name)
            if len(seen) > MOST_USERS:
                raise BadAuthorizedUsers(f"{where}: more than {MOST_USERS} names")
    if not seen:
        raise BadAuthorizedUsers(
            f"{where}: there is no name in it. If nobody is authorized, write 0; if the export "
            "failed, leave it out"
        )
    return len(seen)


def _count(raw: object, where: str) -> tuple[int, bool]:
    if isinstance(raw, Sequence) and not isinstance(raw, (str, bytes)):
        if any(isinstance(each, (Mapping, list, tuple)) for each in raw):
            raise BadAuthorizedUsers(f"{where}: a list of names is needed, one text per user")
        return count_names(raw, where), True
    text = "" if isinstance(raw, (bool, float)) or raw is None else str(raw).strip()
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise BadAuthorizedUsers(
            f"{where}: {str(raw)[:60]!r} is neither a number of users (0 or more) nor a list of "
            "names"
        )
    if int(text) > MOST_USERS:
        raise BadAuthorizedUsers(f"{where}: {text} is more than {MOST_USERS}")
    return int(text), False
