# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors in a record: what the carriers, the connection plugins and the steps raise."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import Enum
from typing import Any

from ansible.errors import AnsibleAuthenticationFailure, AnsibleConnectionFailure, AnsibleError
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim import errors
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.codes import Code
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows import powershell

from .recording import NotRecorded

_OURS = {
    name: found
    for room in (errors, powershell)
    for name, found in vars(room).items()
    if isinstance(found, type) and issubclass(found, errors.CimError)
}
_PLUGINS = {
    each.__name__: each
    for each in (AnsibleError, AnsibleConnectionFailure, AnsibleAuthenticationFailure)
}


def told(error: Exception) -> dict[str, Any]:
    """An error as a record holds it: its kind, its sentence and its fields."""
    own = vars(error) if isinstance(error, errors.CimError) else {}
    values = {name: _kept(value) for name, value in own.items()}
    found = {"kind": error.__class__.__name__, "text": str(error), "values": values}
    return dict(json.loads(json.dumps(found, default=str)))


def rebuilt(error: dict[str, Any]) -> Exception:
    """The error that was recorded.

    :raises NotRecorded: it is none that the collection's code knows.
    """
    kind, text = error["kind"], error["text"]
    if kind in _PLUGINS:
        of_plugin: Exception = _PLUGINS[kind](text)
        return of_plugin
    if kind not in _OURS:
        raise NotRecorded(f"the record ends with an error that cannot be made again: {kind}")
    # Each has a constructor of its own, which made the sentence out of other things.
    cls = _OURS[kind]
    made: errors.CimError = cls.__new__(cls)
    made.args = (text,)
    for name, value in error["values"].items():
        setattr(made, name, _again(value))
    return made


def _kept(value: Any) -> Any:
    if isinstance(value, Code):
        return {"Code": asdict(value)}
    return {value.__class__.__name__: value.value} if isinstance(value, Enum) else value


def _again(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, inner),) = value.items()
    return Code(**inner) if kind == "Code" else getattr(errors, kind)(inner)
