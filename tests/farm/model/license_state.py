# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a license server has in its database, as plain data, and back.

Packs and issued licenses are in the file. That activation, contact data and the license server id
are elsewhere (in the registry and the machine's secrets), so that an empty or an older database
does not change them, is a guess; the id and the machine are in the file as a note of the owner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .issued_licenses import Block, IssuedLicense
from .key_packs import KeyPack, KeyPackStore, built_in_pack
from .license_plan import UNLIMITED, Expiry

if TYPE_CHECKING:
    from .license_server import LicenseServer

_TIMES = ("issued", "expires")


def dump(server: LicenseServer) -> dict[str, object]:
    """All that the file holds."""
    blocks, rows, revoked, last = server.issued.content()
    return {
        "machine": str(server.host.machine_id),
        "license_server_id": server.license_server_id,
        "packs": [asdict(p) | {"expires": _out(p.expires)} for p in server.packs.all()],
        "blocks": [asdict(block) for block in blocks],
        "rows": [asdict(row) | {name: _out(getattr(row, name)) for name in _TIMES} for row in rows],
        "revoked": [[*keys, at.isoformat()] for keys, at in revoked.items()],
        "last": last,
    }


def load(server: LicenseServer, state: Mapping[str, Any]) -> int:
    """Make the server know what the file holds; how many licenses were lost on the way.

    The file of another machine keeps the issued licenses of a pack only (Microsoft: unissued ones
    do not come back, an event in the System log counts them).
    """
    packs = [KeyPack(**{**pack, "expires": _in(pack["expires"])}) for pack in state["packs"]]
    lost = 0
    if state["machine"] != str(server.host.machine_id):
        lost = sum(pack.total - pack.issued for pack in packs if _counts(pack))
        packs = [replace(p, total=p.issued) if _counts(p) else p for p in packs]
        packs = [pack for pack in packs if pack.total]
    server.packs.replace(packs)
    rows = [IssuedLicense(**{**row, **{n: _in(row[n]) for n in _TIMES}}) for row in state["rows"]]
    revoked = {
        (first, second): datetime.fromisoformat(at) for first, second, at in state["revoked"]
    }
    blocks = [Block(**block) for block in state["blocks"]]
    server.issued.replace(blocks, rows, revoked, int(state["last"]))
    return lost


def clear(server: LicenseServer) -> None:
    """An empty database: the built-in pack, if the server has one."""
    total = server.plan.builtin
    empty = KeyPackStore([] if total is None else [built_in_pack(total)])
    server.packs.replace(empty.all())
    server.issued.replace([], [], {}, 0)


def _counts(pack: KeyPack) -> bool:
    return pack.bought and pack.total != UNLIMITED and pack.total > pack.issued


def _out(value: Expiry) -> object:
    return {"at": value.isoformat()} if isinstance(value, datetime) else value


def _in(value: Any) -> Expiry:
    if isinstance(value, dict):
        return datetime.fromisoformat(value["at"])
    return None if value is None else str(value)
