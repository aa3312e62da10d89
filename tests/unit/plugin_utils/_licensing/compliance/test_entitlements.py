# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator's list of purchases, good and bad."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance.entitlements import (
    FILED_UNDER,
    BadEntitlements,
    mask,
    read_entitlements,
)

GOOD = {
    "program": "open",
    "version": 2022,
    "type": "per_user",
    "quantity": 200,
    "number": "65432178",
    "document": {"path": "invoices/2024-117.pdf", "sha256": "AB" * 32},
    "date": date(2024, 3, 1),
    "note": "from Contoso",
}


def problems(*rows: Any) -> tuple[str, ...]:
    with pytest.raises(BadEntitlements) as caught:
        read_entitlements(list(rows))
    return caught.value.problems


def test_a_purchase() -> None:
    (found,) = read_entitlements([GOOD])
    assert found.as_dict() == {
        "row": 0,
        "program": "open",
        "version": "2022",
        "type": "per_user",
        "suite": "rds",
        "quantity": 200,
        "number_masked": "***178",
        "document": "2024-117.pdf",
        "date": "2024-03-01",
        "valid_until": None,
        "note": "from Contoso",
    }
    assert found.document is not None
    assert found.document.path == "invoices/2024-117.pdf"
    assert found.document.sha256 == "ab" * 32
    assert "invoices" not in repr(found)


@pytest.mark.parametrize("program", FILED_UNDER)
def test_every_program(program: str) -> None:
    (found,) = read_entitlements({"entitlements": [{**GOOD, "program": program.upper()}]})
    assert found.program == program


@pytest.mark.parametrize(
    ("version", "read"),
    [("2012 R2", "2012"), ("2008R2", "2008"), ("Windows Server 2019", "2019"), (2025, "2025")],
)
def test_ways_to_write_a_version(version: object, read: str) -> None:
    (found,) = read_entitlements([{**GOOD, "version": version}])
    assert found.key.version == read


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("version", 2021, "entitlements[0].version: '2021' is no version that RDS CALs are sold"),
        ("version", None, "it is missing"),
        ("version", ["2022"], "it is missing"),
        ("type", "user", "entitlements[0].type: 'user' is none of per_device, per_user"),
        ("program", "gift", "entitlements[0].program: 'gift' is none of retail"),
        ("suite", "cdi", "entitlements[0].suite: 'cdi' is none of rds, vdi"),
        ("quantity", 0, "entitlements[0].quantity: 0 is not positive"),
        ("quantity", -5, "entitlements[0].quantity: -5 is not positive"),
        ("quantity", 2.5, "entitlements[0].quantity: '2.5' is no whole number"),
        ("quantity", "ten", "entitlements[0].quantity: 'ten' is no whole number"),
        ("quantity", True, "entitlements[0].quantity: 'True' is no whole number"),
        ("quantity", None, "entitlements[0].quantity: it is missing"),
        ("quantity", 10**20, "is no whole number"),
        pytest.param("quantity", 10**5000, "is no whole number", id="beyond measure"),
        ("quantity", 20_000_000, "is more than 10000000"),
        ("date", "21/11/2026", "entitlements[0].date: '21/11/2026' is no date"),
        ("date", "2026-02-30", "is no date"),
        ("valid_until", "2023-01-01", "lies before date"),
        ("document", {"file": "x.pdf"}, "entitlements[0].document: give path"),
        ("document", ["x.pdf"], "entitlements[0].document: give path"),
        ("document", {"path": "x.pdf", "sha256": "abc"}, "a SHA-256 has 64 hexadecimal digits"),
        ("number_masked", "***178", "give number or number_masked, not both"),
        ("agreement", "1234567", "entitlements[0]: agreement is unknown; known: program"),
    ],
)  # fmt: skip
def test_a_bad_line(column: str, value: object, said: str) -> None:
    (problem,) = problems({**GOOD, column: value})
    assert said in problem


@pytest.mark.parametrize("raw", [None, 5, "retail", {}, {"entitlements": None}, {"lines": []}])
def test_what_is_no_list(raw: object) -> None:
    with pytest.raises(BadEntitlements, match="a list of purchases is needed"):
        read_entitlements(raw)


def test_all_that_is_wrong_is_named() -> None:
    found = problems({**GOOD, "quantity": 0, "version": 1999}, "retail", GOOD)
    assert len(found) == 3
    assert found[2].startswith("entitlements[1]: a mapping is needed")
    many = [{**GOOD, "quantity": 0, "note": number} for number in range(30)]
    with pytest.raises(BadEntitlements, match="and 20 more"):
        read_entitlements(many)


def test_lines_that_stand_there_twice() -> None:
    (problem,) = problems(GOOD, {**GOOD, "note": "another note"})
    assert problem.startswith("entitlements[1] says the same as entitlements[0]")
    for column, value in (
        ("number", "99932178"),
        ("quantity", 201),
        ("date", "2024-03-02"),
        ("document", "other.pdf"),
        ("type", "per_device"),
    ):
        # The first of them ends like the other number: only the whole numbers differ.
        assert len(read_entitlements([GOOD, {**GOOD, column: value}])) == 2


def test_too_many_lines() -> None:
    with pytest.raises(BadEntitlements, match="more than 5000"):
        read_entitlements([GOOD] * 5001)


@pytest.mark.parametrize(
    ("number", "shown"),
    [("65432178", "***178"), ("6543-2178", "***178"), ("12345", "***"), ("", "***"),
     ("XXXXX-ABC", "***ABC")],
)  # fmt: skip
def test_numbers_are_masked(number: str, shown: str) -> None:
    assert mask(number) == shown


def test_a_number_is_masked_wherever_it_stands() -> None:
    row = {
        **GOOD,
        "note": "agreement 6543-2178, see 65432178",
        "document": "6543 2178.pdf",
    }
    (found,) = read_entitlements([row])
    assert found.note == "agreement ***178, see ***178"
    assert found.document is not None
    assert found.document.name == "***178.pdf"
    (problem,) = problems({**row, "version": "65432178"})
    assert "65432178" not in problem


def test_the_number_of_another_line_is_masked_as_well() -> None:
    rows = [GOOD, {**GOOD, "number": "11112222", "note": "see 6543-2178; 654; 65 43 21 78, too"}]
    assert read_entitlements(rows)[1].note == "see ***178; 654; ***178, too"
    # A short one would mask the year of every date.
    short = [{**GOOD, "number": "202"}, {**GOOD, "number": "11112222", "note": "in 2026, 202"}]
    assert read_entitlements(short)[1].note == "in 2026, 202"


def test_when_a_purchase_counts() -> None:
    (found,) = read_entitlements([{**GOOD, "valid_until": "2027-03-01"}])
    days = [date(2024, 2, 29), date(2024, 3, 1), date(2027, 3, 1), date(2027, 3, 2)]
    assert [found.counts_on(day) for day in days] == [False, True, True, False]
