# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Windows features of a server and what installing or removing them changes.

Names as Install-WindowsFeature takes them; the names of the optional features and the numbers of
the server features are those of Microsoft Learn (Win32_OptionalFeature, Win32_ServerFeature) and
of the support articles. Which of them need a restart is common experience, not documented.
"""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from .registry import Registry

CACHE_KEY = r"HKLM\SOFTWARE\Microsoft\ServerManager\ServicingStorage\ServerComponentCache"
SERVICING_KEY = (
    r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending"
)
SESSION_MANAGER_KEY = r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager"
RENAMES = "PendingFileRenameOperations"
_PARENT = "Remote-Desktop-Services"


class FeatureState(enum.IntEnum):
    """State of a feature (Microsoft Learn: MSFT_ServerFeature)."""

    AVAILABLE = 0
    INSTALLED = 1
    UNINSTALL_PENDING = 2
    INSTALL_PENDING = 3
    REMOVED = 5


@dataclass(frozen=True, slots=True)
class FeatureKind:
    """One feature: its names, the role it brings, and whether Windows wants a restart for it."""

    name: str
    display: str
    optional: str
    number: int = 0
    parent: str | None = None
    role: str | None = None
    restart: bool = False
    tools: tuple[str, ...] = ()


FEATURES: dict[str, FeatureKind] = {
    kind.name: kind
    for kind in (
        FeatureKind(_PARENT, "Remote Desktop Services", "Remote-Desktop-Services", 18),
        FeatureKind(
            "RDS-RD-Server",
            "Remote Desktop Session Host",
            "AppServer",
            130,
            _PARENT,
            "session_host",
            restart=True,
            tools=("RSAT-RDS-Licensing-Diagnosis-UI",),
        ),
        FeatureKind(
            "RDS-Licensing",
            "Remote Desktop Licensing",
            "Licensing",
            131,
            _PARENT,
            "licensing",
            tools=("RDS-Licensing-UI",),
        ),
        FeatureKind("RDS-Gateway", "Remote Desktop Gateway", "Gateway", 132, _PARENT),
        FeatureKind(
            "RDS-Connection-Broker",
            "Remote Desktop Connection Broker",
            "SessionDirectory",
            133,
            _PARENT,
            restart=True,
        ),
        FeatureKind("RDS-Web-Access", "Remote Desktop Web Access", "WebAccess", 134, _PARENT),
        FeatureKind("RDS-Licensing-UI", "Remote Desktop Licensing Tools", "Licensing-UI"),
        FeatureKind(
            "RSAT-RDS-Licensing-Diagnosis-UI",
            "Remote Desktop Licensing Diagnoser Tools",
            "Licensing-Diagnosis-UI",
        ),
    )
}
_ROLE_FEATURES = {kind.role: kind.name for kind in FEATURES.values() if kind.role is not None}


@dataclass(frozen=True, slots=True)
class FeaturePlan:
    """What the scenario says about features beyond the roles.

    ``removed`` have no files on the disk, ``restart`` need a restart although they usually do
    not, ``failures`` map a name to the ExitCode with which its installation or removal ends.
    ``cache`` False leaves Server Manager's cache out of the registry. ``pending`` are reasons for
    a restart from before: ``servicing``, ``file_rename``.
    """

    installed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    restart: tuple[str, ...] = ()
    failures: Mapping[str, str] = field(default_factory=dict)
    cache: bool = True
    pending: tuple[str, ...] = ()


class FeatureError(Exception):
    """The cmdlet ends with an error instead of a result."""

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class FeatureChange:
    """The cmdlet's result: Success, RestartNeeded in lower case, ExitCode, names that changed."""

    success: bool
    restart_needed: str
    exit_code: str
    changed: tuple[str, ...]


class Features:
    """The features of one machine. ``arrive`` and ``leave`` are told which role came or went.

    A Windows client has none, and no cmdlet that could bring one.
    """

    def __init__(
        self,
        plan: FeaturePlan,
        server: bool,
        roles: Iterable[str],
        registry: Registry,
        arrive: Callable[[str], None],
        leave: Callable[[str], None],
    ) -> None:
        self.plan = plan
        self._registry, self._arrive, self._leave = registry, arrive, leave
        self._lock = threading.RLock()
        self._states: dict[str, FeatureState] = {}
        if not server:
            return
        self._states = dict.fromkeys(FEATURES, FeatureState.AVAILABLE)
        self._states.update(dict.fromkeys(plan.removed, FeatureState.REMOVED))
        for name in (*(_ROLE_FEATURES[role] for role in sorted(roles)), *plan.installed):
            for each in self._with_parent(name):
                self._states[each] = FeatureState.INSTALLED
        if plan.cache:
            for name in FEATURES:
                self._note(name)
        if "servicing" in plan.pending:
            registry.create_key(SERVICING_KEY)
        if "file_rename" in plan.pending:
            names = ["\\??\\C:\\Windows\\Temp\\simulated.tmp", ""]
            registry.set(SESSION_MANAGER_KEY, RENAMES, "MULTI_SZ", names)

    def _with_parent(self, name: str) -> tuple[str, ...]:
        parent = FEATURES[name].parent
        return (name,) if parent is None else (parent, name)

    def _note(self, name: str) -> None:
        """Server Manager's cache; only that 0 means not installed is documented."""
        state = int(self._states[name])
        self._registry.set(f"{CACHE_KEY}\\{name}", "InstallState", "DWORD", state)

    def _set(self, name: str, state: FeatureState) -> None:
        self._states[name] = state
        if self.plan.cache:
            self._note(name)

    def states(self) -> dict[str, FeatureState]:
        """State by name."""
        with self._lock:
            return dict(self._states)

    @property
    def installed(self) -> list[str]:
        """Names of the installed features."""
        return [n for n, state in self.states().items() if state is FeatureState.INSTALLED]

    @property
    def restart_pending(self) -> bool:
        """True when the registry says that a restart is outstanding."""
        renames = self._registry.get(SESSION_MANAGER_KEY, RENAMES)
        return self._registry.exists(SERVICING_KEY) or renames is not None

    # -- change -----------------------------------------------------------------------------

    def install(self, names: Iterable[str], *, tools: bool) -> FeatureChange:
        """Install-WindowsFeature: what is there already is passed over."""
        wanted: list[str] = []
        for name in self._known(names):
            more = FEATURES[name].tools if tools else ()
            wanted += [n for n in (*self._with_parent(name), *more) if n not in wanted]
        with self._lock:
            done = (FeatureState.INSTALLED, FeatureState.INSTALL_PENDING)
            missing = [name for name in wanted if self._states[name] not in done]
            gone = [name for name in missing if self._states[name] is FeatureState.REMOVED]
            if gone:
                raise FeatureError(f"The source files of {gone[0]} could not be found.", 0x800F081F)
            return self._apply(missing, FeatureState.INSTALLED, FeatureState.INSTALL_PENDING)

    def remove(self, names: Iterable[str]) -> FeatureChange:
        """Uninstall-WindowsFeature: what is not there is passed over; tools and parent stay."""
        with self._lock:
            there = [
                name
                for name in self._known(names)
                if self._states[name] in (FeatureState.INSTALLED, FeatureState.INSTALL_PENDING)
            ]
            return self._apply(there, FeatureState.AVAILABLE, FeatureState.UNINSTALL_PENDING)

    def _known(self, names: Iterable[str]) -> list[str]:
        if not self._states:
            raise FeatureError(
                "The target cannot be a Windows client operating system.", 0x80131500
            )
        spelled = {name.lower(): name for name in FEATURES}
        found = []
        for name in names:
            if name.lower() not in spelled:
                raise FeatureError(f"{name} is no role, role service or feature.", 0x80131500)
            found.append(spelled[name.lower()])
        return found

    def _apply(self, names: list[str], now: FeatureState, later: FeatureState) -> FeatureChange:
        failed = [self.plan.failures[name] for name in names if name in self.plan.failures]
        if failed:
            restart = "yes" if "Restart" in failed[0] else "no"
            return FeatureChange(False, restart, failed[0], ())
        if not names:
            restart = "yes" if self.restart_pending else "no"
            return FeatureChange(True, restart, "NoChangeNeeded", ())
        waiting = [n for n in names if FEATURES[n].restart or n in self.plan.restart]
        for name in names:
            self._set(name, later if name in waiting else now)
            if name not in waiting:
                self._tell(name, now)
        if not waiting:
            return FeatureChange(True, "no", "Success", tuple(names))
        self._registry.create_key(SERVICING_KEY)
        return FeatureChange(True, "yes", "SuccessRestartRequired", tuple(names))

    def _tell(self, name: str, state: FeatureState) -> None:
        role = FEATURES[name].role
        if role is not None:
            (self._arrive if state is FeatureState.INSTALLED else self._leave)(role)

    def finish(self) -> None:
        """What a restart completes."""
        ends = {
            FeatureState.INSTALL_PENDING: FeatureState.INSTALLED,
            FeatureState.UNINSTALL_PENDING: FeatureState.AVAILABLE,
        }
        with self._lock:
            for name, state in self.states().items():
                if state in ends:
                    self._set(name, ends[state])
                    self._tell(name, ends[state])
            if self._registry.exists(SERVICING_KEY):
                self._registry.delete_key(SERVICING_KEY)
            self._registry.delete_value(SESSION_MANAGER_KEY, RENAMES)
