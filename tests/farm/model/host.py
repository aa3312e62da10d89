# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One simulated Windows machine."""

from __future__ import annotations

import threading
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from ..faults import Fault, FaultBoard
from ..log import Request, RequestLog
from .clock import Clock
from .defects import Defects
from .event_log import EventLogs
from .features import Features
from .file_store import FileStore
from .file_system import FileSystem
from .firewall import Firewall
from .grace_period import GracePeriod
from .group_policy import GroupPolicy
from .identity import installed_at
from .license_plan import LicenseServerPlan
from .license_server import LicenseServer
from .licensing import (
    LISTENER_KEY,
    LOCAL_MODE_KEY,
    LOCAL_SERVERS_KEY,
    NOT_CONFIGURED,
    POLICY_KEY,
    REMOTE_ADMINISTRATION,
    Deployment,
    LicensingView,
    licensing_view,
    stray_subkeys,
    stray_values,
)
from .network import Network
from .plan import HostPlan
from .power import Power
from .registry import Registry
from .releases import RELEASES, Release
from .scheduled_tasks import ScheduledTasks
from .services import FEATURE_SERVICES, KINDS, Service
from .shadow_copies import ShadowCopies
from .storage_state import storage_state

if TYPE_CHECKING:
    from .forest import Forest

VERSION_KEY = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
_LICENSING = "TermServLicensing"
LICENSING_SERVICE_KEY = r"HKLM\SYSTEM\CurrentControlSet\Services\TermServLicensing\Parameters"


class Host:
    """A machine with registry, services and licensing state, and what the tests need of it.

    ``registry``, ``faults``, ``requests``, ``state()`` and ``refresh_policy()`` are for tests;
    the rest serves the CIM providers.
    """

    def __init__(self, plan: HostPlan, forest: Forest, address: str) -> None:
        self.plan = plan
        self.forest = forest
        self.address = address
        self.name = plan.name
        self.netbios = plan.name.upper()[:15]
        self.release: Release = RELEASES[plan.release]
        self.roles: set[str] = set(plan.roles)
        self.clock = Clock(plan.clock, plan.uptime)
        self.machine_id = uuid.uuid5(uuid.NAMESPACE_DNS, plan.name)
        self.installed = installed_at(plan, self.clock.booted)
        self.tasks = ScheduledTasks(self)
        self.clock.on_advance(self.tasks.run_due)
        self.shadows = ShadowCopies(self)
        self.registry = Registry()
        self.faults = FaultBoard()
        self.log = RequestLog()
        self.defects = Defects()
        self.events = EventLogs(
            plan.signals.event_log,
            self.clock,
            german=self.german,
            licensing=lambda: self.licensing_role,
        )
        self.network = Network(self, plan.signals.network)
        self.firewall = Firewall(plan.signals.firewall)
        self.grace = GracePeriod(plan.grace_days, self.clock, self.registry)
        self._store = FileStore(plan.drives, self.clock.now)
        self.group_policy = GroupPolicy(plan.gpo, forest.domain, in_domain=plan.workgroup is None)
        self.deployment: Deployment | None = None
        if plan.deployment.present:
            self.deployment = Deployment(
                plan.deployment.central, plan.deployment.mode, list(plan.deployment.servers)
            )
        self.writable: dict[str, object] = {
            "LimitedUserSessions": 0,
            "SessionBrokerDrainMode": 0,
            "Logons": "0",
            "AllowTSConnections": 1,
            "SingleSession": 1,
        }
        self.services: dict[str, Service] = self._build_services()
        self._fill_registry()
        # Installations of RD Licensing: each is a license server of its own.
        self._lives = int(self.licensing_role)
        self.license_server: LicenseServer | None = None
        if self.licensing_role:
            self.license_server = LicenseServer(self, plan.license_server)
        self.features = Features(
            plan.features,
            self.release.year is not None,
            plan.roles,
            self.registry,
            self._role_arrives,
            self._role_leaves,
        )
        self._store.on_open.append(self._lay_out)
        self.power = Power(plan.reboot_seconds)
        self.power.on_boot(self._boot)
        self._lock = threading.Lock()
        self._lag: tuple[int, LicensingView] | None = None
        self.registry.watch(self._before_change)
        for given in plan.faults:
            self.faults.add(Fault.of(given.fields))

    def _build_services(self) -> dict[str, Service]:
        names = ["TermService", "WinRM", "EventLog"]
        if self.licensing_role:
            names.append(_LICENSING)
        names += [n for f, n in FEATURE_SERVICES.items() if f in self.plan.features.installed]
        return {name: self._service(name) for name in names}

    def _service(self, name: str) -> Service:
        built = Service(
            KINDS[name],
            running=name not in self.plan.stopped_services,
            start_mode=self.plan.signals.start_modes.get(name, "Auto"),
        )
        built.stuck = name in self.plan.stuck_services
        if name == _LICENSING:
            built.on_start = lambda: (
                self.license_server is None or self.license_server.database.start()
            )
            built.on_stop = lambda: (
                None if self.license_server is None else self.license_server.database.stop()
            )
        return built

    # -- roles and restarts -----------------------------------------------------------------

    def _role_arrives(self, role: str) -> None:
        """A role service was installed and is there now."""
        if role == "licensing":
            self.services = {**self.services, _LICENSING: self._service(_LICENSING)}
            self.registry.create_key(LICENSING_SERVICE_KEY)
            self.license_server = LicenseServer(self, self._fresh_plan(), self._lives)
            self._lives += 1
            if self._store.opened:
                self._lay_out(self.files)
        else:
            self.registry.set(LOCAL_MODE_KEY, "LicensingMode", "DWORD", NOT_CONFIGURED)
            self.grace.begin()
        self.roles.add(role)

    def _fresh_plan(self) -> LicenseServerPlan:
        """A license server without a past: not activated, empty, and after the first a new id."""
        given = self.plan.license_server
        return replace(
            given,
            activated=False,
            contact={},
            packs=(),
            issued=0,
            issued_rows=(),
            registered=False,
            published=False,
            in_group=False,
            license_server_id=given.license_server_id if self._lives == 0 else None,
        )

    def _role_leaves(self, role: str) -> None:
        """A role service is gone, and with RD Licensing all that it knew."""
        self.roles.discard(role)
        if role == "licensing":
            if self.license_server is not None:
                self.license_server.database.stop()
            self.services = {n: s for n, s in self.services.items() if n != _LICENSING}
            self.license_server = None
        else:
            self.registry.set(LOCAL_MODE_KEY, "LicensingMode", "DWORD", REMOTE_ADMINISTRATION)

    def _boot(self) -> None:
        """What a start of the machine does."""
        with self.defects:
            self.clock.boot()
            self.features.finish()
            for service in self.services.values():
                service.boot()
            self.refresh_policy()

    def _fill_registry(self) -> None:
        plan, registry = self.plan, self.registry
        registry.set(VERSION_KEY, "CurrentBuildNumber", "SZ", str(self.release.build))
        registry.set(VERSION_KEY, "UBR", "DWORD", self.release.ubr)
        registry.set(
            VERSION_KEY, "ProductName", "SZ", self.release.caption.removeprefix("Microsoft ")
        )
        registry.create_key(r"HKLM\SOFTWARE\Policies\Microsoft\Windows NT")
        registry.create_key(r"HKLM\SYSTEM\CurrentControlSet\Services\TermService\Parameters")
        mode = plan.local_mode
        if mode is None:
            mode = NOT_CONFIGURED if self.session_host else REMOTE_ADMINISTRATION
        registry.set(LOCAL_MODE_KEY, "LicensingMode", "DWORD", mode)
        if plan.local_servers is not None:
            registry.set(
                LOCAL_SERVERS_KEY, "SpecifiedLicenseServers", "MULTI_SZ", list(plan.local_servers)
            )
        if self.session_host:
            self.grace.begin()
        nla = int(plan.signals.network_level_authentication)
        registry.set(LISTENER_KEY, "UserAuthentication", "DWORD", nla)
        if self.licensing_role:
            registry.create_key(LICENSING_SERVICE_KEY)
        for name, (kind, data) in plan.policy.items():
            registry.set(POLICY_KEY, name, kind, data)
        for path, values in plan.registry.items():
            registry.create_key(path)
            for name, (kind, data) in values.items():
                registry.set(path, name, kind, data)
        self.group_policy.refresh(registry, self.clock.booted)

    # -- identity ---------------------------------------------------------------------------

    @property
    def session_host(self) -> bool:
        """True while the role service RD Session Host is there."""
        return "session_host" in self.roles

    @property
    def licensing_role(self) -> bool:
        """True while the role service RD Licensing is there."""
        return "licensing" in self.roles

    @property
    def in_domain(self) -> bool:
        """True for a member of the farm's domain."""
        return self.plan.workgroup is None

    @property
    def fqdn(self) -> str:
        """The full DNS name; the bare name in a workgroup."""
        return f"{self.name}.{self.forest.domain.dns}" if self.in_domain else self.name

    @property
    def german(self) -> bool:
        """True when texts are to be German."""
        return self.plan.language == "de"

    @property
    def allow_unencrypted(self) -> bool:
        """True when the service accepts messages without TLS or sealing."""
        own = self.plan.allow_unencrypted
        return self.forest.allow_unencrypted if own is None else own

    @property
    def basic(self) -> bool:
        """True when the service offers Basic authentication."""
        return self.forest.basic if self.plan.basic is None else self.plan.basic

    @property
    def max_envelope_bytes(self) -> int:
        """MaxEnvelopeSizekb of the service, in bytes."""
        return 1024 * (self.plan.max_envelope_kb or self.release.max_envelope_kb)

    @property
    def max_operations(self) -> int:
        """How many enumerations one user may hold open."""
        return self.plan.max_operations or self.release.max_operations

    # -- files ------------------------------------------------------------------------------

    @property
    def files(self) -> FileSystem:
        """The drives, made with the first use."""
        return self._store.files

    def close(self) -> None:
        """Delete what the drives keep; a later use begins with new ones."""
        if self.license_server is not None:
            self.license_server.database.forget()
        self._store.close()

    def _lay_out(self, files: FileSystem) -> None:
        """What the roles have on new drives."""
        files.settle = self._settle
        if self.license_server is not None:
            running = self.services[_LICENSING].state != "Stopped"
            self.license_server.database.lay_out(files, running=running)

    def _settle(self) -> None:
        """Let a service that ends by now end, so that it lets its files go."""
        for service in self.services.values():
            service.settle()

    # -- licensing --------------------------------------------------------------------------

    def _before_change(self, path: str) -> None:
        """Remember the answers of before a policy write when the lag knob is set."""
        if not path.lower().startswith(POLICY_KEY.lower()):
            return
        with self._lock:
            if self._lag is not None:
                return
            reads = self.faults.policy_lag()
            if reads:
                self._lag = (reads, self._current_view())

    def _current_view(self) -> LicensingView:
        read = not self.plan.signals.unread_policy
        return licensing_view(self.registry, self.session_host, self.deployment, policy_read=read)

    def licensing(self) -> LicensingView:
        """What WMI answers now; a lag uses up one of its reads."""
        with self._lock:
            if self._lag is not None:
                left, old = self._lag
                self._lag = (left - 1, old) if left > 1 else None
                return old
        return self._current_view()

    def refresh_policy(self) -> None:
        """What a group policy refresh does: the GPO's values come back."""
        self.group_policy.refresh(self.registry, self.clock.now())

    # -- for tests and reports --------------------------------------------------------------

    @property
    def requests(self) -> list[Request]:
        """The requests that this host has seen."""
        return self.log.all()

    def clear_log(self) -> None:
        """Forget the requests."""
        self.log.clear()

    def state(self) -> dict[str, object]:
        """A plain summary of the licensing state."""
        self.tasks.run_due()
        view = self._current_view()
        return {
            "name": self.name,
            "release": self.release.name,
            "member": self.forest.domain.dns if self.in_domain else self.plan.workgroup,
            "session_host": self.session_host,
            "licensing_role": self.licensing_role,
            "policy_mode": view.policy_mode,
            "local_mode": view.local_mode,
            "effective_mode": view.mode,
            "mode_source": str(view.mode_source),
            "policy_servers": None if view.policy_servers is None else list(view.policy_servers),
            "local_servers": list(view.local_servers),
            "effective_servers": list(view.servers),
            "servers_source": str(view.servers_source),
            "stray_subkeys": stray_subkeys(self.registry),
            "stray_values": stray_values(self.registry),
            "gpo": None if self.plan.gpo is None else self.plan.gpo.name,
            "storage": storage_state(self, opened=self._store.opened),
            "features": self.features.installed,
            "restart_pending": self.features.restart_pending,
            "license_server": None if self.license_server is None else self.license_server.state(),
        }
