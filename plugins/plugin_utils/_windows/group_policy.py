# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Group policy: which domain GPO delivers a registry value, and the refresh.

The first is Resultant Set of Policy. Its data is what the last policy refresh logged. A host
that never logged it has no rows, and the namespace may be absent or denied: then it is
unknown, which is not the same as none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .._cim import wql
from .._cim.errors import CimError, Fault
from .._cim.session import CimSession, Instance
from .powershell import Operations
from .schema.operating_system import RSOP_GPO, RSOP_REGISTRY_POLICY_SETTING


class RefreshFailed(CimError):
    """gpupdate ended with an error."""

    def __init__(self, status: object) -> None:
        super().__init__(f"gpupdate ended with {status}: the policy was not refreshed completely")
        self.advice = (
            "look at the System event log of the host (source GroupPolicy) and whether a domain "
            "controller answers"
        )


@dataclass(frozen=True, slots=True)
class PolicyOrigin:
    """The domain GPOs that set a value; ``known`` is False when it cannot be told."""

    known: bool
    gpos: tuple[str, ...] = ()


def origin_of(session: CimSession, key: str, value: str) -> PolicyOrigin:
    """Tell which domain GPOs set a value under HKLM.

    Two requests when one does, one when none does.

    :param key: without the hive.
    """
    return origins_of(session, key, (value,))[value]


def origins_of(session: CimSession, key: str, values: Sequence[str]) -> dict[str, PolicyOrigin]:
    """Tell for each of some values under HKLM which domain GPOs set it.

    Every GPO that sets a value is named: nothing depends on the order of precedence, which is
    not clearly documented.

    :param key: without the hive.
    """
    names = ["GPOID", "registryKey", "valueName"]
    where = " OR ".join(f"valueName = {wql.literal(each)}" for each in values)
    try:
        rows = list(session.enumerate(RSOP_REGISTRY_POLICY_SETTING, names, where))
        found = {value: _domain_gpos(rows, key, value) for value in values}
        if not any(found.values()):
            return dict.fromkeys(values, PolicyOrigin(known=bool(rows) or _logged(session)))
        shown = {
            _plain(str(row["id"] or "")): str(row["name"] or "")
            for row in session.enumerate(RSOP_GPO, ["id", "name"])
        }
    except Fault as fault:
        if fault.no_such_class or fault.access_denied:
            return dict.fromkeys(values, PolicyOrigin(known=False))
        raise
    return {
        value: PolicyOrigin(True, tuple(sorted(shown.get(_plain(each)) or each for each in ids)))
        for value, ids in found.items()
    }


def _domain_gpos(rows: Sequence[Instance], key: str, value: str) -> set[str]:
    """The ids of the domain GPOs that set a value."""
    ids = {
        str(row["GPOID"] or "")
        for row in rows
        if _path(row["registryKey"]) == _path(key)
        and str(row["valueName"] or "").casefold() == value.casefold()
    }
    return {each for each in ids if _in_directory(each)}


def _logged(session: CimSession) -> bool:
    """Whether the last refresh logged anything: no GPO at all means that it did not."""
    return any(True for dummy in session.enumerate(RSOP_GPO, ["id"]))


def _path(key: object) -> str:
    path = str(key or "").strip("\\").casefold()
    for hive in ("hkey_local_machine\\", "hklm\\", "machine\\"):
        path = path.removeprefix(hive)
    return path


def _in_directory(gpo_id: str) -> bool:
    # A domain GPO is named by its path in the directory; the local one is not in it.
    return "DC=" in gpo_id.upper()


def _plain(gpo_id: str) -> str:
    return gpo_id.upper().removeprefix("LDAP://")


def refresh_policy(operations: Operations, wait: int) -> None:
    """Run gpupdate for the computer; it has no CIM form.

    :param wait: seconds that it may wait for the policy to be processed.
    :raises RefreshFailed: gpupdate did not end with 0.
    """
    status = operations.run("gpupdate", {"wait_seconds": wait}).get("exit_code")
    if status != 0:
        raise RefreshFailed(status)
