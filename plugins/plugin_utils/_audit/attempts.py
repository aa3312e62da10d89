# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that could not be diagnosed in this run, whatever a fact cache still says of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .._reporting.diagnoses import Attempt
from .._reporting.farm import DiagnosisState

_OBJECT = re.compile(r"<[^<>]{1,200} object at 0x[0-9a-fA-F]{1,16}>:? ?")
"""How Python's libraries name a connection: another one in every run, and nothing to anybody."""


def attempts_of(
    variables: Mapping[str, Any], registered: str | None, hosts: Iterable[str]
) -> dict[str, Attempt]:
    """The diagnoses that did not come about, by host.

    :param variables: of the task.
    :param registered: the variable that the task of the diagnosis registers; without one no
        host's variables are read.
    """
    if not registered:
        return {}
    everyone = variables.get("hostvars", {})
    found = {}
    for name in hosts:
        attempt = _attempt(_raw(everyone, name).get(registered))
        if attempt is not None:
            found[name] = attempt
    return found


def _raw(everyone: Any, name: str) -> Mapping[str, Any]:
    """A host's variables, without templating them."""
    if name not in everyone:
        return {}
    raw = everyone.raw_get(name) if hasattr(everyone, "raw_get") else everyone[name]
    return raw if isinstance(raw, Mapping) else {}


def _attempt(result: object) -> Attempt | None:
    if not isinstance(result, Mapping):
        return None
    trouble = result.get("trouble")
    trouble = trouble if isinstance(trouble, str) else ""
    why = _OBJECT.sub("", str(result.get("msg") or ""))
    if trouble and isinstance(advice := result.get("advice"), str):
        # The report has its own, in its language.
        why = why.replace(f" What to do: {advice.rstrip('.')}.", "")
    if result.get("unreachable") is True:
        return Attempt(DiagnosisState.UNREACHABLE, why, trouble)
    if result.get("failed") is True:
        return Attempt(DiagnosisState.FAILED, why, trouble)
    return None
