# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the facts of a report come from: the variables of the hosts, the fact cache among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .backups import FACT

GROUP = "rds_license_servers"


def gathered_facts(
    variables: Mapping[str, Any], facts: Mapping[str, Any] | None, hosts: Sequence[str] | None
) -> tuple[dict[str, Any], list[str]]:
    """The facts ``rds_cal`` by host, and the license servers that should have some.

    :param variables: the variables of the task.
    :param facts: facts that the task names itself; then no host's variables are read.
    :param hosts: the expected license servers; by default the group ``rds_license_servers``, or
        the hosts of the facts that the task names.
    """
    if hosts is None:
        hosts = [] if facts is not None else list(variables.get("groups", {}).get(GROUP, ()))
    names = [str(name) for name in hosts]
    if facts is not None:
        return {str(name): each for name, each in facts.items()}, names
    everyone = variables.get("hostvars", {})
    found = {name: _facts_of(everyone, name, "rds_cal") for name in names}
    return {name: each for name, each in found.items() if each is not None}, names


def gathered_backups(variables: Mapping[str, Any], hosts: Sequence[str]) -> dict[str, Any]:
    """What the role lserver_backup found, by host; only hosts where it looked."""
    everyone = variables.get("hostvars", {})
    found = {name: _facts_of(everyone, name, FACT) for name in hosts}
    return {name: each for name, each in found.items() if each is not None}


def _facts_of(everyone: Any, name: str, fact: str) -> Any:
    """One host's facts, without templating them: they are data, whatever they look like."""
    if name not in everyone:
        return None
    raw = everyone.raw_get(name) if hasattr(everyone, "raw_get") else everyone[name]
    if not isinstance(raw, Mapping):
        return None
    gathered = raw.get("ansible_facts")
    if isinstance(gathered, Mapping) and fact in gathered:
        return gathered[fact]
    return raw.get(fact)
