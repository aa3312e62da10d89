# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports of issued licenses (Microsoft Learn: Win32_TSLicenseReport and its entry classes)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from .key_packs import KeyPack, cal_family
from .license_plan import (
    BUILT_IN_PACK,
    PER_DEVICE,
    PER_USER,
    TEMPORARY,
    UNLIMITED,
    Expiry,
)

if TYPE_CHECKING:
    from .license_server import LicenseServer

_RECORD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class UserRow:
    """A per-user license; the record in the directory lives for 60 days."""

    user: str
    expires: datetime
    pack: KeyPack


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A per-device license."""

    computer: str
    hardware_id: str
    expires: Expiry
    pack: KeyPack


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """Installed and issued licenses of one version and type."""

    version: int
    type: int
    installed: int
    issued: int
    sample: KeyPack

    @property
    def availability(self) -> str:
        """TSCALAvailability; where "Limited" begins is a guess."""
        if self.type == PER_USER and self.installed == 0:
            return "Not Tracking"
        left = self.installed - self.issued
        if left <= 0:
            return "None"
        return "Limited" if left * 10 < self.installed else "Available"


@dataclass(frozen=True, slots=True)
class Report:
    """What was there when it was made. Rows are made up when they are fetched."""

    file_name: str
    generated: datetime
    domain: str
    packs: tuple[KeyPack, ...]
    users: tuple[str, ...]
    failed: tuple[str, ...]
    devices: LicenseServer

    def user_rows(self, start: int) -> Iterator[UserRow]:
        """Per-user licenses, pack by pack, without making up those before ``start``."""
        number = 0
        for pack in self.packs:
            if pack.type != PER_USER or not pack.bought:
                continue
            for index in range(max(0, start - number), pack.issued):
                expires = self.generated + _RECORD - timedelta(days=index % 59)
                yield UserRow(self._user(number + index), expires, pack)
            number += pack.issued

    def _user(self, index: int) -> str:
        if index < len(self.users):
            return self.users[index]
        return f"{self.domain}\\user{index + 1:06}"

    def device_rows(self, start: int) -> Iterator[DeviceRow]:
        """Per-device licenses from ``start`` on."""
        by_id = {pack.id: pack for pack in self.packs}
        for row in self.devices.issued.of_packs(set(by_id), start):
            yield DeviceRow(row.computer, row.hardware_id, row.expires, by_id[row.pack_id])

    def failed_by_domain(self) -> dict[str, int]:
        """How many users of each domain got no license."""
        counts: dict[str, int] = {}
        for user in self.failed:
            domain = user.partition("\\")[0] if "\\" in user else self.domain
            counts[domain] = counts.get(domain, 0) + 1
        return counts

    def summary_rows(self) -> list[SummaryRow]:
        """One row per version and type of what was bought."""
        rows: dict[tuple[int, int], SummaryRow] = {}
        for pack in self.packs:
            if not pack.bought or pack.total == UNLIMITED:
                continue
            key = (pack.version, pack.type)
            old = rows.get(key, SummaryRow(*key, 0, 0, pack))
            rows[key] = SummaryRow(
                *key, old.installed + pack.total, old.issued + pack.issued, old.sample
            )
        return list(rows.values())


def cal_type(pack: KeyPack) -> str:
    """CALType (the documented strings)."""
    if pack.program == BUILT_IN_PACK:
        return "Built-in TS Per Device CAL"
    if pack.suite == "vdi":
        return "VDI Standard Suite Per Device subscription license"
    return f"{cal_family(pack.version)} Per {'User' if pack.type == PER_USER else 'Device'} CAL"


def type_word(kind: int) -> str:
    """TSCALType."""
    return {PER_DEVICE: "Per Device", PER_USER: "Per User"}.get(kind, "Unknown")


class Reports:
    """The reports of one license server, by file name."""

    def __init__(self, server: LicenseServer) -> None:
        self._server = server
        self._reports: dict[str, Report] = {}
        self._made = 0
        for name in server.plan.report.existing:
            self._reports[name] = self._report(name)

    def _report(self, name: str) -> Report:
        server, plan = self._server, self._server.plan.report
        return Report(
            name,
            server.host.clock.now().replace(microsecond=0),
            server.host.forest.domain.netbios,
            tuple(p for p in server.packs.all() if p.program != TEMPORARY),
            plan.users,
            plan.failed,
            server,
        )

    def generate(self) -> Report:
        """Make a report of now under a new name."""
        self._made += 1
        now = self._server.host.clock.now()
        name = f"{now:%Y-%m-%d %H.%M.%S} ({self._made})"
        self._reports[name] = self._report(name)
        return self._reports[name]

    def all(self) -> list[Report]:
        """The reports, the oldest first."""
        return list(self._reports.values())

    def get(self, name: str) -> Report | None:
        """The report of a name, compared without case."""
        return next((r for n, r in self._reports.items() if n.lower() == name.lower()), None)

    def delete(self, name: str) -> None:
        """Forget one."""
        self._reports.pop(name, None)
