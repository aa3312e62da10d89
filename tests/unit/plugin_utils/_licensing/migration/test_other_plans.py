# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plans of a correction and of a recovery."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.migration.table import (
    table,
)

from .plans import Json, codes, facts, host, pack, plan, row, states

WRONG = pack(2, program="retail")
OTHER = pack(3, type="per_device", program="volume", total=30)
RIGHT = row(method="install")


def test_the_right_cals_come_first() -> None:
    made = plan(story="correct_channel", key_pack_id=2, packs=[RIGHT], new_facts=facts(WRONG))
    assert made.ready
    assert [each.name for each in made.steps] == [
        "backup",
        "evidence",
        "install",
        "remove",
        "evidence",
    ]
    turned = plan(
        story="correct_channel",
        key_pack_id=2,
        packs=[RIGHT],
        new_facts=facts(WRONG),
        remove_first=True,
    )
    assert [each.name for each in turned.steps][2:4] == ["remove", "install"]


CORRECT: Json = {
    "story": "correct_channel",
    "key_pack_id": 2,
    "packs": [RIGHT],
    "new_facts": facts(WRONG, OTHER),
}


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("no_such_pack", {"key_pack_id": 9}),
        ("not_bought", {"new_facts": facts(pack(2, program="temporary"))}),
        ("same_kind", {"new_facts": facts(pack(2))}),
        ("no_rows", {"packs": []}),
        ("numbers_missing", {"packs": [row(method="install", authorization_number=None)]}),
        ("bad_number", {"packs": [row(method="install", license_number="x")]}),
        ("too_new", {"packs": [row(method="install", version="2025")]}),
        ("not_activated", {"new_facts": facts(WRONG, activated=False)}),
        ("no_facts", {"new_facts": None}),
    ],
)
def test_what_stops_a_correction(code: str, options: Json) -> None:
    made = plan(**{**CORRECT, **options})
    assert code in codes(made)
    assert "NOT READY" in "\n".join(table(made))


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("other_quantity", {"packs": [row(method="install", quantity=40)]}),
        ("issued", {"new_facts": facts(pack(2, program="retail", type="per_device", issued=4))}),
        ("gone", {"key_pack_id": 9, "remove_first": True}),
    ],
)
def test_what_a_correction_tells(code: str, options: Json) -> None:
    made = plan(**{**CORRECT, **options})
    assert code in codes(made, "warn")
    assert made.ready


def test_a_correction_that_is_done_or_interrupted() -> None:
    right = pack(4)
    both = plan(**{**CORRECT, "new_facts": facts(WRONG, OTHER, right)})
    assert (states(both)["install"], states(both)["remove"]) == ("done", "to do")
    done = plan(**{**CORRECT, "new_facts": facts(OTHER, right)})
    assert (done.ready, done.done) == (True, True)


RECOVER: Json = {
    "story": "recover",
    "packs": [row(method="reinstall", source_server=None, source_product_id=None)],
    "old_facts": facts(pack()),
    "new_facts": facts(license_server_id="B" * 35),
    "new_host": host("LSOLD"),
}


def test_a_recovery() -> None:
    made = plan(**RECOVER)
    assert (made.ready, states(made)) == (True, {"prepare": "done", "import": "to do"})
    bare = plan(**{**RECOVER, "new_facts": None})
    assert states(bare)["prepare"] == "to do"
    there = plan(**{**RECOVER, "new_facts": facts(pack(), license_server_id="B" * 35)})
    assert there.done


@pytest.mark.parametrize(
    ("severity", "code", "options"),
    [
        ("stop", "host_unknown", {"new_host": {"unreachable": True}}),
        ("stop", "no_rows", {"packs": []}),
        ("stop", "numbers_missing", {"packs": [row(method="reinstall", license_number="")]}),
        ("stop", "too_new", {"new_host": host("LSOLD", release="2016")}),
        ("stop", "left_behind", {"old_facts": facts(pack(), pack(3, version="2019"))}),
        ("warn", "same_id", {"new_facts": facts()}),
        ("warn", "renamed", {"new_host": host("LS9")}),
        ("note", "nothing_before", {"old_facts": None}),
    ],
)
def test_what_a_recovery_tells(severity: str, code: str, options: Json) -> None:
    assert code in codes(plan(**{**RECOVER, **options}), severity)
