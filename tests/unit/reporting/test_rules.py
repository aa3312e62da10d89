# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is checked on license servers and session hosts."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.model import (
    Finding,
    Severity,
)
from unit.reporting.inventories import NOW, built_in, facts, inventory, pack

OLDER = "2026-11-21T07:00:00Z"


def of(everything: dict[str, Any], **arguments: Any) -> list[tuple[str, str, str]]:
    """Findings as severity, code, subject."""
    return [told(each) for each in inventory(everything, **arguments).findings]


def told(finding: Finding) -> tuple[str, str, str]:
    """A finding in short."""
    return finding.severity.value, finding.code, finding.subject


@pytest.mark.parametrize(
    ("activated", "found"),
    [
        (True, []),
        (False, [("error", "not_activated", "ls1")]),
        (None, [("unknown", "activation_unknown", "ls1")]),
        ("yes", [("unknown", "activation_unknown", "ls1")]),
        (0, [("unknown", "activation_unknown", "ls1")]),
    ],
)
def test_activation(activated: object, found: list[Any]) -> None:
    assert of({"ls1": facts(pack(), server={"activated": activated})}) == found


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"total": 100, "issued": 90}, []),
        ({"total": 100, "issued": 91}, [("warning", "few_left", "ls1")]),
        ({"total": 100, "issued": 100}, [("error", "none_left", "ls1")]),
        ({"total": 100, "issued": 103, "available": 0}, [("error", "over_issued", "ls1")]),
        ({"unlimited": True, "issued": 5000}, []),
        ({"program": "temporary", "issued": 4}, [("warning", "temporary_issued", "ls1")]),
        ({"program": "temporary", "issued": 0}, []),
        ({"expired": True}, [("warning", "pack_expired", "ls1")]),
        ({"expires": "2027-02-01T00:00:00Z"}, [("warning", "pack_expires", "ls1")]),
        ({"expires": "2027-03-01T00:00:00Z"}, []),
        ({"program": "unknown"}, [("unknown", "pack_unknown", "ls1")]),
        ({"available": 200}, [("unknown", "more_available_than_total", "ls1")]),
        ({"available": None}, [("unknown", "available_unknown", "ls1")]),
    ],
)
def test_packs(values: dict[str, Any], found: list[Any]) -> None:
    assert of({"ls1": facts(built_in(), pack(3, **values))}) == found


def test_the_same_server_under_two_names_counts_once_with_its_fresher_facts() -> None:
    built = inventory(
        {
            "ls1": facts(pack(3, total=10, issued=1), collected_at=OLDER),
            "ls1.example.com": facts(pack(3, total=20, issued=1), name="ls1"),
        }
    )
    assert [told(each) for each in built.findings] == [("info", "listed_twice", "ls1")]
    assert built.servers[0].same_as == "ls1.example.com"
    assert built.stocks[0].total == 20
    assert built.complete


def test_two_machines_with_one_license_server_id() -> None:
    everything = {
        "ls1": facts(pack(), name="LS1", server={"license_server_id": "A" * 35}),
        "ls2": facts(pack(), name="LS2", server={"license_server_id": "a" * 35}),
    }
    assert of(everything) == [("error", "same_id", "ls2")]


@pytest.mark.parametrize("missing", ["license_server_id", "name"])
def test_without_an_identity_nothing_is_taken_for_the_same(missing: str) -> None:
    everything = {
        name: facts(pack(), name="LS1", server={missing: None}) for name in ("one", "two")
    }
    built = inventory(everything)
    assert built.stocks[0].total == 200
    assert not any(server.same_as for server in built.servers)


def test_what_the_collector_asked_and_did_not_get() -> None:
    row = facts(
        pack(),
        issued={"total": 12, "devices_with_several": 3},
        per_user={"available": False, "why": "the server is in a workgroup"},
    )
    assert of({"ls1": row}) == [
        ("info", "devices_with_several", "ls1"),
        ("info", "per_user_not_reported", "ls1"),
    ]


BOTH = {
    "ls1.example.com": facts(pack(), name="LS1"),
    "ls2.example.com": facts(pack(type="per_device"), name="LS2"),
}


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ({"mode": "per_user", "servers": ["ls1.example.com"]}, []),
        ({"mode": "per_user", "servers": ["LS1"]}, []),
        ({"mode": "per_user", "servers": ["ls1.example.com."]}, []),
        ({"mode": "per_user", "servers": ["LS2", "ls1"]}, []),
        ({"mode": "per_device", "servers": ["ls2"]}, []),
        ({"mode": "per_device", "servers": ["ls1"]}, ["no_cals_per_device"]),
        ({"mode": "per_user", "servers": ["ls2"]}, ["no_cals_per_user"]),
        ({"mode": "per_user", "servers": ["ls2", "elsewhere"]}, ["servers_strange"]),
        ({"mode": "per_user", "servers": ["192.0.2.7"]}, ["servers_strange"]),
        ({"mode": "per_user", "servers": []}, ["no_server"]),
        ({"mode": "per_user"}, ["servers_unknown"]),
        ({"mode": "not_configured", "servers": ["ls1"]}, ["mode_not_configured"]),
        ({"mode": "per_vm", "servers": ["ls1"]}, ["mode_unknown"]),
        ({"mode": "remote_administration", "servers": []}, []),
        ({"mode": "aad_per_user"}, []),
    ],
)
def test_session_hosts(host: dict[str, Any], found: list[str]) -> None:
    built = inventory(BOTH, session_hosts={"sh1": host})
    assert [(each.code, each.subject) for each in built.findings] == [
        (code, "sh1") for code in found
    ]


def test_nothing_is_said_of_cals_where_a_listed_server_has_no_facts() -> None:
    host = {"mode": "per_user", "servers": ["ls2", "ls3"]}
    built = inventory(BOTH, hosts=[*BOTH, "ls3"], session_hosts={"sh1": host})
    assert [each.code for each in built.findings] == ["facts_missing"]


def test_the_worst_comes_first() -> None:
    built = inventory(
        {
            "ls1": facts(pack(3, total=10, issued=12, available=0), pack(4, expired=True)),
            "ls2": None,
            "ls3": facts(pack(), name="LS3", per_user={"available": False, "why": "x"}),
        }
    )
    ranks = [each.severity.rank for each in built.findings]
    assert ranks == sorted(ranks)
    assert len({*ranks}) == len(Severity) == 4


def test_findings_do_not_depend_on_the_order_of_hosts() -> None:
    forwards = inventory(BOTH, now=NOW)
    backwards = inventory(dict(reversed(BOTH.items())), now=NOW)
    assert forwards == backwards
