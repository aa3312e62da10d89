# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows features of a server: installing and removing them has no CIM form.

Install-WindowsFeature and its opposite run as one PowerShell step each, and only when something
is to change. Whether a feature is there is read by CIM, from what it brings with it; the cache of
Server Manager in the registry is only a second opinion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from .._cim.errors import BadAnswer, CimError, NothingThere
from .._cim.session import CimSession
from .powershell import OperationFailed, Operations
from .registry import Registry, RegistryUnreadable
from .schema.operating_system import OPERATING_SYSTEM

_CACHE = r"SOFTWARE\Microsoft\ServerManager\ServicingStorage\ServerComponentCache"
_INSTALL_STATE = "InstallState"
_FIRST_BUILD = 9200
"""Server 2012: the first with Install-WindowsFeature."""
_WORKSTATION, _DOMAIN_CONTROLLER = 1, 2
_ADVICE_LOGS = (
    r"look at %windir%\Logs\CBS\CBS.log and at Server Manager on that server; where its files were "
    'removed (features on demand), give Windows a source by the group policy setting "Specify '
    'settings for optional component installation and component repair"'
)
_ADVICE_RESTART = "restart the server (reboot: true does it), then run the task again"


class RestartNeeded(StrEnum):
    """RestartNeeded of the cmdlets' result."""

    NO = "no"
    YES = "yes"
    MAYBE = "maybe"


class InstallState(IntEnum):
    """State of a feature (Microsoft Learn: MSFT_ServerFeature).

    That InstallState in the cache counts the same way is documented for 0 only.
    """

    AVAILABLE = 0
    INSTALLED = 1
    UNINSTALL_PENDING = 2
    INSTALL_PENDING = 3
    NOT_PRESENT = 4
    REMOVED = 5


class FeatureFailed(CimError):
    """The cmdlet ran and says that it did not work."""

    def __init__(self, doing: str, exit_code: str) -> None:
        super().__init__(f"Windows ended it with {exit_code or 'no exit code'}")
        self.operation = doing
        self.advice = _ADVICE_RESTART if "Restart" in exit_code else _ADVICE_LOGS


@dataclass(frozen=True, slots=True)
class FeatureChange:
    """What installing or removing did; ``changed`` is empty when there was nothing to do."""

    changed: tuple[str, ...]
    restart: RestartNeeded


@dataclass(frozen=True, slots=True)
class Product:
    """What kind of Windows it is: build 26100 is Server 2025 and Windows 11 alike."""

    build: int
    client: bool
    domain_controller: bool

    @property
    def has_features(self) -> bool:
        """Whether it has role services that Install-WindowsFeature installs."""
        return not self.client and self.build >= _FIRST_BUILD


def read_product(session: CimSession) -> Product:
    """Read it, in one request.

    :raises NothingThere: the account lacks the right to see it.
    """
    for each in session.enumerate(OPERATING_SYSTEM, ["BuildNumber", "ProductType"]):
        kind, build = each["ProductType"], str(each["BuildNumber"] or "")
        if isinstance(kind, int) and build.isdecimal():
            return Product(int(build), kind == _WORKSTATION, kind == _DOMAIN_CONTROLLER)
    raise NothingThere("Win32_OperatingSystem")


def cached_state(registry: Registry, feature: str) -> InstallState | None:
    """Read what Server Manager's cache says; None when it says nothing that is known."""
    try:
        value = registry.dword(rf"{_CACHE}\{feature}", _INSTALL_STATE)
        return InstallState(value) if isinstance(value, int) else None
    except (RegistryUnreadable, ValueError):
        return None


class Features:
    """Installs and removes features."""

    def __init__(self, operations: Operations) -> None:
        self._operations = operations

    def install(self, name: str, *, management_tools: bool) -> FeatureChange:
        """Install a feature. This takes minutes; the connection plugin waits for the end.

        :param name: as Get-WindowsFeature shows it, for example ``RDS-Licensing``.
        :raises OperationFailed: the cmdlet failed.
        :raises FeatureFailed: it says that it did not work.
        """
        options = {"names": [name], "management_tools": management_tools}
        return self._run("install_feature", f"installing {name}", options)

    def remove(self, name: str) -> FeatureChange:
        """Remove a feature; its management tools stay.

        :raises OperationFailed: the cmdlet failed.
        :raises FeatureFailed: it says that it did not work.
        """
        return self._run("remove_feature", f"removing {name}", {"names": [name]})

    def _run(self, operation: str, doing: str, options: Mapping[str, Any]) -> FeatureChange:
        try:
            output = self._operations.run(operation, options)
        except OperationFailed as failed:
            failed.operation = doing
            failed.advice = failed.advice or _ADVICE_LOGS
            raise
        if output.get("success") is not True:
            raise FeatureFailed(doing, str(output.get("exit_code") or ""))
        names = output.get("changed")
        try:
            restart = RestartNeeded(str(output.get("restart_needed")))
        except ValueError as exc:
            raise BadAnswer(f"{operation} answered with {exc}") from exc
        return FeatureChange(tuple(map(str, names)) if isinstance(names, list) else (), restart)
