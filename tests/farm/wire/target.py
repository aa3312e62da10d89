# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a request is about: operation, namespace, class, method."""

from __future__ import annotations

from dataclasses import dataclass

from ..cim.schema import load_definitions
from . import namespaces as ns
from .fault_message import ACTION_NOT_SUPPORTED, DESTINATION_UNREACHABLE, WsmanFault
from .message import Header

_SHELL_LIFE = {ns.CREATE: "ShellCreate", ns.DELETE: "ShellDelete"}


@dataclass(frozen=True, slots=True)
class Target:
    """``cls`` is ``*`` for a query over a namespace and empty for the shell."""

    operation: str
    namespace: str = ""
    cls: str = ""
    method: str = ""

    @property
    def shell(self) -> bool:
        """True for the operations of a remote shell or a runspace."""
        return not self.cls and self.operation != "Identify"


def may_write(target: Target) -> bool:
    """Whether the request may change the host, were it carried out.

    A method that the definitions do not know counts as one that writes, and so does a command.
    """
    if target.operation == "Invoke":
        definition = load_definitions().get(target.cls.lower())
        method = None if definition is None else definition.methods.get(target.method)
        return method is None or method.writes
    return target.operation in ("Put", "Command")


def target_of(header: Header) -> Target:
    """Read the resource URI and the action; a fault for what no plug-in of Windows serves."""
    uri, action = header.resource_uri, header.action
    if uri.lower() in (ns.CMD_SHELL, ns.RUNSPACE.lower()):
        operation = _SHELL_LIFE.get(action) or ns.SHELL_ACTIONS.get(action)
        if operation is None:
            raise WsmanFault(ACTION_NOT_SUPPORTED, extra=action)
        return Target(operation)
    if not uri.lower().startswith(ns.WMI.lower() + "root/"):
        raise WsmanFault(DESTINATION_UNREACHABLE, detail="InvalidResourceURI", extra=uri)
    namespace, dummy, cls = uri[len(ns.WMI) :].rpartition("/")
    if not namespace or not cls or "//" in uri[len(ns.WMI) :]:
        raise WsmanFault(DESTINATION_UNREACHABLE, detail="InvalidResourceURI", extra=uri)
    operation = ns.PLAIN_ACTIONS.get(action)
    if operation is not None:
        return Target(operation, namespace, cls)
    if not action.lower().startswith(uri.lower() + "/"):
        raise WsmanFault(ACTION_NOT_SUPPORTED, extra=action)
    return Target("Invoke", namespace, cls, action[len(uri) + 1 :])
