# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The key packs of a license server before and after a change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..._cim.codes import ADVICE_ADMINISTRATORS
from ..._cim.errors import CimError, NothingThere
from ..._cim.session import CimSession
from ..._surroundings import utc_now
from ..license_servers.license_server import read_contact_instance
from .key_packs import KeyPack, Program, Suite, read_key_packs

_SHOWN = ("key_pack_id", "type", "program", "version", "suite", "total", "unlimited", "expired")


class TwoPacksOfOneId(CimError):
    """The answer holds two rows of one KeyPackId: it cannot be told what is installed."""

    def __init__(self, ids: Sequence[int]) -> None:
        named = ", ".join(str(each) for each in ids)
        super().__init__(
            f"Windows answers with two rows of one KeyPackId ({named}), which is the key: it "
            "cannot be told what is installed"
        )
        self.operation = "reading the key packs"
        self.advice = (
            "compare with RD Licensing Manager and restart the service TermServLicensing; nothing "
            "was changed"
        )


def read_packs(session: CimSession) -> list[KeyPack]:
    """Read the packs of a license server: three requests.

    :raises NotALicenseServer: RD Licensing is not installed.
    :raises NothingThere: the account is no administrator; no packs would mean nothing then.
    :raises TwoPacksOfOneId: a KeyPackId comes twice.
    """
    if not read_contact_instance(session)["DatabasePath"]:
        raise NothingThere("Win32_TSLicenseServer", ADVICE_ADMINISTRATORS)
    return read_packs_again(session)


def read_packs_again(session: CimSession) -> list[KeyPack]:
    """The same on a host that is known to be a license server: two requests."""
    packs = read_key_packs(session, utc_now())
    ids = Counter(pack.key_pack_id for pack in packs)
    if twice := [each for each, count in ids.items() if count > 1]:
        raise TwoPacksOfOneId(twice)
    return packs


def show_packs(packs: Sequence[KeyPack]) -> dict[str, Any]:
    """The packs as ``before`` and ``after`` return them; the built-in one is left out."""
    rows = [pack.as_dict() for pack in packs if not pack.builtin]
    return {"packs": [{name: row[name] for name in _SHOWN} for row in rows]}


@dataclass(frozen=True, slots=True)
class Gain:
    """CALs that came to a pack, or with a new one."""

    pack: KeyPack
    quantity: int | None
    """None: without limit."""

    def describe(self) -> str:
        """In words, for messages."""
        pack = self.pack
        suite = "" if pack.suite is Suite.RDS else f" {pack.suite}"
        version = pack.version if pack.version_id != 3 else "2008 R2"
        state = ", expired" if pack.expired else ""
        quantity = "unlimited" if self.quantity is None else str(self.quantity)
        return (
            f"{quantity}{suite} {pack.type} CALs of {version} ({pack.program}{state}), key pack "
            f"{pack.key_pack_id}"
        )


def gains(before: Sequence[KeyPack], after: Sequence[KeyPack]) -> list[Gain]:
    """What was added in between.

    Temporary and built-in packs are Windows' own and come and go by themselves.
    """
    old = {pack.key_pack_id: pack for pack in before}
    found = []
    for pack in after:
        if pack.builtin or pack.program is Program.TEMPORARY:
            continue
        known = old.get(pack.key_pack_id)
        if pack.unlimited:
            if known is None or not known.unlimited:
                found.append(Gain(pack, None))
            continue
        quantity = (pack.total or 0) - (known.total or 0 if known else 0)
        if quantity > 0:
            found.append(Gain(pack, quantity))
    return found
