# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The scenario of a whole site, from bare servers to stocked ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from farm import Farm, load_scenario
from farm.model.clearinghouse_plan import ERRORS

from .license_client import CONTACT, LicenseClient

SCENARIOS = Path(__file__).resolve().parents[2] / "farm" / "scenarios"


@pytest.fixture
def site() -> Iterator[Farm]:
    """The running site."""
    with Farm(load_scenario(SCENARIOS / "site.yml")) as farm:
        yield farm


def test_session_hosts_are_those_of_the_demo() -> None:
    demo, site = (
        yaml.safe_load((SCENARIOS / name).read_text(encoding="utf-8"))["hosts"]
        for name in ("demo.yml", "site.yml")
    )
    hosts = [name for name in site if name.startswith("sh")]
    assert len(hosts) == 6
    assert {name: site[name] for name in hosts} == {name: demo[name] for name in hosts}


def test_the_license_servers_are_bare_and_in_their_group(site: Farm) -> None:
    inventory: dict[str, Any] = site.inventory()
    groups = inventory["all"]["children"]
    assert list(groups["rds_license_servers"]["hosts"]) == ["ls1", "ls2"]
    assert len(groups["rds_session_hosts"]["hosts"]) == 6
    for name in ("ls1", "ls2"):
        assert site.hosts[name].roles == set()
        assert site.state()[name]["license_server"] is None


def test_a_bare_server_becomes_a_stocked_one(site: Farm) -> None:
    for name in ("ls1", "ls2"):
        site.hosts[name].features.install(["RDS-Licensing"], tools=True)
        client = LicenseClient(site, name)
        client.server.contact.update(CONTACT)
        assert client.act("ActivateServerAutomatic") == 0
        open_license: dict[str, object] = {
            "sLicenseNumber": "00000001",
            "sAuthorizationNumber": "A" * 15,
            "ProductVersion": 8,
            "ProductType": 1,
        }
        assert client.pack("InstallOpenLicenseKeyPack", **open_license, LicenseCount=75) == 0
        assert client.packs() == [(5, 8, 1, 75)]
        again = client.pack("InstallOpenLicenseKeyPack", **open_license, LicenseCount=80)
        assert again in (ERRORS["too_many_licenses"], ERRORS["already_used"])


@pytest.mark.parametrize(
    ("letter", "error"),
    [("D", "already_used"), ("F", "wrong_channel"), ("G", "already_used"), ("K", "unknown_number")],
)
def test_keys_that_do_not_work(site: Farm, letter: str, error: str) -> None:
    site.hosts["ls1"].features.install(["RDS-Licensing"], tools=False)
    client = LicenseClient(site, "ls1")
    client.server.activated = True
    code = client.pack("InstallRetailPurchaseLicenseKeyPack", sLicenseCode=letter * 25)
    assert code == ERRORS[error]
    if letter == "G":
        code = client.pack("ReinstallRetailPurchaseLicenseKeyPack", sLicenseCode=letter * 25)
        assert (code, client.packs()) == (0, [(1, 6, 1, 10)])
