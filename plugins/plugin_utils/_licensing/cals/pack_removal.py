# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``rds_cal_pack`` does with ``state: absent``: remove a pack, or CALs of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..._cim.errors import CimError
from ..._cim.session import CimSession
from ..._windows.schema.license_server import LICENSE_KEY_PACK
from ..change import Outcome, Progress, Refused, Step
from ..license_servers.license_server import NotALicenseServer
from .key_packs import KeyPack, Program
from .pack_inventory import read_packs, read_packs_again, show_packs

_PATIENCE = 60.0
"""Seconds to look for a removal whose answer got lost. Nobody is asked outside the server."""


@dataclass(frozen=True, slots=True)
class Removal:
    """What to remove: the whole pack, so many CALs of it, or all but so many."""

    key_pack_id: int
    count: int | None = None
    keep: int | None = None


def ensure_removed(
    session: CimSession, removal: Removal, progress: Progress, *, check_mode: bool
) -> Outcome:
    """Remove it. A pack that is not there is no error.

    :raises Refused: it is not a pack that somebody bought, or has not so many CALs.
    """
    try:
        before = read_packs(session)
    except NotALicenseServer as error:
        if not check_mode:
            raise
        return Outcome(False, values={"removed": 0}, warnings=[f"{error}: no pack is there."])
    pack = next((each for each in before if each.key_pack_id == removal.key_pack_id), None)
    takes = _quantity(pack, removal) if pack is not None else 0
    if pack is None or takes == 0:
        shown = show_packs(before)
        return Outcome(False, before=shown, after=shown, values={"removed": 0})
    if check_mode:
        after = _without(before, pack, takes)
    else:
        progress.apply([_step(session, pack, takes)])
        after = read_packs_again(session)
    return Outcome(
        changed=True,
        before=show_packs(before),
        after=show_packs(after),
        values={"removed": takes},
        warnings=_warnings(pack, takes),
    )


def _quantity(pack: KeyPack, removal: Removal) -> int | None:
    """How many CALs go; None: the whole pack, whatever it holds."""
    named = f"key pack {pack.key_pack_id}"
    if pack.builtin or pack.program is Program.TEMPORARY:
        raise Refused(
            "not_bought",
            f"{named} is {'built-in' if pack.builtin else 'temporary'}: it is Windows' own",
            "name a pack that was installed; look at before in the result of a run in check mode",
        )
    for option, value, least in (("count", removal.count, 1), ("keep", removal.keep, 0)):
        if value is not None and value < least:
            raise Refused(
                "bad_quantity", f"{option} is below {least}", f"give {option} as {least} or more"
            )
    if removal.count is None and removal.keep is None:
        return None
    if pack.total is None:
        raise Refused(
            "unlimited",
            f"{named} has no limit, so no number of CALs can be taken from it",
            "leave count and keep out to remove the whole pack",
        )
    if removal.keep is not None:
        return max(0, pack.total - removal.keep)
    if removal.count is not None and removal.count > pack.total:
        raise Refused(
            "not_enough",
            f"{named} holds {pack.total} CALs, fewer than count",
            "lower count, or leave it out to remove the whole pack",
        )
    return removal.count


def _step(session: CimSession, pack: KeyPack, takes: int | None) -> Step:
    number, left = pack.key_pack_id, (pack.total or 0) - (takes or 0)

    def total() -> int | None:
        """Of the pack as it is now; None: it is gone."""
        packs = read_packs_again(session)
        found = [each for each in packs if each.key_pack_id == number]
        return (found[0].total or 0) if found else None

    if takes is None or left == 0:
        return Step(
            f"remove key pack {number}",
            lambda: _call(session, "UninstallLicenseKeyPackWithId", KeyPackId=number),
            # Whether an emptied pack stays as a row is not documented.
            lambda: not total(),
        )
    return Step(
        f"remove {takes} CALs of key pack {number}",
        lambda: _call(session, "RemoveLicensesWithIdCount", KeyPackId=number, LicenseCount=takes),
        lambda: total() == left,
        patience=_PATIENCE,
    )


def _call(session: CimSession, method: str, **inputs: int) -> None:
    try:
        session.patient().call(LICENSE_KEY_PACK, method, inputs)
    except CimError as error:
        error.advice = error.advice or "look at the System event log of the license server"
        raise


def _without(packs: Sequence[KeyPack], pack: KeyPack, takes: int | None) -> list[KeyPack]:
    """The packs as they are expected after it."""
    left = None if takes is None or pack.total is None else pack.total - takes
    kept = [each for each in packs if each is not pack]
    if left:
        kept.append(replace(pack, total=left))
    return sorted(kept, key=lambda each: each.key_pack_id)


def _warnings(pack: KeyPack, takes: int | None) -> list[str]:
    left = 0 if takes is None else (pack.total or 0) - takes
    if (pack.issued or 0) <= left:
        return []
    return [
        f"{pack.issued} CALs of key pack {pack.key_pack_id} are issued, and {left} are left in it."
    ]
