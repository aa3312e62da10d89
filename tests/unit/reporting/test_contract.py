# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reports read what the collector writes: the same words, and sums that agree."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.cals import (
    key_packs,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting import model
from unit.reporting.inventories import facts, inventory

EXPIRED = datetime(2026, 6, 30, tzinfo=UTC).isoformat().replace("+00:00", "Z")


def key_pack(number: int, **values: Any) -> key_packs.KeyPack:
    """A pack as the collector has it."""
    usual: dict[str, Any] = {
        "key_pack_id": number,
        "type": key_packs.CalType.PER_USER,
        "program": key_packs.Program.VOLUME,
        "version": "2022",
        "version_id": 7,
        "suite": key_packs.Suite.RDS,
        "total": 10 * number,
        "issued": 12 * number - 20,
        "available": max(0, 20 - 2 * number),
        "unlimited": False,
        "expires": None,
        "expired": False,
        "description": None,
        "type_and_model": "RDS Per User CAL",
    }
    return key_packs.KeyPack(**(usual | values))


PACKS = [
    key_pack(3),
    key_pack(4, type=key_packs.CalType.PER_DEVICE),
    key_pack(5, suite=key_packs.Suite.VDI),
    key_pack(6, program=key_packs.Program.TEMPORARY, expires=EXPIRED, expired=True),
    key_pack(7, expires=EXPIRED, expired=True),
    key_pack(8, total=None, available=None, unlimited=True),
    key_pack(9, version="unknown", version_id=99),
    key_pack(10, version="unknown", version_id=98),
    key_pack(11, program=key_packs.Program.UNKNOWN),
    key_pack(12, type=key_packs.CalType.UNKNOWN),
    key_pack(2, type=key_packs.CalType.BUILTIN, program=key_packs.Program.BUILTIN),
]


@pytest.mark.parametrize("name", ["CalType", "Program", "Suite"])
def test_every_word_of_the_collector_is_known(name: str) -> None:
    ours = {str(each) for each in getattr(model, name)}
    assert {str(each) for each in getattr(key_packs, name)} <= ours


def test_the_sums_agree_over_every_kind_of_pack() -> None:
    row = facts(
        packs=[each.as_dict() for each in PACKS],
        summary=[each.as_dict() for each in key_packs.summarize(PACKS)],
    )
    built = inventory({"ls1": row})
    assert len(built.servers[0].packs) == len(PACKS)
    assert not {
        finding.code
        for finding in built.findings
        if finding.code
        in ("summary_differs", "facts_partly_unreadable", "pack_unreadable", "pack_listed_twice")
    }
    ours = {
        (stock.key.version, stock.key.version_id, stock.key.type.value, stock.key.suite.value): (
            stock.total,
            stock.issued,
            stock.available,
            stock.over_issued,
            stock.packs,
        )
        for stock in built.stocks
    }
    theirs = {
        (each.version, each.version_id, each.type.value, each.suite.value): (
            each.total,
            each.issued,
            each.available,
            each.over_issued,
            each.packs,
        )
        for each in key_packs.summarize(PACKS)
    }
    assert ours == theirs
