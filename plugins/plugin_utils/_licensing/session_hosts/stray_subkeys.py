# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sub-keys that how-tos make where a value belongs, and their repair.

The policy wants one value ``LicenseServers`` (REG_SZ). Many instructions create a key of that
name instead, with sub-keys or values per server: Windows does not look there, and the host has
no license server. Only the key of that name under the policy path is meant; the one under
TermService\\Parameters is Windows' own.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..._windows.registry import Registry
from ..change import Refused, Step
from .session_host import POLICY_KEY, POLICY_SERVERS

STRAY_KEY = rf"{POLICY_KEY}\{POLICY_SERVERS}"
_MAX_KEYS = 500
"""A how-to makes a handful; a tree that is larger is none of theirs and is not touched."""


@dataclass(frozen=True, slots=True)
class StraySubkeys:
    """The stray key with everything in it.

    :param keys: full paths, each before those below it; empty when there is none.
    :param values: full path of the key and name of the value.
    """

    keys: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()

    def as_list(self) -> list[str]:
        """For people: ``LicenseServers\\SRV1`` for a key, ``... [name]`` for a value."""
        keys = [_shown(key) for key in self.keys]
        values = [f"{_shown(key)} [{name or '(default)'}]" for key, name in self.values]
        return sorted(keys + values, key=str.casefold)


def read_stray_subkeys(registry: Registry) -> StraySubkeys:
    """Look for them: one request when there are none.

    :raises Refused: there are too many to have come from a how-to.
    """
    names = registry.subkeys(POLICY_KEY)
    if not any(each.casefold() == POLICY_SERVERS.casefold() for each in names or ()):
        return StraySubkeys()
    keys: list[str] = []
    values: list[tuple[str, str]] = []
    pending = [STRAY_KEY]
    while pending:
        if len(keys) >= _MAX_KEYS:
            raise Refused(
                "stray_keys",
                rf"HKLM\{STRAY_KEY} holds more than {_MAX_KEYS} keys, which no how-to makes",
                "look at it by hand and delete what does not belong there",
            )
        key = pending.pop(0)
        keys.append(key)
        values += [(key, name) for name in registry.value_names(key)]
        pending += [rf"{key}\{each}" for each in registry.subkeys(key) or ()]
    return StraySubkeys(tuple(keys), tuple(values))


def repair_steps(registry: Registry, stray: StraySubkeys) -> list[Step]:
    """The steps that delete them bottom-up, and nothing outside the stray key."""
    return [_deletion(registry, key) for key in reversed(stray.keys)]


def _deletion(registry: Registry, key: str) -> Step:
    inside = key.casefold() == STRAY_KEY.casefold() or key.casefold().startswith(
        STRAY_KEY.casefold() + "\\"
    )
    if not inside:
        raise ValueError(f"{key} is not the stray key: it is not deleted")
    return Step(
        rf"delete the stray key HKLM\{key}",
        lambda: registry.delete_key(key),
        lambda: not registry.exists(key),
    )


def _shown(key: str) -> str:
    return key[len(POLICY_KEY) + 1 :]
