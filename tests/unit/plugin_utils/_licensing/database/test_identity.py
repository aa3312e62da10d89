# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes a bundle one of this machine."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.identity import (
    Identity,
    Machine,
    differences,
    identity_from,
)

MACHINE = Machine("LS1", "S-1-5-21-1-2-3", 20348, "2025-01-02T03:04:05Z")
HERE = Identity(MACHINE, "ID", "00184", True, "6.3", "domain", r"C:\Windows\System32\lserver")


def test_the_same_machine() -> None:
    assert differences(HERE, HERE) == []


def test_what_a_bundle_tells_is_what_was_written() -> None:
    assert identity_from(json.loads(json.dumps(HERE.as_dict()))) == HERE


@pytest.mark.parametrize("data", [{}, {"server": 5, "os_build": "x", "activated": "yes"}])
def test_a_bundle_that_tells_nothing_is_of_no_machine(data: dict[str, object]) -> None:
    assert len(differences(identity_from(data), HERE)) == 3


@pytest.mark.parametrize(
    ("bundle", "what"),
    [
        (replace(HERE, license_server_id="OTHER"), "license server id"),
        (replace(HERE, license_server_id=None), "license server id"),
        (replace(HERE, machine=replace(MACHINE, sid="S-1-5-21-9-9-9")), "SID"),
        (replace(HERE, machine=replace(MACHINE, sid=None, name="LS2")), "the computer is LS1"),
        (
            replace(HERE, machine=replace(MACHINE, os_installed="2026-01-01T00:00:00Z")),
            "Windows was installed",
        ),
        (replace(HERE, machine=replace(MACHINE, os_installed=None)), "Windows was installed"),
    ],
)
def test_another_machine(bundle: Identity, what: str) -> None:
    found = differences(bundle, HERE)
    assert len(found) == 1
    assert what in found[0]


def test_the_name_decides_where_a_sid_is_not_known() -> None:
    nameless = replace(HERE, machine=replace(MACHINE, sid=None, name="ls1"))
    assert differences(nameless, HERE) == []


def test_a_renamed_computer_is_the_same_machine() -> None:
    assert differences(replace(HERE, machine=replace(MACHINE, name="OLD")), HERE) == []


def test_what_nobody_knows_is_not_equal() -> None:
    unknown = replace(HERE, license_server_id=None)
    assert differences(unknown, unknown)
