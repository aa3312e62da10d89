# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What kind of system a host is."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    NothingThere,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.computer import (
    Computer,
    read_computer,
)
from unit.plugin_utils.fake_host import FakeHost
from unit.plugin_utils.scripted import scripted
from unit.plugin_utils.soap import Value, first_page, fragment


@pytest.mark.parametrize(
    ("role", "client", "controller"),
    [
        (0, True, False),
        (1, True, False),
        (2, False, False),
        (3, False, False),
        (4, False, True),
        (5, False, True),
    ],
)
@pytest.mark.parametrize("domain", ["ad.example.com", None])
def test_roles(role: int, client: bool, controller: bool, domain: str | None) -> None:
    row: dict[str, Value] = {
        "Name": "SH1",
        "Domain": domain or "WORKGROUP",
        "PartOfDomain": domain is not None,
        "DomainRole": role,
    }
    session, dummy = scripted(first_page(fragment(row)))
    assert read_computer(session) == Computer("SH1", domain, client, controller)


def test_a_workgroup_has_no_domain_whatever_its_name() -> None:
    assert not read_computer(FakeHost(domain=None).session()).in_domain
    assert read_computer(FakeHost().session()).in_domain


def test_it_costs_one_request() -> None:
    host = FakeHost()
    read_computer(host.session())
    assert host.reads == ["Win32_ComputerSystem"]


@pytest.mark.parametrize(
    "items",
    [
        "",
        fragment({"Name": None, "Domain": None, "PartOfDomain": None, "DomainRole": None}),
        fragment({"Name": "SH1", "Domain": "x", "PartOfDomain": None, "DomainRole": 3}),
    ],
)
def test_empty_properties_are_missing_rights(items: str) -> None:
    session, dummy = scripted(first_page(items))
    with pytest.raises(NothingThere, match="the account lacks the right") as caught:
        read_computer(session)
    assert "Administrators" in (caught.value.advice or "")
