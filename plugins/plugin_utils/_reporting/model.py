# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the reports are made from: one model of an inventory, that knows what it does not know.

A number that is not known is ``None``, never 0. Times are aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for every time of collection where only the inventory itself is compared."""


class CalType(StrEnum):
    """Whom a CAL is for (Win32_TSLicenseKeyPack.ProductType)."""

    PER_DEVICE = "per_device"
    PER_USER = "per_user"
    BUILTIN = "builtin"
    UNKNOWN = "unknown"


class Program(StrEnum):
    """How a pack was bought (Win32_TSLicenseKeyPack.KeyPackType)."""

    RETAIL = "retail"
    VOLUME = "volume"
    OPEN = "open"
    CONCURRENT = "concurrent"
    TEMPORARY = "temporary"
    BUILTIN = "builtin"
    UNKNOWN = "unknown"


class Suite(StrEnum):
    """What a CAL is for: session hosts, or virtual desktops (VDI suites)."""

    RDS = "rds"
    VDI = "vdi"
    UNKNOWN = "unknown"


class FactsState(StrEnum):
    """What is known of a license server."""

    CURRENT = "current"
    OLD = "old"
    UNDATED = "undated"
    MISSING = "missing"
    UNREADABLE = "unreadable"

    @property
    def known(self) -> bool:
        """Whether there is anything to count."""
        return self not in (FactsState.MISSING, FactsState.UNREADABLE)


class Severity(StrEnum):
    """How much a finding matters, the worst first."""

    ERROR = "error"
    WARNING = "warning"
    UNKNOWN = "unknown"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class StockState(StrEnum):
    """How a stock of CALs does, the worst first."""

    OVER = "over"
    EXHAUSTED = "exhausted"
    LOW = "low"
    UNKNOWN = "unknown"
    OK = "ok"
    UNLIMITED = "unlimited"
    EMPTY = "empty"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(StockState).index(self)


class Rule(StrEnum):
    """What is checked; each is one test of the JUnit report."""

    FACTS_PRESENT = "facts_present"
    FACTS_CURRENT = "facts_current"
    FACTS_READABLE = "facts_readable"
    COUNTED_ONCE = "counted_once"
    COUNTS_AGREE = "counts_agree"
    PACKS_KNOWN = "packs_known"
    ACTIVATED = "activated"
    NOT_OVER_ISSUED = "not_over_issued"
    CALS_LEFT = "cals_left"
    ENOUGH_FREE = "enough_free"
    NOT_EXPIRED = "not_expired"
    PERMANENT_ONLY = "permanent_only"
    ONE_CAL_PER_DEVICE = "one_cal_per_device"
    PER_USER_REPORTED = "per_user_reported"
    BACKUP_YOUNG = "backup_young"
    MODE_SET = "mode_set"
    SERVERS_SET = "servers_set"
    SERVERS_KNOWN = "servers_known"
    CALS_FOR_MODE = "cals_for_mode"


SERVER_RULES = tuple(Rule)[: list(Rule).index(Rule.MODE_SET)]
"""The rules that are about license servers; the others are about session hosts."""
HOST_RULES = tuple(Rule)[list(Rule).index(Rule.MODE_SET) :]

Detail = str | int | float | datetime | None
"""What a finding says in numbers and names; words are added by language."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that someone should know.

    :param code: which sentence says it; ``rule`` is what was checked.
    :param subject: the host that it is about, by its name in the inventory.
    :param stock: the stock that it is about, if it is about one.
    :param details: the numbers and names of the sentence.
    """

    rule: Rule
    code: str
    severity: Severity
    subject: str
    stock: StockKey | None = None
    details: Mapping[str, Detail] = field(default_factory=dict)

    def without_times(self) -> Finding:
        """The same, whenever it was collected or backed up."""
        times = {name: LONG_AGO for name in ("collected_at", "backed_up") if name in self.details}
        return replace(self, details={**self.details, **times}) if times else self


class Place(StrEnum):
    """Where a pack is counted. Only ``COUNTED`` enters a sum."""

    COUNTED = "counted"
    UNLIMITED = "unlimited"
    EXPIRED = "expired"
    TEMPORARY = "temporary"
    BUILTIN = "builtin"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class StockKey:
    """What is counted together: never user with device, never RDS with VDI.

    :param version_id: the number of an unknown version, so that two of them stay two; or none
    """

    version: str
    type: CalType
    suite: Suite
    version_id: int | None = None

    @classmethod
    def of(cls, version: str, version_id: int | None, cal_type: CalType, suite: Suite) -> StockKey:
        """The key for what a pack or a sum says of itself."""
        return cls(version, cal_type, suite, version_id if version == "unknown" else None)

    @property
    def known_version(self) -> bool:
        """Whether it is known which Windows Server it is of."""
        return self.version != "unknown"

    def __lt__(self, other: StockKey) -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[str, int, str, str]:
        number = -1 if self.version_id is None else self.version_id
        return self.version, number, self.type, self.suite


@dataclass(frozen=True, slots=True)
class Pack:
    """One key pack of one license server."""

    server: str
    key_pack_id: int | None
    type: CalType
    program: Program
    version: str
    version_id: int | None
    suite: Suite
    total: int | None
    issued: int | None
    available: int | None
    unlimited: bool
    expires: datetime | None
    expired: bool
    description: str
    type_and_model: str

    @property
    def stock(self) -> StockKey:
        """What it is counted with."""
        return StockKey.of(self.version, self.version_id, self.type, self.suite)

    @property
    def place(self) -> Place:
        """Where it is counted; what is never a purchase comes first."""
        if self.type is CalType.BUILTIN or self.program is Program.BUILTIN:
            return Place.BUILTIN
        if self.program is Program.TEMPORARY:
            return Place.TEMPORARY
        if self.expired:
            return Place.EXPIRED
        if self.unlimited:
            return Place.UNLIMITED
        if self.total is None or self.issued is None:
            return Place.UNREADABLE
        return Place.COUNTED


@dataclass(frozen=True, slots=True)
class Stock:
    """The CALs of one version, type and suite, on one license server or on all.

    ``total``, ``issued`` and ``available`` are sums of valid, limited, permanent packs (``packs``
    of them); what stands apart is never in them. ``available`` is Windows' own number and ``None``
    where a pack does not tell it. ``over_issued`` of several servers is the sum of each one's, so
    that a surplus here does not hide a lack there.
    """

    key: StockKey
    total: int = 0
    issued: int = 0
    available: int | None = 0
    over_issued: int = 0
    packs: int = 0
    expired_total: int = 0
    temporary_issued: int = 0
    unlimited_packs: int = 0
    unlimited_issued: int = 0
    unreadable_packs: int = 0
    servers: int = 1
    over_servers: int = 0

    @property
    def free_percent(self) -> float | None:
        """Free of installed, in percent, where both are known and something is installed."""
        if self.available is None or self.total <= 0:
            return None
        return 100 * self.available / self.total

    def state(self, threshold: float) -> StockState:
        """How it does; ``threshold`` is in percent free."""
        if self.over_issued > 0:
            return StockState.OVER
        if self.unlimited_packs:
            return StockState.UNLIMITED
        if self.unreadable_packs or self.available is None:
            return StockState.UNKNOWN
        if self.total <= 0:
            return StockState.EMPTY
        if self.available <= 0:
            return StockState.EXHAUSTED
        free = self.free_percent
        return StockState.LOW if free is not None and free < threshold else StockState.OK


@dataclass(frozen=True, slots=True)
class Backup:
    """The last good bundle of a license server, as somebody found it.

    :param created: ``None`` where there is none, or, with ``why``, where that cannot be read.
    :param limit: how old it may be; ``None`` for as old as you like.
    """

    created: datetime | None
    limit: timedelta | None
    why: str = ""

    def without_times(self) -> Backup:
        """The same, whenever it was made."""
        return replace(self, created=LONG_AGO) if self.created else self


@dataclass(frozen=True, slots=True)
class LicenseServer:
    """One license server, or what is known of it.

    :param name: its name in the Ansible inventory; ``computer_name`` is what it calls itself.
    :param activated: whether it is activated, ``None`` where that is not known.
    :param same_as: another inventory name of the same server, under which it is counted.
    :param devices_with_several: devices that hold more than one CAL, as far as that was asked for.
    :param per_user_why: why Windows gave no report of Per User CALs, if one was asked for.
    :param backup: ``None`` where nobody looked for bundles.
    """

    name: str
    state: FactsState
    collected_at: datetime | None = None
    computer_name: str = ""
    activated: bool | None = None
    version: str = ""
    os_build: str = ""
    role: str = ""
    product_id: str = ""
    license_server_id: str = ""
    packs: tuple[Pack, ...] = ()
    stocks: tuple[Stock, ...] = ()
    same_as: str = ""
    per_user_why: str = ""
    devices_with_several: int = 0
    why: str = ""
    backup: Backup | None = None

    @property
    def counted(self) -> bool:
        """Whether its packs are in the sums."""
        return self.state.known and not self.same_as


@dataclass(frozen=True, slots=True)
class SessionHost:
    """How a session host is set up; ``servers`` is ``None`` where that is not known."""

    name: str
    mode: str = "unknown"
    servers: tuple[str, ...] | None = None
    source: str = "unknown"


@dataclass(frozen=True, slots=True)
class Options:
    """What a report is made for.

    :param threshold: percent free, below which a stock is low.
    :param max_fact_age: facts older than this are old.
    :param expiry_notice: packs that expire within this are named.
    """

    threshold: float = 10.0
    max_fact_age: timedelta = timedelta(hours=48)
    expiry_notice: timedelta = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Inventory:
    """All that the reports say.

    :param as_of: the newest time of collection, ``None`` where there is none.
    """

    options: Options
    servers: tuple[LicenseServer, ...]
    stocks: tuple[Stock, ...]
    session_hosts: tuple[SessionHost, ...]
    findings: tuple[Finding, ...]
    as_of: datetime | None

    @property
    def complete(self) -> bool:
        """Whether every expected license server has facts that could be read."""
        return all(server.state.known for server in self.servers)

    def of_server(self, name: str) -> tuple[Finding, ...]:
        """What was found on one host."""
        return tuple(each for each in self.findings if each.subject == name)

    def without_times(self) -> Inventory:
        """The same, whenever it was collected: what decides whether something changed."""
        servers = tuple(
            replace(
                each,
                collected_at=LONG_AGO if each.collected_at else None,
                backup=each.backup.without_times() if each.backup else None,
            )
            for each in self.servers
        )
        return replace(
            self,
            servers=servers,
            findings=tuple(each.without_times() for each in self.findings),
            as_of=LONG_AGO if self.as_of else None,
        )
