# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts of all hosts, from the variables of a task: the fact cache is among them.

They may be anything: what goes into a pack is made plain and bounded here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

LICENSE_SERVERS, SESSION_HOSTS = "rds_license_servers", "rds_session_hosts"
_DEEPEST = 12
_LONGEST_TEXT, _LONGEST_LIST = 4000, 20_000


def names_of(variables: Mapping[str, Any], given: Iterable[str] | None, group: str) -> list[str]:
    """The hosts that are meant: those that were named, or those of a group."""
    if given is not None:
        return [str(each) for each in given]
    return [str(each) for each in variables.get("groups", {}).get(group, ())]


def facts_named(variables: Mapping[str, Any], fact: str, hosts: Iterable[str]) -> dict[str, Any]:
    """One fact of several hosts; those that have it not are left out."""
    everyone = variables.get("hostvars", {})
    found = {}
    for name in hosts:
        value = _fact(everyone, name, fact)
        if value is not None:
            found[name] = value
    return found


def _fact(everyone: Any, name: str, fact: str) -> Any:
    """One host's fact, without templating it: it is data, whatever it looks like."""
    if name not in everyone:
        return None
    raw = everyone.raw_get(name) if hasattr(everyone, "raw_get") else everyone[name]
    if not isinstance(raw, Mapping):
        return None
    gathered = raw.get("ansible_facts")
    if isinstance(gathered, Mapping) and fact in gathered:
        return gathered[fact]
    return raw.get(fact)


def plain(value: object, depth: int = 0) -> Any:
    """A value as JSON can hold it: bounded in depth and length, without lone surrogates."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if abs(value) < 10**100 else str(_text("a number beyond measure"))
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if depth >= _DEEPEST:
        return "..."
    if isinstance(value, Mapping):
        entries = list(value.items())[:_LONGEST_LIST]
        return {_text(name): plain(each, depth + 1) for name, each in entries}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [plain(each, depth + 1) for each in value[:_LONGEST_LIST]]
    return _text(value)


def _text(value: object) -> str:
    return str(value)[:_LONGEST_TEXT].encode("utf-8", "replace").decode()
