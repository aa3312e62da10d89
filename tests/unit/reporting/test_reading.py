# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts that are old, half, wrong or hostile: what becomes of them, and what is said about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.model import (
    CalType,
    FactsState,
    Inventory,
    Options,
    Place,
    Program,
    Severity,
    Suite,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.reading import (
    clean,
    moment,
    natural,
    whole,
)
from unit.reporting.inventories import NOW, built_in, facts, inventory, pack


def codes(built: Inventory) -> list[str]:
    """What was found."""
    return [finding.code for finding in built.findings]


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        (7, 7),
        (7.0, 7),
        ("7", 7),
        (" -1 ", -1),
        (0, 0),
        (True, None),
        (7.5, None),
        (float("nan"), None),
        (float("inf"), None),
        ("", None),
        ("7 CALs", None),
        ("\N{SUPERSCRIPT TWO}", None),
        ("9" * 50, None),
        (None, None),
        ([7], None),
    ],
)
def test_whole_numbers(raw: object, number: int | None) -> None:
    assert whole(raw) == number


@pytest.mark.parametrize(
    ("number", "count"), [(0, 0), (-1, None), (4294967295, None), (None, None)]
)
def test_counts_are_what_a_uint32_can_be(number: int | None, count: int | None) -> None:
    assert natural(number) == count


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("LS1", "LS1"),
        (7, "7"),
        (None, ""),
        ({"a": 1}, ""),
        (["x"], ""),
        ("a\nb\x1b[31m", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}[31m"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}gpj", "\N{REPLACEMENT CHARACTER}gpj"),
        ("\ud800", "\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_texts_are_cleaned(raw: object, said: str) -> None:
    assert clean(raw) == said
    clean(raw).encode()


def test_texts_are_bounded() -> None:
    assert len(clean("x" * 100_000)) == 400


@pytest.mark.parametrize(
    ("raw", "iso"),
    [
        ("2026-11-21T09:12:00Z", "2026-11-21T09:12:00+00:00"),
        ("2026-11-21T10:12:00+01:00", "2026-11-21T09:12:00+00:00"),
        ("2026-11-21T09:12:00", "2026-11-21T09:12:00+00:00"),
        ("2026-11-21", "2026-11-21T00:00:00+00:00"),
        ("0001-01-01T00:00:00+14:00", None),
        ("12/31/2035 23:07:30", None),
        ("soon", None),
        (None, None),
        (5, None),
    ],
)
def test_times(raw: object, iso: str | None) -> None:
    found = moment(raw)
    assert (found.isoformat() if found else None) == iso


def test_a_whole_server() -> None:
    built = inventory({"ls1": facts(built_in(), pack(3), name="LS1")})
    server = built.servers[0]
    assert (server.state, server.computer_name, server.activated) == (
        FactsState.CURRENT,
        "LS1",
        True,
    )
    counted = next(each for each in server.packs if each.place is Place.COUNTED)
    assert (counted.total, counted.issued, counted.available) == (100, 60, 40)
    assert (counted.type, counted.program, counted.suite) == (
        CalType.PER_USER,
        Program.VOLUME,
        Suite.RDS,
    )
    assert codes(built) == []
    assert built.complete


@pytest.mark.parametrize("raw", [None, {}, "", 0])
def test_no_facts(raw: object) -> None:
    built = inventory({"ls1": raw})
    assert built.servers[0].state is FactsState.MISSING
    assert codes(built) == ["facts_missing"]
    assert built.findings[0].severity is Severity.UNKNOWN
    assert not built.complete


def test_an_expected_host_without_facts_is_named() -> None:
    built = inventory({"ls1": facts(pack())}, hosts=["ls1", "ls2"])
    assert [(each.name, each.state) for each in built.servers] == [
        ("ls1", FactsState.CURRENT),
        ("ls2", FactsState.MISSING),
    ]
    assert built.stocks[0].total == 100


@pytest.mark.parametrize(
    "raw", ["text", 7, ["list"], {"server": {}}, {"packs": None}, {"packs": "x"}, {"packs": {}}]
)
def test_unreadable_facts_count_nothing_and_are_named(raw: object) -> None:
    built = inventory({"ls1": raw, "ls2": facts(pack())})
    assert built.servers[0].state is FactsState.UNREADABLE
    assert [each.total for each in built.stocks] == [100]
    assert codes(built) == ["facts_unreadable"]
    assert not built.complete


@pytest.mark.parametrize(
    ("collected_at", "state", "code"),
    [
        ((NOW - timedelta(hours=47)).isoformat(), FactsState.CURRENT, None),
        ((NOW - timedelta(hours=49)).isoformat(), FactsState.OLD, "facts_old"),
        (None, FactsState.UNDATED, "facts_undated"),
        ("yesterday", FactsState.UNDATED, "facts_undated"),
        ((NOW + timedelta(days=1)).isoformat(), FactsState.UNDATED, "facts_undated"),
        ((NOW + timedelta(minutes=5)).isoformat(), FactsState.CURRENT, None),
    ],
)
def test_the_age_of_facts(collected_at: object, state: FactsState, code: str | None) -> None:
    built = inventory({"ls1": facts(pack(), collected_at=collected_at)})
    assert built.servers[0].state is state
    assert (code in codes(built)) is (code is not None)
    # They count all the same.
    assert built.stocks[0].total == 100


def test_the_age_limit_is_an_option() -> None:
    collected_at = (NOW - timedelta(hours=49)).isoformat()
    options = Options(max_fact_age=timedelta(hours=50))
    built = inventory({"ls1": facts(pack(), collected_at=collected_at)}, options=options)
    assert built.servers[0].state is FactsState.CURRENT


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"type": "per_world"}, "type"),
        ({"program": 5}, "program"),
        ({"version": "unknown", "version_id": 99}, "version"),
        ({"suite": "x"}, "suite"),
        ({"type": None}, "type"),
    ],
)
def test_what_is_not_known_of_a_pack_is_said_and_the_pack_stays(
    values: dict[str, Any], what: str
) -> None:
    built = inventory({"ls1": facts(pack(3, **values), summary=None)})
    assert len(built.servers[0].packs) == 1
    assert built.stocks[0].total == 100
    found = next(each for each in built.findings if each.code == "pack_unknown")
    assert found.details["what"] == what
    assert found.severity is Severity.UNKNOWN


@pytest.mark.parametrize("total", [None, "many", -5, 4.5])
def test_a_pack_without_a_number_is_not_counted_as_zero(total: object) -> None:
    row = pack(4) | {"total": total}
    built = inventory({"ls1": facts(pack(3), summary=None) | {"packs": [pack(3), row]}})
    stock = built.stocks[0]
    assert (stock.total, stock.packs, stock.unreadable_packs) == (100, 1, 1)
    assert stock.state(10).value == "unknown"
    assert "pack_unreadable" in codes(built)


@pytest.mark.parametrize("total", [4294967295, -1])
def test_unlimited_by_number_though_the_flag_is_missing(total: int) -> None:
    row = pack(3) | {"total": total}
    del row["unlimited"]
    built = inventory({"ls1": facts() | {"packs": [row]}})
    assert built.servers[0].packs[0].unlimited
    assert (built.stocks[0].total, built.stocks[0].unlimited_packs) == (0, 1)


def test_rows_that_are_no_packs_are_left_out_and_named() -> None:
    built = inventory({"ls1": facts(pack()) | {"packs": [pack(), "x", None, 7]}})
    assert len(built.servers[0].packs) == 1
    found = next(each for each in built.findings if each.code == "facts_partly_unreadable")
    assert found.details["what"] == "packs[1], packs[2], packs[3]"


def test_a_pack_list_without_end_is_bounded() -> None:
    built = inventory({"ls1": facts() | {"packs": [{}] * 20_005}})
    assert len(built.servers[0].packs) == 20_000
    assert "facts_partly_unreadable" in codes(built)


@pytest.mark.parametrize(
    ("expires", "said", "expired"),
    [
        ("2026-06-30T00:00:00Z", True, True),
        # The collector called it valid when it had already expired: it decides.
        ("2026-06-30T00:00:00Z", False, False),
        # It expired after the collection.
        ("2026-11-21T09:20:00Z", False, True),
        ("2030-06-30T00:00:00Z", False, False),
        ("2030-06-30T00:00:00Z", True, True),
        (None, False, False),
        ("2026-06-30T00:00:00Z", None, True),
        ("06/30/2026 00:00:00", None, False),
    ],
)
def test_expired(expires: str | None, said: bool | None, expired: bool) -> None:
    built = inventory({"ls1": facts(pack(3, expires=expires, expired=said), summary=None)})
    assert built.servers[0].packs[0].expired is expired
    assert (built.stocks[0].total == 0) is expired


def test_facts_of_a_newer_version_with_other_names() -> None:
    row = facts(pack()) | {"schema": 9, "novelty": [1, 2]}
    row["server"]["novelty"] = object()
    assert codes(inventory({"ls1": row})) == []


def test_empty_properties_make_an_unknown_activation() -> None:
    built = inventory({"ls1": facts(pack()) | {"server": None}})
    assert codes(built) == ["activation_unknown"]


def test_host_names_are_cleaned() -> None:
    built = inventory({"ls\n1": facts(pack())})
    assert built.servers[0].name == "ls\N{REPLACEMENT CHARACTER}1"


NASTY: tuple[Any, ...] = (None, "", "x", -1, 4294967295, 1.5, True, [], {}, [None], {"a": None})


def broken(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The same mapping with each value in turn replaced by each nasty one, or gone."""
    found = []
    for name in row:
        found += [{**row, name: value} for value in NASTY]
        found.append({other: value for other, value in row.items() if other != name})
    return found


def test_no_broken_facts_raise() -> None:
    """Every single value of the facts, replaced by anything or missing."""
    whole_facts = facts(built_in(), pack(3))
    tries = broken(whole_facts)
    tries += [whole_facts | {"server": each} for each in broken(whole_facts["server"])]
    tries += [whole_facts | {"packs": [each]} for each in broken(whole_facts["packs"][1])]
    tries += [whole_facts | {"summary": [each]} for each in broken(whole_facts["summary"][0])]
    built = inventory({f"ls{number}": each for number, each in enumerate(tries)})
    assert len(built.servers) == len(tries) > 300


def test_session_hosts_may_be_anything() -> None:
    machines: dict[str, Any] = {
        "a": None,
        "b": {"mode": "per_user", "servers": "ls1", "source": 5},
        "c": {"mode": ["x"], "servers": [None, "ls1", ""]},
    }
    built = inventory({"ls1": facts(pack())}, session_hosts=machines)
    assert [(each.name, each.mode, each.servers) for each in built.session_hosts] == [
        ("a", "unknown", None),
        ("b", "per_user", None),
        ("c", "unknown", ("ls1",)),
    ]
