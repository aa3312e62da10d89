# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Formats of the numbers, and that nothing ever shows one."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.cals import (
    pack_numbers,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    Refused,
)

LENGTHS = {
    "license_code": 25,
    "license_number": 8,
    "authorization_number": 15,
    "agreement_number": 7,
    "key_pack_code": 35,
    "source_product_id": 35,
}
DIGITS = ("license_number", "agreement_number")
EACH = pytest.mark.parametrize("option", LENGTHS)


def number(option: str, length: int) -> str:
    return ("7" if option in DIGITS else "A") * length


def refused(option: str, text: str) -> str:
    with pytest.raises(Refused) as caught:
        pack_numbers.check_number(option, text, f"packs[0].{option}")
    assert caught.value.reason == "bad_number"
    said = f"{caught.value} {caught.value.advice}"
    assert f"packs[0].{option}" in said
    assert (
        len(pack_numbers.clean(text)) < 3
        or pack_numbers.clean(text) not in said.replace("-", "").upper()
    )
    return said


@EACH
def test_the_right_length(option: str) -> None:
    text = number(option, LENGTHS[option])
    assert pack_numbers.check_number(option, text, "x") == text


@EACH
@pytest.mark.parametrize("more", [-1, 1])
def test_a_wrong_length(option: str, more: int) -> None:
    length = LENGTHS[option] + more
    assert f"and it has {length}" in refused(option, number(option, length))


@EACH
def test_an_empty_one(option: str) -> None:
    assert "it has 0" in refused(option, " - ")


@EACH
@pytest.mark.parametrize("wrong", ["_", "\u00e9", "\u0663", " ", "\n", ".", "<"])
def test_a_character_that_does_not_belong(option: str, wrong: str) -> None:
    text = number(option, LENGTHS[option])
    assert "character 3" in refused(option, f"{text[:2]}{wrong}{text[3:]}")


@pytest.mark.parametrize("option", DIGITS)
def test_a_letter_among_digits(option: str) -> None:
    assert "character 1" in refused(option, "A" + "1" * (LENGTHS[option] - 1))


def test_hyphens_blanks_around_and_small_letters_are_taken() -> None:
    assert pack_numbers.check_number("license_code", " aaaaa-bbbbb-ccccc-ddddd-eeee1 ", "x") == (
        "AAAAABBBBBCCCCCDDDDDEEEE1"
    )


def test_a_number_that_lost_its_leading_zeros_is_told_about_quotation_marks() -> None:
    assert "quotation marks" in refused("license_number", "342391")


# -- what is masked ---------------------------------------------------------------------------


def test_every_form_that_a_number_may_come_back_in() -> None:
    found = pack_numbers.secrets_in([{"license_code": "aaaaa-bbbbb-ccccc-ddddd-eeee1"}])
    assert found >= {
        "aaaaa-bbbbb-ccccc-ddddd-eeee1",
        "AAAAABBBBBCCCCCDDDDDEEEE1",
        "AAAAA-BBBBB-CCCCC-DDDDD-EEEE1",
        "aaaaabbbbbcccccdddddeeee1",
    }


@pytest.mark.parametrize(
    "options",
    [
        [{"licence_code": "AAAA1" * 5}],
        [{"channel": "AAAA1" * 5}],
        [{"quantity": "AAAA1" * 5}],
        [["AAAA1" * 5]],
        ["license_code=" + "AAAA1" * 5],
        "license_code=" + "AAAA1" * 5 + " channel=retail",
        {"license_code": {"value": "AAAA1" * 5}},
    ],
)
def test_numbers_in_the_wrong_place_are_masked(options: object) -> None:
    assert "AAAA1" * 5 in pack_numbers.secrets_in(options)


def test_numbers_that_yaml_read_as_integers() -> None:
    assert "12345678" in pack_numbers.secrets_in([{"license_number": 12345678}])


def test_what_is_no_number_stays_readable() -> None:
    row = {
        "channel": "agreement",
        "version": "2022",
        "type": "per-user",
        "quantity": 1000000,
        "source_server": "license-server-2022.ad.example.com",
        "method": "reinstall",
        "more": True,
    }
    assert pack_numbers.secrets_in([row], frozenset({"agreement", "reinstall"})) == set()


def test_all_numbers_are_secret_options() -> None:
    assert frozenset(LENGTHS) - {"source_product_id"} == pack_numbers.SECRET_OPTIONS
