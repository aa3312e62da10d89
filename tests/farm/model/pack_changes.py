# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removing, converting and revoking licenses.

Microsoft Learn: the methods of Win32_TSLicenseKeyPack and Win32_TSIssuedLicense. Which pack may
be touched, and the code of a refusal, are not documented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .issued_licenses import STATUS_ACTIVE, IssuedLicense
from .key_packs import KeyPack
from .license_plan import PER_DEVICE, PER_USER, UNLIMITED
from .license_server import LicenseServer


class PackError(Exception):
    """The server refuses; ``why`` is ``missing``, ``amount`` or ``kind``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _bought(server: LicenseServer, pack_id: int) -> KeyPack:
    pack = server.packs.get(pack_id)
    if pack is None:
        raise PackError("missing")
    if not pack.bought:
        raise PackError("kind")
    return pack


def uninstall(server: LicenseServer, pack_id: int) -> None:
    """Take a whole pack away."""
    server.packs.remove(_bought(server, pack_id).id)


def remove_licenses(server: LicenseServer, pack_id: int, count: int) -> None:
    """Take licenses out of one pack: at most its total; issued ones stay issued (a guess)."""
    pack = _bought(server, pack_id)
    if not 1 <= count <= pack.total or pack.total == UNLIMITED:
        raise PackError("amount")
    server.packs.change(pack.id, total=-count)


def uninstall_product(server: LicenseServer, version: int, kind: int, count: int) -> None:
    """Take licenses of a product away, the newest packs first (a guess)."""
    packs = [
        p
        for p in reversed(server.packs.all())
        if p.bought and (p.version, p.type) == (version, kind) and p.total != UNLIMITED
    ]
    if not packs:
        raise PackError("missing")
    if not 1 <= count <= sum(pack.total for pack in packs):
        raise PackError("amount")
    for pack in packs:
        part = min(count, pack.total)
        if part:
            server.packs.change(pack.id, total=-part)
        count -= part


def convert(server: LicenseServer, pack_id: int, count: int) -> KeyPack:
    """Turn unissued licenses of a pack into the other type; they make a pack of their own."""
    pack = _bought(server, pack_id)
    if pack.type not in (PER_DEVICE, PER_USER) or pack.total == UNLIMITED:
        raise PackError("kind")
    if not 1 <= count <= pack.available:
        raise PackError("amount")
    other = PER_USER if pack.type == PER_DEVICE else PER_DEVICE
    made = server.packs.add(pack.program, pack.version, other, count)
    server.packs.change(pack.id, total=-count)
    return made


@dataclass(frozen=True, slots=True)
class Revocation:
    """How a revocation ended; ``next_allowed`` is set when the limit stood against it."""

    done: bool
    left: int
    next_allowed: datetime | None = None


def revoke(server: LicenseServer, row: IssuedLicense) -> Revocation:
    """Revoke one active per-device license, within the share that may be revoked per version."""
    pack = _bought(server, row.pack_id)
    if pack.type != PER_DEVICE or row.status != STATUS_ACTIVE:
        raise PackError("kind")
    packs = [
        p
        for p in server.packs.all()
        if p.bought and (p.version, p.type) == (pack.version, PER_DEVICE)
    ]
    total = sum(p.total for p in packs if p.total != UNLIMITED)
    now = server.host.clock.now()
    window = timedelta(days=server.plan.revoke_days)
    done = server.issued.revocations({p.id for p in packs}, now - window)
    left = total * server.plan.revoke_percent // 100 - len(done)
    if left < 1:
        return Revocation(False, 0, (done[0] if done else now) + window)
    server.issued.revoke(row, now)
    server.packs.change(pack.id, issued=-1)
    return Revocation(True, left - 1)
