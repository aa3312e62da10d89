# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the end-to-end tests compare: runs in a row, and everything that a host holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from farm.model.host import Host
from farm.model.registry import RegData, RegType

from .runner import Controller, Run

LABS = Callable[..., Controller]

POLICY = r"HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services"
STRAY = POLICY + r"\LicenseServers"
LOCAL_SERVERS = r"HKLM\SYSTEM\CurrentControlSet\Services\TermService\Parameters\LicenseServers"
LOCAL_MODE = r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\RCM\Licensing Core"

Values = dict[tuple[str, str], tuple[RegType, RegData]]


@dataclass(frozen=True)
class Snapshot:
    """The whole registry of a host: its keys, and its values by key and name."""

    keys: frozenset[str]
    values: Values

    @classmethod
    def of(cls, host: Host) -> Snapshot:
        """Take one."""
        keys = [key for hive in ("HKLM", "HKU", "HKCR") for key in host.registry.walk(hive)]
        values = {
            (key, name): (kind, data)
            for key in keys
            for name, kind, data in host.registry.values(key)
        }
        return cls(frozenset(keys), values)

    def changes(self, later: Snapshot) -> set[str]:
        """What a later one holds besides (+), no longer (-), or otherwise (~)."""
        return (
            {f"+{key}" for key in later.keys - self.keys}
            | {f"-{key}" for key in self.keys - later.keys}
            | {f"+{key} [{name}]" for key, name in later.values.keys() - self.values.keys()}
            | {
                f"-{key} [{name}]"
                for key, name in self.values.keys() - later.values.keys()
                if key in later.keys
            }
            | {
                f"~{key} [{name}]"
                for key, name in self.values.keys() & later.values.keys()
                if self.values[key, name] != later.values[key, name]
            }
        )


@dataclass(frozen=True)
class Story:
    """The same playbook three times: check mode with diff, for real, and once more."""

    check: Run
    first: Run
    second: Run
    at_start: dict[str, Snapshot]
    after_check: dict[str, Snapshot]
    after_first: dict[str, Snapshot]
    after_second: dict[str, Snapshot]
    states: dict[str, dict[str, Any]]
    """What the farm says of each host after the first real run."""


def tell(
    controller: Controller, run: Callable[..., Run], *, only_changed_again: bool = False
) -> Story:
    """Run it in check mode, for real, and again.

    :param run: runs the playbook with more arguments for ansible-playbook.
    :param only_changed_again: leave out of the second run the hosts that the first one found
        right, or refused: it was the same for them already.
    """

    def look() -> dict[str, Snapshot]:
        return {name: Snapshot.of(host) for name, host in controller.farm.hosts.items()}

    at_start = look()
    check = run("--check", "--diff")
    after_check = look()
    first = run()
    states, after_first = controller.farm.state(), look()
    changed = {each.host for each in first.events if each.result.get("changed")}
    second = run("--limit", ",".join(sorted(changed))) if only_changed_again else run()
    return Story(check, first, second, at_start, after_check, after_first, look(), states)
