# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be known about a host. ``None`` means that it is not known, never that it is not so.

Why something is not known stands in ``Observed.unknown``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ..session_hosts.modes import LicensingMode
from ..session_hosts.session_host import Source


@dataclass(frozen=True, slots=True)
class Unknown:
    """A signal that could not be read, and why."""

    signal: str
    why: str

    def as_dict(self) -> dict[str, str]:
        """As the module returns it."""
        return {"signal": self.signal, "why": self.why}


@dataclass(frozen=True, slots=True)
class System:
    """The computer: Win32_OperatingSystem and Win32_ComputerSystem."""

    name: str = ""
    build: int | None = None
    version: str | None = None
    """The Windows Server release; None for a client, too."""
    client: bool | None = None
    in_domain: bool | None = None
    domain: str | None = None
    workgroup: str | None = None
    domain_controller: bool | None = None
    booted: datetime | None = None
    clock_ahead: float | None = None
    """Seconds by which its clock is before the controller's; negative: behind."""


@dataclass(frozen=True, slots=True)
class WrongTypeSeen:
    """A policy value of a type that Windows does not look for."""

    value: str
    found: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Policy:
    """The values under the policy key, and the domain GPOs that deliver them."""

    names: tuple[str, ...] = ()
    """All values there, as they are written."""
    mode: int | None = None
    servers: str | None = None
    wrong_types: tuple[WrongTypeSeen, ...] = ()
    gpos: dict[str, tuple[str, ...]] | None = None
    """By value; None when it is not known."""
    secure_licensing: bool | None = None

    def delivered(self, value: str) -> tuple[str, ...]:
        """The GPOs that deliver a value, none where that is not known."""
        return (self.gpos or {}).get(value, ())


@dataclass(frozen=True, slots=True)
class Settings:
    """Mode and license servers of a session host as they take effect, and where they come from."""

    mode: LicensingMode
    mode_source: Source
    servers: tuple[str, ...] | None
    servers_source: Source
    mode_note: str | None = None
    servers_note: str | None = None
    stray_subkeys: tuple[str, ...] | None = ()
    deployment_mode: LicensingMode | None = None
    deployment_servers: tuple[str, ...] | None = None

    @property
    def asks_for_cals(self) -> bool:
        """Whether it is in a mode in which it asks license servers for CALs."""
        return self.mode in (LicensingMode.PER_USER, LicensingMode.PER_DEVICE)


@dataclass(frozen=True, slots=True)
class Grace:
    """The grace period. 0 days say only that it is over, which does not matter once a license
    server gives CALs.
    """

    days: int | None = None
    key: bool | None = None
    """Whether the key GracePeriod is there; it is never opened."""
    certificate: bool | None = None
    """Whether the host holds what it got from a license server that it once talked to."""


@dataclass(frozen=True, slots=True)
class EventCount:
    """Events of one id in one log."""

    id: int
    log: str
    count: int
    first: datetime
    last: datetime
    strings: tuple[tuple[str, ...], ...] = ()
    """Their parameters, each combination once, as far as the log gives them."""


@dataclass(frozen=True, slots=True)
class Events:
    """What the logs hold since the host's last start, at most as far back as was asked.

    :param by_source: counts of the session host's events and of the license server's.
    :param whole: the session host's events are known from every log that may hold them.
    """

    host: tuple[EventCount, ...] = ()
    server: tuple[EventCount, ...] = ()
    since: datetime | None = None
    whole: bool = False

    def of_host(self, *ids: int) -> tuple[EventCount, ...]:
        """The session host's events of some ids, the latest first."""
        return _latest(each for each in self.host if each.id in ids)

    def of_server(self, *ids: int) -> tuple[EventCount, ...]:
        """The license server's events of some ids, the latest first."""
        return _latest(each for each in self.server if each.id in ids)


def _latest(counts: Iterable[EventCount]) -> tuple[EventCount, ...]:
    return tuple(sorted(counts, key=lambda each: each.last, reverse=True))


@dataclass(frozen=True, slots=True)
class Reached:
    """GetTStoLSConnectivityStatus for one license server."""

    server: str
    status: int | None
    reach: str
    """``good``, ``unknown`` or ``bad``."""
    meaning: str


@dataclass(frozen=True, slots=True)
class Name:
    """What a name means to the host."""

    name: str
    addresses: tuple[str, ...]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Port:
    """A TCP port that the host tried."""

    host: str
    port: int
    open: bool
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """What the host itself resolves and reaches; only where it was asked for."""

    names: tuple[Name, ...] = ()
    ports: tuple[Port, ...] = ()


@dataclass(frozen=True, slots=True)
class Firewall:
    """What the firewall of a license server lets in to RPC; only where it was asked for."""

    open_rules: tuple[str, ...] = ()
    """Rules that leave out no address, by their names in the console."""
    unguarded: tuple[str, ...] = ()
    """Network profiles in which the firewall is off, or lets in what no rule is about."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A key pack of a license server, from its facts."""

    version: str
    type: str
    program: str
    total: int | None
    issued: int | None
    available: int | None
    unlimited: bool
    expired: bool
    suite: str = "rds"

    @property
    def bought(self) -> bool:
        """Whether it is one that somebody bought: neither built in nor temporary."""
        return self.type != "builtin" and self.program not in ("builtin", "temporary")

    @property
    def gives(self) -> bool:
        """Whether it holds CALs that can be issued."""
        return self.bought and not self.expired and (self.unlimited or bool(self.total))


@dataclass(frozen=True, slots=True)
class Stock:
    """What the facts of a license server say: its state and its packs."""

    name: str
    """In the inventory."""
    activated: bool | None = None
    version: str | None = None
    packs: tuple[Pack, ...] | None = None
    temporary_rows: int | None = None
    """Issued temporary CALs, where issued CALs were counted."""
    expiring_30_days: int | None = None
    collected_at: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of the host's list of license servers, with the facts of that server."""

    name: str
    stock: Stock | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """An answer that needs Active Directory."""

    value: bool | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class LicenseServerSeen:
    """The host as a license server."""

    activated: bool | None = None
    license_server_id: str | None = None
    version_text: str | None = None
    database_path: str | None = None
    ubr: int | None = None
    patched: bool | None = None
    """Whether the update against CVE-2024-38077 is there."""
    in_group: Membership = Membership()
    features: tuple[str, ...] | None = None
    """Other role services of Remote Desktop among the server features; those that are not there
    may be installed all the same."""
    blank_names: tuple[str, ...] = ()

    @property
    def silent(self) -> bool:
        """Whether it told nothing about itself."""
        said = (self.activated, self.license_server_id, self.version_text, self.database_path)
        return all(each is None for each in said)


@dataclass(frozen=True, slots=True)
class ServiceSeen:
    """A Windows service, as Windows spells its state."""

    state: str
    start_mode: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What should be; None where nobody said."""

    mode: LicensingMode | None = None
    servers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Observed:
    """Everything about one host. A part that was not asked for, or not read, is ``None``."""

    host: str
    now: datetime
    """By the controller's clock, in UTC."""
    system: System = System()
    session_host: bool | None = None
    """Whether the role service RD Session Host is there."""
    services: dict[str, ServiceSeen] | None = None
    settings: Settings | None = None
    policy: Policy | None = None
    grace: Grace | None = None
    events: Events | None = None
    reached: tuple[Reached, ...] | None = None
    network: Network | None = None
    firewall: Firewall | None = None
    listed: tuple[Listed, ...] | None = None
    server: LicenseServerSeen | None = None
    own_stock: Stock | None = None
    nla: bool | None = None
    wanted: Wanted = Wanted()
    unknown: tuple[Unknown, ...] = ()

    @property
    def license_server(self) -> bool | None:
        """Whether the role service RD Licensing is there: its service is."""
        return None if self.services is None else LICENSING_SERVICE in self.services

    @property
    def working(self) -> Settings | None:
        """The settings of a session host that asks license servers; else None."""
        if not self.session_host or self.settings is None or self.system.client:
            return None
        return None if self.settings.mode is LicensingMode.AAD_PER_USER else self.settings


LICENSING_SERVICE = "TermServLicensing"
SESSION_SERVICE = "TermService"
OTHER_ROLE_SERVICES = {"Tssdis": "RD Connection Broker", "TSGateway": "RD Gateway"}
