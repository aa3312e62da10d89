# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of one license server (Microsoft Learn: Win32_TSLicenseServer)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from .issued_licenses import IssuedLicense, IssuedLicenses
from .key_packs import KeyPack, KeyPackStore, built_in_pack, highest_version, packs_for
from .license_database import LicenseDatabase
from .license_plan import PER_DEVICE, LicenseServerPlan
from .reports import Reports

if TYPE_CHECKING:
    from .host import Host

ACTIVATED, NOT_ACTIVATED, UNKNOWN = 0, 1, 2
CONTACT = (
    "FirstName",
    "LastName",
    "Company",
    "CountryRegion",
    "eMail",
    "OrgUnit",
    "Address",
    "City",
    "State",
    "PostalCode",
)
_ALPHABET = "23456789BCDFGHJKMPQRTVWXY"


def made_up_id(seed: uuid.UUID, text: str) -> str:
    """35 characters that depend on nothing but ``seed`` and ``text``."""
    number = (uuid.uuid5(seed, text).int << 128) | uuid.uuid5(seed, text + " again").int
    letters = []
    for dummy in range(35):
        number, rest = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    return "".join(letters)


class LicenseServer:
    """What the licensing service of a host knows. ``life`` counts the installations of the role."""

    def __init__(self, host: Host, plan: LicenseServerPlan, life: int = 0) -> None:
        self.host = host
        self.plan = plan
        self.contact: dict[str, str] = {name: plan.contact.get(name, "") for name in CONTACT}
        self.activated = plan.activated
        self._seed, self._life, self._ids = host.machine_id, life, 0
        seed = host.machine_id
        self.license_server_id = plan.license_server_id or made_up_id(seed, f"server {life}")
        digits = uuid.uuid5(seed, "product").int
        self.product_id = plan.product_id or (
            f"00184-{digits % 10**5:05}-00000-AA{host.release.build % 1000:03}"
        )
        in_domain = host.plan.workgroup is None
        self.role = plan.role if plan.role is not None else int(in_domain)
        self.registered = plan.registered and in_domain
        self.published = plan.published and in_domain
        self.in_group = plan.in_group
        builtin = [] if plan.builtin is None else [built_in_pack(plan.builtin)]
        newest = max(3, highest_version(host.release.year))
        plans = [*builtin, *plan.packs, *packs_for(plan.issued, newest)]
        self.packs = KeyPackStore(plans)
        self.issued = IssuedLicenses(
            self.packs.all(), plan.issued_rows, host.clock.now(), host.forest.domain.dns
        )
        self.reports = Reports(self)
        self._waiting = dict(plan.waiting)
        self.database = LicenseDatabase(self)
        # Why the service did not start, and what it did to the database when it started.
        self.start_failures: list[str] = []
        self.start_notes: list[str] = []

    @property
    def status(self) -> int:
        """ActivationStatus: 0 activated, 1 not activated, 2 unknown."""
        if self.plan.status is not None:
            return self.plan.status
        return ACTIVATED if self.activated else NOT_ACTIVATED

    @property
    def running(self) -> bool:
        """True while the service TermServLicensing runs."""
        return self.host.services["TermServLicensing"].state == "Running"

    @property
    def next_id(self) -> str:
        """The id that the Clearinghouse would give with the next reactivation by telephone."""
        return made_up_id(self._seed, f"server {self._life} id {self._ids + 1}")

    def take_next_id(self) -> None:
        """Be the license server of that id from now on."""
        self.license_server_id = self.next_id
        self._ids += 1

    @property
    def confirmation_code(self) -> str:
        """What the Clearinghouse gives on the telephone for a deactivation."""
        return made_up_id(self._seed, f"server {self._life} deactivation")[:7]

    def issue(self, pack_id: int, computer: str, user: str = "") -> IssuedLicense:
        """A device gets a license of a pack; ValueError when there is no such pack."""
        if self.packs.get(pack_id) is None:
            raise ValueError(f"no key pack {pack_id}")
        self.packs.change(pack_id, issued=1)
        return self.issued.issue(pack_id, computer, user, self.host.clock.now())

    def serve_waiting(self, pack: KeyPack) -> None:
        """Those who wait get licenses of a new pack.

        Per-device licenses are enforced and end with the pack; per-user ones are not.
        """
        waiting = self._waiting.get(pack.type, 0)
        given = min(waiting, pack.available) if pack.type == PER_DEVICE else waiting
        if not given:
            return
        self._waiting[pack.type] = waiting - given
        if pack.type != PER_DEVICE:
            self.packs.change(pack.id, issued=given)
            return
        first = self.issued.count() + 1
        for number in range(first, first + given):
            self.issue(pack.id, f"PC{number:06}.{self.host.forest.domain.dns}")

    def state(self) -> dict[str, object]:
        """A plain summary for tests and tables."""
        return {
            "activated": self.activated,
            "status": self.status,
            "license_server_id": self.license_server_id,
            "product_id": self.product_id,
            "contact": {name: text for name, text in self.contact.items() if text},
            "registered": self.registered,
            "published": self.published,
            "in_group": self.in_group,
            "service": self.host.services["TermServLicensing"].state,
            "packs": [
                {
                    "id": pack.id,
                    "program": pack.program,
                    "version": pack.version,
                    "type": pack.type,
                    "total": pack.total,
                    "issued": pack.issued,
                    "available": pack.available,
                }
                for pack in self.packs.all()
            ],
            "reports": [report.file_name for report in self.reports.all()],
            "issued_devices": self.issued.count(),
        }
