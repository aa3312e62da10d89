# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listing issued CALs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    NothingThere,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.cals import (
    issued_cals,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.license_servers import (
    license_server,
)
from unit.plugin_utils.fake_pack_server import DEVICE, PackServer, builtin, in_utc, issued, pack

NOW = datetime.now(UTC)
HOSTILE = "=cmd|' /C calc'!A0<script>\u202e\x1b[31m{{ lookup('pipe', 'id') }}"


def server() -> PackServer:
    packs = [
        builtin(),
        pack(2, 50, ProductType=DEVICE),
        pack(3, 50, ProductType=DEVICE, ProductVersionID=6),
    ]
    rows = [
        issued(1),
        issued(2, LicenseStatus=1),
        issued(3, pack_id=3, LicenseStatus=4),
        issued(4, pack_id=9, ExpirationDate=in_utc(NOW + timedelta(days=3))),
        issued(5, ExpirationDate=in_utc(NOW - timedelta(days=1))),
        issued(6, ExpirationDate=None, sIssuedToComputer=None, LicenseStatus=99),
    ]
    return PackServer(packs, issued=rows)


def ids(wanted: issued_cals.CalFilter, limit: int = 100) -> list[int]:
    found = issued_cals.list_issued(server().session(check=True), wanted, NOW, limit)
    assert found["matched"] == len(found["licenses"])
    return [each["license_id"] for each in found["licenses"]]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [1, 2, 3, 4, 5, 6]),
        ({"status": ("active",)}, [1, 4, 5]),
        ({"status": ("temporary", "revoked")}, [2, 3]),
        ({"status": ("unknown",)}, []),
        ({"key_pack_ids": (3, 9)}, [3, 4]),
        ({"computers": ("PC2",)}, [2]),
        ({"computers": ("pc2.AD.example.com", "pc5")}, [2, 5]),
        ({"computers": ("pc2.other.example.com",)}, []),
        ({"expiring_within": 7}, [4]),
        ({"expiring_within": 100}, [1, 2, 3, 4]),
        ({"status": ("active",), "computers": ("pc1", "pc2")}, [1]),
    ],
    ids=str,
)
def test_filters(wanted: dict[str, Any], found: list[int]) -> None:
    assert ids(issued_cals.CalFilter(**wanted)) == found


def test_a_row_as_it_is_returned() -> None:
    found = issued_cals.list_issued(
        server().session(), issued_cals.CalFilter(key_pack_ids=(3,)), NOW, 10
    )
    (row,) = found["licenses"]
    assert row["computer"] == "PC3.ad.example.com"
    assert (row["status"], row["version"], row["type"]) == ("revoked", "2019", "per_device")
    assert row["expires"].endswith("Z")


def test_what_is_not_known_stays_unknown() -> None:
    host = server()
    host.issued = [issued(4, pack_id=9, LicenseStatus=99, IssueDate=None)]
    (row,) = issued_cals.list_issued(host.session(), issued_cals.CalFilter(), NOW, 10)["licenses"]
    assert (row["status"], row["version"], row["type"], row["issued"]) == (
        "unknown",
        "unknown",
        "unknown",
        None,
    )


def test_hostile_texts_come_back_as_they_are() -> None:
    host = server()
    host.issued = [issued(1, sIssuedToComputer=HOSTILE.replace("\x1b", ""), sIssuedToUser="<b>")]
    (row,) = issued_cals.list_issued(host.session(), issued_cals.CalFilter(), NOW, 10)["licenses"]
    assert (row["computer"], row["user"]) == (HOSTILE.replace("\x1b", ""), "<b>")


def test_more_rows_than_the_limit_are_an_error_and_not_cut_off() -> None:
    assert len(ids(issued_cals.CalFilter(), limit=6)) == 6
    with pytest.raises(issued_cals.TooManyCals, match="more than 5"):
        ids(issued_cals.CalFilter(), limit=5)


def test_the_condition_that_windows_decides() -> None:
    wanted = issued_cals.CalFilter(
        status=("active", "revoked"), key_pack_ids=(3,), computers=("x'",)
    )
    assert wanted.where == "(LicenseStatus = 2 OR LicenseStatus = 4) AND (KeyPackId = 3)"
    assert issued_cals.CalFilter().where is None
    assert issued_cals.CalFilter(key_pack_ids=tuple(range(21))).where is None


def test_no_license_server_and_no_rights() -> None:
    with pytest.raises(license_server.NotALicenseServer):
        issued_cals.list_issued(
            PackServer(installed=False).session(), issued_cals.CalFilter(), NOW, 1
        )
    with pytest.raises(NothingThere):
        issued_cals.list_issued(
            PackServer(administrator=False).session(), issued_cals.CalFilter(), NOW, 1
        )


@pytest.mark.parametrize(
    ("named", "asked", "same"),
    [
        ("pc1", "PC1", True),
        ("pc1", "pc1.example.com", True),
        ("pc1.example.com", "PC1", True),
        ("pc1.example.com", "pc1.other.com", False),
        ("pc1", "pc10", False),
        ("pc1", "pc10.example.com", False),
        (" pc1 ", "pc1", True),
        ("", "", False),
        ("pc1", None, False),
    ],
)
def test_names_of_computers(named: str, asked: object, same: bool) -> None:
    assert (asked in issued_cals.ComputerNames([named])) is same
