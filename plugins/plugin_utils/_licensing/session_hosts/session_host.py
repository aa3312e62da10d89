# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a session host says about its licensing, and where that comes from.

Windows answers the effective settings through Win32_TerminalServiceSetting; policy,
deployment and local settings are read besides, to tell which of them rules:
policy beats deployment beats local.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from ..._cim.errors import Fault, NothingThere
from ..._cim.session import CimSession
from ..._windows.computer import Computer, read_computer
from ..._windows.registry import Registry
from ..._windows.schema.session_host import DEPLOYMENT_LICENSING, TERMINAL_SERVICE_SETTING

T = TypeVar("T")

POLICY_KEY = r"SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services"
POLICY_MODE = "LicensingMode"
POLICY_SERVERS = "LicenseServers"
LOCAL_MODE_KEY = r"SYSTEM\CurrentControlSet\Control\Terminal Server\RCM\Licensing Core"
LOCAL_MODE = "LicensingMode"
LOCAL_SERVERS_KEY = r"SYSTEM\CurrentControlSet\Services\TermService\Parameters\LicenseServers"
LOCAL_SERVERS = "SpecifiedLicenseServers"

_SETTING_PROPERTIES = (
    "ServerName",
    "TerminalServerMode",
    "LicensingType",
    "PolicySourceLicensingType",
    "PolicySourceConfiguredLicenseServers",
)


class Source(StrEnum):
    """Where an effective setting comes from."""

    POLICY = "policy"
    DEPLOYMENT = "deployment"
    LOCAL = "local"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Setting:
    """The one instance of Win32_TerminalServiceSetting."""

    server_name: str
    session_host: bool
    licensing_type: int
    policy_rules_mode: bool
    policy_rules_servers: bool

    @property
    def keys(self) -> dict[str, str]:
        """What addresses the instance in a method call."""
        return {"ServerName": self.server_name}


@dataclass(frozen=True, slots=True)
class Deployment:
    """The settings of the deployment (Connection Broker), when they rule this host."""

    licensing_type: int
    servers: tuple[str, ...]


class SessionHost:
    """Reads and writes the licensing settings of one host.

    :param session: CIM operations on it.
    """

    def __init__(self, session: CimSession) -> None:
        self.session = session
        self.registry = Registry(session)
        self._computer: Computer | None = None

    def computer(self) -> Computer:
        """Domain membership and kind of system; read at the first call, in one request."""
        if self._computer is None:
            self._computer = read_computer(self.session)
        return self._computer

    def setting(self) -> Setting:
        """Read the effective settings, in one request.

        :raises NothingThere: the account lacks the right to see them.
        """
        for each in self.session.enumerate(TERMINAL_SERVICE_SETTING, _SETTING_PROPERTIES):
            name, kind, mode = (
                each["ServerName"],
                each["LicensingType"],
                each["TerminalServerMode"],
            )
            if isinstance(name, str) and isinstance(kind, int) and isinstance(mode, int):
                return Setting(
                    server_name=name,
                    session_host=mode == 1,
                    licensing_type=kind,
                    policy_rules_mode=each["PolicySourceLicensingType"] == 1,
                    policy_rules_servers=each["PolicySourceConfiguredLicenseServers"] == 1,
                )
        raise NothingThere("Win32_TerminalServiceSetting")

    def deployment(self) -> Deployment | None:
        """Read the deployment's settings; None when there are none that rule this host.

        The class came with Server 2012: before, there is no deployment.
        """
        try:
            for each in self.session.enumerate(DEPLOYMENT_LICENSING):
                if each["UseCentralLicensingSettings"] is True:
                    kind, servers = each["LicensingType"], each["LicenseServers"]
                    return Deployment(
                        kind if isinstance(kind, int) else 0,
                        tuple(map(str, servers)) if isinstance(servers, list) else (),
                    )
        except Fault as fault:
            if not fault.no_such_class:
                raise
        return None

    def specified_servers(self, setting: Setting) -> list[str]:
        """Ask Windows for the license servers that it uses (effective), in their order."""
        outputs = self.session.call(
            TERMINAL_SERVICE_SETTING, "GetSpecifiedLicenseServerList", keys=setting.keys
        )
        names = outputs["SpecifiedLSList"]
        return [str(each).strip() for each in names] if isinstance(names, list) else []

    def call(self, setting: Setting, method: str, **inputs: Any) -> None:
        """Call a method of the setting that has to succeed."""
        self.session.call(TERMINAL_SERVICE_SETTING, method, inputs, setting.keys)


def resolve_source(
    effective: T,
    *,
    policy: T | None,
    policy_rules: bool,
    deployment: T | None,
    local: T | None,
    unset: Callable[[T], bool],
    same: Callable[[T, T], bool],
) -> tuple[Source, str | None]:
    """Tell where an effective setting comes from, and a note when the reads do not add up.

    :param effective: what Windows answers.
    :param policy: the policy value, None when there is none.
    :param policy_rules: Windows' own word that a policy rules it.
    :param deployment: the deployment's value, None when it does not rule.
    :param local: the local value, None when there is none.
    :param unset: whether a value means that nothing is configured.
    :param same: whether two values are the same.
    """
    if policy is not None or policy_rules:
        if policy is not None and policy_rules and same(policy, effective):
            return Source.POLICY, None
        if policy is None:
            return Source.UNKNOWN, "Windows says that a policy rules, but there is no policy value"
        return Source.UNKNOWN, "there is a policy value, but Windows does not answer by it"
    if deployment is not None:
        if same(deployment, effective):
            return Source.DEPLOYMENT, None
        return Source.UNKNOWN, "the deployment's settings rule, but Windows does not answer by them"
    if unset(effective) and (local is None or unset(local)):
        return Source.NONE, None
    if local is not None and same(local, effective):
        return Source.LOCAL, None
    return Source.UNKNOWN, "the local value is not what Windows answers"
