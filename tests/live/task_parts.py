# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a task that a module looks at: how its connection is set, and variables.

Only what is named here is kept of a connection. A password is not among it, and the password of a
proxy is taken out of the proxy's address.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from ansible.errors import AnsibleError
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._debugging.settings import (
    read_settings,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.hostvars import (
    GROUP,
)

_OPTIONS = (
    "remote_addr", "host", "port", "scheme", "protocol", "path", "remote_user", "transport",
    "auth", "message_encryption", "cert_validation",
)  # fmt: skip
_EXTRAS = ("ansible_winrm_message_encryption", "ansible_winrm_server_cert_validation")
_FACTS = ("rds_cal",)
"""The facts of other hosts that modules look at."""


def connection_kept(connection: Any) -> dict[str, Any]:
    """How a connection is set, without passwords."""
    options = {}
    for name in (*_OPTIONS, "_extras", "proxy"):
        with suppress(KeyError, AnsibleError):
            options[name] = connection.get_option(name)
    # Without the password of the proxy.
    proxy = read_settings(connection).proxy
    if options.get("proxy"):
        options["proxy"] = proxy
    extras = options.get("_extras")
    if isinstance(extras, Mapping):
        options["_extras"] = {name: extras[name] for name in _EXTRAS if name in extras}
        if extras.get("ansible_winrm_proxy"):
            options["_extras"]["ansible_winrm_proxy"] = proxy
    values = {
        "plugin": str(getattr(connection, "transport", "unknown")),
        "become": connection.become is not None,
        "options": options,
    }
    return dict(json.loads(json.dumps(values, default=str)))


def options_given(action: Any, result: Mapping[str, Any]) -> dict[str, Any]:
    """The options that a task was given, as its result tells them: secrets are masked there.

    Some are left out of the result for their size; those come from the task, unless the module
    takes them for secrets.
    """
    told = result.get("invocation", {}).get("module_args", {})
    spec = action.SPEC.as_arguments()["argument_spec"]
    given = dict(action._task.args)
    plain = {
        name: value
        for name, value in given.items()
        if name in spec and not spec[name].get("no_log") and "options" not in spec[name]
    }
    options = {**plain, **{name: value for name, value in told.items() if name in given}}
    return dict(json.loads(json.dumps(options, default=str)))


class HostvarsWatched:
    """The variables of the hosts, and of which hosts somebody asked for them."""

    def __init__(self, hostvars: Any) -> None:
        self._hostvars = hostvars
        self.asked: list[str] = []

    def __contains__(self, name: str) -> bool:
        return name in self._hostvars

    def __getitem__(self, name: str) -> Any:
        return self._hostvars[name]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._hostvars, name)

    def raw_get(self, name: str) -> Any:
        """One host's, without templating."""
        self.asked.append(name)
        known = self._hostvars
        return known.raw_get(name) if hasattr(known, "raw_get") else known[name]


def variables_kept(variables: Mapping[str, Any], watched: HostvarsWatched) -> dict[str, Any]:
    """The variables that a module looked at: of hosts only the facts that it may have wanted."""
    found: dict[str, Any] = {}
    if "ansible_become" in variables:
        found["ansible_become"] = variables["ansible_become"]
    if watched.asked:
        found["groups"] = {GROUP: list(variables.get("groups", {}).get(GROUP, ()))}
        found["hostvars"] = {name: _facts(watched.raw_get(name)) for name in set(watched.asked)}
    return dict(json.loads(json.dumps(found, default=str)))


def _facts(raw: Any) -> dict[str, Any]:
    gathered = raw.get("ansible_facts") if isinstance(raw, Mapping) else None
    found = {}
    for name in _FACTS:
        for place in (gathered, raw):
            if isinstance(place, Mapping) and name in place:
                found[name] = place[name]
                break
    return found


@dataclass
class RecordedConnection:
    """A connection plugin that is set as another one was; nothing can be sent over it."""

    transport: str
    become: object | None
    options: dict[str, Any]
    _shell: Any = field(default_factory=lambda: SimpleNamespace(tmpdir=None))

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> RecordedConnection:
        """The one of a record."""
        return cls(kept["plugin"], object() if kept["become"] else None, kept["options"])

    def get_option(self, name: str) -> Any:
        """See ``ConnectionBase``."""
        return self.options[name]


@dataclass
class RecordedTask:
    """The attributes of a task that an action plugin looks at."""

    action: str
    args: dict[str, Any]
    check_mode: bool
    diff: bool
    async_val: int = 0
    delegate_to: str | None = None
