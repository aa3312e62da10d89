# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the option ``packs``: what they mean to Windows, and which are refused."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.cals import (
    wanted_packs as declared,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    Refused,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.schema import (
    license_server,
)
from unit.plugin_utils.pack_rows import (
    AGREEMENT,
    AUTHORIZATION,
    CODE,
    KEY_PACK_CODE,
    LICENSE,
    NUMBERS,
    SOURCE,
    SOURCE_ID,
    row,
)

COUNTED = {"ProductVersion": 7, "ProductType": 1, "LicenseCount": 20}
INPUTS: dict[str, dict[str, Any]] = {
    "retail": {"sLicenseCode": CODE.replace("-", "")},
    "open": {"sLicenseNumber": LICENSE, "sAuthorizationNumber": AUTHORIZATION, **COUNTED},
    "agreement": {"AgreementType": 1, "sAgreementNumber": AGREEMENT, **COUNTED},
    "key_pack_id": {"sLicenseKeyPackId": KEY_PACK_CODE},
}


def refused(*rows: dict[str, Any]) -> Refused:
    with pytest.raises(Refused) as caught:
        declared.wanted_packs(rows)
    said = f"{caught.value} {caught.value.advice}"
    assert not [number for number in NUMBERS if number in said]
    return caught.value


@pytest.mark.parametrize("method", ["install", "reinstall", "import"])
@pytest.mark.parametrize("channel", INPUTS)
def test_the_method_takes_exactly_what_is_given(channel: str, method: str) -> None:
    (pack,) = declared.wanted_packs([row(channel, method=method, **SOURCE)])
    given = pack.inputs(20)
    wanted = dict(INPUTS[channel])
    if method == "import":
        wanted |= {"sSourceLSName": SOURCE["source_server"], "sSourceLSProductId": SOURCE_ID}
    assert given == wanted
    assert {
        each.name for each in license_server.LICENSE_KEY_PACK.method(pack.method).inputs
    } == set(given)
    assert pack.method.lower().startswith(method)


@pytest.mark.parametrize(
    ("version", "number"),
    [("2008", 2), ("2012", 4), ("2016", 5), ("2019", 6), ("2022", 7), ("2025", 8)],
)
@pytest.mark.parametrize(("kind", "product"), [("per_device", 0), ("per_user", 1)])
def test_version_and_type_by_number(version: str, number: int, kind: str, product: int) -> None:
    (pack,) = declared.wanted_packs([row(version=version, type=kind)])
    inputs = pack.inputs(1)
    assert (inputs["ProductVersion"], inputs["ProductType"]) == (number, product)


@pytest.mark.parametrize(
    ("kind", "number"),
    [("select", 0), ("enterprise", 1), ("campus", 2), ("school", 3), ("spla", 4), ("other", 5)],
)
def test_agreement_types_by_number(kind: str, number: int) -> None:
    (pack,) = declared.wanted_packs([row("agreement", agreement_type=kind)])
    assert pack.inputs(1)["AgreementType"] == number


@pytest.mark.parametrize(
    ("channel", "program"),
    [("retail", "retail"), ("open", "open"), ("agreement", "volume"), ("key_pack_id", None)],
)
def test_the_program_follows_from_the_channel_unless_it_is_named(
    channel: str, program: str | None
) -> None:
    (pack,) = declared.wanted_packs([row(channel)])
    assert pack.program == program
    (named,) = declared.wanted_packs([row(channel, program="volume")])
    assert named.program == "volume"


def test_the_numbers_are_not_in_what_a_row_shows() -> None:
    for channel in INPUTS:
        (pack,) = declared.wanted_packs([row(channel)])
        shown = f"{pack!r} {pack.describe(1)} {pack.where}"
        assert not [number for number in NUMBERS if number in shown]


@pytest.mark.parametrize("quantity", [0, -5])
def test_a_quantity_that_is_not_positive(quantity: int) -> None:
    assert refused(row(quantity=quantity)).reason == "bad_quantity"


def test_a_bad_number_is_named_by_its_row_and_option() -> None:
    error = refused(row(), row(version="2019", license_number="123"))
    assert (error.reason, "packs[1].license_number" in str(error)) == ("bad_number", True)


def test_a_number_of_another_channel() -> None:
    error = refused(row("retail", license_number=LICENSE))
    assert "it belongs to the channel open, and the row says retail" in str(error)


def test_an_import_checks_the_id_of_the_source() -> None:
    error = refused(row(method="import", source_server="x", source_product_id="123"))
    assert "packs[0].source_product_id" in str(error)


def test_a_number_that_stands_twice() -> None:
    again = row("retail", license_code=CODE.replace("-", "").lower())
    assert "packs[1]: it holds the same number as packs[0]" in str(refused(row("retail"), again))
    assert "packs[1]" in str(refused(row("open"), row("open", quantity=10)))


def test_one_license_may_hold_several_versions_and_types() -> None:
    rows = [row(), row(version="2019"), row(type="per_device")]
    assert len(declared.wanted_packs(rows)) == 3


def test_a_row_without_program_beside_others_of_its_kind() -> None:
    error = refused(row("open"), row("key_pack_id"))
    assert (error.reason, "packs[1]" in str(error)) == ("unclear_program", True)
    assert len(declared.wanted_packs([row("open"), row("key_pack_id", program="retail")])) == 2
    assert len(declared.wanted_packs([row("open"), row("key_pack_id", version="2019")])) == 2
